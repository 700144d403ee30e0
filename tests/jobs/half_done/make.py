"""Make the half-finished night that test_half_done.py goes on with: ``python -m tests.jobs.half_done.make``.

A worker begins two articles of a night and one of an editor, falls silent in the middle of each and is killed; one article of the night waits in
the engine, and one of an editor was ordered after that. Nothing is published yet. What is in the two databases, the pages and the show file are kept here.

It is made by the release whose jobs it stands for, and kept: later releases have to finish it. It is made anew only as long as no release has made one.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from audiopub.adapters.sql.schema import jobs
from audiopub.jobs.model import JobState, Kind
from benchmarks.newsroom import NOW, SITE, Newsroom, page, write_show
from tests.worker_process import SHOW, Installation, WorkerProcess, wait_for

HERE = Path(__file__).parent
DATABASES = ("catalog", "jobs")
_NIGHT, _SENTENCES = 3, 4


def main() -> None:
    newsroom = Newsroom(_NIGHT, seed=5)
    with tempfile.TemporaryDirectory() as home, newsroom.served():
        old = Installation(home=Path(home), name="may-cu", more={"AUDIOPUB_ALLOW_HOSTS": newsroom.host})
        write_show(old.feeds, SHOW, [newsroom.feed])
        _half_done(old, newsroom)
        for name in DATABASES:
            with closing(sqlite3.connect(old.state / f"{name}.sqlite")) as connection:
                (HERE / f"{name}.sql").write_text("".join(f"{line}\n" for line in connection.iterdump()), encoding="utf-8")
        shutil.rmtree(HERE / "inbox", ignore_errors=True)
        shutil.copytree(old.state / "archive" / "inbox", HERE / "inbox")
        shutil.copy(old.feeds / f"{SHOW}.toml", HERE)


def _half_done(old: Installation, newsroom: Newsroom) -> None:
    files = list(_written(old.home, newsroom))
    old.order_night(NOW)
    with WorkerProcess(old, host="may-cu", hangs_after=_SENTENCES) as worker:
        wait_for(lambda: old.counts(Kind.RENDER).total() == _NIGHT, "the night to be looked at", of=old, watched=[worker])
        old.order(files[0].name, NOW)
        speaking = (jobs.c.kind == Kind.RENDER, jobs.c.state == JobState.RUNNING, jobs.c.stage == "speaking")
        wait_for(lambda: len(old.rows(jobs, *speaking)) == _NIGHT and not old.rows(jobs, jobs.c.sent == ""), "all slots to be at work", of=old, watched=[worker])
        worker.kill()
    old.order(files[1].name, NOW)


def _written(home: Path, newsroom: Newsroom) -> Iterator[Path]:
    for number in (70, 71):
        article = newsroom.article(number)
        path = home / f"bai-{number}.html"
        path.write_bytes(page(article, SITE + article.path))
        yield path


if __name__ == "__main__":
    main()
