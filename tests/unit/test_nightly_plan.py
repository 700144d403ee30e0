"""`audiopub nightly --dry-run`: what it says against what is then done."""

import json
from pathlib import Path
from typing import Any

import pytest

from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from tests.articles import BODY, TITLE


def run(*arguments: str) -> int:
    return exit_code_of(main_group, arguments)


def article(folder: Path, name: str, *, title: str, extra: str = "") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n\n".join((title, *BODY, extra)), encoding="utf-8")


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A show whose source is a folder of articles, one of them a stub."""
    monkeypatch.chdir(tmp_path)
    assert run("init") == 0
    path = tmp_path / "feeds" / "ban-tin.toml"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("sources", "chain"))]
    path.write_text("\n".join(['sources = ["bai"]', *kept]).replace("[voice]", '[voice]\nchain = ["silent"]'), encoding="utf-8")
    article(tmp_path / "bai", "mot.txt", title=TITLE)
    article(tmp_path / "bai", "hai.txt", title="Một bài khác hẳn", extra="Câu cuối cùng của bài này không có trong bài kia, nên phải được đọc thêm.")
    (tmp_path / "bai" / "ngan.txt").write_text("Tin ngắn\n\nChỉ có một câu.", encoding="utf-8")
    capsys.readouterr()
    return tmp_path


def plan(capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    capsys.readouterr()
    code = run("nightly", "--dry-run", "--json")
    return code, json.loads(capsys.readouterr().out)["nights"][0]


def test_what_is_planned_is_what_costs_and_then_costs_nothing(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused articles are named; nothing is published or kept by looking; what was rendered is left alone afterwards."""
    code, before = plan(capsys)
    assert code == 6 and before["show"] == "ban-tin"
    assert sorted((row["outcome"], row.get("code")) for row in before["articles"]) == [("failed", "article.too_short"), ("planned", None), ("planned", None)]
    assert before["estimate"]["articles"] == 2 and 0 < before["estimate"]["characters"] < before["estimate"]["all_characters"]
    assert not before["estimate"]["is_measured"] and not (newsroom / "output").exists()
    assert run("render", "bai/mot.txt", "--json") == 0
    _, after = plan(capsys)
    assert after["estimate"]["articles"] == 1 and 0 < after["estimate"]["characters"] < before["estimate"]["characters"]
    assert run("render", "bai/hai.txt", "--json") == 0
    _, last = plan(capsys)
    assert (last["estimate"]["articles"], last["estimate"]["characters"], last["estimate"]["requests"], last["estimate"]["wall_ms"]) == (0, 0, 0, 0)


def test_it_is_told_in_words(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What would be published, what not and why, and the estimate."""
    assert run("nightly", "--dry-run") == 6
    told = capsys.readouterr()
    assert f"Sẽ phát hành: {TITLE}" in told.out and "Ước tính: 2 bài" in told.out and "chỉ là ước tính" in told.out
    assert "bai/ngan.txt" in told.err
