"""The web application: the editors' desk, its API and, where wanted, the listeners' site."""

from collections.abc import Iterable, Mapping
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from audiopub.desk.service import EditorsDesk
from audiopub.errors import AudiopubError, BadInput, Forbidden, NotFound, NotSignedIn, Outdated, TooOften, TryAgain
from audiopub.web.api import routers as api
from audiopub.web.body import LimitedBody
from audiopub.web.doors import Doors
from audiopub.web.gate import Gate
from audiopub.web.guard import GuardedRouter, actor_of, every_route
from audiopub.web.headers import GuardedHeaders, surface_of
from audiopub.web.login import router as login
from audiopub.web.pages import is_piece, page
from audiopub.web.refusals import coded, not_signed_in, refusal
from audiopub.web.views import routers as views

_THREADS = 80
"""Requests that are worked on at once: some wait for a newspaper's server or a voice, and nobody else is to wait with them."""

_STATUS = ((NotSignedIn, 401), (Forbidden, 403), (NotFound, 404), (Outdated, 412), (BadInput, 422), (TooOften, 429), (TryAgain, 503))


def desk_app(desk: EditorsDesk, doors: Doors, *, site: ASGIApp | None = None, routers: Iterable[GuardedRouter] | None = None) -> FastAPI:
    """Put the application together.

    Args:
        desk: what every face asks.
        doors: know who comes in.
        site: the listeners' site, at ``/``; None for none.
        routers: of the desk and the API; all there are where it is None.

    Raises:
        TypeError: a route has no guard, which is a mistake in the code.
    """
    app = DeskApp(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, title="audiopub", version="1")
    app.state.desk, app.state.doors = desk, doors
    for router in (login, *((*views, *api) if routers is None else routers)):
        app.router.routes.extend(router.routes)
    app.add_exception_handler(AudiopubError, _answered)
    app.add_exception_handler(HTTPException, _briefly)
    app.add_exception_handler(RequestValidationError, _not_understood)
    every_route(app)
    app.stand_around(doors, site)
    return app


class DeskApp(FastAPI):
    """FastAPI behind the gate; what stands around is outermost, so that an answer to a failure is guarded too."""

    _around: ASGIApp | None = None
    _widened = False

    def stand_around(self, doors: Doors, site: ASGIApp | None) -> None:
        """Put the gate up, and the listeners' site beside it."""
        inner = super().__call__
        limited = LimitedBody(inner, int(doors.settings.desk_body_mb * 1_000_000), coded)
        guarded = GuardedHeaders(Gate(limited, self, doors))
        # The doors must see who really sends, so the server itself believes no proxy; for what is counted of listeners, those of this machine are believed.
        listened: Any = ProxyHeadersMiddleware(site, ["127.0.0.1", "::1", *map(str, doors.settings.trusted_proxies)]) if site else None  # type: ignore[arg-type]

        async def around(scope: Scope, receive: Receive, send: Send) -> None:
            if not self._widened:
                to_thread.current_default_thread_limiter().total_tokens = _THREADS
                self._widened = True
            if scope["type"] == "lifespan":
                await inner(scope, receive, send)
            elif scope["type"] == "http" and not surface_of(scope["path"]):
                await (listened or coded(scope, 404, "people.nothing_there"))(scope, receive, send)
            else:
                await guarded(scope, receive, send)

        self._around = around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await (self._around or super().__call__)(scope, receive, send)


def _answered(request: Request, error: Exception) -> Response:
    """Say an error in one sentence."""
    if not isinstance(error, AudiopubError):
        raise error
    if isinstance(error, NotSignedIn):
        return not_signed_in(request.scope)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return _shown(request, status, error, {"Retry-After": str(error.retry_after)} if isinstance(error, TooOften) else None)


def _shown(request: Request, status: int, error: AudiopubError, headers: Mapping[str, str] | None = None) -> Response:
    """Say it on a page of the desk where a person came for a page; shortly to everybody else."""
    wanted = surface_of(request.scope["path"]) == "desk" and "text/html" in request.headers.get("accept", "") and not is_piece(request)
    if wanted and actor_of(request.scope):
        return page(request, "error.html", status=status, headers=headers, error=error)
    return refusal(request.scope, status, error, headers)


def _not_understood(request: Request, error: Exception) -> Response:
    """Say of a request that no form of ours makes what is wrong with it: an address that names nothing, or fields that cannot be so."""
    in_path = isinstance(error, RequestValidationError) and all(one["loc"][0] == "path" for one in error.errors())
    return _shown(request, 404, AudiopubError("people.nothing_there")) if in_path else _shown(request, 422, AudiopubError("desk.not_understood"))


def _briefly(request: Request, error: Exception) -> Response:
    """Say what there is not, to whoever may know."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return _shown(request, status, AudiopubError("people.nothing_there"), headers)
