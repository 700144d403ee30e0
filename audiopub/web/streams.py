"""Answers that go on as long as somebody looks: how many there may be at a time, and that they end when the server does."""

import threading
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from audiopub.errors import TooOften
from audiopub.people import Actor

EACH, ALL = 20, 200
"""Streams that one person or program may have open, and all together: each asks the database again and again."""

_SECONDS = 5
"""After which whoever was refused may ask again."""


class Streams:
    """The streams that are open in this process. Used by its event loop alone."""

    def __init__(self, stopping: threading.Event | None = None) -> None:
        """Begin with none.

        Args:
            stopping: set by whoever tells the server to stop.
        """
        self.stopping = stopping or threading.Event()
        """Set when the server is told to stop: streams end then, and their readers come back to the next one."""

        self._open: Counter[str] = Counter()

    @classmethod
    def of(cls, app: FastAPI) -> "Streams":
        """Give those of an application."""
        state: Any = app.state
        if not hasattr(state, "streams"):
            state.streams = cls()
        found: Streams = state.streams
        return found

    def enter(self, name: str) -> None:
        """Count one that begins.

        Raises:
            TooOften: so many are open.
        """
        if self._open[name] >= EACH or self._open.total() >= ALL:
            raise TooOften("people.too_many_streams", seconds=_SECONDS)
        self._open[name] += 1

    def leave(self, name: str) -> None:
        """Count one that ended."""
        self._open[name] -= 1
        if not self._open[name]:
            del self._open[name]


class Events(StreamingResponse):
    """Server-sent events to somebody."""

    def __init__(self, streams: Streams, actor: Actor, events: AsyncIterator[str]) -> None:
        """Answer with events.

        Args:
            streams: among which this one is counted.
            actor: to whom.
            events: as they are sent.
        """
        super().__init__(events, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._streams, self._name = streams, actor.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, if there is room; what is raised before the first byte is answered like any other refusal."""
        self._streams.enter(self._name)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.leave(self._name)
