"""``audiopub listen``: does an episode say what it should?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.face import Command, as_json, option, say
from audiopub.errors import AudioSuspect

if TYPE_CHECKING:
    from audiopub.listeners import Progress, Recorded
    from audiopub.listening import Finding, Heard


@click.command(cls=Command, help="help.listen")
@click.argument("episodes", nargs=-1, required=True)
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--quiet", "-q", is_flag=True, help="help.quiet")
def listen(episodes: tuple[str, ...], show: str | None, output: Path | None, feeds: Path | None, *, json_: bool, quiet: bool) -> int:
    """Listen to episodes and name the sentences that somebody should hear; exit code 9 where there are any."""
    from audiopub.config import Settings, find_show
    from audiopub.listeners import Listener, recorded

    settings = Settings.read(output=output, feeds=feeds)
    found = find_show(settings.feeds, show)
    listener = Listener(settings, found.file.voice)
    known = [recorded(settings.output, found.slug, name) for name in episodes]
    with _bar(quiet=quiet or json_) as progress:
        heard = [(one, listener.listen(one, progress)) for one in known]
    if json_:
        as_json({"episodes": [_plain(one, result) for one, result in heard]})
    else:
        for one, result in heard:
            _tell(one, result)
    return 0 if all(result.clean for _, result in heard) else AudioSuspect.exit_code


def _tell(episode: "Recorded", heard: "Heard") -> None:
    from audiopub.publish.text import clock
    from audiopub.units import Samples, milliseconds_in

    title = episode.record["title"]
    if heard.clean:
        click.echo(say("listen.clean", title=title, count=len(heard.findings)))
        return
    click.echo(say("listen.suspects", title=title, count=len(heard.suspects)))
    for fault in heard.faults:
        click.echo(f"  {say(f'listen.{fault}')}")
    for finding in heard.suspects:
        start = milliseconds_in(Samples(finding.line.start), episode.record["audio"]["rate"])
        faults = ", ".join(say(f"listen.{fault}") for fault in finding.faults)
        click.echo(f"  {clock(start)}  {faults}: {finding.line.spoken[:80]}")


def _plain(episode: "Recorded", heard: "Heard") -> dict[str, Any]:
    record = episode.record
    return {
        "id": record["id"], "title": record["title"], "clean": heard.clean, "faults": list(heard.faults),
        "sentences": [_sentence(finding, record["audio"]["rate"]) for finding in heard.findings],
    }  # fmt: skip


def _sentence(finding: "Finding", rate: int) -> dict[str, Any]:
    return {
        "start_ms": round(finding.line.start * 1000 / rate), "spoken": finding.line.spoken, "voice": finding.line.voice, "odds": round(finding.odds, 3),
        "pace": round(finding.pace, 3), "faults": list(finding.faults), "heard_instead": finding.rival,
    }  # fmt: skip


@contextmanager
def _bar(*, quiet: bool) -> Iterator["Progress"]:
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1)
        yield lambda stage, done, of: bar.update(task, description=say(f"say.{stage}"), completed=done, total=of)
