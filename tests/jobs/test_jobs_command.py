"""``audiopub jobs``: put up, seen, begun anew, taken back, watched."""

import io
import json
import shlex
import signal
import sys
from dataclasses import replace

import pytest

from audiopub.bootstrap import catalog, locks
from audiopub.jobs import JobState, Kind, Queue
from audiopub.pipeline.locks import article_lock
from audiopub.pipeline.prepare import episode_id
from audiopub.workshop.night import night_id
from audiopub.workshop.service import store_of
from benchmarks.newsroom import NOW
from tests.jobs.conftest import DATE, Place
from tests.worker_process import ROOT, SHOW, WorkerProcess

VOICE = "espeak-ng -v vi --stdout"


def added(place: Place, source: str, *more: str) -> str:
    """Put an article up; give the job's id."""
    code, said = place.json("jobs", "add", source, "--show", SHOW, "--now", NOW.isoformat(), *more)
    assert code == 0 and len(said["jobs"]) == 1
    return str(said["jobs"][0]["id"])


def test_the_same_wish_is_one_job(place: Place) -> None:
    """As long as it has not ended; another wish for the same article is another job."""
    first = added(place, place.paper.url(0))
    code, out, _ = place.run("jobs", "add", f"{place.paper.url(0)}?utm_source=thu", "--show", SHOW)
    assert code == 0 and "already" in out and [job.id for job in place.jobs()] == [first]
    assert added(place, place.paper.url(0), "--title", "Một tên khác") != first and len(place.jobs()) == 2
    place.run("jobs", "cancel", first)
    assert added(place, place.paper.url(0)) == first and place.job(first).run == 2


def test_an_article_is_made_and_its_feed_written(place: Place) -> None:
    """By one job; asked for once more it is begun anew, and finds the page as it is then."""
    name = added(place, place.paper.url(0))
    place.work()
    done = place.job(name)
    assert (done.state, done.outcome["outcome"], done.outcome["feed"]["outcome"], done.title) == (JobState.DONE, "published", "written", place.paper.article(0).title)
    assert place.feed().count("<item>") == 1 and [job.id for job in place.jobs()] == [name]
    place.paper.correct(0)
    code, said = place.json("jobs", "add", place.paper.url(0), "--show", SHOW)
    assert code == 0 and said["jobs"] == [{"id": name, "new": True, "state": "queued"}]
    place.work()
    assert place.job(name).outcome["outcome"] == "updated" and place.job(name).run == 2


def test_what_lies_on_the_disk_is_read_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker may be elsewhere: a file that is gone and standard input are made all the same; what is not there is refused."""
    body = place.paper.answer("/tin/bai-0.html")[2]
    (place.home / "bai.html").write_bytes(body.replace(b"https://baothu.example/tin/bai-0.html", b""))
    names = [added(place, "bai.html")]
    (place.home / "bai.html").unlink()
    article = place.paper.article(1)
    text = "\n\n".join([article.title, article.lead, *article.paragraphs])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    names.append(added(place, "-"))
    place.work()
    assert [place.job(name).outcome["outcome"] for name in names] == ["published", "published"]
    assert place.run("jobs", "add", "bai.html", "--show", SHOW)[0] == 3
    assert place.run("jobs", "add", place.paper.url(0), "--show", "khong-co")[0] == 8
    assert place.run("jobs", "add", "a.html", "b.html", "--title", "Tên")[0] == 2


@pytest.mark.parametrize(("language", "unknown", "several"), [("en", "There is no job", "fits 2 jobs"), ("vi", "Không có việc", "ứng với 2 việc")])
def test_jobs_are_named_by_the_beginning_of_their_ids(place: Place, monkeypatch: pytest.MonkeyPatch, language: str, unknown: str, several: str) -> None:
    """With or without their kind; what fits none or more than one is refused by every command."""
    monkeypatch.setenv("AUDIOPUB_LANG", language)
    first, _ = (added(place, place.paper.url(number)) for number in range(2))
    for command in ("show", "retry", "cancel", "first", "watch"):
        assert [place.run("jobs", command, name)[::2] for name in ("khong-co", "render")] == [
            (3, place.run("jobs", "show", "khong-co")[2]), (3, place.run("jobs", "show", "render")[2])
        ]  # fmt: skip
    assert unknown in place.run("jobs", "show", "khong-co")[2] and several in place.run("jobs", "show", "render")[2]
    for name in (first, first[:12], first.partition("-")[2], first.partition("-")[2][:6]):
        code, said = place.json("jobs", "show", name)
        assert code == 0 and said["id"] == first and said["state"] == "queued"


@pytest.mark.parametrize(("language", "words"), [("en", ("waiting", "No worker is running", "There are no jobs", "Taken back", "has ended", "has not ended")),
                                                 ("vi", ("đang chờ", "Chưa có", "Không có việc", "Đã", "đã kết thúc", "chưa kết thúc"))])  # fmt: skip
def test_jobs_are_told_in_both_languages(place: Place, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]) -> None:
    """What waits, that nobody works, what was taken back, what cannot be."""
    monkeypatch.setenv("AUDIOPUB_LANG", language)
    waiting, no_worker, none, back, over, not_over = words
    assert none in place.run("jobs", "list")[1]
    name = added(place, place.paper.url(0))
    _, out, err = place.run("jobs", "list")
    assert waiting in out and name in out and no_worker in err
    assert not_over in place.run("jobs", "retry", name)[2]
    assert back in place.run("jobs", "cancel", name)[1] and place.job(name).state is JobState.CANCELLED
    assert over in place.run("jobs", "cancel", name)[2]
    assert none in place.run("jobs", "list")[1] and name in place.run("jobs", "list", "--all")[1]
    assert place.run("jobs", "retry")[0] == 2


def test_an_article_that_waits_in_the_night_is_done_first_when_an_editor_asks(place: Place) -> None:
    """While the night's only slot is taken by another; it is the editor's from then on, and its feed is written with it."""
    place.paper.count = 4
    place.run("nightly", "--detach", "--now", NOW.isoformat())

    with place.working(slots=1):
        with locks(place.settings).holding(article_lock(SHOW, episode_id(place.paper.article(0).canonical))):  # so that its job stands still
            place.wait(lambda: len(place.jobs(Kind.RENDER)) == 4 and place.jobs(Kind.RENDER)[0].state is JobState.RUNNING)
            _, second, third, last = place.jobs(Kind.RENDER)
            assert [job.state for job in (second, third, last)] == [JobState.QUEUED] * 3
            code, out, _ = place.run("jobs", "add", place.paper.url(3), "--show", SHOW, "--by", "Lan")
            assert code == 0 and "already" in out
            place.run("jobs", "first", third.id)
            place.wait(lambda: place.job(last.id).is_over and place.job(third.id).is_over)
            assert place.job(second.id).state is JobState.QUEUED and place.feed().count("<item>") == 2
            found = place.job(last.id)
            assert (found.order.queue, found.order.by, found.order.parent, found.outcome["feed"]["outcome"]) == (Queue.EDITOR, "Lan", "", "written")
        place.wait(lambda: place.job(night_id(SHOW, DATE)).is_over)
    assert place.report()["counts"]["published"] == 4


def test_a_failed_article_is_begun_anew_with_its_page_as_it_is_then(place: Place) -> None:
    """Its reason is told until then; one that was held is left alone by --failed."""
    place.paper.fail(0)
    place.paper.spoil(1)
    failed, spoilt = added(place, place.paper.url(0)), added(place, place.paper.url(1))
    place.work()
    assert [place.job(name).state for name in (failed, spoilt)] == [JobState.FAILED, JobState.HELD]
    assert "500" in place.run("jobs", "list")[1] and place.run("jobs", "watch", failed)[0] == 4 and place.run("jobs", "watch", failed, spoilt)[0] in {3, 4}
    place.paper.mend(0)
    place.paper.mend(1)
    code, said = place.json("jobs", "retry", "--failed")
    assert code == 0 and said["jobs"] == [{"id": failed, "done": True}] and place.job(failed).run == 2
    place.work()
    assert place.job(failed).outcome["outcome"] == "published" and place.job(spoilt).state is JobState.HELD
    assert place.run("jobs", "watch", failed, spoilt)[0] == 6


def test_an_article_of_a_night_that_is_begun_anew_comes_into_the_feed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with a worker that ends as soon as nothing is left to do."""
    monkeypatch.setenv("AUDIOPUB_COMMAND_COMMAND", "/nowhere/voice")
    place.show(engine="command")
    place.night("--limit", "1")
    name = place.jobs(Kind.RENDER)[0].id
    assert place.job(name).state is JobState.FAILED and "<item>" not in place.feed()
    place.show()
    place.run("jobs", "retry", name)
    assert place.run("worker", "--until-idle")[0] == 0
    assert place.job(name).outcome["outcome"] == "published" and place.feed().count("<item>") == 1


def test_an_article_at_work_is_taken_back_at_its_next_sentence(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is published, and nobody is at it any more."""
    monkeypatch.setenv("AUDIOPUB_COMMAND_COMMAND", shlex.join(["sh", "-c", f"sleep 0.1; {VOICE}"]))
    place.show(engine="command")
    name = added(place, place.paper.url(0))

    def until() -> bool:
        job = place.job(name)
        if job.stage == "speaking" and job.done and not job.cancel:
            assert place.run("jobs", "cancel", name)[0] == 0 and not place.job(name).is_over
        return job.is_over

    place.work(until)
    assert place.job(name).state is JobState.CANCELLED and catalog(place.settings).episodes(SHOW) == ()
    assert place.run("jobs", "watch", name)[0] == 1


def test_an_article_that_was_taken_back_while_its_worker_ended_is_over(place: Place) -> None:
    """The next worker ends it; it is not begun for ever."""
    name = added(place, place.paper.url(0))
    store = store_of(place.settings)
    store.sent(place.job(name))
    assert store.begin(name, 1, "w0") is not None
    place.run("jobs", "cancel", name)
    store.give_back("w0")
    assert place.job(name).state is JobState.CANCELLED and place.job(name).outcome["outcome"] == "cancelled" and store.begin(name, 1, "w1") is None


def test_what_is_watched_is_told_a_line_a_change(place: Place) -> None:
    """One JSON document a line, up to its end; the exit code is the job's."""
    with place.working():
        code, out, _ = place.run("jobs", "add", place.paper.url(0), place.paper.url(1), "--show", SHOW, "--watch", "--json", "--now", NOW.isoformat())
        first, *changes = map(json.loads, out.splitlines())
        ids = [job["id"] for job in first["jobs"]]
        assert code == 0 and {change["id"] for change in changes} == set(ids)
        for name in ids:
            states = [change["state"] for change in changes if change["id"] == name]
            assert states[-1] == "done" and states.count("done") == 1 and "running" in states
        assert [change["changed_ms"] for change in changes] == sorted(change["changed_ms"] for change in changes)
        code, out, _ = place.run("jobs", "watch", ids[0], "--json")
        assert code == 0 and [json.loads(line)["state"] for line in out.splitlines()] == ["done"]
    code, out, err = place.run("jobs", "watch", *ids)
    assert code == 0 and place.paper.article(0).title in err and place.paper.article(1).title in err


def test_a_night_that_left_something_undone_is_watched_so(place: Place) -> None:
    """The exit code of a night is that of its report."""
    place.paper.fail(0)
    place.night()
    assert place.run("jobs", "watch", night_id(SHOW, DATE))[0] == 6


def test_a_job_whose_feed_could_not_be_written_says_why(place: Place) -> None:
    """The article is made; what is wrong is another episode's lost file."""
    added(place, place.paper.url(0))
    place.work()
    next(place.output.rglob("*.mp3")).unlink()
    name = added(place, place.paper.url(1))
    place.work()
    assert place.job(name).state is JobState.FAILED and place.job(name).outcome["outcome"] == "published" and place.run("jobs", "watch", name)[0] == 7
    assert "is gone or changed" in place.run("jobs", "show", name)[1]


DEADLY = """import os, signal
from audiopub.engines.silent import SilentEngine

class DeadlyEngine(SilentEngine):
    identity = "deadly/1"

    def speak(self, utterance):
        if {title!r} in utterance:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().speak(utterance)
"""


def test_a_voice_that_kills_its_worker_stops_no_other_article(place: Place) -> None:
    """After five beginnings it is parked, until a person says otherwise; the night ends, and says so."""
    place.paper.count = 2
    plugin = place.home / "plugin"
    (plugin / "deadly-1.dist-info").mkdir(parents=True)
    (plugin / "deadly.py").write_text(DEADLY.format(title=place.paper.article(1).title), encoding="utf-8")
    (plugin / "deadly-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1\n", encoding="utf-8")
    (plugin / "deadly-1.dist-info/entry_points.txt").write_text("[audiopub.engines]\ndeadly = deadly:DeadlyEngine\n", encoding="utf-8")
    here = replace(place.here, more={**place.here.more, "PYTHONPATH": f"{ROOT}:{plugin}"})
    place.show(engine="deadly")
    place.run("nightly", "--detach", "--now", NOW.isoformat())
    codes: list[object] = []
    while not codes or codes[-1] != 0:
        with WorkerProcess(here, "--until-idle") as worker:
            codes.append(worker.wait(90))
        assert len(codes) < 9, worker.last_words
    assert codes[:-1] == [-signal.SIGKILL] * (len(codes) - 1) and len(codes) > 5
    assert [job.state for job in place.jobs(Kind.RENDER)] == [JobState.DONE, JobState.PARKED]
    parked = place.jobs(Kind.RENDER)[1]
    assert place.job(night_id(SHOW, DATE)).outcome["exit_code"] == 6 and place.report()["counts"]["parked"] == 1 and place.feed().count("<item>") == 1
    assert "5 times" in place.run("jobs", "list")[1] and place.run("jobs", "watch", parked.id)[0] == 1
    place.show()
    place.run("jobs", "retry", parked.id)
    place.work()
    assert place.job(parked.id).outcome["outcome"] == "published" and place.feed().count("<item>") == 2
