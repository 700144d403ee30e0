"""The contract of the fleet: who is alive, who is dead, who takes over."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.fleet import SqlFleet
from audiopub.adapters.sql.schema import counters, now_ms, workers
from tests.jobs.others import took
from tests.jobs.side_by_side import in_processes

TERM = 15.0


@dataclass
class Fleet(SqlFleet):
    """A fleet in which time can be taken back."""

    database: Database

    def __post_init__(self) -> None:
        super().__init__(self.database)

    def join_as(self, worker: str, host: str = "một", pid: int = 100, *, ago: float = 0.0) -> None:
        """Let a worker join that gave its last sign of life some seconds ago."""
        self.join(worker, host, pid, "1.0")
        at = now_ms() - int(ago * 1000)
        self.database.write(lambda connection: connection.execute(update(workers).where(workers.c.id == worker).values(beat=at)))

    def state(self, worker: str) -> tuple[str, str]:
        row = self.database.read(lambda connection: connection.execute(select(workers.c.state, workers.c.taken_by).where(workers.c.id == worker)).one())
        return row.state, row.taken_by


@pytest.fixture
def fleet(database: Database) -> Fleet:
    return Fleet(database)


def test_who_gives_signs_of_life_is_alive(fleet: Fleet) -> None:
    """On the clock of the database; one that was late and gives one again is alive again."""
    fleet.join_as("a")
    fleet.join_as("b", ago=TERM + 1)
    assert fleet.alive(TERM) == ("a",) and fleet.dead(TERM) == ("b",)
    assert fleet.beat("b")
    assert fleet.alive(TERM) == ("a", "b") and fleet.dead(TERM) == ()
    assert not fleet.beat("nobody")


def test_who_has_left_may_be_taken_over_at_once(fleet: Fleet) -> None:
    """It is dead without being late, and does not come back under this name."""
    fleet.join_as("a")
    fleet.leave("a")
    assert fleet.alive(TERM) == () and fleet.dead(TERM) == ("a",)
    assert not fleet.beat("a")


def test_whose_process_has_ended_on_this_machine_is_dead(fleet: Fleet) -> None:
    """On another machine a number says nothing; without a machine's name, none does."""
    fleet.join_as("ended", "một", 100)
    fleet.join_as("runs", "một", 101)
    fleet.join_as("elsewhere", "hai", 100)
    assert fleet.dead(TERM, host="một", pids=lambda: frozenset({1, 101})) == ("ended",)
    assert fleet.dead(TERM, pids=lambda: frozenset({1})) == ()


def test_who_is_late_is_dead_though_a_process_has_its_number(fleet: Fleet) -> None:
    """Numbers are given out again."""
    fleet.join_as("late", "một", 100, ago=TERM + 1)
    assert fleet.dead(TERM, host="một", pids=lambda: frozenset({100})) == ("late",)


def test_where_a_worker_is_alone_all_others_are_dead(fleet: Fleet) -> None:
    """A lock has told it so; it does not wait for a term."""
    for name in ("a", "b", "gone"):
        fleet.join_as(name)
    fleet.leave("gone")
    assert sorted(fleet.dead(TERM, alone="a")) == ["b", "gone"]


def test_who_was_taken_over_is_told_so_and_stays_dead(fleet: Fleet, database: Database) -> None:
    """It is taken once, named no more, does not give signs of life any more, and is counted where it had jobs."""
    for name in ("a", "b"):
        fleet.join_as(name, ago=TERM + 1)
    assert fleet.taken("a", "c", 3) and not fleet.taken("a", "d", 3) and fleet.taken("b", "c", 0)
    assert fleet.state("a") == ("taken", "c") and fleet.dead(TERM) == ()
    assert not fleet.beat("a")
    fleet.leave("a")
    assert fleet.state("a") == ("taken", "c")
    assert database.read(lambda connection: connection.execute(select(counters.c.value).where(counters.c.name == "takeovers")).scalar()) == 1


def test_who_stands_is_who_is_not_known_to_have_ended(fleet: Fleet) -> None:
    """Also one that is late: nobody has taken it over yet."""
    for name, ago in (("a", 0.0), ("late", TERM + 1), ("gone", 0.0), ("taken", TERM + 1)):
        fleet.join_as(name, ago=ago)
    fleet.leave("gone")
    fleet.taken("taken", "a", 0)
    assert fleet.standing() == {"a", "late"}


def test_of_several_that_take_over_at_once_one_does(fleet: Fleet, own_url: str) -> None:
    """Each of the dead has one heir."""
    dead = [f"dead-{number}" for number in range(12)]
    for name in dead:
        fleet.join_as(name)
    found = in_processes(took, [(own_url, dead, f"heir-{number}") for number in range(3)])
    assert sorted(name for names in found for name in names) == sorted(dead)


def test_only_who_was_taken_over_long_ago_is_forgotten(fleet: Fleet) -> None:
    """Nobody else is dead for good."""
    for name in ("taken", "late"):
        fleet.join_as(name, ago=100)
    fleet.join_as("fresh")
    fleet.taken("taken", "fresh", 0)
    fleet.forget(200)
    assert fleet.state("taken") == ("taken", "fresh")
    fleet.forget(50)
    assert not fleet.beat("taken") and fleet.dead(TERM) == ("late",) and fleet.alive(TERM) == ("fresh",)
