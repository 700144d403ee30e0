"""HTTP over connections of which some are slow, and some are held open on purpose."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from audiopub.errors import ConfigInvalid

_GRACE = 5
"""Seconds that downloads are given when the server is stopped."""


def run(app: ASGIApp, host: str, port: int, *, started: Callable[[int], None], ending: Callable[[], None] = lambda: None, forwarded: bool = True) -> None:
    """Serve an application until the process is told to stop.

    Args:
        app: what is served.
        host: the name or address to listen at.
        port: 0 for one that is free.
        started: called with the port as soon as requests are taken.
        forwarded: whether what a proxy on this machine says of its client is taken for true here, rather than by the application.
        ending: called when the process is told to stop: answers that would go on for ever end themselves then.

    Raises:
        OSError: the address is taken, or is none of this machine's.
    """
    config = Config(
        app,
        host,
        port,
        http=LimitedProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        proxy_headers=forwarded,
    )
    try:
        _Announced(config, started, ending).run()
    except SystemExit as exit_:  # uvicorn ends the process where it cannot listen
        if isinstance(exit_.__context__, OSError):
            raise exit_.__context__ from None
        raise


@contextmanager
def beside(app: ASGIApp, host: str, port: int) -> Iterator[int]:
    """Serve an application in a thread of its own for a while; give the port.

    Raises:
        ConfigInvalid: the address is taken, or is none of this machine's.
    """
    started: Future[int] = Future()
    config = Config(app, host, port, http=LimitedProtocol, ws="none", lifespan="off", log_level="warning", access_log=False, server_header=False)
    server = _Announced(config, started.set_result)

    def serve() -> None:
        try:
            server.run()
        except SystemExit as exit_:  # uvicorn ends the process where it cannot listen
            reason = exit_.__context__.strerror if isinstance(exit_.__context__, OSError) else "bind"
            started.set_exception(ConfigInvalid("config.bad_setting", key="--metrics", value=f"{host}:{port}", reason=reason))

    thread = Thread(target=serve, daemon=True, name="web")
    thread.start()
    try:
        yield started.result()
    finally:
        server.should_exit = True
        thread.join(_GRACE)


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


class _Announced(Server):
    """A server that says where it listens; a socket made outside would lack TCP_NODELAY, and each answer would wait for the client's delayed ACK."""

    def __init__(self, config: Config, started: Callable[[int], None], ending: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._told, self._ending = started, ending

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._told(self.servers[0].sockets[0].getsockname()[1])

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._ending()
        super().handle_exit(sig, frame)
