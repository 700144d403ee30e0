"""The schema's migrations, run from the package itself: nobody needs Alembic's own command or file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from audiopub.adapters.sql.database import revision_of, shown
from audiopub.adapters.sql.schema import HEAD
from audiopub.errors import ConfigInvalid

_LOCK = 7_240_531
"""Of Postgres's advisory locks: two programs that start at once do not both migrate."""


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
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = revision_of(connection)
        if found == to:
            return
        settings = config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
        if found is not None and found not in known:
            raise ConfigInvalid("config.newer_database", url=shown(url), found=found, known=HEAD)
        command.upgrade(settings, to)


def config(connection: Connection) -> Config:
    """Give Alembic's settings for one connection, in whose transaction it works."""
    found = Config()
    found.set_main_option("script_location", (Path(__file__).parent / "migrations").as_posix())
    found.attributes["connection"] = connection
    return found
