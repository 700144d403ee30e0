"""What is said of every answer of the desk and of its API."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers then send "Origin: null" with our own forms, and over plain http nothing else tells them from others'.
    "Referrer-Policy": "same-origin",
}
_DESK = {
    **_EVERYWHERE,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_API = {**_EVERYWHERE, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
_YEAR = "max-age=31536000"


def surface_of(path: str) -> str:
    """Tell to what a path belongs: ``desk``, ``api``, or nothing where it is the listeners' site.

    >>> surface_of("/desk"), surface_of("/api/v1/episodes"), surface_of("/desktop.html"), surface_of("//desk/")
    ('desk', 'api', '', '')
    """
    return next((name for name in ("desk", "api") if path == f"/{name}" or path.startswith(f"/{name}/")), "")


class GuardedHeaders:
    """Writes those headers; pure ASGI, so that streams pass through piece by piece."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, and say more."""
        more: Mapping[str, str] | None = {"desk": _DESK, "api": _API}.get(surface_of(scope.get("path", "")))
        if more is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in more.items():
                    headers.setdefault(name, value)  # a route may say otherwise of its own answer, as of a page in a sandbox
                headers.setdefault("Cache-Control", "no-store")
                if scope.get("audiopub.secure"):
                    headers["Strict-Transport-Security"] = _YEAR
            await send(message)

        await self._app(scope, receive, sending)
