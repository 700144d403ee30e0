"""Browsers that are known, in table ``sessions``; by the database's clock, whatever the browser says."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import now_ms, people, sessions
from audiopub.people.model import Role
from audiopub.people.records import IDLE, LONGEST, Session, Visit

_TOUCH = 60_000
"""Milliseconds within which the use of a session is noted once, so that a page's many requests are not as many writes."""

_AGENT, _ADDRESS = 200, 100


class SqlSessions:
    """Sessions of people, and of the browser of whoever has the machine's token."""

    def __init__(self, database: Database, now: Callable[[], ColumnElement[int]] = now_ms) -> None:
        """Use a database.

        Args:
            database: the one that all who serve the desk have.
            now: the present moment, in SQL.
        """
        self._database, self._now = database, now

    def begin(self, hashed: str, person: str, visit: Visit, *, proof: str | None) -> bool:
        """Begin one, unless the account has changed since its password was found right."""

        def work(connection: Connection) -> bool:
            connection.execute(delete(sessions).where(or_(sessions.c.expires <= self._now(), sessions.c.seen <= self._now() - IDLE)))
            if proof is not None:
                known = select(people.c.name).where(people.c.name == person, people.c.password == proof, people.c.disabled.is_(False)).with_for_update()
                if connection.execute(known).first() is None:
                    return False
            moments = {"created": self._now(), "seen": self._now(), "expires": self._now() + LONGEST}
            connection.execute(insert(sessions).values(id=hashed, person=person, agent=visit.agent[:_AGENT], address=visit.address[:_ADDRESS], **moments))
            return True

        return self._database.write(work)

    def find(self, hashed: str) -> Session | None:
        """Find one that has not ended, of a person who may come in; note that it is in use."""
        now = self._now()
        query = (
            select(sessions.c.person, people.c.role, people.c.disabled, sessions.c.seen, now)
            .select_from(sessions.outerjoin(people, people.c.name == sessions.c.person))
            .where(sessions.c.id == hashed, sessions.c.expires > now, sessions.c.seen > now - IDLE)
        )
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        if row is None or row[2]:
            return None
        person, role, _, seen, moment = row
        if moment - seen > _TOUCH:
            self._database.write(lambda connection: connection.execute(update(sessions).where(sessions.c.id == hashed).values(seen=self._now())))
        return Session(person=person, role=Role(role) if role else None)

    def end(self, hashed: str) -> str:
        """End one; give whose it was, or nothing."""
        gone = self._database.write(lambda connection: connection.execute(delete(sessions).where(sessions.c.id == hashed).returning(sessions.c.person)).first())
        return str(gone[0]) if gone else ""
