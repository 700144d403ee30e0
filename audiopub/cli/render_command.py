"""``audiopub render``: articles to episodes."""

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from audiopub.cli.acts import tell_healed, who
from audiopub.cli.bars import ProgressOf, bars
from audiopub.cli.face import PARTIAL, Command, as_json, option, say
from audiopub.cli.recorded import Recorder
from audiopub.cli.wishes import VIETNAM, wanted, wanted_options
from audiopub.errors import AudiopubError, BadInput, FeedInvalid
from audiopub.pipeline import Outcome, Result, Studio, Wish
from audiopub.publish.model import Episode
from audiopub.source import Gathered

_SAID = {
    Outcome.PUBLISHED: "say.done", Outcome.UPDATED: "say.updated", Outcome.UNCHANGED: "say.unchanged", Outcome.WITHDRAWN: "say.left_withdrawn",
    Outcome.PINNED: "say.left_pinned", Outcome.EMBARGOED: "say.embargoed",
}  # fmt: skip
_CHAPTERS = 12
"""Chapters that are shown; a long bulletin has hundreds."""


@click.command(cls=Command, help="help.render")
@click.argument("sources", nargs=-1, required=True)
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@wanted_options
@option("--accept", multiple=True, help="help.accept")
@option("--title", help="help.title")
@option("--source-id", help="help.source_id")
@option("--not-before", help="help.not_before")
@option("--voice", multiple=True, help="help.voice")
@option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
@option("--jobs", "-j", type=click.IntRange(1, 64), help="help.jobs")
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
    wanted_show = find_show(settings.feeds, show)
    made = studio(wanted_show, settings, voice)
    if wanted_show.file.audio.listen and not flags["dry_run"]:
        from audiopub.listeners import gated

        made = gated(made, wanted_show, settings)
    with bars(quiet=flags["quiet"] or flags["json_"]) as progress_of:
        recorder = Recorder(settings, who(flags["by"]))
        due = () if flags["dry_run"] else _due(made, recorder)
        origin = Sources(settings, sys.stdin.buffer.read, keep=not flags["dry_run"])
        found = origin.gather(sources, wanted(flags, datetime.now(VIETNAM)))
        report = _planned(made, settings.output, found, flags) if flags["dry_run"] else _rendered(made, settings.output, found, flags, progress_of, recorder)
        healed = None if flags["dry_run"] else _healed(wanted_show, settings)
    if flags["json_"]:
        as_json({"show": made.channel.slug, "feed": str(settings.output / made.channel.slug / "feed.xml"), "feed_url": made.channel.feed_url,
                 "feed_changed": report.feed_changed, "missing": list(report.missing), "results": [row.plain for row in report.rows]})  # fmt: skip
    else:
        for episode in due:
            click.echo(say("say.released", title=episode.title))
        for line, err in (line for row in report.rows for line in row.lines):
            click.echo(line, err=err)
    for name in sorted(report.missing):
        click.echo(say("feed.missing_file", path=name), err=True)
    left = tell_healed(healed, json_=flags["json_"]) if healed else 0
    return _exit_code([row.exit_code for row in report.rows]) or (FeedInvalid.exit_code if report.missing else 0) or left


def _healed(show: Any, settings: Any) -> Any:
    """Make the bulletins again that tell what is no longer so."""
    from audiopub.newsroom import heal_bulletins

    return heal_bulletins(show.path.parent, settings, datetime.now(VIETNAM))


def _due(made: Studio, recorder: Recorder) -> tuple[Episode, ...]:
    """Publish what was under embargo and is due, whatever becomes of the articles of this run."""
    from audiopub.pipeline import rebuild_feed, release_due

    due = release_due(made, datetime.now(VIETNAM))
    if due:
        rebuild_feed(made)
        recorder.write(lambda record: record.released(made.channel, due))
    return due


@dataclass(frozen=True, slots=True)
class _Row:
    """What is left of an article when it is done: its text and script are let go."""

    plain: dict[str, Any]
    lines: tuple[tuple[str, bool], ...]
    """What is shown, and whether on standard error."""

    exit_code: int


@dataclass(frozen=True, slots=True)
class _Report:
    rows: list[_Row]
    feed_changed: bool = False
    missing: tuple[str, ...] = ()


def _rendered(studio: Studio, output: Path, found: Iterable[Gathered], flags: dict[str, Any], progress_of: ProgressOf, recorder: Recorder) -> _Report:
    from audiopub.batch import Batch, Order
    from audiopub.bootstrap import usable_cores

    order = Order(
        now=lambda: datetime.now(VIETNAM), clock=time.monotonic, workers=flags["jobs"] or usable_cores(), wish=_wish(flags), progress_of=progress_of,
    )  # fmt: skip
    batch = Batch(studio, order)
    rows = [_row(studio, output, name, _recorded(recorder, studio, outcome)) for name, outcome in batch.render(found)]
    return _Report(rows, batch.feed_changed, batch.missing)


def _recorded(recorder: Recorder, studio: Studio, outcome: Result | AudiopubError) -> Result | AudiopubError:
    if isinstance(outcome, Result) and outcome.outcome is not Outcome.UNCHANGED:
        recorder.write(lambda record: record.made(studio.channel, outcome))
    return outcome


def _planned(studio: Studio, output: Path, found: Iterable[Gathered], flags: dict[str, Any]) -> _Report:
    rows = [_row(studio, output, gathered.page.name if gathered.page else gathered.entry.url, _one_plan(studio, gathered, flags)) for gathered in found]
    return _Report(rows)


def _row(studio: Studio, output: Path, source: str, outcome: Result | AudiopubError) -> _Row:
    plain = {"source": source, **_plain(studio, output, outcome)}
    if isinstance(outcome, AudiopubError):
        return _Row(plain, ((say("say.failed", source=source, reason=say(outcome.code, **outcome.details)), True),), outcome.exit_code)
    return _Row(plain, tuple(_lines(studio, output, outcome)), 0)


def _one_plan(studio: Studio, gathered: Gathered, flags: dict[str, Any]) -> Result | AudiopubError:
    from audiopub.pipeline import plan

    if gathered.page is None:
        return gathered.error or BadInput("source.empty", source=gathered.entry.url)
    try:
        return plan(studio, gathered.page, now=datetime.now(VIETNAM), wish=_wish(flags))
    except AudiopubError as error:
        return error


def _wish(flags: dict[str, Any]) -> Wish:
    when = flags["not_before"]
    return Wish(title=flags["title"], source_id=flags["source_id"], accept=frozenset(flags["accept"]), by=flags["by"] or "", not_before=moment(when) if when else None)


def moment(text: str) -> datetime:
    """Read a moment that a person wrote, in Vietnam unless it says otherwise."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise click.UsageError(say("usage.bad_moment", value=text)) from error
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def _exit_code(codes: list[int]) -> int:
    failed = [code for code in codes if code]
    if not failed:
        return 0
    return PARTIAL if len(failed) < len(codes) else failed[0]


def _lines(studio: Studio, output: Path, result: Result) -> Iterator[tuple[str, bool]]:
    """Give what is shown of a result, and whether on standard error."""
    from audiopub.publish.text import clock

    for warning in result.article.warnings:
        # What a person accepted is kept under its refusal's code; the sentence that goes with it was said when it was refused.
        yield "  " + (say("say.accepted", code=warning) if warning.startswith("article.") else say("say.warning", text=say(warning))), True
    if result.script.unsure:
        yield "  " + say("say.unsure", count=len(result.script.unsure)), True
    episode = result.episode
    if episode is None:
        yield say("say.would", title=result.article.title), False
        yield f"  {say('say.length')}: ~{clock(result.estimate)}", False
        return
    yield say(_SAID[result.outcome], title=episode.title, revision=episode.revision, when=f"{episode.published:%H:%M %d/%m/%Y}"), False
    if result.outcome in {Outcome.WITHDRAWN, Outcome.EMBARGOED}:
        return
    if episode.fallback:
        yield "  " + say("say.fallback", voice=episode.voice, wanted=studio.chain.voices[0]), False
    folder = output / studio.channel.slug
    marks = " · ".join(f"{clock(mark.start)} {mark.title}" for mark in episode.chapters[:_CHAPTERS])
    if len(episode.chapters) > _CHAPTERS:
        marks += f" · … ({len(episode.chapters)})"
    yield f"  {say('say.audio')}: {folder / episode.audio} ({clock(episode.duration)})", False
    yield f"  {say('say.chapters')}: {marks}", False
    yield f"  {say('say.page')}: {folder / episode.file('.html')}", False
    yield f"  {say('say.feed')}: {folder / 'feed.xml'}", False


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
        **result, "id": episode.id, "guid": episode.guid, "revision": episode.revision,
        "voice": episode.voice, "fallback": episode.fallback,
        "refused": outcome.refused, "duration_ms": episode.duration, "audio": str(folder / episode.audio), "page": str(folder / episode.file(".html")),
        "chapters": [{"title": mark.title, "start_ms": mark.start} for mark in episode.chapters],
    }  # fmt: skip
