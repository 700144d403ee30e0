"""Answers to requests with an ``Idempotency-Key``, in table ``answers``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import answers, now_ms
from audiopub.errors import BadInput

KEPT_MS = 24 * 3_600_000
"""For how long the same key gives the same answer."""

STUCK_MS = 10 * 60_000
"""After so long a request that was begun is believed to have died with its process, and may be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request was answered with."""

    status: int
    """As in HTTP; 0 while the first request with this key is still being answered."""

    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class SqlAnswers:
    """Kept answers. Of several requests at once with one key, in whatever processes, one is told to go on."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def begin(self, owner: str, key: str, request: str) -> Answer | None:
        """Note that a request is being answered.

        Args:
            owner: whoever asks; the same key of another owner is another key.
            key: as it was sent.
            request: hash of what is asked for.

        Returns:
            None to go on and answer; else what was answered before, of status 0 where that is still under way.

        Raises:
            BadInput: the key was used for another request.
        """
        into = (sqlite_insert if self._database.is_local else pg_insert)(answers)
        row = into.values(owner=owner, key=key, request=request, at=now_ms())
        put = row.on_conflict_do_nothing().returning(answers.c.key)  # psycopg tells no count of rows here

        def work(connection: Connection) -> Answer | None:
            connection.execute(delete(answers).where(_is_over()))
            if connection.execute(put).first() is not None:
                return None
            row = connection.execute(select(answers).where(_is(owner, key))).one()
            if row.request != request:
                raise BadInput("api.key_reused", key=key)
            return Answer(status=row.status, body=row.body, headers=json.loads(row.headers))

        return self._database.write(work)

    def keep(self, owner: str, key: str, answer: Answer) -> None:
        """Keep an answer for a day."""
        values: dict[str, Any] = {"status": answer.status, "body": answer.body, "headers": json.dumps(dict(answer.headers))}
        self._database.write(lambda connection: connection.execute(update(answers).where(_is(owner, key)).values(**values)))

    def drop(self, owner: str, key: str) -> None:
        """Forget that a request was begun."""
        self._database.write(lambda connection: connection.execute(delete(answers).where(_is(owner, key), answers.c.status == 0)))


def _is(owner: str, key: str) -> ColumnElement[bool]:
    return and_(answers.c.owner == owner, answers.c.key == key)


def _is_over() -> ColumnElement[bool]:
    return or_(answers.c.at < now_ms() - KEPT_MS, and_(answers.c.status == 0, answers.c.at < now_ms() - STUCK_MS))
