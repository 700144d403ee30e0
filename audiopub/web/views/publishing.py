"""The last look before listeners have it, and publishing itself."""

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request, Response

from audiopub.desk.model import CheckState, View
from audiopub.errors import AudiopubError, BadInput
from audiopub.people import Actor, Permission
from audiopub.publish.model import State
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward
from audiopub.web.views.asked import Name
from audiopub.web.views.at_hand import desk_of, language_of, screen, sentence_of
from audiopub.web.views.editing import of_article
from audiopub.web.views.outside import addresses, card, note_line, small_cover

router = GuardedRouter(surface="desk")

Slipped = Annotated[str, Form(max_length=5)]
"""Said by the button that Enter in a field presses, which is none of those that publish."""

_GOING = frozenset({"queued", "running", "waiting"})
_HOUR = 3600


@router.get("/a/{name}/release", permission=Permission.READ)
def publishing(request: Request, actor: Signed, name: Name) -> Response:
    """Show what would be published, what speaks against it, and the ways to publish it."""
    return _shown(request, actor, name)


@router.post("/a/{name}/publish", permission=Permission.PUBLISH)
def publish(
    request: Request, actor: Signed, name: Name,
    fingerprint: Annotated[str, Form(max_length=200)],
    way: Annotated[str, Form(max_length=10)] = "now",
    at: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
    accept: Annotated[list[str] | None, Form()] = None,
    slipped: Slipped = "",
) -> Response:  # fmt: skip
    """Publish now (``now``), at a moment of Vietnam's time (``at``), or as a new episode (``reissue``)."""
    desk = desk_of(request)
    try:
        if slipped:
            raise BadInput("desk.pub_press")
        if at.strip() and way == "now":
            raise BadInput("desk.pub_which")
        when = moment_of(at, desk.tools.now()) if way == "at" else None
        desk.publish(actor, name, fingerprint=fingerprint, at=when, note=note, accept=tuple(accept or ()), reissue=way == "reissue")
    except AudiopubError as error:
        return _shown(request, actor, name, error=error, at=at, note=note)
    return onward(request, f"/desk/a/{name}/release", told="desk.pub_asked_at" if when else "desk.pub_asked")


@router.post("/a/{name}/unschedule", permission=Permission.PUBLISH)
def unschedule(request: Request, actor: Signed, name: Name) -> Response:
    """Take a scheduled episode back."""
    try:
        desk_of(request).unschedule(actor, name)
    except AudiopubError as error:
        return _shown(request, actor, name, error=error)
    return onward(request, f"/desk/a/{name}/release", told="desk.pub_unscheduled")


@router.get("/a/{name}/release/going", permission=Permission.READ)
def going(request: Request, actor: Signed, name: Name) -> Response:
    """Give how far the job is; what asks loads the page again once it has ended."""
    view = desk_of(request).view(actor, name)
    headers = None if is_going(view) else {"HX-Refresh": "true"}
    return screen(request, "_going.html", headers=headers, **of_article(view, "release"), is_going=is_going(view))


@router.get("/a/{name}/release/line", permission=Permission.READ)
def line(request: Request, actor: Signed, name: Name, note: str = "") -> Response:
    """Give the dated line of a correction as listeners will read it."""
    desk = desk_of(request)
    actor.must(Permission.READ)
    text = note_line(desk.tools.now(), note[:500], language_of(request)) if note.strip() else ""
    return screen(request, "_note_line.html", text=text, name=name)


@router.get("/a/{name}/cover.jpg", permission=Permission.READ)
def picture(request: Request, actor: Signed, name: Name) -> Response:
    """Give the small cover of an article's show."""
    desk = desk_of(request)
    show = desk.view(actor, name).item.show
    return Response(small_cover(desk, show), media_type="image/jpeg", headers={"Cache-Control": f"private, max-age={_HOUR}"})


def moment_of(text: str, now: datetime) -> datetime:
    """Read what a field of date and time gives, which is the time in Vietnam whatever clock the editor's machine has.

    Raises:
        BadInput: it is no moment, or it is over.
    """
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=now.tzinfo)
    except ValueError as error:
        raise BadInput("desk.pub_no_moment") from error
    if found <= now:
        raise BadInput("desk.pub_moment_over", when=f"{found:%H:%M %d/%m/%Y}")
    return found


def is_going(view: View) -> bool:
    """Tell whether a job of an article is under way."""
    return view.item.progress is not None and view.item.progress.state in _GOING


def _shown(request: Request, actor: Actor, name: Name, *, error: AudiopubError | None = None, at: str = "", note: str = "") -> Response:
    desk = desk_of(request)
    view = desk.view(actor, name)
    checks = desk.checks(actor, name) if view.draft else ()
    stops = [check for check in checks if check.state is CheckState.STOP]
    is_out = view.episode is not None and view.episode.state is State.PUBLISHED
    same = is_out and view.proof is not None and view.episode is not None and view.episode.fingerprint == view.proof.fingerprint
    return screen(
        request, "publish.html", status=422 if error else 200, **of_article(view, "release"), place="release", checks=checks,
        may=not any(not check.acceptable for check in stops),
        is_out=is_out, is_same=same, is_going=is_going(view), card=card(desk, view, language_of(request)), addresses=addresses(desk, view.episode),
        now=desk.tools.now(), problem=sentence_of(request, error), at=at, note=note,
    )  # fmt: skip
