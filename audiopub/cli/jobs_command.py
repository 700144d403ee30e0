"""``audiopub jobs``: what is to be done, what is being done, and what became of it."""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from audiopub.cli.acts import who
from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.cli.job_view import details, job_line, reason
from audiopub.cli.wishes import VIETNAM
from audiopub.errors import BadInput

_LOOK = 0.2


@click.group(cls=Group, help="help.jobs")
def jobs() -> None:
    """Group of the commands that look after jobs."""


@jobs.command("add", cls=Command, help="help.jobs_add")
@click.argument("sources", nargs=-1, required=True)
@option("--show", help="help.show")
@option("--title", help="help.title")
@option("--source-id", help="help.source_id")
@option("--accept", multiple=True, help="help.accept")
@option("--not-before", help="help.not_before")
@option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--now", hidden=True)
@option("--watch", is_flag=True, help="help.jobs_add_watch")
@option("--json", "json_", is_flag=True, help="help.json")
def add(sources: tuple[str, ...], show: str | None, *, watch: bool, json_: bool, **flags: Any) -> int:
    """Put articles into the editors' queue."""
    from audiopub.cli.render_command import moment
    from audiopub.config import Settings, find_show
    from audiopub.pipeline import Wish
    from audiopub.workshop.service import store_of, submit_article

    if len(sources) > 1 and (flags["title"] or flags["source_id"]):
        raise click.UsageError(say("usage.one_source"))
    settings = Settings.read(feeds=flags["feeds"])
    found = find_show(settings.feeds, show)
    later = moment(flags["not_before"]) if flags["not_before"] else None
    wish = Wish(title=flags["title"], source_id=flags["source_id"], accept=frozenset(flags["accept"]), not_before=later)
    now = datetime.fromisoformat(flags["now"]) if flags["now"] else datetime.now(VIETNAM)
    added = [submit_article(settings, found, source, wish, by=who(flags["by"]), now=now, standard_input=sys.stdin.buffer.read) for source in sources]
    if json_:
        as_json({"jobs": [{"id": job.id, "new": new, "state": job.state} for job, new in added]}, in_one_line=watch)
    else:
        for job, new in added:
            click.echo(say("job.added" if new else "job.there_already", id=job.id, source=job.order.source))
    return _watched(store_of(settings), [job.id for job, _ in added], json_=json_) if watch else 0


@jobs.command("list", cls=Command, help="help.jobs_list")
@option("--all", "all_", is_flag=True, help="help.jobs_all")
@option("--show", help="help.show")
@option("--limit", type=click.IntRange(1), default=50, show_default=True, help="help.jobs_limit")
@option("--json", "json_", is_flag=True, help="help.json")
def list_(show: str | None, limit: int, *, all_: bool, json_: bool) -> None:
    """List jobs: what is open, and what ended badly; with ``--all`` everything."""
    from audiopub.config import Settings
    from audiopub.jobs import OPEN, JobState
    from audiopub.jobs.events import plain_job
    from audiopub.workshop.service import store_of, workers_alive

    settings = Settings.read()
    states = () if all_ else (*OPEN, JobState.HELD, JobState.FAILED, JobState.PARKED)
    found = store_of(settings).jobs(states=states, show=show or "", limit=limit)
    alive = workers_alive(settings)
    if json_:
        as_json({"workers": list(alive), "jobs": [plain_job(job) for job in found]})
        return
    for job in found:
        click.echo(job_line(job))
        if why := reason(job):
            click.echo(f"  {why}")
    if not found:
        click.echo(say("job.none"))
    if not alive and any(not job.is_over for job in found):
        click.echo(say("job.no_worker"), err=True)


@jobs.command("show", cls=Command, help="help.jobs_show")
@click.argument("job_id")
@option("--json", "json_", is_flag=True, help="help.json")
def show_(job_id: str, *, json_: bool) -> None:
    """Show all that is known of a job."""
    from audiopub.jobs.events import plain_job

    job = _one(job_id)
    if json_:
        as_json(plain_job(job))
        return
    for line in details(job):
        click.echo(line)


@jobs.command("retry", cls=Command, help="help.jobs_retry")
@click.argument("job_ids", nargs=-1)
@option("--failed", is_flag=True, help="help.jobs_failed")
@option("--json", "json_", is_flag=True, help="help.json")
def retry(job_ids: tuple[str, ...], *, failed: bool, json_: bool) -> None:
    """Begin jobs anew that have ended."""
    from audiopub.config import Settings
    from audiopub.jobs import JobState, Kind
    from audiopub.workshop.service import store_of

    store = store_of(Settings.read())
    if not job_ids and not failed:
        raise click.UsageError(say("usage.which_jobs"))
    bad = (JobState.FAILED, JobState.PARKED)
    wanted = [*[_one(name).id for name in job_ids], *([job.id for job in store.jobs(states=bad, kinds=(Kind.RENDER, Kind.NIGHTLY))] if failed else [])]
    _tell([(name, store.retry(name, datetime.now(VIETNAM))) for name in dict.fromkeys(wanted)], "job.retried", "job.not_over", json_=json_)


@jobs.command("first", cls=Command, help="help.jobs_first")
@click.argument("job_ids", nargs=-1, required=True)
@option("--json", "json_", is_flag=True, help="help.json")
def first(job_ids: tuple[str, ...], *, json_: bool) -> None:
    """Let jobs that wait for the night be done before it."""
    from audiopub.config import Settings
    from audiopub.jobs import Queue
    from audiopub.workshop.service import store_of

    store = store_of(Settings.read())
    _tell([(job.id, store.move(job.id, Queue.EDITOR)) for job in map(_one, job_ids)], "job.first", "job.not_waiting", json_=json_)


@jobs.command("cancel", cls=Command, help="help.jobs_cancel")
@click.argument("job_ids", nargs=-1, required=True)
@option("--json", "json_", is_flag=True, help="help.json")
def cancel(job_ids: tuple[str, ...], *, json_: bool) -> None:
    """Take jobs back."""
    from audiopub.config import Settings
    from audiopub.workshop.service import store_of

    store = store_of(Settings.read())
    found = [(name, _one(name)) for name in job_ids]
    _tell([(job.id, None if job.is_over else store.cancel(job.id)) for _, job in found], "job.cancelled", "job.over_already", json_=json_)


@jobs.command("watch", cls=Command, help="help.jobs_watch")
@click.argument("job_ids", nargs=-1)
@option("--json", "json_", is_flag=True, help="help.jobs_events")
def watch(job_ids: tuple[str, ...], *, json_: bool) -> int:
    """Show how jobs go on: those named until they have ended, else all of them until stopped."""
    from audiopub.config import Settings
    from audiopub.workshop.service import store_of

    return _watched(store_of(Settings.read()), [_one(name).id for name in job_ids], json_=json_)


def _tell(done: Sequence[tuple[str, Any]], well: str, badly: str, *, json_: bool) -> None:
    if json_:
        as_json({"jobs": [{"id": name, "done": job is not None} for name, job in done]})
        return
    for name, job in done:
        click.echo(say(well if job else badly, id=name), err=job is None)


def _one(name: str) -> Any:
    """Find a job by its id, or the beginning of it.

    Raises:
        BadInput: there is none, or more than one.
    """
    from audiopub.config import Settings
    from audiopub.workshop.service import store_of

    store = store_of(Settings.read())
    exact = store.get(name)
    if exact is not None:
        return exact
    found = [job for job in store.jobs() if job.id.startswith(name) or job.id.partition("-")[2].startswith(name)]
    if len(found) != 1:
        raise BadInput("job.unknown" if not found else "job.several", id=name, count=len(found))
    return found[0]


def _watched(store: Any, ids: Sequence[str], *, json_: bool) -> int:
    """Show changes until all of some jobs have ended; give the exit code that they deserve together."""
    from audiopub.cli.job_bars import shown
    from audiopub.config import Settings
    from audiopub.jobs.events import plain_job
    from audiopub.workshop.service import workers_alive

    if any(job is not None and not job.is_over for job in map(store.get, ids)) and not workers_alive(Settings.read()):
        click.echo(say("job.no_worker"), err=True)
    with shown(quiet=json_) as show:
        for job in changes(store, ids):
            show(job)
            if json_:
                as_json(plain_job(job), in_one_line=True)
    return exit_code([store.get(name) for name in ids])


def changes(store: Any, ids: Sequence[str]) -> Iterator[Any]:
    """Give the changes of some jobs, and of those they put up, until all of them have ended; of all jobs for ever where none is named."""
    from audiopub.jobs.events import follow

    def pause() -> bool:
        if ids and all(job is None or job.is_over for job in map(store.get, ids)):
            return False
        time.sleep(_LOOK)
        return True

    wanted = set(ids)
    since = min((job.asked for job in map(store.get, ids) if job is not None), default=store.clock())
    return (job for job in follow(store, since, pause) if not wanted or job.id in wanted or job.order.parent in wanted)


def exit_code(found: Sequence[Any]) -> int:
    """Give the exit code of some jobs that have ended: 0 where all went well, their own where none did, else 6."""
    from audiopub.cli.face import PARTIAL
    from audiopub.jobs import JobState

    codes = [0 if job is None else int(job.outcome.get("exit_code", 0 if job.state is JobState.DONE else 1)) for job in found]
    bad = [code for code in codes if code]
    return 0 if not bad else bad[0] if len(bad) == len(codes) else PARTIAL
