"""A night that another release left half done is finished by this one: what is stored of its jobs is understood for as long as any may be there."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from audiopub.jobs.model import JobState
from benchmarks.experiments.ground import feed_items, reader
from tests.jobs.half_done.make import DATABASES, HERE
from tests.kills import broken
from tests.worker_process import SHOW, Installation, WorkerProcess

_ARTICLES = 5


def test_a_night_half_done_by_the_first_release_is_finished(tmp_path: Path) -> None:
    """What it had begun goes on in its own workflow, behind the steps that were recorded; nothing is begun anew, lost or stuck."""
    here = Installation(home=tmp_path)
    here.feeds.mkdir()
    shutil.copy(HERE / f"{SHOW}.toml", here.feeds)
    shutil.copytree(HERE / "inbox", here.state / "archive" / "inbox")
    for name in DATABASES:
        with closing(sqlite3.connect(here.state / f"{name}.sqlite")) as connection:
            connection.executescript((HERE / f"{name}.sql").read_text(encoding="utf-8"))
    before = _runs(here)
    assert sorted(before.values()) == ["ENQUEUED", *["PENDING"] * 4]
    with WorkerProcess(here, "--until-idle") as worker:
        assert worker.wait(180) == 0, worker.last_words
    assert {row["id"]: row["state"] for row in here.rows() if row["state"] != JobState.DONE} == {}
    assert {row["run"] for row in here.rows() if row["kind"] != "publish"} == {1}
    assert {_runs(here)[run] for run in before} == {"SUCCESS"}
    read = reader(here.files())
    assert len(list(feed_items(read))) == len(here.articles()) == _ARTICLES
    assert list(broken(read)) == []


def _runs(here: Installation) -> dict[str, str]:
    with closing(sqlite3.connect(here.state / "jobs.sqlite")) as connection:
        return dict(connection.execute("SELECT workflow_uuid, status FROM workflow_status").fetchall())
