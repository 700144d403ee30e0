"""A whole newsroom whose API is asked, one for all tests of a module."""

from collections.abc import Iterator

import httpx
import pytest

from benchmarks.api_place import ApiPlace, opened


@pytest.fixture(scope="module")
def api_place(tmp_path_factory) -> Iterator[ApiPlace]:
    with opened(tmp_path_factory.mktemp("api")) as place:
        yield place


@pytest.fixture
def client(api_place: ApiPlace) -> Iterator[httpx.Client]:
    """Give a client that may do everything."""
    with api_place.client() as made:
        yield made
