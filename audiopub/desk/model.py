"""What the desk shows: plain frozen values, ready for a page or for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from audiopub.editing import Draft
from audiopub.publish.model import Episode
from audiopub.script import Segment
from audiopub.vietnamese import Rewrite


class DeskState(StrEnum):
    """Where an article stands, as an editor sees it."""

    DRAFT = "draft"
    QUEUED = "queued"
    RENDERING = "rendering"
    READY = "ready"
    """Made and to be heard; listeners have nothing of it."""

    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is."""

    job: str
    state: str
    """Of the job: ``queued``, ``running``, ``waiting``, ``done``, ``held``, ``failed``, ``cancelled``, ``parked``."""

    stage: str = ""
    done: int = 0
    of: int = 0
    until_ms: int = 0
    outcome: Mapping[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Give how much of the present stage is done, 0 to 1."""
        return min(1.0, self.done / self.of) if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the list."""

    name: str
    """How the desk and the API call it: the show's slug, a hyphen and the episode's id; see :func:`name_of`."""

    show: str
    id: str
    title: str
    state: DeskState
    pending: DeskState | None = None
    """Of a published one that has a draft as well: where that stands."""

    stale: bool = False
    """Whether text, lexicon or voice changed since it was made to be heard."""

    code: str = ""
    """Why it failed: a key of the message catalogs."""

    details: Mapping[str, Any] = field(default_factory=dict)
    """The placeholders of that message."""

    duration_ms: int = 0
    revision: int = 0
    section: str = ""
    published: datetime | None = None
    changed_ms: int = 0
    by: str = ""
    progress: Progress | None = None
    proof: str = ""
    """Fingerprint of what was last made of it to be heard, by which it is published from the list; empty for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of the list."""

    items: tuple[Item, ...]
    total: int
    """That match, on all pages."""

    counts: Mapping[str, int]
    """How many there are in each state, whatever is asked for."""

    cursor: str = ""
    """Of the next page; empty on the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence as it is printed and as it is said."""

    number: int
    """Within the script, from 0."""

    block: str
    """Id of the block it stands in; ``title``, ``lead``, or empty for what the show says around it."""

    segment: Segment
    pieces: tuple["Piece", ...]
    """Its printed text cut where rewrites begin and end."""

    start_ms: int | None = None
    """In the proof, where there is one that has this sentence."""

    end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a sentence's printed text."""

    text: str
    rewrite: Rewrite | None = None
    """What is said instead, and by which rule; None where it is said as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A draft made to be heard. Listeners never have it; the desk and the API give its files by its fingerprint."""

    fingerprint: str
    version: int
    """Of the draft it was made of."""

    duration_ms: int
    loudness_lufs: float
    """As measured in its file."""

    bytes: int
    voice: str
    fallback: bool
    made: int
    """Sentences that were spoken for it; the others were there already."""

    segments: int
    warnings: tuple[str, ...]
    """Keys of the message catalogs."""

    unsure: int
    heard: Mapping[str, int] = field(default_factory=dict)
    """Who heard it to its end, and when, in milliseconds since 1970."""


class CheckState(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    """May be published; look at it."""

    STOP = "stop"
    """May not be published so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the list that is gone through before publishing."""

    name: str
    """``rendered``, ``fresh``, ``heard``, ``loudness``, ``voice``, ``readings``, ``article``, ``feed``; also the key ``desk_check.NAME``."""

    state: CheckState
    told: str = ""
    """Key of the sentence that says why; empty where all is well."""

    details: Mapping[str, Any] = field(default_factory=dict)
    acceptable: bool = False
    """Of one that stops: whether a person may go past it by saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """A sentence that a correction changes; None on one side where it came or went."""

    before: str | None
    after: str | None
    before_spoken: str | None = None
    after_spoken: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything of one article."""

    item: Item
    draft: Draft | None
    """None for an episode that nobody has taken to the desk."""

    episode: Episode | None
    """None where nothing was published or scheduled yet."""

    proof: Proof | None = None
    """The last that was made of the draft."""

    proof_is_fresh: bool = False
    """Whether publishing now would publish just that."""

    revisions: tuple[int, ...] = ()
    """Former ones that can be brought back, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A sentence that was spoken to be heard now; nothing was saved."""

    spoken: str
    token: str
    """Names the sound; 64 hexadecimal digits."""

    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What an entry of the lexicon would change in what is published and on the desk."""

    sentences: int
    episodes: int
    examples: tuple[tuple[str, str, str, str], ...]
    """Title, sentence as printed, as it is said, as it would be: the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A change of an article's job."""

    at_ms: int
    """On the database's clock."""

    name: str
    """Of the article."""

    progress: Progress


def name_of(show: str, episode_id: str) -> str:
    """Name an article for addresses: ``thoi-su-ca20adaae3e0fef1``; the id alone where the show has no slug.

    >>> split_name(name_of("thoi-su", "ca20adaae3e0fef1"))
    ('thoi-su', 'ca20adaae3e0fef1')
    """
    return f"{show}-{episode_id}" if show else episode_id


def split_name(name: str) -> tuple[str, str]:
    """Give show and id of a name; the id is its last 16 characters."""
    return name[:-17], name[-16:]
