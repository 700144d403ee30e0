"""``audiopub nightly``: whole nights of a newspaper on loopback, from lists to reports."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from audiopub.jobs import JobState, Kind
from audiopub.jobs.report_json import from_plain
from audiopub.jobs.report_text import text
from audiopub.workshop.night import night_id
from audiopub.workshop.service import Desk, store_of, submit_night
from benchmarks.newsroom import NOW
from tests.jobs.conftest import DATE, Place
from tests.processes import Program
from tests.worker_process import SHOW, wait_for

LATER = NOW + timedelta(hours=1)
TELLING = '[bulletin]\nshows = ["{}"]\n[bulletin.editions]\n"tối" = "17:00"'


def tree(home: Path) -> dict[str, bytes]:
    """Give all files of a place, and its folders."""
    return {path.relative_to(home).as_posix(): path.read_bytes() if path.is_file() else b"" for path in sorted(home.rglob("*"))}


def test_a_night_does_its_own_work_where_nobody_works(place: Place) -> None:
    """Everything listed is published and reported; a second call says so and does nothing; once more costs no request and changes no byte."""
    code, nights = place.night()
    assert code == 0 and [(night["id"], night["state"], night["outcome"]["published"]) for night in nights] == [(night_id(SHOW, DATE), "done", 3)]
    assert place.feed().count("<item>") == 3
    assert all(place.kept(SHOW, DATE, form).exists() for form in (".json", ".txt", ".html"))
    assert all(line["made"] > 0 and line["duration_ms"] > 0 for line in place.report()["lines"])
    before = place.files()
    code, out, err = place.run("nightly", "--now", LATER.isoformat())
    assert code == 0 and "done already" in err and text(from_plain(place.report()), "en") in out and place.job(night_id(SHOW, DATE)).run == 1
    code, nights = place.night("--again", now=LATER)
    lines = place.report()["lines"]
    assert code == 0 and nights[0]["run"] == 2 and [(line["outcome"], line["made"]) for line in lines] == [("unchanged", 0)] * 3
    assert place.files() == before


def test_a_night_only_waits_where_a_worker_works(place: Place) -> None:
    """The worker that is there does it."""
    with place.working() as worker:
        code, nights = place.night()
    assert code == 0 and nights[0]["worker"] == worker.name and {job.worker for job in place.jobs(Kind.RENDER)} == {worker.name}


def test_a_detached_night_is_done_by_the_next_to_come(place: Place) -> None:
    """It is only put up; the next call joins it instead of beginning another."""
    code, out, _ = place.run("nightly", "--detach", "--now", NOW.isoformat())
    assert code == 0 and night_id(SHOW, DATE) in out and place.job(night_id(SHOW, DATE)).state is JobState.QUEUED and not place.output.exists()
    code, nights = place.night(now=LATER)
    assert code == 0 and nights[0]["run"] == 1 and nights[0]["outcome"]["published"] == 3


def test_limit_and_since_choose(place: Place) -> None:
    """What is asked for counts for this night; once more with other words counts those."""
    _, nights = place.night("--limit", "1", "--date", "2026-11-20")
    assert nights[0]["id"] == night_id(SHOW, "2026-11-20") and nights[0]["outcome"]["found"] == 1
    _, nights = place.night("--again", "--date", "2026-11-20", "--since", (place.paper.article(1).published - timedelta(minutes=1)).isoformat(), now=LATER)
    assert nights[0]["run"] == 2 and nights[0]["outcome"]["found"] == 2


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_date_that_is_none_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """It would be the name of a file."""
    monkeypatch.setenv("AUDIOPUB_LANG", language)
    code, _, err = place.run("nightly", "--date", "../../x")
    assert code == 2 and {"en": "such as 2026-11-26", "vi": "một ngày như 2026-11-26"}[language] in err and not place.here.state.exists()


def test_a_dry_run_leaves_no_trace(place: Place) -> None:
    """Not even a folder."""
    before = tree(place.home)
    code, out, _ = place.run("nightly", "--dry-run", "--now", NOW.isoformat())
    assert code == 0 and out.count("Would publish") == 3 and tree(place.home) == before


def test_a_bulletin_waits_for_what_it_tells(place: Place) -> None:
    """Its night was put up first, and yet tells the articles of the other show's."""
    place.show("a-diem-tin", sources=[], more=TELLING.format(SHOW))
    for slug in ("a-diem-tin", SHOW):
        submit_night(place.settings, slug, DATE, NOW, {}, by="Thử")
    code, nights = place.night("a-diem-tin", SHOW)
    assert code == 0 and [night["state"] for night in nights] == ["done", "done"]
    told = place.report("a-diem-tin")["bulletins"]
    assert [line["outcome"] for line in told] == ["published"] and all(place.paper.article(number).title in place.feed("a-diem-tin") for number in range(3))
    assert place.night(SHOW, "a-diem-tin", "--again", now=LATER)[0] == 0 and place.report("a-diem-tin")["bulletins"][0]["outcome"] == "unchanged"


def test_bulletins_that_tell_each_other_do_not_wait_for_ever(place: Place, desk: Desk) -> None:
    """Of shows that wait for each other the first by name begins; one whose file is broken waits for nobody, and says so later."""
    told = {"a-tin": "b-tin", "b-tin": "c-tin", "c-tin": "a-tin", "d-tin": "d-tin"}
    for slug, other in told.items():
        place.show(slug, sources=[], more=TELLING.format(other))
    place.show("e-tin", more="titel = 1")
    nights = {slug: submit_night(place.settings, slug, DATE, NOW, {}, by="")[0] for slug in (*told, "e-tin")}
    assert {slug: desk.awaited(night) for slug, night in nights.items()} == {
        "a-tin": (), "b-tin": (), "c-tin": (night_id("a-tin", DATE),), "d-tin": (), "e-tin": ()
    }  # fmt: skip


def test_a_bulletin_without_articles_is_no_failure(place: Place) -> None:
    """A day on which nothing was published."""
    place.show("a-diem-tin", sources=[], more=TELLING.format(SHOW))
    code, _ = place.night("a-diem-tin")
    assert code == 0 and place.report("a-diem-tin")["bulletins"][0]["outcome"] == "unchanged"


def test_a_show_file_that_cannot_be_used(place: Place) -> None:
    """The command says so at once."""
    place.show(more="titel = 1")
    code, _, err = place.run("nightly")
    assert code == 8 and "titel" in err


def test_a_voice_that_is_not_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing could be read, for one reason: the code says that it is worth another try."""
    monkeypatch.setenv("AUDIOPUB_COMMAND_COMMAND", "/nowhere/voice")
    place.show(engine="command")
    code, _ = place.night("--limit", "1")
    assert code == 69 and [line["outcome"] for line in place.report()["lines"]] == ["failed"]
    place.show()
    code, nights = place.night("--limit", "1", now=LATER)
    assert code == 0 and nights[0]["run"] == 2 and nights[0]["outcome"]["published"] == 1


class Monitor:
    """A monitor on loopback that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.address = ""


@contextmanager
def monitored() -> Iterator[Monitor]:
    monitor = Monitor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            monitor.told.append((self.path.partition("?")[0], body))
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST  # noqa: N815  the names are http.server's

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monitor.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield monitor
        finally:
            server.shutdown()
            thread.join()


def test_a_monitor_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a night began, and whether it went well, with its report; one monitor a show."""
    with monitored() as monitor:
        monkeypatch.setenv("AUDIOPUB_PING_URL", f"{monitor.address}/{{show}}")
        place.night("--limit", "1")
        place.paper.fail(1)
        place.night("--again", now=LATER)
    assert [path for path, _ in monitor.told] == [f"/{SHOW}/start", f"/{SHOW}", f"/{SHOW}/start", f"/{SHOW}/fail"]
    assert monitor.told[1][1].startswith("Đêm 24/11: ") and "500" in monitor.told[3][1]


def test_a_show_file_that_breaks_when_its_night_is_put_up_already(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The night ends with a report, and the monitor is told; it is not begun for ever."""
    with monitored() as monitor:
        monkeypatch.setenv("AUDIOPUB_PING_URL", monitor.address)
        place.run("nightly", "--detach", "--now", NOW.isoformat())
        place.show(more="titel = 1")
        place.work()
    job = place.job(night_id(SHOW, DATE))
    assert (job.state, job.run, job.outcome["exit_code"]) == (JobState.DONE, 1, 8)
    assert [path for path, _ in monitor.told] == ["/start", "/fail"] and "titel" in monitor.told[1][1]
    assert [line["code"] for line in place.report()["failures"]] == ["config.unknown_key"]


def test_two_nights_at_one_moment_are_one(place: Place) -> None:
    """Whoever comes second waits for the first one's work."""
    commands = [*place.here.command, "nightly", "--now", NOW.isoformat(), "--json"]
    place.here.temporary.mkdir()
    both = [Program(commands, place.home / f"said-{number}.txt", place.here.environment, folder=place.home) for number in range(2)]
    codes = [program.wait(60) for program in both]
    assert codes == [0, 0], "\n".join(program.last_words for program in both)
    assert [job.run for job in place.jobs(Kind.NIGHTLY)] == [1] and [job.run for job in place.jobs(Kind.RENDER)] == [1] * 3
    assert place.report()["counts"]["published"] == 3


def test_a_night_that_is_told_to_end_goes_on_at_the_next_call(place: Place) -> None:
    """It ends soon and without an error; what was made stays, and is not made again."""
    place.paper.count = 8
    place.here.temporary.mkdir()
    with Program(
        [*place.here.command, "nightly", "--jobs", "2", "--now", NOW.isoformat()], place.home / "said.txt", place.here.environment, folder=place.home
    ) as program:
        wait_for(place.here.is_mid_batch, "articles that are made", of=place.here)
        assert program.end(30, signal.SIGTERM) == 0, program.last_words
    made = {job.id: job.finished for job in place.jobs(Kind.RENDER) if job.state is JobState.DONE}
    assert 0 < len(made) < 8 and not place.job(night_id(SHOW, DATE)).is_over
    code, nights = place.night(now=LATER)
    assert code == 0 and nights[0]["run"] == 1 and nights[0]["outcome"]["published"] == 8
    assert {name: place.job(name).finished for name in made} == made and place.feed().count("<item>") == 8


def test_a_night_that_is_waited_for_is_left_to_its_worker_when_told_to_end(place: Place) -> None:
    """Who only waits ends at once and without an error."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    place.paper.slow(0, 4.0)

    def end() -> None:
        place.wait(lambda: place.jobs(Kind.NIGHTLY) and place.jobs(Kind.NIGHTLY)[0].state is JobState.RUNNING)
        os.kill(os.getpid(), signal.SIGTERM)

    with place.working():
        ending = Thread(target=end)
        ending.start()
        code, nights = place.night()
        ending.join()
        assert code == 0 and nights[0]["state"] == "running"
        place.wait(lambda: place.job(night_id(SHOW, DATE)).is_over)


def test_a_night_that_is_taken_back_takes_its_articles_along(place: Place) -> None:
    """Those that wait, and one that it was just about to put up; what an editor asked for meanwhile stays."""
    place.paper.count = 4
    place.paper.slow(3, 1.0)
    place.run("nightly", "--detach", "--now", NOW.isoformat())
    place.show(engine="silent")
    store = store_of(place.settings)
    asked: list[str] = []

    def until() -> bool:
        put_up = place.jobs(Kind.RENDER)
        if not asked and len(put_up) >= 1:
            waiting = [job.id for job in put_up if job.state is JobState.QUEUED]
            if not waiting:
                return False
            asked.append(waiting[-1])
            place.run("jobs", "first", waiting[-1])
            assert place.run("jobs", "cancel", night_id(SHOW, DATE))[0] == 0
        return bool(asked) and all(job.is_over for job in store.jobs())

    place.work(until)
    states = {job.id: job.state for job in place.jobs(Kind.RENDER, Kind.NIGHTLY)}
    assert states.pop(asked[0]) is JobState.DONE and states.pop(night_id(SHOW, DATE)) is JobState.CANCELLED
    assert set(states.values()) <= {JobState.CANCELLED, JobState.DONE}
