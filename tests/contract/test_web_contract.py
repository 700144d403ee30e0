"""The contract of asking servers, asked of the adapter on the wire and of the one in memory; and the guard of the one on the wire."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from audiopub.adapters.http import GuardedFetcher
from audiopub.adapters.memory import MemoryWeb
from audiopub.errors import FetchFailed
from audiopub.publish.feedcheck.web import Hop, Question, Web

BODY = "Chợ phiên vùng cao".encode() * 5000
MOVES = {"/cu": "/bai", "/vong": "/vong", "/ra": "http://127.0.0.2:9/", "/la": "ftp://bao.example/"}


class _Site(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        self.server.heard.append((self.command, self.path, dict(self.headers)))
        self.send_response(301 if self.path in MOVES else 200 if self.path == "/bai" else 404)
        if self.path in MOVES:
            self.send_header("Location", MOVES[self.path])
        body = BODY if self.path == "/bai" else b""
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Two", "mot")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    heard: list[tuple[str, str, dict[str, str]]]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up: it is meant to."""


@contextmanager
def running() -> Iterator[tuple[_Server, str]]:
    with _Server(("127.0.0.1", 0), _Site) as server:
        server.heard = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server, f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(params=["guarded", "memory"])
def web(request: pytest.FixtureRequest) -> Iterator[tuple[Web, str]]:
    """Give each adapter and the origin of a site with one file."""
    if request.param == "memory":
        yield MemoryWeb({"https://bao.example/bai": BODY}), "https://bao.example"
        return
    with running() as (_, host):
        yield GuardedFetcher(frozenset({host})), f"http://{host}"


def test_an_answer_is_given_as_it_came(web: tuple[Web, str]) -> None:
    """Status, bytes, length and address are the server's."""
    asker, origin = web
    answer = asker.ask(Question(url=f"{origin}/bai"))
    assert (answer.status, answer.body, answer.headers["content-length"], answer.url) == (200, BODY, str(len(BODY)), f"{origin}/bai")
    assert (answer.hops, answer.failure) == ((), "")


def test_what_is_not_there_is_an_answer_too(web: tuple[Web, str]) -> None:
    """A status other than 200 is given, not raised."""
    asker, origin = web
    assert asker.ask(Question(url=f"{origin}/khong-co")).status == 404


def test_head_has_no_body(web: tuple[Web, str]) -> None:
    """HEAD tells the length and gives nothing."""
    asker, origin = web
    answer = asker.ask(Question(url=f"{origin}/bai", method="HEAD"))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", str(len(BODY)))


@pytest.mark.parametrize("most", [0, 1, 1000, len(BODY), len(BODY) + 1])
def test_no_more_is_read_than_asked_for(web: tuple[Web, str], most: int) -> None:
    """The beginning comes, however much there is."""
    asker, origin = web
    assert asker.ask(Question(url=f"{origin}/bai", most=most)).body == BODY[:most]


def test_headers_are_sent() -> None:
    """What is asked for in headers reaches the server once, in place of what is usual."""
    with running() as (server, host):
        GuardedFetcher(frozenset({host})).ask(Question(url=f"http://{host}/bai", headers={"Range": "bytes=0-1", "accept-encoding": "identity", "User-Agent": "thu"}))
        heard = {name.lower(): value for name, value in server.heard[0][2].items()}
    assert (heard["range"], heard["accept-encoding"], heard["user-agent"]) == ("bytes=0-1", "identity", "thu")


def test_redirects_are_followed_and_told() -> None:
    """Each hop is told with its status; HEAD stays HEAD."""
    with running() as (server, host):
        answer = GuardedFetcher(frozenset({host})).ask(Question(url=f"http://{host}/cu", method="HEAD"))
        assert (answer.status, answer.url, answer.hops) == (200, f"http://{host}/bai", (Hop(301, f"http://{host}/cu"),))
        assert [method for method, _, _ in server.heard] == ["HEAD", "HEAD"]


@pytest.mark.parametrize(("path", "code"), [("/vong", "fetch.too_many_redirects"), ("/ra", "fetch.refused"), ("/la", "fetch.refused")])
def test_redirects_pass_the_guard(path: str, code: str) -> None:
    """A loop ends; an allowed host sends us to no other private one, and to no other scheme."""
    with running() as (_, host), pytest.raises(FetchFailed) as failure:
        GuardedFetcher(frozenset({host})).ask(Question(url=f"http://{host}{path}"))
    assert failure.value.code == code


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://u:p@bao.example/", "file:///etc/passwd", "http://[", ""])
def test_private_addresses_are_refused(url: str) -> None:
    """What a page may not be fetched from may not be asked either."""
    with pytest.raises(FetchFailed):
        GuardedFetcher().ask(Question(url=url))


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\0b"], ids=ascii)
def test_a_header_holds_no_other(value: str) -> None:
    """A validator that a server gave cannot smuggle a header into the next request."""
    with running() as (server, host):
        with pytest.raises(FetchFailed):
            GuardedFetcher(frozenset({host})).ask(Question(url=f"http://{host}/bai", headers={"If-None-Match": value}))
        assert server.heard == []
