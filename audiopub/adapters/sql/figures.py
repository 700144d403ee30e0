"""The figures of a database at one moment, for monitors: a handful of questions, however many jobs there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.fleet import ALIVE
from audiopub.adapters.sql.schema import counters, episodes, feeds, jobs, now_ms, rates, workers
from audiopub.jobs.model import ENDED, JobState, Kind

TERM = 15.0
"""Seconds since its last sign of life for which a worker counts as alive; as its peers have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The jobs of one kind, state, queue and show."""

    kind: str
    state: str
    queue: str
    show: str
    count: int
    asked: int
    """When the one that waits longest was asked for."""

    finished: int
    """When the last one ended."""

    took_ms: int
    """How long those that ran and ended took together."""

    ran: int
    """How many ran and ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a database says of itself. Moments are milliseconds on its clock."""

    now: int
    groups: tuple[Group, ...]
    workers: int
    """Those that are alive."""

    behind: Mapping[str, int]
    """Since when each show's feed is behind its catalog; 0 where it is not."""

    paused: Mapping[str, int]
    """Until when each voice is left alone."""

    counters: Mapping[tuple[str, str], float]
    """Values by name and label."""


def figures(database: Database, *, term: float = TERM) -> Figures:
    """Read the figures.

    Raises:
        TryAgain: the database was away for too long.
    """
    return database.read(lambda connection: _figures(connection, term))


def _figures(connection: Connection, term: float) -> Figures:
    now = connection.execute(select(now_ms())).scalar_one()
    alive = and_(workers.c.beat >= now - int(term * 1000), workers.c.state == ALIVE)
    return Figures(
        now=now, groups=tuple(_groups(connection)), workers=connection.execute(select(func.count()).select_from(workers).where(alive)).scalar_one(),
        behind={
            row.show: row.since if row.wanted > row.written else 0 for row in connection.execute(select(feeds.c.show, feeds.c.wanted, feeds.c.written, feeds.c.since))
        },
        paused={row.name: row.until for row in connection.execute(select(rates.c.name, rates.c.until))},
        counters={(row.name, row.label): row.value for row in connection.execute(select(counters))},
    )  # fmt: skip


def _groups(connection: Connection) -> Iterable[Group]:
    ended = and_(jobs.c.started > 0, jobs.c.finished >= jobs.c.started, jobs.c.state.in_([state.value for state in ENDED]))
    took = func.coalesce(func.sum(jobs.c.finished - jobs.c.started).filter(ended), 0)
    by = (jobs.c.kind, jobs.c.state, jobs.c.queue, jobs.c.show)
    asked = select(
        *by, func.count().label("count"), func.min(jobs.c.asked).label("asked"), func.max(jobs.c.finished).label("finished"), took.label("took_ms"),
        func.count().filter(ended).label("ran"),
    ).group_by(*by)  # fmt: skip
    for row in connection.execute(asked).mappings():
        values: dict[str, Any] = dict(row)
        yield Group(**{**values, "took_ms": int(values["took_ms"])})


def successes(found: Figures) -> dict[str, int]:
    """Give when the last night of each show ended well."""
    nights = [group for group in found.groups if group.kind == Kind.NIGHTLY and group.state == JobState.DONE]
    return {show: max(group.finished for group in nights if group.show == show) for show in {group.show for group in nights}}


def newest_episodes(database: Database) -> dict[str, str]:
    """Give when each show's newest published episode was published, as it is recorded."""
    asked = select(episodes.c.show, func.max(episodes.c.published).label("published")).where(episodes.c.state == "published").group_by(episodes.c.show)
    return database.read(lambda connection: {row.show: row.published for row in connection.execute(asked)})
