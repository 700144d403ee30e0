"""Jobs on a terminal."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from audiopub.cli.face import say
from audiopub.cli.wishes import VIETNAM
from audiopub.jobs.model import Job, JobState

_NAME = 60


def job_line(job: Job) -> str:
    """Give a job in one line: its id, where it stands, and what it is."""
    return f"{job.id:<32} {standing_of(job):<36} {what(job)[:_NAME]}"


def standing_of(job: Job) -> str:
    """Say where a job stands, for people."""
    if job.state is JobState.RUNNING and job.stage:
        stage = say(f"say.{job.stage}")
        return f"{stage} {job.done}/{job.of}" if job.of > 1 else stage
    if job.state is JobState.WAITING and job.until:
        return say("job.waits_until", when=f"{moment(job.until):%H:%M:%S}")
    if job.state is JobState.DONE and job.outcome.get("outcome"):
        return say(f"outcome.{job.outcome['outcome']}")
    return say(f"job.state_{job.state.value}")


def what(job: Job) -> str:
    """Say what a job is about."""
    return job.title or job.order.source or job.order.show


def reason(job: Job) -> str:
    """Say why a job ended so; empty where there is nothing to say."""
    return reason_of(job.outcome)


def reason_of(outcome: Any) -> str:
    """Say why something ended so."""
    if not outcome.get("code"):
        return ""
    return say(str(outcome["code"]), **outcome.get("details", {}))


def moment(at: int) -> datetime:
    """Give a moment of the database's clock in Vietnam."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(VIETNAM)


def details(job: Job) -> Iterable[str]:
    """Give all that is known of a job, line by line."""
    yield job_line(job)
    if why := reason(job):
        yield f"  {why}"
    rows: Sequence[tuple[str, object]] = (
        ("job.show", job.order.show), ("job.source", job.order.source), ("job.queue", say(f"job.queue_{job.order.queue.value}")), ("job.by", job.order.by),
        ("job.worker", job.worker), ("job.run", job.run if job.run > 1 else ""), ("job.asked", f"{moment(job.asked):%H:%M:%S %d/%m/%Y}"),
        ("job.started", f"{moment(job.started):%H:%M:%S %d/%m/%Y}" if job.started else ""),
        ("job.finished", f"{moment(job.finished):%H:%M:%S %d/%m/%Y}" if job.finished else ""), ("job.episode", job.outcome.get("id", "")),
    )  # fmt: skip
    for key, value in rows:
        if value:
            yield f"  {say(key)}: {value}"
