"""``audiopub correct`` and ``audiopub reissue``: a published episode set right."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.acts import act_options, newsroom, now, plain, tell_healed, who
from audiopub.cli.bars import bars
from audiopub.cli.face import Command, as_json, option, say
from audiopub.pipeline import Wish
from audiopub.publish.model import Edit, Episode

if TYPE_CHECKING:
    from audiopub.newsroom import Correction
    from audiopub.publish.changes import Change

_ARROW = "=>"


def _corrects(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both commands take: the episode, where its right text is, what is told."""
    for decorate in (
        act_options,
        option("--dry-run", is_flag=True, help="help.dry_run_correct"),
        option("--accept", multiple=True, help="help.accept"),
        option("--title", help="help.title"),
        option("--replace", "edits", multiple=True, help="help.replace"),
        option("--note", default="", help="help.note"),
        click.argument("source", required=False),
        click.argument("episode"),
    ):
        command = decorate(command)
    return command


@click.command(cls=Command, help="help.correct")
@_corrects
def correct(episode: str, source: str | None, **flags: Any) -> int:
    """Make a new revision under the same GUID; only changed sentences are spoken again."""
    return _corrected(episode, source, flags, reissue=False)


@click.command(cls=Command, help="help.reissue")
@_corrects
def reissue(episode: str, source: str | None, **flags: Any) -> int:
    """Publish an episode anew: new GUID and date, so that every app fetches it again."""
    return _corrected(episode, source, flags, reissue=True)


def _corrected(name: str, source: str | None, flags: dict[str, Any], *, reissue: bool) -> int:
    wish = Wish(
        title=flags["title"], accept=frozenset(flags["accept"]), note=flags["note"], by=who(flags["by"]), edits=tuple(map(_edit, flags["edits"])), reissue=reissue
    )
    with newsroom(flags, dry=flags["dry_run"]) as (desk, recorder), bars(quiet=flags["json_"]) as progress_of:
        found = desk.find(name)
        made = desk.correct(found, wish, source=source, now=now(), progress=progress_of(found.title), dry=flags["dry_run"])
        result = made.result
        if result is not None:
            recorder.write(lambda record: record.made(desk.studio.channel, result, reissue=reissue))
    if flags["json_"]:
        as_json(_plain(made))
    else:
        _tell(made)
        if flags["note"] and made.result and not made.result.feed_changed:
            click.echo(say("say.note_not_told"), err=True)
    return tell_healed(made.healed, json_=flags["json_"]) if made.healed else 0


def _edit(text: str) -> Edit:
    old, arrow, new = text.partition(_ARROW)
    if not arrow or not old.strip():
        raise click.UsageError(say("usage.bad_replace", value=text))
    return Edit(old=old.strip(), new=new.strip())


def _tell(made: "Correction") -> None:
    click.echo(say("say.read_from", source=made.read_from))
    for change in made.changes:
        for line in _lines(change):
            click.echo(f"  {line}")
    if made.result is None:
        click.echo(say("say.would_correct", count=len(made.changes), title=made.episode.title))
        return
    present = made.result.episode or made.episode
    key = "say.corrected" if present.revision != made.episode.revision else "say.nothing_to_correct"
    click.echo(say(key, title=present.title, id=present.id, revision=present.revision, made=made.result.made))


def _lines(change: "Change") -> list[str]:
    before, after = change.before, change.after
    if before and after and before.written == after.written:
        return [f"  {after.written}", f"- {before.spoken}", f"+ {after.spoken}"]
    return [*([f"- {before.written}"] if before else []), *([f"+ {after.written}"] if after else [])]


def _plain(made: "Correction") -> dict[str, Any]:
    present: Episode = made.result.episode or made.episode if made.result else made.episode
    return {
        **plain(present), "read_from": made.read_from, "outcome": made.result.outcome if made.result else "planned", "made": made.result.made if made.result else 0,
        "changes": [
            {side: {"written": segment.written, "spoken": segment.spoken} if segment else None for side, segment in (("before", change.before), ("after", change.after))}
            for change in made.changes
        ],
        "bulletins": list(made.healed.titles) if made.healed else [],
    }  # fmt: skip
