"""The file of a backup: a tar.gz whose first member tells what the others are, and their hashes.

The same content gives the same bytes: members have their order, and every time in the file is that of the backup.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from audiopub.adapters.files import writing
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid

FORMAT = 1
_HEADER = "header.json"
_PIECE = 1 << 20
_NAME = re.compile(r"(tables|manifests|feeds|rules)(/(?!\.{1,2}(/|$))[^/\0\\]+)+")
"""Of a member: it leads nowhere but into its own folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself."""

    schema: str
    """Revision of the schema its tables were written from."""

    made: str
    """When, with its zone."""

    audiopub: str
    """Version that made it."""

    counts: Mapping[str, int]
    """Rows by table, ``manifests`` and ``files``."""

    members: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Bytes and SHA-256 of each, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was read and is whole; its members lie in a folder under their numbers."""

    header: Header
    folder: Path

    def lines(self, table: str) -> Iterator[bytes]:
        """Give the lines of a table; none of one that it does not have."""
        for number, name in enumerate(self.header.members):
            if name == f"tables/{table}.jsonl":
                with (self.folder / str(number)).open("rb") as file:
                    yield from file

    def files(self, top: str) -> Iterator[tuple[str, bytes]]:
        """Give the members under ``manifests``, ``feeds`` or ``rules``, by the rest of their names."""
        for number, name in enumerate(self.header.members):
            if name.startswith(f"{top}/"):
                yield name.removeprefix(f"{top}/"), (self.folder / str(number)).read_bytes()


def write_backup(sink: BinaryIO, header: Header, members: Iterable[tuple[str, Path]], moment: int) -> Header:
    """Write a backup.

    Args:
        sink: where it goes.
        header: what it says of itself, but for its members.
        members: their names, and the files that hold them.
        moment: seconds since 1970, the time of everything in it.

    Returns:
        The header as it was written.
    """
    held = sorted(members)
    whole = Header(schema=header.schema, made=header.made, audiopub=header.audiopub, counts=header.counts, members={name: _measured(path) for name, path in held})
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=sink, compresslevel=6, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        said = json.dumps(_plain(whole), ensure_ascii=False, indent=1).encode()
        tar.addfile(_entry(_HEADER, len(said), moment), io.BytesIO(said))
        for name, path in held:
            with path.open("rb") as file:
                tar.addfile(_entry(name, whole.members[name][0], moment), file)
    return whole


def read_backup(path: Path, folder: Path) -> Backup:
    """Read a backup to its last byte, and unpack it.

    Args:
        path: of the file.
        folder: an empty one, for its members.

    Raises:
        BadInput: there is no such file, or it cannot be read.
        ConfigInvalid: it is damaged, or a newer audiopub made it.
    """
    try:
        with path.open("rb") as file:
            return _read(file, folder)
    except FileNotFoundError as error:
        raise BadInput("source.not_found", source=path) from error
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error
    except _NewerError as error:
        raise ConfigInvalid("backup.newer", path=path, found=str(error), known=FORMAT) from error
    except OSError as error:
        raise BadInput("source.unreadable", source=path, reason=error.strerror or str(error)) from error


class _NewerError(Exception):
    """The form of the file is that of a newer audiopub."""


def _read(file: BinaryIO, folder: Path) -> Backup:
    with gzip.open(file) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            entries = iter(tar)
            first = next(entries, None)
            content = tar.extractfile(first) if first is not None and first.name == _HEADER else None
            if content is None:
                raise ValueError(_HEADER)
            header = _header(json.loads(content.read()))
            found = [_unpacked(tar, entry, header, folder / str(number)) for number, entry in enumerate(entries)]
        while packed.read(_PIECE):
            pass  # to the end: only there does gzip tell whether anything is missing
    if found != list(header.members):
        raise ValueError(", ".join(sorted(set(header.members) - set(found))[:3]) or "order")
    return Backup(header=header, folder=folder)


def _unpacked(tar: tarfile.TarFile, entry: tarfile.TarInfo, header: Header, path: Path) -> str:
    content = tar.extractfile(entry) if entry.isreg() and _NAME.fullmatch(entry.name) else None
    if content is None:
        raise ValueError(entry.name)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as kept:
        while piece := content.read(_PIECE):
            digest.update(piece)
            with writing(path):
                size += kept.write(piece)
                kept.flush()
    if (size, digest.hexdigest()) != header.members[entry.name]:
        raise ValueError(entry.name)
    return entry.name


def _header(said: Mapping[str, Any]) -> Header:
    if int(said["audiopub_backup"]) > FORMAT:
        raise _NewerError(said["audiopub_backup"])
    members = {str(name): (int(size), str(digest)) for name, (size, digest) in said["members"].items()}
    counts = {str(name): int(count) for name, count in said["counts"].items()}
    return Header(schema=str(said["schema"]), made=str(said["made"]), audiopub=str(said["audiopub"]), counts=counts, members=members)


def _plain(header: Header) -> dict[str, Any]:
    return {"audiopub_backup": FORMAT, "schema": header.schema, "made": header.made, "audiopub": header.audiopub, "counts": dict(header.counts),
            "members": {name: list(measure) for name, measure in header.members.items()}}  # fmt: skip


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _entry(name: str, size: int, moment: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, moment, 0o600
    return entry


def _damaged(path: Path, reason: str) -> AudiopubError:
    return ConfigInvalid("backup.damaged", path=path, reason=reason)
