"""``audiopub nightly --dry-run``: what a night would do and cost, without a voice and without publishing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.face import PARTIAL, as_json, language, say
from audiopub.errors import AudiopubError, SpeechFailed

if TYPE_CHECKING:
    from audiopub.config import Settings, Show
    from audiopub.jobs.estimate import Estimate, Speaker, Utterance
    from audiopub.pipeline import Studio
    from audiopub.source import Gathered

_NO_VOICE = 100
"""Characters of a request to a voice that cannot be asked how many it takes."""


@dataclass(slots=True)
class _Plan:
    """What is left of a show's articles: their scripts are let go one by one."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    utterances: "list[tuple[Utterance, ...]]" = field(default_factory=list)
    failed: int = 0


def planned(settings: "Settings", shows: Sequence[str], wish: Mapping[str, Any], now: datetime, *, json_: bool) -> int:
    """Say what a night of each show would do; exit code 6 where some articles could not be had, or may not be published."""
    from audiopub.jobs.estimate import plain, text

    failed, told = 0, []
    for slug in shows:
        plan, cost = _of(settings, slug, wish, now)
        failed += plan.failed
        told.append({"show": slug, "estimate": plain(cost), "articles": plan.rows})
        if not json_:
            _show(slug, plan)
            click.echo(text(cost, language()), nl=False)
    if json_:
        as_json({"nights": told})
    return PARTIAL if failed else 0


def _of(settings: "Settings", slug: str, wish: Mapping[str, Any], now: datetime) -> "tuple[_Plan, Estimate]":
    from audiopub.adapters.sql.figures import figures
    from audiopub.bootstrap import database, studio, usable_cores
    from audiopub.config import find_show
    from audiopub.jobs.estimate import estimate, pace
    from audiopub.speech.registry import engine_class

    show = find_show(settings.feeds, slug)
    made = studio(show, settings)
    speaker = _speaker(made, show, settings)
    plan = _Plan()
    for gathered in _gathered(show, settings, wish):
        _add(plan, made, gathered, now, speaker)
    online = engine_class(speaker.name.partition(":")[0]).online
    cost = estimate(
        plan.utterances, speaker, pace(speaker.name, figures(database(settings)).counters), side_by_side=usable_cores(),
        requests_a_second=settings.requests_a_second if online else 0.0,
    )  # fmt: skip
    return plan, cost


def _gathered(show: "Show", settings: "Settings", wish: Mapping[str, Any]) -> "Iterator[Gathered]":
    from audiopub.source import Wanted
    from audiopub.sources import Sources, show_sources

    since = datetime.fromisoformat(wish["since"]) if wish.get("since") else None
    origin = Sources(settings, bytes, keep=False)
    for sources, wanted in show_sources(show, Wanted(limit=wish.get("limit"), since=since)):
        yield from origin.gather(sources, wanted)


def _add(plan: _Plan, made: "Studio", gathered: "Gathered", now: datetime, speaker: "Speaker") -> None:
    """Look at one article as the night would."""
    from audiopub.jobs.estimate import utterances
    from audiopub.pipeline import prepare, standing

    source = gathered.page.name if gathered.page else gathered.entry.url
    try:
        if gathered.error or gathered.page is None:
            raise gathered.error or AudiopubError("source.empty", source=source)
        work = prepare(made, gathered.page, now=now, progress=lambda _stage, _done, _of: None)
    except AudiopubError as error:
        plan.failed += 1
        plan.rows.append({"source": source, "outcome": "failed", "code": error.code, "message": say(error.code, **error.details)})
        return
    found = standing(made, work)
    row: dict[str, Any] = {"source": source, "outcome": found.outcome.value if found else "planned", "title": work.article.title}
    if found is None:
        told = utterances(work.script, speaker, made.cache)
        plan.utterances.append(told)
        row["characters"] = sum(utterance.characters for utterance in told)
    plan.rows.append(row)


def _speaker(made: "Studio", show: "Show", settings: "Settings") -> "Speaker":
    """Give the voice that would speak, as the show's chain has it first."""
    from audiopub.bootstrap import engine
    from audiopub.jobs.estimate import Speaker

    name = made.chain.voices[0]
    try:
        voice = engine(name, settings, show.file.voice)
        return Speaker(name=name, identity=voice.identity, longest=voice.longest)
    except SpeechFailed:
        return Speaker(name=name, identity="", longest=_NO_VOICE)


def _show(slug: str, plan: _Plan) -> None:
    click.echo(f"{slug}:")
    for row in plan.rows:
        if row["outcome"] == "planned":
            click.echo("  " + say("say.would", title=row["title"]))
        elif row["outcome"] == "failed":
            click.echo("  " + say("say.failed", source=row["source"], reason=row["message"]), err=True)
    unchanged = sum(row["outcome"] not in {"planned", "failed"} for row in plan.rows)
    if unchanged:
        click.echo("  " + say("estimate.left", count=unchanged))
