"""One empty database of either kind a test."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from audiopub.adapters.sql import Database
from tests.postgres import PostgresServer

_NUMBERS = count(1)


@pytest.fixture
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, str], str]]:
    """Give the address of an empty database by kind and name; the same for the same."""
    number, made = next(_NUMBERS), set[str]()

    def url(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'state' / name}.sqlite"
        made.add(f"sql_{number}_{name}")
        server: PostgresServer = request.getfixturevalue("postgres")
        server.start()
        return server.url(f"sql_{number}_{name}")

    yield url
    for name in made:
        request.getfixturevalue("postgres").drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, urls: Callable[[str, str], str]) -> Iterator[Database]:
    """Give an empty database of each kind."""
    made = Database(urls(request.param, "a"))
    yield made
    made.close()
