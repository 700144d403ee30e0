"""All that cannot be made again, in one file: the tables, the manifests, and what people wrote; and back."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from audiopub.adapters.backup_file import Backup, Header, read_backup, write_backup
from audiopub.adapters.files import sync_folder, write_whole, writing
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.dump import KEPT, dumped, loaded
from audiopub.adapters.sql.schema import HEAD
from audiopub.adapters.sql.upgrade import is_known
from audiopub.errors import BadInput, ConfigInvalid
from audiopub.publish.manifests import manifest_bodies, manifest_key, put_manifest, read_back, version_in
from audiopub.publish.store import Store

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the things are that a backup holds."""

    database: Database
    archive: Store
    folders: Mapping[str, Path]
    """What people wrote: ``feeds``, and ``rules`` where they lie elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of loading a backup."""

    header: Header
    files: int
    """Files that were written."""

    left: tuple[str, ...]
    """Files that were there with another content and were left."""

    newer: int
    """Episodes of which the archive has a later record than the backup."""


def make_backup(path: Path, place: Place, *, now: datetime, audiopub: str, force: bool = False, told: Told = lambda _what: None) -> Header:
    """Write a backup while everybody works on, and read it back before it counts.

    Args:
        path: of the file; it is there whole, or not at all.
        place: what is backed up.
        now: the moment it says it was made; aware.
        audiopub: the version it says it was made by.
        force: replace a file that is there.
        told: what is being read.

    Raises:
        ConfigInvalid: the file is there already, or cannot be written.
        TryAgain: the disk is full, or the database or the archive gives no answer.
    """
    if path.exists() and not force:
        raise ConfigInvalid("backup.exists", path=path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tmp-", dir=path.parent) as aside:
            header = _made(Path(aside), place, now=now, audiopub=audiopub, told=told)
            (Path(aside) / "whole").replace(path)
        sync_folder(path.parent)
    return header


def check_backup(path: Path) -> Header:
    """Read a backup to its last byte, and every record in it.

    Raises:
        BadInput: there is no such file.
        ConfigInvalid: it is damaged, or of a newer audiopub.
    """
    with _opened(path) as backup:
        return backup.header


def load_backup(path: Path, place: Place, *, force: bool = False, told: Told = lambda _what: None) -> Loaded:
    """Bring back what a backup holds: the tables all or not at all, files only where none is.

    A manifest of the archive that is newer than the backup's stays: it may be all that is left of a later commit.

    Args:
        path: of the file.
        place: where it goes.
        force: replace the rows and the files that are there.
        told: what is being written.

    Raises:
        BadInput: there is no such file.
        ConfigInvalid: it is damaged or of a newer audiopub, or the database is not empty.
        TryAgain: somebody is at work in the database.
    """
    with _opened(path) as backup:
        with _placed(backup, place.folders, force=force, told=told) as (count, left):
            told("tables")
            loaded(place.database, backup.header.schema, backup.lines, force=force)
        newer = _manifests_put(backup, place.archive, told)
    return Loaded(header=backup.header, files=count, left=left, newer=newer)


def _made(aside: Path, place: Place, *, now: datetime, audiopub: str, told: Told) -> Header:
    members: dict[str, Path] = {}

    def opened(name: str) -> BinaryIO:
        told(name)
        members[name] = members.get(name, aside / f"{len(members)}")
        return members[name].open("wb")

    for key, body in manifest_bodies(place.archive):  # before the tables: what is newer there is not older than what is here
        with opened(key) as file:
            file.write(body)
    manifests = len(members)
    counts = dumped(place.database, lambda table: opened(f"tables/{table}.jsonl"))
    for name, path in _own_files(place.folders):
        with opened(name) as file:
            file.write(_content(path))
    files = len(members) - manifests - len(counts)
    header = Header(schema=HEAD, made=now.isoformat(timespec="seconds"), audiopub=audiopub, counts={**counts, "manifests": manifests, "files": files})
    whole = aside / "whole"
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        written = write_backup(sink, header, members.items(), int(now.timestamp()))
        sink.flush()
        os.fsync(sink.fileno())
    told("check")
    return replace(written, members=check_backup(whole).members)


def _own_files(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for top, folder in sorted(folders.items()):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in name.parts):
                yield f"{top}/{name.as_posix()}", path


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("source.unreadable", source=path, reason=error.strerror or str(error)) from error


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Backup]:
    """Read a backup into a folder beside no one's files, and look at all that is in it."""
    with tempfile.TemporaryDirectory(prefix="audiopub-") as folder:
        backup = read_backup(path, Path(folder))
        _check_lines(path, backup)
        if not is_known(backup.header.schema):
            raise ConfigInvalid("backup.newer", path=path, found=backup.header.schema, known=HEAD)
        yield backup


def _check_lines(path: Path, backup: Backup) -> None:
    for table in (table.name for table in KEPT):
        try:
            count = sum(isinstance(json.loads(line), dict) for line in backup.lines(table))
        except ValueError as error:
            raise ConfigInvalid("backup.damaged", path=path, reason=f"{table}: {error}") from error
        if count != backup.header.counts.get(table, 0):
            raise ConfigInvalid("backup.damaged", path=path, reason=f"{table}: {count}, {backup.header.counts.get(table, 0)}")


@contextlib.contextmanager
def _placed(backup: Backup, folders: Mapping[str, Path], *, force: bool, told: Told) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Write the files of people; where what follows fails, everything is as it was."""
    before: list[tuple[Path, bytes | None]] = []
    left: list[str] = []
    try:
        for top, folder in folders.items():
            for name, body in backup.files(top):
                told(f"{top}/{name}")
                path = folder / name
                present = _content(path) if path.exists() else None
                if present is not None and present != body and not force:
                    left.append(str(path))
                elif present != body:
                    before.append((path, present))
                    write_whole(path, body)
        yield len(before), tuple(left)
    except BaseException:
        for path, content in before:
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, content)
        raise


def _manifests_put(backup: Backup, archive: Store, told: Told) -> int:
    """Put the manifests that the archive lacks; count the episodes of which it has a later record than the backup's tables."""
    for name, body in backup.files("manifests"):
        key = f"manifests/{name}"
        told(key)
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):  # a damaged one is of no use there either
            kept = read_back(key, body)
            put_manifest(archive, kept.show, kept.id, lambda kept=kept: kept)  # type: ignore[misc]
    rows = (json.loads(line) for line in backup.lines("episodes"))
    versions = {manifest_key(row["show"], row["id"]): int(row["version"]) for row in rows}
    return sum(version_in(body) > versions.get(key, 0) for key, body in manifest_bodies(archive))
