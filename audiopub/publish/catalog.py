"""The port to the list of what is published, from which every feed is made."""

from typing import Protocol

from audiopub.publish.model import Episode


class Catalog(Protocol):
    """Knows the episodes of each show."""

    def episodes(self, show: str) -> tuple[Episode, ...]:
        """Give a show's episodes, newest first."""

    def find(self, show: str, episode_id: str) -> Episode | None:
        """Give an episode; None where it is not published."""

    def commit(self, show: str, episode: Episode) -> None:
        """Record an episode, in place of its earlier revision. Its files must be in the store already."""
