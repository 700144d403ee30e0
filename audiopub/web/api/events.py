"""How far a job is, as server-sent events: what changed is told, and whoever comes back goes on where it was."""

import json
from collections.abc import AsyncIterator, Callable

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from audiopub.desk.model import Progress
from audiopub.errors import AudiopubError
from audiopub.people import Actor
from audiopub.web.api import plain
from audiopub.web.streams import Events, Streams

OVER = frozenset({"done", "held", "failed", "cancelled", "parked"})
_LOOK = 0.3
_SIGN_OF_LIFE = 50
"""Looks without a change after which a line is sent all the same, so that nothing between closes the connection."""


def mark_of(found: Progress) -> str:
    """Name how far a job is, for ``Last-Event-ID``.

    >>> mark_of(Progress(job="j", state="running", stage="speaking", done=3, of=9))
    'running.speaking.3.9'
    """
    return f"{found.state}.{found.stage}.{found.done}.{found.of}"


def stream(request: Request, actor: Actor, first: Progress, look: Callable[[], Progress]) -> Response:
    """Answer with a job's events: ``progress`` again and again, then ``end``, after which there is nothing more.

    Whoever has the end already is answered 204, by which a browser's ``EventSource`` knows not to come back.

    Args:
        request: with ``Last-Event-ID``.
        actor: who looks.
        first: how far it is now.
        look: tells how far it is.
    """
    seen = request.headers.get("last-event-id", "")
    if first.state in OVER and seen == mark_of(first):
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return Events(Streams.of(request.app), actor, _events(request, seen, first, look))


async def _events(request: Request, seen: str, found: Progress, look: Callable[[], Progress]) -> AsyncIterator[str]:
    quiet, stop = 0, Streams.of(request.app).stopping
    while True:
        if mark_of(found) != seen:
            seen, quiet = mark_of(found), 0
            yield _said(found)
        if found.state in OVER or stop.is_set() or await request.is_disconnected():
            return
        quiet += 1
        if quiet % _SIGN_OF_LIFE == 0:
            yield ": \n\n"
        await anyio.sleep(_LOOK)
        try:
            found = await run_in_threadpool(look)
        except AudiopubError:
            return  # the reader comes back, and is told then


def _said(found: Progress) -> str:
    body = json.dumps(plain.progress(found).model_dump(mode="json"), ensure_ascii=False)
    return f"id: {mark_of(found)}\nevent: {'end' if found.state in OVER else 'progress'}\ndata: {body}\n\n"
