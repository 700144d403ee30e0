"""Proofs in the database: what was made to be heard, and who heard it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import now_ms, proofs
from audiopub.pipeline import Proved


@dataclass(frozen=True, slots=True)
class MadeProof:
    """A proof that is kept."""

    show: str
    id: str
    fingerprint: str
    at: int
    """When it was last made, in milliseconds since 1970 on the database's clock."""


class SqlProofs:
    """Proofs as rows of a database; their files are in the archive."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def put(self, show: str, episode: str, proved: Proved) -> None:
        """Note a proof; one that is there already keeps who heard it."""
        values = {"record": json.dumps(asdict(proved), ensure_ascii=False), "at": now_ms()}
        fresh = (sqlite_insert if self._database.is_local else pg_insert)(proofs).values(show=show, id=episode, fingerprint=proved.fingerprint, **values)
        put = fresh.on_conflict_do_update(index_elements=["show", "id", "fingerprint"], set_=values)
        self._database.write(lambda connection: connection.execute(put))

    def get(self, show: str, episode: str, fingerprint: str) -> tuple[Proved, Mapping[str, int]] | None:
        """Give a proof and who heard it to its end, when; None where there is none."""
        wanted = select(proofs.c.record, proofs.c.heard).where(*_here(show, episode, fingerprint))
        row = self._database.read(lambda connection: connection.execute(wanted).one_or_none())
        if row is None:
            return None
        said = json.loads(row.record)
        return Proved(**{**said, "warnings": tuple(said["warnings"])}), json.loads(row.heard)

    def all(self) -> tuple[MadeProof, ...]:
        """List what was ever made to be heard and not let go, newest first."""
        wanted = select(proofs.c.show, proofs.c.id, proofs.c.fingerprint, proofs.c.at).order_by(proofs.c.at.desc(), proofs.c.fingerprint)
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        return tuple(MadeProof(row.show, row.id, row.fingerprint, row.at) for row in rows)

    def remove(self, show: str, episode: str, fingerprint: str) -> None:
        """Let a proof go."""
        self._database.write(lambda connection: connection.execute(delete(proofs).where(*_here(show, episode, fingerprint))))

    def heard(self, show: str, episode: str, fingerprint: str, who: str) -> bool:
        """Note that somebody heard a proof to its end; tell whether there is such a proof."""
        here = _here(show, episode, fingerprint)

        def work(connection: Connection) -> bool:
            row = connection.execute(select(proofs.c.heard, now_ms().label("now")).where(*here).with_for_update()).one_or_none()
            if row is None:
                return False
            connection.execute(update(proofs).where(*here).values(heard=json.dumps({**json.loads(row.heard), who: int(row.now)}, ensure_ascii=False)))
            return True

        return self._database.write(work)


def _here(show: str, episode: str, fingerprint: str) -> tuple[ColumnElement[bool], ...]:
    return proofs.c.show == show, proofs.c.id == episode, proofs.c.fingerprint == fingerprint
