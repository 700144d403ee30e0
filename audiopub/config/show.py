"""A show file that was read: what it means to the rooms below."""

import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from audiopub.config.tables import ShowFile
from audiopub.publish.model import Channel
from audiopub.script import Pauses, Style
from audiopub.units import Milliseconds
from audiopub.vietnamese import Foreign, Lexicon, Options

_GUID_SPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Source: https://github.com/Podcastindex-org/podcast-namespace (guid)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A show file that was read, and where."""

    slug: str
    path: Path
    file: ShowFile

    @property
    def channel(self) -> Channel:
        """Give what directories list."""
        file = self.file
        base = file.base_url.rstrip("/")
        return Channel(
            slug=self.slug, title=file.title, description=file.description, language=file.language, author=file.author,
            owner_name=file.owner.name, owner_email=file.owner.email, category=file.category, subcategory=file.subcategory or None,
            copyright=file.copyright or file.author, base_url=base, website=file.website or None,
            guid=str(file.guid) if file.guid else podcast_guid(f"{base}/{self.slug}/feed.xml"), explicit=file.explicit,
            more=file.podcast.values,
        )  # fmt: skip

    @property
    def style(self) -> Style:
        """Give how it speaks."""
        given = {name: Milliseconds(value) for name, value in self.file.pauses.model_dump(exclude_none=True).items()}
        furniture = self.file.furniture.model_dump()
        return Style(
            show=self.file.title,
            pauses=Pauses(**given),
            lexicon=Lexicon.of(self.file.lexicon),
            reading=Options(foreign=Foreign.VOICE if self.file.reading.foreign == "auto" else self.file.reading.foreign, legal=self.file.reading.legal),
            **furniture,
        )

    def in_manner(self, voice: str = "", speed: float = 0.0, *, jingle: bool = True) -> "Show":
        """Give the show as it is for one article that is read otherwise.

        Args:
            voice: before those of the show; empty for them alone.
            speed: 0 for the show's own.
            jingle: whether its own sounds are heard.
        """
        table, audio = self.file.voice, self.file.audio
        chain = [voice, *(name for name in table.chain if name != voice)] if voice else table.chain
        changed = {"voice": table.model_copy(update={"chain": chain, "speed": speed or table.speed})}
        silent = {} if jingle else {"audio": audio.model_copy(update={"intro": "", "outro": "", "earcon": "", "bed": ""})}
        return replace(self, file=self.file.model_copy(update={**changed, **silent}))

    @property
    def lexicon_path(self) -> Path:
        """Give the path of the show's own lexicon, a table beside the show file; it need not exist."""
        return self.path.parent / f"{self.slug}.lexicon.tsv"

    @property
    def newsroom_lexicon_path(self) -> Path:
        """Give the path of the lexicon that all shows of the folder share; it need not exist."""
        return self.path.parent / "lexicon.tsv"

    def beside(self, name: str) -> Path:
        """Give the path of a file that the show file names, relative to itself."""
        return self.path.parent / name


def podcast_guid(feed_url: str) -> str:
    """Make ``podcast:guid`` from a feed's first address, as the podcast namespace lays down.

    >>> podcast_guid("https://podnews.net/rss")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid.uuid5(_GUID_SPACE, feed_url.split("://", 1)[-1].rstrip("/")))
