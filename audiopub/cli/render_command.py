"""``audiopub render``: articles to episodes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from audiopub.cli.face import PARTIAL, Command, as_json, option, say
from audiopub.cli.wishes import VIETNAM, wanted, wanted_options
from audiopub.errors import AudiopubError, BadInput, FeedInvalid
from audiopub.pipeline import Outcome, Progress, Result, Studio
from audiopub.source import Gathered


@click.command(cls=Command, help="help.render")
@click.argument("sources", nargs=-1, required=True)
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@wanted_options
@option("--accept", multiple=True, help="help.accept")
@option("--title", help="help.title")
@option("--source-id", help="help.source_id")
@option("--voice", multiple=True, help="help.voice")
@option("--dry-run", is_flag=True, help="help.dry_run")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--quiet", "-q", is_flag=True, help="help.quiet")
def render(sources: tuple[str, ...], show: str | None, voice: tuple[str, ...], **flags: Any) -> int:
    """Render every source, go on after a failed one, and say what became of each."""
    from audiopub.bootstrap import studio
    from audiopub.config import Settings, find_show
    from audiopub.sources import Sources

    if sources.count("-") > 1:
        raise click.UsageError(say("usage.stdin_once"))
    if len(sources) > 1 and (flags["title"] or flags["source_id"]):
        raise click.UsageError(say("usage.one_source"))
    settings = Settings.read(output=flags["output"], feeds=flags["feeds"])
    made = studio(find_show(settings.feeds, show), settings, voice)
    with _locked(settings.state / made.channel.slug, dry=flags["dry_run"]), _bar(quiet=flags["quiet"] or flags["json_"]) as progress:
        origin = Sources(settings, sys.stdin.buffer.read, keep=not flags["dry_run"])
        found = origin.gather(sources, wanted(flags, datetime.now(VIETNAM)))
        outcomes = [(gathered.page.name if gathered.page else gathered.entry.url, _one(made, gathered, flags, progress)) for gathered in found]
    if flags["json_"]:
        as_json(_document(made, settings.output, outcomes))
    else:
        _tell(made, settings.output, outcomes)
    lost = {name for _, outcome in outcomes if isinstance(outcome, Result) for name in outcome.missing}
    for name in sorted(lost):
        click.echo(say("feed.missing_file", path=name), err=True)
    return _exit_code([outcome for _, outcome in outcomes]) or (FeedInvalid.exit_code if lost else 0)


def _one(studio: Studio, gathered: Gathered, flags: dict[str, Any], progress: Progress) -> Result | AudiopubError:
    from audiopub.pipeline import plan
    from audiopub.pipeline import render as render_article

    if gathered.page is None:
        return gathered.error or BadInput("source.empty", source=gathered.entry.url)
    now = datetime.now(VIETNAM)
    wishes = {"title": flags["title"], "source_id": flags["source_id"], "accept": frozenset(flags["accept"])}
    try:
        if flags["dry_run"]:
            return plan(studio, gathered.page, now=now, **wishes)
        return render_article(studio, gathered.page, now=now, progress=progress, **wishes)
    except AudiopubError as error:
        return error


def _exit_code(outcomes: list[Result | AudiopubError]) -> int:
    errors = [outcome for outcome in outcomes if isinstance(outcome, AudiopubError)]
    if not errors:
        return 0
    return PARTIAL if len(errors) < len(outcomes) else errors[0].exit_code


def _tell(studio: Studio, output: Path, outcomes: list[tuple[str, Result | AudiopubError]]) -> None:
    for source, outcome in outcomes:
        if isinstance(outcome, AudiopubError):
            click.echo(say("say.failed", source=source, reason=say(outcome.code, **outcome.details)), err=True)
        else:
            _tell_one(studio, output, outcome)


def _tell_one(studio: Studio, output: Path, result: Result) -> None:
    from audiopub.publish.text import clock

    for warning in result.article.warnings:
        click.echo("  " + say("say.warning", text=say(warning)), err=True)
    if result.script.unsure:
        click.echo("  " + say("say.unsure", count=len(result.script.unsure)), err=True)
    episode = result.episode
    if episode is None:
        click.echo(say("say.would", title=result.article.title))
        click.echo(f"  {say('say.length')}: ~{clock(result.estimate)}")
        return
    key = {Outcome.PUBLISHED: "say.done", Outcome.UPDATED: "say.updated", Outcome.UNCHANGED: "say.unchanged"}[result.outcome]
    click.echo(say(key, title=episode.title, revision=episode.revision))
    if episode.fallback:
        click.echo("  " + say("say.fallback", voice=episode.voice, wanted=studio.chain.voices[0]))
    folder = output / studio.channel.slug
    marks = " · ".join(f"{clock(mark.start)} {mark.title}" for mark in episode.chapters)
    click.echo(f"  {say('say.audio')}: {folder / episode.audio} ({clock(episode.duration)})")
    click.echo(f"  {say('say.chapters')}: {marks}")
    click.echo(f"  {say('say.page')}: {folder / episode.file('.html')}")
    click.echo(f"  {say('say.feed')}: {folder / 'feed.xml'}")


def _document(studio: Studio, output: Path, outcomes: list[tuple[str, Result | AudiopubError]]) -> dict[str, Any]:
    return {
        "show": studio.channel.slug,
        "feed": str(output / studio.channel.slug / "feed.xml"),
        "feed_url": studio.channel.feed_url,
        "results": [{"source": source, **_plain(studio, output, outcome)} for source, outcome in outcomes],
    }


def _plain(studio: Studio, output: Path, outcome: Result | AudiopubError) -> dict[str, Any]:
    if isinstance(outcome, AudiopubError):
        return {"outcome": "failed", "code": outcome.code, "message": say(outcome.code, **outcome.details)}
    result = {
        "outcome": outcome.outcome, "title": outcome.article.title, "warnings": list(outcome.article.warnings),
        "unsure": [{"written": r.written, "spoken": r.spoken, "rule": r.rule} for r in outcome.script.unsure], "spoken_segments": outcome.made,
    }  # fmt: skip
    episode = outcome.episode
    if episode is None:
        return {**result, "estimated_ms": outcome.estimate, "characters": sum(len(s.spoken) for s in outcome.script.segments)}
    folder = output / studio.channel.slug
    return {
        **result, "id": episode.id, "guid": episode.guid, "revision": episode.revision, "feed_changed": outcome.feed_changed, "missing": list(outcome.missing),
        "voice": episode.voice, "fallback": episode.fallback,
        "refused": outcome.refused, "duration_ms": episode.duration, "audio": str(folder / episode.audio), "page": str(folder / episode.file(".html")),
        "chapters": [{"title": mark.title, "start_ms": mark.start} for mark in episode.chapters],
    }  # fmt: skip


@contextmanager
def _locked(folder: Path, *, dry: bool) -> Iterator[None]:
    if dry:
        yield
        return
    from audiopub.adapters.files import locked

    with locked(folder):
        yield


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Progress]:
    """Show progress on standard error where it is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("say.rendering"), total=1)
        yield lambda stage, done, of: bar.update(task, description=say(f"say.{stage}"), completed=done, total=of)
