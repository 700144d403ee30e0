"""What happens, as it happens: server-sent events for the pages that are open."""

import threading
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import Header, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from audiopub.desk.watching import Watch
from audiopub.errors import AudiopubError
from audiopub.people import Permission
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.streams import Events, Streams
from audiopub.web.views.asked import Desk

router = GuardedRouter(surface="desk")

_LOOK = 1.0
_DIGITS = 15
"""Of a moment in milliseconds, for the next ten thousand years; more digits than a database counts with are nobody's id."""

_SIGN_OF_LIFE = 15
"""Looks without a change after which a line is sent all the same, so that nothing between closes the connection."""


@router.get("/events", permission=Permission.READ)
def events(request: Request, actor: Signed, desk: Desk, last: Annotated[str, Header(alias="Last-Event-ID", max_length=40)] = "") -> Response:
    """Tell of every change of an article's job: an event ``job-NAME`` whose id is where whoever comes back goes on."""
    watch = desk.watch(actor, int(last) if last.isascii() and last.isdigit() and len(last) <= _DIGITS else 0)
    streams = Streams.of(request.app)
    return Events(streams, actor, _stream(request, watch, streams.stopping))


async def _stream(request: Request, watch: Watch, stop: threading.Event) -> AsyncIterator[str]:
    quiet = 0
    yield ": \n\n"
    while not stop.is_set() and not await request.is_disconnected():
        try:
            found = await run_in_threadpool(watch.new)
        except AudiopubError:
            return  # the page comes back, and goes on where it was
        names = dict.fromkeys(happening.name for happening in found)
        if found:
            # The id goes with the last one only: whoever misses it gets all of them again.
            last = f"id: {found[-1].at_ms}\n"
            lines = [f"event: job-{name}\ndata: {name}\n" for name in names]
            yield "\n".join([*lines[:-1], last + lines[-1]]) + "\n"
        quiet = 0 if found else quiet + 1
        if quiet and quiet % _SIGN_OF_LIFE == 0:
            yield ": \n\n"
        await anyio.sleep(_LOOK)
