"""The acts of an editor from the command line: a day of corrections in a folder, with real files and a real catalog."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from audiopub.adapters.file_locks import FileLocks
from audiopub.adapters.object_store import ObjectStore
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from tests.articles import BODY, TITLE
from tests.catalogs import catalog_in
from tests.s3_stand_in import BUCKET, s3

OWNER = '[owner]\nname = "Tòa soạn"\nemail = "a@bao.example"\n[voice]\nchain = ["silent"]\n'
SHOW = f'title = "Bản tin"\ndescription = "Tin."\nauthor = "Báo Thử"\n{OWNER}'
BULLETIN = f'title = "Điểm tin"\ndescription = "Tin."\nauthor = "Báo Thử"\n{OWNER}[bulletin]\nshows = ["ban-tin"]\nform = "full"\nhours = 48\n'
SELECTING = f'title = "Đường sá"\ndescription = "Tin."\nauthor = "Báo Thử"\n{OWNER}[select]\nshows = ["ban-tin"]\nwords = ["đường"]\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a newsroom with an article in one show, in a bulletin, and in a show that selects it."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in __import__("os").environ if name.startswith("AUDIOPUB_")]:
        monkeypatch.delenv(name)
    (tmp_path / "feeds").mkdir()
    for name, text in (("ban-tin", SHOW), ("diem-tin", BULLETIN), ("duong-sa", SELECTING)):
        (tmp_path / "feeds" / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "bai.txt").write_text("\n\n".join((TITLE, *BODY)), encoding="utf-8")
    assert run("render", "bai.txt", "--show", "ban-tin", "-q") == 0
    assert run("bulletin", "--show", "diem-tin") == 0
    return tmp_path


def run(*arguments: str) -> int:
    return exit_code_of(main_group, ["--lang", "vi", *arguments])


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def items(home: Path, show: str) -> list[str]:
    return [item.findtext("guid") or "" for item in etree.parse(home / "output" / show / "feed.xml").iter("item")]


def texts(home: Path, show: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((home / "output" / show).glob("*.vtt")))


def test_a_correction_goes_everywhere(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is corrected is seen before it is done; then it stands in its show, in the show that selects it, and in the bulletin, each under its guid."""
    before = {show: items(home, show) for show in ("ban-tin", "diem-tin", "duong-sa")}
    assert before["ban-tin"] == before["duong-sa"] and len(before["diem-tin"]) == 1
    asked = ("correct", "sức dân", "--show", "ban-tin", "--replace", "40 tỷ => 45 tỷ", "--note", "Số đúng là 45 tỷ.", "--by", "lan")
    would = told(capsys, *asked, "--dry-run")
    assert [(change["before"]["written"].count("40"), change["after"]["written"].count("45")) for change in would["changes"]] == [(1, 1)]
    assert "40 tỷ" in texts(home, "ban-tin")
    done = told(capsys, *asked)
    assert (done["revision"], done["made"], done["outcome"], len(done["bulletins"])) == (2, 1, "updated", 1)
    assert {show: items(home, show) for show in before} == before
    for show in ("ban-tin", "diem-tin"):
        assert "45 tỷ" in texts(home, show) and "40 tỷ" not in texts(home, show)
    assert "Số đúng là 45 tỷ." in (home / "output/duong-sa/feed.xml").read_text(encoding="utf-8")
    assert run("render", "bai.txt", "--show", "ban-tin", "-q") == 0
    assert told(capsys, "history", "sức dân", "--show", "ban-tin")["revision"] == 2


def test_the_nights_correction_goes_into_bulletins_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the newspaper corrected its page and the night run took it over, the bulletin that told the article says the right word as well."""
    (home / "bai.txt").write_text("\n\n".join((TITLE, *BODY)).replace("40 tỷ", "47 tỷ"), encoding="utf-8")
    assert run("render", "bai.txt", "--show", "ban-tin", "-q") == 0
    assert "Đã làm lại bản tin" in capsys.readouterr().out
    assert "47 tỷ" in texts(home, "diem-tin") and "40 tỷ" not in texts(home, "diem-tin")


def test_a_bulletin_that_could_not_be_made_again_is_by_the_next_run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """While somebody else is at it, or its file is wrong, the act itself is done and says what is left; any later run of any show makes the bulletin again."""
    (told_by,) = catalog_in(home / ".audiopub/catalog").episodes("diem-tin")
    monkeypatch.setenv("AUDIOPUB_PATIENCE", "0.2")
    with FileLocks(home / ".audiopub/locks").holding(f"diem-tin/{told_by.id}"):
        assert run("correct", TITLE, "--show", "ban-tin", "--replace", "40 tỷ => 45 tỷ") == 75
    assert "Còn bản tin" in capsys.readouterr().err and "45 tỷ" in texts(home, "ban-tin") and "40 tỷ" in texts(home, "diem-tin")
    assert run("feed", "build", "--show", "duong-sa") == 0
    assert "40 tỷ" not in texts(home, "diem-tin") and "45 tỷ" in texts(home, "diem-tin")
    path = home / "feeds/diem-tin.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("hours = 48", "hours = 'x'"), encoding="utf-8")
    assert run("withdraw", TITLE, "--show", "ban-tin") == 8
    assert items(home, "ban-tin") == [] and len(items(home, "diem-tin")) == 1
    path.write_text(text, encoding="utf-8")
    assert run("feed", "build", "--show", "ban-tin") == 0
    assert items(home, "diem-tin") == []
    assert run("restore", TITLE, "--show", "ban-tin") == 0
    assert len(items(home, "diem-tin")) == 1 and "45 tỷ" in texts(home, "diem-tin")


def test_a_bulletin_does_not_come_back_with_what_was_withdrawn(home: Path) -> None:
    """A bulletin that is restored after one of its articles was corrected says the right word at once."""
    assert run("withdraw", "Điểm tin", "--show", "diem-tin") == 0
    assert run("correct", TITLE, "--show", "ban-tin", "--replace", "40 tỷ => 45 tỷ") == 0
    assert run("restore", "Điểm tin", "--show", "diem-tin") == 0
    assert "45 tỷ" in texts(home, "diem-tin") and "40 tỷ" not in texts(home, "diem-tin")


def test_a_correction_from_a_file_lasts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was corrected from another file is left by the night run, which still finds the old page."""
    (home / "sua.txt").write_text("\n\n".join((TITLE, *BODY)).replace("40 tỷ", "46 tỷ"), encoding="utf-8")
    assert run("correct", TITLE, "sua.txt", "--show", "ban-tin") == 0
    assert run("render", "bai.txt", "--show", "ban-tin", "-q") == 0
    assert "Để nguyên bản mà biên tập viên đã chọn" in capsys.readouterr().out and "46 tỷ" in texts(home, "ban-tin")


def test_shows_that_take_from_others_are_checked(home: Path) -> None:
    """A show that names one that is not there, or is served from elsewhere, is a mistake of configuration."""
    path = home / "feeds/duong-sa.toml"
    path.write_text(SELECTING.replace('"ban-tin"', '"khong-co"'), encoding="utf-8")
    assert run("feed", "build", "--show", "duong-sa") == 8
    path.write_text('base_url = "https://khac.example"\n' + SELECTING, encoding="utf-8")
    assert run("feed", "build", "--show", "duong-sa") == 8


def test_a_withdrawal_goes_everywhere_and_comes_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Withdrawn from its show, an article leaves the selecting show and the bulletin, which had nothing else; restored, it is back in both feeds."""
    would = told(capsys, "withdraw", TITLE, "--show", "ban-tin", "--dry-run")
    assert would["state"] == "published" and len(items(home, "ban-tin")) == 1
    done = told(capsys, "withdraw", TITLE, "--show", "ban-tin", "--note", "sai", "--by", "minh")
    assert done["state"] == "withdrawn" and len(done["bulletins"]) == 1
    assert (items(home, "ban-tin"), items(home, "duong-sa"), items(home, "diem-tin")) == ([], [], [])
    assert not list((home / "output").rglob("*.mp3"))
    assert run("render", "bai.txt", "--show", "ban-tin", "-q") == 0
    assert "Để nguyên, vì đã bị gỡ" in capsys.readouterr().out
    assert run("restore", TITLE, "--show", "ban-tin") == 0
    assert len(items(home, "ban-tin")) == len(items(home, "duong-sa")) == 1
    assert run("restore", TITLE, "--show", "ban-tin") == 3


def test_restoring_without_its_files_makes_it_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a file of the withdrawn revision is lost, restore makes the episode again from its page, under its guid; the history calls it that."""
    guid = items(home, "ban-tin")
    assert run("withdraw", TITLE, "--show", "ban-tin") == 0
    next((home / ".audiopub/archive/revisions/ban-tin").rglob("*.vtt")).unlink()
    back = told(capsys, "restore", TITLE, "--show", "ban-tin")
    assert (back["state"], back["revision"], back["history"][-1]["act"]) == ("published", 2, "restored")
    assert items(home, "ban-tin") == guid and not list((home / "output").rglob("*15e090*.gone"))


def test_rolling_back_and_issuing_anew(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A correction is rolled back to what was, and the article issued anew; the history tells all of it, with names."""
    guid = items(home, "ban-tin")[0]
    assert run("correct", TITLE, "--show", "ban-tin", "--replace", "40 tỷ => 45 tỷ", "--by", "lan") == 0
    assert run("rollback", TITLE, "--show", "ban-tin", "--dry-run") == 0
    assert told(capsys, "rollback", TITLE, "--show", "ban-tin", "--by", "minh")["pinned"] is True
    assert "40 tỷ" in texts(home, "ban-tin") and items(home, "ban-tin") == [guid]
    assert run("reissue", TITLE, "--show", "ban-tin", "--note", "Sai tên.", "--by", "lan") == 0
    assert items(home, "ban-tin") != [guid] and len(items(home, "ban-tin")) == 1
    past = told(capsys, "history", TITLE, "--show", "ban-tin")["history"]
    assert [(event["act"], event["by"]) for event in past] == [("published", ""), ("corrected", "lan"), ("rolled_back", "minh"), ("reissued", "lan")]
    capsys.readouterr()
    assert run("history", "--show", "ban-tin") == 0
    assert "phát hành lại" in capsys.readouterr().out
    assert run("history", TITLE, "--show", "ban-tin") == 0
    assert "quay về bản cũ" in capsys.readouterr().out


def test_a_lexicon_entry_is_a_correction_of_the_reading(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After an entry of the lexicon only what is said changes: shown as such, and spoken again alone."""
    assert run("lexicon", "add", "UBND", "ủy ban", "--show", "ban-tin") == 0
    done = told(capsys, "correct", TITLE, "--show", "ban-tin")
    [change] = done["changes"]
    assert change["before"]["written"] == change["after"]["written"] and "ủy ban" in change["after"]["spoken"] and done["made"] == 1


def test_mistakes_are_said(home: Path) -> None:
    """No such episode, an edit without its arrow, a place that is not there, a bulletin that is to be corrected: a sentence, a code, and nothing changed."""
    before = {path: path.read_bytes() for path in (home / "output").rglob("*") if path.is_file()}
    assert run("correct", "không có", "--show", "ban-tin") == 3
    assert run("correct", TITLE, "--show", "ban-tin", "--replace", "40 tỷ") == 2
    assert run("correct", TITLE, "--show", "ban-tin", "--replace", "99 tỷ => 1") == 3
    assert run("correct", "Điểm tin", "--show", "diem-tin") == 3
    assert run("rollback", TITLE, "--show", "ban-tin") == 3
    assert run("bulletin", "--show", "ban-tin") == 8
    assert run("bulletin", "--show", "diem-tin", "--edition", "trưa") == 3
    assert run("render", "bai.txt", "--show", "ban-tin", "--not-before", "mai") == 2
    assert {path: path.read_bytes() for path in (home / "output").rglob("*") if path.is_file()} == before


def come(home: Path) -> None:
    """Let the time come for which the show's episodes are kept."""
    catalog = catalog_in(home / ".audiopub/catalog")
    for episode in catalog.episodes("ban-tin"):
        if episode.published.year > 2090:
            catalog.commit("ban-tin", replace(episode, published=episode.published.replace(year=2026)))


def test_an_embargo_ends_by_itself(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept until a time that has come is published by the next feed build; until then it is nowhere in the output."""
    (home / "sau.txt").write_text("\n\n".join(("Bài để dành cho sáng mai", *BODY[::-1])), encoding="utf-8")
    assert run("render", "sau.txt", "--show", "ban-tin", "-q", "--not-before", "2099-01-01T06:00") == 0
    assert "Giữ đến 06:00 01/01/2099" in capsys.readouterr().out
    assert "de-danh" not in "".join(path.name for path in (home / "output").rglob("*"))
    come(home)
    assert len(told(capsys, "feed", "build", "--show", "ban-tin")["released"]) == 1
    assert len(items(home, "ban-tin")) == 2


def test_sweeping_removes_only_what_is_ours(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half-written files and files that no episode names go, and nothing else: neither somebody's own files nor young ones."""
    folder = home / "output/ban-tin"
    before = {path.name for path in folder.iterdir()}
    ours = (".tmp-12-3", "2020-01-01-bai-cu-0123ab-01234567.mp3", "feed-2020-01-01-0123ab.xml")
    for name in (*ours, "gioi-thieu.html", "2020.pdf"):
        (folder / name).write_bytes(b"x")
    assert told(capsys, "feed", "sweep", "--show", "ban-tin")["swept"] == []
    assert len(told(capsys, "feed", "sweep", "--show", "ban-tin", "--older", "0h", "--dry-run")["swept"]) == 3
    assert sorted(key.rpartition("/")[2] for key in told(capsys, "feed", "sweep", "--show", "ban-tin", "--older", "0h")["swept"]) == sorted(ours)
    assert {path.name for path in folder.iterdir()} == before | {"gioi-thieu.html", "2020.pdf"}


def test_a_lost_embargo_stops_no_other(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An episode whose kept files are lost when its time comes is named, with exit code 7; what else is due is published, and rendering it again heals it."""
    for name, title in (("mot.txt", "Bài mất tệp"), ("hai.txt", "Bài còn tệp")):
        (home / name).write_text("\n\n".join((title, *(part + f" {title}." for part in BODY[::-1]))), encoding="utf-8")
        assert run("render", name, "--show", "ban-tin", "-q", "--not-before", "2099-01-01T06:00") == 0
    come(home)
    next((home / ".audiopub/archive/revisions/ban-tin").rglob("*bai-mat-tep*.mp3")).unlink()
    capsys.readouterr()
    assert run("feed", "build", "--show", "ban-tin") == 7
    assert "Bài mất tệp" in capsys.readouterr().err
    assert len(items(home, "ban-tin")) == 2
    assert run("render", "mot.txt", "--show", "ban-tin", "-q") == 0
    assert len(items(home, "ban-tin")) == 3


def test_a_newsroom_with_a_bucket(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With a bucket for what is served and one that is not, everything works alike, under a server that refuses two of five writing requests."""
    before = set((home / "output").rglob("*"))
    with s3(refused=0.4) as environment:
        for name, value in {**environment, "AUDIOPUB_STORE": f"s3://{BUCKET}/site", "AUDIOPUB_ARCHIVE": f"s3://{BUCKET}/kho"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AUDIOPUB_STATE", "mây")
        bucket = ObjectStore(f"s3://{BUCKET}", environment)
        assert run("render", "bai.txt", "--show", "ban-tin", "-q") == 0
        assert run("correct", TITLE, "--show", "ban-tin", "--replace", "40 tỷ => 45 tỷ") == 0
        present = told(capsys, "history", TITLE, "--show", "ban-tin")
        feed = bucket.get("site/ban-tin/feed.xml") or b""
        assert present["audio"].encode() in feed and bucket.size(f"site/ban-tin/{present['audio']}")
        first = present["history"][0]["audio"]
        assert bucket.get(f"site/ban-tin/{first}") == bucket.get(f"site/ban-tin/{present['audio']}")
        assert bucket.size(f"kho/revisions/ban-tin/{present['id']}/0001/{first}")
        assert run("withdraw", TITLE, "--show", "ban-tin") == 0
        assert [stored.key for stored in bucket.keys("site/ban-tin/") if stored.key.endswith(".mp3")] == []
        assert run("restore", TITLE, "--show", "ban-tin") == 0
        assert bucket.get("site/ban-tin/feed.xml") == feed
        monkeypatch.setenv("AUDIOPUB_ARCHIVE", f"s3://{BUCKET}/site/kho")
        assert run("feed", "build", "--show", "ban-tin") == 8
    assert set((home / "output").rglob("*")) == before
