"""Engines around engines: one asks again after a failure, one asks only when it is its turn."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future

from audiopub.audio import Pcm, trimmed
from audiopub.errors import EngineThrottled, EngineUnavailable, UtteranceRejected
from audiopub.speech.check import checked
from audiopub.speech.engine import Engine
from audiopub.speech.turns import LATE, Pause, Turn, Turns, Went

_PATIENCE = 5_000
"""Milliseconds of a pause that are slept through; who meets a longer one is told."""

_STEP = 500
"""Milliseconds between two looks while another request finds out whether the service answers again."""

_TOO_LATE = LATE // 2
"""Milliseconds after its moment at which a turn is given up for another; the rest of what is allowed is the way to the service."""

_LATE_TURNS = 20
"""That are given up before a request goes all the same: on a machine this busy they are all late alike."""

_THROTTLED_ATTEMPTS = 8
"""Short pauses after which a request goes again; they are the service's wish, not its failure."""


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
        """Say an utterance, with as many attempts as allowed; the last error is raised as it came.

        Raises:
            EngineThrottled: nobody may ask for longer than one waits here.
        """
        failed = throttled = 0
        while True:
            try:
                return self._engine.speak(utterance)
            except EngineThrottled as error:
                throttled += 1
                if (error.wait or 0) > _PATIENCE or throttled >= max(self._attempts, _THROTTLED_ATTEMPTS):
                    raise
            except EngineUnavailable:
                failed += 1
                if failed >= self._attempts:
                    raise
            self._sleep(self._first_wait * 2 ** min(failed + throttled - 1, self._attempts) * (0.5 + self._jitter.random()))


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
    """Asks an engine only when it is its turn, and tells all that share the turns how it went."""

    def __init__(self, engine: Engine, turns: Turns, *, sleep: Callable[[float], None], service: str, count: Callable[[Went], None] = lambda _went: None) -> None:
        """Wrap an engine.

        Args:
            engine: the one that is asked.
            turns: kept for all that ask it.
            sleep: waits a number of seconds.
            service: what people call who answers, ``Google``.
            count: told how each request went.
        """
        super().__init__(engine)
        self._turns, self._sleep, self._service, self._count = turns, sleep, service, count

    def speak(self, utterance: str) -> Pcm:
        """Wait for the engine's turn and say an utterance.

        Raises:
            EngineThrottled: nobody may ask for longer than one waits here; or the service said so just now.
        """
        turn = self._turn()
        try:
            pcm = self._engine.speak(utterance)
        except UtteranceRejected:
            self._told(turn, Went.REJECTED)
            raise
        except EngineThrottled as error:
            pause = self._told(turn, Went.THROTTLED, error.wait)
            if pause is None:
                raise
            raise self._throttled(pause) from error
        except EngineUnavailable as error:
            pause = self._told(turn, Went.FAILED)
            if pause is None or pause.left <= _PATIENCE:
                raise
            raise self._throttled(pause) from error
        self._told(turn, Went.OK)
        return pcm

    def _told(self, turn: Turn, went: Went, wait: int | None = None) -> Pause | None:
        self._count(went)
        return self._turns.tell(turn, went, wait)

    def _turn(self) -> Turn:
        """Wait for a turn that still counts when its moment has come: a pause may be declared while one sleeps."""
        late, waited = 0, 0
        while True:
            found = self._turns.take()
            if isinstance(found, Turn):
                self._sleep_until(found.at, found.now)
                found = self._turns.seen(found)
            if isinstance(found, Pause):
                waited += self._wait(found, waited)
            elif found.trial or found.now - found.at <= _TOO_LATE or late >= _LATE_TURNS:
                return found
            else:
                late += 1

    def _wait(self, pause: Pause, waited: int) -> int:
        """Sleep through a short pause; give how long that was, where the pause may end at any moment.

        Raises:
            EngineThrottled: it is a long one.
        """
        if pause.left > _PATIENCE and (not pause.on_trial or waited >= _PATIENCE):
            raise self._throttled(pause)
        step = min(pause.left, _STEP) if pause.on_trial else pause.left
        self._sleep_until(pause.now + step, pause.now)
        return step if pause.on_trial else 0

    def _sleep_until(self, moment: int, now: int) -> None:
        if moment > now:
            self._sleep((moment - now) / 1000)

    def _throttled(self, pause: Pause) -> EngineThrottled:
        if pause.why is Went.THROTTLED:
            return EngineThrottled("speech.throttled", engine=self._service, until=pause.until, wait=pause.left)
        return EngineThrottled("speech.resting", engine=self._service, until=pause.until, wait=pause.left)


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
