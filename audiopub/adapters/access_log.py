"""An access log in the combined format, with what was asked and given of a file: a download in ranges is counted by its bytes."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """A file to which whole lines are added, found again by its name when it was moved away.

    Each line is one write to the end of the file, so that lines of several processes do not mix.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], lost: Callable[[OSError], None]) -> None:
        """Open the file.

        Args:
            path: the file; made where it is absent.
            now: gives the time, with its zone.
            lost: called when lines cannot be written, once until one can again; serving goes on.

        Raises:
            OSError: the file cannot be written.
        """
        self._path, self._now, self._lost = path, now, lost
        self._failing = False
        self._file = _open(path)

    def add(self, scope: Scope, status: int, sent: int, given: Headers) -> None:
        """Write the line of one answer; ``sent`` counts the bytes of its body."""
        try:
            self._find_again()
            os.write(self._file, _line(scope, self._now(), status, sent, given).encode())
            self._failing = False
        except OSError as error:
            if not self._failing:
                self._lost(error)
            self._failing = True

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _find_again(self) -> None:
        with suppress(FileNotFoundError):
            if os.path.samestat(self._path.stat(), os.fstat(self._file)):
                return
        fresh = _open(self._path)
        os.close(self._file)
        self._file = fresh


def logged(app: ASGIApp, log: AccessLog) -> ASGIApp:
    """Write a line for each answer of an application when it ends, whole or broken off."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        tally = _Tally(send)
        asked = {**scope}  # as it came: the application may take headers away
        try:
            await app(scope, receive, tally)
        finally:
            log.add(asked, tally.status, tally.sent, tally.headers)

    return answer


class _Tally:
    """Counts what goes to the client: bytes given to the system, of which a client that leaves may not get the last."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.sent, self.headers = 499, 0, Headers()
        """499 is nginx's: the client went before there was an answer."""

    async def __call__(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], Headers(raw=list(message["headers"]))
        elif message["type"] == "http.response.body":
            self.sent += len(message.get("body", b""))


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)


def _line(scope: Scope, now: datetime, status: int, sent: int, given: Headers) -> str:
    asked = Headers(scope=scope)
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    request = f"{scope['method']} {str(scope['raw_path'] + query, 'latin-1')} HTTP/{scope['http_version']}"
    quoted = (request, asked.get("referer"), asked.get("user-agent"), asked.get("range"), given.get("content-range"))
    first, *others = (f'"{_escaped(text)}"' for text in quoted)
    body = 0 if scope["method"] == "HEAD" else sent
    return f"{_host(scope)} - - [{_time(now)}] {first} {status} {body} {' '.join(others)}\n"


def _host(scope: dict[str, Any] | Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else "-"


def _time(now: datetime) -> str:
    # The names of months are English whatever the machine's language is.
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[now.month - 1]
    return now.strftime(f"%d/{month}/%Y:%H:%M:%S %z")


def _escaped(text: str | None) -> str:
    """Escape as nginx does, so that no header can end a field or a line."""
    return "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "".join(f"\\x{byte:02X}" for byte in letter.encode("latin-1")) for letter in text or "-")
