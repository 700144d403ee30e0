"""Setting right what listeners have already: what changes, what came before, taking it from them and giving it back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request, Response

from audiopub.desk.model import SentenceChange, View
from audiopub.errors import AudiopubError, BadInput
from audiopub.people import Actor, Permission
from audiopub.publish.model import Event, State
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward
from audiopub.web.views.asked import Name, limited
from audiopub.web.views.at_hand import desk_of, language_of, screen, sentence_of
from audiopub.web.views.differences import Stretch, differences
from audiopub.web.views.editing import of_article
from audiopub.web.views.history import EVENTS
from audiopub.web.views.outside import note_line
from audiopub.web.views.publishing import Slipped, is_going

router = GuardedRouter(surface="desk")

SeenField = Annotated[str, Form(max_length=400)]
"""Of a form that changes what listeners have: the stamp of the episode that its screen showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A sentence of a correction: the stretches that it has in common and those that differ."""

    kind: str
    """``came``, ``went``, ``changed``, or ``spoken`` where only the reading did."""

    words: tuple[Stretch, ...]
    spoken_before: str = ""
    spoken_after: str = ""


@router.get("/a/{name}/correction", permission=Permission.READ)
def correction(request: Request, actor: Signed, name: Name) -> Response:
    """Show what differs from what listeners have, the former revisions, and the way to withdraw."""
    return _shown(request, actor, name)


@router.post("/a/{name}/correction/render", permission=Permission.EDIT)
def render(request: Request, actor: Signed, name: Name) -> Response:
    """Make the corrected sound; only changed sentences are spoken."""
    limited(request, "render", actor)
    try:
        desk_of(request).render(actor, name)
    except AudiopubError as error:
        return _shown(request, actor, name, error=error)
    return onward(request, f"/desk/a/{name}/correction")


@router.post("/a/{name}/correction/replace", permission=Permission.PUBLISH)
def replace_audio(
    request: Request, actor: Signed, name: Name,
    fingerprint: Annotated[str, Form(max_length=200)],
    note: Annotated[str, Form(max_length=500)] = "",
    accept: Annotated[list[str] | None, Form()] = None,
    slipped: Slipped = "",
) -> Response:  # fmt: skip
    """Put the corrected sound in the place of what listeners have."""
    try:
        if slipped:
            raise BadInput("desk.pub_press")
        desk_of(request).publish(actor, name, fingerprint=fingerprint, note=note, accept=tuple(accept or ()))
    except AudiopubError as error:
        return _shown(request, actor, name, error=error, note=note)
    return onward(request, f"/desk/a/{name}/correction", told="desk.cor_replacing")


@router.post("/a/{name}/rollback", permission=Permission.PUBLISH)
def rollback(request: Request, actor: Signed, name: Name, revision: Annotated[int, Form(ge=1, le=1_000_000)], seen: SeenField = "") -> Response:
    """Publish a former revision again."""
    try:
        desk_of(request).rollback(actor, name, revision, seen=seen)
    except AudiopubError as error:
        return _shown(request, actor, name, error=error)
    return onward(request, f"/desk/a/{name}/correction", told="desk.cor_rolled_back")


@router.post("/a/{name}/withdraw", permission=Permission.PUBLISH)
def withdraw(
    request: Request, actor: Signed, name: Name,
    reason: Annotated[str, Form(max_length=500)] = "",
    understood: Annotated[str, Form(max_length=10)] = "",
    notice: Annotated[str, Form(max_length=10)] = "",
    seen: SeenField = "",
) -> Response:  # fmt: skip
    """Take an episode from listeners, by somebody who said that they know what that means."""
    try:
        if not understood:
            raise BadInput("desk.cor_not_understood")
        if not reason.strip():
            raise BadInput("desk.cor_no_reason")
        desk_of(request).withdraw(actor, name, reason=reason.strip(), notice=bool(notice), seen=seen)
    except AudiopubError as error:
        return _shown(request, actor, name, error=error, reason=reason)
    return onward(request, f"/desk/a/{name}/correction", told="desk.cor_withdrawn")


@router.post("/a/{name}/restore", permission=Permission.PUBLISH)
def restore(request: Request, actor: Signed, name: Name, seen: SeenField = "") -> Response:
    """Give a withdrawn episode back to listeners."""
    try:
        desk_of(request).restore(actor, name, seen=seen)
    except AudiopubError as error:
        return _shown(request, actor, name, error=error)
    return onward(request, f"/desk/a/{name}/correction", told="desk.cor_restored")


def difference(change: SentenceChange) -> Difference:
    """Mark what differs in a sentence."""
    words = differences(change.before or "", change.after or "")
    if change.before is None or change.after is None:
        return Difference(kind="came" if change.before is None else "went", words=words)
    if change.before != change.after:
        return Difference(kind="changed", words=words)
    return Difference(kind="spoken", words=words, spoken_before=change.before_spoken or "", spoken_after=change.after_spoken or "")


def _revisions(view: View) -> tuple[tuple[Event, bool], ...]:
    """Give the events that made a revision, newest first, and whether each one's can be brought back."""
    if view.episode is None:
        return ()
    made: dict[int, Event] = {}
    for event in view.episode.history:
        made.setdefault(event.revision, event)
    return tuple((event, event.revision in view.revisions) for event in sorted(made.values(), key=lambda event: -event.revision))


def _shown(request: Request, actor: Actor, name: Name, *, error: AudiopubError | None = None, note: str = "", reason: str = "") -> Response:
    desk, language = desk_of(request), language_of(request)
    view = desk.view(actor, name)
    problem, changes = sentence_of(request, error), tuple[Difference, ...]()
    if view.draft is not None and view.episode is not None:
        try:
            changes = tuple(map(difference, desk.changes(actor, name)))
        except AudiopubError as failed:
            problem = problem or failed.sentence(language)
    checks = desk.checks(actor, name) if changes and view.proof_is_fresh else ()
    return screen(
        request, "correction.html", status=422 if error else 200, **of_article(view, "release"), place="correction", changes=changes, problem=problem,
        is_going=is_going(view),
        is_out=view.episode is not None and view.episode.state is State.PUBLISHED, is_withdrawn=view.episode is not None and view.episode.state is State.WITHDRAWN,
        revisions=_revisions(view), events=EVENTS, note=note, reason=reason, checks=checks, seen=view.episode.stamp if view.episode else "",
        line=note_line(desk.tools.now(), note, language) if note.strip() else "",
    )  # fmt: skip
