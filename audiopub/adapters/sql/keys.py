"""Keys of programs in table ``keys``: what is kept of a secret is its hash."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from audiopub.adapters.sql.audit import note
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import keys, now_ms, people
from audiopub.errors import NotFound
from audiopub.people import ROLES, Actor, Key, Permission, Role
from audiopub.people.names import is_person
from audiopub.people.tokens import is_same

_TOUCH = 60_000


class SqlKeys:
    """Keys, each somebody's."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def all(self) -> tuple[Key, ...]:
        """Give all, the revoked ones too, newest first."""
        query = select(keys).order_by(keys.c.created.desc(), keys.c.id)
        return tuple(_key(row) for row in self._database.read(lambda connection: connection.execute(query).mappings().all()))

    def add(self, key: Key, hashed: str, *, by: Actor) -> None:
        """Keep a new one."""
        scopes = " ".join(sorted(key.scopes))

        def work(connection: Connection) -> None:
            if is_person(key.by) and connection.execute(select(people.c.name).where(people.c.name == key.by)).first() is None:
                raise NotFound("people.unknown", name=key.by)
            connection.execute(insert(keys).values(id=key.id, hash=hashed, name=key.name, scopes=scopes, by=key.by, created=now_ms()))
            note(connection, by, "key_added", details={"name": key.name, "id": key.id, "scopes": scopes, "owner": key.by})

        self._database.write(work)

    def find(self, key_id: str, hashed: str) -> Key | None:
        """Find one that opens, with the scopes that its owner may give now; note that it is in use."""
        query = (
            select(keys, people.c.role, people.c.disabled, now_ms().label("now"))
            .select_from(keys.outerjoin(people, people.c.name == keys.c.by))
            .where(keys.c.id == key_id, keys.c.revoked == 0)
        )
        row = self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        if row is None or not is_same(hashed, row["hash"]) or row["disabled"] or (is_person(row["by"]) and not row["role"]):
            return None
        if row["now"] - row["used"] > _TOUCH:
            self._database.write(lambda connection: connection.execute(update(keys).where(keys.c.id == key_id).values(used=now_ms())))
        return _key(row, ROLES[Role(row["role"])] if row["role"] else frozenset(Permission))

    def revoke(self, key_id: str, *, by: Actor) -> Key:
        """Let it open nothing from now on; one that is revoked already stays as it is."""

        def work(connection: Connection) -> Mapping[Any, Any] | None:
            revoked = connection.execute(update(keys).where(keys.c.id == key_id, keys.c.revoked == 0).values(revoked=now_ms())).rowcount
            row = connection.execute(select(keys).where(keys.c.id == key_id)).mappings().one_or_none()
            if revoked and row is not None:
                note(connection, by, "key_revoked", details={"name": row["name"], "id": key_id})
            return row

        found = self._database.write(work)
        if found is None:
            raise NotFound("people.unknown_key", id=key_id)
        return _key(found)


def _key(row: Mapping[Any, Any], most: frozenset[Permission] = frozenset(Permission)) -> Key:
    scopes = frozenset(Permission(scope) for scope in row["scopes"].split())
    return Key(id=row["id"], name=row["name"], scopes=scopes & most, by=row["by"], created=row["created"], used=row["used"], revoked=row["revoked"])
