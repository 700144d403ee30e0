"""What a job is: something that somebody wants done, which is done exactly so far as it says."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a job does."""

    RENDER = "render"
    """One article to an episode, or to its next revision."""

    PUBLISH = "publish"
    """A show's feed, after embargoes that have ended and before bulletins that tell what is no longer so."""

    PROOF = "proof"
    """One draft made to be heard, and published by nobody."""

    NIGHTLY = "nightly"
    """Everything that a show's sources list."""


class Queue(StrEnum):
    """Where a job waits. Each queue has slots of its own, so an editor never waits for the night."""

    EDITOR = "editor"
    NIGHTLY = "nightly"
    FEED = "feed"
    """One at a time on each worker; a lock lets one at a time write a show's feed, wherever it is."""

    NIGHTS = "nights"
    """Those that only wait for others."""


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    """For a voice that wants no more requests for now, or for other jobs."""

    DONE = "done"
    HELD = "held"
    """Looked at and not published, for a reason that a person can judge."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    PARKED = "parked"
    """It ended its worker again and again; nobody tries it until a person says so."""


ENDED = frozenset({JobState.DONE, JobState.HELD, JobState.FAILED, JobState.CANCELLED, JobState.PARKED})
OPEN = frozenset(JobState) - ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted of a job."""

    kind: Kind
    show: str
    """Slug of the show."""

    queue: Queue
    now: datetime
    """The moment that counts as present in all that comes of it, so that a repeated step gives the same bytes; aware."""

    source: str = ""
    """Of a render: the address or file of the article. Of a night: its date."""

    wish: Mapping[str, Any] = field(default_factory=dict)
    """What else is wanted, as plain values; see :mod:`audiopub.workshop`."""

    by: str = ""
    parent: str = ""
    """Id of the night that it belongs to."""

    place: int = 0
    """Within the night."""

    @property
    def key(self) -> str:
        """Give a text that is the same for the same wish, whoever has it and whenever; what the wish calls ``_something`` is only what is known of it already."""
        wish = {name: value for name, value in self.wish.items() if not name.startswith("_")}
        said = json.dumps([self.kind, self.show, self.source, wish], ensure_ascii=False, sort_keys=True)
        return f"{self.kind}-{hashlib.sha256(said.encode()).hexdigest()[:20]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it is recorded. Moments are milliseconds since 1970 on the clock of the database; 0 for none."""

    id: str
    order: Order
    state: JobState
    run: int = 1
    """Counts how often it was begun anew, by a person or by another night."""

    sent: str = ""
    """Queue and run with which the engine has it; empty as long as it has not."""

    attempts: int = 0
    """Beginnings since it last came further, or was last left elsewhere than the time before."""

    spot: int = 0
    """Where it is, as a number, or where the worker left it that died."""

    died: int = 0
    """Where the worker before that one left it."""

    stage: str = ""
    """``extracting``, ``speaking``, ``encoding``, ``publishing``…"""

    done: int = 0
    of: int = 0
    title: str = ""
    worker: str = ""
    cancel: bool = False
    until: int = 0
    outcome: Mapping[str, Any] = field(default_factory=dict)
    """Plain values: ``outcome``, ``id``, ``revision``, ``code``, ``details``, ``message``…"""

    asked: int = 0
    started: int = 0
    finished: int = 0
    changed: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether it is done with, well or not."""
        return self.state in ENDED

    @property
    def workflow(self) -> str:
        """Give the id under which the engine knows its present run."""
        return f"{self.id}.{self.run}"

    def at(self, state: JobState) -> "Job":
        """Give the job in another state."""
        return replace(self, state=state)
