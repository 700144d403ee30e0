"""The feed check: a good feed passes every rule, and every rule catches its fault."""

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest

from audiopub.adapters.memory import MemoryStore
from audiopub.errors import FeedInvalid
from audiopub.pipeline import render
from audiopub.publish.validate import RULES, path_of, validated
from tests.articles import TITLE, text_page
from tests.conftest import NOW, make_studio

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def site() -> Files:
    """A show of two episodes, in memory."""
    studio = make_studio()
    for name, title in (("a.txt", TITLE), ("b.txt", "Một bài báo khác hẳn của ngày hôm nay")):
        render(studio, text_page(title=title, name=name), now=NOW, progress=lambda *_: None)
    assert isinstance(studio.store, MemoryStore)
    return studio.store.files


def broken_rules(files: Files) -> set[str]:
    report = validated(files["thu/feed.xml"], lambda url: files.get(path_of(url)), NOW)
    return {finding.rule for finding in report.findings}


def edited(pattern: str, replacement: str) -> Callable[[Files], Files]:
    """Plant a fault in the feed by its text."""

    def plant(files: Files) -> Files:
        text = files["thu/feed.xml"].decode()
        changed = re.sub(pattern, replacement, text, count=1, flags=re.DOTALL)
        assert changed != text, pattern
        return {**files, "thu/feed.xml": changed.encode()}

    return plant


def spoilt(ending: str, body: bytes | None) -> Callable[[Files], Files]:
    """Plant a fault in the first file of a kind; None takes it away."""

    def plant(files: Files) -> Files:
        key = next(key for key in files if key.endswith(ending))
        others = {name: content for name, content in files.items() if name != key}
        return others if body is None else {**others, key: body}

    return plant


FAULTS = [
    ("xml.start", "doctype", edited(r"\n<rss", "\n<!DOCTYPE rss>\n<rss")),
    ("text.clean", "decomposed", edited("Bản tin thử", unicodedata.normalize("NFD", "Bản tin thử"))),
    ("channel.title", "markup", edited("<title>Bản", "<title>&lt;b&gt;Bản")),
    ("channel.link", "itself", edited(r"<link>[^<]*", "<link>http://127.0.0.1:8000/thu/feed.xml")),
    ("channel.description", "long", edited(r"<description>[^<]*", "<description>" + "ộ" * 1400)),
    ("channel.language", "word", edited("<language>vi", "<language>Tiếng Việt")),
    ("channel.itunes", "explicit", edited("<itunes:explicit>false", "<itunes:explicit>no")),
    ("channel.itunes", "owner", edited(r"<itunes:owner>.*?</itunes:owner>", "")),
    ("channel.podcast", "guid", edited(r"<podcast:guid>[^<]*", "<podcast:guid>abc")),
    ("channel.items", "none", edited(r"<item>.*</item>", "")),
    ("item.title", "padded", edited(r"<item>\s*<title>", "<item><title> \n")),
    ("item.guid", "none", edited(r"<guid[^>]*>[^<]*</guid>", "")),
    ("item.unique", "twice", edited(r"(<guid[^>]*>)[^<]*(</guid>.*<guid[^>]*>)[^<]*", r"\1x\2x")),
    ("item.enclosure", "length", edited(r'length="\d+"', 'length="None"')),
    ("item.enclosure", "letters", edited(r'(enclosure url="[^"]*/)[^"/]*\.mp3', r"\1điểm-tin.mp3")),
    ("item.date", "zone", edited(r"(<pubDate>[^<]*) \+0700", r"\1")),
    ("item.date", "future", edited(r"<pubDate>[^<]*", "<pubDate>Sun, 24 Nov 2030 20:00:00 +0700")),
    ("item.same_day", "titles", edited(r"(<item>\s*<title>)[^<]*(.*<item>\s*<title>)[^<]*", r"\1Một tít\2Một tít")),
    ("item.duration", "float", edited(r"<itunes:duration>\d+", "<itunes:duration>12.5")),
    ("item.description", "none", edited(r"(<item>.*?<description>)[^<]*", r"\1")),
    ("item.notes", "script", edited(r"<!\[CDATA\[<p>", "<![CDATA[<script>x</script><p>")),
    ("item.chapters", "order", edited(r'start="00:00:00.000"', 'start="09:00:00.000"')),
    ("item.extras", "type", edited(r'type="text/vtt"', 'type="vtt"')),
    ("file.audio", "gone", spoilt(".mp3", None)),
    ("file.audio", "other", spoilt(".mp3", b"no audio")),
    ("file.texts", "gone", spoilt(".vtt", None)),
    ("file.texts", "chapters", spoilt(".chapters.json", b"{}")),
    ("file.cover", "gone", spoilt("cover.jpg", None)),
    ("file.cover", "text", spoilt("cover.jpg", b"no picture")),
]


def test_good_feed_passes(site: Files) -> None:
    """Our own feed and files break no rule."""
    assert broken_rules(site) == set()


@pytest.mark.parametrize(("rule", "plant"), [(rule, plant) for rule, _, plant in FAULTS], ids=[f"{rule}-{name}" for rule, name, _ in FAULTS])
def test_fault_is_found(site: Files, rule: str, plant: Callable[[Files], Files]) -> None:
    """A planted fault is found under its rule."""
    assert rule in broken_rules(plant(site))


def test_every_rule_has_a_fault() -> None:
    """No rule is there that nothing has been seen to break."""
    assert {rule.name for rule in RULES} == {rule for rule, _, _ in FAULTS}


@pytest.mark.parametrize("raw", [b"", b"<html/>", b"<rss version='2.0'/>", b"<rss><channel>\x0b</channel></rss>"], ids=ascii)
def test_no_feed_is_an_error(raw: bytes) -> None:
    """What is no feed at all is said to be none, under the name it was given."""
    with pytest.raises(FeedInvalid) as error:
        validated(raw, None, NOW + timedelta(days=1), "tin.xml")
    assert "tin.xml" in str(error.value)
