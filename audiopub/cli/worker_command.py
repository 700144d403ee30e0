"""``audiopub worker``: does what is in the queues."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.face import Command, as_json, end_at_once, mention, option, say

if TYPE_CHECKING:
    from audiopub.config import Settings
    from audiopub.jobs.worker import Worker
    from audiopub.workshop.service import Wishes

_SUPERSEDED = 75
_INTERRUPTED = 130
_SIGN_OF_LIFE = 5.0
"""Seconds between two signs of life where nobody asks for them oftener."""


@click.command(cls=Command, help="help.worker")
@option("--jobs", "-j", type=click.IntRange(1, 64), help="help.worker_jobs")
@option("--until-idle", is_flag=True, help="help.until_idle")
@option("--metrics", help="help.worker_metrics")
@option("--json", "json_", is_flag=True, help="help.json")
def worker(jobs: int | None, metrics: str | None, *, until_idle: bool, json_: bool) -> int:
    """Work until stopped, or until nothing is left to do."""
    from audiopub.config import Settings
    from audiopub.workshop.service import Wishes, is_idle

    settings = Settings.read()
    stop = stopping()
    with measured(settings, metrics):
        return worked(settings, Wishes(slots=jobs), lambda: stop() or (until_idle and is_idle(settings)), json_=json_)


def worked(settings: "Settings", wishes: "Wishes", until: Callable[[], bool], *, json_: bool = False, quiet: bool = False) -> int:
    """Be this machine's worker until something is so, and give the exit code: 75 where others took it for dead and do its jobs."""
    from audiopub.adapters.service_notify import Supervisor
    from audiopub.jobs.worker import Superseded
    from audiopub.workshop.service import worker as launched

    supervisor, code = Supervisor.named(), 0
    made: Worker | None = None
    try:
        with launched(settings, wishes) as made:
            if json_ and not quiet:
                as_json({"worker": made.name})
            elif not quiet:
                mention("say.worker_ready", name=made.name)
            supervisor.ready()
            made.work(until, alive=supervisor.alive, every=supervisor.watchdog / 3 or _SIGN_OF_LIFE)
            supervisor.stopping()
    except Superseded:
        mention("again.superseded")
        code = _SUPERSEDED
    finally:
        if made is not None and made.stands_still:
            end_at_once()
    return code


@contextmanager
def measured(settings: "Settings", address: str | None) -> Iterator[None]:
    """Answer meanwhile at an address what operators ask: ``/metrics``, ``/health``, ``/jobs``, ``/jobs/events``."""
    if not address:
        yield
        return
    from audiopub.adapters.sql import Database
    from audiopub.adapters.status_site import status_site
    from audiopub.adapters.web_server import beside
    from audiopub.bootstrap import database

    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise click.UsageError(say("usage.bad_address", value=address))
    with beside(status_site(Database(database(settings).url, patience=5.0), host), host or "127.0.0.1", int(port)):
        yield


def stopping() -> Callable[[], bool]:
    """Take note of the signals that ask a process to end; gives what tells whether one came."""
    asked = threading.Event()

    def note(_number: int, _frame: Any) -> None:
        if asked.is_set():
            os._exit(_INTERRUPTED)  # whoever asks twice does not want to wait: the next process goes on where this one was
        asked.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    return asked.is_set
