"""What a worker does by itself and is asked, served or serving, while others work on the same shows."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from audiopub.adapters.sql.fleet import SqlFleet
from audiopub.bootstrap import catalog, database
from audiopub.cli.worker_command import measured
from audiopub.jobs import JobState, Kind
from audiopub.jobs.store import Seen
from audiopub.jobs.worker import TERM
from audiopub.workshop.night import night_id
from audiopub.workshop.service import VIETNAM, _begin_nights, _write_behind, store_of, tools_of
from benchmarks.newsroom import NOW
from tests.jobs.conftest import DATE, Place
from tests.processes import Program
from tests.worker_process import SHOW


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(place: Place, name: str, *more: str) -> Iterator[tuple[Program, str]]:
    """Serve in a process of its own; give it and its address."""
    place.here.temporary.mkdir(exist_ok=True)
    command = [*place.here.command, "serve", *more, "--port", "0", "--json"]
    with Program(command, place.home / f"said-{name}.txt", place.here.environment, folder=place.home) as program:
        place.wait(lambda: "}" in program.said or program.code is not None)
        assert program.code is None, program.last_words
        yield program, json.loads(program.said[program.said.index("{") : program.said.rindex("}") + 1])["url"]


def test_one_process_serves_and_works(place: Place) -> None:
    """What another process puts up is made and served; a second one says that the first has the jobs, and serves too; each ends when told to."""
    with serving(place, "first") as (first, url):
        _, said = place.json("jobs", "add", place.paper.url(0), "--show", SHOW, "--now", NOW.isoformat())
        name = said["jobs"][0]["id"]
        place.wait(lambda: place.job(name).is_over)
        assert place.job(name).state is JobState.DONE
        assert httpx.get(f"{url}/{SHOW}/feed.xml").text.count("<item>") == 1
        code, _, err = place.run("worker", "--until-idle")
        assert code == 75 and "Another audiopub" in err
        with serving(place, "second") as (second, other):
            assert "elsewhere" in second.said or "worker" in second.said.casefold()
            assert httpx.get(f"{other}/{SHOW}/feed.xml").status_code == 200
            assert second.end(30) == 0, second.last_words
        assert len(SqlFleet(database(place.settings)).alive(TERM)) == 1
        assert first.end(30) == 0, first.last_words
    assert SqlFleet(database(place.settings)).alive(TERM) == ()


@pytest.mark.parametrize("only", [["--no-worker"], ["output"]], ids=["no worker", "a folder"])
def test_one_that_only_serves_leaves_the_jobs_alone(place: Place, only: list[str]) -> None:
    """No worker comes with it."""
    (place.output / "x").mkdir(parents=True)
    (place.output / "x/feed.xml").write_text("<rss/>", encoding="utf-8")
    with serving(place, "only", *only) as (program, url):
        assert httpx.get(f"{url}/x/feed.xml").text == "<rss/>"
        assert "jobs" not in {path.stem for path in place.here.state.glob("*")}
        assert program.end(30) == 0, program.last_words


def test_a_worker_that_is_told_to_end_gives_its_work_back(place: Place) -> None:
    """With code 0, whatever it was at; nothing counts as a failed attempt."""
    place.paper.count = 5
    place.run("nightly", "--detach", "--now", NOW.isoformat())
    place.here.temporary.mkdir(exist_ok=True)
    with Program([*place.here.command, "worker"], place.home / "said.txt", place.here.environment, folder=place.home) as program:
        place.wait(place.here.is_mid_batch)
        assert program.end(60) == 0, program.last_words
    open_ = [job for job in place.jobs() if not job.is_over]
    assert open_ and all(job.state is JobState.QUEUED and job.attempts == 0 and job.worker == "" for job in open_)
    place.work()
    assert place.report()["counts"]["published"] == 5 and {job.run for job in place.jobs(Kind.RENDER, Kind.NIGHTLY)} == {1}


def events(lines: Iterator[str]) -> Iterator[tuple[int, Any]]:
    """Give the server-sent events of a stream: ids and jobs."""
    number = 0
    for line in lines:
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            yield number, json.loads(line[6:])


def test_a_worker_answers_what_operators_ask(place: Place) -> None:
    """Figures, health, jobs; nobody else's name for its address, by which a page from elsewhere could lead a browser there."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with measured(place.settings, f"127.0.0.1:{port}"), httpx.Client(base_url=base) as client:
        assert client.get("/health").json() == {"ok": True} and client.get("/jobs").json() == {"jobs": []}
        with place.working():
            code, _, _ = place.run("jobs", "add", place.paper.url(0), "--show", SHOW, "--watch", "--now", NOW.isoformat())
            figures = client.get("/metrics").text
        assert code == 0 and 'audiopub_jobs{kind="render",state="done"} 1.0' in figures and "audiopub_workers_alive 1.0" in figures
        assert client.get("/jobs").json() == {"jobs": []} and [job["state"] for job in client.get("/jobs?all=1").json()["jobs"]] == ["done"]
        for path in ("/metrics", "/health", "/jobs", "/jobs/events"):
            assert client.get(path, headers={"Host": "ke-xau.example"}).status_code == 400
        for host in (f"localhost:{port}", f"[::1]:{port}"):
            assert client.get("/health", headers={"Host": host}).status_code == 200


def test_changes_are_told_as_they_happen(place: Place) -> None:
    """Each in its order; who comes back goes on where it was, and misses nothing that happened meanwhile."""
    port = free_port()
    with measured(place.settings, f"127.0.0.1:{port}"), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        with client.stream("GET", "/jobs/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            told = events(stream.iter_lines())
            _, said = place.json("jobs", "add", place.paper.url(0), "--show", SHOW, "--now", NOW.isoformat())
            last, job = next(told)
            assert (job["id"], job["state"]) == (said["jobs"][0]["id"], "queued")
        place.work()
        place.run("jobs", "add", place.paper.url(1), "--show", SHOW)
        with client.stream("GET", "/jobs/events", headers={"Last-Event-ID": str(last)}) as stream:
            found = []
            for number, job in events(stream.iter_lines()):
                found.append((number, job["source"], job["state"]))
                if job["source"] == place.paper.url(1):
                    break
    assert (place.paper.url(0), "done") in {(source, state) for _, source, state in found}
    assert [number for number, _, _ in found] == sorted(number for number, _, _ in found)


@pytest.mark.parametrize("address", ["127.0.0.1:", "127.0.0.1:abc", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_refused(place: Place, address: str) -> None:
    """Before anything is begun."""
    assert place.run("worker", "--until-idle", "--metrics", address)[0] == 2
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert place.run("worker", "--until-idle", "--metrics", f"127.0.0.1:{taken.getsockname()[1]}")[0] == 8


@pytest.mark.parametrize(
    ("at", "now", "date"),
    [
        ("02:00", "2026-11-25T01:59:59+07:00", None), ("02:00", "2026-11-25T02:00:00+07:00", "2026-11-25"), ("02:00", "2026-11-24T20:00:00+00:00", "2026-11-25"),
        ("02:00", "2026-11-25T13:59:00+07:00", "2026-11-25"), ("02:00", "2026-11-25T14:01:00+07:00", None), ("23:30", "2026-11-25T00:10:00+07:00", "2026-11-24"),
        ("23:30", "2026-11-25T23:29:00+07:00", None), ("", "2026-11-25T02:00:00+07:00", None),
    ],
)  # fmt: skip
def test_nights_begin_by_vietnams_clock(place: Place, monkeypatch: pytest.MonkeyPatch, at: str, now: str, date: str | None) -> None:
    """Whatever zone the machine's own clock shows; a machine that was off begins late, but not by day."""
    monkeypatch.setenv("AUDIOPUB_NIGHTLY_AT", at)
    for _ in range(2):
        _begin_nights(place.settings, datetime.fromisoformat(now))
    assert [job.id for job in place.jobs()] == ([night_id(SHOW, date)] if date else [])


def test_a_worker_begins_the_night_by_itself(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a date, whoever else would."""
    monkeypatch.setenv("AUDIOPUB_NIGHTLY_AT", "02:00")
    now = datetime(2026, 11, 25, 2, 0, 10, tzinfo=VIETNAM)
    place.work(now=now)
    assert place.report(date="2026-11-25")["counts"]["published"] == 3
    code, nights = place.night(now=now)
    assert code == 0 and nights[0]["run"] == 1


def test_a_worker_ends_embargoes_by_itself(place: Place) -> None:
    """Not before their time; what is lost is not tried again and again."""
    _, said = place.json("jobs", "add", place.paper.url(0), "--show", SHOW, "--not-before", (NOW + timedelta(hours=2)).isoformat(), "--now", NOW.isoformat())
    name = said["jobs"][0]["id"]
    place.work()
    assert place.job(name).outcome["outcome"] == "embargoed"
    place.work(now=NOW + timedelta(hours=1))
    assert not (place.output / SHOW / "feed.xml").exists() or "<item>" not in place.feed()
    place.work(now=NOW + timedelta(hours=2, seconds=1))
    assert place.feed().count("<item>") == 1
    published = [job for job in place.jobs(Kind.PUBLISH) if job.outcome["released"]]
    assert [job.outcome["released"] for job in published] == [[place.paper.article(0).title]]


def test_a_show_file_that_is_wrong_keeps_nobody_busy(place: Place) -> None:
    """Its feed is tried again a minute later, and not every second; what else there is to do is done."""
    added = [place.json("jobs", "add", place.paper.url(0), "--show", SHOW, "--now", NOW.isoformat())[1]["jobs"][0]["id"]]
    place.work()
    from audiopub.adapters.sql.feeds import SqlFeeds

    SqlFeeds(database(place.settings)).want(SHOW)
    place.show(more="titel = 1")
    assert place.run("worker", "--until-idle")[0] == 0 and place.run("worker", "--until-idle")[0] == 0
    failed = place.jobs(Kind.PUBLISH)
    assert [(job.state, job.run) for job in failed] == [(JobState.FAILED, 1)] and added


def test_a_feed_that_its_article_is_about_to_write_is_left_to_it(place: Place) -> None:
    """No job beside, as long as the article's own has come so far; one that has ended without it leaves the feed to the worker."""
    _, said = place.json("jobs", "add", place.paper.url(0), "--show", SHOW, "--now", NOW.isoformat())
    tools, store = tools_of(place.settings, lambda: NOW), store_of(place.settings)
    job = store.begin(said["jobs"][0]["id"], 1, "w1")
    assert job is not None and store.seen(job, Seen(stage="publishing"))
    tools.feeds.want(SHOW)
    _write_behind(tools, store)
    assert place.jobs(Kind.PUBLISH) == ()
    store.end(job, JobState.FAILED, {"outcome": "failed"})
    _write_behind(tools, store)
    assert [found.state for found in place.jobs(Kind.PUBLISH)] == [JobState.QUEUED]


def test_editors_work_beside_a_night_on_the_same_show(place: Place) -> None:
    """render, correct and withdraw in their own time: each does what it says, and nothing of anybody is lost."""
    place.night()
    titles = [place.paper.article(number).title for number in range(3)]
    place.paper.count, place.paper.listed = 9, 8
    article = place.paper.article(8)
    (place.home / "bai.html").write_bytes(place.paper.answer("/tin/bai-8.html")[2])
    last = place.paper.article(0).paragraphs[-1].split()[-2:]
    place.run("nightly", "--again", "--detach", "--now", (NOW + timedelta(hours=1)).isoformat())
    with place.working():
        place.wait(lambda: place.here.is_mid_batch(4))
        codes = [
            place.run("render", "bai.html", "--show", SHOW)[0], place.run("correct", titles[0], "--replace", f"{' '.join(last)} => đã sửa.", "--show", SHOW)[0],
            place.run("withdraw", titles[1], "--show", SHOW)[0],
        ]  # fmt: skip
        assert codes == [0, 0, 0] and not place.job(night_id(SHOW, DATE)).is_over
        place.wait(lambda: not [job for job in place.jobs() if not job.is_over])
    states = {episode.title: (episode.state.value, episode.revision) for episode in catalog(place.settings).episodes(SHOW)}
    assert len(states) == 9 and states[titles[1]] == ("withdrawn", 1) and states[titles[0]] == ("published", 2) and states[article.title] == ("published", 1)
    assert place.feed().count("<item>") == 8 and titles[1] not in place.feed() and place.job(night_id(SHOW, DATE)).outcome["exit_code"] == 0
