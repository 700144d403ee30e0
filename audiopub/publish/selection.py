"""Which episodes stand in a show's feed: its own, and those of other shows that it selects."""

from dataclasses import dataclass

from audiopub.publish.catalog import Catalog
from audiopub.publish.model import Channel, Episode, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a show takes over from others. An empty condition is none."""

    shows: tuple[str, ...]
    """Slugs."""

    sections: frozenset[str] = frozenset()
    """Of the newspaper, in small letters; one of them has to fit."""

    tags: frozenset[str] = frozenset()
    """In small letters; one of them has to be there."""

    authors: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    """In small letters; one of them has to stand in the title."""

    def takes(self, episode: Episode) -> bool:
        """Tell whether an episode is wanted: every condition that is set has to hold."""
        title = episode.title.casefold()
        return all((
            not self.sections or (episode.section or "").casefold() in self.sections,
            not self.tags or bool(self.tags & {tag.casefold() for tag in episode.tags}),
            not self.authors or (episode.author or "").casefold() in self.authors,
            not self.words or any(word in title for word in self.words),
        ))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A show as it is published: what it is, what it looks like, which episodes it has."""

    channel: Channel
    selection: Selection | None = None
    art: bytes | None = None
    """Its own cover, a JPEG; None for a drawn one."""

    def episodes(self, catalog: Catalog) -> tuple[Episode, ...]:
        """Give the episodes that listeners can have, newest first."""
        own = self.channel.slug
        found = list(catalog.episodes(own))
        for show in self.selection.shows if self.selection else ():
            found += [episode for episode in catalog.episodes(show) if show != own and self.selection and self.selection.takes(episode)]
        visible = [episode for episode in found if episode.state is State.PUBLISHED]
        return tuple(sorted(visible, key=lambda episode: (episode.published, episode.id), reverse=True))
