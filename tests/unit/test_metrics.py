"""What operators watch, on a real database: Prometheus's figures, and whether shows still come out."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, select, update
from starlette.applications import Starlette

from audiopub.adapters.metrics import CONTENT_TYPE, exposition, metrics_route, write_textfile
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.feeds import SqlFeeds
from audiopub.adapters.sql.figures import newest_episodes
from audiopub.adapters.sql.schema import counters, episodes, feeds, jobs, now_ms, rates, workers
from audiopub.bootstrap import database as bootstrap_database
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings
from audiopub.errors import ConfigInvalid
from audiopub.jobs import Kind

Fill = Callable[..., None]


def _app(database: Database) -> Starlette:
    return Starlette(routes=[metrics_route(database)])


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'catalog.sqlite'}", patience=0.5)
    yield made
    made.close()


def now_of(database: Database) -> int:
    return database.read(lambda connection: connection.execute(select(now_ms())).scalar_one())


def add_job(database: Database, number: str, **values: Any) -> None:
    usual = {
        "kind": "render",
        "show": "ban-tin",
        "key": number,
        "queue": "nightly",
        "state": "done",
        "source": "",
        "wish": "{}",
        "now": "",
        "asked": 1000,
        "changed": 1000,
    }
    database.write(lambda connection: connection.execute(insert(jobs).values(id=number, **{**usual, **values})))


def fill(database: Database, table: Any, **values: Any) -> None:
    database.write(lambda connection: connection.execute(insert(table).values(**values)))


def samples(body: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Read an exposition with Prometheus's own parser."""
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in text_string_to_metric_families(body.decode()) for one in family.samples}


def told(database: Database, name: str, **labels: str) -> float:
    return samples(exposition(database))[f"audiopub_{name}", tuple(sorted(labels.items()))]


def test_an_empty_database_tells_zeros(database: Database) -> None:
    """Alerts on numbers fire only where there are some: kinds, states and queues are told also where nothing is in them."""
    found = samples(exposition(database))
    assert len([key for key in found if key[0] == "audiopub_jobs"]) == len(Kind) * 8
    assert len([key for key in found if key[0] == "audiopub_queue_oldest_seconds"]) == 4
    assert {value for (name, _), value in found.items() if name != "audiopub_build_info"} == {0.0}
    assert ("audiopub_takeovers_total", ()) in found


def test_jobs_are_counted_by_kind_and_state(database: Database) -> None:
    """Over all shows and queues."""
    add_job(database, "a")
    add_job(database, "b", show="khac", queue="editor")
    add_job(database, "c", state="failed")
    add_job(database, "d", kind="publish", state="running")
    assert told(database, "jobs", kind="render", state="done") == 2
    assert told(database, "jobs", kind="render", state="failed") == 1
    assert told(database, "jobs", kind="publish", state="running") == 1


def test_the_longest_wait_is_of_what_is_queued(database: Database) -> None:
    """Jobs that run or are done wait for nothing; the oldest counts, by the database's clock."""
    now = now_of(database)
    add_job(database, "a", state="queued", asked=now - 90_000)
    add_job(database, "b", state="queued", asked=now - 500_000, show="khac")
    add_job(database, "c", state="running", asked=now - 900_000)
    add_job(database, "d", state="queued", asked=now + 60_000, queue="editor")
    assert 500 <= told(database, "queue_oldest_seconds", queue="nightly") < 600
    assert told(database, "queue_oldest_seconds", queue="editor") == 0


def test_time_is_of_what_ran_and_ended(database: Database) -> None:
    """A job that runs still, or was cancelled before it began, has no time."""
    add_job(database, "a", started=1000, finished=5000)
    add_job(database, "b", state="failed", started=1000, finished=2500)
    add_job(database, "c", state="running", started=1000)
    add_job(database, "d", state="cancelled", finished=9000)
    assert told(database, "job_seconds_sum", kind="render") == 5.5
    assert told(database, "job_seconds_count", kind="render") == 2


def test_workers_alive_are_those_whose_heart_beats(database: Database) -> None:
    """Not those that fell silent, were taken over, or stopped."""
    now = now_of(database)
    for name, beat, state, taken in (("a", now, "alive", ""), ("b", now - 120_000, "alive", ""), ("c", now, "taken", "a"), ("d", now, "gone", "")):
        fill(database, workers, id=name, host="h", pid=1, started=now, beat=beat, state=state, version="1", taken_by=taken)
    assert told(database, "workers_alive") == 1


def test_the_last_success_is_of_the_newest_good_night(database: Database) -> None:
    """A night that failed later, or an article, is none."""
    add_job(database, "n1", kind="nightly", queue="nights", finished=100_000)
    add_job(database, "n2", kind="nightly", queue="nights", finished=200_500)
    add_job(database, "n3", kind="nightly", queue="nights", state="failed", finished=900_000)
    add_job(database, "r", finished=950_000)
    assert told(database, "last_success_timestamp_seconds", show="ban-tin") == 200.5


def test_a_feed_lags_while_more_is_wanted_than_written(database: Database) -> None:
    """And not any more when it has caught up."""
    known = SqlFeeds(database)
    known.written("ban-tin", known.want("ban-tin"), 1.0)
    known.written("khac", known.want("khac"), 1.0)
    database.write(lambda connection: connection.execute(update(feeds).values(at=1000, since=1000)))
    number = [known.want("ban-tin"), known.want("ban-tin")][-1]
    assert 0 <= told(database, "publish_lag_seconds", show="ban-tin") < 60  # written long ago, behind only now
    assert told(database, "publish_lag_seconds", show="khac") == 0
    database.write(lambda connection: connection.execute(update(feeds).values(since=feeds.c.since - 500_000)))
    known.want("ban-tin")
    assert 500 <= told(database, "publish_lag_seconds", show="ban-tin") < 560  # what comes later does not hide what waits
    known.written("ban-tin", number, 1.0)
    assert told(database, "publish_lag_seconds", show="ban-tin") < 60
    known.written("ban-tin", number + 1, 1.0)
    assert told(database, "publish_lag_seconds", show="ban-tin") == 0


def test_a_voice_that_is_left_alone_is_told(database: Database) -> None:
    """For how long still; what is over is 0."""
    now = now_of(database)
    fill(database, rates, name="gtts", until=now + 300_000)
    fill(database, rates, name="edge", until=now - 300_000)
    assert 200 < told(database, "tts_paused_seconds", voice="gtts") <= 300
    assert told(database, "tts_paused_seconds", voice="edge") == 0


def test_counters_keep_their_labels(database: Database) -> None:
    """Those with a label have a sample each, the others one sum; one that is not known is told all the same, and a name that is none is not."""
    for name, label, value in (("tts_requests", "gtts:ok", 7), ("tts_requests", "piper:vi:slow:throttled", 2), ("tts_requests", "odd", 1), ("speaking_seconds", "espeak:vi", 2.5), ("cache_hits", "", 5), ("published", "ban-tin", 3), ("published", "khac", 4),
                               ("crumbs", 'a"b\n\\', 1), ("no name", "", 1)):  # fmt: skip
        fill(database, counters, name=name, label=label, value=value)
    assert told(database, "tts_requests_total", voice="gtts", result="ok") == 7
    assert told(database, "tts_requests_total", voice="piper:vi:slow", result="throttled") == 2
    assert told(database, "tts_requests_total", voice="odd", result="") == 1
    assert told(database, "speaking_seconds_total", voice="espeak:vi") == 2.5
    assert told(database, "cache_hits_total") == 5
    assert told(database, "published_total") == 7
    assert told(database, "crumbs_total", label='a"b\n\\') == 1
    assert b"no name" not in exposition(database)


def test_few_questions_however_many_jobs(database: Database) -> None:
    """A scrape asks the database six things, not one a job."""
    from sqlalchemy import event

    for number in range(30):
        add_job(database, str(number), show=f"show-{number % 7}")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    exposition(database)
    assert len([one for one in asked if one.startswith("SELECT")]) == 6


def test_promtool_finds_nothing(database: Database) -> None:
    """Prometheus's own check of names, types and units."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool on this machine")
    now = now_of(database)
    add_job(database, "a", started=1000, finished=5000)
    add_job(database, "n", kind="nightly", finished=now)
    fill(database, feeds, show="ban-tin", wanted=4, written=3, at=now)
    fill(database, rates, name="gtts", until=now + 300_000)
    fill(database, counters, name="tts_requests", label="gtts:ok", value=7)
    fill(database, counters, name="speaking_seconds", label="gtts", value=7)
    done = subprocess.run([promtool, "check", "metrics"], input=exposition(database), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def asked(database: Database, method: str, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(_app(database)), base_url="http://audiopub") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


def test_metrics_over_http_and_nothing_else(database: Database) -> None:
    """Only /metrics, only to be read; a database that is away is an error of the scrape."""
    answer = asked(database, "GET", "/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"] == CONTENT_TYPE and samples(answer.content)
    assert [asked(database, *one).status_code for one in (("GET", "/"), ("GET", "/metrics/x"), ("POST", "/metrics"))] == [404, 404, 405]
    database.write(lambda connection: connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone"))
    assert asked(database, "GET", "/metrics").status_code == 503


def test_the_text_file_is_whole_and_readable_by_others(database: Database, tmp_path: Path) -> None:
    """Node_exporter runs as somebody else, and reads whenever it likes; where nothing can be read the old file stays."""
    path = tmp_path / "collector" / "audiopub.prom"
    write_textfile(database, path)
    assert samples(path.read_bytes()) and path.stat().st_mode & 0o044 == 0o044
    assert [one.name for one in path.parent.iterdir()] == ["audiopub.prom"]
    before = path.read_bytes()
    database.write(lambda connection: connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone"))
    with pytest.raises(ConfigInvalid):
        write_textfile(database, path)
    assert path.read_bytes() == before


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Database]:
    """Two shows, one of them with sources, and the database that the commands use."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDIOPUB_LANG", "en")
    assert exit_code_of(main_group, ["init"]) == 0
    text = (tmp_path / "feeds" / "ban-tin.toml").read_text(encoding="utf-8")
    (tmp_path / "feeds" / "khac.toml").write_text('sources = ["https://bao.example/rss"]\n' + text, encoding="utf-8")
    capsys.readouterr()
    made = bootstrap_database(Settings.read())
    yield made
    made.close()


def test_the_command_prints_and_writes(newsroom: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The same figures, on the terminal or in a file."""
    add_job(newsroom, "a")
    assert exit_code_of(main_group, ["metrics"]) == 0
    assert samples(capsys.readouterr().out.encode())["audiopub_jobs", (("kind", "render"), ("state", "done"))] == 1
    assert exit_code_of(main_group, ["metrics", "--file", str(tmp_path / "a.prom")]) == 0
    assert capsys.readouterr().out == "" and samples((tmp_path / "a.prom").read_bytes())


def test_the_database_is_where_the_settings_say(tmp_path: Path) -> None:
    """One a process: two that ask for the same get the same."""
    settings = Settings.read(environment={"AUDIOPUB_STATE": str(tmp_path / "state")})
    assert bootstrap_database(settings).url == f"sqlite:///{(tmp_path / 'state' / 'catalog.sqlite').as_posix()}"
    named = Settings.read(environment={"AUDIOPUB_DB": f"sqlite:///{tmp_path}/x.sqlite"})
    assert bootstrap_database(named) is bootstrap_database(named) and bootstrap_database(named).url.endswith("/x.sqlite")


def judged(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = exit_code_of(main_group, ["doctor", "--json", *arguments])
    return code, json.loads(capsys.readouterr().out).get("fresh")


def test_a_show_without_news_is_stale(newsroom: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Only shows with sources are judged; the exit code tells it, in every form of the output."""
    code, shows = judged(capsys, "--fresh", "24h")
    assert code == 6 and shows == [{"show": "khac", "ok": False, "newest": None, "age_seconds": None}]
    assert exit_code_of(main_group, ["doctor", "--fresh", "24h"]) == 6
    assert "no night has ended well" in capsys.readouterr().out
    assert judged(capsys) == (0, None)


def test_a_good_night_keeps_a_show_fresh(newsroom: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """As long as it is not older than asked; minutes, hours and days are understood."""
    add_job(newsroom, "n", kind="nightly", show="khac", finished=now_of(newsroom) - 2 * 3_600_000)
    assert [judged(capsys, "--fresh", age)[0] for age in ("3h", "1d", "90m", "119m", "125m")] == [0, 0, 6, 6, 0]
    assert 7200 <= judged(capsys, "--fresh", "3h")[1][0]["age_seconds"] < 7300
    assert exit_code_of(main_group, ["doctor", "--fresh", "90m"]) == 6
    assert "nothing new since" in capsys.readouterr().out


def test_a_new_episode_keeps_a_show_fresh(newsroom: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where no night ran; a withdrawn one is no news, and the zone of its moment counts."""
    from datetime import datetime, timedelta

    from audiopub.article.dates import INDOCHINA

    moment = datetime.fromtimestamp(now_of(newsroom) / 1000, INDOCHINA) - timedelta(hours=5)
    fill(newsroom, episodes, show="khac", id="a", version=1, state="withdrawn", published=(moment + timedelta(hours=4)).isoformat(), record="{}")
    assert judged(capsys, "--fresh", "6h")[0] == 6
    fill(newsroom, episodes, show="khac", id="b", version=1, state="published", published=moment.isoformat(), record="{}")
    assert newest_episodes(newsroom) == {"khac": moment.isoformat()}
    assert [judged(capsys, "--fresh", age)[0] for age in ("6h", "4h")] == [0, 6]


@pytest.mark.parametrize("value", ["soon", "24", "0h", "-1h", "1w", ""])
def test_what_is_no_age_is_a_wrong_use(newsroom: Database, value: str) -> None:
    """An empty one, which is what an unset variable of a script gives, too."""
    assert exit_code_of(main_group, ["doctor", "--fresh", value]) == 2
