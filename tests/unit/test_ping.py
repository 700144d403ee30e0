"""A monitor on the loopback, and one that is down, slow or rude."""

import logging
import socket
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from audiopub.adapters.ping import Ping

REPORT = "Đêm 26/11: 38 bài phát hành.\n"


@dataclass
class Monitor:
    """What a monitor heard, and how it answers: statuses in order, the last one for ever."""

    answers: list[int]
    address: str = ""
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [urlsplit(path).path for path, _ in self.heard]

    @property
    def runs(self) -> set[str]:
        return {parse_qs(urlsplit(path).query)["rid"][0] for path, _ in self.heard}


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    """Serve a monitor; it answers 200 unless told otherwise."""
    made = Monitor([200])

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(made.answers.pop(0) if len(made.answers) > 1 else made.answers[0])
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made.address = f"http://127.0.0.1:{server.server_address[1]}/ping/0123-secret"
        yield made
        server.shutdown()
        thread.join()


def ping(url: str, run: str = "nightly-ban-tin-2026-11-26.1", waits: list[float] | None = None, seconds: float = 10.0) -> Ping:
    return Ping(url, run, seconds=seconds, sleep=(waits if waits is not None else []).append)


def test_start_success_and_failure_have_their_addresses(monitor: Monitor) -> None:
    """One run has one id, which is a UUID as the convention asks; the report is the body."""
    one = ping(monitor.address)
    assert [one.started(), one.succeeded(REPORT), one.failed(REPORT)] == [True, True, True]
    assert monitor.paths == ["/ping/0123-secret/start", "/ping/0123-secret", "/ping/0123-secret/fail"]
    assert [body.decode() for _, body in monitor.heard] == ["", REPORT, REPORT]
    assert [str(uuid.UUID(run)) for run in monitor.runs] == list(monitor.runs) and len(monitor.runs) == 1


def test_a_run_has_the_same_id_in_another_process(monitor: Monitor) -> None:
    """Who starts a night and who ends it may be two processes; another night has another id."""
    ping(monitor.address).started()
    ping(monitor.address).succeeded(REPORT)
    assert len(monitor.runs) == 1
    ping(monitor.address, "nightly-ban-tin-2026-11-27.1").started()
    assert len(monitor.runs) == 2


def test_a_long_report_is_cut_between_letters(monitor: Monitor) -> None:
    """At most 10 kB, and whole UTF-8."""
    assert ping(monitor.address).failed("Đêm dài lắm. " * 5000)
    body = monitor.heard[0][1]
    assert 9_900 < len(body) <= 10_000 and body.decode().startswith("Đêm dài lắm. Đêm")


@pytest.mark.parametrize(("answers", "asked", "heard"), [([503, 200], 2, True), ([503], 2, False), ([429], 2, False), ([404], 1, False), ([302], 1, False)])
def test_what_may_pass_is_tried_twice(monitor: Monitor, answers: list[int], asked: int, heard: bool, caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001
    """An address that is wrong is not tried again, nobody is followed elsewhere; in the end it is logged, without the address, which is a secret."""
    monitor.answers = answers
    waits: list[float] = []
    with caplog.at_level(logging.WARNING, "audiopub"):
        assert ping(monitor.address, waits=waits).succeeded(REPORT) is heard
    assert len(monitor.heard) == asked and len(waits) == asked - 1
    assert len(caplog.records) == (0 if heard else 1)
    for record in caplog.records:
        fields = record.__dict__["fields"]
        assert fields["host"] == "127.0.0.1" and fields["reason"] == f"HTTP {answers[-1]}" and "secret" not in str(record.__dict__)


def test_a_monitor_that_is_down_fails_no_run(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody listens, no such name, no address at all: each is logged once and nothing is raised."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    addresses = [f"http://127.0.0.1:{port}/x", "http://nobody.invalid/x", "ftp://127.0.0.1/x", "http://[::1/x", "no address", "http://127.0.0.1:99999/"]
    with caplog.at_level(logging.WARNING, "audiopub"):
        assert [ping(address).started() for address in addresses] == [False] * len(addresses)
    assert len(caplog.records) == len(addresses)


def test_a_monitor_that_is_silent_is_not_waited_for() -> None:
    """It takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not ping(f"http://127.0.0.1:{silent.getsockname()[1]}/x", seconds=0.2).succeeded(REPORT)


def test_nobody_is_told_where_nobody_asked(caplog: pytest.LogCaptureFixture) -> None:
    """Without an address there is nothing to do and nothing to log."""
    assert [ping("").started(), ping("").succeeded(REPORT), ping("").failed(REPORT)] == [False] * 3
    assert caplog.records == []
