"""How much a request may hold, counted as it arrives: what is said of its length may be wrong, or be left out."""

from collections.abc import Callable

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refusing = Callable[[Scope, int, str], ASGIApp]
"""Gives the answer for a status and a key of the message catalogs."""

_DRAINED = 16_000_000
"""Bytes taken and thrown away of what is too large, so that whoever sends it all before reading learns why it was refused."""

_SECONDS = 60.0
_TOO_SLOW, _TOO_LARGE = 408, 413


class LimitedBody:
    """Answers 413 for what is too large, and 408 for what does not come; whatever the application makes of it then is not sent."""

    def __init__(self, app: ASGIApp, most: int, refusing: Refusing, seconds: float = _SECONDS) -> None:
        """Stand around an application.

        Args:
            app: what is guarded.
            most: bytes that a body may have.
            refusing: makes the answer.
            seconds: in which a whole body must have come.
        """
        self._app, self._most, self._refusing, self._seconds = app, most, refusing, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, unless the body is too large."""
        headers = Headers(scope=scope)
        said = headers.get("content-length", "")
        if said.isdecimal() and int(said) > self._most:
            await self._refuse(scope, receive, send, 0 if "expect" in headers else _DRAINED)
            return
        counted = _Counted(receive, send, self._most, self._seconds)
        try:
            await self._app(scope, counted.receive, counted.send)
        except Exception:
            if not counted.fault:
                raise
        if counted.fault == _TOO_SLOW and not counted.is_answered:
            await self._refusing(scope, _TOO_SLOW, "people.too_slow")(scope, receive, _closing(send))
        elif counted.fault and not counted.is_answered:
            await self._refuse(scope, receive, send, _DRAINED)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, drained: int) -> None:
        await _drain(receive, drained)
        await self._refusing(scope, _TOO_LARGE, "people.too_large")(scope, receive, _closing(send))


class _Refused(Exception):
    """Ends the application; nobody sees it."""


class _Counted:
    """One request whose body is counted."""

    def __init__(self, receive: Receive, send: Send, most: int, seconds: float) -> None:
        self._receive, self._send, self._left, self._seconds = receive, send, most, seconds
        self._until: float | None = None
        self._is_whole = False
        self.fault, self.is_answered = 0, False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        if self.fault:
            raise _Refused
        self._until = anyio.current_time() + self._seconds if self._until is None else self._until
        message: Message | None = None
        with anyio.CancelScope(deadline=self._until):
            message = await self._receive()
        if message is None:
            self.fault = _TOO_SLOW
            raise _Refused
        self._left -= len(message.get("body", b""))
        self._is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        if self._left < 0:
            self.fault = _TOO_LARGE
            raise _Refused
        return message

    async def send(self, message: Message) -> None:
        if self.is_answered or not self.fault:
            self.is_answered = True
            await self._send(message)


async def _drain(receive: Receive, left: int) -> None:
    with anyio.move_on_after(5):
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                return


def _closing(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return sending
