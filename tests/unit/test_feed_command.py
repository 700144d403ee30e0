"""``audiopub feed check`` as a publisher meets it."""

import json
from pathlib import Path

import pytest

from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.messages import LANGUAGES
from audiopub.publish.feedcheck.model import APP_NAMES
from audiopub.publish.feedcheck.table import table
from tests.conftest import ROOT
from tests.feed_faults import CHANGES, FAULTS, FEED
from tests.shows import publish_all


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three episodes and their feed."""
    site = tmp_path_factory.mktemp("show") / "site"
    publish_all(site)
    return site


def run(*arguments: str, language: str = "en") -> int:
    return exit_code_of(main_group, ["--lang", language, "feed", "check", *arguments])


def planted(show: Path, folder: Path, *rules: str) -> str:
    """Write the feed with faults planted, and give its path."""
    files = {FEED: (show / FEED).read_bytes()}
    for rule in rules:
        files = next(fault for fault in (*FAULTS, *CHANGES) if fault.rule == rule).plant(files)
    (folder / FEED).write_bytes(files[FEED])
    return str(folder / FEED)


def test_a_good_feed_is_fine(show: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said but how much was checked."""
    assert run(str(show / FEED)) == 0
    assert capsys.readouterr().out.strip().endswith(": 120 checks, all passed")


def test_a_fault_is_told_with_what_each_app_does(show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where, what is wrong, what would be right, what each app does, and who says so."""
    assert run(planted(show, tmp_path, "identity.guid"), "--site", str(show)) == 7
    captured = capsys.readouterr()
    for said in (
        "identity.guid [error]  Điểm tin sáng: the episode has no guid", "right: A guid that is made once", "Podcast Index: does not show the episode",
        "  Podcast Index: does not show the episode\n", "  Overcast: nothing known against it (not known for 1 of the rules)", "source: Apple, Podcast RSS feed requirements, https://",
        "1 errors, 0 warnings, 0 notes",
    ):  # fmt: skip
        assert said in captured.out
    assert "1 rules" in captured.err


def test_errors_come_first_and_places_are_counted(show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What matters most stands first; of many places five are told, with the number of the rest."""
    path = tmp_path / FEED
    path.write_text((show / FEED).read_text("utf-8").replace("<item>", "<item><podcast:person/><podcast:person> </podcast:person><itunes:explicit>no</itunes:explicit>").replace(" +0700</pubDate>", "</pubDate>"), encoding="utf-8")  # fmt: skip
    assert run(str(path), "--site", str(show)) == 7
    out = capsys.readouterr().out
    assert out.index("[error]") < out.index("[warning]")
    assert out.count("notes.person [warning]") == 5
    assert "and at 1 more places" in out


def test_notes_and_warnings_pass_unless_strict(show: Path, tmp_path: Path) -> None:
    """A warning fails only a strict check, a note never."""
    warning = planted(show, tmp_path, "channel.owner")
    assert (run(warning, "--site", str(show)), run(warning, "--site", str(show), "--strict")) == (0, 7)
    note = planted(show, tmp_path, "channel.locked")
    assert (run(note, "--site", str(show)), run(note, "--site", str(show), "--strict")) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_holds_all(show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """One document: verdict, counts, findings with what each app does, null where that is not known."""
    assert run(planted(show, tmp_path, "item.date_zone"), "--site", str(show), "--json", language=language) == 7
    document = json.loads(capsys.readouterr().out)
    assert (document["verdict"], document["errors"], document["warnings"], document["notes"]) == ("broken", 1, 0, 0)
    (finding,) = document["findings"]
    assert {"rule", "severity", "where", "what", "found", "right", "source", "apps"} == set(finding)
    assert (finding["rule"], finding["severity"], finding["where"]) == ("item.date_zone", "error", "audiopub:2018-06-06-diem-tin-sang")
    assert set(finding["apps"]) == set(APP_NAMES.values())
    assert finding["apps"]["Overcast"] is None
    assert finding["apps"]["gPodder"]["does"] in table()["item.date_zone"].does[next(app for app, name in APP_NAMES.items() if name == "gPodder")].effect.texts.values()
    assert document["apps"]["Pocket Casts"] == {"troubles": [], "unknown": 1}


def test_the_former_feed_is_compared(show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed guid is told; a former feed that is none, or not there, is an error of its own."""
    now = planted(show, tmp_path, "previous.guid")
    assert run(now, "--site", str(show), "--previous", str(show / FEED)) == 7
    assert "gPodder: shows the episode a second time, as new" in capsys.readouterr().out
    (tmp_path / "text.xml").write_text("không phải feed", encoding="utf-8")
    assert run(now, "--previous", str(tmp_path / "text.xml")) == 7
    assert "text.xml is not a feed" in capsys.readouterr().err
    assert run(now, "--previous", str(tmp_path / "none.xml")) == 3


def test_few_files_may_be_looked_at(show: Path, tmp_path: Path) -> None:
    """With --items only the newest episodes' files are looked at."""
    for path in show.iterdir():
        if path.is_file() and not path.name.startswith("2018-06-04"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert (run(str(tmp_path / FEED)), run(str(tmp_path / FEED), "--items", "2")) == (7, 0)


def test_what_cannot_be_checked(tmp_path: Path) -> None:
    """No source is a wrong call; a file that is not there, or a folder, is bad input."""
    assert (run(), run(str(tmp_path / "none.xml")), run(str(tmp_path))) == (2, 3, 3)


def test_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """--rules lists every rule with its source, as a table or as JSON, and checks nothing."""
    assert run("--rules") == 0
    assert [line.split("`")[1] for line in capsys.readouterr().out.splitlines() if "`" in line] == list(table())
    assert run("--rules", "--json") == 0
    assert [rule["rule"] for rule in json.loads(capsys.readouterr().out)] == list(table())


def test_the_documented_table_is_the_present_one(capsys: pytest.CaptureFixture[str]) -> None:
    """The table in the documentation is what --rules prints."""
    assert run("--rules") == 0
    assert capsys.readouterr().out.strip() in (ROOT / "docs/feed-check.md").read_text(encoding="utf-8")
