"""Locks between the threads and processes of one machine: files that the system unlocks when their holder dies."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from audiopub.adapters.files import writing
from audiopub.errors import TryAgain
from audiopub.pipeline.locks import Still

_STEP = 0.05


class Held(threading.local):
    """The locks that the present thread holds."""

    def __init__(self) -> None:
        """Begin with none."""
        self.names: set[str] = set()


class FileLocks:
    """Locks as files in a folder."""

    def __init__(self, root: Path, *, patience: float = 60.0, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic) -> None:
        """Use a folder.

        Args:
            root: where the files are; made when the first lock is taken.
            patience: seconds to wait for a lock.
            sleep: waits a number of seconds.
            clock: seconds that never go back.
        """
        self._root, self._patience, self._sleep, self._clock = root, patience, sleep, clock
        self._held = Held()

    @contextmanager
    def holding(self, name: str) -> Iterator[Still]:
        """Hold a lock; nobody can take it away."""
        if name in self._held.names:
            yield _still
            return
        until = self._clock() + self._patience
        with self._opened(name) as file:
            while not _taken(file):
                if self._clock() >= until:
                    raise TryAgain("again.locked", path=name)
                self._sleep(_STEP)
            with self._noted(name):
                yield _still

    @contextmanager
    def trying(self, name: str) -> Iterator[bool]:
        """Hold a lock if it is free."""
        if name in self._held.names:
            yield True
            return
        with self._opened(name) as file:
            if not _taken(file):
                yield False
                return
            with self._noted(name):
                yield True

    def _opened(self, name: str) -> BinaryIO:
        path = self._root / f"{name}.lock"
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("a+b")

    @contextmanager
    def _noted(self, name: str) -> Iterator[None]:
        self._held.names.add(name)
        try:
            yield
        finally:
            self._held.names.discard(name)


def _still() -> None:
    """Raise nothing: a file's lock is lost only with its process."""


def _taken(file: BinaryIO) -> bool:
    import fcntl  # noqa: PLC0415  POSIX only; imported late so that the module loads anywhere

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
