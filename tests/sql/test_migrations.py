"""The schema's history, forward and back, by one process and by two."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import inspect, text

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.schema import HEAD, metadata
from audiopub.adapters.sql.upgrade import config, is_known, upgraded
from audiopub.errors import ConfigInvalid
from tests.conftest import ROOT


def tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_the_tables_and_take_them_away(database: Database) -> None:
    """What the migrations make is what the code takes for granted; backwards nothing is left, and forwards again it is the same."""
    database.write(lambda _connection: None)
    for _ in range(2):
        assert tables(database) == set(metadata.tables)
        with database.engine.begin() as connection:
            command.check(config(connection))
        with database.engine.begin() as connection:
            command.downgrade(config(connection), "base")
        assert tables(database) == set()
        upgraded(database.engine, database.url)


def test_the_newest_revision_is_the_one_that_is_worked_with() -> None:
    """The revision that the code names exists."""
    assert is_known(HEAD)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_processes_may_open_an_empty_database_at_once(kind: str, urls: Callable[[str, str], str]) -> None:
    """Both succeed, and one of them migrates."""
    code = """
import sys
from audiopub.adapters.sql import Database, upgrade
from audiopub.adapters.sql.schema import counters
database, moved, ran = Database(sys.argv[1]), upgrade.moved, []
upgrade.moved = lambda connection, to: (ran.append(to), moved(connection, to))
print("ready", flush=True)
sys.stdin.readline()
database.write(lambda connection: connection.execute(counters.insert().values(name=sys.argv[2], label="", value=1)))
print(len(ran), flush=True)
"""
    url = urls(kind, "a")
    for attempt in range(3):
        url = urls(kind, f"a{attempt}")
        others = [subprocess.Popen([sys.executable, "-c", code, url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for name in "ab"]
        for other in others:
            assert other.stdout is not None and other.stdout.readline() == "ready\n"
        for other in others:
            assert other.stdin is not None
            other.stdin.write("\n")
            other.stdin.flush()
        said = [other.communicate()[0].strip() for other in others]
        assert sorted(said) == ["0", "1"] and [other.returncode for other in others] == [0, 0]
        database = Database(url)
        assert database.read(lambda connection: connection.execute(text("SELECT count(*) FROM counters")).scalar()) == 2
        database.close()


def test_a_database_of_a_newer_audiopub_is_refused(database: Database) -> None:
    """The sentence names the database and both revisions, and nothing is changed."""
    database.write(lambda _connection: None)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    again = Database(database.url)
    for ask in (again.read, again.write, again.snapshot):
        with pytest.raises(ConfigInvalid) as failure:
            ask(lambda _connection: None)
        assert failure.value.code == "config.newer_database"
        assert all(word in failure.value.sentence("vi") for word in ("9999", HEAD, again.shown))
    again.close()
