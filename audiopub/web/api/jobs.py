"""Jobs: how far they are, taking them back, beginning them again."""

from typing import Annotated, Any

from fastapi import Header, Path, Request, Response

from audiopub.people import Permission
from audiopub.web.api import plain, shapes
from audiopub.web.api.events import OVER, stream
from audiopub.web.api.routing import acts, reads, router
from audiopub.web.api.sound import STARTED
from audiopub.web.api.state import Beside, Desk
from audiopub.web.api.wishes import NAME
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused

jobs = router("jobs")
Job = Annotated[str, Path(pattern=NAME, examples=["proof-3f1c09a77d3ab1c2d3e4"])]
_Last = Annotated[str, Header(alias="Last-Event-ID", max_length=200, description="The `id` of the last event that came.")]


@jobs.get("/jobs/{job}", permission=Permission.READ, operation_id="getJob", **reads())
def get_job(actor: Signed, desk: Desk, job: Job) -> shapes.JobOut:
    """Tell how far a job is."""
    return shapes.JobOut(job=plain.progress(desk.job(actor, job)))


@jobs.delete("/jobs/{job}", permission=Permission.EDIT, operation_id="cancelJob", **acts())
def cancel_job(actor: Signed, desk: Desk, office: Beside, job: Job) -> shapes.JobOut:
    """Take a job back. 409 where it has ended, or where a newer one took its place."""
    name = office.article_of(job)
    view = desk.view(actor, name)
    going = view.item.progress
    found = desk.cancel(actor, name) if going and going.job == job and going.state not in OVER else None
    if found is None:
        raise Refused(409, "api.nothing_to_cancel", article=name)
    return shapes.JobOut(job=plain.progress(found))


@jobs.post("/jobs/{job}/retry", permission=Permission.EDIT, operation_id="retryJob", **acts(status_code=202, responses=STARTED))
def retry_job(actor: Signed, desk: Desk, job: Job) -> shapes.JobOut:
    """Begin a job again that ended without success."""
    return shapes.JobOut(job=plain.progress(desk.retry(actor, job)))


_EVENT = {"type": "object", "properties": {name: {"type": "string"} for name in ("id", "event", "data")}, "required": ["event", "data"]}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events `progress` and, at last, `end`.", "content": {"text/event-stream": {"schema": _EVENT}}},
    204: {"description": "You have the end already."},
}
_EVENTS = reads(responses=_STREAM, response_class=Response, response_model=None)


@jobs.get("/jobs/{job}/events", permission=Permission.READ, operation_id="getJobEvents", **_EVENTS)
def get_job_events(actor: Signed, desk: Desk, job: Job, request: Request, _last: _Last = "") -> Response:
    """Tell how far a job is, again and again, as server-sent events."""
    return stream(request, actor, desk.job(actor, job), lambda: desk.job(actor, job))
