"""What publishing knows of a show and of each of its episodes."""

from dataclasses import dataclass
from datetime import datetime

from audiopub.episode import Chapter
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

    corrected: datetime | None = None
    """When the wording was last changed after publication; None where it never was."""

    former_audio: tuple[str, ...] = ()
    """File names under which earlier revisions were published; they answer with the present sound."""

    alternates: tuple[Alternate, ...] = ()
    prints: tuple[str, ...] = ()
    """Short hashes of its title and paragraphs, by which the same article at another address is known again."""

    @property
    def files(self) -> tuple[str, ...]:
        """Give the names of its files but the audio, in the order of putting."""
        return tuple(self.name + suffix for suffix in (".vtt", ".srt", ".transcript.json", ".chapters.json", ".script.tsv", ".json", ".png", ".html"))

    def file(self, suffix: str) -> str:
        """Give the name of one of its files."""
        return self.name + suffix
