"""How one job is gone about: begun, done step by step, waited for, given up, and ended; whatever kind it is."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
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
"""Workers that may die over a job, all at the same place of it, before it is parked. Somebody may kill workers for another reason and again and again, which
must not make a job look guilty: those die wherever it happens to be, and it comes further in between."""

_SUSPECT = 2
"""Workers that died over a job, after which it is done alone, so that it takes no other with it and no other is blamed."""

_FIRST_PAUSE, _MOST_PAUSE = 2.0, 120.0
"""Seconds before a suspect is begun anew."""

_LONGEST_WAIT = 24 * 3600.0
_LONGEST_FOR_VOICE = 2 * 3600.0
"""Seconds for which a voice is waited for that wants no more requests; then the show's next one reads."""

_FIRST_WAIT, _MOST_WAIT = 2.0, 30.0
_DOUBLINGS = 4
_LOOK = 0.5
"""Seconds between two looks whether a job that waits for others is still wanted."""

_PATIENT_KINDS = frozenset({Kind.NIGHTLY})
"""They only wait for others: they stand in nobody's way, and are begun as often as their worker is."""


class Cancelled(Exception):
    """Somebody took the job back."""


class Alone:
    """Lets any number of runs work side by side, or one by itself; one that wants to be by itself comes before any others."""

    def __init__(self) -> None:
        """Begin with none."""
        self._changed = threading.Condition()
        self._together, self._wanting = set[str](), set[str]()
        self._alone = ""

    def enter(self, run: str, waiting: Callable[[], object], *, alone: bool) -> None:
        """Wait until a run may work.

        Args:
            run: which.
            waiting: called now and then while it is waited for; what it raises ends that.
            alone: whether no other is to work meanwhile.
        """
        while True:
            with self._changed:
                if alone:
                    self._wanting.add(run)
                if self._changed.wait_for(lambda: not (self._alone or (self._together if alone else self._wanting)), _LOOK):
                    self._wanting.discard(run)
                    self._alone, self._together = (run, self._together) if alone else ("", self._together | {run})
                    return
            waiting()

    def leave(self, run: str) -> None:
        """Note that a run does not work, or wait for that, any more."""
        with self._changed:
            self._together.discard(run)
            self._wanting.discard(run)
            self._alone = "" if self._alone == run else self._alone
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
        found = self.insist(lambda: self.store.get(job_id))
        if found is None or found.is_over or found.run != int(run):
            return {"outcome": "over"}
        failed = self._failed(found)
        if failed >= _ATTEMPTS:
            return self._end(steps, found, JobState.PARKED, {"outcome": "parked", "code": "job.parked", "details": {"attempts": _ATTEMPTS}})
        if failed >= _SUSPECT and not found.until and not found.cancel:  # one that was put off already has the moment until which it was
            self.insist(lambda: self.store.postpone(job_id, found.run, min(_FIRST_PAUSE * 2 ** (failed - _SUSPECT), _MOST_PAUSE)))
            return {"outcome": "postponed"}
        try:
            return self._begun(steps, found, work, alone=failed >= _SUSPECT)
        except LeaseLost:
            steps.abandon()
        finally:
            self._alone.leave(run_id)

    def _begun(self, steps: Steps, found: Job, work: Callable[[Job], tuple[JobState, Plain]], *, alone: bool) -> Plain:
        """Do a run when its time has come: only from then on can it be what ends its worker."""
        with suppress(Cancelled):  # which is noted where it would begin
            self._enter(steps, found, alone=alone)
        job = self.insist(lambda: self.store.begin(found.id, found.run, self.worker))
        if job is None:
            return {"outcome": "over"}
        try:
            state, outcome = work(job)
        except Cancelled:
            self.insist(lambda: self._take_back_all(job))
            state, outcome = JobState.CANCELLED, {"outcome": "cancelled"}
        except LeaseLost:
            raise
        except AudiopubError as error:
            state, outcome = JobState.FAILED, {**_said(error), "outcome": "failed"}
        except Exception as error:  # noqa: BLE001  it would be begun anew for ever
            state, outcome = JobState.FAILED, _broken(error)
        return self._end(steps, job, state, outcome)

    def _failed(self, job: Job) -> int:
        """Count the workers that died over a job since it last came further: not this one, which lives, nor any that died while the job only waited."""
        if job.order.kind in _PATIENT_KINDS:
            return 0
        if job.attempts > 1 and job.spot != job.died:
            return 1
        innocent = job.worker == self.worker or job.state is JobState.WAITING
        return max(0, job.attempts - innocent)

    def _enter(self, steps: Steps, job: Job, *, alone: bool) -> None:
        """Wait for a place beside others, or without them where a job is suspected of having ended its worker."""
        if job.order.kind not in _PATIENT_KINDS:
            self._alone.enter(job.workflow, partial(self._rest, steps, job, 0.0), alone=alone)

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
            found: Plain = steps.step(name, partial(self._attempted, steps, work, patient, tries))
            if found.get("outcome") == "cancelled":
                raise Cancelled
            if "again" not in found:
                return found
            if waited >= _LONGEST_WAIT or (found.get("voice") and not patient):
                return {**found, "outcome": "failed"}
            self._pause(steps, job, found)
            waited, tries = waited + found["again"], tries + 1
            for_voice += found["again"] if found.get("voice") else 0

    def _attempted(self, steps: Steps, work: Callable[[bool], Plain], patient: bool, tries: int) -> Plain:  # noqa: FBT001  given by its place
        """Do a step once. Until when it is to be waited is part of its result: a worker that comes to it again does not wait for what is past."""
        found = attempted(lambda: work(patient), tries, steps.abandon)
        return {**found, "until": self.insist(self.store.clock) + round(found["again"] * 1000)} if "again" in found else found

    def _pause(self, steps: Steps, job: Job, found: Plain) -> None:
        seconds = min((found["until"] - self.insist(self.store.clock)) / 1000, found["again"])
        if seconds <= 0:
            return
        self.insist(lambda: self.store.waits(job, found["until"], found))
        self._alone.leave(job.workflow)  # others may work meanwhile
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            self._rest(steps, job, min(left, 1.0))
        self._enter(steps, job, alone=job.attempts > _SUSPECT)

    def _rest(self, steps: Steps, job: Job, seconds: float) -> None:
        """Wait a little, and go on only where the job is still wanted of this worker."""
        steps.rest(seconds)
        found = self.insist(lambda: self.store.get(job.id))
        if found is None or found.cancel or found.is_over or found.run != job.run:
            raise Cancelled
        if found.worker != job.worker:
            raise LeaseLost("again.overtaken", path=job.id)

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
            if not self.store.seen(job, Seen(stage=stage, done=done, of=of, reached=place * _STAGE + done)):
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

    def _end(self, steps: Steps, job: Job, state: JobState, outcome: Plain) -> Plain:
        if self.insist(lambda: self.store.end(job, state, outcome)):
            fields = {"event": "job", "job": job.id, "run": job.run, "kind": job.order.kind.value, "show": job.order.show, "state": state.value,
                      "outcome": outcome.get("outcome", ""), "code": outcome.get("code", ""), "episode": outcome.get("id", ""), "worker": self.worker}  # fmt: skip
            _LOG.info("%s %s: %s", job.order.kind, job.id, state, extra={"fields": fields})
            return {"state": state.value}
        found = self.insist(lambda: self.store.get(job.id))
        if found is not None and not found.is_over and found.run == job.run:
            steps.abandon()  # another worker is at it: its run must not count as finished
        return {"outcome": "over"}


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
        said = _said(error)
        again = _again(error, tries)
        if again is not None:
            return {**said, **again}
        return {**said, "outcome": "held" if isinstance(error, BadInput | AudioSuspect) else "failed"}
    except Exception as error:  # noqa: BLE001  a bug in one article must not end the night
        return _broken(error)


def _broken(error: Exception) -> dict[str, Any]:
    _LOG.error("a job broke", exc_info=error)
    return {"outcome": "failed", "code": "job.broken", "details": {"reason": f"{type(error).__name__}: {error}"[:300]}, "exit_code": 1}


def _said(error: AudiopubError) -> dict[str, Any]:
    return {"code": error.code, "details": {name: str(value) for name, value in error.details.items()}, "exit_code": error.exit_code}


def _again(error: AudiopubError, tries: int) -> dict[str, Any] | None:
    wait = min(_FIRST_WAIT * 2 ** min(tries, _DOUBLINGS), _MOST_WAIT)
    if isinstance(error, TryAgain):
        return {"again": wait}
    if isinstance(error, EngineThrottled):
        return {"again": max(wait, (error.wait or 0) / 1000), "voice": True}
    return None


def state_of(outcome: Plain) -> JobState:
    """Give the state in which a job ends that ended so."""
    return {"held": JobState.HELD, "failed": JobState.FAILED, "cancelled": JobState.CANCELLED}.get(str(outcome.get("outcome")), JobState.DONE)
