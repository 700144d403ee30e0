"""What the command line does before listeners stands in the record of the house, and webhooks are told of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from audiopub.bootstrap import audit
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.cli.recorded import on_this_machine
from audiopub.config import Settings
from audiopub.desk.record import Record
from audiopub.desk.webhooks import Webhooks
from audiopub.errors import TryAgain
from tests.articles import BODY, TITLE

LAN = on_this_machine("lan")
SHOW = (
    'title = "Bản tin"\ndescription = "Tin."\nauthor = "Báo Thử"\nbase_url = "https://podcast.bao.example"\n'
    '[owner]\nname = "Tòa soạn"\nemail = "a@bao.example"\n[voice]\nchain = ["silent"]\n'
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a newsroom whose webhook hears of everything."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AUDIOPUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AUDIOPUB_AUTHOR", "lan")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "ban-tin.toml").write_text(SHOW, encoding="utf-8")
    (tmp_path / "bai.txt").write_text("\n\n".join((TITLE, *BODY)), encoding="utf-8")
    Webhooks(Settings.read()).add(LAN, "https://cms.bao.example/audiopub")
    return tmp_path


def run(*arguments: str) -> int:
    return exit_code_of(main_group, ["--lang", "vi", *arguments])


def written() -> list[tuple[str, str]]:
    """Give who did what with the article, oldest first."""
    lines = audit(Settings.read()).lines()
    assert all(line.via == "cli" and line.show == "ban-tin" for line in lines if not line.act.startswith("webhook"))
    return [(line.by, line.act) for line in reversed(lines) if not line.act.startswith("webhook")]


def heard() -> list[dict[str, Any]]:
    """Give what the webhook is told, oldest first."""
    return [json.loads(one.body) for one in reversed(Webhooks(Settings.read()).deliveries(LAN))]


def test_what_commands_do_is_written_down_and_told(home: Path) -> None:
    assert run("render", "bai.txt", "-q") == 0
    assert run("render", "bai.txt", "-q") == 0  # nothing to do: nothing to tell
    assert run("correct", TITLE, "--replace", f"{BODY[0].split()[0]}=>Hôm nay,", "--dry-run") == 0
    assert run("correct", TITLE, "--replace", f"{BODY[0].split()[0]}=>Hôm nay,") == 0
    assert run("rollback", TITLE) == 0
    assert run("withdraw", TITLE, "--note", "sai số liệu") == 0
    assert run("restore", TITLE) == 0
    assert run("reissue", TITLE, "--replace", f"{BODY[0].split()[0]}=>Sáng nay,") == 0
    assert written() == [("cli:lan", act) for act in ("publish", "publish", "rollback", "withdraw", "restore", "reissue")]
    told = heard()
    assert [one["event"].partition(".")[2] for one in told] == ["published", "updated", "updated", "withdrawn", "restored", "updated"]
    assert len({one["id"] for one in told}) == 6
    assert {one["episode"].rpartition("-")[0] for one in told} == {"ban-tin"}
    assert all(one["title"].startswith(TITLE) and one["url"].startswith("https://podcast.bao.example/ban-tin/") for one in told)
    assert [one["revision"] for one in told[:2]] == [1, 2]


def test_an_embargo_is_told_when_it_is_set_and_when_it_ends(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("render", "bai.txt", "-q", "--not-before", "2126-01-01T06:00") == 0
    assert written() == [("cli:lan", "schedule")]
    assert [(one["event"], one["url"]) for one in heard()] == [("episode.ready", "")]
    assert run("withdraw", TITLE) == run("restore", TITLE) == 0
    assert [(one["event"], one["url"]) for one in heard()][2:] == [("episode.ready", "")], "its time has not come: listeners have nothing of it"


def test_a_lexicon_that_is_changed_is_written_down(home: Path) -> None:
    assert run("lexicon", "add", "Net Zero", "nét di rô", "--dry-run") == 0
    assert run("lexicon", "add", "Net Zero", "nét di rô") == 0
    assert run("lexicon", "rm", "Net Zero") == 0
    (home / "tu.csv").write_text("written,spoken\nODA,ô đê a\n", encoding="utf-8")
    assert run("lexicon", "import", "tu.csv") == 0
    assert written() == [("cli:lan", act) for act in ("lexicon_save", "lexicon_remove", "lexicon_import")]
    assert audit(Settings.read()).lines()[2].details["spoken"] == "nét di rô"


def test_what_cannot_be_written_down_is_said_and_stays_done(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def busy(*_given: object, **_more: object) -> None:
        raise TryAgain("again.disk_full", path="state")

    monkeypatch.setattr(Record, "made", busy)
    assert run("render", "bai.txt", "-q") == 0
    assert "nhật ký của tòa soạn" in capsys.readouterr().err
    assert (home / "output" / "ban-tin" / "feed.xml").exists()
    assert written() == []
