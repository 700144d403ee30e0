"""A stand-in for the speech service of Google Translate, on loopback, for the real gTTS client.

gTTS takes its proxy from the environment. The stand-in is that proxy: it answers CONNECT, speaks TLS as
translate.google.com, reads the request as the service does and answers in the service's own format.
"""

import atexit
import base64
import io
import json
import os
import random
import re
import socket
import ssl
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs

import lameenc
import numpy as np
import trustme

HOST = "translate.google.com"
_THINKING = 0.003
"""Seconds before an answer, so that requests can overlap."""

PATH = "/_/TranslateWebserverUi/data/batchexecute"
RATE = 24_000
CHARACTERS_A_SECOND = 14.0
LONGEST = 100
_RPC = "jQ1olc"
_TOO_MANY = 429


class Behaviour(StrEnum):
    """What the stand-in does with one request."""

    OK = "ok"
    THROTTLED = "status 429"
    FORBIDDEN = "status 403"
    BROKEN = "status 500"
    HANG = "no answer until the client gives up"
    TRUNCATED = "the answer ends before its announced length"
    CUT_AUDIO = "whole answer, a third of the sound"
    HTML = "a web page"
    NULL_AUDIO = "the service's own answer to a text it does not speak"
    EMPTY_AUDIO = "an answer with no bytes of sound"
    GARBAGE = "bytes that are no MP3"
    SILENCE = "sound of nothing"
    DRIP = "a byte now and then"
    REFUSED = "the proxy cannot connect"


class StandIn:
    """The running stand-in: what it was asked, and what it will do next."""

    def __init__(self, port: int) -> None:
        """Begin with no requests and no orders: whatever is not ordered is answered well."""
        self.proxy = f"http://127.0.0.1:{port}"
        self.texts: list[str] = []
        self.languages: list[str] = []
        self.hosts: list[str] = []
        self.faults: list[str] = []
        """What a request had that the service would not have understood."""
        self.arrivals: list[float] = []
        """When each request had come, in seconds that never go back."""
        self.retry_after: str | None = None
        """Sent with every 429."""
        self.most_at_once = 0
        """Requests that were being answered at the same moment."""
        self._now = 0
        self._next: deque[Behaviour] = deque()
        self._afterwards = Behaviour.OK
        self._storm: tuple[Behaviour, float, random.Random] = (Behaviour.OK, 0.0, random.Random())
        self._lock = threading.Lock()

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables by which the real client finds and trusts the stand-in."""
        return {"https_proxy": self.proxy, "REQUESTS_CA_BUNDLE": certificates()}

    def order(self, *behaviours: Behaviour, afterwards: Behaviour = Behaviour.OK) -> None:
        """Set what happens to the next requests, one each, and to all after those."""
        with self._lock:
            self._next = deque(behaviours)
            self._afterwards = afterwards

    def storm(self, behaviour: Behaviour, share: float, seed: int) -> None:
        """Have a share of all requests that are not ordered otherwise end in one way, by chance."""
        with self._lock:
            self._storm = (behaviour, share, random.Random(seed))

    def take(self) -> Behaviour:
        """Take the order of the present request."""
        with self._lock:
            if self._next:
                return self._next.popleft()
            behaviour, share, chance = self._storm
            return behaviour if chance.random() < share else self._afterwards

    def note(self, text: str, language: str) -> None:
        """Note a request that has come."""
        with self._lock:
            self.arrivals.append(time.monotonic())
            self.texts.append(text)
            self.languages.append(language)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a request that is being answered."""
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def refuses_now(self) -> bool:
        """Take the order of the present connection, where that is to refuse it."""
        with self._lock:
            if (self._next[0] if self._next else self._afterwards) is not Behaviour.REFUSED:
                return False
            if self._next:
                self._next.popleft()
            return True


@contextmanager
def google_stand_in() -> Iterator[StandIn]:
    """Run a stand-in until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.stand_in = StandIn(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def dead_proxy() -> Iterator[str]:
    """Give a proxy's address at which connections are refused; the port stays ours meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    stand_in: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up: some orders make it do so."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5.0
    server: _Server
    _tls: ssl.SSLSocket | None = None

    def do_CONNECT(self) -> None:
        """Become the asked-for host, as far as TLS goes."""
        stand_in = self.server.stand_in
        stand_in.hosts.append(self.path)
        if stand_in.refuses_now():
            self.close_connection = True
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        self.rfile.close()
        self._tls = _tls_context().wrap_socket(self.connection, server_side=True)
        self.rfile = self._tls.makefile("rb")
        self.wfile = cast("Any", self._tls.makefile("wb", 0))
        self.close_connection = False

    def do_POST(self) -> None:
        """Answer a request for speech as ordered."""
        text, language = self._asked(self.rfile.read(int(self.headers["content-length"])))
        stand_in = self.server.stand_in
        stand_in.note(text, language)
        self.close_connection = True
        with stand_in.answering():
            time.sleep(_THINKING)
            self._answer(stand_in.take(), text)

    def finish(self) -> None:
        """Close what TLS put in the place of the first connection."""
        super().finish()
        if self._tls:
            self._tls.close()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def _asked(self, body: bytes) -> tuple[str, str]:
        ((rpc, parameters, *_rest),) = json.loads(parse_qs(body.decode())["f.req"][0])[0]
        text, language, *_speed = json.loads(parameters)
        wrong = {"path": self.path != PATH, "rpc": rpc != _RPC, "length": len(text) > LONGEST, "tls": self._tls is None}
        self.server.stand_in.faults += [name for name, is_wrong in wrong.items() if is_wrong]
        return text, language

    def _answer(self, behaviour: Behaviour, text: str) -> None:
        match behaviour:
            case Behaviour.THROTTLED:
                self._send(429, "text/html", b"<html>Sorry...</html>")
            case Behaviour.FORBIDDEN:
                self._send(403, "text/html", b"<html>Error 403 (Forbidden)!!1</html>")
            case Behaviour.BROKEN:
                self._send(500, "text/html", b"<html>Error 500 (Server Error)!!1</html>")
            case Behaviour.HANG:
                self.rfile.read(1)  # the client's hanging up ends it
            case Behaviour.HTML:
                self._send(200, "text/html", "<!doctype html><title>Trước khi tiếp tục</title>".encode())
            case Behaviour.DRIP:
                self._drip(_answer_of(tone(len(text))))
            case Behaviour.TRUNCATED:
                whole = _answer_of(tone(len(text)))
                self._send(200, "application/json", whole[: len(whole) // 2], announced=len(whole))
            case _:
                self._send(200, "application/json", _answer_of(_sound(behaviour, text)))

    def _drip(self, body: bytes) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n")
        until = time.monotonic() + 2.5
        for byte in body:
            if time.monotonic() > until:
                return
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def _send(self, status: int, kind: str, body: bytes, announced: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(announced or len(body)))
        self.send_header("Connection", "close")
        if status == _TOO_MANY and self.server.stand_in.retry_after is not None:
            self.send_header("Retry-After", self.server.stand_in.retry_after)
        self.end_headers()
        self.wfile.write(body)


def _sound(behaviour: Behaviour, text: str) -> bytes | None:
    match behaviour:
        case Behaviour.NULL_AUDIO:
            return None
        case Behaviour.EMPTY_AUDIO:
            return b""
        case Behaviour.GARBAGE:
            return b"this is no sound at all " * 40
        case Behaviour.SILENCE:
            return tone(len(text), amplitude=0.0)
        case Behaviour.CUT_AUDIO:
            return tone(len(text))[: len(tone(len(text))) // 4]
        case _:
            return tone(len(text))


def _answer_of(sound: bytes | None) -> bytes:
    """Wrap sound as the service does: a guard line, then lengths and JSON arrays by turns."""
    inner = None if sound is None else json.dumps([base64.b64encode(sound).decode()])
    first = json.dumps([["wrb.fr", _RPC, inner, None, None, None, "generic"], ["di", 55], ["af.httprm", 54, "-42", 7]], separators=(",", ":"))
    last = json.dumps([["e", 4, None, None, len(first)]], separators=(",", ":"))
    return f")]}}'\n\n{len(first)}\n{first}\n{len(last)}\n{last}\n".encode()


@cache
def tone(characters: int, amplitude: float = 0.3) -> bytes:
    """Give an MP3 as the service makes them, 24 kHz mono, that lasts as long as a text of so many characters."""
    time = np.arange(round((0.2 + characters / CHARACTERS_A_SECOND) * RATE)) / RATE
    samples = (amplitude * 32767 * np.sin(2 * np.pi * 220 * time)).astype("<i2")
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    sink = io.BytesIO()
    sink.write(encoder.encode(samples.tobytes()))
    sink.write(encoder.flush())
    return sink.getvalue()


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def certificates() -> str:
    """Give the path of the certificates that a client has to trust."""
    with tempfile.NamedTemporaryFile("wb", suffix=".pem", delete=False) as file:
        file.write(_authority().cert_pem.bytes())
    atexit.register(os.unlink, file.name)
    return file.name


@cache
def _tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(HOST).configure_cert(context)
    return context


def pieces_of(text: str) -> list[str]:
    """Give a text's words, so that what was asked for can be compared with what was to be said."""
    return re.findall(r"\w+", text)
