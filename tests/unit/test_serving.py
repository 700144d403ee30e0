"""The parts of ``audiopub serve``: what is kept compressed, the access log, time limits for clients, the front page."""

import gzip
import os
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from audiopub.adapters.access_log import AccessLog
from audiopub.adapters.byte_ranges import satisfiable
from audiopub.adapters.packed_texts import PackedTexts
from audiopub.adapters.static_site import static_site
from audiopub.adapters.web_server import LimitedProtocol
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group

NOW = datetime(2026, 3, 5, 7, 8, 9, tzinfo=timezone(timedelta(hours=7)))
SCOPE = {
    "type": "http", "method": "GET", "raw_path": b"/a.mp3", "query_string": b"", "http_version": "1.1", "client": ("192.0.2.7", 1),
    "headers": [(b"user-agent", 'App\r\n\u00e9"'.encode("latin-1")), (b"range", b"bytes=0-1")],
}  # fmt: skip
LINE = '192.0.2.7 - - [05/Mar/2026:07:08:09 +0700] "GET /a.mp3 HTTP/1.1" 206 2 "-" "App\\x0D\\x0A\\xE9\\x22" "bytes=0-1" "bytes 0-1/9"\n'
GIVEN = Headers({"content-range": "bytes 0-1/9"})


class Hasty(LimitedProtocol):
    """Limits short enough for a test."""

    head_seconds = 0.5
    stalled_seconds = 1.0


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Serve a folder in this process; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(static_site(folder), http=Hasty, log_level="critical", access_log=False, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def text_of(size: int, seed: int) -> str:
    """Make a text that hardly shrinks."""
    return random.Random(seed).randbytes(size // 2).hex()


def put(path: Path, content: str) -> None:
    """Put a file as the store does: aside, then renamed."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(content, encoding="utf-8")
    aside.replace(path)


def failing(error: OSError) -> None:
    """Let no line be lost."""
    raise error


# Compressed texts


def test_a_text_is_compressed_once(tmp_path: Path) -> None:
    """Many that ask for a file at once get one and the same compressed content, and anew only when the file is another."""
    feed, packed = tmp_path / "feed.xml", PackedTexts()
    put(feed, text_of(400_000, 1))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(packed.get, [feed] * 16))
    assert len({id(answer) for answer in answers}) == 1
    put(feed, text_of(400_000, 2))
    again = packed.get(feed)
    assert again and again is not answers[0]
    assert gzip.decompress(again.body) == feed.read_bytes()
    assert again.state.st_ino == feed.stat().st_ino


def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    """The texts used last are kept, up to the room there is; small ones are not compressed at all."""
    packed = PackedTexts(room=30_000)
    paths = [tmp_path / f"{number}.json" for number in range(4)]
    for number, path in enumerate(paths):
        put(path, text_of(20_000, number))
    first, second = packed.get(paths[0]), packed.get(paths[1])
    assert packed.get(paths[0]) is first
    packed.get(paths[2])
    assert packed.get(paths[0]) is first
    assert packed.get(paths[1]) is not second
    put(paths[3], "x" * 900)
    assert packed.get(paths[3]) is None


# Ranges


@given(st.text("bytes=-,0123456789 x", max_size=40), st.integers(0, 500))
def test_ranges_that_are_kept_can_be_had(asked: str, size: int) -> None:
    """Whatever is asked, what is kept of it begins inside the file, ends after it begins, and is kept when asked again."""
    kept = satisfiable("bytes=" + asked, size)
    if not kept:
        return
    assert satisfiable(kept, size) == kept
    for first, last in re.findall(r"(\d*)-(\d*)", kept):
        assert int(first) < size if first else int(last) > 0
        assert not (first and last) or int(first) <= int(last)


# The access log


def test_a_line_of_the_log(tmp_path: Path) -> None:
    """A line is the combined format with two fields behind; what a client sends cannot end it."""
    log = AccessLog(tmp_path / "access.log", lambda: NOW, failing)
    log.add(SCOPE, 206, 2, GIVEN)
    log.close()
    assert (tmp_path / "access.log").read_text(encoding="ascii") == LINE


def test_a_log_that_is_moved_away(tmp_path: Path) -> None:
    """After the file was renamed, or emptied where it stands, lines go to the file of that name, from its beginning."""
    path = tmp_path / "access.log"
    log = AccessLog(path, lambda: NOW, failing)
    log.add(SCOPE, 206, 2, GIVEN)
    path.rename(tmp_path / "access.log.1")
    log.add(SCOPE, 206, 2, GIVEN)
    assert [file.read_text(encoding="ascii") for file in sorted(tmp_path.iterdir())] == [LINE, LINE]
    os.truncate(path, 0)
    log.add(SCOPE, 206, 2, GIVEN)
    assert path.read_text(encoding="ascii") == LINE
    log.close()


def test_a_log_that_cannot_be_written(tmp_path: Path) -> None:
    """Lost lines are complained of once, and lines come again as soon as they can."""
    folder = tmp_path / "log"
    complaints: list[OSError] = []
    folder.mkdir()
    log = AccessLog(folder / "access.log", lambda: NOW, complaints.append)
    folder.rename(tmp_path / "away")
    for _ in range(3):
        log.add(SCOPE, 206, 2, GIVEN)
    assert len(complaints) == 1
    folder.mkdir()
    log.add(SCOPE, 206, 2, GIVEN)
    assert (folder / "access.log").read_text(encoding="ascii") == LINE
    folder.rename(tmp_path / "again")
    log.add(SCOPE, 206, 2, GIVEN)
    assert len(complaints) == 2
    log.close()


def test_lines_stay_whole(tmp_path: Path) -> None:
    """Two servers that write into one file do not tear each other's lines."""
    logs = [AccessLog(tmp_path / "access.log", lambda: NOW, failing) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: logs[number % 2].add(SCOPE, 206, 2, GIVEN), range(400)))
    for log in logs:
        log.close()
    assert (tmp_path / "access.log").read_text(encoding="ascii") == LINE * 400


# Clients


@pytest.mark.parametrize("beginning", [b"", b"GET /a.txt HT", b"GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /a"])
def test_half_a_request_is_not_waited_for(tmp_path: Path, beginning: bytes) -> None:
    """A client that never ends its request, the first or a later one, is let go, although it sends a byte now and then."""
    (tmp_path / "a.txt").write_text("here", encoding="utf-8")
    with serving(tmp_path) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(beginning)
        line.settimeout(0.1)
        until, ended = time.monotonic() + 8, False
        while not ended and time.monotonic() < until:
            try:
                ended = line.recv(4096) == b""
            except TimeoutError:
                if beginning:
                    line.sendall(b"x")
            except OSError:
                ended = True
        assert ended


def test_a_client_that_takes_nothing_is_let_go(tmp_path: Path) -> None:
    """A download that nobody reads ends; one that is read slowly does not."""
    size = 100_000_000
    with (tmp_path / "a.mp3").open("wb") as file:
        file.truncate(size)
    request = b"GET /a.mp3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with serving(tmp_path) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as idle, socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        idle.sendall(request)
        slow.sendall(request)
        taken = 0
        for _ in range(50):  # for more than twice the limit
            time.sleep(0.05)
            taken += len(slow.recv(1 << 20))
        assert 0 < sum(map(len, iter(lambda: _received(idle), b""))) < size
        assert taken + sum(map(len, iter(lambda: _received(slow), b""))) > size


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(1 << 20)
    except ConnectionResetError:
        return b""


def test_a_feed_that_is_put_anew_meanwhile(tmp_path: Path) -> None:
    """Whoever asks while a feed is replaced gets one of its versions whole, with the validators of that one."""
    feed, versions, ended = tmp_path / "feed.xml", [text_of(size, size) for size in (40_000, 50_000)], threading.Event()
    put(feed, versions[0])

    def replace() -> None:
        while not ended.is_set():
            for version in versions:
                put(feed, version)

    writer = threading.Thread(target=replace)
    with serving(tmp_path) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        writer.start()
        try:
            answers = [client.get("/feed.xml") for _ in range(50)]
        finally:
            ended.set()
            writer.join()
    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        assert answer.text in versions
        assert answer.headers["etag"].endswith(f'-{len(answer.text):x}-gz"')


# The front page and the command


def test_the_root_of_several_shows_lists_them(tmp_path: Path) -> None:
    """Several shows are listed, whatever their folders are called; a show that has the site to itself stands at the root."""
    for name in ("a", "b <i>", ".c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text("x", encoding="utf-8")
    with serving(tmp_path) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        listed = client.get("/")
        assert re.findall(r'href="([^"]+)"', listed.text) == ["/a/", "/b%20%3Ci%3E/"]
        assert "<i>" not in listed.text
        assert "frame-ancestors 'self'" in listed.headers["content-security-policy"]
        (tmp_path / "index.html").write_text("the only one", encoding="utf-8")
        assert client.get("/").text == "the only one"


def test_serve_says_what_it_cannot_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken, a log that cannot be written and a folder that is not there are one sentence each, and exit code 8."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for wrong in (["--port", port], ["--port", "0", "--access-log", str(tmp_path / "none" / "access.log")]):
            assert exit_code_of(main_group, ["--lang", "en", "serve", str(tmp_path), *wrong]) == 8
            assert wrong[-1] in capsys.readouterr().err
    assert exit_code_of(main_group, ["serve", str(tmp_path / "none")]) == 8
