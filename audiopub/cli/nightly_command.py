"""``audiopub nightly``: everything that the shows' sources list."""

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from audiopub.cli.acts import who
from audiopub.cli.face import PARTIAL, Command, as_json, option, say
from audiopub.cli.job_view import reason
from audiopub.cli.wishes import VIETNAM

_LOOK = 0.25


@click.command(cls=Command, help="help.nightly")
@click.argument("shows", nargs=-1)
@option("--date", "date_", help="help.nightly_date")
@option("--since", help="help.since")
@option("--limit", type=click.IntRange(min=1), help="help.limit")
@option("--again", is_flag=True, help="help.nightly_again")
@option("--detach", is_flag=True, help="help.nightly_detach")
@option("--dry-run", is_flag=True, help="help.nightly_dry_run")
@option("--jobs", "-j", type=click.IntRange(1, 64), help="help.worker_jobs")
@option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--now", hidden=True)
@option("--json", "json_", is_flag=True, help="help.json")
def nightly(shows: tuple[str, ...], *, json_: bool, detach: bool, dry_run: bool, **flags: Any) -> int:
    """Do a night of each show, once a date whoever begins it, and say what became of it."""
    from audiopub.cli.wishes import since
    from audiopub.config import Settings
    from audiopub.workshop.service import night_shows, store_of, submit_night

    settings = Settings.read(feeds=flags["feeds"])
    now = datetime.fromisoformat(flags["now"]) if flags["now"] else datetime.now(VIETNAM)
    day = _day(flags["date_"]) if flags["date_"] else f"{now.astimezone(VIETNAM):%Y-%m-%d}"
    wish = {"limit": flags["limit"], "since": since(flags["since"], now).isoformat() if flags["since"] else None}
    wish = {name: value for name, value in wish.items() if value is not None}
    wanted = night_shows(settings, shows)
    if dry_run:
        from audiopub.cli.nightly_plan import planned

        return planned(settings, wanted, wish, now, json_=json_)
    by = who(flags["by"])
    added = [submit_night(settings, slug, day, now, wish, by=by, again=flags["again"] or None) for slug in wanted]
    ids = [job.id for job, _ in added]
    for job, new in added:
        if not new and job.is_over and not json_:
            click.echo(say("night.done_already", show=job.order.show, date=day), err=True)
    stopped = not detach and not _done(settings, ids, flags["jobs"], json_=json_)
    code = _tell(settings, [store_of(settings).get(name) for name in ids], json_=json_, detach=detach)
    return 0 if stopped else code


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text.strip()):%Y-%m-%d}"
    except ValueError as error:
        raise click.UsageError(say("usage.bad_date", value=text)) from error


def _done(settings: Any, ids: Sequence[str], slots: int | None, *, json_: bool) -> bool:
    """Wait until nights have ended, and work here as long as nobody else does; False where the process is asked to end before."""
    from audiopub.cli.job_bars import shown
    from audiopub.cli.worker_command import stopping
    from audiopub.jobs import OPEN, Kind
    from audiopub.workshop.service import store_of, workers_alive

    stop, store = stopping(), store_of(settings)
    with shown(quiet=json_) as show:
        told = _Teller(store, ids, show)
        while not (stop() or told.is_over()):
            if workers_alive(settings):
                time.sleep(_LOOK)
            else:
                _work(settings, slots, lambda: stop() or (told.is_over() and not store.jobs(states=OPEN, kinds=(Kind.PUBLISH,), limit=1)))
        return told.is_over()


def _work(settings: Any, slots: int | None, until: Callable[[], bool]) -> None:
    """Be a worker until something is so; where another has just become this machine's, leave it to that one."""
    from audiopub.cli.worker_command import worked
    from audiopub.errors import TryAgain
    from audiopub.workshop.service import Wishes

    try:
        worked(settings, Wishes(slots=slots), until, quiet=True)
    except TryAgain as error:
        if error.code != "again.locked":
            raise
        time.sleep(_LOOK)


class _Teller:
    """Shows what changed, and tells whether all is over, each time it is asked."""

    def __init__(self, store: Any, ids: Sequence[str], show: Any) -> None:
        from audiopub.jobs.events import Changes

        self._store, self._ids, self._show = store, set(ids), show
        self._changes, self._looked, self._over = Changes(store, store.clock()), -_LOOK, False

    def is_over(self) -> bool:
        if self._over or time.monotonic() - self._looked < _LOOK:
            return self._over
        self._looked = time.monotonic()
        for job in self._changes.new():
            if job.id in self._ids or job.order.parent in self._ids:
                self._show(job)
        self._over = all(job is None or job.is_over for job in map(self._store.get, self._ids))
        return self._over


def _tell(settings: Any, found: Sequence[Any], *, json_: bool, detach: bool) -> int:
    codes = [_code(job) for job in found]
    if json_:
        from audiopub.jobs.events import plain_job

        as_json({"nights": [plain_job(job) for job in found]})
    else:
        for job in found:
            ended = say("night.ended", show=job.order.show, state=say(f"job.state_{job.state.value}"))
            click.echo(say("night.put_up", show=job.order.show, id=job.id) if detach else ended)
            if why := reason(job):
                click.echo(f"  {why}", err=True)
            if not detach and job.outcome.get("report"):
                click.echo(_report(settings, job.outcome["report"]))
    if detach or not any(codes):
        return 0
    return codes[0] if len(set(codes)) == 1 else PARTIAL


def _report(settings: Any, key: str) -> str:
    """Give a night's report as text, and where its page lies."""
    import json

    from audiopub.bootstrap import archive
    from audiopub.cli.face import language
    from audiopub.jobs.report_json import from_plain
    from audiopub.jobs.report_text import text

    kept = archive(settings).get(key)
    if kept is None:
        return ""
    where = settings.archive or settings.state / "archive"
    return text(from_plain(json.loads(kept)), language()) + "\n" + say("night.page", path=f"{where}/{key.removesuffix('.json')}.html")


def _code(job: Any) -> int:
    return int(job.outcome.get("exit_code", 1 if job.is_over else 75))
