"""Programs in process groups of their own, that never outlive whoever started them, however that one ends."""

import atexit
import contextlib
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Self

_LAST_LINES = 40

_REAPER = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""
"""Reads which groups there are until standard input ends, as it does when its parent is gone, and kills those that are left."""


class Program:
    """A program that runs, with all that it starts, as one group; what it says goes into a file."""

    def __init__(self, command: Sequence[str], output: Path, environment: Mapping[str, str], *, folder: Path, user: str | None = None) -> None:
        """Start it.

        Args:
            command: the program and its arguments.
            output: what it prints is added there.
            environment: all of it.
            folder: the one it runs in.
            user: whom it runs as, of those that root may become; None for the present one.
        """
        output.parent.mkdir(parents=True, exist_ok=True)
        self.output = output
        self._began = output.stat().st_size if output.exists() else 0
        with output.open("ab") as said:
            self._process = subprocess.Popen(
                list(command), cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, user=user,
                group=pwd.getpwnam(user).pw_gid if user else None, extra_groups=[] if user else None,
            )  # fmt: skip
        _note(f"+{self.pid}")

    @property
    def pid(self) -> int:
        """Give the process's number, which is its group's too."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Give its exit code, less than 0 for a signal; None as long as it runs."""
        return self._process.poll()

    @property
    def said(self) -> str:
        """Give all that it printed."""
        with self.output.open("rb") as said:
            said.seek(self._began)
            return said.read().decode("utf-8", "replace")

    @property
    def last_words(self) -> str:
        """Give the end of what it printed, for messages."""
        return "\n".join([f"-- {self.output.name} (pid {self.pid}, code {self.code}):", *self.said.splitlines()[-_LAST_LINES:]])

    def send(self, number: int) -> None:
        """Send a signal to the whole group; one that is gone gets none."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def freeze(self) -> None:
        """Stop it where it is."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it and all that it started, without a word of warning."""
        self.send(signal.SIGKILL)
        self._process.wait(timeout=30)
        self.send(signal.SIGKILL)  # what it started in the same moment
        _note(f"-{self.pid}")

    def end(self, seconds: float = 60, how: int = signal.SIGTERM) -> int:
        """Ask it to end, and give its exit code.

        Raises:
            AssertionError: it does not end in time; then it is killed.
        """
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, how)
        return self.wait(seconds)

    def wait(self, seconds: float = 60) -> int:
        """Wait until it ends by itself, and give its exit code.

        Raises:
            AssertionError: it does not end in time; then it is killed.
        """
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            words = self.last_words
            self.kill()
            raise AssertionError(f"still running after {seconds} s\n{words}") from None
        self.kill()  # what it left behind
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def _note(line: str) -> None:
    pipe = _reaper().stdin
    if pipe is not None and not pipe.closed:
        pipe.write(line + "\n")
        pipe.flush()


@cache
def _reaper() -> subprocess.Popen[str]:
    """Start the process that cleans up, once."""
    reaper = subprocess.Popen([sys.executable, "-S", "-E", "-c", _REAPER], stdin=subprocess.PIPE, text=True, start_new_session=True)
    assert reaper.stdin is not None
    atexit.register(_ended, reaper, reaper.stdin)
    return reaper


def _ended(reaper: subprocess.Popen[str], pipe: IO[str]) -> None:
    pipe.close()
    reaper.wait(timeout=30)
