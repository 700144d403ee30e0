"""Who did what, in table ``audit``."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import audit, now_ms
from audiopub.people import Actor, Line

_LONGEST = 100


class SqlAudit:
    """The record of what people and programs did. There is nothing here that changes or removes a line."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def write(self, actor: Actor, act: str, *, show: str = "", episode: str = "", details: Mapping[str, Any] | None = None) -> None:
        """Write down that somebody did something."""
        self._database.write(lambda connection: note(connection, actor, act, show=show, episode=episode, details=details))

    def lines(self, *, show: str = "", episode: str = "", by: str = "", acts: str = "", before: int = 0, limit: int = 100) -> tuple[Line, ...]:
        """Give what was done, newest first."""
        query = select(audit).order_by(audit.c.number.desc()).limit(limit)
        for column, wanted in ((audit.c.show, show), (audit.c.episode, episode), (audit.c.by, by)):
            if wanted:
                query = query.where(column == wanted)
        if acts:
            query = query.where(audit.c.act.startswith(acts, autoescape=True))
        if before:
            query = query.where(audit.c.number < before)
        rows = self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(_line(row) for row in rows)


def note(connection: Connection, actor: Actor, act: str, *, show: str = "", episode: str = "", details: Mapping[str, Any] | None = None) -> None:
    """Write a line in the transaction of what it tells, so that neither is there without the other."""
    values = {"by": actor.name, "via": actor.via.value, "act": act, "show": show, "episode": episode, "address": actor.address[:_LONGEST]}
    connection.execute(insert(audit).values(at=now_ms(), details=json.dumps(dict(details or {}), ensure_ascii=False), **values))


def _line(row: Mapping[Any, Any]) -> Line:
    return Line(
        number=row["number"], at_ms=row["at"], by=row["by"], via=row["via"], act=row["act"], show=row["show"], episode=row["episode"],
        details=json.loads(row["details"]), address=row["address"],
    )  # fmt: skip
