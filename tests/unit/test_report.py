"""What a night says of itself: as JSON, as text, as a page; and the number it ends with."""

import dataclasses
import json
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from audiopub.errors import ConfigInvalid
from audiopub.jobs.report import Line, Report, problems
from audiopub.jobs.report_json import from_plain, plain
from audiopub.jobs.report_page import page
from audiopub.jobs.report_text import text
from audiopub.jobs.verdict import exit_code
from audiopub.jobs.wording import headline, reason, remedy
from audiopub.messages import LANGUAGES, Language, message
from tests.conftest import ROOT

NIGHTS = ROOT / "tests" / "nights"
CASES = sorted(path for path in NIGHTS.iterdir() if path.is_dir())
WELL = ("published", "updated", "unchanged", "embargoed", "withdrawn", "pinned", "twin")
ILL = ("held", "failed", "parked", "cancelled")


def night(name: str) -> Report:
    return from_plain(json.loads((NIGHTS / name / "input.json").read_text(encoding="utf-8")))


def report(*outcomes: str, **fields: Any) -> Report:
    lines = tuple(Line(source=f"https://bao.example/{place}", outcome=outcome, code="fetch.status") for place, outcome in enumerate(outcomes))
    return Report(**({"show": "thu", "title": "Thử", "date": "2026-11-26", "lines": lines} | fields))


def failed(*codes: str) -> tuple[Line, ...]:
    return tuple(Line(source=f"https://bao.example/{place}", outcome="failed", code=code) for place, code in enumerate(codes))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_night_gives_the_golden_files(case: Path, golden: Callable[[Path, str], None]) -> None:
    """The same night is always told in the same words."""
    made = night(case.name)
    golden(case / "report.json", json.dumps(plain(made, "vi"), ensure_ascii=False, indent=1) + "\n")
    golden(case / "report.vi.txt", text(made, "vi"))
    golden(case / "report.en.txt", text(made, "en"))
    golden(case / "report.html", page(made))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_report_comes_back_from_json(case: Path) -> None:
    """What is kept of a night gives the same report, with sentences for people or without."""
    made = night(case.name)
    for language in (None, *LANGUAGES):
        assert from_plain(json.loads(json.dumps(plain(made, language)))) == made


def test_every_field_is_kept() -> None:
    """A field that is added to a report or a line is kept too, whatever its value."""
    values: Mapping[str, Any] = {"str": "x", "int": 7, "bool": True}
    line = Line(**{field.name: values.get(str(getattr(field.type, "__name__", field.type)), {"words": 3}) for field in dataclasses.fields(Line)})
    made = Report(
        **{field.name: values.get(str(getattr(field.type, "__name__", field.type)), (line,)) for field in dataclasses.fields(Report) if field.name != "missing"},
        missing=("a.mp3",),
    )
    assert from_plain(plain(made)) == made


def test_details_that_json_lacks_become_text() -> None:
    """A path in an error's details breaks no report."""
    line = Line(source="a", outcome="failed", code="config.bad_toml", details={"path": PurePosixPath("/x/y.toml"), "reason": ("a", 1)})
    kept = plain(report(failures=(line,)))["failures"][0]["details"]
    assert kept == {"path": "/x/y.toml", "reason": ["a", 1]}


def test_keys_of_a_later_release_are_left_out_and_its_form_refused() -> None:
    """Further keys are no harm; another version is."""
    document = plain(report("published"))
    assert from_plain({**document, "mood": "good", "lines": [{**document["lines"][0], "colour": "red"}]}) == report("published")
    with pytest.raises(ConfigInvalid) as refused:
        from_plain({**document, "version": 2})
    assert refused.value.code == "config.newer_report"


def test_the_documented_keys_are_the_keys() -> None:
    """docs/nightly.md lists what the JSON has: no more, no less."""
    words = (ROOT / "docs/nightly.md").read_text(encoding="utf-8")
    table = words.split("### The report as JSON")[1].split("\n## ")[0]
    listed = {key for row in re.findall(r"^\| (`[^|]+) \| (?!\*)", table, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    made = plain(night("busy"), "vi")
    assert listed == set(made) | set(made["lines"][0]) | set(made["problems"][0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_stand_before_everything_else(language: Language) -> None:
    """Each problem is told before the first number, with its reason and a command."""
    made = night("busy")
    told = text(made, language).split(message("report.figures", language))[0]
    flat = " ".join(told.split())
    for line in problems(made):
        assert reason(line, language) in flat
        assert remedy(made, line).replace("\x1b", " ") in told
    assert "2026-11-02-le-hoi-4f2a.mp3" in told


def test_nothing_in_a_text_moves_the_cursor() -> None:
    """Titles and addresses come from other people; what a terminal would obey is left out."""
    rude = Line(source="a\x1b]0;x\x07\u202eb\r\nc", outcome="failed", title="t\x9b31m\nu", code="fetch.status", details={"url": "\x1b[2J", "status": "\n5"})
    told = text(report(lines=(rude,), bulletins=(rude,), failures=(rude,), title="\x1b[1m", missing=("\x07",)), "vi")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)


def test_commands_can_be_pasted() -> None:
    """What stands behind an article is one argument of a command, whatever is in it."""
    for source in ("https://bao.example/a?b=1&c=$(reboot)'x'", "-rf.html", "bài; rm -rf.html"):
        line = Line(source=source, outcome="held", code="article.paywall")
        words = shlex.split(remedy(report(), line))
        assert words[-1] == source and words[:6] == ["audiopub", "render", "--show", "thu", "--accept", "article.paywall"]
    assert shlex.split(remedy(report(), Line(source="x", outcome="failed", job="a b"))) == ["audiopub", "jobs", "retry", "a b"]


def test_a_page_needs_nothing_and_runs_nothing() -> None:
    """Titles are text, addresses that are no web addresses are no links, and nothing is loaded."""
    rude = Line(source="javascript:alert(1)", outcome="failed", title="<script>alert(1)</script>", code="<b>")
    markup = page(report(lines=(rude,), title="</title><script>"))
    assert "<script" not in markup and "<b>" not in markup and 'href="javascript' not in markup
    assert not re.search(r"\b(?:src|srcset)=|url\(|@import|<link", markup)
    assert "default-src &#39;none&#39;" in markup or "default-src 'none'" in markup


@pytest.mark.parametrize("outcome", WELL)
def test_what_is_well_ends_with_0(outcome: str) -> None:
    """Every outcome that nobody has to look at."""
    assert exit_code(report(outcome)) == 0
    assert exit_code(report()) == 0


@pytest.mark.parametrize("outcome", ILL)
def test_what_has_to_be_looked_at_ends_with_6(outcome: str) -> None:
    """As an article among others, and as a bulletin."""
    assert exit_code(report("published", outcome)) == 6
    assert exit_code(report("unchanged", bulletins=(Line(source="b", outcome=outcome, code="fetch.status"),))) == 6


def test_lost_audio_and_a_source_that_is_down_end_with_6() -> None:
    """As long as something else was done."""
    assert exit_code(report("unchanged", missing=("a.mp3",))) == 6
    assert exit_code(report("unchanged", failures=failed("fetch.status"))) == 6
    assert exit_code(report("held")) == 6


@pytest.mark.parametrize(
    ("code", "number"),
    [("fetch.unreachable", 4), ("fetch.status", 4), ("speech.all_failed", 69), ("speech.throttled", 69), ("speech.unavailable", 69), ("speech.rejected", 5),
     ("speech.unknown_engine", 8), ("again.disk_full", 73), ("again.store", 75), ("config.no_show_file", 8), ("source.bad_listing", 3), ("feed.invalid", 7), ("x.y", 6), ("job.broken", 1)],
)  # fmt: skip
def test_where_nothing_could_be_done_the_cause_is_told(code: str, number: int) -> None:
    """One cause for everything gives its own code."""
    assert exit_code(report(failures=failed(code))) == number
    assert exit_code(report(lines=failed(code, code))) == number


def test_several_causes_are_no_single_one() -> None:
    """Where the whole night failed for different reasons, the report has to be read."""
    assert exit_code(report(failures=failed("fetch.status", "config.bad_toml"))) == 6


def test_headlines() -> None:
    """One sentence, the articles that matter first."""
    assert headline(night("calm"), "vi") == "Đêm 27/11: không có bài mới, 2 bài không đổi."
    assert headline(report("published", "published", "held"), "vi") == "Đêm 26/11: 2 bài phát hành, 1 bài giữ lại."
    assert headline(report(), "en") == "Night of 2026-11-26: the sources list no article."
    assert "1.200 bài phát hành" in headline(report(*["published"] * 1200), "vi")


def test_a_long_reason_is_cut() -> None:
    """Some details are a whole sentence of the article, or more."""
    line = Line(source="a", outcome="failed", code="source.empty", details={"source": "x" * 5000})
    assert len(reason(line, "vi")) == 400
