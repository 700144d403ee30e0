"""The output folder as a web site: ranges, validators, right types; for listening, trying out and small sites."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audiopub.publish.model import AUDIO_TYPES

_TYPES = {
    "feed.xml": "application/rss+xml; charset=utf-8",
    ".chapters.json": "application/json+chapters",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    **AUDIO_TYPES,
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
"""A table of our own: the system's knows half of these, and differs from machine to machine."""

_SHORT, _LONG = "max-age=300", "max-age=86400"
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'"
_COMPRESSED = (".xml", ".html", ".json", ".vtt", ".srt", ".css", ".js", ".tsv", "/")


def static_site(folder: Path) -> ASGIApp:
    """Make an ASGI application that serves a folder.

    A folder with one show leads from ``/`` to its page.
    """
    files = _Files(directory=folder, html=True)

    def front(_request: Any) -> Response:
        shows = sorted(path.parent.name for path in folder.glob("*/index.html"))
        return RedirectResponse(f"/{shows[0]}/") if len(shows) == 1 else _list_of(shows)

    plain = Starlette(routes=[Route("/", front), Mount("/", files)])
    return _CompressedText(plain)


class _Files(StaticFiles):
    """Static files with the types and the caching of podcasts."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        beyond_a_file = str(scope["path"]).endswith("/") and Path(path).suffix
        if beyond_a_file or any(part.startswith(".") for part in Path(path).parts if part not in {".", ".."}):
            return Response("Not Found", status_code=404, headers={"Cache-Control": "no-store"})
        response = await super().get_response(path, scope)
        for ending, kind in _TYPES.items():
            if path.endswith(ending):
                response.headers["Content-Type"] = kind
        response.headers["Cache-Control"] = _LONG if path.endswith((*AUDIO_TYPES, ".png", ".jpg")) else _SHORT
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.headers.get("content-type", "").startswith("text/html"):
            response.headers["Content-Security-Policy"] = _POLICY
        return response


class _CompressedText:
    """Compresses text and never audio, whose ranges and lengths must stay those of the file."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._compressing = app, GZipMiddleware(app, minimum_size=1000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = scope["type"] == "http" and str(scope["path"]).endswith(_COMPRESSED) and not _has_range(scope)
        if not text:
            await self._app(scope, receive, send)
            return

        async def vary(message: Message) -> None:
            # Every answer of a text says so alike: 200, 304, HEAD, compressed or not.
            if message["type"] == "http.response.start":
                kept = [header for header in message["headers"] if header[0].lower() != b"vary"]
                message["headers"] = [*kept, (b"vary", b"Accept-Encoding")]
            await send(message)

        await self._compressing(scope, receive, vary)


def _has_range(scope: Scope) -> bool:
    return any(name == b"range" for name, _ in scope["headers"])


def _list_of(shows: list[str]) -> Response:
    items = "".join(f'<li><a href="/{show}/">{show}</a></li>' for show in shows)
    return Response(f"<!DOCTYPE html><title>audiopub</title><ul>{items}</ul>", media_type="text/html")
