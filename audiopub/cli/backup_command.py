"""``audiopub backup``: all that cannot be made again in one file, and back from it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.cli.wishes import VIETNAM

if TYPE_CHECKING:
    from audiopub.adapters.backup import Place
    from audiopub.adapters.backup_file import Header

_MEGA = 1_000_000

backup = Group("backup", help="help.backup")


@backup.command("make", cls=Command, help="help.backup_make")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--force", is_flag=True, help="help.backup_replace")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--quiet", "-q", is_flag=True, help="help.quiet")
def make(file: Path, *, feeds: Path | None, force: bool, json_: bool, quiet: bool) -> None:
    """Write a backup."""
    from audiopub import __version__
    from audiopub.adapters.backup import make_backup

    with _place(feeds) as place, _telling(quiet=quiet) as told:
        header = make_backup(file, place, now=datetime.now(VIETNAM), audiopub=__version__, force=force, told=told)
    if json_:
        as_json(_document(file, header))
    else:
        click.echo(say("backup.made", path=file, megabytes=file.stat().st_size / _MEGA, **_counts(header)))


@backup.command("check", cls=Command, help="help.backup_check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--json", "json_", is_flag=True, help="help.json")
def check(file: Path, *, json_: bool) -> None:
    """Read a backup to its last byte."""
    from audiopub.adapters.backup import check_backup

    header = check_backup(file)
    if json_:
        as_json(_document(file, header))
    else:
        click.echo(say("backup.whole", path=file, made=header.made, version=header.audiopub, **_counts(header)))


@backup.command("load", cls=Command, help="help.backup_load")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--force", is_flag=True, help="help.backup_force")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--quiet", "-q", is_flag=True, help="help.quiet")
def load(file: Path, *, feeds: Path | None, force: bool, json_: bool, quiet: bool) -> None:
    """Bring back what a backup holds."""
    from audiopub.adapters.backup import load_backup

    with _place(feeds) as place, _telling(quiet=quiet) as told:
        done = load_backup(file, place, force=force, told=told)
    if json_:
        as_json({**_document(file, done.header), "written": done.files, "left": list(done.left), "newer_manifests": done.newer})
        return
    click.echo(say("backup.loaded", **(_counts(done.header) | {"files": done.files})))
    for path in done.left:
        click.echo(say("backup.left", path=path), err=True)
    if done.newer:
        click.echo(say("backup.newer_manifests", count=done.newer), err=True)


@contextmanager
def _place(feeds: Path | None) -> Iterator["Place"]:
    from audiopub.bootstrap import place
    from audiopub.config import Settings

    found = place(Settings.read(feeds=feeds))
    try:
        yield found
    finally:
        found.database.close()


@contextmanager
def _telling(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show what is being read or written on standard error where it is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what: None
        return
    from rich.console import Console

    with Console(stderr=True).status(say("backup.reading")) as status:
        yield lambda what: status.update(f"{say('backup.reading')} {what}")


def _counts(header: "Header") -> dict[str, int]:
    return {name: header.counts.get(name, 0) for name in ("episodes", "jobs", "manifests", "files")}


def _document(file: Path, header: "Header") -> dict[str, Any]:
    return {"file": str(file), "bytes": file.stat().st_size, "made": header.made, "audiopub": header.audiopub, "schema": header.schema, "counts": dict(header.counts)}
