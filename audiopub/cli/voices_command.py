"""``audiopub voices``: who can read, and voices to install."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from audiopub.cli.face import Command, Group, Option, as_json, option, say
from audiopub.errors import BadInput


@click.pass_context
def _list_by_itself(context: click.Context, *, json_: bool) -> None:
    if context.invoked_subcommand is None:
        _list(json_=json_)


voices = Group("voices", help="help.voices", invoke_without_command=True, callback=_list_by_itself, params=[Option(["--json", "json_"], is_flag=True, help="help.json")])


def _list(*, json_: bool) -> None:
    """List every voice of every installed engine, with its licence and cost."""
    from audiopub.bootstrap import all_voices
    from audiopub.config import Settings
    from audiopub.speech.registry import engine_names

    found = all_voices(Settings.read())
    if json_:
        as_json([{"engine": v.engine, "voice": v.name, "description": v.description, "licence": v.licence, "cost": v.cost} for v in found])
        return
    for voice in found:
        name = f"{voice.engine}:{voice.name}" if voice.name else voice.engine
        click.echo(f"{name:<28} {voice.description:<30} {voice.licence:<18} {voice.cost}")
    for engine in sorted(set(engine_names()) - {voice.engine for voice in found}):
        click.echo(f"{engine:<28} {say('voices.to_set_up')}")


@voices.command("install", cls=Command, help="help.voices_install")
@click.argument("name")
@option("--from", "origin", help="help.voices_from")
@option("--quiet", "-q", is_flag=True, help="help.quiet")
def install(name: str, *, origin: str | None, quiet: bool) -> None:
    """Fetch a Piper voice and check it."""
    from audiopub.adapters.voice_models import install as fetch
    from audiopub.config import Settings

    settings = Settings.read()
    with _bar(quiet=quiet) as progress:
        paths = fetch(name, settings.voices, origin or settings.voices_from, progress)
    for path in paths:
        click.echo(say("say.wrote", path=path))


@voices.command("remove", cls=Command, help="help.voices_remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove an installed Piper voice."""
    from audiopub.adapters.voice_models import remove as drop
    from audiopub.config import Settings

    if not drop(name, Settings.read().voices):
        raise BadInput("voices.not_installed", name=name)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    if quiet or not sys.stderr.isatty():
        yield lambda _name, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1)
        yield lambda name, done, of: bar.update(task, description=name, completed=done, total=of)
