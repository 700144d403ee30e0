"""Which feeds are behind the catalog."""

from sqlalchemy import Connection, case, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import feeds, now_ms


class SqlFeeds:
    """Counts the changes of a show that its feed should tell, and those that it tells."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def want(self, show: str) -> int:
        """Note that a show's feed has something new to tell; give the number of that change."""
        put = (sqlite_insert if self._database.is_local else pg_insert)(feeds).values(show=show, wanted=1, since=now_ms())
        since = case((feeds.c.wanted > feeds.c.written, feeds.c.since), else_=now_ms())
        put = put.on_conflict_do_update(index_elements=["show"], set_={"wanted": feeds.c.wanted + 1, "since": since})

        def work(connection: Connection) -> int:
            connection.execute(put)
            return int(connection.execute(select(feeds.c.wanted).where(feeds.c.show == show)).scalar() or 0)

        return self._database.write(work)

    def wanted(self, show: str) -> int:
        """Give the number of the newest change; to be asked before the feed is written."""
        return int(self._database.read(lambda connection: connection.execute(select(feeds.c.wanted).where(feeds.c.show == show)).scalar()) or 0)

    def written(self, show: str, number: int, took: float) -> None:
        """Note that a feed tells all changes up to a number, and how many seconds its writing took."""
        here = update(feeds).where(feeds.c.show == show, feeds.c.written <= number).values(written=number, took=took, at=now_ms(), since=now_ms())
        self._database.write(lambda connection: connection.execute(here))

    def behind(self) -> dict[str, tuple[float, float]]:
        """Give the shows whose feeds do not tell everything, each with the seconds since it was written and those that took."""
        wanted = select(feeds.c.show, (now_ms() - feeds.c.at).label("age"), feeds.c.took).where(feeds.c.wanted > feeds.c.written)
        return {row.show: (row.age / 1000, row.took) for row in self._database.read(lambda connection: connection.execute(wanted).all())}
