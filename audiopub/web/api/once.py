"""``Idempotency-Key``: a request that is sent twice is done once, and answered the same way twice."""

import hashlib
from typing import Annotated

from fastapi import Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from audiopub.desk.office import Answer
from audiopub.web.api.state import beside
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused

_KEPT_HEADERS = ("content-type", "content-language", "etag", "location")
_DONE = range(200, 300)
Key = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$", description="Chosen by you, one a request; kept for 24 hours.")
]


class Replayed(Exception):
    """The request was answered before."""

    def __init__(self, answer: Answer) -> None:
        """Keep what it was answered with."""
        super().__init__()
        self.answer = answer

    def response(self) -> Response:
        """Answer the same again."""
        headers = {**self.answer.headers, "Idempotency-Replayed": "true", "Cache-Control": "no-store"}
        return Response(self.answer.body, self.answer.status, headers)


async def once(request: Request, actor: Signed, key: Key = None) -> None:
    """See whether a request was answered before. Runs behind the guard: whose key was revoked is told nothing.

    Raises:
        Replayed: it was.
        Refused: it is being answered at this moment.
        BadInput: the key was used for another request.
    """
    if key is None:
        return
    body = await request.body()
    said = [request.method, request.url.path, request.url.query, request.headers.get("if-match", ""), hashlib.sha256(body).hexdigest()]
    asked = hashlib.sha256("\n".join(said).encode()).hexdigest()
    # Names of keys are for people, and two may have one: what was shown to a key is shown to none but that key.
    shown = hashlib.sha256(request.headers.get("authorization", "").encode()).hexdigest()[:16]
    owner = f"{actor.name} {shown}"
    found = await run_in_threadpool(beside(request).answers.begin, owner, key, asked)
    if found is None:
        request.state.once = (owner, key)
        return
    if not found.status:
        raise Refused(409, "api.in_flight")
    raise Replayed(found)


async def answered(request: Request, response: Response) -> None:
    """Keep what was done, where its request had a key. A refusal did nothing, and what it was for may have passed when it is asked again."""
    mine: tuple[str, str] | None = getattr(request.state, "once", None)
    if mine is None:
        return
    if response.status_code not in _DONE:
        await run_in_threadpool(beside(request).answers.drop, *mine)
        return
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    answer = Answer(status=response.status_code, body=bytes(response.body).decode(), headers=headers)
    await run_in_threadpool(beside(request).answers.keep, *mine, answer)


async def failed(request: Request) -> None:
    """Let a request be sent again that nobody knows the end of."""
    mine: tuple[str, str] | None = getattr(request.state, "once", None)
    if mine is not None:
        await run_in_threadpool(beside(request).answers.drop, *mine)
