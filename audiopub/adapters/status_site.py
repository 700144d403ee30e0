"""What operators and machines ask of a running worker: figures, jobs, and their changes as they happen. For a private address."""

import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from audiopub.adapters.metrics import metrics_route
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.errors import AudiopubError
from audiopub.jobs.events import Changes, plain_job
from audiopub.jobs.model import OPEN

_LOOK = 0.3
_MOST = 500
_LONGEST = 16
_SIGN_OF_LIFE = 50
"""Looks without a change after which a line is sent all the same, so that nothing between closes the connection."""


def status_site(database: Database, host: str) -> Starlette:
    """Make the application: ``/metrics``, ``/health``, ``/jobs`` and ``/jobs/events``.

    Args:
        database: asked with little patience, so that nobody hangs.
        host: the address at which it listens. At this machine's own, other names are refused: a page from elsewhere could lead a browser here.
    """
    store = SqlJobStore(database)

    async def health(_request: Request) -> Response:
        try:
            await run_in_threadpool(store.clock)
        except AudiopubError as error:
            return JSONResponse({"ok": False, "code": error.code}, 503)
        return JSONResponse({"ok": True})

    async def jobs(request: Request) -> Response:
        states = () if request.query_params.get("all") else tuple(OPEN)
        found = await run_in_threadpool(lambda: store.jobs(states=states, limit=_MOST))
        return JSONResponse({"jobs": [plain_job(job) for job in found]}, headers={"Cache-Control": "no-store"})

    async def events(request: Request) -> Response:
        last = request.headers.get("last-event-id", "")
        since = int(last) if last.isdecimal() and len(last) < _LONGEST else await run_in_threadpool(store.clock)
        return StreamingResponse(_events(request, store, since), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    routes = [metrics_route(database), Route("/health", health), Route("/jobs", jobs), Route("/jobs/events", events)]
    own = host in {"", "localhost", "127.0.0.1", "::1"}
    allowed = ["localhost", "127.0.0.1", "[::1]"] if own else ["*"]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=allowed, www_redirect=False)])


async def _events(request: Request, store: SqlJobStore, since: int) -> AsyncIterator[str]:
    """Give each change as a server-sent event, whose id is where a client that comes back goes on."""
    import anyio  # noqa: PLC0415  Starlette's own

    changes, quiet = Changes(store, since), 0
    while not await request.is_disconnected():
        found = await run_in_threadpool(changes.new)
        for job in found:
            yield f"id: {job.changed}\nevent: job\ndata: {json.dumps(plain_job(job), ensure_ascii=False)}\n\n"
        quiet = 0 if found else quiet + 1
        if quiet >= _SIGN_OF_LIFE:
            quiet = 0
            yield ": \n\n"
        await anyio.sleep(_LOOK)
