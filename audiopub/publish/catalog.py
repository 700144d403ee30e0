"""The port to the list of what is published, from which every feed is made."""

from collections.abc import Mapping
from typing import Protocol

from audiopub.errors import ConfigInvalid
from audiopub.publish.model import Episode


class Catalog(Protocol):
    """Knows the episodes of each show."""

    def episodes(self, show: str) -> tuple[Episode, ...]:
        """Give a show's episodes, newest first."""

    def find(self, show: str, episode_id: str) -> Episode | None:
        """Give an episode; None where it is not published."""

    def commit(self, show: str, episode: Episode) -> None:
        """Record an episode, in place of its earlier revision. Its files must be in the store already."""


class ReadableCatalog(Catalog, Protocol):
    """A catalog that can be looked at where a record is damaged."""

    def readable(self, show: str) -> tuple[tuple[Episode, ...], Mapping[str, ConfigInvalid]]:
        """Give a show's episodes that can be read, newest first, and by its id what is wrong with each other one: for who looks, never for a feed."""
