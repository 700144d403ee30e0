"""The port to where published files are put."""

from typing import BinaryIO, Protocol


class Store(Protocol):
    """Keeps files by key: ASCII, parts joined by ``/``. A reader sees an old file or a new one, never half of one."""

    def put(self, key: str, body: bytes | BinaryIO) -> bool:
        """Put a file, replacing what was there.

        Returns:
            False where the file had the very same bytes already and was left alone.

        Raises:
            ConfigInvalid: it may not be written to.
            TryAgain: no room.
        """

    def get(self, key: str) -> bytes | None:
        """Give a file's bytes; None where there is none."""

    def size(self, key: str) -> int | None:
        """Give a file's size; None where there is none."""

    def remove(self, key: str) -> None:
        """Remove a file; nothing happens where there is none."""

    def alias(self, key: str, target: str) -> None:
        """Let a key answer with the bytes that another has now; it need not cost their copying."""
