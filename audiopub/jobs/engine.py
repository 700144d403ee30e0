"""The engine that makes workflows durable: DBOS, which no other module knows.

What it gives: a workflow that was begun is finished, by this process or another, and a step of it whose result was recorded is not done again.
What it does not give is made here: who is dead is told to it (:meth:`Engine.take_over`), since its own service for that is proprietary; and a
workflow that it has lost sight of (its database was away just then) is found by :meth:`Engine.lost`.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

import sqlalchemy
from dbos import DBOS, DBOSConfig
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from audiopub.errors import ConfigInvalid, TryAgain
from audiopub.jobs.engine_port import Workflow
from audiopub.jobs.model import Job, Queue

_LOG = logging.getLogger("audiopub.jobs")

T = TypeVar("T")

VERSION = "1"
"""Pinned for ever. The engine would hash its workflows, and after a comment was changed leave for ever what was begun before.
A workflow whose steps change gets a new name instead (``render.v2``) and stays beside the old one until no job has that."""

_POLLS = {Queue.EDITOR: 0.2, Queue.FEED: 0.5, Queue.NIGHTLY: 0.5, Queue.NIGHTS: 1.0}
"""Seconds between two looks at a queue; for an editor somebody waits."""

_RECOVERIES = 100_000
"""The engine's own limit, out of the way: attempts are counted by us, from where a job last came further."""

_AT_ONCE = 500
_PENDING, _ENQUEUED = "PENDING", "ENQUEUED"


class _Abandoned(BaseException):
    """A run stops here without an end. No ``Exception``: the engine would record that as the run's end, for others too."""


class Engine:
    """DBOS in this process: runs workflows that were enqueued, here or elsewhere."""

    def __init__(self, url: str, worker: str, workflows: Mapping[str, Workflow], slots: Mapping[Queue, int], *, traces: str = "") -> None:
        """Prepare an engine; nothing runs before :meth:`launch`.

        Args:
            url: of the engine's database, ``sqlite:///path`` or ``postgresql+psycopg://…``.
            worker: name of this process, that no other has or had.
            workflows: by name and version.
            slots: jobs of each queue that this process does at a time.
            traces: address of an OpenTelemetry collector; empty for none.
        """
        self._url, self._worker, self._slots = url, worker, slots
        self._traces = traces
        self._running: set[str] = set()
        self._lock = threading.Lock()
        self._stopping, self._closed = threading.Event(), threading.Event()
        self._workflows = workflows

    def launch(self) -> None:
        """Begin to run workflows.

        Raises:
            ConfigInvalid: traces are wanted, and what they need is not installed.
            TryAgain: its database is locked or away.
        """
        logging.getLogger("dbos").setLevel(logging.WARNING)
        try:
            DBOS(config=self._config())
        except ModuleNotFoundError as error:
            raise ConfigInvalid("config.no_extra", what="AUDIOPUB_TRACES", extra="otel") from error
        for name, workflow in self._workflows.items():
            DBOS.workflow(name=name, max_recovery_attempts=_RECOVERIES)(self._runnable(workflow))
        try:
            DBOS.launch()
        except SQLAlchemyError as error:
            self.close()
            where = sqlalchemy.make_url(self._url).render_as_string(hide_password=True)
            raise TryAgain("again.database", url=where, reason=str(error.__cause__ or type(error).__name__).strip()) from error
        for queue, slots in self._slots.items():
            DBOS.register_queue(queue.value, worker_concurrency=slots, polling_interval_sec=_POLLS[queue], on_conflict="always_update")

    def enqueue(self, job: Job, workflow: str) -> None:
        """Give the engine a job's run; one that it has already is moved to the job's queue where it waits still."""
        options: Any = {"workflow_name": workflow, "queue_name": job.order.queue.value, "workflow_id": job.workflow, "app_version": VERSION}
        handle: Any = DBOS.enqueue_workflow_with_options(options, job.workflow)
        status = handle.get_status()
        if status.status == _ENQUEUED and status.queue_name != job.order.queue.value:
            DBOS.resume_workflow(job.workflow, queue_name=job.order.queue.value)

    def take_over(self, worker: str) -> int:
        """Put what a dead worker was at back into its queues, unless another took it over meanwhile; give how much that was."""
        return len(DBOS._recover_pending_workflows([worker]))  # noqa: SLF001  what DBOS's own service calls; there is no public name

    def executors(self) -> tuple[str, ...]:
        """Name the processes that are at work by the engine's record, dead ones among them."""
        found = DBOS.list_workflows(status=_PENDING, load_input=False, load_output=False)
        return tuple(sorted({status.executor_id for status in found if status.executor_id}))

    def lost(self) -> tuple[str, ...]:
        """Name the runs that the database says are at work here, and that are not."""
        with self._lock:
            mine = set(self._running)
        found = DBOS.list_workflows(status=_PENDING, executor_id=self._worker, load_input=False, load_output=False)
        return tuple(status.workflow_id for status in found if status.workflow_id not in mine)

    def resume(self, workflow_id: str, queue: Queue) -> None:
        """Put a run back into a queue that was lost here."""
        DBOS.resume_workflow(workflow_id, queue_name=queue.value)

    def ended(self, workflow_ids: Iterable[str]) -> tuple[str, ...]:
        """Name those of some runs that the engine does not mean to come back to, or does not know."""
        wanted = list(workflow_ids)
        found = DBOS.list_workflows(workflow_ids=wanted, load_input=False, load_output=False) if wanted else []
        open_ = {status.workflow_id for status in found if status.status in {_PENDING, _ENQUEUED, "DELAYED"}}
        return tuple(name for name in wanted if name not in open_)

    def forget(self, before_ms: int) -> None:
        """Delete what the engine recorded of runs that ended before a moment, a few hundred at a time."""
        ended, before = ["SUCCESS", "ERROR", "CANCELLED"], _iso(before_ms)
        while old := DBOS.list_workflows(status=ended, completed_before=before, limit=_AT_ONCE, load_input=False, load_output=False):
            DBOS.delete_workflows([status.workflow_id for status in old])

    @property
    def busy(self) -> frozenset[str]:
        """Name the runs that are at work here."""
        with self._lock:
            return frozenset(self._running)

    def halt(self) -> None:
        """Let every run here stop at its next step, where the next process goes on."""
        self._stopping.set()

    def close(self) -> None:
        """End the engine."""
        DBOS.destroy(workflow_completion_timeout_sec=0, destroy_registry=True)
        self._closed.set()

    def _runnable(self, workflow: Workflow) -> Callable[[str], Any]:
        def run(workflow_id: str) -> Any:
            with self._lock:
                self._running.add(workflow_id)
            try:
                self.pause_here(workflow_id)
                return workflow(_Steps(self, workflow_id), workflow_id)
            finally:
                with self._lock:
                    self._running.discard(workflow_id)

        return run

    def pause_here(self, workflow_id: str) -> None:
        """Stop a run where this process wants to end. It keeps its slot until the engine is closed, so that no other is begun in it."""
        if self._stopping.is_set():
            with self._lock:
                self._running.discard(workflow_id)
            self._closed.wait()
            self.abandon()

    def abandon(self) -> NoReturn:
        """Stop a run here without an end, and let its slot go: the engine's record says still that it is at work here, until somebody puts it back."""
        raise _Abandoned

    def _config(self) -> DBOSConfig:
        config: DBOSConfig = {
            "name": "audiopub", "system_database_url": self._url, "executor_id": self._worker, "application_version": VERSION, "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 0.5,
        }  # fmt: skip
        if self._url.startswith("sqlite"):
            config["system_database_engine"] = _durable(self._url)
        if self._traces:
            config["enable_otlp"] = True
            config["otlp_traces_endpoints"] = [self._traces]
            config["otel_attribute_format"] = "semconv"
        return config


class _Steps:
    """Steps of one run."""

    def __init__(self, engine: Engine, workflow_id: str) -> None:
        self._engine, self._id = engine, workflow_id

    def step(self, name: str, work: Callable[[], T]) -> T:
        self._engine.pause_here(self._id)
        try:
            result: T = DBOS.run_step({"name": name}, work)
        except (SQLAlchemyError, OSError):  # of the engine's own: our steps give what went wrong as a result. Its disk is full, or its database away
            _LOG.warning("a step could not be recorded", exc_info=True)
            self.abandon()
        self._engine.pause_here(self._id)
        return result

    def rest(self, seconds: float) -> None:
        self._engine.pause_here(self._id)
        time.sleep(seconds)
        self._engine.pause_here(self._id)

    def abandon(self) -> NoReturn:
        self._engine.abandon()


def _private(url: str) -> None:
    path = sqlalchemy.make_url(url).database or ""
    if not os.path.exists(path):  # noqa: PTH110  no Path in this room
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _durable(url: str) -> sqlalchemy.Engine:
    """Make the engine of a database file as DBOS does, with a write-ahead log that is flushed, and only for its owner to read."""
    _private(url)
    made = sqlalchemy.create_engine(
        url, poolclass=QueuePool, pool_size=10, max_overflow=40, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(made, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return made


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat()
