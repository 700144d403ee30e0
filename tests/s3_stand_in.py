"""moto's S3 server on a loopback port, and a wall before it that answers 503 as often as is asked for."""

import logging
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "thu", "AWS_SECRET_ACCESS_KEY": "thu", "AWS_REGION": "us-east-1"}
BUCKET = "kho"


@contextmanager
def s3(refused: float = 0.0, seed: int = 7) -> Iterator[dict[str, str]]:
    """Serve an empty bucket; give the environment under which it is found.

    Args:
        refused: share of the requests that write which are answered with 503 before they reach the server.
        seed: of the chance.
    """
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    try:
        urlopen(Request(f"http://127.0.0.1:{port}/moto-api/reset", method="POST"), timeout=10).close()
        urlopen(Request(f"http://127.0.0.1:{port}/{BUCKET}", method="PUT"), timeout=10).close()
        with _wall(port, refused, seed) as front:
            yield {**ENVIRONMENT, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{front}", "BEHIND_THE_WALL": f"http://127.0.0.1:{port}"}
    finally:
        server.stop()


@contextmanager
def _wall(behind: int, refused: float, seed: int) -> Iterator[int]:
    chance, lock = random.Random(seed), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                falls = self.command in {"PUT", "POST", "DELETE"} and chance.random() < refused
            if falls:
                self._answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
                return
            inner = HTTPConnection("127.0.0.1", behind, timeout=30)
            # The host stays the one that was signed.
            inner.request(self.command, self.path, body=body, headers={name: value for name, value in self.headers.items() if name.lower() != "connection"})
            answer = inner.getresponse()
            content = answer.read()
            self._answer(answer.status, dict(answer.getheaders()), content)
            inner.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815  names that the library gives

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            for name, value in headers.items():
                if name.lower() not in {"content-length", "connection", "transfer-encoding", "server", "date"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", length or str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def s3_apart(refused: float) -> Iterator[dict[str, str]]:
    """Serve an empty bucket from another process, for a caller that divides itself and must have no threads."""
    command = [sys.executable, "-m", "tests.s3_stand_in", str(refused)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parent.parent) as server:
        assert server.stdout is not None
        front, behind = server.stdout.readline().split()
        try:
            yield {**ENVIRONMENT, "AWS_ENDPOINT_URL": front, "BEHIND_THE_WALL": behind}
        finally:
            server.communicate()


def main() -> None:
    """Serve until standard input ends; print the address, and the one behind the wall. For a caller that divides itself and must have no threads."""
    with s3(float(sys.argv[1])) as environment:
        print(environment["AWS_ENDPOINT_URL"], environment["BEHIND_THE_WALL"], flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
