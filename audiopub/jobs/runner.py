"""How one job is gone about: begun, done step by step, waited for, given up, and ended; whatever kind it is."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from audiopub.errors import AudiopubError, AudioSuspect, BadInput, EngineThrottled, LeaseLost, Overtaken, TryAgain
from audiopub.jobs.engine_port import Steps
from audiopub.jobs.model import Job, JobState, Kind
from audiopub.jobs.store import JobStore, Seen
from audiopub.pipeline import Progress

_LOG = logging.getLogger("audiopub.jobs")

Plain = Mapping[str, Any]
"""What a step gives: plain values. With ``again`` it is to be repeated after so many seconds, else it is done."""

_STAGES = ("taking", "extracting", "speaking", "measuring", "encoding", "listening", "publishing")
_STAGE = 1_000_000
"""More than any stage has parts."""

_EVERY = 0.25
"""Seconds between two notes of a job's progress."""

_ATTEMPTS = 5
"""Beginnings of a job that comes no further, before it is parked."""

_SUSPECT = 3
"""Beginnings after which a job is done alone, so that it takes no other with it."""

_LONGEST_WAIT = 24 * 3600.0
_LONGEST_FOR_VOICE = 2 * 3600.0
"""Seconds for which a voice is waited for that wants no more requests; then the show's next one reads."""

_FIRST_WAIT, _MOST_WAIT = 2.0, 30.0


class Cancelled(Exception):
    """Somebody took the job back."""


class Alone:
    """Lets any number of jobs work side by side, or one by itself."""

    def __init__(self) -> None:
        """Begin with none."""
        self._changed = threading.Condition()
        self._together, self._alone = 0, False

    @contextmanager
    def with_others(self) -> Iterator[None]:
        """Work beside others."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone)
            self._together += 1
        try:
            yield
        finally:
            with self._changed:
                self._together -= 1
                self._changed.notify_all()

    @contextmanager
    def by_itself(self) -> Iterator[None]:
        """Work while no other does."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self._together)
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()


class Runner:
    """Does jobs for one worker."""

    def __init__(self, store: JobStore, worker: str, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        """Work for a worker.

        Args:
            store: where jobs are recorded.
            worker: its name.
            clock: seconds that never go back.
            sleep: waits a number of seconds.
        """
        self.store, self.worker = store, worker
        self._clock, self.sleep = clock, sleep
        self._alone = Alone()

    def go(self, steps: Steps, run_id: str, work: Callable[[Job], tuple[JobState, Plain]]) -> Plain:
        """Do a job's run from beginning to end.

        Args:
            steps: of the run.
            run_id: ``<id of the job>.<number of the run>``.
            work: does it, and says how it ended.

        Returns:
            How it ended, for the engine's own record.
        """
        job_id, _, run = run_id.rpartition(".")
        job = self.insist(lambda: self.store.begin(job_id, int(run), self.worker))
        if job is None:
            return {"outcome": "over"}
        if job.attempts > _ATTEMPTS and job.order.kind is not Kind.NIGHTLY:
            return self._end(job, JobState.PARKED, {"outcome": "parked", "code": "job.parked", "details": {"attempts": _ATTEMPTS}})
        suspect = job.attempts >= _SUSPECT and job.order.kind is not Kind.NIGHTLY
        with self._alone.by_itself() if suspect else self._beside(job):
            try:
                state, outcome = work(job)
            except Cancelled:
                self.insist(lambda: self._take_back_all(job))
                state, outcome = JobState.CANCELLED, {"outcome": "cancelled"}
            except LeaseLost:
                steps.abandon()
        return self._end(job, state, outcome)

    def patiently(self, steps: Steps, job: Job, name: str, work: Callable[[bool], Plain]) -> Plain:
        """Do a step, and again after a while where the time was not right.

        Args:
            steps: of the run.
            job: the job.
            name: of the step.
            work: does it; told whether it may ask to be called again.
        """
        waited, for_voice, tries = 0.0, 0.0, 0
        while True:
            patient = waited < _LONGEST_WAIT and for_voice < _LONGEST_FOR_VOICE
            found = steps.step(name, lambda patient=patient, tries=tries: attempted(lambda: work(patient), tries, steps.abandon))  # type: ignore[misc]
            if found.get("outcome") == "cancelled":
                raise Cancelled
            if "again" not in found or not patient:
                return {**found, "outcome": found.get("outcome", "failed")} if "again" in found else found
            until = self.insist(self.store.clock) + int(found["again"] * 1000)
            self.insist(lambda until=until, found=found: self.store.waits(job.id, self.worker, until, found))  # type: ignore[misc]
            self._pause(steps, job, found["again"])
            waited, tries = waited + found["again"], tries + 1
            for_voice += found["again"] if found.get("voice") else 0

    def _pause(self, steps: Steps, job: Job, seconds: float) -> None:
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            steps.rest(min(left, 1.0))
            found = self.insist(lambda: self.store.get(job.id))
            if found is None or found.cancel or found.run != job.run:
                raise Cancelled

    def teller(self, job: Job) -> Progress:
        """Give what notes a job's progress, and stops it where it is no longer wanted of this worker.

        Raises:
            Cancelled: from what is given: somebody took the job back.
            LeaseLost: from what is given: another worker has it.
        """
        told = _Told(self._clock() - _EVERY)

        def tell(stage: str, done: int, of: int) -> None:
            now = self._clock()
            if stage == told.stage and now - told.at < _EVERY and done < of:
                return
            told.stage, told.at = stage, now
            place = _STAGES.index(stage) if stage in _STAGES else 0
            if not self.store.seen(job.id, self.worker, Seen(stage=stage, done=done, of=of, reached=place * _STAGE + done)):
                self._refused(job)

        return tell

    def insist(self, ask: Callable[[], Any]) -> Any:
        """Ask something of the database until it answers: a job must not end because that was away."""
        while True:
            try:
                return ask()
            except Overtaken:
                raise
            except TryAgain as error:
                _LOG.warning("%s", error)
                self.sleep(_FIRST_WAIT)

    def _take_back_all(self, job: Job) -> None:
        """Take back as well what a night put up after it was taken back itself: it was in the middle of a step."""
        found = self.store.get(job.id)
        if found is not None and found.run == job.run and found.cancel and not found.is_over:
            self.store.cancel(job.id)

    def _refused(self, job: Job) -> None:
        found = self.store.get(job.id)
        if found is not None and not found.is_over and not found.cancel:
            raise LeaseLost("again.overtaken", path=job.id)
        raise Cancelled

    @contextmanager
    def _beside(self, job: Job) -> Iterator[None]:
        """Let a night, which only waits for others, stand in nobody's way."""
        if job.order.kind is Kind.NIGHTLY:
            yield
            return
        with self._alone.with_others():
            yield

    def _end(self, job: Job, state: JobState, outcome: Plain) -> Plain:
        if self.insist(lambda: self.store.end(job.id, job.run, state, outcome)):
            fields = {"event": "job", "job": job.id, "run": job.run, "kind": job.order.kind.value, "show": job.order.show, "state": state.value,
                      "outcome": outcome.get("outcome", ""), "code": outcome.get("code", ""), "episode": outcome.get("id", ""), "worker": self.worker}  # fmt: skip
            _LOG.info("%s %s: %s", job.order.kind, job.id, state, extra={"fields": fields})
        return {"state": state.value}


class _Told:
    """What was last noted of a job."""

    def __init__(self, at: float) -> None:
        self.stage, self.at = "", at


def attempted(work: Callable[[], Plain], tries: int, abandon: Callable[[], NoReturn]) -> Plain:
    """Do something, and give what went wrong as plain values.

    What a person can judge is ``held``; what is wrong with a machine, a voice or a setting has ``failed``; what may go well a little later
    is to be done ``again``.
    """
    try:
        return work()
    except Cancelled:
        return {"outcome": "cancelled"}
    except LeaseLost:
        abandon()
    except AudiopubError as error:
        said = {"code": error.code, "details": {name: str(value) for name, value in error.details.items()}, "exit_code": error.exit_code}
        again = _again(error, tries)
        if again is not None:
            return {**said, **again}
        return {**said, "outcome": "held" if isinstance(error, BadInput | AudioSuspect) else "failed"}
    except Exception as error:  # noqa: BLE001  a bug in one article must not end the night
        _LOG.exception("a step broke")
        return {"outcome": "failed", "code": "job.broken", "details": {"reason": f"{type(error).__name__}: {error}"[:300]}, "exit_code": 1}


def _again(error: AudiopubError, tries: int) -> dict[str, Any] | None:
    wait = min(_FIRST_WAIT * 2**tries, _MOST_WAIT)
    if isinstance(error, TryAgain):
        return {"again": wait}
    if isinstance(error, EngineThrottled):
        return {"again": max(wait, (error.wait or 0) / 1000), "voice": True}
    return None


def state_of(outcome: Plain) -> JobState:
    """Give the state in which a job ends that ended so."""
    return {"held": JobState.HELD, "failed": JobState.FAILED, "cancelled": JobState.CANCELLED}.get(str(outcome.get("outcome")), JobState.DONE)
