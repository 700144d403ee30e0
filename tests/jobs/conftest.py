"""One database of each kind a module, emptied before every test: to make one takes longer than most tests."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.adapters.sql.schema import metadata
from audiopub.jobs.store import JobStore
from tests.jobs.memory_jobs import MemoryJobStore

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def own_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a database of the kind that a test's parameter names; none for what is in memory."""
    if request.param == "memory":
        yield ""
    elif request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("state")
        yield f"sqlite:///{folder / 'catalog'}.sqlite"
    else:
        server, name = request.getfixturevalue("postgres"), f"jobs_{next(_NUMBERS)}"
        server.start()
        yield server.url(name)
        server.drop(name)


@pytest.fixture
def database(own_url: str) -> Iterator[Database]:
    """Give an empty database."""
    made = Database(own_url)
    made.write(_emptied)
    yield made
    made.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, own_url: str) -> JobStore:
    """Give an empty job store."""
    return SqlJobStore(request.getfixturevalue("database")) if own_url else MemoryJobStore()


def _emptied(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        connection.execute(table.delete())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let whatever asks for a database be tried on each kind, and what asks for a port in memory too."""
    if "own_url" in metafunc.fixturenames:
        kinds = ["sqlite", "postgres"]
        if not {"database", "postgres_url"} & set(metafunc.fixturenames) and {"store", "numbers"} & set(metafunc.fixturenames):
            kinds.insert(0, "memory")
        metafunc.parametrize("own_url", kinds, indirect=True, scope="module")
