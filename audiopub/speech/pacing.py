"""Engines around engines: one asks again after a failure, one asks no oftener than allowed."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future

from audiopub.audio import Pcm, trimmed
from audiopub.errors import EngineUnavailable
from audiopub.speech.check import checked
from audiopub.speech.engine import Engine


class _Around:
    """An engine that asks another one: all that it says of itself is the other's, since it changes no sound."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def identity(self) -> str:
        """Give the wrapped engine's identity."""
        return self._engine.identity

    @property
    def longest(self) -> int:
        """Give the wrapped engine's longest request."""
        return self._engine.longest

    @property
    def parallel(self) -> int:
        """Give how many requests the wrapped engine bears at once."""
        return self._engine.parallel


class Retrying(_Around):
    """Asks an engine again after :class:`EngineUnavailable`, waiting longer each time, with jitter."""

    def __init__(self, engine: Engine, *, sleep: Callable[[float], None], jitter: random.Random, attempts: int = 3, first_wait: float = 0.5) -> None:
        """Wrap an engine.

        Args:
            engine: the one that is asked.
            sleep: waits a number of seconds.
            jitter: each wait is multiplied by a number from it between 0.5 and 1.5, so that many workers do not
                come back at once.
            attempts: how often to ask in all, at least 1.
            first_wait: seconds before the second attempt; doubled for each further one.
        """
        super().__init__(engine)
        self._sleep, self._jitter = sleep, jitter
        self._attempts, self._first_wait = attempts, first_wait

    def speak(self, utterance: str) -> Pcm:
        """Say an utterance, with as many attempts as allowed; the last error is raised as it came."""
        for attempt in range(1, self._attempts):
            try:
                return self._engine.speak(utterance)
            except EngineUnavailable:
                self._sleep(self._first_wait * 2 ** (attempt - 1) * (0.5 + self._jitter.random()))
        return self._engine.speak(utterance)


class Checked(_Around):
    """Judges what an engine returned, so that sound which cannot be right is asked for again by :class:`Retrying`."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Wrap an engine; ``name`` is what errors call it."""
        super().__init__(engine)
        self._name = name

    def speak(self, utterance: str) -> Pcm:
        """Say an utterance and judge its sound.

        Raises:
            UtteranceSpoilt: silence, or a pace no reader has.
        """
        return checked(trimmed(self._engine.speak(utterance)), utterance, self._name)


class Paced(_Around):
    """Leaves a least time between the beginnings of requests to an engine, whichever threads they come from."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float], sleep: Callable[[float], None], a_second: float) -> None:
        """Wrap an engine that may be asked ``a_second`` times a second; ``clock`` gives seconds that never go back."""
        super().__init__(engine)
        self._clock, self._sleep = clock, sleep
        self._gap = 1 / a_second
        self._next = clock()
        self._lock = threading.Lock()

    def speak(self, utterance: str) -> Pcm:
        """Wait for the engine's turn and say an utterance."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)
        return self._engine.speak(utterance)


class Bounded(_Around):
    """Gives an engine up that has not answered after a time, however little by little its answer comes.

    What was asked is left behind in a thread that ends by itself, or with the program.
    """

    def __init__(self, engine: Engine, *, seconds: float, name: str) -> None:
        """Wrap an engine; ``name`` is what errors call it."""
        super().__init__(engine)
        self._seconds, self._name = seconds, name

    def speak(self, utterance: str) -> Pcm:
        """Say an utterance.

        Raises:
            EngineUnavailable: it took too long.
        """
        answer: Future[Pcm] = Future()
        threading.Thread(target=self._answer, args=(utterance, answer), daemon=True, name="speech-bounded").start()
        try:
            return answer.result(self._seconds)
        except TimeoutError as error:
            raise EngineUnavailable("speech.unavailable", engine=self._name, reason=f"> {self._seconds:g} s") from error

    def _answer(self, utterance: str, answer: "Future[Pcm]") -> None:
        try:
            answer.set_result(self._engine.speak(utterance))
        except BaseException as error:  # noqa: BLE001  it is raised where it was asked for
            answer.set_exception(error)
