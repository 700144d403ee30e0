"""How `audiopub serve` compares with nginx: `python benchmarks/serving.py`, in about fifteen seconds.

The feed of a show with 300 episodes, compressed, and ranges of 64 kB of an MP3, asked over four connections on loopback by one client. Both servers run
side by side and are asked in turn; a round is half a second, and the middle of seven rounds counts. nginx runs with `examples/nginx.conf`; it compresses
the feed for every request, `audiopub serve` once.
"""

import os
import re
import socket
import sys
import tempfile
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.episode import Chapter
from audiopub.publish.feed import feed_xml
from audiopub.publish.model import Channel, Episode
from audiopub.units import Milliseconds
from tests.web_servers import SERVERS, program

EPISODES, CONNECTIONS, ROUNDS, ROUND = 300, 4, 7, 0.5
CHANNEL = Channel(
    slug="thu", title="Bản tin thử", description="Chương trình để thử.", language="vi", author="Báo Thử", owner_name="Tòa soạn", owner_email="a@bao.example",
    category="News", subcategory="Daily News", copyright="Báo Thử", base_url="https://podcast.bao.example", website=None, guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
)  # fmt: skip
WHEN = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
EPISODE = Episode(
    id="0", guid="0", name="0", title="Chợ phiên vùng cao", author="Nguyễn Văn An", description="Chợ phiên vùng cao những ngày giáp Tết đông hơn thường lệ. " * 3,
    article_url="https://bao.example/cho-phien", published=WHEN, updated=WHEN, revision=1, audio="0", audio_bytes=4_000_000, duration=Milliseconds(300_000),
    chapters=tuple(Chapter(title=f"Chương {n}", start=Milliseconds(n * 60_000), end=Milliseconds(n * 60_000 + 60_000)) for n in range(5)), voice="espeak",
    fallback=False, fingerprint="f" * 64,
)  # fmt: skip


def feed() -> bytes:
    """Make the feed."""
    episodes = []
    for number in range(EPISODES):
        name = f"2026-11-24-cho-phien-vung-cao-{number:06x}"
        when = WHEN - timedelta(days=number)
        episodes.append(
            replace(
                EPISODE,
                id=f"{number:016x}",
                guid=f"{number:032x}",
                name=name,
                title=f"Chợ phiên {number}",
                published=when,
                updated=when,
                audio=f"{name}-{number:08x}.mp3",
            )
        )
    return feed_xml(CHANNEL, episodes)


class Line:
    """A connection that is opened again when the server has had enough of it, as nginx has after a thousand requests."""

    def __init__(self, port: int) -> None:
        """Open it."""
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def ask(self, request: bytes) -> None:
        """Send a request."""
        with suppress(OSError):
            self._socket.sendall(request)

    def read(self, request: bytes) -> None:
        """Read one answer, without looking into it."""
        answer = b""
        with suppress(OSError):
            answer = self._socket.recv(1 << 18)
        if not answer:
            self.close()
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=10)
            self.ask(request)
            answer = self._socket.recv(1 << 18)
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(1 << 18)
        head, _, body = answer.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head.lower())
        came = len(body)
        while came < int(found[1]) if found else not body.endswith(b"0\r\n\r\n"):
            body = self._socket.recv(1 << 18)
            came += len(body)

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def rate(lines: list[Line], request: bytes) -> float:
    """Give the answers a second."""
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < ROUND:
        for line in lines:
            line.ask(request)
        for line in lines:
            line.read(request)
        count += len(lines)
    return count / (time.perf_counter() - began)


def main() -> None:
    """Print the table."""
    names = [name for name in ("audiopub", "nginx") if name == "audiopub" or program(name)]
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        folder = Path(home) / "output"
        folder.mkdir()
        (folder / "feed.xml").write_bytes(body := feed())
        (folder / "a-00000000.mp3").write_bytes(os.urandom(4_000_000))
        lines = {}
        for name in names:
            (Path(home) / name).mkdir()
            port = stack.enter_context(SERVERS[name](folder, Path(home) / name))
            lines[name] = [stack.enter_context(closing(Line(port))) for _ in range(CONNECTIONS)]
        print(f"feed of {EPISODES} episodes: {len(body) / 1e6:.2f} MB")
        for what, request in {
            "feed, gzip": b"GET /feed.xml HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n",
            "64 kB of audio": b"GET /a-00000000.mp3 HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=1000000-1065535\r\n\r\n",
        }.items():
            rates: dict[str, list[float]] = {name: [] for name in names}
            for _ in range(ROUNDS):
                for name in names:
                    rates[name].append(rate(lines[name], request))
            middle = {name: median(found) for name, found in rates.items()}
            print(f"{what:<15} " + "  ".join(f"{name} {found:7.0f}/s" for name, found in middle.items()) + f"  ratio {middle['audiopub'] / middle[names[-1]]:.2f}")


if __name__ == "__main__":
    main()
