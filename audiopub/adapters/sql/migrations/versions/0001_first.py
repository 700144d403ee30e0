"""The first tables. What this says is fixed for ever; what the tables are now is said in ``schema``."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, PrimaryKeyConstraint, String, Text, UniqueConstraint

revision = "0001"
down_revision = None

_INDICES = (
    ("episodes", "show", "version"), ("jobs", "state", "queue"), ("jobs", "key", "state"), ("jobs", "parent"), ("jobs", "changed"),
)  # fmt: skip
_TABLES = ("episodes", "numbers", "claims", "feeds", "jobs", "workers", "leases", "rates", "counters")


def upgrade() -> None:
    """Make the tables."""
    _published()
    _work()
    _workers()
    for table, *columns in _INDICES:
        op.create_index(_index(table, columns), table, columns)


def downgrade() -> None:
    """Drop the tables."""
    for table, *columns in _INDICES:
        op.drop_index(_index(table, columns), table)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _index(table: str, columns: list[str]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def _published() -> None:
    op.create_table(
        "episodes",
        Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("version", Integer, nullable=False),
        Column("state", String(20), nullable=False), Column("published", String(40), nullable=False), Column("record", Text, nullable=False),
        Column("manifest", Integer, nullable=False, server_default="0"),
        PrimaryKeyConstraint("show", "id", name=op.f("pk_episodes")),
    )  # fmt: skip
    op.create_table(
        "numbers",
        Column("show", String(200), nullable=False), Column("season", Integer, nullable=False), Column("number", Integer, nullable=False),
        Column("episode", String(64), nullable=False),
        PrimaryKeyConstraint("show", "season", "number", name=op.f("pk_numbers")),
        UniqueConstraint("show", "season", "episode", name=op.f("uq_numbers_show_season_episode")),
    )  # fmt: skip
    op.create_table(
        "claims",
        Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("prints", Text, nullable=False),
        Column("job", String(300), nullable=False), Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("show", "id", name=op.f("pk_claims")),
    )  # fmt: skip
    op.create_table(
        "feeds",
        Column("show", String(200), nullable=False), Column("wanted", Integer, nullable=False, server_default="0"),
        Column("written", Integer, nullable=False, server_default="0"), Column("took", Float, nullable=False, server_default="0"),
        Column("at", BigInteger, nullable=False, server_default="0"), Column("since", BigInteger, nullable=False, server_default="0"),
        PrimaryKeyConstraint("show", name=op.f("pk_feeds")),
    )  # fmt: skip


def _work() -> None:
    op.create_table(
        "jobs",
        Column("id", String(300), nullable=False), Column("kind", String(20), nullable=False), Column("show", String(200), nullable=False),
        Column("key", String(100), nullable=False), Column("queue", String(20), nullable=False), Column("state", String(20), nullable=False),
        Column("source", Text, nullable=False), Column("wish", Text, nullable=False), Column("now", String(40), nullable=False),
        Column("by", String(200), nullable=False, server_default=""), Column("parent", String(300), nullable=False, server_default=""),
        Column("place", Integer, nullable=False, server_default="0"), Column("run", Integer, nullable=False, server_default="1"),
        Column("sent", String(120), nullable=False, server_default=""), Column("attempts", Integer, nullable=False, server_default="0"),
        Column("mark", BigInteger, nullable=False, server_default="0"), Column("reached", BigInteger, nullable=False, server_default="0"),
        Column("spot", BigInteger, nullable=False, server_default="0"), Column("died", BigInteger, nullable=False, server_default="0"),
        Column("stage", String(40), nullable=False, server_default=""), Column("done", Integer, nullable=False, server_default="0"),
        Column("of", Integer, nullable=False, server_default="0"), Column("title", Text, nullable=False, server_default=""),
        Column("worker", String(100), nullable=False, server_default=""), Column("cancel", Boolean, nullable=False, server_default="0"),
        Column("until", BigInteger, nullable=False, server_default="0"), Column("outcome", Text, nullable=False, server_default="{}"),
        Column("asked", BigInteger, nullable=False), Column("started", BigInteger, nullable=False, server_default="0"),
        Column("finished", BigInteger, nullable=False, server_default="0"), Column("changed", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )  # fmt: skip


def _workers() -> None:
    op.create_table(
        "workers",
        Column("id", String(100), nullable=False), Column("host", String(200), nullable=False), Column("pid", Integer, nullable=False),
        Column("started", BigInteger, nullable=False), Column("beat", BigInteger, nullable=False), Column("state", String(20), nullable=False),
        Column("version", String(40), nullable=False), Column("taken_by", String(100), nullable=False, server_default=""),
        PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )  # fmt: skip
    op.create_table(
        "leases",
        Column("name", String(300), nullable=False), Column("holder", String(100), nullable=False), Column("until", BigInteger, nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )  # fmt: skip
    op.create_table(
        "rates",
        Column("name", String(200), nullable=False), Column("next", BigInteger, nullable=False, server_default="0"),
        Column("failures", Integer, nullable=False, server_default="0"), Column("until", BigInteger, nullable=False, server_default="0"),
        Column("trial", BigInteger, nullable=False, server_default="0"), Column("why", String(20), nullable=False, server_default="ok"),
        PrimaryKeyConstraint("name", name=op.f("pk_rates")),
    )  # fmt: skip
    op.create_table(
        "counters",
        Column("name", String(100), nullable=False), Column("label", String(200), nullable=False, server_default=""), Column("value", Float, nullable=False),
        PrimaryKeyConstraint("name", "label", name=op.f("pk_counters")),
    )  # fmt: skip
