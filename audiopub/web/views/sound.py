"""An article's sound: who reads it, making it, and listening to what was made."""

from typing import Annotated, Any

from fastapi import Form, Path, Query, Request
from fastapi.responses import Response

from audiopub.desk.model import DeskState, View
from audiopub.errors import BadInput
from audiopub.people import Permission
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import is_piece, onward, page
from audiopub.web.ranges import ranged
from audiopub.web.views.asked import Desk, Name, limited
from audiopub.web.views.editing import drafted, of_article

router = GuardedRouter(surface="desk", prefix="/a")

_TYPES = {"audio.mp3": "audio/mpeg", "waveform.svg": "image/svg+xml", "record.json": "application/json"}
_SPEEDS = ("0.85", "0.9", "0.95", "1", "1.05", "1.1", "1.15", "1.25")
Fingerprint = Annotated[str, Path(pattern="^[0-9a-z]{64}$")]


def going(found: View) -> bool:
    """Tell whether the draft is being made to be heard."""
    return bool({found.item.state, found.item.pending} & {DeskState.QUEUED, DeskState.RENDERING})


@router.get("/{name}/sound", permission=Permission.READ)
def sound(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Show how the article is read, how far its sound is, and the player."""
    found = desk.view(actor, name)
    manner = drafted(found).manner
    sentences = desk.script(actor, name) if found.proof and found.proof_is_fresh else ()
    values: dict[str, Any] = {
        "voices": desk.voices(actor, found.item.show),
        "manner": manner,
        "speeds": _SPEEDS,
        "going": going(found),
        "sentences": sentences,
        "error": None,
    }
    return page(request, "sound.html", **of_article(found, "sound"), **values)


@router.post("/{name}/manner", permission=Permission.EDIT)
def manner(
    request: Request, actor: Signed, desk: Desk, name: Name, voice: Annotated[str, Form(max_length=200)] = "", speed: Annotated[float, Form(ge=0, le=4)] = 0,
    jingle: Annotated[str, Form(max_length=5)] = "", was_voice: Annotated[str | None, Form(max_length=200)] = None,
    was_speed: Annotated[float | None, Form(ge=0, le=4)] = None, was_jingle: Annotated[str | None, Form(max_length=5)] = None,
) -> Response:  # fmt: skip
    """Say how this article is read; what is as the form showed it stays as it is by now."""
    wanted = {"voice": (voice, was_voice), "speed": (speed, was_speed), "jingle": (jingle == "yes", None if was_jingle is None else was_jingle == "yes")}
    desk.edit(actor, name, "manner", {field: chosen for field, (chosen, was) in wanted.items() if chosen != was}, version=None)
    return onward(request, f"/desk/a/{name}/sound", told="desk.done_manner")


@router.post("/{name}/render", permission=Permission.EDIT)
def render(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Have the draft made to be heard."""
    limited(request, "render", actor)
    try:
        desk.render(actor, name)
    except BadInput as error:
        found = desk.view(actor, name)
        return page(request, "rendering.html", status=422, **of_article(found, "sound"), going=going(found), error=error)
    return _going(request, desk.view(actor, name))


@router.post("/{name}/cancel", permission=Permission.EDIT)
def cancel(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Take the job back."""
    desk.cancel(actor, name)
    return _going(request, desk.view(actor, name))


@router.get("/{name}/progress", permission=Permission.READ)
def progress(request: Request, actor: Signed, desk: Desk, name: Name, went: Annotated[str, Query(max_length=5)] = "") -> Response:
    """Show how far the sound is; what had gone on and has ended is a new page."""
    found = desk.view(actor, name)
    if went == "yes" and not going(found) and is_piece(request):
        return onward(request, f"/desk/a/{name}/sound")
    return page(request, "rendering.html", **of_article(found, "sound"), going=going(found), error=None)


def _going(request: Request, found: View) -> Response:
    if not is_piece(request):
        return onward(request, f"/desk/a/{found.item.name}/sound")
    return page(request, "rendering.html", **of_article(found, "sound"), going=going(found), error=None)


@router.get("/{name}/proofs/{fingerprint}/{file}", permission=Permission.READ)
def proof_file(
    request: Request, actor: Signed, desk: Desk, name: Name, fingerprint: Fingerprint, file: Annotated[str, Path(pattern="^(audio.mp3|waveform.svg|record.json)$")]
) -> Response:
    """Give a file of what was made, or a stretch of it."""
    body, size = desk.proof_file(actor, name, fingerprint, file)
    return ranged(request, body, size, _TYPES[file], f'"{fingerprint[:24]}-{file}"')


@router.post("/{name}/proofs/{fingerprint}/heard", permission=Permission.EDIT)
def heard(request: Request, actor: Signed, desk: Desk, name: Name, fingerprint: Fingerprint) -> Response:
    """Note that a proof was heard to its end."""
    desk.heard(actor, name, fingerprint)
    return Response(status_code=204) if is_piece(request) else onward(request, f"/desk/a/{name}/sound")
