"""Programs on loopback that take webhooks, well or badly."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came, and how it is answered."""

    answer: Callable[["Handler"], object]
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hook"

    @property
    def ids(self) -> list[str]:
        return [headers["audiopub-delivery"] for headers, _ in self.came]


class Handler(BaseHTTPRequestHandler):
    """Notes what is posted, and answers as its receiver does."""

    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.receiver.answer(self)

    def do_GET(self) -> None:
        self.receiver.came.append(({"audiopub-delivery": f"GET {self.path}"}, b""))
        self.say(200)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up: it is meant to."""


@contextmanager
def receiving(answer: Callable[[Handler], object] = lambda handler: handler.say(204)) -> Iterator[Receiver]:
    """Run a receiver until the block ends."""
    made = Receiver(answer)
    with _Server(("127.0.0.1", 0), type("Own", (Handler,), {"receiver": made})) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def status(*statuses: int) -> Callable[[Handler], object]:
    """Answer with statuses in order, the last for ever."""
    left = list(statuses)
    return lambda handler: handler.say(left.pop(0) if len(left) > 1 else left[0])


def drip(handler: Handler) -> None:
    """Send a head of which a byte comes now and then."""
    for _ in range(100):
        handler.wfile.write(b"H")
        time.sleep(0.05)


def wait(condition: Callable[[], object], seconds: float = 30) -> None:
    """Look again and again until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
