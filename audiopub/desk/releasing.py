"""What is done before listeners: checked, published, taken back. Each act is a person's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from audiopub.desk.checks import checks_of, stops
from audiopub.desk.model import Check, Progress, View
from audiopub.desk.sounding import Sounding, told
from audiopub.desk.tools import VIETNAM, Located, Tools
from audiopub.errors import BadInput, Outdated
from audiopub.jobs import OPEN, Kind
from audiopub.newsroom import Newsroom
from audiopub.people import Actor, Permission
from audiopub.pipeline import NOTHING
from audiopub.publish.model import Episode, State

_FURTHEST = timedelta(days=3 * 366)
"""Until a moment for which something may be scheduled."""


class Releasing(Sounding):
    """What is put before listeners, and taken from them."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        super().__init__(tools)
        self._tools = tools

    def checks(self, actor: Actor, name: str) -> tuple[Check, ...]:
        """Go through what has to be right before a draft is published."""
        actor.must(Permission.READ)
        return tuple(self._checks(self._tools.locate(name)))

    def _checks(self, located: Located) -> Iterator[Check]:
        proof = self.proof(located)
        fresh = proof is not None and self.is_fresh(located.draft, proof)
        yield from checks_of(self._tools, located.draft, proof, fresh=fresh)

    def publish(
        self, actor: Actor, name: str, *, fingerprint: str, at: datetime | None = None, note: str = "", accept: Sequence[str] = (), reissue: bool = False
    ) -> Progress:
        """Put just what was heard before listeners, now or at a moment; of an episode that they have, as its next revision.

        Args:
            actor: who does it.
            name: which one.
            fingerprint: of the proof that was heard.
            at: when listeners may have it; aware. None for now.
            note: what listeners are told of a correction.
            accept: names of checks that stop and are gone past all the same.
            reissue: whether it becomes a new episode in every app.

        Raises:
            Outdated: something changed since it was heard.
            BadInput: a check stops it; ``checks`` has their names. Or it is being made, or listeners have it already and it is to be scheduled.
        """
        actor.must(Permission.PUBLISH)
        located = self._tools.locate(name)
        draft, kept = located.draft, located.kept
        if kept is None or kept.proof != fingerprint:
            raise Outdated("act.not_as_heard", title=draft.title)
        going = self._tools.jobs.get(kept.job) if kept.job else None
        if going is not None and going.state in OPEN:
            raise BadInput("draft.under_way", title=draft.title)
        moment = self._moment(located.episode, at, reissue=reissue)
        stopped = stops(self._checks(located), accept)
        if stopped:
            raise BadInput("draft.checks_stop", title=draft.title, checks=", ".join(stopped))
        seen = located.episode.stamp if located.episode else NOTHING
        wish = replace(self._tools.wish(draft, actor.name), expect=fingerprint, note=note.strip(), not_before=moment, reissue=reissue, upon=seen)
        job, _ = self._begun(actor, draft, Kind.RENDER, wish)
        details = {"job": job.id, "at": at.isoformat() if at else "", "note": note, "accepted": list(accept), "proof": fingerprint[:12]}
        self._tools.said(actor, "reissue" if reissue else "schedule" if at else "publish", draft, **details)
        return told(job)

    def _moment(self, episode: Episode | None, at: datetime | None, *, reissue: bool) -> datetime | None:
        """Give the moment from which listeners may have it; None where that is not to be said.

        Raises:
            BadInput: they have it already, or it is to be issued anew and they have nothing of it yet; or the moment is over, or years away, as by a slip of the pen.
        """
        if at is not None and at - self._tools.now() > _FURTHEST:
            raise BadInput("draft.too_far", day=f"{at:%d/%m/%Y}")
        if at is not None and at <= self._tools.now():
            raise BadInput("desk.pub_moment_over", when=f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}")
        if episode is None:
            return at
        had = episode.state is State.PUBLISHED or (episode.state is State.WITHDRAWN and episode.was_public)
        if at is not None and had:
            raise BadInput("act.published_already", title=episode.title)
        if reissue and episode.state is State.EMBARGOED:
            raise BadInput("act.under_embargo", title=episode.title)
        # What is scheduled stays so until another moment is named: now, where somebody publishes it now.
        return at or (self._tools.now() if episode.state is State.EMBARGOED else None)

    def unschedule(self, actor: Actor, name: str) -> View:
        """Take a scheduled episode back to the desk.

        Raises:
            BadInput: it is not scheduled.
        """
        actor.must(Permission.PUBLISH)
        located = self._tools.locate(name)
        if located.published.state is not State.EMBARGOED:
            raise BadInput("draft.not_scheduled", title=located.title)
        self._room(located).withdraw(located.published, now=self._tools.now(), note="", by=actor.name, notice=False, progress=_quiet, held=True)
        self._tools.said(actor, "unschedule", located)
        return self.view(actor, name)

    def withdraw(self, actor: Actor, name: str, *, reason: str, notice: bool, seen: str = "") -> View:
        """Take an episode from listeners.

        Args:
            actor: who does it.
            name: which one.
            reason: kept in its history, told to nobody else.
            notice: whether a short notice answers at its addresses; else nothing does.
            seen: stamp of the episode as it was when that was decided; empty for however it is.

        Raises:
            BadInput: it is withdrawn already, or nobody says why.
            Outdated: something was done to it since it was seen.
        """
        actor.must(Permission.PUBLISH)
        located = self._tools.locate(name)
        if not reason.strip():
            raise BadInput("desk.cor_no_reason")
        self._room(located).withdraw(located.published, now=self._tools.now(), note=reason, by=actor.name, notice=notice, progress=_quiet, seen=seen)
        self._tools.said(actor, "withdraw", located, reason=reason, notice=notice)
        return self.view(actor, name)

    def restore(self, actor: Actor, name: str, *, seen: str = "") -> View:
        """Undo a withdrawal; where ``seen`` is given, of what is still so.

        Raises:
            BadInput: it is not withdrawn.
            Outdated: something was done to it since it was seen.
        """
        actor.must(Permission.PUBLISH)
        located = self._tools.locate(name)
        if located.published.state is State.WITHDRAWN and not located.published.was_public:
            raise BadInput("act.not_withdrawn", title=located.title)  # it was scheduled and taken back: whoever wants it out publishes it
        self._room(located).restore(located.published, now=self._tools.now(), note="", by=actor.name, progress=_quiet, seen=seen)
        self._tools.said(actor, "restore", located)
        return self.view(actor, name)

    def rollback(self, actor: Actor, name: str, revision: int, *, seen: str = "") -> View:
        """Publish an earlier revision again; where ``seen`` is given, in the place of what is still so.

        Raises:
            BadInput: that one is not kept.
            Outdated: something was done to it since it was seen.
        """
        actor.must(Permission.PUBLISH)
        located = self._tools.locate(name)
        self._room(located).rollback(located.published, revision, now=self._tools.now(), note="", by=actor.name, progress=_quiet, seen=seen)
        self._tools.said(actor, "rollback", located, revision=revision)
        return self.view(actor, name)

    def episode(self, actor: Actor, name: str) -> Episode:
        """Give what listeners have, or had.

        Raises:
            NotFound: they never had anything of that name.
        """
        actor.must(Permission.READ)
        return self._tools.locate(name).published

    def served_file(self, actor: Actor, name: str, suffix: str) -> bytes:
        """Give one of the files that listeners have: ``.vtt``, ``.srt``, ``.transcript.json``, ``.chapters.json``.

        Raises:
            BadInput: they have nothing of it now.
        """
        episode = self.episode(actor, name)
        _, studio = self._tools.shows.get(episode.show, patient=False)
        body = studio.store.get(studio.channel.key_of(episode, episode.file(suffix))) if episode.state is State.PUBLISHED else None
        if body is None:
            raise BadInput("act.not_published", title=episode.title)
        return body

    def _room(self, located: Located) -> Newsroom:
        show, _ = self._tools.shows.get(located.show, patient=False)
        return Newsroom(show, self._tools.settings, self._tools.sources)


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""
