"""What is counted, and what comes out: audio files of a show, the fate of every line, the counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from audiopub.units import Milliseconds

_MINUTE = 60_000
_ID3_HEADER = 10
_ID3_FOOTER = 0x10


class Fate(StrEnum):
    """What became of a line of a log; every line has exactly one."""

    DOWNLOAD = "download"
    """The first request of a download."""

    FOLLOWED = "followed"
    """A further request of a download that is counted already: another range, or the file again within the window."""

    SHORT = "short"
    """Of requests that together brought less than a minute: preloads, downloads given up."""

    REPEATED = "repeated"
    """The same request stands in another log that was read."""

    PROBE = "probe"
    """A range of two bytes or fewer, by which a player asks whether there are ranges at all."""

    BOT = "bot"
    EXCLUDED = "excluded"
    """From an address that was to be left out."""

    METHOD = "method"
    """Not GET."""

    STATUS = "status"
    """Neither 200 nor 206: redirects, 304, errors."""

    OUTSIDE = "outside"
    """Before or after the period that was asked for."""

    UNKNOWN = "unknown"
    """Audio of the show that the catalog does not name."""

    OTHER = "other"
    """No audio of the show."""

    COMMENT = "comment"
    """Empty, a comment, or no request."""

    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An episode."""

    id: str
    title: str
    moment: datetime
    """When it was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFile:
    """One form of an episode's audio, under all the names it is served by."""

    names: tuple[str, ...]
    """File names, without folders; names of earlier revisions too."""

    episode: str
    """Id of its episode."""

    bytes: int
    duration: Milliseconds
    start: int = 0
    """Bytes before the first one of audio: the ID3 tag with its picture; 0 where it is not known."""

    @property
    def least(self) -> int:
        """Give the bytes of audio that make a download: one minute's, or all of a shorter episode.

        >>> AudioFile(names=("a.mp3",), episode="a", bytes=1_210_000, duration=Milliseconds(150_000), start=10_000).least
        480000
        """
        audio = max(0, self.bytes - self.start)
        return audio if self.duration <= _MINUTE else -(-audio * _MINUTE // self.duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The audio of a show."""

    slug: str
    """Its folder on the web; empty for a show that has a whole site to itself."""

    episodes: tuple[Published, ...]
    files: tuple[AudioFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Which downloads are wanted, in seconds since 1970."""

    since: int = 0
    until: int = 2**32
    """The first second that is not wanted."""

    def __contains__(self, when: int) -> bool:
        return self.since <= when < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeCount:
    """What was counted for an episode."""

    episode: Published
    downloads: int
    listeners: int
    """Different pairs of address and user agent."""

    last_week: int
    """Downloads of the last 7 days of the period."""

    first_week: int
    """Downloads of the first 7 days after publication."""

    first_week_whole: bool
    """Whether logs and period hold all of those 7 days."""

    apps: Mapping[str, int]
    """Downloads by app, most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line that is in no known format."""

    log: str
    line: int
    """Counted from 1."""

    text: str
    """Its beginning, addresses blotted out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was counted."""

    lines: int
    fates: Mapping[Fate, int]
    """Add up to the lines."""

    episodes: tuple[EpisodeCount, ...]
    """All episodes of the show, most downloads first."""

    days: Mapping[date, int]
    """Downloads by the day on which they began, days without any left out."""

    downloads: int
    listeners: int
    apps: Mapping[str, int]
    first: datetime | None
    last: datetime | None
    """Oldest and newest line that could be read; None where there is none."""

    unranged: int
    """Partial answers whose ranges the log does not tell; their bytes were added up."""

    unknown: Mapping[str, int]
    """Names of audio that the catalog does not have, most requested first."""

    unreadable: tuple[Unreadable, ...]
    """The first few."""


def tag_length(head: bytes) -> int:
    r"""Give the bytes that an ID3v2 tag takes at the beginning of a file, 0 where there is none.

    Source: https://id3.org/id3v2.4.0-structure, section 3.1: ten bytes of header, a length of four times seven bits, a footer where a flag says so.

    Args:
        head: the first ten bytes.

    >>> tag_length(b"ID3\x03\x00\x00\x00\x00\x02\x01")
    267
    """
    if len(head) < _ID3_HEADER or head[:3] != b"ID3":
        return 0
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte & 0x7F
    return _ID3_HEADER + length + (_ID3_HEADER if head[5] & _ID3_FOOTER else 0)
