"""Parsing in a process of its own, with limits that the system enforces.

A hostile page can make a parser take minutes or gigabytes. Here it can only lose its own process: the
page is refused, and the next one is read by a new process. Only JSON comes back, never pickled objects.
"""

import contextlib
import json
import os
import re
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from audiopub.article import Article
from audiopub.article.record import from_record
from audiopub.errors import BadInput, ConfigInvalid
from audiopub.source import Page
from audiopub.source.listing import Entry

LENGTH = struct.Struct(">Q")
"""Every message begins with its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one page may take."""

    cpu: int = 4
    """Seconds of processor time."""

    wall: float = 5.0
    """Seconds until the process is killed, whatever it does."""

    memory: int = 1 << 30
    """Bytes of address space, everything the process needs for itself included."""


class ParsingWorker:
    """Reads pages and lists in a process of its own. Safe for several threads, one page at a time."""

    def __init__(self, limits: Limits | None = None, rules: Path = Path("feeds/sites")) -> None:
        """Make a worker; its process starts with the first page.

        Args:
            limits: what one page may take.
            rules: folder of the newsroom's own site rules.
        """
        self._limits = limits or Limits()
        self._rules = rules
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def article(self, page: Page) -> Article:
        """Extract an article.

        Raises:
            BadInput: as ``extract`` does, or the page takes more than it may.
        """
        return from_record(self._ask("article", page))

    def entries(self, page: Page) -> tuple[Entry, ...]:
        """Read a list of articles.

        Raises:
            BadInput: as ``entries`` does, or the list takes more than it may.
        """
        found: list[dict[str, Any]] = self._ask("entries", page)
        return tuple(Entry(url=item["url"], title=item["title"], when=datetime.fromisoformat(item["when"]) if item["when"] else None) for item in found)

    def rule(self, host: str, page: Page) -> str:
        """Propose a site rule for a host from one of its pages, as TOML.

        Raises:
            BadInput: as ``extract`` does, or the page takes more than it may.
        """
        return str(self._ask("rule", page, host=host))

    def shown(self, page: Page) -> str:
        """Give a page's HTML as people may look at it; see :func:`audiopub.article.shown.shown`.

        Raises:
            BadInput: there is nothing to show, or the page takes more than it may.
        """
        return str(self._ask("shown", page))

    def peak(self) -> int:
        """Give the most memory that the running process has held, in bytes; 0 where none runs or the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid if self._process else 0}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        held = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(held[1]) * 1024 if held else 0

    def close(self) -> None:
        """End the process; a later page starts a new one."""
        with self._one_at_a_time:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, task: str, page: Page, **more: str) -> Any:
        about = {**more, "task": task, "name": page.name, "identity": page.identity, "form": page.form, "url": page.url, "charset": page.charset}
        with self._one_at_a_time:
            answer = self._exchange(json.dumps(about).encode(), page.body)
            if answer is None:
                self._end()
                raise BadInput("article.too_costly", source=page.name, seconds=round(self._limits.wall), megabytes=self._limits.memory >> 20)
        answered: dict[str, Any] = json.loads(answer)
        if "code" in answered:
            kind = ConfigInvalid if answered["code"].startswith("config.") else BadInput
            raise kind(answered["code"], **answered["details"])
        return answered["result"]

    def _exchange(self, about: bytes, body: bytes) -> bytes | None:
        """Send a task and wait for its answer; None where none comes in time."""
        process = self._running()
        end = time.monotonic() + self._limits.wall
        timer = threading.Timer(self._limits.wall, process.kill)  # also while the task is still being written
        timer.start()
        try:
            return _sent_and_answered(process, about, body, end)
        except (BrokenPipeError, ConnectionResetError):
            return None
        finally:
            timer.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            command = [sys.executable, "-m", "audiopub.adapters.worker_process", str(self._limits.cpu), str(self._limits.memory), str(self._rules)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603  our own program
            _receive(self._process, time.monotonic() + 60)  # it has loaded its libraries: only now does a page's time begin
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process = None


def _sent_and_answered(process: subprocess.Popen[bytes], about: bytes, body: bytes, end: float) -> bytes | None:
    if process.stdin is None:
        return None
    for part in (about, body):
        process.stdin.write(LENGTH.pack(len(part)) + part)
    process.stdin.flush()
    return _receive(process, end)


def _receive(process: subprocess.Popen[bytes], end: float) -> bytes | None:
    if process.stdout is None:
        return None
    handle = process.stdout.fileno()
    head = _exactly(handle, LENGTH.size, end)
    return _exactly(handle, LENGTH.unpack(head)[0], end) if head is not None else None


def _exactly(handle: int, size: int, end: float) -> bytes | None:
    """Read so many bytes from a pipe, or None where it ends or the time does."""
    got = bytearray()
    while len(got) < size:
        if not select.select([handle], [], [], max(0.0, end - time.monotonic()))[0]:
            return None
        piece = os.read(handle, min(size - len(got), 1 << 20))
        if not piece:
            return None
        got += piece
    return bytes(got)
