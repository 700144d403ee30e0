"""The schema's migrations, run from the package itself: nobody needs Alembic's own command or file."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from audiopub.adapters.sql.address import revision_of, shown
from audiopub.adapters.sql.schema import HEAD, metadata
from audiopub.errors import ConfigInvalid

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_240_531
"""Of Postgres's advisory locks: two programs that start at once do not both migrate."""

_ONE = threading.Lock()
"""Alembic knows one migration at a time in a process."""


def upgraded(engine: Engine, url: str, to: str = HEAD) -> None:
    """Bring a database's schema to a revision.

    Args:
        engine: of the database.
        url: its address, for messages.
        to: the revision; by default the one that this audiopub works with.

    Raises:
        ConfigInvalid: a newer audiopub made it.
    """
    with engine.begin() as connection:
        alone(connection)
        found = revision_of(connection)
        if found == to:
            return
        if found is not None and not is_known(found):
            raise ConfigInvalid("config.newer_database", url=shown(url), found=found, known=HEAD)
        moved(connection, to)


def alone(connection: Connection) -> None:
    """Wait until nobody else migrates or loads; SQLite's transactions see to that themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def moved(connection: Connection, to: str) -> None:
    """Bring the schema forward to a revision, in the transaction of a connection."""
    with _ONE:
        command.upgrade(config(connection), to)


def made_anew(connection: Connection, at: str) -> None:
    """Drop every table, and make those of a revision, empty."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    moved(connection, at)


def is_known(revision: str) -> bool:
    """Tell whether this audiopub has a migration of that name."""
    return revision in {script.revision for script in ScriptDirectory(_MIGRATIONS.as_posix()).walk_revisions()}


def config(connection: Connection) -> Config:
    """Give Alembic's settings for one connection, in whose transaction it works."""
    found = Config()
    found.set_main_option("script_location", _MIGRATIONS.as_posix().replace("%", "%%"))
    found.attributes["connection"] = connection
    return found
