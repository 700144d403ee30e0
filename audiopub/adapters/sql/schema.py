"""The tables, and the database's own clock.

Moments are milliseconds since 1970 on the clock of the database, whoever writes them: the clocks of two machines may differ by an hour.
Records are JSON as text, not of a database's own JSON type: they are read whole, and the same bytes come back from both databases.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

HEAD = "0001"
"""The revision of the schema that this audiopub works with; the newest of ``migrations/versions``."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s",
    }
)  # fmt: skip

episodes = Table(
    "episodes", metadata,
    Column("show", String(200), nullable=False), Column("id", String(64), nullable=False),
    Column("version", Integer, nullable=False),  # counts the commits of this episode
    Column("state", String(20), nullable=False), Column("published", String(40), nullable=False),
    Column("record", Text, nullable=False),
    Column("manifest", Integer, nullable=False, server_default="0"),  # the version whose manifest is in the archive
    PrimaryKeyConstraint("show", "id"),
    Index(None, "show", "version"),
)  # fmt: skip

numbers = Table(
    "numbers", metadata,
    Column("show", String(200), nullable=False), Column("season", Integer, nullable=False), Column("number", Integer, nullable=False),
    Column("episode", String(64), nullable=False),
    PrimaryKeyConstraint("show", "season", "number"), UniqueConstraint("show", "season", "episode"),
)  # fmt: skip

claims = Table(  # articles in the making, by which a second address of one is known before it is published
    "claims", metadata,
    Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("prints", Text, nullable=False),
    Column("job", String(300), nullable=False), Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("show", "id"),
)  # fmt: skip

feeds = Table(
    "feeds", metadata,
    Column("show", String(200), primary_key=True), Column("wanted", Integer, nullable=False, server_default="0"),
    Column("written", Integer, nullable=False, server_default="0"), Column("took", Float, nullable=False, server_default="0"),
    Column("at", BigInteger, nullable=False, server_default="0"),
    Column("since", BigInteger, nullable=False, server_default="0"),  # when it fell behind
)  # fmt: skip

jobs = Table(
    "jobs", metadata,
    Column("id", String(300), primary_key=True), Column("kind", String(20), nullable=False), Column("show", String(200), nullable=False),
    Column("key", String(100), nullable=False),  # the same wish has the same key
    Column("queue", String(20), nullable=False), Column("state", String(20), nullable=False),
    Column("source", Text, nullable=False), Column("wish", Text, nullable=False), Column("now", String(40), nullable=False),
    Column("by", String(200), nullable=False, server_default=""), Column("parent", String(300), nullable=False, server_default=""),
    Column("place", Integer, nullable=False, server_default="0"),  # within the parent
    Column("run", Integer, nullable=False, server_default="1"), Column("sent", String(120), nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"), Column("mark", BigInteger, nullable=False, server_default="0"),
    Column("reached", BigInteger, nullable=False, server_default="0"),
    Column("spot", BigInteger, nullable=False, server_default="0"), Column("died", BigInteger, nullable=False, server_default="0"),
    Column("stage", String(40), nullable=False, server_default=""), Column("done", Integer, nullable=False, server_default="0"),
    Column("of", Integer, nullable=False, server_default="0"), Column("title", Text, nullable=False, server_default=""),
    Column("worker", String(100), nullable=False, server_default=""), Column("cancel", Boolean, nullable=False, server_default="0"),
    Column("until", BigInteger, nullable=False, server_default="0"),  # of one that waits for a voice: until when
    Column("outcome", Text, nullable=False, server_default="{}"),
    Column("asked", BigInteger, nullable=False), Column("started", BigInteger, nullable=False, server_default="0"),
    Column("finished", BigInteger, nullable=False, server_default="0"), Column("changed", BigInteger, nullable=False),
    Index(None, "state", "queue"), Index(None, "key", "state"), Index(None, "parent"), Index(None, "changed"),
)  # fmt: skip

workers = Table(
    "workers", metadata,
    Column("id", String(100), primary_key=True), Column("host", String(200), nullable=False), Column("pid", Integer, nullable=False),
    Column("started", BigInteger, nullable=False), Column("beat", BigInteger, nullable=False), Column("state", String(20), nullable=False),
    Column("version", String(40), nullable=False), Column("taken_by", String(100), nullable=False, server_default=""),
)  # fmt: skip

leases = Table(
    "leases", metadata,
    Column("name", String(300), primary_key=True), Column("holder", String(100), nullable=False), Column("until", BigInteger, nullable=False),
)  # fmt: skip

rates = Table(
    "rates", metadata,
    Column("name", String(200), primary_key=True), Column("next", BigInteger, nullable=False, server_default="0"),  # when the next request may go
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("until", BigInteger, nullable=False, server_default="0"),  # nobody asks before
    Column("trial", BigInteger, nullable=False, server_default="0"),  # until when the one that asks alone may take
    Column("why", String(20), nullable=False, server_default="ok"),  # what the last bad answer was
)  # fmt: skip

counters = Table(
    "counters", metadata,
    Column("name", String(100), nullable=False), Column("label", String(200), nullable=False, server_default=""), Column("value", Float, nullable=False),
    PrimaryKeyConstraint("name", "label"),
)  # fmt: skip

__all__ = ["HEAD", "claims", "counters", "episodes", "feeds", "jobs", "leases", "metadata", "now_ms", "numbers", "rates", "workers"]


class now_ms(FunctionElement[int]):  # noqa: N801  a function of SQL
    """The present moment on the database's clock, in milliseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(now_ms, "sqlite")
def _sqlite(_element: Any, _compiler: Any, **_settings: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(now_ms, "postgresql")
def _postgres(_element: Any, _compiler: Any, **_settings: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
