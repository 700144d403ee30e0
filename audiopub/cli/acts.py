"""What the commands share that do something to one published episode."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.face import as_json, option, say
from audiopub.cli.recorded import Recorder
from audiopub.cli.wishes import VIETNAM
from audiopub.publish.model import Episode, Event

if TYPE_CHECKING:
    from audiopub.newsroom import Healed, Newsroom
    from audiopub.publish.rebuild import Rebuilt


def act_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every act has."""
    for decorate in (
        option("--json", "json_", is_flag=True, help="help.json"),
        option("--feeds", type=click.Path(path_type=Path), help="help.feeds"),
        option("--output", "-o", type=click.Path(path_type=Path), help="help.output"),
        option("--show", help="help.show"),
        option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by"),
    ):
        command = decorate(command)
    return command


@contextmanager
def newsroom(flags: dict[str, Any], *, dry: bool = False, voices: tuple[str, ...] = ()) -> "Iterator[tuple[Newsroom, Recorder]]":
    """Open the show that is meant; give it, and where is written down what is done with it."""
    from audiopub.config import Settings, find_show
    from audiopub.newsroom import Newsroom
    from audiopub.sources import Sources

    settings = Settings.read(output=flags["output"], feeds=flags["feeds"])
    show = find_show(settings.feeds, flags["show"])
    yield Newsroom(show, settings, Sources(settings, sys.stdin.buffer.read, keep=not dry), voices), Recorder(settings, who(flags["by"]))


def who(by: str | None) -> str:
    """Give who acts: as said, else as the environment says, else who is logged in."""
    try:
        return by or os.environ.get("AUDIOPUB_AUTHOR") or getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def now() -> datetime:
    """Give the present moment in Vietnam."""
    return datetime.now(VIETNAM)


def quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""


def told(episode: Episode, rebuilt: "Rebuilt", healed: "Healed", key: str, *, json_: bool) -> int:
    """Say what was done, and give the exit code: that of the first bulletin that could not be made again."""
    if json_:
        as_json({**plain(episode), "feed_changed": rebuilt.changed, "bulletins": list(healed.titles)})
    else:
        click.echo(say(key, title=episode.title, id=episode.id, revision=episode.revision))
    return tell_healed(healed, json_=json_)


def tell_healed(healed: "Healed", *, json_: bool) -> int:
    """Say which bulletins were made again, and which could not be; give the exit code."""
    for title in () if json_ else healed.titles:
        click.echo(say("say.bulletin_remade", title=title))
    for failure in healed.failures:
        click.echo(say("say.bulletin_failed", reason=say(failure.code, **failure.details)), err=True)
    return healed.failures[0].exit_code if healed.failures else 0


def plain(episode: Episode) -> dict[str, Any]:
    """Give an episode's state as plain values."""
    return {
        "id": episode.id, "guid": episode.guid, "title": episode.title, "state": episode.state, "revision": episode.revision, "published": episode.published.isoformat(),
        "audio": episode.audio, "pinned": episode.pinned, "history": [event_plain(event) for event in episode.history],
    }  # fmt: skip


def event_plain(event: Event) -> dict[str, Any]:
    """Give a line of history as plain values."""
    return {"at": event.at.isoformat(), "act": event.act, "revision": event.revision, "audio": event.audio, "note": event.note, "by": event.by}
