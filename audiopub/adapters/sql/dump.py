"""All tables as lines of JSON, read at one moment, and back."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from sqlalchemy import Connection, MetaData, String, Table, func, select
from sqlalchemy.exc import DataError, IntegrityError

from audiopub.adapters.sql.address import revision_of
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.fleet import ALIVE
from audiopub.adapters.sql.schema import (
    HEAD,
    answers,
    audit,
    batches,
    claims,
    counters,
    deliveries,
    draft_versions,
    drafts,
    episodes,
    feeds,
    jobs,
    keys,
    leases,
    metadata,
    now_ms,
    numbers,
    people,
    proofs,
    rates,
    sessions,
    tries,
    webhooks,
    workers,
)  # fmt: skip
from audiopub.adapters.sql.upgrade import alone, made_anew, moved
from audiopub.errors import AudiopubError, ConfigInvalid, TryAgain
from audiopub.jobs.model import OPEN, JobState

KEPT = (episodes, numbers, feeds, jobs, counters, drafts, draft_versions, proofs, people, keys, audit, webhooks, batches)
"""In the order in which they stand in a backup. The others hold what is true of the moment only: who is signed in, which machine does what."""

_OF_MACHINES = (claims, workers, leases, rates, sessions, tries, answers, deliveries)
_OWNED = (episodes, numbers, feeds, jobs, drafts, people)
"""Those in which a row means that somebody has begun to work here; counters count by themselves."""

_BEAT = 60_000
"""Milliseconds for which a worker counts as alive."""

_AT_ONCE = 500
_ANEW = {"state": JobState.QUEUED.value, "sent": "", "worker": "", "stage": "", "done": 0, "of": 0, "until": 0, "started": 0, "attempts": 0, "mark": 0, "reached": 0}


def dumped(database: Database, opened: Callable[[str], BinaryIO]) -> dict[str, int]:
    """Write every table that is worth keeping, all as they are at one moment; whoever writes meanwhile does not wait.

    Args:
        database: that is read.
        opened: gives an empty file for a table, by its name.

    Returns:
        How many rows each has.
    """

    def work(connection: Connection) -> dict[str, int]:
        return {table.name: _written(connection, table, opened) for table in KEPT}

    return database.snapshot(work)


def loaded(database: Database, revision: str, lines: Callable[[str], Iterable[bytes]], *, force: bool = False) -> dict[str, int]:
    """Fill the tables, all or none; unfinished jobs are queued again.

    Args:
        database: which must be empty.
        revision: of the schema that the lines were written from; an older one is brought up to date.
        lines: gives the lines of a table, by its name.
        force: replace what is there.

    Returns:
        How many rows each table has now.

    Raises:
        ConfigInvalid: the database is not empty, or the lines do not fit it.
        TryAgain: somebody is at work in it.
    """

    def work(connection: Connection) -> dict[str, int]:
        alone(connection)
        _check_idle(connection)
        if not force:
            _check_empty(connection, database)
        if revision_of(connection) == revision:
            for table in (*KEPT, *_OF_MACHINES):
                connection.execute(table.delete())
            return _filled(connection, metadata, lines)
        made_anew(connection, revision)
        counts = _filled(connection, _present(connection), lines)
        moved(connection, HEAD)
        return counts

    try:
        return database.write(work)
    except (DataError, IntegrityError) as error:  # a text that is too long for Postgres: SQLite minds no lengths
        raise ConfigInvalid("backup.misfit", table="", line=0, reason=str(error.orig).splitlines()[0]) from error


def _written(connection: Connection, table: Table, opened: Callable[[str], BinaryIO]) -> int:
    # By bytes on both databases: the same rows give the same file.
    binary = "BINARY" if connection.dialect.name == "sqlite" else "C"
    order = [column.collate(binary) if isinstance(column.type, String) else column for column in table.primary_key]
    count = 0
    with opened(table.name) as file:
        for row in connection.execute(select(table).order_by(*order), execution_options={"yield_per": _AT_ONCE}).mappings():
            file.write(json.dumps(dict(row), ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _check_idle(connection: Connection) -> None:
    alive = select(workers.c.id).where(workers.c.beat > now_ms() - _BEAT, workers.c.state == ALIVE)
    held = select(leases.c.name).where(leases.c.until > now_ms())
    found = [*connection.execute(alive).scalars(), *connection.execute(held).scalars()]
    if found:
        raise TryAgain("backup.at_work", names=", ".join(found[:5]))


def _check_empty(connection: Connection, database: Database) -> None:
    if any(connection.execute(select(func.count()).select_from(table)).scalar() for table in _OWNED):
        raise ConfigInvalid("backup.not_empty", url=database.shown)


def _present(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def _filled(connection: Connection, tables: MetaData, lines: Callable[[str], Iterable[bytes]]) -> dict[str, int]:
    now = int(connection.execute(select(now_ms())).scalar_one())
    counts = {}
    for name in [table.name for table in KEPT if table.name in tables.tables]:
        table, batch, count = tables.tables[name], list[Mapping[str, Any]](), 0
        for row in _rows(name, table, lines(name), now):
            batch.append(row)
            count += 1
            if len(batch) == _AT_ONCE:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)
        counts[name] = count
    _count_on(connection, tables)
    return counts


def _count_on(connection: Connection, tables: MetaData) -> None:
    """Let Postgres go on behind the numbers that rows were given elsewhere; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and audit.name in tables.tables:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(audit.name, "number"), func.coalesce(func.max(audit.c.number), 1))))


def _rows(name: str, table: Table, lines: Iterable[bytes], now: int) -> Iterator[Mapping[str, Any]]:
    known = set(table.columns.keys())
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            if set(row) != known:
                raise _misfit(name, number, ", ".join(sorted(set(row) ^ known)))
            yield _reset(name, row, now)
        except (ValueError, TypeError, KeyError) as error:
            raise _misfit(name, number, str(error)) from error


def _misfit(name: str, number: int, reason: str) -> AudiopubError:
    return ConfigInvalid("backup.misfit", table=name, line=number, reason=reason)


def _reset(name: str, row: dict[str, Any], now: int) -> Mapping[str, Any]:
    """Give a row as it is true after loading: no archive is known to hold its manifest, no engine to have its job."""
    if name == episodes.name and "manifest" in row:
        return {**row, "manifest": 0}
    if name == jobs.name and row["state"] in OPEN:
        # A run of its own: the engine may remember the former one as done, whose episode this catalog does not have.
        return {**row, **{key: value for key, value in _ANEW.items() if key in row}, "run": row["run"] + 1, "changed": now}
    return row
