"""Articles in the making: by them a second address of one is known before the first is published."""

import json
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import claims, now_ms


@dataclass(frozen=True, slots=True)
class Claim:
    """An article in the making."""

    episode: str
    prints: tuple[str, ...]
    job: str


class SqlClaims:
    """Claims as rows of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def all(self, show: str) -> tuple[Claim, ...]:
        """Give a show's articles in the making, in the order of their claims."""
        wanted = select(claims.c.id, claims.c.prints, claims.c.job).where(claims.c.show == show).order_by(claims.c.at, claims.c.id)
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        return tuple(Claim(row.id, tuple(json.loads(row.prints)), row.job) for row in rows)

    def claim(self, show: str, episode: str, prints: tuple[str, ...], job: str) -> None:
        """Note that a job is at an article."""
        values = {"prints": json.dumps(prints), "job": job}
        put = (sqlite_insert if self._database.is_local else pg_insert)(claims).values(show=show, id=episode, at=now_ms(), **values)
        put = put.on_conflict_do_update(index_elements=["show", "id"], set_=values)
        self._database.write(lambda connection: connection.execute(put))

    def forget(self, term: float) -> None:
        """Delete claims that are older than a term of seconds: whoever made them was lost."""
        old = delete(claims).where(claims.c.at < now_ms() - int(term * 1000))
        self._database.write(lambda connection: connection.execute(old))

    def leave(self, job: str) -> None:
        """Note that a job has ended."""
        self._database.write(lambda connection: connection.execute(delete(claims).where(claims.c.job == job)))
