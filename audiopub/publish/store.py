"""The port to where published files are put."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file that is in a store."""

    key: str
    size: int
    changed: datetime
    """When it was put; aware."""


class Store(Protocol):
    """Keeps files by key: ASCII, parts joined by ``/``. A reader sees an old file or a new one, never half of one."""

    def put(self, key: str, body: bytes | BinaryIO) -> bool:
        """Put a file, replacing what was there.

        Returns:
            False where the file had the very same bytes already and was left alone.

        Raises:
            ConfigInvalid: it may not be written to.
            TryAgain: no room, or no answer.
        """

    def seen(self, key: str) -> str | None:
        """Give a token of a file's present state, for :meth:`replace`; None where there is none."""

    def replace(self, key: str, body: bytes, seen: str | None) -> bool:
        """Put a file, unless another writer put or removed it since it was seen.

        Returns:
            What :meth:`put` does.

        Raises:
            Overtaken: another writer was quicker; nothing was put.
        """

    def get(self, key: str) -> bytes | None:
        """Give a file's bytes; None where there is none."""

    def open(self, key: str) -> BinaryIO | None:
        """Open a file for reading, to be closed by the caller; None where there is none."""

    def size(self, key: str) -> int | None:
        """Give a file's size; None where there is none."""

    def sizes(self, keys: Iterable[str]) -> dict[str, int | None]:
        """Give the sizes of many files; None for those that are not there."""

    def keys(self, prefix: str) -> Iterator[Stored]:
        """List the files whose keys begin so. Never asked while a listener waits: it may be slow."""

    def remove(self, key: str) -> None:
        """Remove a file; nothing happens where there is none."""

    def alias(self, key: str, target: str) -> None:
        """Let a key answer with the bytes that another has now; it need not cost their copying."""
