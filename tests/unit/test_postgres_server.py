"""The throw-away Postgres of the tests: what was committed is there after every kind of end."""

from collections.abc import Callable

import psycopg
import pytest

from tests.postgres import PostgresAbsent, PostgresServer, go_without, running_postgres


def asked(url: str, statement: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        found = connection.execute(statement)
        row = found.fetchone() if found.description else None
        return row[0] if row else None


ENDS: dict[str, Callable[[PostgresServer], None]] = {"fast": PostgresServer.stop, "immediate": lambda server: server.stop("immediate"), "kill": PostgresServer.kill}


@pytest.mark.parametrize("end", ENDS)
def test_what_was_committed_outlives_the_server(postgres: PostgresServer, postgres_url: str, end: str) -> None:
    asked(postgres_url, "CREATE TABLE t AS SELECT 7 AS x")
    ENDS[end](postgres)
    with pytest.raises(psycopg.OperationalError):
        asked(postgres_url, "SELECT 1")
    postgres.start()
    assert asked(postgres_url, "SELECT x FROM t") == 7


def test_databases_are_apart_and_can_be_taken_away(postgres: PostgresServer) -> None:
    one, other = postgres.url("one-db"), postgres.url("another")
    asked(one, "CREATE TABLE only_here (x int)")
    assert postgres.url("one-db") == one
    assert asked(other, "SELECT count(*) FROM information_schema.tables WHERE table_name = 'only_here'") == 0
    postgres.drop("one-db")
    assert asked(postgres.url("one-db"), "SELECT count(*) FROM information_schema.tables WHERE table_name = 'only_here'") == 0
    for name in ("one-db", "another"):
        postgres.drop(name)


def test_it_flushes_to_the_disk_and_asks_for_a_password(postgres_url: str) -> None:
    assert asked(postgres_url, "SHOW fsync") == asked(postgres_url, "SHOW synchronous_commit") == "on"
    scheme, _, rest = postgres_url.replace("+psycopg", "").partition("://")
    with pytest.raises(psycopg.OperationalError):
        asked(f"{scheme}://audiopub:wrong@{rest.partition('@')[2]}", "SELECT 1")


def test_a_cluster_of_its_own_is_gone_afterwards(postgres: PostgresServer) -> None:
    del postgres  # where there is none, this is skipped as well
    with running_postgres() as server:
        folder, url = server.log.parent, server.url("x")
        assert asked(url, "SELECT 1") == 1
    assert not folder.exists() and not server.is_running
    with pytest.raises(psycopg.OperationalError):
        asked(url, "SELECT 1")


def test_a_machine_without_it_skips_and_ci_fails() -> None:
    with pytest.raises(pytest.skip.Exception, match="no programs"):
        go_without(PostgresAbsent("no programs"), "")
    with pytest.raises(pytest.fail.Exception, match="no programs"):
        go_without(PostgresAbsent("no programs"), "true")
