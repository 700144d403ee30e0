"""Jobs in the database: what is promised, and how far it is."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, String, and_, case, cast, delete, or_, select, update

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import jobs, now_ms
from audiopub.jobs.model import ENDED, OPEN, Job, JobState, Kind, Order, Queue
from audiopub.jobs.store import Seen

_ROW = jobs.c
_OPEN = tuple(state.value for state in OPEN)
_ENDED = tuple(state.value for state in ENDED)
_RANK = {Queue.EDITOR: 0, Queue.FEED: 0, Queue.NIGHTS: 1, Queue.NIGHTLY: 2}
"""Queues from the quickest to the slowest."""


class SqlJobStore:
    """Jobs as rows of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def submit(self, order: Order, *, job_id: str = "", again: bool = False) -> tuple[Job, bool]:
        """Record a job, or find the one that does the same already."""
        wanted = job_id or order.key

        def work(connection: Connection) -> tuple[Job, bool]:
            found = _found(connection, wanted)
            if found is None:
                connection.execute(jobs.insert().values(_fresh(wanted, order)))
                return _known(connection, wanted), True
            if not found.is_over:
                if found.state is JobState.QUEUED and _RANK[order.queue] < _RANK[found.order.queue]:
                    _set(connection, wanted, queue=order.queue.value)
                return _known(connection, wanted), False
            if not again:
                return found, False
            _set(connection, wanted, **_anew(found, order.now), queue=order.queue.value, by=order.by, parent=order.parent, place=order.place)
            return _known(connection, wanted), True

        return self._database.write(work)

    def get(self, job_id: str) -> Job | None:
        """Give a job."""
        return self._database.read(lambda connection: _found(connection, job_id))

    def jobs(
        self, *, states: Iterable[JobState] = (), kinds: Iterable[Kind] = (), show: str = "", parent: str = "", limit: int = 0, newest: bool = True
    ) -> tuple[Job, ...]:
        """List jobs."""
        wanted = select(jobs)
        if chosen := [state.value for state in states]:
            wanted = wanted.where(_ROW.state.in_(chosen))
        if chosen := [kind.value for kind in kinds]:
            wanted = wanted.where(_ROW.kind.in_(chosen))
        if show:
            wanted = wanted.where(_ROW.show == show)
        if parent:
            wanted = wanted.where(_ROW.parent == parent)
        by_age = (_ROW.asked.desc(), _ROW.place.desc()) if newest else (_ROW.asked, _ROW.place)
        wanted = wanted.order_by(*((_ROW.place,) if parent else by_age), _ROW.id)
        return self._rows(wanted.limit(limit) if limit else wanted)

    def changes(self, since: int) -> tuple[Job, ...]:
        """Give the jobs that changed."""
        return self._rows(select(jobs).where(_ROW.changed >= since).order_by(_ROW.changed, _ROW.id))

    def clock(self) -> int:
        """Give the present moment."""
        return int(self._database.read(lambda connection: connection.execute(select(now_ms())).scalar()) or 0)

    def unsent(self, limit: int) -> tuple[Job, ...]:
        """Give the jobs that the engine does not have."""
        has = _ROW.queue + ":" + cast(_ROW.run, String)
        queues = case({queue.value: rank for queue, rank in _RANK.items()}, value=_ROW.queue)
        wanted = select(jobs).where(_ROW.state.in_(_OPEN), _ROW.sent != has, or_(_ROW.state == JobState.QUEUED.value, _ROW.sent == ""))
        return self._rows(wanted.order_by(queues, _ROW.asked, _ROW.place, _ROW.id).limit(limit))

    def sent(self, job: Job) -> None:
        """Note that the engine has a job; its state is no change that anybody would see."""
        told = update(jobs).where(_ROW.id == job.id, _ROW.run == job.run).values(sent=f"{job.order.queue.value}:{job.run}")
        self._database.write(lambda connection: connection.execute(told))

    def begin(self, job_id: str, run: int, worker: str) -> Job | None:
        """Note that a worker begins a job's run."""
        here = and_(_ROW.id == job_id, _ROW.run == run, _ROW.state.in_(_OPEN), _ROW.cancel.is_(False))
        values = {
            "state": JobState.RUNNING.value, "worker": worker, "started": case((_ROW.started == 0, now_ms()), else_=_ROW.started), "changed": now_ms(), "until": 0,
            "attempts": case((_ROW.reached > _ROW.mark, 1), else_=_ROW.attempts + 1), "mark": _ROW.reached,
        }  # fmt: skip

        def work(connection: Connection) -> Job | None:
            begun = connection.execute(update(jobs).where(here).values(values)).rowcount
            return _found(connection, job_id) if begun else None

        return self._database.write(work)

    def seen(self, job_id: str, worker: str, seen: Seen) -> bool:
        """Note how far a job is."""
        here = and_(_ROW.id == job_id, _ROW.worker == worker, _ROW.state.in_(_OPEN), _ROW.cancel.is_(False))
        values = {
            "state": JobState.RUNNING.value, "stage": seen.stage, "done": seen.done, "of": seen.of, "changed": now_ms(), "until": 0,
            "reached": case((_ROW.reached < seen.reached, seen.reached), else_=_ROW.reached), **({"title": seen.title} if seen.title else {}),
        }  # fmt: skip
        return bool(self._database.write(lambda connection: connection.execute(update(jobs).where(here).values(values)).rowcount))

    def waits(self, job_id: str, worker: str, until: int, why: Mapping[str, Any]) -> None:
        """Note that a job waits."""
        here = and_(_ROW.id == job_id, _ROW.worker == worker, _ROW.state.in_(_OPEN))
        values = {"state": JobState.WAITING.value, "until": until, "outcome": _json(why), "changed": now_ms()}
        self._database.write(lambda connection: connection.execute(update(jobs).where(here).values(values)))

    def end(self, job_id: str, run: int, state: JobState, outcome: Mapping[str, Any]) -> bool:
        """Note how a job's run ended."""
        here = and_(_ROW.id == job_id, _ROW.run == run, _ROW.state.in_(_OPEN))
        values = {"state": state.value, "outcome": _json(outcome), "finished": now_ms(), "changed": now_ms(), "until": 0, "stage": ""}
        if outcome.get("title"):
            values["title"] = str(outcome["title"])
        return bool(self._database.write(lambda connection: connection.execute(update(jobs).where(here).values(values)).rowcount))

    def give_back(self, worker: str) -> None:
        """Note that a worker stops."""
        here = and_(_ROW.worker == worker, _ROW.state.in_((JobState.RUNNING.value, JobState.WAITING.value)))
        values = {"state": JobState.QUEUED.value, "worker": "", "attempts": case((_ROW.attempts > 0, _ROW.attempts - 1), else_=0), "changed": now_ms()}
        self._database.write(lambda connection: connection.execute(update(jobs).where(here).values(values)))

    def retry(self, job_id: str, now: datetime) -> Job | None:
        """Begin a job anew that has ended."""

        def work(connection: Connection) -> Job | None:
            found = _found(connection, job_id)
            if found is None or not found.is_over:
                return None
            _set(connection, job_id, **_anew(found, now))
            return _known(connection, job_id)

        return self._database.write(work)

    def renew(self, job_id: str, run: int) -> None:
        """Begin a run anew that the engine has lost; how far it came counts still."""
        here = and_(_ROW.id == job_id, _ROW.run == run, _ROW.state.in_(_OPEN))
        values = {"run": run + 1, "state": JobState.QUEUED.value, "sent": "", "worker": "", "until": 0, "changed": now_ms()}
        self._database.write(lambda connection: connection.execute(update(jobs).where(here).values(values)))

    def cancel(self, job_id: str) -> Job | None:
        """Take a job back, and those that it has put up."""

        def work(connection: Connection) -> Job | None:
            found = _found(connection, job_id)
            if found is not None and not found.is_over:
                mine = and_(or_(_ROW.id == job_id, _ROW.parent == job_id), _ROW.state.in_(_OPEN))
                ended = {"state": JobState.CANCELLED.value, "finished": now_ms(), "outcome": _json({"outcome": "cancelled"})}
                connection.execute(update(jobs).where(mine).values(cancel=True, changed=now_ms()))
                connection.execute(update(jobs).where(mine, _ROW.state == JobState.QUEUED.value).values(ended))
            return _found(connection, job_id)

        return self._database.write(work)

    def forget(self, before: int) -> int:
        """Delete what ended before a moment."""
        here = delete(jobs).where(_ROW.state.in_(_ENDED), _ROW.finished < before)
        return int(self._database.write(lambda connection: connection.execute(here).rowcount))

    def move(self, job_id: str, queue: Queue) -> Job | None:
        """Let a job that waits wait in another queue."""

        def work(connection: Connection) -> Job | None:
            here = and_(_ROW.id == job_id, _ROW.state == JobState.QUEUED.value)
            moved = connection.execute(update(jobs).where(here).values(queue=queue.value, changed=now_ms())).rowcount
            return _known(connection, job_id) if moved else None

        return self._database.write(work)

    def _rows(self, wanted: Any) -> tuple[Job, ...]:
        return self._database.read(lambda connection: tuple(_job(row) for row in connection.execute(wanted).mappings()))


def _fresh(job_id: str, order: Order) -> dict[str, Any]:
    return {
        "id": job_id, "kind": order.kind.value, "show": order.show, "key": order.key, "queue": order.queue.value, "state": JobState.QUEUED.value,
        "source": order.source, "wish": _json(order.wish), "now": order.now.isoformat(), "by": order.by, "parent": order.parent, "place": order.place,
        "asked": now_ms(), "changed": now_ms(),
    }  # fmt: skip


def _anew(found: Job, now: datetime) -> dict[str, Any]:
    return {
        "run": found.run + 1, "state": JobState.QUEUED.value, "sent": "", "attempts": 0, "mark": 0, "reached": 0, "stage": "", "done": 0, "of": 0, "worker": "",
        "cancel": False, "until": 0, "outcome": "{}", "asked": now_ms(), "started": 0, "finished": 0, "changed": now_ms(), "now": now.isoformat(),
    }  # fmt: skip


def _set(connection: Connection, job_id: str, **values: Any) -> None:
    connection.execute(update(jobs).where(_ROW.id == job_id).values(**{"changed": now_ms(), **values}))


def _found(connection: Connection, job_id: str) -> Job | None:
    row = connection.execute(select(jobs).where(_ROW.id == job_id)).mappings().first()
    return _job(row) if row else None


def _known(connection: Connection, job_id: str) -> Job:
    found = _found(connection, job_id)
    assert found is not None  # noqa: S101  for the type checker; it was just written
    return found


def _job(row: RowMapping) -> Job:
    order = Order(
        kind=Kind(row["kind"]), show=row["show"], queue=Queue(row["queue"]), now=datetime.fromisoformat(row["now"]), source=row["source"],
        wish=json.loads(row["wish"]), by=row["by"], parent=row["parent"], place=row["place"],
    )  # fmt: skip
    same = ("id", "run", "sent", "attempts", "stage", "done", "of", "title", "worker", "cancel", "until", "asked", "started", "finished", "changed")
    return Job(order=order, state=JobState(row["state"]), outcome=json.loads(row["outcome"]), **{name: row[name] for name in same})


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
