"""Ports on a plain folder: the store of published files, the catalog.

A file is written aside, flushed to the disk and renamed; a reader never sees half of one.
"""

import contextlib
import errno
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from audiopub.errors import ConfigInvalid, Overtaken, TryAgain
from audiopub.publish.episode_json import from_plain, plain
from audiopub.publish.model import Episode
from audiopub.publish.store import Stored

_ASIDE = ".tmp-"
_NUMBERS = itertools.count()
"""One a file that is being written, whichever thread writes it."""


class LocalStore:
    """Published files in a folder that any web server can serve."""

    def __init__(self, root: Path) -> None:
        """Use a folder; it is made when the first file is put."""
        self._root = root

    def put(self, key: str, body: bytes | BinaryIO) -> bool:
        """Put a file, unless the same bytes are there already."""
        path = self._root / key
        if _same(path, body):
            return False
        write_whole(path, body)
        return True

    def alias(self, key: str, target: str) -> None:
        """Let a key answer with another's bytes, by a second name of the same file where the disk has such."""
        path, source = self._root / key, self._root / target
        if not source.exists():
            return  # what is lost is named where the feed is written
        with contextlib.suppress(OSError):
            if path.samefile(source):
                return
        aside = path.parent / f"{_ASIDE}{os.getpid()}-{next(_NUMBERS)}"
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, aside)
            except OSError:  # no links on this disk
                with source.open("rb") as body:
                    write_whole(path, body)
                return
            aside.replace(path)
        sync_folder(path.parent)

    def seen(self, key: str) -> str | None:
        """Give a token of a file's present state."""
        try:
            stat = (self._root / key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return f"{stat.st_ino}-{stat.st_mtime_ns}-{stat.st_size}"

    def replace(self, key: str, body: bytes, seen: str | None) -> bool:
        """Put a file unless another writer changed it since it was seen."""
        with self._one_writer():
            if self.seen(key) != seen:
                raise Overtaken("again.overtaken", path=key)
            return self.put(key, body)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        import fcntl  # noqa: PLC0415  POSIX only; imported late so that the module loads anywhere

        with writing(self._root / "feed"):
            self._root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._root, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def get(self, key: str) -> bytes | None:
        """Give a file's bytes."""
        try:
            return (self._root / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def open(self, key: str) -> BinaryIO | None:
        """Open a file."""
        try:
            return (self._root / key).open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def size(self, key: str) -> int | None:
        """Give a file's size."""
        return self.sizes((key,))[key]

    def sizes(self, keys: Iterable[str]) -> dict[str, int | None]:
        """Give the sizes of many files."""
        root = f"{self._root}/"
        found: dict[str, int | None] = {}
        for key in keys:
            try:
                found[key] = os.stat(root + key).st_size  # noqa: PTH116  ten thousand of them: a Path each costs more than the question
            except (FileNotFoundError, NotADirectoryError):
                found[key] = None
        return found

    def keys(self, prefix: str) -> Iterator[Stored]:
        """List what lies under a prefix, what a killed run left half written included."""
        folder, _, start = prefix.rpartition("/")
        for path in sorted((self._root / folder).rglob("*")):
            if path.name.startswith(start) and path.is_file():
                stat = path.stat()
                yield Stored(key=path.relative_to(self._root).as_posix(), size=stat.st_size, changed=datetime.fromtimestamp(stat.st_mtime, UTC))

    def remove(self, key: str) -> None:
        """Remove a file."""
        path = self._root / key
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            sync_folder(path.parent)


class FileCatalog:
    """The catalog as one small JSON file an episode."""

    def __init__(self, root: Path) -> None:
        """Use a folder, which is not served."""
        self._root = root
        self._read: dict[Path, tuple[tuple[int, int, int], Episode]] = {}
        """What was read, with the state of the file it was read from: a batch looks at every record once an article."""

    def episodes(self, show: str) -> tuple[Episode, ...]:
        """Give a show's episodes, newest first."""
        found = [self._recorded(path, show) for path in sorted((self._root / show).glob("*.json"))]
        return tuple(sorted(found, key=lambda episode: (episode.published, episode.id), reverse=True))

    def find(self, show: str, episode_id: str) -> Episode | None:
        """Give an episode."""
        path = self._root / show / f"{episode_id}.json"
        return self._recorded(path, show) if path.exists() else None

    def _recorded(self, path: Path, show: str) -> Episode:
        stat = path.stat()
        state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        kept = self._read.get(path)
        if kept is None or kept[0] != state:
            kept = self._read[path] = (state, _recorded(path, show))
        return kept[1]

    def commit(self, show: str, episode: Episode) -> None:
        """Record an episode."""
        write_whole(self._root / show / f"{episode.id}.json", json.dumps(plain(episode), ensure_ascii=False, indent=1).encode())


def write_whole(path: Path, body: bytes | BinaryIO, *, durable: bool = True) -> None:
    """Write a file so that its readers see the old one or all of the new one.

    Raises:
        ConfigInvalid: the folder cannot be written to.
        TryAgain: the disk is full.
    """
    with writing(path):
        aside_path = path.parent / f"{_ASIDE}{os.getpid()}-{next(_NUMBERS)}"
        try:
            with _created(aside_path) as aside:
                if isinstance(body, bytes):
                    aside.write(body)
                else:
                    shutil.copyfileobj(body, aside, 1 << 20)
                aside.flush()
                if durable:
                    os.fsync(aside.fileno())
            aside_path.replace(path)
        except BaseException:
            aside_path.unlink(missing_ok=True)
            raise
        if durable:
            sync_folder(path.parent)


def _created(path: Path) -> BinaryIO:
    """Open a new file, readable by all as a web server wants it; its folder is made where there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    return os.fdopen(handle, "wb")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say what is wrong with a place that cannot be written to, in words for people."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise TryAgain("again.disk_full", path=path.parent) from error
        raise ConfigInvalid("config.unwritable", path=path.parent, reason=error.strerror or str(error)) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock on a folder while writing a show, so that two runs never mix.

    Raises:
        TryAgain: another process holds it.
    """
    import fcntl  # noqa: PLC0415  POSIX only; imported late so that the module loads anywhere

    with writing(path / "lock"):
        path.mkdir(parents=True, exist_ok=True)
        handle = (path / "lock").open("a+b")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TryAgain("again.locked", path=path) from error
        yield


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk."""
    with contextlib.suppress(OSError):  # some file systems do not allow it
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _same(path: Path, body: bytes | BinaryIO) -> bool:
    try:
        with path.open("rb") as present:
            if isinstance(body, bytes):
                return os.fstat(present.fileno()).st_size == len(body) and present.read() == body
            start = body.tell()
            same = hashlib.file_digest(present, "sha256").digest() == hashlib.file_digest(body, "sha256").digest()  # type: ignore[arg-type]
            body.seek(start)
            return same
    except (FileNotFoundError, NotADirectoryError):
        return False


def _recorded(path: Path, show: str) -> Episode:
    try:
        return from_plain({"show": show, **json.loads(path.read_text(encoding="utf-8"))})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=path, reason=str(error)) from error
