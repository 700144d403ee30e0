"""``audiopub doctor``: whether everything works here."""

import contextlib
import platform
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from audiopub.cli.face import PARTIAL, Command, as_json, language_of, option, say
from audiopub.errors import ConfigInvalid

if TYPE_CHECKING:
    from audiopub.config import Settings
    from audiopub.jobs.freshness import Fresh


@click.command(cls=Command, help="help.doctor")
@option("--fresh", help="help.fresh")
@option("--json", "json_", is_flag=True, help="help.json")
def doctor(*, fresh: str | None, json_: bool) -> int:
    """Try each part for real and say what is wrong with it; exit code 8 where something is, 6 where only a show is stale."""
    from audiopub import __version__
    from audiopub.bootstrap import examinations
    from audiopub.config import Settings

    most = None if fresh is None else _age(fresh)
    settings = Settings.read()
    findings = [(name, *outcome) for name, outcome in examinations(settings, language_of(click.get_current_context()))]
    shows = _judged(settings, most) if most else []
    about = {"audiopub": __version__, "python": platform.python_version(), "platform": platform.platform(), "executable": sys.executable}
    if json_:
        judged = {"fresh": [_plain(one) for one in shows]} if most else {}
        as_json({**about, "checks": [{"name": name, "ok": ok, "detail": detail} for name, ok, detail in findings], **judged})
    else:
        click.echo(" · ".join(f"{key} {value}" for key, value in about.items()))
        for name, ok, detail in findings:
            click.echo(f"{say('say.doctor_ok' if ok else 'say.doctor_bad'):<12} {name:<12} {detail}")
        for one in shows:
            click.echo(f"{say('say.doctor_ok' if one.is_fresh else 'say.doctor_bad'):<12} {one.show:<12} {_told(one)}")
    if not all(ok for _, ok, _ in findings):
        return ConfigInvalid.exit_code
    return 0 if all(one.is_fresh for one in shows) else PARTIAL


def _age(text: str) -> timedelta:
    from audiopub.jobs.freshness import span

    found = span(text)
    if found is None:
        raise click.UsageError(say("usage.bad_fresh", value=text))
    return found


def _judged(settings: "Settings", most: timedelta) -> "list[Fresh]":
    from datetime import UTC, datetime

    from audiopub.adapters.sql.figures import figures, newest_episodes, successes
    from audiopub.bootstrap import database
    from audiopub.jobs.freshness import freshness

    kept = database(settings)
    found = figures(kept)
    return list(freshness(_sourced(settings), successes(found), newest_episodes(kept), now=datetime.fromtimestamp(found.now / 1000, UTC), most=most))


def _sourced(settings: "Settings") -> list[str]:
    """Give the shows that have sources; a file that cannot be read is told of among the checks."""
    from audiopub.config import read_show

    found: list[str] = []
    for path in sorted(settings.feeds.glob("*.toml")):
        with contextlib.suppress(ConfigInvalid):
            show = read_show(path)
            found += [show.slug] if show.file.sources else []
    return found


def _told(one: "Fresh") -> str:
    from audiopub.cli.wishes import VIETNAM

    if one.newest is None:
        return say("say.never_fresh")
    return say("say.fresh" if one.is_fresh else "say.stale", when=f"{one.newest.astimezone(VIETNAM):%H:%M %d/%m/%Y}")


def _plain(one: "Fresh") -> dict[str, object]:
    return {
        "show": one.show,
        "ok": one.is_fresh,
        "newest": one.newest.isoformat() if one.newest else None,
        "age_seconds": int(one.age.total_seconds()) if one.age else None,
    }
