"""An article as it is, or will be, outside: in apps, on its page, on other people's pages."""

from dataclasses import dataclass
from datetime import datetime

from audiopub.desk.model import View
from audiopub.desk.service import EditorsDesk
from audiopub.errors import AudiopubError
from audiopub.messages import Language, message
from audiopub.pipeline import candidate
from audiopub.publish.artwork import cover, thumbnail
from audiopub.publish.embed import embed_code
from audiopub.publish.model import Episode, State
from audiopub.publish.notes import corrections


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a published episode is to be had."""

    feed: str
    page: str
    embed: str
    """HTML that shows the player in another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An episode as an app shows it in its list."""

    show: str
    title: str
    description: str
    published: datetime | None
    duration_ms: int
    corrections: tuple[str, ...] = ()


def addresses(desk: EditorsDesk, episode: Episode | None) -> Addresses | None:
    """Give where an episode is to be had; None where listeners have nothing of it."""
    if episode is None or episode.state is not State.PUBLISHED:
        return None
    show, _ = desk.tools.shows.get(episode.show, patient=False)
    channel = show.channel
    return Addresses(feed=channel.feed_url, page=channel.address_of(episode, episode.file(".html")), embed=embed_code(channel, episode))


def card(desk: EditorsDesk, view: View, language: Language) -> Card:
    """Give an article as it will be listed: as its proof says, else as far as the draft or the episode tells."""
    coming = _coming(desk, view) or view.episode
    title = view.draft.title if view.draft else view.item.title
    about = coming.description if coming else view.draft.lead if view.draft else ""
    length = view.proof.duration_ms if view.proof else view.item.duration_ms
    present = view.episode
    dated = present if present is not None and present.state is State.EMBARGOED else coming
    return Card(
        show=dict(desk.shows()).get(view.item.show, view.item.show), title=title, description=about, published=dated.published if dated else None,
        duration_ms=length, corrections=corrections(present, language) if present else (),
    )  # fmt: skip


def _coming(desk: EditorsDesk, view: View) -> Episode | None:
    """Give the episode that publishing the proof would make; nothing where that cannot be told now, as the checks will say."""
    if view.draft is None or view.proof is None:
        return None
    try:
        return candidate(desk.tools.studio(view.draft), desk.tools.prepared(view.draft), view.proof.fingerprint)
    except AudiopubError:
        return None


def note_line(now: datetime, note: str, language: Language) -> str:
    """Give the dated line that listeners would read of a correction now."""
    return message("notes.correction", language, when=f"{now:%H:%M %d/%m/%Y}", note=" ".join(note.split()))


def small_cover(desk: EditorsDesk, slug: str) -> bytes:
    """Give a show's cover, small: the one that is published, else what it would be."""
    show, studio = desk.tools.shows.get(slug, patient=False)
    kept = studio.store.get(show.channel.key("cover-small.jpg"))
    return kept or thumbnail(studio.cover() or cover(show.channel.title, show.channel.author))
