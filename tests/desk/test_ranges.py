"""A private file is closed however its request ends."""

import io
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import anyio
import pytest
from starlette.requests import Request

from audiopub.web.ranges import ranged

Message = MutableMapping[str, Any]
SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "asgi": {"spec_version": "2.3"}}


def asked(file: io.BytesIO, leaving: str) -> list[Message]:
    """Ask for a file as somebody who leaves before the first byte, after it, or not at all; give what was sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        if leaving != "at once":
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if leaving == "amid" and message["type"] == "http.response.body":
            raise OSError

    async def answer() -> None:
        with suppress(OSError):
            await ranged(Request(SCOPE), file, len(file.getvalue()), "audio/mpeg", '"a"')(SCOPE, receive, send)

    anyio.run(answer)
    return sent


@pytest.mark.parametrize("leaving", ["at once", "amid", "never"])
def test_a_file_is_closed_however_its_request_ends(leaving) -> None:
    file = io.BytesIO(b"a" * 200_000)
    sent = asked(file, leaving)
    assert leaving != "never" or sum(len(one.get("body", b"")) for one in sent) == 200_000
    assert file.closed
