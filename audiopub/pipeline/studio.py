"""A show with everything it needs to be made, and what a run says of itself."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from threading import Lock
from typing import BinaryIO, Protocol

from audiopub.article import Article, extract
from audiopub.audio import Pcm
from audiopub.episode import Master, Timeline
from audiopub.pipeline.locks import Locks, NoLocks
from audiopub.publish.catalog import Catalog
from audiopub.publish.encoder import Encoder
from audiopub.publish.model import Channel, Edit, Episode, Part
from audiopub.publish.selection import Outlet, Selection
from audiopub.publish.store import Store
from audiopub.script import Script, Style
from audiopub.source import Page
from audiopub.speech import SegmentCache, VoiceChain
from audiopub.units import Hertz, Milliseconds

RECIPE = "5"
"""Part of every fingerprint: raise it when the same script must give other audio or other pages."""

Progress = Callable[[str, int, int], None]
"""Told the stage's name, how much of it is done and how much there is."""


NOTHING = "-"
"""Stands for the stamp of an episode that is not there."""


class Outcome(StrEnum):
    """What became of an article."""

    PUBLISHED = "published"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EMBARGOED = "embargoed"
    """Made, and kept until its time."""

    WITHDRAWN = "withdrawn"
    """Left alone: a person withdrew it."""

    PINNED = "pinned"
    """Left alone: a person chose an earlier revision."""

    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jingles:
    """A show's own sounds; None where it has none."""

    intro: Pcm | None = None
    """Before the first word."""

    outro: Pcm | None = None
    """After the last."""

    earcon: Pcm | None = None
    """Before every heading."""

    bed: Pcm | None = None
    """Music under the opening and the closing."""


class Numbers(Protocol):
    """Gives out numbers of episodes, each once, also where several are made side by side."""

    def number(self, show: str, season: int, episode: str, taken: int) -> int:
        """Give an episode's number: the one it was given before, else that after the highest that is taken, in the catalog or by an episode in the making."""


class OwnNumbers:
    """Numbers given out by one process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock, self._given = Lock(), dict[tuple[str, int], dict[str, int]]()

    def number(self, show: str, season: int, episode: str, taken: int) -> int:
        """Give an episode's number."""
        with self._lock:
            given = self._given.setdefault((show, season), {})
            return given.setdefault(episode, max(taken, *given.values(), 0) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """A show with everything it needs to be made."""

    channel: Channel
    style: Style
    chain: VoiceChain
    cache: SegmentCache
    encoder: Encoder
    store: Store
    archive: Store
    """Former revisions, withdrawn and embargoed episodes; never served."""

    catalog: Catalog
    scratch: Callable[[], AbstractContextManager[BinaryIO]]
    """Opens an empty file for the audio while it is being made."""

    read: Callable[[Page], Article] = extract
    """Finds the article in a page; where pages come from strangers, in a process of its own."""

    jingles: Callable[[Hertz], Jingles] = lambda _rate: Jingles()
    """Gives the show's jingles at the voice's rate."""

    others: tuple[Encoder, ...] = ()
    """Write the same audio in other forms, beside the first."""

    rest: Callable[[], None] = lambda: None
    """Called between the stages of an episode: what they leave behind can be given back to the machine."""

    jingle_key: str = ""
    """Hash of the files they come from."""

    hear: Callable[[BinaryIO, Timeline, Master], None] | None = None
    """Listens to the audio before it is published, and raises :class:`AudioSuspect` where it is not what it should be; None where nobody does."""

    art: bytes | None = None
    """The show's own cover, a JPEG; None for a drawn one."""

    cover: Callable[[], bytes] = bytes
    """Gives the picture that goes into audio files."""

    selection: Selection | None = None
    """Episodes of other shows that its feed has as well."""

    followers: tuple[Outlet, ...] = ()
    """Shows whose feeds have episodes of this one."""

    numbers: Numbers = field(default_factory=OwnNumbers)
    locks: Locks = field(default_factory=NoLocks)
    announce: Callable[[str], None] = lambda _feed: None
    """Told the address of a feed that has changed, for a hub."""

    @property
    def outlet(self) -> Outlet:
        """Give the show as it is published."""
        return Outlet(channel=self.channel, selection=self.selection, art=self.art)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person, or nobody, wants done with an article."""

    title: str | None = None
    """Used instead of the page's own."""

    source_id: str | None = None
    """The article's identity in the newsroom's system; else its canonical address, else the page's."""

    accept: frozenset[str] = frozenset()
    """Codes of refusals that a person has looked at and accepts all the same."""

    not_before: datetime | None = None
    """When listeners may have it; aware."""

    episode: str | None = None
    """Id of the published episode that this is a correction of, whatever the page says of itself."""

    note: str = ""
    """What listeners are told of the correction."""

    by: str = ""
    """Who wants it; empty for an unattended run."""

    edits: tuple[Edit, ...] = ()
    """Places of the article to be set right, added to those of earlier corrections."""

    pin: bool = False
    """Whether unattended runs leave what comes of it: it was made from something else than the newspaper's page."""

    identity: str = ""
    """The episode's id where it was found out before; else it is found out from the page."""

    day: date | None = None
    """The date that the opening names; None for that of publication."""

    expect: str = ""
    """Fingerprint of what somebody heard: nothing else is published. Empty where nobody listened before."""

    upon: str = ""
    """Stamp of the episode as whoever wants it saw it, ``NOTHING`` where there was none: it is done upon no other. Empty for upon any."""

    reissue: bool = False
    """Whether it becomes a new episode in every app: new GUID, new date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An article that was read and may be spoken."""

    page: Page
    article: Article
    identity: str
    """The episode's id."""

    present: Episode | None
    """What is published of it."""

    published: datetime
    script: Script
    names: tuple[str, ...]
    """Every name by which a lexicon's entry may mean the article."""

    now: datetime
    prints: tuple[str, ...] = ()
    """Of the page's own words, before anything was set right."""

    wish: Wish = Wish()
    """Its edits with what stands around their places."""
    links: Mapping[int, str] = field(default_factory=dict)
    """Addresses of chapters' own pages, by section."""

    parts: tuple[Part, ...] = ()
    """Of a bulletin: the episodes it is made of."""

    edition: str = ""
    """Of a bulletin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a render did."""

    outcome: Outcome
    article: Article
    script: Script
    episode: Episode | None
    """None for a plan."""

    made: int = 0
    """Segments that an engine was asked for; the rest came from the cache."""

    refused: dict[str, str] = field(default_factory=dict)
    """Voices that failed before the one that read, with their reasons."""

    feed_changed: bool = False
    missing: tuple[str, ...] = ()
    """Audio files of the show's episodes that are gone from the store."""

    estimate: Milliseconds = Milliseconds(0)
    """Length of the audio as guessed from the number of characters."""
