"""HTTP over connections of which some are slow, and some are held open on purpose."""

from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class LimitedProtocol(H11Protocol):
    """uvicorn's protocol with two time limits it has not: for the head of a request, and for a client that takes nothing more.

    Without them, as many silent connections as the system has file descriptors shut everybody else out.
    """

    head_seconds = 15.0
    """From the opening of a connection, or the first byte of a further request, to the end of the request's head."""

    stalled_seconds = 60.0
    """In which a client must take so much that the system asks for more, as nginx's ``send_timeout`` is: asyncio's buffer, and a third of the system's.

    A player that pauses for longer asks again later, by range.
    """

    _head: Any = None
    _stall: Any = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; a request whose head is whole is waited for no longer."""
        super().data_received(data)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        for timer in filter(None, (self._head, self._stall)):
            timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what it was sent."""
        super().pause_writing()
        self._stall = self._stall or self.loop.call_later(self.stalled_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Note that it did."""
        if self._stall:
            self._stall.cancel()
            self._stall = None
        super().resume_writing()

    def _await_head(self) -> None:
        cycle: Any = self.cycle  # None before the first request, which its type leaves out
        is_answering = cycle is not None and not cycle.response_complete
        if is_answering and self._head:
            self._head.cancel()
            self._head = None
        elif not is_answering and not self._head:
            self._head = self.loop.call_later(self.head_seconds, self.transport.abort)
