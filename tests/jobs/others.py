"""What other processes do in tests."""

import os
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from audiopub.adapters.file_locks import FileLocks
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.catalog import SqlCatalog, SqlNumbers
from audiopub.adapters.sql.feeds import SqlFeeds
from audiopub.adapters.sql.fleet import SqlFleet
from audiopub.adapters.sql.leases import SqlLeases
from audiopub.pipeline.locks import Locks
from tests.sql.rows import episode


def numbered(url: str, episodes: Sequence[str]) -> list[int]:
    """Give episodes their numbers."""
    numbers = SqlNumbers(Database(url))
    return [numbers.number("ban-tin", 2026, name, 0) for name in episodes]


def wanted(url: str, times: int) -> list[int]:
    """Say so many times that a feed has something new to tell; give the numbers of these changes."""
    feeds = SqlFeeds(Database(url))
    return [feeds.want("ban-tin") for _ in range(times)]


def took(url: str, dead: Sequence[str], by: str) -> list[str]:
    """Take over dead workers; give those that nobody was quicker with."""
    fleet = SqlFleet(Database(url))
    return [worker for worker in dead if fleet.taken(worker, by, 1)]


def committed(url: str, which: Sequence[int]) -> int:
    """Record episodes."""
    catalog = SqlCatalog(Database(url))
    for number in which:
        catalog.commit("ban-tin", episode(number))
    return len(catalog.episodes("ban-tin"))


def locks_in(place: str, term: float = 15.0, patience: float = 60.0) -> Locks:
    """Give the locks in a folder, or in a database."""
    return SqlLeases(Database(place), term=term, patience=patience) if "://" in place else FileLocks(Path(place), patience=patience)


def counted(place: str, name: str, file: str, times: int) -> int:
    """Count in a file, each time under a lock; give how often."""
    locks, path = locks_in(place), Path(file)
    for _ in range(times):
        with locks.holding(name):
            number = int(path.read_text(encoding="ascii"))
            time.sleep(0.001)  # so that others would come in between
            path.write_text(str(number + 1), encoding="ascii")
    return times


def hold(end: Connection, place: str, name: str, term: float) -> None:
    """Take a lock, say so, and hold it until this process is killed."""
    with locks_in(place, term).holding(name):
        end.send(os.getpid())
        end.recv()
