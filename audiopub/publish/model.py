"""What publishing knows of a show and of each of its episodes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audiopub.episode import Chapter
from audiopub.publish.podcasting import Podcasting
from audiopub.units import Milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A show as a directory lists it."""

    slug: str
    """ASCII; names its folder and its addresses. Empty for a show that has a whole site to itself."""

    title: str
    description: str
    language: str
    author: str
    owner_name: str
    owner_email: str
    category: str
    """One of Apple's, exact spelling: ``News``."""

    subcategory: str | None
    copyright: str
    base_url: str
    """Address of the output folder, no slash at its end."""

    website: str | None
    """The newspaper's own page; None for the show's page here."""

    guid: str
    """``podcast:guid``: made once from the feed's first address, kept when it moves."""

    explicit: bool = False

    more: Podcasting = Podcasting()
    """What directories and apps may be told besides."""

    @property
    def feed_url(self) -> str:
        """Give the feed's address."""
        return self.address("feed.xml")

    def address(self, name: str) -> str:
        """Give the address of one of the show's files."""
        return f"{self.base_url}/{self.key(name)}"

    def key(self, name: str) -> str:
        """Give the key of one of the show's files in the store."""
        return f"{self.slug}/{name}" if self.slug else name

    def key_of(self, episode: "Episode", name: str) -> str:
        """Give the key of one of an episode's files, which lie with the show that made it."""
        return f"{episode.show}/{name}" if episode.show else self.key(name)

    def address_of(self, episode: "Episode", name: str) -> str:
        """Give the address of one of an episode's files."""
        return f"{self.base_url}/{self.key_of(episode, name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The same audio in another form, for apps that prefer it."""

    file: str
    bytes: int

    @property
    def type(self) -> str:
        """Give its media type."""
        return AUDIO_TYPES["." + self.file.rpartition(".")[2]]


AUDIO_TYPES = {".mp3": "audio/mpeg", ".m4b": "audio/mp4", ".opus": "audio/ogg"}
"""Media types by the endings of audio files."""


_SUFFIXES = (".vtt", ".srt", ".transcript.json", ".chapters.json", ".segments.json", ".script.tsv", ".json", ".png", ".svg", ".oembed.json", ".embed.html", ".html")

NAMED_BY_FEED = (".vtt", ".srt", ".transcript.json", ".chapters.json")
"""Endings of the files that the feed leads apps to."""


class State(StrEnum):
    """Whether listeners can have an episode."""

    PUBLISHED = "published"
    EMBARGOED = "embargoed"
    """Made, and kept out of everything that is served until its time."""

    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What was done to an episode."""

    PUBLISHED = "published"
    EMBARGOED = "embargoed"
    CORRECTED = "corrected"
    """Other words."""

    RENEWED = "renewed"
    """The same words in another voice, by another recipe, under another title of the show."""

    ROLLED_BACK = "rolled_back"
    REISSUED = "reissued"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of an episode's history."""

    at: datetime
    act: Act
    revision: int
    """The revision that is there after it."""

    audio: str
    """File name of that revision's audio."""

    note: str = ""
    """What a person said of it; of a correction, what listeners read."""

    by: str = ""
    """Who did it; empty for an unattended run."""

    to: int = 0
    """Of a rollback: the revision that came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A place of the article that a person set right; it is set right again whenever the article is read."""

    old: str
    new: str
    before: str = ""
    """What stands before it, by which the place is known again; empty at a beginning."""

    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An episode of which a bulletin was made."""

    show: str
    id: str
    told: str = ""
    """What was told of it: a hash of its wording and its page's name; empty where it was left out, being withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One published episode: all that the feed, the show's page and a later run need to know of it."""

    id: str
    """From the article's source, never from its title; stable for ever."""

    guid: str
    name: str
    """Beginning of all its file names, ASCII, fixed at first publication: ``2026-11-24-nuoc-sach-ve-ban-1f3a9c``."""

    title: str
    author: str | None
    description: str
    """Plain text."""

    article_url: str | None
    published: datetime
    """The newspaper's time; never moves."""

    updated: datetime
    """When the present revision was made."""

    revision: int
    """1 at first."""

    audio: str
    """File name of the audio, with a piece of its hash."""

    audio_bytes: int
    duration: Milliseconds
    chapters: tuple[Chapter, ...]
    voice: str
    fallback: bool
    """Whether a voice other than the show's first one reads it."""

    fingerprint: str
    """Hash of everything the audio and the pages were made from."""

    wording: str = ""
    """Hash of what is printed and said, whoever says it."""

    printed: str = ""
    """Hash of what the article itself prints, without what the show says around it; empty in records of an older audiopub."""

    corrected: datetime | None = None
    """When the wording was last changed after publication; None where it never was."""

    former_audio: tuple[str, ...] = ()
    """File names under which earlier revisions were published; they answer with the present sound."""

    former_names: tuple[str, ...] = ()
    """Beginnings of its file names before it was issued anew."""

    alternates: tuple[Alternate, ...] = ()
    prints: tuple[str, ...] = ()
    """Short hashes of its title and paragraphs, by which the same article at another address is known again."""

    show: str = ""
    """Slug of the show that made it and keeps its files; empty for a show that has a whole site to itself."""

    state: State = State.PUBLISHED
    settled: bool = True
    """False while something is left to do behind the feed: former addresses to be turned, files to be taken away."""

    notice: bool = False
    """Of a withdrawn one: whether a short notice stands at its addresses, rather than nothing."""

    pinned: bool = False
    """Whether a person chose this revision over a newer one: unattended runs leave it."""

    issue: int = 1
    """Counts the GUIDs it has had; more than 1 after :attr:`Act.REISSUED`."""

    section: str | None = None
    """Of the newspaper, in its own words."""

    tags: tuple[str, ...] = ()
    season: int | None = None
    number: int | None = None
    """Within the season; given out once."""

    half_done: bool = False
    """True while an act is about to replace or bring back its files: a run that finds it so undoes what was begun."""

    own_title: str = ""
    """A title that a person gave instead of the page's; it lasts."""

    day: str = ""
    """The date that its opening names, ``2026-11-26``; empty for that of publication."""

    identities: tuple[str, ...] = ()
    """Every name by which a lexicon's entry may mean its article."""

    edits: tuple[Edit, ...] = ()
    parts: tuple[Part, ...] = ()
    """Of a bulletin."""

    edition: str = ""
    """Of a bulletin: ``bản tin sáng``."""

    history: tuple[Event, ...] = ()
    """Oldest first."""

    @property
    def files(self) -> tuple[str, ...]:
        """Give the names of its files but the audio, in the order of putting."""
        return tuple(self.name + suffix for suffix in _SUFFIXES)

    @property
    def former_files(self) -> tuple[str, ...]:
        """Give the names of files, but audio, that it had before it was issued anew."""
        return tuple(name + suffix for name in self.former_names for suffix in _SUFFIXES)

    @property
    def has_former(self) -> bool:
        """Tell whether anything stands at addresses of earlier revisions."""
        return bool(self.former_audio or self.former_names)

    @property
    def corrections(self) -> tuple[Event, ...]:
        """Give what listeners are told of changed words, oldest first: what a rollback took back is not told any more."""
        told: list[Event] = []
        for event in self.history:
            if event.act is Act.ROLLED_BACK:
                told = [former for former in told if former.revision <= event.to]
            if event.act in {Act.CORRECTED, Act.ROLLED_BACK, Act.REISSUED}:
                told.append(event)
        return tuple(told)

    @property
    def was_public(self) -> bool:
        """Tell whether listeners ever had it; True for one whose history an older audiopub did not write."""
        return not self.history or any(event.act in {Act.PUBLISHED, Act.RESTORED} for event in self.history)

    @property
    def stamp(self) -> str:
        """Give a short text that differs after every change of the record."""
        return f"{self.show}/{self.id} {self.revision} {len(self.history)} {self.state}"

    def file(self, suffix: str) -> str:
        """Give the name of one of its files."""
        return self.name + suffix
