"""``audiopub history``: what was done to an episode, or to all of a show."""

from typing import Any

import click

from audiopub.cli.acts import act_options, event_plain, newsroom, plain
from audiopub.cli.face import Command, as_json, option, say
from audiopub.publish.model import Episode, Event


@click.command(cls=Command, help="help.history")
@click.argument("episode", required=False)
@option("--limit", type=click.IntRange(min=1), default=50, help="help.history_limit")
@act_options
def history(episode: str | None, limit: int, **flags: Any) -> None:
    """Tell the history of an episode, oldest first; without one, the latest acts of the show, newest first."""
    with newsroom(flags, dry=True) as (desk, _):
        if episode is not None:
            _one(desk.find(episode), json_=flags["json_"])
            return
        episodes = desk.studio.catalog.episodes(desk.studio.channel.slug)
    acts = sorted(((event, one) for one in episodes for event in one.history), key=lambda act: act[0].at, reverse=True)[:limit]
    if flags["json_"]:
        as_json([{"id": one.id, "title": one.title, **event_plain(event)} for event, one in acts])
        return
    for event, one in acts:
        click.echo(f"{_line(event)}  {one.id[:8]} {one.title}")


def _one(episode: Episode, *, json_: bool) -> None:
    if json_:
        as_json(plain(episode))
        return
    click.echo(f"{episode.title}\n  {episode.id}  {say(f'state.{episode.state}')}  r{episode.revision}{'  ' + say('state.pinned') if episode.pinned else ''}")
    click.echo(f"  guid {episode.guid}")
    for event in episode.history:
        click.echo(f"  {_line(event)}{f'  {event.note}' if event.note else ''}")


def _line(event: Event) -> str:
    return f"{event.at:%H:%M:%S %d/%m/%Y}  r{event.revision:<3} {say(f'done.{event.act}'):<22} {event.by:<12}"
