"""``audiopub stats``: how often episodes were downloaded, from the web server's access logs."""

import csv
import io
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from audiopub.cli.face import PARTIAL, Command, as_json, option, say
from audiopub.cli.wishes import VIETNAM, since
from audiopub.errors import ConfigInvalid

if TYPE_CHECKING:
    from audiopub.audience import Broken
    from audiopub.listens import EpisodeCount, Report

_MOST_UNKNOWN = 10
_NO_APP = {"browser": "stats.browser", "apple_device": "stats.apple_device", "other": "stats.other_app"}
"""Families that are no app's name."""

_COLUMNS = ("id", "title", "published", "downloads", "listeners", "last_7_days", "first_7_days", "first_7_days_whole")


@click.command(cls=Command, help="help.stats")
@click.argument("logs", nargs=-1, required=True)
@option("--show", help="help.show")
@option("--since", "since_", help="help.stats_since")
@option("--until", "until_", help="help.stats_until")
@option("--exclude-ip", "excluded_", multiple=True, help="help.exclude_ip")
@option("--csv", "csv_", help="help.stats_csv")
@option("--plot", "plot_", type=click.Path(path_type=Path, dir_okay=False), help="help.stats_plot")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--quiet", "-q", is_flag=True, help="help.quiet")
def stats(logs: tuple[str, ...], *, csv_: str | None, plot_: Path | None, json_: bool, quiet: bool, **flags: Any) -> int:
    """Count, and show the counts in every form that was asked for; a log that broke off is exit code 6."""
    from audiopub.adapters.files import write_whole

    form = _form(plot_)
    if json_ and csv_ == "-":
        raise click.UsageError(say("usage.one_document"))
    title, report, broken = _counted(logs, flags, quiet=quiet)
    if plot_:
        from audiopub.adapters.audience_plot import audience

        write_whole(plot_, audience(report, title, form))
    if csv_:
        table = _csv(report)
        click.echo(table, nl=False) if csv_ == "-" else write_whole(Path(csv_), table.encode())
    if json_:
        as_json(_document(report, broken))
    elif csv_ != "-":
        _tell(report, broken)
        for path in (csv_, plot_):
            if path:
                click.echo(say("say.wrote", path=path))
    return PARTIAL if broken else 0


def _form(path: Path | None) -> str:
    form = path.suffix.lower().removeprefix(".") if path else "svg"
    if form not in {"svg", "png"}:
        raise ConfigInvalid("config.bad_setting", key="--plot", value=str(path), reason=".svg, .png")
    return form


def _counted(logs: tuple[str, ...], flags: dict[str, Any], *, quiet: bool) -> tuple[str, "Report", tuple["Broken", ...]]:
    from audiopub.audience import Question, counted, excluded, shelf_of
    from audiopub.config import Settings, find_show

    settings = Settings.read(output=flags["output"], feeds=flags["feeds"])
    show = find_show(settings.feeds, flags["show"])
    now = datetime.now(VIETNAM)
    question = Question(
        logs=logs, since=since(flags["since_"], now) if flags["since_"] else None, until=_end(flags["until_"], now) if flags["until_"] else None,
        excluded=excluded(flags["excluded_"]), zone=VIETNAM,
    )  # fmt: skip
    shelf = shelf_of(settings, show.slug)
    with _bar(quiet=quiet) as progress:
        report, broken = counted(shelf, question, cast("io.BufferedReader", sys.stdin.buffer), secrets.token_bytes(16), progress)
    return show.file.title, report, broken


def _end(text: str, now: datetime) -> datetime:
    """Read the end of a period; a day that is named belongs to it.

    >>> _end("2026-11-30", datetime.now(VIETNAM)).isoformat()
    '2026-12-01T00:00:00+07:00'
    """
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return since(text, now)
    return since(text, now) + timedelta(days=1)


def _tell(report: "Report", broken: tuple["Broken", ...]) -> None:
    """Print the counts for people."""
    span = say("stats.span", first=f"{report.first:%Y-%m-%d}", last=f"{report.last:%Y-%m-%d}") if report.first and report.last else ""
    click.echo(say("stats.total", downloads=report.downloads, listeners=report.listeners, lines=report.lines, span=span))
    click.echo("\n" + say("stats.columns"))
    heard = [row for row in report.episodes if row.downloads]
    for row in heard:
        week = f"{row.first_week}{'' if row.first_week_whole else '*'}"
        click.echo(f"{row.downloads:>9} {row.listeners:>9} {row.last_week:>9} {week:>9}  {row.episode.title}")
        click.echo(f"{'':>40}{_shares(row.apps)}")
    if len(heard) < len(report.episodes):
        click.echo(say("stats.unheard", count=len(report.episodes) - len(heard)))
    if not all(row.first_week_whole for row in heard):
        click.echo(say("stats.first_week"))
    if report.days:
        click.echo("\n" + say("stats.by_day"))
        for day, count in report.days.items():
            click.echo(f"{count:>9}  {day}")
    _tell_lines(report, broken)


def _tell_lines(report: "Report", broken: tuple["Broken", ...]) -> None:
    """Print what became of the lines."""
    click.echo("\n" + say("stats.by_line"))
    for fate, count in report.fates.items():
        if count:
            click.echo(f"{count:>9}  {say(f'stats.{fate}')}")
    click.echo(f"{sum(report.fates.values()):>9}  {say('stats.sum')}")
    if report.unranged:
        click.echo("\n" + say("stats.unranged", count=report.unranged))
    if report.unknown:
        click.echo("\n" + say("stats.unknown_names"))
        for name, count in list(report.unknown.items())[:_MOST_UNKNOWN]:
            click.echo(f"{count:>9}  {name}")
    if report.unreadable:
        click.echo("\n" + say("stats.unreadable_lines"))
        for line in report.unreadable:
            click.echo(f"  {line.log}:{line.line}: {line.text}")
    for one in broken:
        click.echo(say("stats.broken", log=one.log, reason=one.reason), err=True)


def _shares(apps: Mapping[str, int]) -> str:
    whole = sum(apps.values())
    return " · ".join(f"{_app(app)} {round(100 * count / whole)} %" for app, count in apps.items())


def _app(name: str) -> str:
    return say(_NO_APP[name]) if name in _NO_APP else name


def _document(report: "Report", broken: tuple["Broken", ...]) -> dict[str, Any]:
    return {
        "downloads": report.downloads, "listeners": report.listeners, "apps": report.apps,
        "first": report.first.isoformat() if report.first else None, "last": report.last.isoformat() if report.last else None,
        "episodes": [dict(zip(_COLUMNS, _row(one), strict=True)) | {"apps": one.apps} for one in report.episodes],
        "days": {day.isoformat(): count for day, count in report.days.items()},
        "lines": report.lines, "lines_by_fate": report.fates, "unranged": report.unranged, "unknown": report.unknown,
        "unreadable": [{"log": line.log, "line": line.line, "text": line.text} for line in report.unreadable],
        "broken": [{"log": one.log, "reason": one.reason} for one in broken],
    }  # fmt: skip


def _row(one: "EpisodeCount") -> tuple[str | int | bool, ...]:
    episode = one.episode
    return episode.id, episode.title, episode.moment.isoformat(), one.downloads, one.listeners, one.last_week, one.first_week, one.first_week_whole


def _csv(report: "Report") -> str:
    """Write a row an episode, with a column an app."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([*_COLUMNS, *report.apps])
    writer.writerows([*_row(one), *(one.apps.get(app, 0) for app in report.apps)] for one in report.episodes)
    return sink.getvalue()


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("stats.reading"), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of or None)
