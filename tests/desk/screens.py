"""The desk's screens on a loopback port, with a desk in memory behind them and everybody who asks signed in."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from audiopub.errors import AudiopubError
from audiopub.people import ROLES, Actor, Role, Via
from audiopub.web.guard import admit
from audiopub.web.headers import GuardedHeaders
from audiopub.web.streams import Streams
from audiopub.web.views import routers
from audiopub.web.views.asked import status_of
from tests.desk.fake_desk import FakeDesk


class Doors:
    """Limits nobody."""

    def limited(self, what: str, actor: Actor) -> None:
        """Let it be."""


class Everybody:
    """Lets everybody in, by the role that a cookie names; an administrator where there is none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookies = Request(scope).cookies
            role = Role(cookies.get("role", "admin"))
            admit(scope, Actor(name=cookies.get("who", "minh.hang"), permissions=ROLES[role], via=Via.DESK))
        await self._app(scope, receive, send)


def screens(desk: FakeDesk) -> FastAPI:
    """Make the application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk, app.state.doors, app.state.streams = desk, Doors(), Streams()
    for router in routers:
        app.router.routes.extend(router.routes)

    async def told(_: Request, error: Exception) -> Response:
        assert isinstance(error, AudiopubError)
        return PlainTextResponse(error.sentence("vi"), status_of(error))

    app.add_exception_handler(AudiopubError, told)
    app.add_middleware(Everybody)
    app.add_middleware(GuardedHeaders)
    return app


@contextmanager
def served(desk: FakeDesk) -> Iterator[str]:
    """Serve the screens; give their origin."""
    app = screens(desk)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=8))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            app.state.streams.stopping.set()
            server.should_exit = True
            thread.join(timeout=15)
