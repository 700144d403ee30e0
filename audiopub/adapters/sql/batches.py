"""Batches of articles that were brought to the desk together, in table ``batches``."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import batches, now_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it is recorded."""

    id: str
    show: str
    by: str
    at_ms: int
    record: Mapping[str, Any]
    """``state``, ``dry_run``, ``render`` and ``items``, plain values."""


class SqlBatches:
    """Recorded batches."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def add(self, batch_id: str, show: str, by: str, record: Mapping[str, Any]) -> None:
        """Record a new batch."""
        put = insert(batches).values(id=batch_id, show=show, record=_said(record), by=by, at=now_ms())
        self._database.write(lambda connection: connection.execute(put))

    def get(self, batch_id: str) -> Batch | None:
        """Give a batch; None where there is none."""
        return self._database.read(lambda connection: _found(connection, batch_id))

    def change(self, batch_id: str, change: Callable[[dict[str, Any]], None]) -> Batch | None:
        """Change a batch's record; None where there is none."""

        def work(connection: Connection) -> Batch | None:
            # The row is locked by an update that changes nothing, so that of two changes at once none is lost on either database.
            connection.execute(update(batches).where(batches.c.id == batch_id).values(at=batches.c.at))
            found = _found(connection, batch_id)
            if found is None:
                return None
            record = dict(found.record)
            change(record)
            connection.execute(update(batches).where(batches.c.id == batch_id).values(record=_said(record)))
            return Batch(id=found.id, show=found.show, by=found.by, at_ms=found.at_ms, record=record)

        return self._database.write(work)

    def forget(self, before: int) -> int:
        """Delete batches that were begun before a moment; tell how many."""
        return int(self._database.write(lambda connection: connection.execute(delete(batches).where(batches.c.at < before)).rowcount))


def _found(connection: Connection, batch_id: str) -> Batch | None:
    row = connection.execute(select(batches).where(batches.c.id == batch_id)).one_or_none()
    return None if row is None else Batch(id=row.id, show=row.show, by=row.by, at_ms=row.at, record=json.loads(row.record))


def _said(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)
