"""`audiopub stats` on a show's catalog and files, as a newsroom runs it."""

import csv
import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from audiopub.adapters.audience_plot import audience
from audiopub.article.dates import INDOCHINA
from audiopub.audience import shelf_of
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings
from audiopub.publish.model import Alternate, Episode
from audiopub.units import Milliseconds
from tests.catalogs import catalog_in
from tests.listeners import SIZE, TAG, count, line

A_TAG = b"ID3\x03\x00\x00" + bytes((0, 2, 56, 54)) + bytes(TAG - 10)


def run(*arguments: str) -> int:
    return exit_code_of(main_group, arguments)


def published(number: str, title: str, *, size: int, seconds: int, former: tuple[str, ...] = (), opus: bool = False) -> Episode:
    moment = datetime(2026, 11, 17, 5, tzinfo=INDOCHINA)
    return Episode(
        id=number, guid=number, name=number, title=title, author=None, description="", article_url=None, published=moment, updated=moment, revision=1,
        audio=f"{number}.mp3", audio_bytes=size, duration=Milliseconds(seconds * 1000), chapters=(), voice="silent", fallback=False, fingerprint="", former_audio=former,
        alternates=(Alternate(file=f"{number}.opus", bytes=size // 4),) if opus else (),
    )  # fmt: skip


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A show with two episodes, one of whose audio lies here, and a log."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDIOPUB_LANG", "en")
    assert run("init") == 0
    catalog = catalog_in(tmp_path / ".audiopub" / "catalog")
    catalog.commit("ban-tin", published("a", "Chợ phiên vùng cao", size=SIZE, seconds=300, former=("old.mp3",)))
    catalog.commit("ban-tin", published("b", "Nước sạch về bản", size=360_000, seconds=45, opus=True))
    (tmp_path / "output" / "ban-tin").mkdir(parents=True)
    (tmp_path / "output" / "ban-tin" / "a.mp3").write_bytes(A_TAG)
    (tmp_path / "access.log").write_bytes(b"".join(log()))
    capsys.readouterr()
    return tmp_path


def log() -> list[bytes]:
    return [
        line(path="/ban-tin/a.mp3"),
        line(path="/ban-tin/old.mp3", client="192.0.2.2", when="18/Nov/2026:06:00:00 +0700", agent="Spotify/8.8.42 Android/33"),
        line(path="/ban-tin/a.mp3", client="192.0.2.3", sent=519_999),
        line(path="/ban-tin/b.opus", client="192.0.2.3", sent=90_000),
        line(path="/ban-tin/b.mp3", agent="curl/8.5.0"),
        line(path="/ban-tin/gone.mp3"),
        b"192.0.2.9 nonsense\n",
    ]


def asked(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, object]:
    """Run with --json."""
    assert run("stats", *arguments, "--json") == code
    document = json.loads(capsys.readouterr().out)
    assert sum(document["lines_by_fate"].values()) == document["lines"]
    assert isinstance(document, dict)
    return document


def test_the_catalog_is_the_shelf(newsroom: Path) -> None:
    """Names, former names and other forms, and the place where the sound of the file on the disk begins."""
    shelf = shelf_of(Settings(), "ban-tin")
    assert {(file.names, file.episode, file.bytes, file.start) for file in shelf.files} == {
        (("a.mp3", "old.mp3"), "a", SIZE, TAG), (("b.mp3",), "b", 360_000, 0), (("b.opus",), "b", 90_000, 0),
    }  # fmt: skip


def test_as_json(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document with every count."""
    document = asked(capsys, "access.log")
    assert document["downloads"] == 3
    assert document["days"] == {"2026-11-17": 2, "2026-11-18": 1}
    assert document["unknown"] == {"gone.mp3": 1}
    assert document["episodes"] == [
        {"id": "a", "title": "Chợ phiên vùng cao", "published": "2026-11-17T05:00:00+07:00", "downloads": 2, "listeners": 2, "last_7_days": 2, "first_7_days": 2,
         "first_7_days_whole": False, "apps": {"AntennaPod": 1, "Spotify": 1}},
        {"id": "b", "title": "Nước sạch về bản", "published": "2026-11-17T05:00:00+07:00", "downloads": 1, "listeners": 1, "last_7_days": 1, "first_7_days": 1,
         "first_7_days_whole": False, "apps": {"AntennaPod": 1}},
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_for_people(newsroom: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """Episodes, shares, days, what was left out and how the lines add up; no address."""
    assert run("--lang", language, "stats", "access.log") == 0
    out = capsys.readouterr().out
    assert "Chợ phiên vùng cao" in out and "AntennaPod 50 % · Spotify 50 %" in out and "gone.mp3" in out and "access.log:7: […] nonsense" in out
    assert "192.0.2" not in out
    assert {"vi": "        7  dòng đã đọc", "en": "        7  lines read"}[language] in out


def test_episodes_nobody_heard(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are counted rather than listed; JSON has them all."""
    (newsroom / "one.log").write_bytes(log()[0])
    assert run("stats", "one.log") == 0
    out = capsys.readouterr().out
    assert "1 episodes without downloads" in out and "Nước sạch về bản" not in out
    assert len(asked(capsys, "one.log")["episodes"]) == 2  # type: ignore[arg-type]


def test_the_period(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day that ends a period belongs to it."""
    assert asked(capsys, "access.log", "--until", "2026-11-17")["downloads"] == 2
    assert asked(capsys, "access.log", "--since", "2026-11-18", "--until", "2026-11-18")["downloads"] == 1
    assert asked(capsys, "access.log", "--until", "2026-11-17T12:00")["downloads"] == 2
    assert run("stats", "access.log", "--until", "yesterday") == 2


def test_packed_and_piped(newsroom: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """gzip is known by its bytes, on standard input too; the same name twice is one log, the same log under two names counts once."""
    packed = gzip.compress((newsroom / "access.log").read_bytes())
    (newsroom / "access.log.1").write_bytes(packed)
    plain = asked(capsys, "access.log")
    assert asked(capsys, "access.log.1") | {"unreadable": 0} == plain | {"unreadable": 0}
    assert asked(capsys, "access.log", "access.log") == plain
    both = asked(capsys, "access.log", "access.log.1")
    assert (both["downloads"], both["lines"]) == (3, 14)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(packed))))
    assert asked(capsys, "-")["downloads"] == 3


def test_a_log_that_breaks_off(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands before the damage counts, the other logs too, and the exit code says that something is missing."""
    lines = [line(path="/ban-tin/a.mp3", client=f"192.0.{place // 250}.{place % 250}") for place in range(5000)]
    packed = gzip.compress(b"".join(lines))
    (newsroom / "cut.gz").write_bytes(packed[: len(packed) // 2])
    document = asked(capsys, "cut.gz", "access.log", code=6)
    assert 500 < int(str(document["downloads"])) < 5003
    assert [one["log"] for one in document["broken"]] == ["cut.gz"]  # type: ignore[attr-defined]
    (newsroom / "damaged.gz").write_bytes(packed[:200] + b"\xff" * 200 + packed[400:])
    assert run("stats", "damaged.gz") == 6
    assert "damaged.gz breaks off" in capsys.readouterr().err


def test_what_is_not_there(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log that is missing stops the run before anything is counted."""
    assert run("stats", "access.log", "gone.log") == 3
    assert run("stats", ".") == 3
    assert run("stats", "access.log", "--exclude-ip", "the office") == 8
    assert run("stats", "access.log", "--plot", "a.gif") == 8
    assert run("stats", "access.log", "--json", "--csv", "-") == 2
    assert run("stats") == 2
    assert "gone.log does not exist" in capsys.readouterr().err


def test_a_show_without_episodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to count for."""
    monkeypatch.chdir(tmp_path)
    assert run("init") == 0
    (tmp_path / "access.log").write_bytes(line())
    assert run("stats", "access.log") == 7


def test_addresses_left_out(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By address, network, and a file of them."""
    (newsroom / "office.txt").write_text("# the office\n192.0.2.2\n", encoding="utf-8")
    assert asked(capsys, "access.log", "--exclude-ip", "192.0.2.0/31")["downloads"] == 2
    document = asked(capsys, "access.log", "--exclude-ip", "192.0.2.1", "--exclude-ip", "office.txt")
    assert document["downloads"] == 1


def test_csv(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row an episode, a column an app; on standard output nothing else."""
    assert run("stats", "access.log", "--csv", "-") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["title"], row["downloads"], row["AntennaPod"], row["Spotify"]) for row in rows] == [
        ("Chợ phiên vùng cao", "2", "1", "1"),
        ("Nước sạch về bản", "1", "1", "0"),
    ]
    assert run("stats", "access.log", "--csv", "tap.csv", "--plot", "tap.svg") == 0
    assert "wrote tap.csv\nwrote tap.svg" in capsys.readouterr().out
    assert list(csv.DictReader(io.StringIO((newsroom / "tap.csv").read_text(encoding="utf-8")))) == rows


def test_the_picture(newsroom: Path) -> None:
    """A whole SVG and a whole PNG, the same each time, for many episodes, for one, and for none."""
    assert run("stats", "access.log", "--plot", "tap.svg") == 0
    assert ET.parse(newsroom / "tap.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    report = count(log())
    assert audience(report, "Bản tin", "png") == audience(report, "Bản tin", "png")
    with Image.open(io.BytesIO(audience(count([]), "Bản tin", "png"))) as image:
        image.verify()


def test_lines_without_end(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file without line ends is one line, and the beginning of a long line is all that is looked at."""
    (newsroom / "long.log").write_bytes(b"\0" * 300_000 + b"\n" + b"".join(log()) + b"x" * 65_536)
    document = asked(capsys, "long.log")
    assert (document["downloads"], document["lines"]) == (3, 9)
