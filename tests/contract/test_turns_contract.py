"""The contract of turns and of counters, kept in memory, in SQLite and in Postgres."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import BigInteger, ColumnElement, literal, text

from audiopub.adapters.memory import MemoryTurns
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.counters import Counters
from audiopub.adapters.sql.turns import SqlTurns
from audiopub.errors import TryAgain
from audiopub.speech.turns import BREAKS_AT, LONGEST_BREAK, LONGEST_PAUSE, SHORTEST_BREAK, TRIAL, USUAL_PAUSE, Pause, Turn, Turns, Went
from tests.small_postgres import programs, small_postgres

GAP = 250
BEGAN = 1_790_000_000_000


@dataclass
class Moment:
    """A clock that is set by hand, in milliseconds."""

    ms: int = BEGAN

    def seconds(self) -> float:
        return self.ms / 1000

    def in_sql(self) -> ColumnElement[int]:
        return literal(self.ms, BigInteger)


@dataclass
class Shared:
    """What gives turns, and the clock that counts for them."""

    turns_of: Callable[[str], Turns]
    clock: Moment


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[str]:
    if programs() is None:
        pytest.skip("no programs of Postgres")
    with small_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/a.sqlite" if request.param == "sqlite" else request.getfixturevalue("own_postgres"))
    made.write(lambda connection: connection.execute(text("DELETE FROM counters")))
    yield made
    made.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    """Give turns of each adapter; of SQL ones every call gives a new object, as another process would have it."""
    clock, names = Moment(), uuid4().hex
    if request.param == "memory":
        kept: dict[str, Turns] = {}
        yield Shared(lambda name: kept.setdefault(name, MemoryTurns(clock.seconds, GAP)), clock)
        return
    made = Database(f"sqlite:///{tmp_path}/a.sqlite" if request.param == "sqlite" else request.getfixturevalue("own_postgres"))
    yield Shared(lambda name: SqlTurns(made, f"{names} {name}", GAP, clock.in_sql), clock)
    made.close()


@pytest.fixture
def turns(shared: Shared) -> Turns:
    return shared.turns_of("gtts")


@pytest.fixture
def clock(shared: Shared) -> Moment:
    return shared.clock


def turn_of(turns: Turns) -> Turn:
    """Take a turn, which there has to be."""
    found = turns.take()
    assert isinstance(found, Turn)
    return found


def pause_of(turns: Turns) -> Pause:
    """Take a turn, which there may not be."""
    found = turns.take()
    assert isinstance(found, Pause)
    return found


def broken(turns: Turns, went: Went = Went.THROTTLED) -> Pause:
    """Have so many requests fail that nobody asks."""
    for turn in [turn_of(turns) for _ in range(BREAKS_AT)]:
        turns.tell(turn, went, 0)
    return pause_of(turns)


# Pace


def test_turns_keep_their_distance(shared: Shared) -> None:
    """The first may go at once, each further one a gap later, whoever takes it."""
    taken = [turn_of(shared.turns_of("gtts")) for _ in range(6)]
    assert taken[0].at == taken[0].now == BEGAN
    assert {later.at - earlier.at for earlier, later in pairwise(taken)} == {GAP}


def test_idle_time_is_not_saved_up(turns: Turns, clock: Moment) -> None:
    """Whoever comes late goes at once, and the next keeps its distance from then."""
    turn_of(turns)
    clock.ms += 60_000
    assert [turn_of(turns).at - clock.ms for _ in range(3)] == [0, GAP, 2 * GAP]


def test_engines_do_not_wait_for_each_other(shared: Shared) -> None:
    """Each name has turns of its own."""
    broken(shared.turns_of("gtts"))
    assert turn_of(shared.turns_of("edge")).at == BEGAN


def test_good_answers_change_nothing(turns: Turns) -> None:
    """A request that went well leaves the pace as it is."""
    first = turn_of(turns)
    assert turns.tell(first, Went.OK) is None
    assert turn_of(turns).at == first.at + GAP


def test_a_clock_that_was_set_back_holds_nobody(turns: Turns, clock: Moment) -> None:
    """Turns, pauses and trials of a time that is yet to come are those of another clock."""
    broken(turns)
    clock.ms += SHORTEST_BREAK
    turn_of(turns)
    clock.ms -= 2 * LONGEST_PAUSE
    again = turn_of(turns)
    assert (again.at, bool(again.trial)) == (clock.ms, True)
    turns.tell(again, Went.OK)
    assert turn_of(turns).at - clock.ms <= GAP


# Pauses


@pytest.mark.parametrize(("told", "lasts"), [(None, USUAL_PAUSE), (2_000, 2_000), (0, 0), (600_000, 600_000), (10**12, LONGEST_PAUSE)])
def test_one_refusal_pauses_all(shared: Shared, told: int | None, lasts: int) -> None:
    """A service that is asked too often is left alone for as long as it says, by everybody, and is then asked at the usual distance."""
    mine, others = shared.turns_of("gtts"), shared.turns_of("gtts")
    pause = mine.tell(turn_of(mine), Went.THROTTLED, told)
    assert (pause.left if pause else 0) == lasts
    if lasts:
        assert pause_of(others) == Pause(until=BEGAN + lasts, now=BEGAN, why=Went.THROTTLED)
    shared.clock.ms += max(lasts, GAP)
    assert [turn_of(others).at - shared.clock.ms for _ in range(2)] == [0, GAP]


def test_a_pause_that_is_declared_meanwhile_is_seen(turns: Turns, clock: Moment) -> None:
    """A turn that was taken before a pause does not count during it, and no turn is used up by those who are told to wait."""
    first, second = turn_of(turns), turn_of(turns)
    turns.tell(first, Went.THROTTLED, 1_000)
    clock.ms = second.at
    assert turns.seen(second) == Pause(until=BEGAN + 1_000, now=clock.ms, why=Went.THROTTLED)
    for _ in range(9):
        pause_of(turns)
    clock.ms = BEGAN + 1_000
    assert [turn_of(turns).at - clock.ms for _ in range(2)] == [0, GAP]


def test_a_turn_counts_as_long_as_nothing_is_known_against_it(turns: Turns, clock: Moment) -> None:
    """A turn whose moment has come is given back with the moment that it is."""
    turn_of(turns)
    second = turn_of(turns)
    clock.ms = second.at + 7
    found = turns.seen(second)
    assert isinstance(found, Turn)
    assert (found.at, found.now) == (second.at, second.at + 7)


def test_a_good_answer_does_not_end_a_pause_that_the_service_wants(turns: Turns) -> None:
    """Answers that were on their way already say nothing against it."""
    first, second = turn_of(turns), turn_of(turns)
    turns.tell(first, Went.THROTTLED, 60_000)
    pause = turns.tell(second, Went.OK)
    assert pause and pause.left == 60_000


# Breaks


@pytest.mark.parametrize("went", [Went.THROTTLED, Went.FAILED])
def test_bad_answers_in_a_row_break_it_off(shared: Shared, went: Went) -> None:
    """After the fifth nobody asks for half a minute, and whoever wants to is told why."""
    turns, clock = shared.turns_of("gtts"), shared.clock
    for turn in [turn_of(turns) for _ in range(BREAKS_AT - 1)]:
        assert turns.tell(turn, went, 0) is None
    pause = turns.tell(turn_of(turns), went, 0)
    assert pause == Pause(until=clock.ms + SHORTEST_BREAK, now=clock.ms, why=went)
    assert pause_of(shared.turns_of("gtts")) == pause


def test_a_good_answer_in_between_begins_the_count_anew(turns: Turns) -> None:
    """Bad answers have to follow each other."""
    for _ in range(3):
        for _ in range(BREAKS_AT - 1):
            assert turns.tell(turn_of(turns), Went.FAILED) is None
        turns.tell(turn_of(turns), Went.OK)
    assert isinstance(turns.take(), Turn)


def test_a_rejected_text_is_neither(turns: Turns) -> None:
    """A text that is refused says nothing of the service."""
    for _ in range(BREAKS_AT - 1):
        turns.tell(turn_of(turns), Went.FAILED)
    turns.tell(turn_of(turns), Went.REJECTED)
    assert turns.tell(turn_of(turns), Went.FAILED) is not None


def test_one_goes_alone_after_a_break(shared: Shared) -> None:
    """When the break is over the first that comes goes, and all others wait for its answer; a good one lets all go."""
    turns, others, clock = shared.turns_of("gtts"), shared.turns_of("gtts"), shared.clock
    clock.ms = broken(turns).until
    alone = turn_of(turns)
    assert alone.at == clock.ms
    assert alone.trial
    waiting = pause_of(others)
    assert (waiting.on_trial, waiting.why, waiting.left) == (True, Went.THROTTLED, TRIAL)
    assert turns.seen(alone) == alone
    assert turns.tell(alone, Went.OK) is None
    assert not turn_of(others).trial


def test_breaks_double_up_to_a_quarter_of_an_hour(turns: Turns, clock: Moment) -> None:
    """Each time the one that goes alone fails, the next break is twice as long; a good answer makes the next one short again."""
    lengths = [broken(turns).left]
    for _ in range(7):
        clock.ms += lengths[-1]
        pause = turns.tell(turn_of(turns), Went.FAILED)
        assert pause
        lengths.append(pause.left)
    assert lengths == [min(LONGEST_BREAK, SHORTEST_BREAK * 2**step) for step in range(8)]
    clock.ms += lengths[-1]
    turns.tell(turn_of(turns), Went.OK)
    clock.ms += GAP
    assert broken(turns).left == SHORTEST_BREAK


def test_a_break_is_no_shorter_than_the_service_wants(turns: Turns, clock: Moment) -> None:
    """A longer wish of the service counts."""
    for turn in [turn_of(turns) for _ in range(BREAKS_AT)]:
        turns.tell(turn, Went.THROTTLED, 120_000)
    assert pause_of(turns).left == 120_000


def test_answers_from_before_a_break_do_not_lengthen_or_end_it(turns: Turns, clock: Moment) -> None:
    """A dozen that were on their way when it broke off count once."""
    early = [turn_of(turns) for _ in range(12)]
    for turn in early[:10]:
        turns.tell(turn, Went.FAILED)
    pause = pause_of(turns)
    assert pause.left == SHORTEST_BREAK
    turns.tell(early[10], Went.OK)
    assert pause_of(turns) == pause
    clock.ms = pause.until
    alone = turn_of(turns)
    turns.tell(early[11], Went.FAILED)
    assert pause_of(turns).on_trial
    again = turns.tell(alone, Went.FAILED)
    assert again and again.left == 2 * SHORTEST_BREAK


def test_a_turn_from_before_a_break_does_not_go_after_it(turns: Turns, clock: Moment) -> None:
    """Whoever slept through the whole break is not a second one that goes alone."""
    early = [turn_of(turns) for _ in range(BREAKS_AT + 1)]
    for turn in early[:-1]:
        turns.tell(turn, Went.FAILED)
    clock.ms += SHORTEST_BREAK
    assert isinstance(turns.seen(early[-1]), Pause)


def test_one_that_is_not_heard_of_again_is_replaced(turns: Turns, clock: Moment) -> None:
    """Whoever went alone and died holds the others for a minute and a half, and its answer, should it come, counts no more."""
    clock.ms = broken(turns).until
    lost = turn_of(turns)
    clock.ms += TRIAL - 1
    assert pause_of(turns).left == 1
    clock.ms += 1
    alone = turn_of(turns)
    assert alone.trial
    turns.tell(lost, Went.OK)
    assert pause_of(turns).on_trial
    turns.tell(alone, Went.OK)
    assert not turn_of(turns).trial


def test_a_rejected_text_lets_the_next_go_alone(turns: Turns, clock: Moment) -> None:
    """Where the one that went alone had a text that is refused, another one tries at once."""
    clock.ms = broken(turns).until
    turns.tell(turn_of(turns), Went.REJECTED)
    assert turn_of(turns).trial


# The database


def test_the_clock_is_the_databases(database: Database) -> None:
    """Without a word about clocks, moments are milliseconds since 1970."""
    turns = SqlTurns(database, uuid4().hex, GAP)
    turn = turn_of(turns)
    assert abs(turn.now / 1000 - time.time()) < 60
    assert turn_of(turns).at >= turn.at + GAP


def test_threads_never_get_the_same_turn(database: Database) -> None:
    """Turns that many threads take at once all differ by a gap at least, from the very first on."""
    name, taken = uuid4().hex, list[int]()

    def take() -> None:
        for _ in range(6):
            taken.append(turn_of(SqlTurns(database, name, GAP)).at)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 36
    assert min(later - earlier for earlier, later in pairwise(sorted(taken))) >= GAP


# Counters


class Later:
    """Holds what is to be done a second from now until the second is over."""

    def __init__(self) -> None:
        self.works: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        self.works.append(work)

    def second(self) -> None:
        """Let a second pass."""
        works, self.works = self.works, []
        for work in works:
            work()


def test_counters_add_up_over_processes(database: Database) -> None:
    """What two count is added up, by name and label."""
    one, two = Counters(database, Later()), Counters(database, Later())
    one.add("tts_requests", "gtts:ok", 3)
    two.add("tts_requests", "gtts:ok")
    two.add("tts_requests", "gtts:throttled", 2)
    one.flush()
    assert two.all() == {("tts_requests", "gtts:ok"): 4, ("tts_requests", "gtts:throttled"): 2}


def test_counters_are_written_once_a_second(database: Database) -> None:
    """A thousand additions are one writing, a second after the first of them, and nothing is written where nothing was added."""
    later, seen = Later(), Counters(database, Later())
    counting = Counters(database, later)
    for _ in range(1000):
        counting.add("tts_requests", "gtts:ok")
    assert len(later.works) == 1
    assert seen.all() == {}
    later.second()
    assert seen.all() == {("tts_requests", "gtts:ok"): 1000}
    assert later.works == []
    counting.add("tts_requests", "gtts:ok")
    later.second()
    assert seen.all() == {("tts_requests", "gtts:ok"): 1001}


def test_what_cannot_be_written_is_kept(tmp_path: Path) -> None:
    """While the database cannot be written to, what was added waits, and is tried again every second."""
    file = tmp_path / "a.sqlite"
    database = Database(f"sqlite:///{file}", patience=0, busy=1, sleep=lambda _seconds: None)
    later = Later()
    counting = Counters(database, later)
    database.write(lambda _connection: None)
    counting.add("tts_requests", "gtts:ok", 5)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TryAgain):
            counting.flush()
        later.second()
        assert len(later.works) == 1
    later.second()
    assert Counters(database, Later()).all() == {("tts_requests", "gtts:ok"): 5}
    database.close()


def test_additions_of_many_threads_are_all_counted(database: Database) -> None:
    """None is lost between threads that add and one that writes."""
    counting = Counters(database, Later())

    def add() -> None:
        for _ in range(500):
            counting.add("n")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counting.flush()
    assert counting.all() == {("n", ""): 2000}
