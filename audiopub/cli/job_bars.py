"""How jobs go on, live on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from audiopub.cli.face import say
from audiopub.cli.job_view import reason, standing_of, what
from audiopub.jobs.model import Job, JobState

_WIDTH = 48
_SHOWN = 12


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Callable[[Job], None]]:
    """Show jobs as they change: bars where standard error is a terminal, else a line for each that ends."""
    if quiet:
        yield lambda _job: None
        return
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.fields[name]}"), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        known: dict[str, int] = {}

        def show(job: Job) -> None:
            if job.is_over:
                if job.id in known:
                    bar.remove_task(known.pop(job.id))  # type: ignore[arg-type]
                bar.console.print(_text(job), highlight=False, markup=False)
            elif job.state is not JobState.QUEUED and (job.id in known or len(known) < _SHOWN):
                if job.id not in known:
                    known[job.id] = bar.add_task("", name=what(job)[:_WIDTH])
                bar.update(known[job.id], description=standing_of(job), completed=job.done, total=job.of or 1, name=what(job)[:_WIDTH])  # type: ignore[arg-type]

        yield show


def _line(job: Job) -> None:
    if job.is_over:
        click.echo(_text(job), err=True)


def _text(job: Job) -> str:
    why = reason(job)
    return say("job.ended", what=what(job), standing=standing_of(job)) + (f"\n  {why}" if why else "")
