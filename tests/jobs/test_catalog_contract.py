"""The contracts of the catalog and of episodes' numbers: in memory, in files, in SQLite and in Postgres."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from audiopub.adapters.files import FileCatalog
from audiopub.adapters.memory import MemoryCatalog
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.catalog import SqlCatalog, SqlNumbers
from audiopub.adapters.sql.schema import episodes
from audiopub.errors import ConfigInvalid
from audiopub.pipeline.studio import Numbers, OwnNumbers
from audiopub.publish.catalog import Catalog
from tests.jobs.others import committed, numbered
from tests.jobs.side_by_side import at_once, in_processes
from tests.sql.rows import episode


@pytest.fixture(params=["memory", "files", "sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    if request.param == "memory":
        yield MemoryCatalog()
    elif request.param == "files":
        yield FileCatalog(tmp_path / "catalog")
    else:
        database = Database(f"sqlite:///{tmp_path / 'catalog'}.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
        yield SqlCatalog(database)
        database.close()


@pytest.fixture
def numbers(request: pytest.FixtureRequest, own_url: str) -> Numbers:
    return SqlNumbers(request.getfixturevalue("database")) if own_url else OwnNumbers()


# Episodes


def test_what_was_committed_is_found(catalog: Catalog) -> None:
    """As it was, letters, times and history included, in its own show, newest first; of two of one minute the order is the same each time."""
    first, second, third = episode(1), episode(2, title="Ủy ban “mở” & họp"), episode(3, published=episode(2).published)
    for one in (third, first, second):
        catalog.commit("ban-tin", one)
    assert catalog.episodes("ban-tin") == (third, second, first)
    assert catalog.find("ban-tin", second.id) == second
    assert catalog.find("ban-tin", "0" * 16) is None and catalog.find("khác", second.id) is None and catalog.episodes("khác") == ()


def test_a_later_commit_takes_the_place_of_an_earlier(catalog: Catalog) -> None:
    """Also for whoever has read the earlier one."""
    catalog.commit("ban-tin", episode(1))
    catalog.commit("ban-tin", episode(2))
    assert len(catalog.episodes("ban-tin")) == 2
    newer = replace(episode(1), revision=2, title="Tựa đã sửa")
    catalog.commit("ban-tin", newer)
    assert catalog.episodes("ban-tin") == (episode(2), newer) and catalog.find("ban-tin", newer.id) == newer


def test_what_another_machine_commits_is_seen_at_once(database: Database, own_url: str) -> None:
    """By whoever has read the catalog before: its feed must not forget what others published."""
    here = SqlCatalog(database)
    here.commit("ban-tin", episode(1))
    assert len(here.episodes("ban-tin")) == 1
    in_processes(committed, [(own_url, range(2, 12)), (own_url, range(12, 22))])
    assert here.episodes("ban-tin") == tuple(episode(number) for number in range(21, 0, -1))
    SqlCatalog(database).commit("ban-tin", episode(5, title="Tựa đã sửa"))
    assert here.episodes("ban-tin")[16].title == "Tựa đã sửa"


def test_threads_of_one_process_share_a_catalog(database: Database) -> None:
    """While some commit and others read, nobody sees half an episode, and in the end all is there."""
    catalog = SqlCatalog(database)

    def write(first: int) -> None:
        for number in range(first, first + 8):
            catalog.commit("ban-tin", episode(number))
            assert catalog.find("ban-tin", episode(number).id) in catalog.episodes("ban-tin")

    at_once([lambda first=first: write(first) for first in (0, 10, 20, 30)])  # type: ignore[misc]
    assert len(catalog.episodes("ban-tin")) == 32


def test_a_damaged_record_is_named(database: Database) -> None:
    """Rather than left out, which would take the episode out of the feed."""
    catalog = SqlCatalog(database)
    catalog.commit("ban-tin", episode(1))
    database.write(lambda connection: connection.execute(update(episodes).values(record="{", version=2)))
    for ask in (lambda: catalog.episodes("ban-tin"), lambda: catalog.find("ban-tin", episode(1).id)):
        with pytest.raises(ConfigInvalid) as failure:
            ask()
        assert failure.value.code == "config.bad_record" and episode(1).id in failure.value.sentence("vi")


# Numbers


def test_an_episode_keeps_its_number(numbers: Numbers) -> None:
    """Each gets the next; the same one the same again, also where more are taken by then; seasons and shows count for themselves."""
    assert [numbers.number("a", 2026, name, 0) for name in ("e1", "e2", "e1", "e3")] == [1, 2, 1, 3]
    assert numbers.number("a", 2026, "e1", 40) == 1
    assert numbers.number("a", 2025, "e1", 0) == 1 and numbers.number("b", 2026, "e9", 0) == 1


def test_a_number_is_above_all_that_are_taken(numbers: Numbers) -> None:
    """By the catalog, which may know of more than were given out here, or of less."""
    assert [numbers.number("a", 2026, name, taken) for name, taken in (("e1", 7), ("e2", 3), ("e3", 20))] == [8, 9, 21]


def test_threads_never_share_a_number(numbers: Numbers) -> None:
    """Neither in one process."""
    found = at_once([lambda name=name: numbers.number("a", 2026, f"e{name}", 0) for name in range(8)])  # type: ignore[misc]
    assert sorted(found) == list(range(1, 9))


def test_processes_never_share_a_number(own_url: str, database: Database) -> None:
    """Nor on two machines, however they race; an episode that two machines make at once gets one."""
    del database  # emptied
    own = [[f"e{process}-{place}" for place in range(25)] for process in range(4)]
    shared = [f"shared-{place}" for place in range(10)]
    found = in_processes(numbered, [(own_url, [*shared, *names]) for names in own])
    assert len({tuple(numbers[:10]) for numbers in found}) == 1
    assert sorted({number for numbers in found for number in numbers}) == list(range(1, 111))
    assert sorted([*found[0][:10], *(number for numbers in found for number in numbers[10:])]) == list(range(1, 111))
