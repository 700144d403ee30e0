"""``audiopub doctor``: whether everything works here."""

import platform
import sys

import click

from audiopub.cli.face import Command, as_json, language_of, option, say


@click.command(cls=Command, help="help.doctor")
@option("--json", "json_", is_flag=True, help="help.json")
def doctor(*, json_: bool) -> int:
    """Try each part for real and say what is wrong with it; exit code 8 where something is."""
    from audiopub import __version__
    from audiopub.bootstrap import examinations
    from audiopub.config import Settings

    findings = [(name, *outcome) for name, outcome in examinations(Settings.read(), language_of(click.get_current_context()))]
    about = {"audiopub": __version__, "python": platform.python_version(), "platform": platform.platform(), "executable": sys.executable}
    if json_:
        as_json({**about, "checks": [{"name": name, "ok": ok, "detail": detail} for name, ok, detail in findings]})
    else:
        click.echo(" · ".join(f"{key} {value}" for key, value in about.items()))
        for name, ok, detail in findings:
            click.echo(f"{say('say.doctor_ok' if ok else 'say.doctor_bad'):<12} {name:<12} {detail}")
    return 0 if all(ok for _, ok, _ in findings) else 8
