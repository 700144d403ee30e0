"""The house: nights, who did what, whether the service is there, and the description of all of this."""

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from starlette.responses import JSONResponse

from audiopub.desk.office import is_ready
from audiopub.errors import NotFound
from audiopub.people import Permission
from audiopub.web.api import plain, tables
from audiopub.web.api.articles import Show
from audiopub.web.api.description import described
from audiopub.web.api.routing import reads, router
from audiopub.web.api.state import Beside, Desk
from audiopub.web.api.wishes import NAME
from audiopub.web.guard import Signed
from audiopub.web.problems import plain as as_json

house = router("house")
_Limit = Annotated[int, Query(ge=1, le=200)]


@house.get("/nights", permission=Permission.READ, operation_id="listNights", **reads())
def list_nights(actor: Signed, desk: Desk, limit: _Limit = 30) -> tables.NightsOut:
    """Give the latest nights, with their counts."""
    return tables.NightsOut(nights=[tables.FreeOut.model_validate(as_json(night)) for night in desk.nights(actor, limit=limit)])


@house.get("/nights/{night}", permission=Permission.READ, operation_id="getNight", **reads())
def get_night(actor: Signed, desk: Desk, night: Annotated[str, Path(pattern=NAME)]) -> tables.FreeOut:
    """Give a night, its report and the jobs of its articles."""
    return tables.FreeOut.model_validate(as_json(desk.night(actor, night)))


@house.get("/stats", permission=Permission.READ, operation_id="getStats", **reads())
def get_stats(
    actor: Signed, desk: Desk, office: Beside, show: Annotated[str, Query(pattern=NAME)], days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> tables.FreeOut:  # fmt: skip
    """Count downloads by day, by episode and by app, from the access logs that the settings name; `logs` tells whether they name any."""
    actor.must(Permission.READ)
    if show not in {slug for slug, _ in desk.shows()}:
        raise NotFound("api.no_show", show=show)
    return tables.FreeOut.model_validate(as_json(office.listens.of(show, days, desk.tools.now())))


@house.get("/audit", permission=Permission.READ, operation_id="listAudit", **reads())
def list_audit(
    actor: Signed, desk: Desk, show: Show = "", episode: Annotated[str, Query(pattern=r"^[0-9a-f]{0,64}$")] = "", by: Annotated[str, Query(max_length=200)] = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0, limit: _Limit = 100,
) -> tables.AuditsOut:  # fmt: skip
    """Tell who did what, newest first."""
    lines = desk.audit(actor, show=show, episode=episode, by=by, before=before, limit=limit)
    return tables.AuditsOut(lines=[plain.audit_line(line) for line in lines], before=lines[-1].number if len(lines) == limit else 0)


_OPENAPI: dict[str, Any] = reads(responses={200: {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}})


@house.get("/openapi.json", permission=Permission.READ, operation_id="getDescription", response_class=Response, response_model=None, **_OPENAPI)
def get_description(request: Request) -> Response:
    """Give this description."""
    return JSONResponse(described(request.app))


@house.get("/healthz", public=True, operation_id="isAlive", **reads())
async def is_alive() -> tables.Alive:
    """Tell that the process answers."""
    return tables.Alive(ok=True)


_READY = reads(responses={503: {"description": "The database does not answer.", "model": tables.Alive}})


@house.get("/readyz", public=True, operation_id="isReady", **_READY)
def get_ready(office: Beside, response: Response) -> tables.Alive:
    """Tell that the service can do its work: its database answers. Nothing else is told to strangers."""
    well = is_ready(office.address)
    response.status_code = 200 if well else 503
    return tables.Alive(ok=well)
