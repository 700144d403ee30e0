"""``audiopub withdraw``, ``restore``, ``rollback``: a published episode taken out, brought back, turned back."""

from typing import Any

import click

from audiopub.cli.acts import act_options, newsroom, now, plain, quiet, told, who
from audiopub.cli.face import Command, as_json, option, say


@click.command(cls=Command, help="help.withdraw")
@click.argument("episode")
@option("--note", default="", help="help.reason")
@option("--notice", is_flag=True, help="help.notice")
@option("--dry-run", is_flag=True, help="help.dry_run_act")
@act_options
def withdraw(episode: str, note: str, *, notice: bool, dry_run: bool, **flags: Any) -> int:
    """Take an episode out of the feed, its pages and its bulletins; ``restore`` undoes it."""
    with newsroom(flags, dry=dry_run) as (desk, recorder):
        found = desk.find(episode)
        if dry_run:
            _would("say.would_withdraw", found, json_=flags["json_"])
            return 0
        done = desk.withdraw(found, now=now(), note=note, by=who(flags["by"]), notice=notice, progress=quiet)
        recorder.write(lambda record: record.did("withdraw", desk.studio.channel, done[0], reason=note, notice=notice))
        return told(*done, "say.withdrawn", json_=flags["json_"])


@click.command(cls=Command, help="help.restore")
@click.argument("episode")
@option("--note", default="", help="help.reason")
@act_options
def restore(episode: str, note: str, **flags: Any) -> int:
    """Undo a withdrawal."""
    with newsroom(flags) as (desk, recorder):
        done = desk.restore(desk.find(episode), now=now(), note=note, by=who(flags["by"]), progress=quiet)
        recorder.write(lambda record: record.did("restore", desk.studio.channel, done[0]))
        return told(*done, "say.restored", json_=flags["json_"])


@click.command(cls=Command, help="help.rollback")
@click.argument("episode")
@option("--to", "revision", type=click.IntRange(min=1), help="help.to_revision")
@option("--note", default="", help="help.reason")
@option("--dry-run", is_flag=True, help="help.dry_run_act")
@act_options
def rollback(episode: str, revision: int | None, note: str, *, dry_run: bool, **flags: Any) -> int:
    """Publish an earlier revision again; unattended runs leave it so until it is corrected."""
    with newsroom(flags, dry=dry_run) as (desk, recorder):
        found = desk.find(episode)
        if dry_run:
            _would("say.would_roll_back", found, json_=flags["json_"], to=revision or found.revision - 1)
            return 0
        done = desk.rollback(found, revision, now=now(), note=note, by=who(flags["by"]), progress=quiet)
        recorder.write(lambda record: record.did("rollback", desk.studio.channel, done[0], revision=revision or found.revision - 1))
        return told(*done, "say.rolled_back", json_=flags["json_"])


def _would(key: str, episode: Any, *, json_: bool, **more: object) -> None:
    if json_:
        as_json({**plain(episode), **more, "dry_run": True})
    else:
        click.echo(say(key, title=episode.title, id=episode.id, **more))
