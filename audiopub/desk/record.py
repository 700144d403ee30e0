"""What was done before listeners without the desk, from the command line: written down beside the desk's own acts, and told to those who want to know."""

from collections.abc import Iterable
from typing import Any

from audiopub.bootstrap import audit
from audiopub.config import Settings
from audiopub.desk.webhooks import Webhooks
from audiopub.jobs.webhook import AFTER_ACT, AFTER_MAKING, Event
from audiopub.people import Actor
from audiopub.pipeline import Outcome, Result
from audiopub.publish.model import Channel, Episode, State

_ACTS = {Outcome.PUBLISHED: "publish", Outcome.UPDATED: "publish", Outcome.EMBARGOED: "schedule"}
"""What is written of what became of an article; what changed nothing is not written down."""


class Record:
    """The house's record of who did what, and its webhooks, for whoever acts without either."""

    def __init__(self, settings: Settings, actor: Actor) -> None:
        """Write for somebody.

        Args:
            settings: where the database is.
            actor: who acts.
        """
        self._audit, self._hooks, self._actor = audit(settings), Webhooks(settings), actor

    def did(self, act: str, channel: Channel, episode: Episode, **details: Any) -> None:
        """Write down ``withdraw``, ``restore`` or ``rollback`` of an episode as it is by now."""
        self._audit.write(self._actor, act, show=channel.slug, episode=episode.id, details=details)
        self._tell(Event.READY if episode.state is State.EMBARGOED else AFTER_ACT[act], channel, episode)  # what waits for its time is no more than made

    def made(self, channel: Channel, result: Result, *, reissue: bool = False) -> None:
        """Write down what became of an article, if anything did."""
        episode, act = result.episode, _ACTS.get(result.outcome)
        if episode is None or act is None:
            return
        details = {"at": episode.published.isoformat()} if act == "schedule" else {"revision": episode.revision}
        self._audit.write(self._actor, "reissue" if reissue else act, show=channel.slug, episode=episode.id, details=details)
        self._tell(AFTER_MAKING[result.outcome], channel, episode)

    def released(self, channel: Channel, episodes: Iterable[Episode]) -> None:
        """Tell of episodes whose time has come; that was written down when the time was set."""
        for episode in episodes:
            self._tell(Event.PUBLISHED, channel, episode)

    def wrote(self, act: str, show: str, **details: Any) -> None:
        """Write down what was done to a lexicon."""
        self._audit.write(self._actor, act, show=show, details=details)

    def _tell(self, event: Event, channel: Channel, episode: Episode) -> None:
        url = "" if event is Event.READY else channel.address_of(episode, episode.file(".html"))
        self._hooks.announce(event, show=channel.slug, episode=episode.id, title=episode.title, revision=episode.revision, url=url)
