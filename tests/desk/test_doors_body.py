"""How much and how long a request may be, over real connections; and answers that go on."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import anyio
import httpx
import pytest
from fastapi import Form, Request
from fastapi.responses import StreamingResponse
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from audiopub.adapters.web_server import beside
from audiopub.people import Permission, Role
from audiopub.web import gate
from audiopub.web.body import LimitedBody
from audiopub.web.guard import GuardedRouter
from audiopub.web.refusals import coded
from tests.desk.doors_kit import OURS, House, house

_MEGABYTE = 1_000_000


def _routers() -> list[GuardedRouter]:
    api, desk = GuardedRouter(surface="api"), GuardedRouter(surface="desk")

    @api.post("/json", permission=Permission.EDIT)
    def as_json(body: dict[str, str]) -> dict[str, int]:
        return {"length": sum(map(len, body.values()))}

    @api.post("/raw", permission=Permission.EDIT)
    async def raw(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    @desk.post("/form", permission=Permission.EDIT)
    def as_form(text: Annotated[str, Form()]) -> dict[str, int]:
        return {"length": len(text)}

    @desk.get("/events", permission=Permission.READ)
    async def events() -> Response:
        async def lines() -> object:
            for number in range(200):
                yield f"id: {number}\n\n"
                await anyio.sleep(0.05)

        return StreamingResponse(lines(), media_type="text/event-stream")  # type: ignore[arg-type]

    return [api, desk]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, dict[str, str], dict[str, str]]]:
    """Serve a desk; give its address, the headers of a program, and those of a browser."""
    made = house(tmp_path_factory.mktemp("body"), routers=_routers(), desk_body_mb=4.0)
    made.add("chi", Role.ADMIN)
    with beside(made.app, "127.0.0.1", 0) as port:
        key = {"authorization": f"Bearer {made.key(*Permission)}", "content-type": "application/json"}
        yield made, f"http://127.0.0.1:{port}", key, {**OURS, "cookie": made.cookie("chi")}


def _pieces(size: int, *, begin: bytes = b"", end: bytes = b"") -> Iterator[bytes]:
    yield begin
    for _ in range(size // 50_000):
        yield b"x" * 50_000
    yield end


@pytest.mark.parametrize("path", ["json", "raw"])
@pytest.mark.parametrize(("megabytes", "status"), [(3, 200), (5, 413), (10, 413)])
@pytest.mark.parametrize("chunked", [True, False])
def test_what_is_too_large_is_said_to_be(served, path: str, megabytes: int, status: int, chunked: bool) -> None:  # noqa: FBT001
    """Four megabytes are let in and more are not, whether a length was said or not, and it is 413 and nothing else."""
    _, url, key, _ = served
    begin, end = (b'{"text": "', b'"}') if path == "json" else (b"", b"")
    body = _pieces(megabytes * _MEGABYTE, begin=begin, end=end) if chunked else b"".join(_pieces(megabytes * _MEGABYTE, begin=begin, end=end))
    answer = httpx.post(f"{url}/api/{path}", headers=key, content=body, trust_env=False, timeout=30)
    assert answer.status_code == status, answer.text[:200]
    if status == 413:
        assert (answer.json()["code"], answer.headers["content-type"], answer.headers["connection"]) == ("people.too_large", "application/problem+json", "close")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=zz"])
def test_forms_are_counted_too(served, kind: str) -> None:
    """A large form is 413 and not the parser's own answer."""
    _, url, _, browser = served
    begin = b"text=" if "url" in kind else b'--zz\r\nContent-Disposition: form-data; name="text"; filename="a.txt"\r\n\r\n'
    for megabytes, status in ((3, 200), (6, 413)) if "url" in kind else ((6, 413),):
        body = _pieces(megabytes * _MEGABYTE, begin=begin)
        answer = httpx.post(f"{url}/desk/form", headers={**browser, "content-type": kind}, content=body, trust_env=False, timeout=30)
        assert answer.status_code == status


def test_whoever_is_not_known_sends_nothing(served) -> None:
    """A large body without credentials is answered before it has come."""
    _, url, _, _ = served
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as there:
        there.sendall(f"POST /api/json HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 99999999\r\nContent-Type: application/json\r\n\r\n".encode())
        assert b" 401 " in there.recv(100)


def test_a_length_that_was_said_is_refused_at_once(served) -> None:
    """A program that waits for leave to send is told before it sends."""
    _, url, key, _ = served
    host, port = url.removeprefix("http://").split(":")
    head = f"POST /api/json HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\nAuthorization: {key['authorization']}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as there:
        there.sendall(head.encode())
        assert b" 413 " in there.recv(100)


def test_a_body_that_does_not_come_is_given_up(tmp_path: Path) -> None:
    """What drips in for too long is 408; the time counts for the whole body, and not for an answer that goes on."""

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        body = await Request(scope, receive).body()
        await anyio.sleep(0.6)
        await PlainTextResponse(str(len(body)))(scope, receive, send)

    with beside(LimitedBody(reads, 1000, coded, seconds=0.4), "127.0.0.1", 0) as port:
        assert httpx.post(f"http://127.0.0.1:{port}/", content=b"xyz", trust_env=False).text == "3"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as there:
            there.sendall(b"POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n")
            began = time.monotonic()
            for _ in range(5):
                there.sendall(b"x")
                time.sleep(0.1)
            assert b" 408 " in there.recv(100) and time.monotonic() - began < 5


def test_an_answer_that_goes_on_comes_piece_by_piece_and_ends_when_its_reader_is_shut_out(served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events are not held back; and a session that ended gets no more of them, without the server breaking."""
    made, url, _, _ = served
    monkeypatch.setattr(gate, "_AGAIN", 0.1)
    cookie = made.cookie("chi")
    with httpx.stream("GET", f"{url}/desk/events", headers={"cookie": cookie}, trust_env=False, timeout=10) as answer:
        assert answer.headers["content-security-policy"]
        came: list[str] = []
        for line in answer.iter_lines():
            came.append(line)
            if line == "id: 3":
                httpx.post(f"{url}/desk/logout", headers={**OURS, "cookie": cookie}, trust_env=False)
    assert came[0] == "id: 0" and 4 <= len([line for line in came if line]) < 100


def test_the_gate_has_no_socket(served) -> None:
    """What is no request of HTTP is turned away under every path."""
    made, *_ = served
    said: list[object] = []

    async def talk() -> None:
        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send(message: object) -> None:
            said.append(message)

        for path in ("/desk/ws", "/", "/api/x"):
            await made.app({"type": "websocket", "path": path, "headers": []}, receive, send)

    anyio.run(talk)
    assert json.dumps(said).count("websocket.close") == 3
