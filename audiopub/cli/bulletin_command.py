"""``audiopub bulletin``: many articles in one episode."""

from pathlib import Path
from typing import Any

import click

from audiopub.cli.acts import now, tell_healed, who
from audiopub.cli.bars import bars
from audiopub.cli.face import Command, as_json, option, say
from audiopub.cli.recorded import Recorder


@click.command(cls=Command, help="help.bulletin")
@option("--edition", help="help.edition")
@option("--refresh", is_flag=True, help="help.refresh")
@option("--dry-run", is_flag=True, help="help.dry_run_bulletin")
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--voice", multiple=True, help="help.voice")
@option("--json", "json_", is_flag=True, help="help.json")
def bulletin(edition: str | None, show: str | None, voice: tuple[str, ...], *, refresh: bool, dry_run: bool, json_: bool, **flags: Any) -> int:
    """Make the bulletin of today and of an edition; made again, it has the same articles."""
    from audiopub.bootstrap import bulletin_plan, studio
    from audiopub.config import Settings, find_show
    from audiopub.newsroom import heal_bulletins
    from audiopub.pipeline import Wish
    from audiopub.pipeline import bulletin as make

    settings = Settings.read(output=flags["output"], feeds=flags["feeds"])
    found = find_show(settings.feeds, show)
    plan = bulletin_plan(found)
    made = studio(found, settings, voice)
    with bars(quiet=json_) as progress_of:
        result = make(made, plan, now=now(), edition=edition, fresh=refresh, dry=dry_run, wish=Wish(by=who(None)), progress=progress_of(found.file.title))
        if not dry_run:
            Recorder(settings, who(None)).write(lambda record: record.made(made.channel, result))
        healed = None if dry_run else heal_bulletins(settings.feeds, settings, now())
    headings = result.script.headings
    if json_:
        episode = result.episode
        as_json({"outcome": result.outcome, "title": result.script.title, "articles": list(headings), "made": result.made,
                 "id": episode.id if episode else None, "audio": str(settings.output / found.slug / episode.audio) if episode else None,
                 "duration_ms": episode.duration if episode else None, "revision": episode.revision if episode else None})  # fmt: skip
        return tell_healed(healed, json_=True) if healed else 0
    click.echo(say("say.bulletin", title=result.script.title, outcome=say(f"outcome.{result.outcome}"), count=len(headings)))
    for number, heading in enumerate(headings, start=1):
        click.echo(f"  {number}. {heading}")
    return tell_healed(healed, json_=False) if healed else 0
