"""Accounts in table ``people``."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from audiopub.adapters.sql.audit import note
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import keys, now_ms, people, sessions
from audiopub.errors import BadInput, NotFound
from audiopub.people import Actor, Person, Role


class SqlPeople:
    """People who may sign in."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def are_there(self) -> bool:
        """Tell whether there is any account."""
        return self._database.read(lambda connection: connection.execute(select(people.c.name).limit(1)).first() is not None)

    def all(self) -> tuple[Person, ...]:
        """Give all, by name."""
        rows = self._database.read(lambda connection: connection.execute(select(people).order_by(people.c.name)).mappings().all())
        return tuple(_person(row) for row in rows)

    def get(self, name: str) -> tuple[Person, str] | None:
        """Give an account and what is kept of its password."""
        row = self._database.read(lambda connection: connection.execute(select(people).where(people.c.name == name)).mappings().one_or_none())
        return (_person(row), row["password"]) if row else None

    def add(self, name: str, role: Role, password: str, *, by: Actor) -> None:
        """Open an account."""

        def work(connection: Connection) -> None:
            _administrators(connection)
            connection.execute(insert(people).values(name=name, password=password, role=role.value, created=now_ms(), changed=now_ms(), by=by.name))
            note(connection, by, "person_added", details={"name": name, "role": role.value})
            _see_to_administrators(connection)

        try:
            self._database.write(work)
        except IntegrityError as error:
            raise BadInput("people.exists", name=name) from error

    def set_role(self, name: str, role: Role, *, by: Actor) -> None:
        """Change what a person may do."""
        self._change(name, {"role": role.value}, "person_role", by, {"role": role.value}, signs_out=False)

    def set_password(self, name: str, password: str, *, by: Actor) -> None:
        """Change a password and end all sessions."""
        self._change(name, {"password": password}, "person_password", by, {})

    def set_disabled(self, name: str, *, disabled: bool, by: Actor) -> None:
        """Shut a person out, or let in again."""
        self._change(name, {"disabled": disabled}, "person_disabled" if disabled else "person_enabled", by, {})

    def remove(self, name: str, *, by: Actor) -> None:
        """Close an account."""

        def work(connection: Connection) -> None:
            _administrators(connection)
            if not connection.execute(delete(people).where(people.c.name == name)).rowcount:
                raise NotFound("people.unknown", name=name)
            connection.execute(delete(sessions).where(sessions.c.person == name))
            connection.execute(update(keys).where(keys.c.by == name, keys.c.revoked == 0).values(revoked=now_ms()))
            note(connection, by, "person_removed", details={"name": name})
            _see_to_administrators(connection)

        self._database.write(work)

    def rehashed(self, name: str, old: str, new: str) -> None:
        """Keep the same password in another way, unless it has changed."""
        self._database.write(lambda connection: connection.execute(update(people).where(people.c.name == name, people.c.password == old).values(password=new)))

    def _change(self, name: str, values: Mapping[str, Any], act: str, by: Actor, details: Mapping[str, Any], *, signs_out: bool = True) -> None:
        def work(connection: Connection) -> None:
            _administrators(connection)
            if not connection.execute(update(people).where(people.c.name == name).values(**values, changed=now_ms())).rowcount:
                raise NotFound("people.unknown", name=name)
            if signs_out:
                connection.execute(delete(sessions).where(sessions.c.person == name))
            note(connection, by, act, details={"name": name, **details})
            _see_to_administrators(connection)

        self._database.write(work)


_OPEN = select(people.c.name).where(people.c.role == Role.ADMIN.value, people.c.disabled.is_(False))


def _administrators(connection: Connection) -> None:
    """Wait for whoever else is changing administrators: of two who shut each other out, one must stay."""
    connection.execute(_OPEN.order_by(people.c.name).with_for_update()).all()


def _see_to_administrators(connection: Connection) -> None:
    """Refuse what would leave accounts and no administrator; without any account, the desk is opened by the token of its machine again."""
    if connection.execute(_OPEN.limit(1)).first() is None and connection.execute(select(people.c.name).limit(1)).first() is not None:
        raise BadInput("people.last_admin")


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(name=row["name"], role=Role(row["role"]), disabled=row["disabled"], created=row["created"], changed=row["changed"], by=row["by"])
