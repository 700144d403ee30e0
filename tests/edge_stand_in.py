"""A loopback stand-in for the service behind edge-tts: TLS, websocket, its framing of sound and word times, and faults to order.

The unmodified package finds it through a proxy of the environment (WSS_PROXY), so that name, path, certificate and frames are checked
as they are on the way to Microsoft. The shapes of the frames are those that the package's own parser accepts.
"""

import asyncio
import contextlib
import html
import json
import re
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import numpy as np
import trustme
from aiohttp import WSMsgType, web

HOST = "speech.platform.bing.com"
PATH = "/consumer/speech/synthesize/readaloud/edge/v1"
RATE = 24_000
SECONDS_A_CHARACTER = 0.06
_TICK = 10_000_000
_FRAME = 720
_FIRST_WORD = 0.1


class Fault(StrEnum):
    """What happens to a request."""

    NONE = "none"
    FORBIDDEN = "403"
    THROTTLED = "429"
    BROKEN = "503"
    HANG_BEFORE = "hang before the connection stands"
    HANG = "hang after it"
    DRIP = "drop by drop"
    CUT = "closed in the middle"
    ABORTED = "reset in the middle"
    NO_END = "no end of turn"
    NO_AUDIO = "words without sound"
    SILENCE = "silence"
    REFUSED = "closed with an error"
    GARBAGE = "no MP3"
    BAD_JSON = "broken JSON"


class EdgeStandIn:
    """What a running stand-in was asked, and what it is to do."""

    def __init__(self) -> None:
        self.proxy = ""
        self.certificate = ""
        self.texts: list[str] = []
        self.voices: list[str] = []
        self._next: deque[Fault] = deque()
        self._afterwards = Fault.NONE
        self.closing = asyncio.Event()

    def order(self, *faults: Fault, afterwards: Fault = Fault.NONE) -> None:
        """Set what happens to the next requests, one each, and to all after those."""
        self._next, self._afterwards = deque(faults), afterwards

    def take(self) -> Fault:
        """Take the order of the present request."""
        return self._next.popleft() if self._next else self._afterwards

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one connection as ordered."""
        fault = self.take()
        if fault is Fault.HANG_BEFORE:
            await self.closing.wait()
        if fault in {Fault.FORBIDDEN, Fault.THROTTLED, Fault.BROKEN}:
            if fault is Fault.FORBIDDEN:
                self._next.appendleft(fault)  # the package asks once more by itself, with its clock corrected
            return web.Response(status=int(fault))
        socket = web.WebSocketResponse(compress=True)
        await socket.prepare(request)
        with contextlib.suppress(ConnectionError):
            async for message in socket:
                head, _, body = str(message.data).partition("\r\n\r\n") if message.type is WSMsgType.TEXT else ("", "", "")
                if "Path:ssml" in head:
                    await self._speak(socket, request, body, fault)
        return socket

    async def _speak(self, socket: web.WebSocketResponse, request: web.Request, ssml: str, fault: Fault) -> None:
        found = re.search(r"<voice name='([^']*)'>.*<prosody[^>]*>(.*)</prosody>", ssml, re.DOTALL)
        assert found
        text = html.unescape(found[2])
        self.texts.append(text)
        self.voices.append(found[1])
        await socket.send_str(_text("turn.start", "{}"))
        if fault is Fault.HANG:
            await self.closing.wait()
        if fault is Fault.REFUSED:
            await socket.close(code=1007, message=b"Unsupported")
            return
        if fault is Fault.BAD_JSON:
            await socket.send_str(_text("audio.metadata", "{no"))
            return
        for message in _words(text):
            await socket.send_str(message)
        pieces = _pieces(text, fault)
        for number, piece in enumerate(pieces):
            await socket.send_bytes(_audio(piece))
            if fault is Fault.DRIP:
                await asyncio.sleep(0.25)
            if number == len(pieces) // 2 and fault is Fault.CUT:
                await socket.close(code=1001)
                return
            if number == len(pieces) // 2 and fault is Fault.ABORTED and request.transport:
                request.transport.abort()
                return
        if fault is Fault.NO_END:
            await self.closing.wait()
        await socket.send_str(_text("turn.end", "{}"))


def _text(path: str, body: str) -> str:
    return f"X-RequestId:0\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n{body}"


def _audio(data: bytes) -> bytes:
    head = b"X-RequestId:0\r\nContent-Type:audio/mpeg\r\nX-StreamId:0\r\nPath:audio\r\n"
    return len(head).to_bytes(2, "big") + head + data


def _words(text: str) -> Iterator[str]:
    """Give the metadata frames: one word each, in units of 100 ns."""
    for match in re.finditer(r"\w+", text):
        offset = int((_FIRST_WORD + match.start() * SECONDS_A_CHARACTER) * _TICK)
        data = {"Offset": offset, "Duration": 1_000_000, "text": {"Text": html.escape(match[0], quote=False), "Length": len(match[0]), "BoundaryType": "WordBoundary"}}
        yield _text("audio.metadata", json.dumps({"Metadata": [{"Type": "WordBoundary", "Data": data}]}))


def _pieces(text: str, fault: Fault) -> list[bytes]:
    if fault is Fault.NO_AUDIO:
        return []
    if fault is Fault.GARBAGE:
        return [b"this is no sound at all " * 60]
    body = mp3(text, level=0 if fault is Fault.SILENCE else 8000)
    return [body[start : start + _FRAME] for start in range(0, len(body), _FRAME)]


def mp3(text: str, level: int = 8000) -> bytes:
    """Hum for as long as a reader would take, as the service packs it: 24 kHz, 48 kbit/s, one channel."""
    import lameenc

    time = np.arange(int((_FIRST_WORD + len(text) * SECONDS_A_CHARACTER + 0.1) * RATE)) / RATE
    samples = (level * np.sin(2 * np.pi * (300 + len(text) % 50) * time) * (0.6 + 0.4 * np.sin(6 * np.pi * time))).astype("<i2")
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(48)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_channels(1)
    return bytes(encoder.encode(samples.tobytes())) + bytes(encoder.flush())


@contextmanager
def edge_stand_in() -> Iterator[EdgeStandIn]:
    """Run a stand-in until the block ends."""
    loop = asyncio.new_event_loop()
    stand_in = EdgeStandIn()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner, tunnel = asyncio.run_coroutine_threadsafe(_started(stand_in), loop).result(10)
    try:
        yield stand_in
    finally:
        try:
            asyncio.run_coroutine_threadsafe(_stopped(stand_in, runner, tunnel), loop).result(10)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _stopped(stand_in: EdgeStandIn, runner: web.AppRunner, tunnel: asyncio.Server) -> None:
    # In the loop's own thread: a server closed from another one may be closing itself at that very moment.
    stand_in.closing.set()
    tunnel.close()
    await runner.cleanup()


async def _started(stand_in: EdgeStandIn) -> tuple[web.AppRunner, asyncio.Server]:
    authority = trustme.CA()
    stand_in.certificate = authority.cert_pem.bytes().decode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    app = web.Application()
    app.router.add_get(PATH, stand_in.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    port = runner.addresses[0][1]

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        if not asked.startswith(f"CONNECT {HOST}:443 ".encode()):
            writer.close()
            return
        inner = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_pumped(reader, inner[1]), _pumped(inner[0], writer))

    server = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    stand_in.proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    return runner, server


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(ConnectionError, RuntimeError):
        writer.close()
