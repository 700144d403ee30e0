"""The contract of the job store: in memory, in SQLite and in Postgres."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.jobs.model import ENDED, OPEN, Job, JobState, Kind, Order, Queue
from audiopub.jobs.store import JobStore, Seen
from tests.conftest import NOW
from tests.jobs.orders import NIGHT, PUBLISH, RENDER, article
from tests.jobs.side_by_side import at_once

LATER = NOW + timedelta(days=1)


def put(store: JobStore, order: Order = RENDER, job_id: str = "") -> Job:
    """Put up a job, which has to be new."""
    job, is_new = store.submit(order, job_id=job_id)
    assert is_new
    return job


def begun(store: JobStore, job_id: str, worker: str = "w1", run: int = 1) -> Job:
    """Begin a run, which has to be possible."""
    job = store.begin(job_id, run, worker)
    assert job is not None
    return job


def known(store: JobStore, job_id: str) -> Job:
    job = store.get(job_id)
    assert job is not None
    return job


def done(store: JobStore, order: Order = RENDER) -> Job:
    """Put up a job and end it."""
    job = begun(store, put(store, order).id)
    assert store.end(job, JobState.DONE, {"outcome": "published"})
    return known(store, job.id)


# Put up


def test_what_is_put_up_is_there_as_it_was_said(store: JobStore) -> None:
    """Everything of an order comes back, letters and time zone included."""
    order = replace(RENDER, source="https://bao.example/bài?a=1", wish={"title": "Chợ phiên", "limit": 3}, by="Bảo", parent="night", place=7)
    job, is_new = store.submit(order)
    assert is_new and job == store.get(job.id)
    assert job.order == order and job.order.now.utcoffset() == NOW.utcoffset()
    assert (job.id, job.state, job.run, job.attempts, job.sent) == (order.key, JobState.QUEUED, 1, 0, "")
    assert job.asked and job.changed and not job.started and not job.finished
    assert store.get("none") is None


@pytest.mark.parametrize("again", [False, True])
def test_the_same_wish_is_one_job_as_long_as_it_is_open(store: JobStore, *, again: bool) -> None:
    """Whoever asks a second time gets the job of the first, however far it is; another wish is another job."""
    job = put(store, replace(RENDER, by="An"))
    assert store.submit(replace(RENDER, by="Bình", now=LATER), again=again) == (job, False)
    begun(store, job.id)
    found, is_new = store.submit(RENDER, again=again)
    assert (found.id, found.run, found.order.by, is_new) == (job.id, 1, "An", False)
    assert found.state is JobState.RUNNING
    assert put(store, replace(RENDER, wish={"title": "Khác"})).id != job.id


def test_what_says_only_how_it_was_found_out_is_no_other_wish(store: JobStore) -> None:
    """Two pages of one article are one job; it is made of the page that was found last, as long as it waits, and keeps it once it was begun."""
    job = put(store, replace(RENDER, wish={"_page": "old"}))
    assert store.submit(replace(RENDER, wish={"_page": "new"}))[0].order.wish == {"_page": "new"}
    begun(store, job.id)
    assert store.submit(replace(RENDER, wish={"_page": "newest"}))[0].order.wish == {"_page": "new"}


def test_a_named_job_keeps_its_own_wish_while_it_is_open(store: JobStore) -> None:
    """A night that somebody limited stays limited when the schedule puts up the same one without a limit."""
    put(store, replace(NIGHT, wish={"limit": 5}), "night")
    assert store.submit(NIGHT, job_id="night")[0].order.wish == {"limit": 5}


def test_one_that_waits_is_moved_to_a_quicker_queue_never_to_a_slower(store: JobStore) -> None:
    """An editor's order comes first from then on, and is the editor's: the night's does not put it back, nor take it along where the night is taken back."""
    job = put(store, replace(RENDER, parent="night", place=3))
    store.sent(job)
    hurried, is_new = store.submit(replace(RENDER, queue=Queue.EDITOR))
    assert (hurried.order.queue, is_new, hurried.order.parent, hurried.run) == (Queue.EDITOR, False, "", 1)
    assert [found.id for found in store.unsent(5)] == [job.id], "the engine has to be told"
    assert store.submit(RENDER)[0].order.queue is Queue.EDITOR


def test_one_that_runs_stays_in_its_queue(store: JobStore) -> None:
    """It has a slot already."""
    begun(store, put(store).id)
    assert store.submit(replace(RENDER, queue=Queue.EDITOR))[0].order.queue is Queue.NIGHTLY


def test_asking_again_for_what_waits_is_no_change(store: JobStore) -> None:
    """Whoever watches is not told of it, and the worker's schedule asks every twenty seconds."""
    job = put(store)
    store.submit(RENDER, again=True)
    assert known(store, job.id).changed == job.changed


def test_what_has_ended_is_begun_anew_only_where_that_is_asked(store: JobStore) -> None:
    """As the next run, as if it were new, with all that the new order says."""
    old = done(store, replace(RENDER, wish={"_page": "old"}, parent="night 1", by="An"))
    assert store.submit(RENDER) == (old, False)
    order = replace(RENDER, wish={"_page": "new"}, parent="night 2", place=4, queue=Queue.EDITOR, by="Bình", now=LATER)
    job, is_new = store.submit(order, again=True)
    assert is_new and job.order == order
    assert (job.id, job.run, job.state, job.sent, job.attempts, job.worker, job.stage, job.outcome) == (old.id, 2, JobState.QUEUED, "", 0, "", "", {})
    assert (job.started, job.finished, job.cancel) == (0, 0, False) and job.asked >= old.asked


def test_a_night_that_is_begun_anew_has_the_new_wish(store: JobStore) -> None:
    """A date is done once more with the limit of the second time."""
    put(store, replace(NIGHT, wish={"limit": 5}), "night")
    store.cancel("night")
    job, is_new = store.submit(replace(NIGHT, wish={"limit": 2}), job_id="night", again=True)
    assert is_new and job.order.wish == {"limit": 2}
    assert store.submit(replace(NIGHT, wish={"limit": 2, "_page": "x"}), job_id="night")[0].order.wish == {"limit": 2, "_page": "x"}, "its key is the new one's too"


def test_orders_of_one_moment_make_one_job(database: Database) -> None:
    """Many ask at once, as a night and an editor do: one of them is told that it is new, and none is refused."""
    store = SqlJobStore(database)
    for again in (False, True):
        found = at_once([partial(store.submit, RENDER, again=again)] * 8)
        assert sorted(is_new for _, is_new in found) == [False] * 7 + [True]
        assert {(job.id, job.run) for job, _ in found} == {(RENDER.key, 2 if again else 1)}
        job = begun(store, RENDER.key, run=2 if again else 1)
        store.end(job, JobState.DONE, {})


# Given to the engine


def test_editors_jobs_are_sent_first(store: JobStore) -> None:
    """By queue, then in the order in which they were asked for, within a night by their place; no more than asked for."""
    slow = [put(store, article(number, place=number)).id for number in (1, 2)]
    night, feed, editor = put(store, NIGHT).id, put(store, PUBLISH).id, put(store, article(9, queue=Queue.EDITOR)).id
    assert [job.id for job in store.unsent(10)] == [feed, editor, night, *slow]
    assert [job.id for job in store.unsent(2)] == [feed, editor]


def test_what_was_sent_is_not_sent_again(store: JobStore) -> None:
    """Until it is in another queue, or its next run."""
    job = put(store)
    changed = job.changed
    store.sent(job)
    assert not store.unsent(5) and known(store, job.id).changed == changed, "nobody who watches would see a change"
    store.move(job.id, Queue.EDITOR)
    assert [found.order.queue for found in store.unsent(5)] == [Queue.EDITOR]
    store.sent(job)
    assert store.unsent(5), "that is not the queue in which it is"
    store.sent(known(store, job.id))
    assert not store.unsent(5)
    store.renew(job.id, 1)
    assert [found.run for found in store.unsent(5)] == [2]
    store.sent(job)
    assert store.unsent(5), "that is not its run"


def test_one_that_was_begun_before_it_was_noted_as_sent_is_noted_still(store: JobStore) -> None:
    """The engine was quicker than the note; a job that runs is sent no more for its queue."""
    job = put(store)
    begun(store, job.id)
    assert store.unsent(5)
    store.sent(job)
    assert not store.unsent(5)


# Begun, seen, waited for


def test_a_run_is_begun_by_whoever_the_engine_gives_it_to(store: JobStore) -> None:
    """Also by another worker, while the first is not known to have ended; the first beginning stays in the record."""
    job = begun(store, put(store).id, "w1")
    assert (job.state, job.worker, job.attempts) == (JobState.RUNNING, "w1", 1) and job.started
    again = begun(store, job.id, "w2")
    assert (again.worker, again.attempts, again.started) == ("w2", 2, job.started)


def test_a_run_that_is_over_or_was_never_there_is_not_begun(store: JobStore) -> None:
    """Neither a former run, nor the next, nor an ended one."""
    job = done(store)
    assert store.begin(job.id, 1, "w1") is None and store.begin("none", 1, "w1") is None
    store.retry(job.id, LATER)
    assert store.begin(job.id, 1, "w1") is None and store.begin(job.id, 3, "w1") is None
    assert begun(store, job.id, run=2).attempts == 1


def test_beginnings_are_counted_from_where_it_last_came_further(store: JobStore) -> None:
    """What ends its worker again and again at the same place is told from what comes on slowly."""
    job_id = put(store).id
    attempts = []
    for number, reached in enumerate((0, 0, 0, 7, 7, 7, 7, 3, 7, 7, 8)):
        job = begun(store, job_id, f"w{number}")
        attempts.append(job.attempts)
        store.seen(job, Seen(stage="speaking", reached=reached))
    assert attempts == [1, 2, 3, 4, 1, 2, 3, 4, 2, 2, 3], "three of them died at another place than the one before"
    assert known(store, job_id).attempts == 0
    assert begun(store, job_id, "w12").attempts == 1


def test_what_did_not_end_its_worker_is_no_attempt(store: JobStore) -> None:
    """The same worker begins it again, since the engine had lost sight of it; or the worker ended while the job only waited."""
    job = begun(store, put(store).id, "w1")
    assert begun(store, job.id, "w1").attempts == 1
    other = begun(store, job.id, "w2")
    assert other.attempts == 2
    store.waits(other, 123, {})
    assert begun(store, job.id, "w3").attempts == 2
    assert begun(store, job.id, "w4").attempts == 3


def test_what_is_put_off_is_had_by_nobody_before_its_time(store: JobStore) -> None:
    """It is the next run then, and what was counted is counted still; a former run, or an ended one, is not put off."""
    job = begun(store, put(store).id)
    store.postpone(job.id, 7, 60)
    assert known(store, job.id) == job
    store.postpone(job.id, 1, 60)
    found = known(store, job.id)
    assert (found.run, found.state, found.sent, found.worker, found.attempts) == (2, JobState.QUEUED, "", "", 1)
    assert found.until >= store.clock() + 50_000 and not store.unsent(5)
    store.postpone(job.id, 2, 0)
    assert [one.workflow for one in store.unsent(5)] == [f"{job.id}.3"]
    assert begun(store, job.id, "w2", run=3).until == 0
    over = done(store, article(2))
    store.postpone(over.id, 1, 60)
    assert known(store, over.id) == over


def test_how_far_it_is_is_noted(store: JobStore) -> None:
    """Stage, part and title; a title that is not said stays."""
    job = begun(store, put(store).id)
    assert store.seen(job, Seen(stage="speaking", done=3, of=9, title="Chợ phiên", reached=3))
    assert store.seen(job, Seen(stage="encoding", done=0, of=1))
    found = known(store, job.id)
    assert (found.stage, found.done, found.of, found.title, found.state) == ("encoding", 0, 1, "Chợ phiên", JobState.RUNNING)


@pytest.mark.parametrize("what", ["other worker", "given back", "cancelled", "ended", "next run"])
def test_who_has_lost_a_job_is_told_so_and_changes_nothing(store: JobStore, what: str) -> None:
    """A worker that stood still for a while does not write over what another does now; nor does a run that the engine had lost."""
    job = begun(store, put(store).id)
    if what == "other worker":
        begun(store, job.id, "w2")
    elif what == "given back":
        store.give_back("w1")
    elif what == "cancelled":
        store.cancel(job.id)
    elif what == "ended":
        store.end(job, JobState.HELD, {})
    else:
        store.renew(job.id, 1)
        begun(store, job.id, run=2)
    before = known(store, job.id)
    assert not store.seen(job, Seen(stage="speaking", done=3, of=9, reached=5))
    if what != "cancelled":
        store.waits(job, 5, {"code": "again.locked"})
        assert not store.end(job, JobState.FAILED, {"code": "engine.away"})
    assert known(store, job.id) == before


def test_what_waits_says_until_when_and_why(store: JobStore) -> None:
    """And runs again when something is seen of it."""
    job = begun(store, put(store).id)
    store.waits(job, 123, {"code": "again.locked", "details": {"path": "bài"}})
    found = known(store, job.id)
    assert (found.state, found.until, found.outcome) == (JobState.WAITING, 123, {"code": "again.locked", "details": {"path": "bài"}})
    assert store.seen(job, Seen(stage="speaking"))
    assert (known(store, job.id).state, known(store, job.id).until) == (JobState.RUNNING, 0)


# Ended


def test_a_run_ends_once(store: JobStore) -> None:
    """The first word counts."""
    job = begun(store, put(store).id)
    assert store.end(job, JobState.HELD, {"outcome": "held", "code": "article.too_short", "title": "Tựa"})
    assert not store.end(job, JobState.DONE, {"outcome": "published"})
    found = known(store, job.id)
    assert (found.state, found.title, found.stage, found.until) == (JobState.HELD, "Tựa", "", 0)
    assert found.outcome == {"outcome": "held", "code": "article.too_short", "title": "Tựa"} and found.finished


def test_of_two_that_end_a_run_at_once_one_is_heard(database: Database) -> None:
    """Both had begun it under one name, as a run that the engine began twice."""
    store = SqlJobStore(database)
    job = begun(store, put(store).id)
    assert sorted(at_once([lambda: store.end(job, JobState.DONE, {})] * 6)) == [False] * 5 + [True]


# Given back, begun anew, taken back


def test_a_worker_that_stops_gives_back_what_it_was_at(store: JobStore) -> None:
    """That was no failed attempt; other workers' jobs, and what has ended, stay as they are."""
    running, waiting = begun(store, put(store, article(1)).id), begun(store, put(store, article(2)).id)
    store.waits(waiting, 123, {})
    other, over = begun(store, put(store, article(3)).id, "w2"), begun(store, put(store, article(4)).id)
    store.end(over, JobState.DONE, {})
    kept = [known(store, job.id) for job in (other, over)]
    store.give_back("w1")
    for job in (running, waiting):
        found = known(store, job.id)
        assert (found.state, found.worker, found.attempts, found.until) == (JobState.QUEUED, "", 0, 0)
        assert begun(store, job.id, "w3").attempts == 1
    assert [known(store, job.id) for job in (other, over)] == kept


def test_only_what_has_ended_is_retried(store: JobStore) -> None:
    """With another present moment, and all else as it was."""
    job = put(store, replace(RENDER, wish={"_page": "x"}))
    assert store.retry(job.id, LATER) is None and store.retry("none", LATER) is None
    store.end(begun(store, job.id), JobState.PARKED, {"code": "job.parked"})
    again = store.retry(job.id, LATER)
    assert again is not None and again.order == replace(job.order, now=LATER)
    assert (again.run, again.state, again.attempts, again.outcome, again.sent, again.finished) == (2, JobState.QUEUED, 0, {}, "", 0)


def test_of_many_retries_at_once_one_counts(database: Database) -> None:
    """An impatient finger is no second run."""
    store = SqlJobStore(database)
    job = done(store)
    assert len([found for found in at_once([lambda: store.retry(job.id, LATER)] * 6) if found]) == 1
    assert known(store, job.id).run == 2


def test_a_run_that_was_lost_is_renewed_and_remembers_how_far_it_came(store: JobStore) -> None:
    """It is another run for the engine; that it was lost is no failed attempt. A run that is over, or another's, is left alone."""
    job_id = put(store).id
    begun(store, job_id, "w0")
    job = begun(store, job_id)
    store.sent(job)
    store.renew(job.id, 7)
    assert known(store, job.id).run == 1
    store.renew(job.id, 1)
    found = known(store, job.id)
    assert (found.run, found.state, found.sent, found.worker, found.attempts) == (2, JobState.QUEUED, "", "", 1)
    assert begun(store, job.id, run=2).attempts == 2
    over = done(store, article(2))
    store.renew(over.id, 1)
    assert known(store, over.id) == over


def test_what_waits_is_taken_back_at_once(store: JobStore) -> None:
    """It has ended; nobody begins it, and it can be retried."""
    job = put(store)
    found = store.cancel(job.id)
    assert found is not None and (found.state, found.outcome) == (JobState.CANCELLED, {"outcome": "cancelled"}) and found.finished
    assert store.begin(job.id, 1, "w1") is None and not store.unsent(5)
    assert store.cancel("none") is None and store.cancel(job.id) == found
    again = store.retry(job.id, LATER)
    assert again is not None and not again.cancel and begun(store, job.id, run=2).run == 2


def test_what_is_at_work_is_taken_back_when_its_worker_hears_of_it(store: JobStore) -> None:
    """Until then it runs; its worker says how it ended."""
    job = begun(store, put(store).id)
    found = store.cancel(job.id)
    assert found is not None and (found.state, found.cancel) == (JobState.RUNNING, True)
    assert store.end(job, JobState.CANCELLED, {"outcome": "cancelled"})


@pytest.mark.parametrize("how", ["begun again", "given back", "renewed", "put off"])
def test_what_was_taken_back_while_its_worker_died_is_over(store: JobStore, how: str) -> None:
    """It is not done by another worker, and does not wait for ever either."""
    job = begun(store, put(store).id)
    store.cancel(job.id)
    if how == "begun again":
        assert store.begin(job.id, 1, "w2") is None
    elif how == "given back":
        store.give_back("w1")
    elif how == "renewed":
        store.renew(job.id, 1)
    else:
        store.postpone(job.id, 1, 60)
    found = known(store, job.id)
    assert (found.state, found.run, found.outcome) == (JobState.CANCELLED, 1, {"outcome": "cancelled"}) and found.finished


def test_a_night_takes_back_what_it_put_up(store: JobStore) -> None:
    """What waits has ended, what runs is told; what has ended, belongs to nobody or was put first by an editor stays."""
    night = begun(store, put(store, NIGHT, "night").id)
    waiting, running, ended, hurried = (put(store, article(number, parent="night", place=number)).id for number in range(1, 5))
    alone = put(store, article(9)).id
    begun(store, running)
    store.end(begun(store, ended), JobState.DONE, {})
    store.submit(replace(article(4), queue=Queue.EDITOR))
    store.cancel(night.id)
    found = {job_id: (known(store, job_id).state, known(store, job_id).cancel) for job_id in (night.id, waiting, running, ended, hurried, alone)}
    assert found == {
        night.id: (JobState.RUNNING, True), waiting: (JobState.CANCELLED, True), running: (JobState.RUNNING, True), ended: (JobState.DONE, False),
        hurried: (JobState.QUEUED, False), alone: (JobState.QUEUED, False),
    }  # fmt: skip


def test_of_a_cancel_and_a_begin_at_once_one_comes_first(database: Database) -> None:
    """Either it was begun and is told, or it was taken back and is not begun; never is it at work without being told."""
    store = SqlJobStore(database)
    for number in range(8):
        job = put(store, article(number))
        work: list[partial[Any]] = [partial(store.cancel, job.id), partial(store.begin, job.id, 1, "w1")]
        _, start = at_once(work)
        found = known(store, job.id)
        assert (found.state, found.cancel) == (JobState.RUNNING if start else JobState.CANCELLED, True)


def test_only_what_waits_is_moved(store: JobStore) -> None:
    """To any queue."""
    job = put(store)
    moved = store.move(job.id, Queue.EDITOR)
    assert moved is not None and moved.order.queue is Queue.EDITOR
    begun(store, job.id)
    assert store.move(job.id, Queue.NIGHTLY) is None and store.move("none", Queue.EDITOR) is None
    assert known(store, job.id).order.queue is Queue.EDITOR


# Listed


def test_jobs_are_listed_by_what_they_are(store: JobStore) -> None:
    """By state, kind, show and night, newest first or last, so many."""
    night = put(store, NIGHT, "night").id
    children = [put(store, article(number, parent="night", place=number, show="khác" if number == 2 else "ban-tin")).id for number in (3, 1, 2)]
    over = done(store, article(4)).id
    assert {job.id for job in store.jobs()} == {night, over, *children}
    assert [job.id for job in store.jobs(newest=False)] == [night, *children, over]
    assert [job.id for job in store.jobs(limit=2)] == [over, children[2]]
    assert [job.id for job in store.jobs(parent="night", newest=False)] == [children[1], children[2], children[0]]
    assert [job.id for job in store.jobs(states=ENDED)] == [over] and len(store.jobs(states=OPEN)) == 4
    assert [job.id for job in store.jobs(kinds=(Kind.NIGHTLY, Kind.PUBLISH))] == [night]
    assert [job.id for job in store.jobs(show="khác")] == [children[2]]


def test_changes_are_given_in_their_order(store: JobStore) -> None:
    """From a moment on, that one included: who asks from what was seen last misses nothing."""
    first, second = put(store, article(1)), put(store, article(2))
    begun(store, first.id)
    every = store.changes(0)
    assert [job.id for job in every] == [second.id, first.id] or every[0].changed == every[1].changed
    last = every[-1].changed
    assert store.changes(last) and not store.changes(last + 1)
    assert store.clock() >= last


def test_what_ended_long_ago_is_forgotten(store: JobStore) -> None:
    """What is open is kept, however old; what has not ended has no end that could be long ago."""
    over, open_ = done(store), put(store, article(2))
    assert store.forget(known(store, over.id).finished) == 0
    assert store.forget(store.clock() + 60_000) == 1
    assert store.get(over.id) is None and store.get(open_.id) == open_
