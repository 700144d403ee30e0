"""The rules of the feed check: a good feed breaks none, and each fault breaks exactly its own."""

import unicodedata
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiopub.adapters.memory import MemoryStore
from audiopub.messages import LANGUAGES
from audiopub.pipeline import render
from audiopub.publish.feedcheck.model import App, Need, Report, Severity
from audiopub.publish.feedcheck.parse import parsed
from audiopub.publish.feedcheck.table import table
from audiopub.publish.feedcheck.verdict import by_app
from audiopub.publish.validate import RULES, path_of, validated
from tests.articles import TITLE, text_page
from tests.conftest import NOW, make_studio
from tests.feed_faults import CHANGES, FAULTS, FEED, Fault, Files
from tests.shows import publish_all


class Folder(dict[str, bytes]):
    """Files, of whose bytes a failing example prints nothing."""

    def __repr__(self) -> str:
        return "Folder()"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three episodes, by the paths of their files."""
    site = tmp_path_factory.mktemp("show") / "site"
    publish_all(site)
    return Folder({path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()})


def lookup(files: Files, url: str) -> bytes | None:
    return files.get(path_of(url))


def checked(files: Files) -> Report:
    return validated(files[FEED], partial(lookup, files), NOW)


def rules_of(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_good_feed_breaks_nothing(files: Files) -> None:
    """Our own feed and files break no rule, not even one that only makes a note."""
    assert checked(files).findings == ()


def test_rendered_feed_breaks_nothing() -> None:
    """Nor does one that was rendered from articles."""
    studio = make_studio()
    for name, title in (("a.txt", TITLE), ("b.txt", "Một bài báo khác hẳn của ngày hôm nay")):
        render(studio, text_page(title=title, name=name), now=NOW, progress=lambda *_: None)
    assert isinstance(studio.store, MemoryStore)
    found = validated(studio.store.files["thu/feed.xml"], partial(lookup, studio.store.files), NOW).findings
    assert [finding for finding in found if table()[finding.rule].severity is not Severity.NOTE] == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_breaks_its_rule_alone(files: Files, fault: Fault) -> None:
    """A planted fault is found under its rule, and no other rule takes offence."""
    planted = fault.plant(files)
    # An address that was changed has no file; only faults of files are looked for with files.
    report = checked(planted) if fault.rule.startswith("file.") else validated(planted[FEED], None, NOW)
    assert rules_of(report) == {fault.rule}


@pytest.mark.parametrize("fault", CHANGES, ids=str)
def test_change_breaks_its_rule_alone(files: Files, fault: Fault) -> None:
    """What changed for the worse since the last feed is found; the same feed again is no change."""
    former = parsed(files[FEED], NOW)
    assert validated(files[FEED], None, NOW, previous=former).findings == ()
    assert rules_of(validated(fault.plant(files)[FEED], None, NOW, previous=former)) == {fault.rule}


def test_every_rule_has_a_fault() -> None:
    """No rule is there that nothing has been seen to break."""
    on_the_web = {Need.SERVED, Need.PAGES}
    assert {rule.name for rule in RULES if rule.need not in on_the_web} == {fault.rule for fault in (*FAULTS, *CHANGES)}


def test_every_rule_has_its_entry() -> None:
    """Rules in the code and entries in the table are the same, each with texts in every language."""
    assert [rule.name for rule in RULES] == list(dict.fromkeys(rule.name for rule in RULES))
    assert {rule.name for rule in RULES} == set(table())
    for entry in table().values():
        assert entry.source
        for language in LANGUAGES:
            assert entry.wrong[language].strip()
            assert entry.right[language].strip()
            assert unicodedata.is_normalized("NFC", entry.wrong[language] + entry.right[language])
            assert all(does.effect.texts[language].strip() for does in entry.does.values())
        assert ("{found}" in entry.wrong["vi"]) is ("{found}" in entry.wrong["en"])


def test_a_rule_that_says_where_shows_what(files: Files) -> None:
    """A rule shows what it found wherever its sentence has a place for it."""
    for fault in FAULTS:
        planted = fault.plant(files)
        report = checked(planted) if fault.rule.startswith("file.") else validated(planted[FEED], None, NOW)
        assert all(finding.found for finding in report.findings if "{found}" in table()[finding.rule].wrong["en"]), fault


def test_an_app_is_told_what_it_does(files: Files) -> None:
    """The verdict names what an app does and how often, and says where that is not known."""
    planted = next(fault for fault in FAULTS if fault.rule == "identity.same_day").plant(files)
    verdicts = by_app(validated(planted[FEED], None, NOW), "en")
    assert verdicts[App.ANTENNAPOD].troubles == (("takes the two episodes for one", 1),)
    assert (verdicts[App.OVERCAST].troubles, verdicts[App.OVERCAST].unknown) == ((), 1)


def test_how_many_are_kept_is_told(files: Files) -> None:
    """A number that a rule found stands in what an app does."""
    planted = next(fault for fault in FAULTS if fault.rule == "document.many").plant(files)
    assert by_app(validated(planted[FEED], None, NOW), "en")[App.GPODDER].troubles == (("keeps 200 of 203 episodes, unless told otherwise", 1),)


@pytest.mark.parametrize("raw", [b"", b"<html/>", b"<rss version='2.0'/>", b"\xff\xfe", b"<?xml version='1.0' encoding='x'?><rss/>", b"\0" * 100], ids=ascii)
def test_what_is_no_feed_is_found_to_be_none(raw: bytes) -> None:
    """What is no feed at all breaks a rule of the document, and no rule of a channel is applied."""
    report = validated(raw, lambda _: None, NOW)
    assert rules_of(report) & {"document.html", "document.rss"}
    assert all(rule.startswith("document.") for rule in rules_of(report))


MANGLED = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=8)


@given(cuts=MANGLED)
def test_mangled_bytes_never_break_the_check(files: Folder, cuts: list[tuple[int, int, bytes]]) -> None:
    """Whatever has happened to a feed's bytes, the check ends with a report."""
    body = files[FEED]
    for start, length, other in cuts:
        body = body[:start] + other + body[start + length :]
    for moment in (NOW, datetime.now(UTC)):
        assert validated(body, lambda _: b"", moment, previous=parsed(body, NOW)).checks > 0


VALUES = st.sampled_from(
    ['"', "0", "-1", "9" * 400, "nan", "http://[", "http://:x/", "//", "\u0666", "::::", "2018-13-45", "Wed, 99 Jun 2018 05:00:00 +9999", "1e9", "geo:", "٣"]
)


@given(value=VALUES, place=st.sampled_from(["length", "start", "url", "href", "pubDate", "duration", "guid", "link", "image"]))
def test_odd_values_never_break_the_check(files: Folder, value: str, place: str) -> None:
    """Numbers, dates and addresses that libraries choke on are findings."""
    text = files[FEED].decode()
    value = value.replace('"', "&quot;")
    for attribute in (f' {place}="', f"{place}>"):
        end = '"' if attribute.endswith('"') else "</"
        head, *rest = text.split(attribute)
        text = attribute.join([head, *(value + part[part.find(end) :] if part.find(end) >= 0 and not part.startswith("<") else part for part in rest)])
    assert validated(text.encode(), partial(lookup, files), NOW).checks > 0
