"""Jobs in the database: what is promised, and how far it is."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, String, and_, case, cast, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import claims, jobs, now_ms
from audiopub.jobs.model import ENDED, OPEN, Job, JobState, Kind, Order, Queue
from audiopub.jobs.store import Seen

_ROW = jobs.c
_OPEN = tuple(state.value for state in OPEN)
_OVER = tuple(state.value for state in ENDED)
_LONGEST_NAME = 200
_SAME = ("id", "run", "sent", "attempts", "spot", "died", "stage", "done", "of", "title", "worker", "cancel", "until", "asked", "started", "finished", "changed")
"""What a job and its row call alike."""

_RANK = {Queue.EDITOR: 0, Queue.FEED: 0, Queue.NIGHTS: 1, Queue.NIGHTLY: 2}
"""Queues from the quickest to the slowest."""

_ONE_LESS = case((_ROW.attempts > 0, _ROW.attempts - 1), else_=0)
"""Attempts without the last, which did not fail."""


class SqlJobStore:
    """Jobs as rows of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def submit(self, order: Order, *, job_id: str = "", again: bool = False) -> tuple[Job, bool]:
        """Record a job, or find the one that does the same already."""
        wanted = job_id or order.key
        put = (
            (sqlite_insert if self._database.is_local else pg_insert)(jobs).values(_fresh(wanted, order)).on_conflict_do_nothing(index_elements=["id"]).returning(_ROW.id)
        )

        def work(connection: Connection) -> tuple[Job, bool]:
            new = connection.execute(put).first() is not None
            found = _known(connection, wanted)
            if new or (found.is_over and not again):
                return found, new
            if found.is_over:
                _set(connection, wanted, **_anew(found, order.now), **_wanted(order))
            elif found.state is JobState.QUEUED:
                _hurry(connection, found, order)
            return _known(connection, wanted), found.is_over

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
        wanted = select(jobs).where(_ROW.state.in_(_OPEN), _ROW.sent != has, _ROW.until <= now_ms(), or_(_ROW.state == JobState.QUEUED.value, _ROW.sent == ""))
        return self._rows(wanted.order_by(queues, _ROW.asked, _ROW.place, _ROW.id).limit(limit))

    def sent(self, job: Job) -> None:
        """Note that the engine has a job; its state is no change that anybody would see."""
        told = update(jobs).where(_ROW.id == job.id, _ROW.run == job.run).values(sent=f"{job.order.queue.value}:{job.run}")
        self._database.write(lambda connection: connection.execute(told))

    def begin(self, job_id: str, run: int, worker: str) -> Job | None:
        """Note that a worker begins a job's run."""
        here = and_(_ROW.id == job_id, _ROW.run == run, _ROW.state.in_(_OPEN), _ROW.cancel.is_(False))
        innocent = and_(_ROW.attempts > 0, or_(_ROW.worker == worker, _ROW.state == JobState.WAITING.value))
        values = {
            "state": JobState.RUNNING.value, "worker": worker, "started": case((_ROW.started == 0, now_ms()), else_=_ROW.started), "changed": now_ms(), "until": 0,
            "attempts": case((_ROW.reached > _ROW.mark, 1), (innocent, _ROW.attempts), (and_(_ROW.attempts > 1, _ROW.spot != _ROW.died), 2), else_=_ROW.attempts + 1),
            "mark": _ROW.reached, "died": case((innocent, _ROW.died), else_=_ROW.spot), "spot": 0,
        }  # fmt: skip

        def work(connection: Connection) -> Job | None:
            begun = connection.execute(update(jobs).where(here).values(values)).rowcount
            if not begun:
                _take_back(connection, _ROW.id == job_id, _ROW.run == run)
            return _found(connection, job_id) if begun else None

        return self._database.write(work)

    def seen(self, job: Job, seen: Seen) -> bool:
        """Note how far a job is."""
        values = {
            "state": JobState.RUNNING.value, "stage": seen.stage, "done": seen.done, "of": seen.of, "changed": now_ms(), "until": 0, "outcome": "{}",
            "reached": case((_ROW.reached < seen.reached, seen.reached), else_=_ROW.reached), "spot": seen.reached,
            "attempts": case((_ROW.mark < seen.reached, 0), else_=_ROW.attempts), **({"title": seen.title} if seen.title else {}),
        }  # fmt: skip
        return self._of_whom(job, values, _ROW.cancel.is_(False))

    def waits(self, job: Job, until: int, why: Mapping[str, Any]) -> None:
        """Note that a job waits."""
        self._of_whom(job, {"state": JobState.WAITING.value, "until": until, "outcome": _json(why), "changed": now_ms()})

    def end(self, job: Job, state: JobState, outcome: Mapping[str, Any]) -> bool:
        """Note how a job's run ended."""
        return self._database.write(lambda connection: _ended(connection, *_whose(job), state=state, outcome=outcome))

    def _of_whom(self, job: Job, values: Mapping[str, Any], *more: ColumnElement[bool]) -> bool:
        """Change a job that is still done by whoever began it, in that run; tell whether it is."""
        here = and_(*_whose(job), _ROW.state.in_(_OPEN), *more)
        return bool(self._database.write(lambda connection: connection.execute(update(jobs).where(here).values(**values)).rowcount))

    def give_back(self, worker: str) -> None:
        """Note that a worker stops."""
        here = and_(_ROW.worker == worker, _ROW.state.in_((JobState.RUNNING.value, JobState.WAITING.value)))
        values = {"state": JobState.QUEUED.value, "worker": "", "attempts": _ONE_LESS, "until": 0, "changed": now_ms()}

        def work(connection: Connection) -> None:
            _take_back(connection, here)
            connection.execute(update(jobs).where(here).values(values))

        self._database.write(work)

    def postpone(self, job_id: str, run: int, seconds: float) -> None:
        """Put a run off."""
        self._next_run(job_id, run, until=now_ms() + int(seconds * 1000))

    def retry(self, job_id: str, now: datetime) -> Job | None:
        """Begin a job anew that has ended."""

        def work(connection: Connection) -> Job | None:
            found = _found(connection, job_id, alone=True)
            if found is None or not found.is_over:
                return None
            _set(connection, job_id, **_anew(found, now))
            return _known(connection, job_id)

        return self._database.write(work)

    def renew(self, job_id: str, run: int) -> None:
        """Begin a run anew that the engine has lost; how far it came counts still."""
        self._next_run(job_id, run, until=0, attempts=_ONE_LESS)

    def _next_run(self, job_id: str, run: int, **values: Any) -> None:
        here = and_(_ROW.id == job_id, _ROW.run == run, _ROW.state.in_(_OPEN))

        def work(connection: Connection) -> None:
            _take_back(connection, here)
            again = {"run": run + 1, "state": JobState.QUEUED.value, "sent": "", "worker": "", "changed": now_ms(), **values}
            connection.execute(update(jobs).where(here).values(again))

        self._database.write(work)

    def cancel(self, job_id: str) -> Job | None:
        """Take a job back, and those that it has put up."""

        def work(connection: Connection) -> Job | None:
            found = _found(connection, job_id)
            if found is not None and not found.is_over:
                mine = and_(or_(_ROW.id == job_id, _ROW.parent == job_id), _ROW.state.in_(_OPEN))
                connection.execute(update(jobs).where(mine).values(cancel=True, changed=now_ms()))
                _take_back(connection, mine, _ROW.state == JobState.QUEUED.value)
            return _found(connection, job_id)

        return self._database.write(work)

    def forget(self, before: int) -> int:
        """Delete what ended before a moment."""
        here = delete(jobs).where(_ROW.state.in_(_OVER), _ROW.finished < before)
        return int(self._database.write(lambda connection: connection.execute(here).rowcount))

    def move(self, job_id: str, queue: Queue) -> Job | None:
        """Let a job that waits wait in another queue."""

        def work(connection: Connection) -> Job | None:
            here = and_(_ROW.id == job_id, _ROW.state == JobState.QUEUED.value)
            moved = connection.execute(update(jobs).where(here).values(queue=queue.value, parent="", changed=now_ms())).rowcount
            return _known(connection, job_id) if moved else None

        return self._database.write(work)

    def _rows(self, wanted: Any) -> tuple[Job, ...]:
        return self._database.read(lambda connection: tuple(_job(row) for row in connection.execute(wanted).mappings()))


def _fresh(job_id: str, order: Order) -> dict[str, Any]:
    return {
        "id": job_id, "kind": order.kind.value, "show": order.show, "state": JobState.QUEUED.value, "now": order.now.isoformat(), "asked": now_ms(),
        "changed": now_ms(), **_wanted(order),
    }  # fmt: skip


def _wanted(order: Order) -> dict[str, Any]:
    title = order.wish.get("_title")  # by which it is called until it is read again
    return {
        **({"title": title} if title else {}),
        "key": order.key, "queue": order.queue.value, "source": order.source, "wish": _json(order.wish), "by": order.by[:_LONGEST_NAME],
        "parent": order.parent, "place": order.place,
    }  # fmt: skip


def _ended(connection: Connection, *which: ColumnElement[bool], state: JobState, outcome: Mapping[str, Any]) -> bool:
    """End jobs that are open still, and let go the articles that were theirs; tell whether there were any."""
    values = {"state": state.value, "outcome": _json(outcome), "finished": now_ms(), "changed": now_ms(), "until": 0, "stage": ""}
    if outcome.get("title"):
        values["title"] = str(outcome["title"])
    ids = connection.execute(update(jobs).where(*which, _ROW.state.in_(_OPEN)).values(values).returning(_ROW.id)).scalars().all()
    connection.execute(delete(claims).where(claims.c.job.in_(ids)))
    return bool(ids)


def _anew(found: Job, now: datetime) -> dict[str, Any]:
    return {
        "run": found.run + 1, "state": JobState.QUEUED.value, "sent": "", "attempts": 0, "mark": 0, "reached": 0, "spot": 0, "died": 0,
        "stage": "", "done": 0, "of": 0, "worker": "",
        "cancel": False, "until": 0, "outcome": "{}", "asked": now_ms(), "started": 0, "finished": 0, "changed": now_ms(), "now": now.isoformat(),
    }  # fmt: skip


def _set(connection: Connection, job_id: str, **values: Any) -> None:
    connection.execute(update(jobs).where(_ROW.id == job_id).values(**{"changed": now_ms(), **values}))


def _hurry(connection: Connection, found: Job, order: Order) -> None:
    """Let a job that waits be done as soon as the quicker of two orders says, and of the page that was found last."""
    wish = order.wish if order.key == found.order.key else found.order.wish
    values: dict[str, Any] = {"wish": _json(wish)} if dict(wish) != found.order.wish else {}
    if _RANK[order.queue] < _RANK[found.order.queue]:
        values |= {"queue": order.queue.value, "by": order.by[:_LONGEST_NAME], "parent": order.parent}  # it is that one's now, whatever becomes of the night
    if values:
        _set(connection, found.id, **values)


def _take_back(connection: Connection, *which: ColumnElement[bool]) -> None:
    """End what somebody took back and nobody is at."""
    _ended(connection, *which, _ROW.cancel.is_(True), state=JobState.CANCELLED, outcome={"outcome": "cancelled"})


def _whose(job: Job) -> tuple[ColumnElement[bool], ...]:
    """Name a job's run as whoever began it."""
    return _ROW.id == job.id, _ROW.run == job.run, _ROW.worker == job.worker


def _found(connection: Connection, job_id: str, *, alone: bool = False) -> Job | None:
    """Give a job; alone where others are to wait with changing it until the transaction ends."""
    wanted = select(jobs).where(_ROW.id == job_id)
    row = connection.execute(wanted.with_for_update() if alone else wanted).mappings().first()
    return _job(row) if row else None


def _known(connection: Connection, job_id: str) -> Job:
    found = _found(connection, job_id, alone=True)
    assert found is not None  # noqa: S101  for the type checker; nobody deletes what was just written
    return found


def _job(row: RowMapping) -> Job:
    order = Order(
        kind=Kind(row["kind"]), show=row["show"], queue=Queue(row["queue"]), now=datetime.fromisoformat(row["now"]), source=row["source"],
        wish=json.loads(row["wish"]), by=row["by"], parent=row["parent"], place=row["place"],
    )  # fmt: skip
    return Job(order=order, state=JobState(row["state"]), outcome=json.loads(row["outcome"]), **{name: row[name] for name in _SAME})


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
