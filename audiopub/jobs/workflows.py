"""The workflows: what a job of each kind is, step by step.

A workflow whose steps change is not edited: a new one (``render.v2``) is written beside it, orders are given to that one, and the old one
stays until no job has it. A job that was begun by an older audiopub finds its steps as they were.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from audiopub.jobs.engine_port import Steps, Workflow
from audiopub.jobs.model import Job, JobState, Kind
from audiopub.jobs.runner import Cancelled, Plain, Runner, state_of
from audiopub.pipeline import Progress

NAMES = {Kind.RENDER: "render.v1", Kind.PROOF: "proof.v1", Kind.PUBLISH: "publish.v1", Kind.NIGHTLY: "nightly.v1"}
"""The workflow by which a new job of each kind is done."""

_POLL = 0.5
"""Seconds between two looks at jobs that are waited for."""

CHANGED = frozenset({"published", "updated"})
"""Outcomes after which the feed has something new to tell."""


class Workshop(Protocol):
    """What the workflows do, each thing so that it may be done twice: the second time gives the same, and costs next to nothing."""

    def take(self, job: Job, progress: Progress) -> Plain:
        """Get an article's page and find out which episode it is; gives ``page``, ``identity``, ``title``."""

    def make(self, job: Job, taken: Plain, progress: Progress, *, patient: bool) -> Plain:
        """Speak, encode and publish it; gives ``outcome``, ``id``, ``revision``, ``title``… The feed is not written."""

    def prove(self, job: Job, taken: Plain, progress: Progress, *, patient: bool) -> Plain:
        """Speak and encode it to be heard; nothing is published."""

    def publish(self, job: Job, progress: Progress) -> Plain:
        """Write a show's feed, unless it tells everything already."""

    def leave(self, job: Job) -> None:
        """Let go what was held for a job that has ended."""

    def listed(self, job: Job) -> Plain:
        """Give the ``entries`` that a show's sources list, and ``failures``."""

    def take_listed(self, job: Job, entry: Plain, place: int) -> Plain:
        """Look at one entry: gives its line of the report, and the ``job`` that was put up for it where there is something to do."""

    def close(self, job: Job, progress: Progress, *, patient: bool) -> Plain:
        """Bring bulletins and the feed up to date after a night; gives their lines."""

    def report(self, job: Job, listed: Plain, lines: Sequence[Plain], closed: Plain) -> Plain:
        """Write the report of a night; gives its counts."""

    def awaited(self, job: Job) -> Sequence[str]:
        """Name the jobs that a night has to wait for before it begins: those of the shows that its bulletins tell."""


def workflows(runner: Runner, workshop: Workshop) -> dict[str, Workflow]:
    """Give every workflow that jobs in the database may have, by name."""
    made = {"render.v1": _render_v1, "proof.v1": _proof_v1, "publish.v1": _publish_v1, "nightly.v1": _nightly_v1}
    return {name: partial(_gone_about, runner, workshop, work) for name, work in made.items()}


def _gone_about(runner: Runner, workshop: Workshop, work: Any, steps: Steps, run_id: str) -> Plain:
    return runner.go(steps, run_id, lambda job: work(runner, workshop, steps, job))


def _render_v1(runner: Runner, workshop: Workshop, steps: Steps, job: Job) -> tuple[JobState, Plain]:
    tell = runner.teller(job)
    taken = runner.patiently(steps, job, "take", lambda _patient: workshop.take(job, tell))
    if "page" not in taken:
        return state_of(taken), taken
    made = runner.patiently(steps, job, "make", lambda patient: workshop.make(job, taken, tell, patient=patient))
    published: Mapping[str, Any] = {}
    if made.get("outcome") in CHANGED and not job.order.parent:
        # Listeners have it by now: whoever takes the job back from here on comes too late.
        published = runner.patiently(steps, job, "publish", lambda _patient: workshop.publish(job, _to_the_end(tell)))
    steps.step("leave", lambda: runner.insist(lambda: workshop.leave(job)))
    # A bulletin that could not be made again is no failure of the article's: the next run tries again, and the feed is written.
    if published.get("outcome") != "failed" or published.get("missing") == []:
        return state_of(made), {**made, "feed": dict(published)} if published else made
    why = {name: published[name] for name in ("code", "details", "exit_code") if name in published}
    return state_of(published), {**made, **why, "feed": dict(published)}


def _to_the_end(tell: Progress) -> Progress:
    """Tell progress, and go on whatever a person wants."""

    def told(stage: str, done: int, of: int) -> None:
        with suppress(Cancelled):
            tell(stage, done, of)

    return told


def _proof_v1(runner: Runner, workshop: Workshop, steps: Steps, job: Job) -> tuple[JobState, Plain]:
    tell = runner.teller(job)
    taken = runner.patiently(steps, job, "take", lambda _patient: workshop.take(job, tell))
    if "page" not in taken:
        return state_of(taken), taken
    proved = runner.patiently(steps, job, "prove", lambda patient: workshop.prove(job, taken, tell, patient=patient))
    return state_of(proved), proved


def _publish_v1(runner: Runner, workshop: Workshop, steps: Steps, job: Job) -> tuple[JobState, Plain]:
    published = runner.patiently(steps, job, "publish", lambda _patient: workshop.publish(job, runner.teller(job)))
    return state_of(published), published


def _nightly_v1(runner: Runner, workshop: Workshop, steps: Steps, job: Job) -> tuple[JobState, Plain]:
    tell = runner.teller(job)
    awaited = runner.patiently(steps, job, "await", lambda _patient: {"jobs": list(workshop.awaited(job))})
    if "jobs" not in awaited:
        return state_of(awaited), awaited
    _wait(runner, steps, awaited["jobs"], tell)
    listed = runner.patiently(steps, job, "list", lambda _patient: workshop.listed(job))
    entries = listed.get("entries", ())
    lines: list[Plain] = []
    for place, entry in enumerate(entries):
        line = runner.patiently(steps, job, "look", lambda _patient, entry=entry, place=place: workshop.take_listed(job, entry, place))  # type: ignore[misc]
        lines.append({"source": entry["name"], **line})
        runner.insist(lambda place=place: tell("taking", place + 1, len(entries)))  # type: ignore[misc]
    _wait(runner, steps, [line["job"] for line in lines if "job" in line], tell)
    closed = runner.patiently(steps, job, "close", lambda patient: workshop.close(job, tell, patient=patient))
    report = runner.patiently(steps, job, "report", lambda _patient: workshop.report(job, listed, lines, closed))
    return state_of(report), report


def _wait(runner: Runner, steps: Steps, job_ids: Sequence[str], tell: Progress) -> None:
    """Wait until jobs have ended. Nothing of it is recorded: after a break it is waited for what is left."""
    for done, job_id in enumerate(job_ids):
        while (found := runner.insist(lambda job_id=job_id: runner.store.get(job_id))) is not None and not found.is_over:  # type: ignore[misc]
            runner.insist(lambda done=done: tell("waiting", done, len(job_ids)))  # type: ignore[misc]
            steps.rest(_POLL)
    if job_ids:
        runner.insist(lambda: tell("waiting", len(job_ids), len(job_ids)))  # who took a night back took its articles back: it waits for none then
