"""Sound: having a draft made to be heard, hearing it, saying that it was heard."""

from typing import Annotated, Any

from fastapi import Path, Request, Response

from audiopub.errors import NotFound
from audiopub.people import Permission
from audiopub.web.api import plain, shapes
from audiopub.web.api.articles import Name
from audiopub.web.api.events import OVER
from audiopub.web.api.limits import POLICY, limited
from audiopub.web.api.routing import PREFIX, acts, reads, router
from audiopub.web.api.state import Desk
from audiopub.web.api.wishes import FINGERPRINT
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused
from audiopub.web.ranges import ranged

sound = router("sound")
Fingerprint = Annotated[str, Path(pattern=FINGERPRINT)]
_TYPES = {"audio.mp3": "audio/mpeg", "waveform.svg": "image/svg+xml", "record.json": "application/json"}
_FILE = Annotated[str, Path(pattern=r"^(audio\.mp3|waveform\.svg|record\.json)$")]
_BYTES: dict[str, Any] = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES.values()}
_FILES = {
    200: {"description": "The file.", "content": _BYTES}, 206: {"description": "A stretch of it.", "content": _BYTES},
    304: {"description": "You have it."}, 416: {"description": "It is not that long."},
}  # fmt: skip
_JOB_LINKS = {
    "job": {"operationId": "getJob", "parameters": {"job": "$response.body#/job/id"}},
    "cancel": {"operationId": "cancelJob", "parameters": {"job": "$response.body#/job/id"}},
}
STARTED = {202: {"description": "Begun.", "links": _JOB_LINKS}}
_MADE = {202: {"description": "Begun.", "links": _JOB_LINKS, "headers": POLICY}}


@sound.post("/articles/{name}/render", permission=Permission.EDIT, operation_id="renderArticle", **acts(status_code=202, responses=_MADE))
def render_article(actor: Signed, desk: Desk, name: Name, request: Request, response: Response) -> shapes.JobOut:
    """Have the draft made to be heard; only what changed is spoken anew. 409 while that is under way already."""
    limited(request, response, "render", actor)
    found, is_new = desk.render(actor, name)
    if not is_new:
        raise Refused(409, "api.already_rendering", job=found.job)
    response.headers["Location"] = f"{PREFIX}/jobs/{found.job}"
    return shapes.JobOut(job=plain.progress(found))


@sound.delete("/articles/{name}/render", permission=Permission.EDIT, operation_id="cancelRender", **acts())
def cancel_render(actor: Signed, desk: Desk, name: Name) -> shapes.JobOut:
    """Take back the making of an article. 409 where nothing is being made of it."""
    going = desk.view(actor, name).item.progress
    found = desk.cancel(actor, name) if going and going.state not in OVER else None
    if found is None:
        raise Refused(409, "api.nothing_to_cancel", article=name)
    return shapes.JobOut(job=plain.progress(found))


_PROOF = reads(responses=_FILES, response_class=Response, response_model=None)


@sound.get("/articles/{name}/proofs/{fingerprint}/{file}", permission=Permission.READ, operation_id="getProofFile", **_PROOF)
def get_proof_file(actor: Signed, desk: Desk, name: Name, fingerprint: Fingerprint, file: _FILE, request: Request) -> Response:
    """Give the sound of a proof, its waveform or its record; by ranges too."""
    if file not in _TYPES:
        raise NotFound("api.no_route")
    opened, size = desk.proof_file(actor, name, fingerprint, file)
    return ranged(request, opened, size, _TYPES[file], f'"{fingerprint}"')


@sound.post("/articles/{name}/proofs/{fingerprint}/heard", permission=Permission.EDIT, operation_id="noteHeard", **acts(status_code=204))
def note_heard(actor: Signed, desk: Desk, name: Name, fingerprint: Fingerprint) -> None:
    """Note that whoever asks heard a proof to its end."""
    desk.heard(actor, name, fingerprint)
