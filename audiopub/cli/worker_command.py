"""``audiopub worker``: does what is in the queues."""

import signal
import threading
from collections.abc import Callable
from typing import Any

import click

from audiopub.cli.face import Command, as_json, option, say


@click.command(cls=Command, help="help.worker")
@option("--jobs", "-j", type=click.IntRange(1, 64), help="help.worker_jobs")
@option("--until-idle", is_flag=True, help="help.until_idle")
@option("--json", "json_", is_flag=True, help="help.json")
def worker(jobs: int | None, *, until_idle: bool, json_: bool) -> int:
    """Work until stopped, or until nothing is left to do."""
    from audiopub.config import Settings
    from audiopub.jobs import OPEN
    from audiopub.workshop.service import Wishes, store_of
    from audiopub.workshop.service import worker as launched

    settings = Settings.read()
    store = store_of(settings)
    stop = stopping()
    with launched(settings, Wishes(slots=jobs)) as made:
        if json_:
            as_json({"worker": made.name})
        else:
            click.echo(say("say.worker_ready", name=made.name), err=True)
        made.work(lambda: stop() or (until_idle and not store.jobs(states=OPEN, limit=1)))
    return 0


def stopping() -> Callable[[], bool]:
    """Take note of the signals that ask a process to end; gives what tells whether one came."""
    asked = threading.Event()

    def note(_number: int, _frame: Any) -> None:
        asked.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    return asked.is_set
