"""However many threads ask a voice, the service sees no more requests in any second than a limit and a tenth, in simulated time."""

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, literal

from audiopub.adapters.memory import MemoryTurns
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.turns import SqlTurns
from audiopub.audio import Pcm
from audiopub.engines.silent import SilentEngine
from audiopub.errors import EngineThrottled, EngineUnavailable
from audiopub.speech.pacing import Paced
from audiopub.speech.turns import BREAKS_AT, Turn, Turns, Went, gap_of
from tests.simulated_time import SimulatedTime, most_in_a_second

SOUND = SilentEngine().speak("một")


class Service:
    """A service that notes when requests come, and refuses some."""

    identity, longest, parallel = "service/1", 100, 99

    def __init__(self, time: SimulatedTime, chance: random.Random, refused: float = 0.0, down: Callable[[float], bool] = lambda _now: False) -> None:
        self.time, self.chance, self.refused, self.down = time, chance, refused, down
        self.began = time.now
        self.came: list[float] = []

    def speak(self, utterance: str) -> Pcm:
        """Answer after a while."""
        self.time.sleep(self.chance.random() * 0.04)
        self.came.append(self.time.now)
        fails, refuses = self.down(self.time.now - self.began), self.chance.random() < self.refused
        self.time.sleep(0.05 + self.chance.random())
        if fails:
            raise EngineUnavailable("speech.unavailable", engine="service", reason="HTTP 500")
        if refuses:
            wait = self.chance.choice([None, 0, 700, 2_000])
            raise EngineThrottled("speech.throttled", engine="Service", until=round(self.time.now * 1000), wait=wait)
        return SOUND


def asked(service: Service, turns: list[Turns], threads: int, each: int, late: float) -> None:
    """Have every thread ask so often until it gets sound, waiting as long as it is told to; nobody wakes as early as he wanted."""
    time = service.time

    def sleep(seconds: float) -> None:
        time.sleep(seconds + service.chance.random() * late)

    def work(own: Turns) -> Callable[[], None]:
        def several() -> None:
            paced = Paced(service, own, sleep=sleep, service="Service")
            for _ in range(each):
                _until_it_speaks(paced, time)

        return several

    time.run([work(turns[number % len(turns)]) for number in range(threads)])


def _until_it_speaks(paced: Paced, time: SimulatedTime) -> None:
    while True:
        try:
            paced.speak("một")
        except EngineThrottled as error:
            time.sleep((error.wait or 0) / 1000)
        except EngineUnavailable:
            time.sleep(0.1)
        else:
            return


@given(
    limit=st.sampled_from([0.5, 1.0, 2.5, 4.0, 7.0, 10.0, 12.0, 25.0]), threads=st.integers(1, 12), seed=st.integers(0, 2**32),
    late=st.sampled_from([0.0, 0.02, 0.05, 0.1]), refused=st.sampled_from([0.0, 0.3, 0.9]),
)  # fmt: skip
@example(limit=10.0, threads=12, seed=1, late=0.05, refused=0.3)
@example(limit=4.0, threads=12, seed=2, late=0.1, refused=0.0)
def test_no_second_sees_more_than_the_limit_and_a_tenth(limit: float, threads: int, seed: int, late: float, refused: float) -> None:
    """Whatever the limit, the number of threads, how late they wake and how often the service refuses."""
    time = SimulatedTime()
    service = Service(time, random.Random(seed), refused)
    asked(service, [MemoryTurns(time, gap_of(limit))], threads, 5, late)
    assert len(service.came) >= 5 * threads
    assert most_in_a_second(service.came) <= max(1, limit * 1.1)


@pytest.mark.parametrize("limit", [4.0, 10.0])
def test_the_limit_is_used(limit: float) -> None:
    """Where enough threads ask, the service is asked nine times in ten that it may be."""
    time = SimulatedTime()
    service = Service(time, random.Random(3))
    asked(service, [MemoryTurns(time, gap_of(limit))], 12, 10, 0.01)
    assert len(service.came) / (max(service.came) - min(service.came)) > 0.9 * limit


def test_processes_that_share_a_database_keep_to_one_limit(tmp_path: Path) -> None:
    """Three processes of four threads each, with nothing in common but a database, through a service that refuses and fails."""
    time = SimulatedTime()
    service = Service(time, random.Random(5), 0.2, lambda since: 2 < since < 6)
    databases = [Database(f"sqlite:///{tmp_path}/a.sqlite") for _ in range(3)]
    turns: list[Turns] = [SqlTurns(database, "gtts", gap_of(10), lambda: literal(round(time.now * 1000), BigInteger)) for database in databases]
    asked(service, turns, 12, 4, 0.04)
    assert most_in_a_second(service.came) <= 11
    for database in databases:
        database.close()


def test_an_outage_is_asked_about_by_one_at_a_time() -> None:
    """While a service is down for ten minutes, a dozen threads send it five requests and those on their way, and then one after each break."""
    time = SimulatedTime()
    service = Service(time, random.Random(7), 0.0, lambda since: since < 600)
    asked(service, [MemoryTurns(time, gap_of(10))], 12, 1, 0.01)
    first = [moment for moment in service.came if moment < service.began + 10]
    during = [moment for moment in service.came if service.began + 10 <= moment < service.began + 600]
    assert len(first) <= 5 + 12
    assert len(during) == 4  # after half a minute, one, two and four
    assert min(later - earlier for earlier, later in pairwise(during)) > 30


@pytest.mark.parametrize(("takes", "told"), [(2.0, False), (20.0, True)], ids=["soon", "late"])
def test_the_others_wait_a_little_for_the_one_that_goes_alone(*, takes: float, told: bool) -> None:
    """After a break the second that comes waits a few seconds for the first one's answer; where that is good it goes too, where it does not come it is told."""
    time = SimulatedTime()
    turns, gone = MemoryTurns(time, gap_of(4)), list[float]()

    class Slow(SilentEngine):
        def speak(self, utterance: str) -> Pcm:
            gone.append(time.now)
            time.sleep(takes)
            return super().speak(utterance)

    for _ in range(BREAKS_AT):
        turn = turns.take()
        assert isinstance(turn, Turn)
        turns.tell(turn, Went.FAILED)
    time.now += 30
    began, heard = time.now, list[EngineThrottled]()

    def ask() -> None:
        try:
            Paced(Slow(), turns, sleep=time.sleep, service="Service").speak("một")
        except EngineThrottled as error:
            heard.append(error)
            assert 5 <= time.now - began < 6

    time.run([ask, ask])
    assert ([error.code for error in heard], len(gone)) == ((["speech.resting"], 1) if told else ([], 2))
    assert told or gone[1] - gone[0] == pytest.approx(takes, abs=0.6)
