"""The tables, and the database's own clock.

Moments are milliseconds since 1970 on the clock of the database, whoever writes them: the clocks of two machines may differ by an hour.
Records are JSON as text, not of a database's own JSON type: they are read whole, and the same bytes come back from both databases.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

HEAD = "0002"
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

drafts = Table(  # articles on the editors' desk
    "drafts", metadata,
    Column("show", String(200), nullable=False), Column("id", String(64), nullable=False),
    Column("version", Integer, nullable=False),  # counts the changes; what an editor must have seen to change it
    Column("title", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("job", String(300), nullable=False, server_default=""),  # the last that was begun for it
    Column("proof", String(64), nullable=False, server_default=""),  # fingerprint of what was last made of it to be heard
    Column("proof_version", Integer, nullable=False, server_default="0"),  # of the draft that it was made of
    Column("changed", BigInteger, nullable=False), Column("by", String(200), nullable=False, server_default=""),
    PrimaryKeyConstraint("show", "id"),
    Index(None, "changed"),
)  # fmt: skip

draft_versions = Table(  # how drafts were before
    "draft_versions", metadata,
    Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("version", Integer, nullable=False),
    Column("record", Text, nullable=False), Column("act", String(40), nullable=False), Column("by", String(200), nullable=False, server_default=""),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("show", "id", "version"),
)  # fmt: skip

proofs = Table(  # drafts made to be heard
    "proofs", metadata,
    Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("fingerprint", String(64), nullable=False),
    Column("record", Text, nullable=False),
    Column("heard", Text, nullable=False, server_default="{}"),  # who heard it to its end, and when
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("show", "id", "fingerprint"),
)  # fmt: skip

people = Table(
    "people", metadata,
    Column("name", String(200), primary_key=True), Column("password", Text, nullable=False),  # argon2
    Column("role", String(20), nullable=False), Column("disabled", Boolean, nullable=False, server_default="0"),
    Column("created", BigInteger, nullable=False), Column("changed", BigInteger, nullable=False), Column("by", String(200), nullable=False, server_default=""),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("id", String(64), primary_key=True),  # hash of what the browser has
    Column("person", String(200), nullable=False), Column("created", BigInteger, nullable=False), Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False), Column("agent", Text, nullable=False, server_default=""),
    Column("address", String(100), nullable=False, server_default=""),
    Index(None, "person"), Index(None, "expires"),
)  # fmt: skip

keys = Table(  # of programs that use the API
    "keys", metadata,
    Column("id", String(40), primary_key=True), Column("hash", String(64), nullable=False), Column("name", String(200), nullable=False),
    Column("scopes", String(200), nullable=False), Column("by", String(200), nullable=False, server_default=""),
    Column("created", BigInteger, nullable=False), Column("used", BigInteger, nullable=False, server_default="0"),
    Column("revoked", BigInteger, nullable=False, server_default="0"),
)  # fmt: skip

audit = Table(  # who did what
    "audit", metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False), Column("by", String(200), nullable=False), Column("via", String(20), nullable=False),
    Column("act", String(60), nullable=False), Column("show", String(200), nullable=False, server_default=""),
    Column("episode", String(64), nullable=False, server_default=""),
    Column("details", Text, nullable=False, server_default="{}"), Column("address", String(100), nullable=False, server_default=""),
    Index(None, "show", "episode"), Index(None, "by"), Index(None, "at"),
)  # fmt: skip

webhooks = Table(
    "webhooks", metadata,
    Column("id", String(40), primary_key=True), Column("url", Text, nullable=False), Column("secret", Text, nullable=False),
    Column("events", Text, nullable=False), Column("show", String(200), nullable=False, server_default=""),  # empty for every show
    Column("by", String(200), nullable=False, server_default=""), Column("created", BigInteger, nullable=False),
    Column("active", Boolean, nullable=False, server_default="1"),
)  # fmt: skip

deliveries = Table(
    "deliveries", metadata,
    Column("id", String(80), primary_key=True), Column("webhook", String(40), nullable=False), Column("event", String(60), nullable=False),
    Column("body", Text, nullable=False), Column("state", String(20), nullable=False), Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next", BigInteger, nullable=False, server_default="0"), Column("status", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""), Column("created", BigInteger, nullable=False), Column("changed", BigInteger, nullable=False),
    Index(None, "state", "next"), Index(None, "webhook", "created"),
)  # fmt: skip

answers = Table(  # to requests with an Idempotency-Key
    "answers", metadata,
    Column("owner", String(200), nullable=False), Column("key", String(255), nullable=False), Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False, server_default="0"), Column("body", Text, nullable=False, server_default=""),
    Column("headers", Text, nullable=False, server_default="{}"), Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "key"),
)  # fmt: skip

tries = Table(  # how often something was tried of late that is limited, such as to log in
    "tries", metadata,
    Column("name", String(300), primary_key=True), Column("next", BigInteger, nullable=False),
)  # fmt: skip

batches = Table(
    "batches", metadata,
    Column("id", String(40), primary_key=True), Column("show", String(200), nullable=False), Column("record", Text, nullable=False),
    Column("by", String(200), nullable=False, server_default=""), Column("at", BigInteger, nullable=False),
)  # fmt: skip

__all__ = [
    "HEAD", "answers", "audit", "batches", "claims", "counters", "deliveries", "draft_versions", "drafts", "episodes", "feeds", "jobs", "keys", "leases", "metadata",
    "now_ms", "numbers", "people", "proofs", "rates", "sessions", "tries", "webhooks", "workers",
]  # fmt: skip


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
