"""What is examined, what a rule is, and what comes out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from audiopub.publish.feedcheck.web import Answer

CONTENT = "http://purl.org/rss/1.0/modules/content/"
ATOM = "http://www.w3.org/2005/Atom"

FileOf = Callable[[str], bytes | None]
"""Gives the bytes behind an address of the feed; None where there are none."""


class Severity(StrEnum):
    """How much a broken rule matters."""

    ERROR = "error"
    """An app or a directory loses something."""

    WARNING = "warning"
    """Worth a look: some app does worse than it could, or a document asks for something else."""

    NOTE = "note"
    """Good to know; nothing is lost."""


class App(StrEnum):
    """The apps and directories of which something is known."""

    APPLE = "apple"
    SPOTIFY = "spotify"
    ANTENNAPOD = "antennapod"
    GPODDER = "gpodder"
    POCKET_CASTS = "pocket_casts"
    PODCAST_INDEX = "podcast_index"
    OVERCAST = "overcast"
    YOUTUBE = "youtube"


APP_NAMES: Mapping[App, str] = {
    App.APPLE: "Apple Podcasts", App.SPOTIFY: "Spotify", App.ANTENNAPOD: "AntennaPod", App.GPODDER: "gPodder", App.POCKET_CASTS: "Pocket Casts",
    App.PODCAST_INDEX: "Podcast Index", App.OVERCAST: "Overcast", App.YOUTUBE: "YouTube Music",
}  # fmt: skip
"""Names as their makers write them."""


class Need(StrEnum):
    """What a rule looks at, beside the feed's bytes."""

    BYTES = "bytes"
    """Nothing else: such a rule is applied even to what is no feed."""

    FEED = "feed"
    FILES = "files"
    SERVED = "served"
    PAGES = "pages"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place."""

    rule: str
    where: str
    found: str
    """What stands there, for the rule's sentence; empty where there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check."""

    checks: int
    """Rules that were applied."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """What is known of a file the feed names, after its bytes were looked at."""

    kind: str
    """``audio``, ``transcript``, ``chapters`` or ``cover``."""

    where: str
    url: str
    size: int | None = None
    """Bytes; None where it is not there."""

    item: Any = None
    seconds: float | None = None
    """Length of audio; None where it could not be read."""

    trouble: str = ""
    body: bytes = b""
    """Kept for texts only."""

    picture: tuple[int, int, str, str] | None = None
    """Width, height, mode and format of a cover; None where it is no picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """How a server answers for a feed, question by question."""

    plain: Answer
    again: Answer
    head: Answer
    packed: Answer
    """Asked for with gzip."""

    stale: Answer
    """Asked with a validator that cannot be the present one."""

    by_etag: Answer | None = None
    by_date: Answer | None = None
    packed_by_etag: Answer | None = None
    agents: Mapping[str, Answer] = field(default_factory=dict)
    """Asked in the name of an app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFile:
    """How a server answers for a file that the feed names."""

    kind: str
    where: str
    url: str
    length: str = ""
    """What the enclosure says of its length."""

    type: str = ""
    """What the feed says of its type."""

    head: Answer
    first: Answer | None = None
    """The first two bytes."""

    suffix: Answer | None = None
    """The last two bytes."""

    past: Answer | None = None
    """From beyond its end."""

    other_version: Answer | None = None
    """The first two bytes, if it were still a version that it is not."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of older episodes behind the feed."""

    url: str
    answer: Answer
    items: tuple[Any, ...]
    again: bool = False
    """Whether it was had before, so that the chain of pages has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed under examination, with all that was gathered about it."""

    raw: bytes
    now: datetime
    root: Any = None
    """Root element; None where there is none."""

    channel: Any = None
    items: tuple[Any, ...] = ()
    trouble: str = ""
    """What an XML parser says of it; empty where it is well formed."""

    strange: str = ""
    """The first character or entity that XML does not have, where nothing else keeps it from being well formed."""

    misnamed: Mapping[str, str] = field(default_factory=dict)
    """Namespaces under a known prefix and a wrong address."""

    files: tuple[SeenFile, ...] | None = None
    served: ServedFeed | None = None
    media: tuple[ServedFile, ...] = ()
    pages: tuple[FeedPage, ...] | None = None
    previous: "Feed | None" = None


Faults = Iterator[tuple[str, str]]
"""Where a rule is broken, and what stands there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand: its stable name, what it needs, and how to find where it is broken."""

    name: str
    need: Need
    broken: Callable[[Feed], Faults]


def rules(need: Need, table: Mapping[str, Callable[[Feed], Faults]]) -> tuple[Rule, ...]:
    """Make rules that need the same."""
    return tuple(Rule(name, need, broken) for name, broken in table.items())


def each(test: Callable[[Any], str | None]) -> Callable[[Feed], Faults]:
    """Make a rule of a test on one item, which gives what is wrong or None."""

    def broken(feed: Feed) -> Faults:
        for item in feed.items:
            found = test(item)
            if found is not None:
                yield where(item), found

    return broken


def of_channel(test: Callable[[Any], str | None]) -> Callable[[Feed], Faults]:
    """Make a rule of a test on the channel."""

    def broken(feed: Feed) -> Faults:
        found = test(feed.channel)
        if found is not None:
            yield "channel", found

    return broken


def of_feed(test: Callable[[Feed], str | None]) -> Callable[[Feed], Faults]:
    """Make a rule of a test on the whole feed."""

    def broken(feed: Feed) -> Faults:
        found = test(feed)
        if found is not None:
            yield "feed", found

    return broken


def text_of(element: Any, name: str, namespace: str | None = None) -> str:
    """Give the text of a child element, empty where there is none."""
    found = element.find(f"{{{namespace}}}{name}" if namespace else name)
    return "" if found is None else found.text or ""


def name_of(element: Any) -> tuple[str, str]:
    """Give namespace and local name of an element; what a lenient parser left of a name without its namespace is the name."""
    uri, closed, name = str(element.tag).removeprefix("{").rpartition("}")
    return (uri, name) if closed else ("", name)


def where(item: Any) -> str:
    """Name an item by its guid or title."""
    return (text_of(item, "guid").strip() or text_of(item, "title").strip())[:48]


def shown(text: str) -> str:
    """Quote the beginning of a text from a feed: letters stay, what cannot be seen becomes an escape."""
    return repr(text[:80])


def is_absolute(url: str) -> bool:
    """Tell whether an address is absolute: http or https with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def is_plain(url: str) -> bool:
    """Tell whether an address has only characters that are safe in any client."""
    return url.isascii() and not re.search(r"[\s<>\"\\^`{|}\x00-\x1f]", url)


def links(channel: Any, rel: str) -> Iterable[str]:
    """Give the addresses of the channel's Atom links of a kind."""
    return [link.get("href") or "" for link in channel.findall(f"{{{ATOM}}}link") if link.get("rel") == rel]
