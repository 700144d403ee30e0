"""The tables of the editors' desk. What this says is fixed for ever; what the tables are now is said in ``schema``."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, PrimaryKeyConstraint, String, Text

revision = "0002"
down_revision = "0001"

_INDICES = (
    ("drafts", "changed"), ("sessions", "person"), ("sessions", "expires"), ("audit", "show", "episode"), ("audit", "by"), ("audit", "at"),
    ("deliveries", "state", "next"), ("deliveries", "webhook", "created"),
)  # fmt: skip
_TABLES = ("drafts", "draft_versions", "proofs", "people", "sessions", "keys", "audit", "webhooks", "deliveries", "answers", "tries", "batches")


def upgrade() -> None:
    """Make the tables."""
    _desk()
    _doors()
    _programs()
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


def _desk() -> None:
    op.create_table(
        "drafts",
        Column("show", String(200), nullable=False), Column("id", String(64), nullable=False),
        Column("version", Integer, nullable=False),
        Column("title", Text, nullable=False),
        Column("record", Text, nullable=False),
        Column("job", String(300), nullable=False, server_default=""),
        Column("proof", String(64), nullable=False, server_default=""),
        Column("proof_version", Integer, nullable=False, server_default="0"),
        Column("changed", BigInteger, nullable=False), Column("by", String(200), nullable=False, server_default=""),
        PrimaryKeyConstraint("show", "id", name=op.f("pk_drafts")),
    )  # fmt: skip
    op.create_table(
        "draft_versions",
        Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("version", Integer, nullable=False),
        Column("record", Text, nullable=False), Column("act", String(40), nullable=False), Column("by", String(200), nullable=False, server_default=""),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("show", "id", "version", name=op.f("pk_draft_versions")),
    )  # fmt: skip
    op.create_table(
        "proofs",
        Column("show", String(200), nullable=False), Column("id", String(64), nullable=False), Column("fingerprint", String(64), nullable=False),
        Column("record", Text, nullable=False),
        Column("heard", Text, nullable=False, server_default="{}"),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("show", "id", "fingerprint", name=op.f("pk_proofs")),
    )  # fmt: skip
    op.create_table(
        "batches",
        Column("id", String(40), nullable=False), Column("show", String(200), nullable=False), Column("record", Text, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        Column("by", String(200), nullable=False, server_default=""), Column("at", BigInteger, nullable=False),
    )  # fmt: skip


def _doors() -> None:
    op.create_table(
        "people",
        Column("name", String(200), nullable=False), Column("password", Text, nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_people")),
        Column("role", String(20), nullable=False), Column("disabled", Boolean, nullable=False, server_default="0"),
        Column("created", BigInteger, nullable=False), Column("changed", BigInteger, nullable=False), Column("by", String(200), nullable=False, server_default=""),
    )  # fmt: skip
    op.create_table(
        "sessions",
        Column("id", String(64), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        Column("person", String(200), nullable=False), Column("created", BigInteger, nullable=False), Column("seen", BigInteger, nullable=False),
        Column("expires", BigInteger, nullable=False), Column("agent", Text, nullable=False, server_default=""),
        Column("address", String(100), nullable=False, server_default=""),
    )  # fmt: skip
    op.create_table(
        "keys",
        Column("id", String(40), nullable=False), Column("hash", String(64), nullable=False), Column("name", String(200), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        Column("scopes", String(200), nullable=False), Column("by", String(200), nullable=False, server_default=""),
        Column("created", BigInteger, nullable=False), Column("used", BigInteger, nullable=False, server_default="0"),
        Column("revoked", BigInteger, nullable=False, server_default="0"),
    )  # fmt: skip
    op.create_table(
        "audit",
        Column("number", BigInteger().with_variant(Integer, "sqlite"), nullable=False, autoincrement=True),
        PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        Column("at", BigInteger, nullable=False), Column("by", String(200), nullable=False), Column("via", String(20), nullable=False),
        Column("act", String(60), nullable=False), Column("show", String(200), nullable=False, server_default=""),
        Column("episode", String(64), nullable=False, server_default=""),
        Column("details", Text, nullable=False, server_default="{}"), Column("address", String(100), nullable=False, server_default=""),
    )  # fmt: skip
    op.create_table(
        "tries",
        Column("name", String(300), nullable=False), Column("next", BigInteger, nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_tries")),
    )  # fmt: skip


def _programs() -> None:
    op.create_table(
        "webhooks",
        Column("id", String(40), nullable=False), Column("url", Text, nullable=False), Column("secret", Text, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        Column("events", Text, nullable=False), Column("show", String(200), nullable=False, server_default=""),
        Column("by", String(200), nullable=False, server_default=""), Column("created", BigInteger, nullable=False),
        Column("active", Boolean, nullable=False, server_default="1"),
    )  # fmt: skip
    op.create_table(
        "deliveries",
        Column("id", String(80), nullable=False), Column("webhook", String(40), nullable=False), Column("event", String(60), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        Column("body", Text, nullable=False), Column("state", String(20), nullable=False), Column("attempts", Integer, nullable=False, server_default="0"),
        Column("next", BigInteger, nullable=False, server_default="0"), Column("status", Integer, nullable=False, server_default="0"),
        Column("reason", Text, nullable=False, server_default=""), Column("created", BigInteger, nullable=False), Column("changed", BigInteger, nullable=False),
    )  # fmt: skip
    op.create_table(
        "answers",
        Column("owner", String(200), nullable=False), Column("key", String(255), nullable=False), Column("request", String(64), nullable=False),
        Column("status", Integer, nullable=False, server_default="0"), Column("body", Text, nullable=False, server_default=""),
        Column("headers", Text, nullable=False, server_default="{}"), Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("owner", "key", name=op.f("pk_answers")),
    )  # fmt: skip
