"""The port by which no two do something to one episode, or one feed, at the same time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Still = Callable[[], None]
"""Raises :class:`~audiopub.errors.LeaseLost` where the lock is lost: its holder was frozen for so long that another took it."""


class Locks(Protocol):
    """Locks by name, between threads, processes and machines. A thread that holds one may take it again."""

    def holding(self, name: str) -> AbstractContextManager[Still]:
        """Hold a lock, and wait for it for as long as is sensible.

        Raises:
            TryAgain: somebody else holds it for too long.
        """

    def trying(self, name: str) -> AbstractContextManager[bool]:
        """Hold a lock if it is free; tell whether it is held now."""


class NoLocks:
    """For one thread that is alone: every lock is free."""

    @contextmanager
    def holding(self, name: str) -> Iterator[Still]:
        """Hold nothing."""
        del name
        yield lambda: None

    @contextmanager
    def trying(self, name: str) -> Iterator[bool]:
        """Hold nothing."""
        del name
        yield True


def article_lock(show: str, identity: str) -> str:
    """Name the lock of an episode: whoever commits it holds it."""
    return f"{show or '_'}/{identity}"


def feed_lock(show: str) -> str:
    """Name the lock of a show's feed and its pages. It is taken inside an episode's lock, never around one."""
    return f"{show or '_'}/feed"
