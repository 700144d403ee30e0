"""A folder served over real HTTP by our own site, with one thing broken at a time."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from audiopub.adapters.static_site import static_site


@dataclass
class Request:
    """What is asked; a fault may change it before the site sees it."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Response:
    """What is answered; a fault may change it before the client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    def without(self, *names: str) -> "Response":
        """Take headers away."""
        return Response(self.status, {name: value for name, value in self.headers.items() if name not in names}, self.body)

    def having(self, **headers: str) -> "Response":
        """Set headers: ``cache_control`` for ``cache-control``."""
        return Response(self.status, self.headers | {name.replace("_", "-"): value for name, value in headers.items()}, self.body)


@dataclass
class FaultySite:
    """An ASGI application around the site."""

    app: Any
    ask: Callable[[Request], Request | Response] = field(default=lambda request: request)
    tell: Callable[[Request, Response], Response] = field(default=lambda _request, response: response)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        asked = Request(scope["method"], scope["path"], {name.decode(): value.decode() for name, value in scope["headers"]})
        original = Request(asked.method, asked.path, dict(asked.headers))
        inner = self.ask(asked)
        response = inner if isinstance(inner, Response) else await self._inner(scope, receive, inner)
        response = self.tell(original, response)
        length = {} if asked.method == "HEAD" or response.status == 304 else {"content-length": str(len(response.body))}
        headers = [(name.encode(), value.encode()) for name, value in (response.headers | length).items()]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    async def _inner(self, scope: Any, receive: Any, request: Request) -> Response:
        status, headers, body = 0, {}, bytearray()

        async def keep(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                body.extend(message.get("body", b""))

        encoded = [(name.encode(), value.encode()) for name, value in request.headers.items()]
        await self.app(dict(scope) | {"path": request.path, "raw_path": request.path.encode(), "headers": encoded}, receive, keep)
        return Response(status, headers, bytes(body))


@contextmanager
def served(folder: Path) -> Iterator[tuple[FaultySite, str]]:
    """Serve a folder until the block ends; give the site and its origin."""
    site = FaultySite(static_site(folder))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(site, log_level="warning", access_log=False, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield site, f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def packed(body: bytes) -> bytes:
    """Compress as a server does."""
    return gzip.compress(body, mtime=0)
