"""``audiopub voices``: who can read."""

import click

from audiopub.cli.face import Command, as_json, option


@click.command(cls=Command, help="help.voices")
@option("--json", "json_", is_flag=True, help="help.json")
def voices(*, json_: bool) -> None:
    """List every voice of every installed engine, with its licence and cost."""
    from audiopub.speech.registry import engine_class, engine_names

    found = [voice for name in engine_names() for voice in engine_class(name).voices()]
    if json_:
        as_json([{"engine": v.engine, "voice": v.name, "description": v.description, "licence": v.licence, "cost": v.cost} for v in found])
        return
    for voice in found:
        click.echo(f"{voice.engine + ':' + voice.name:<26} {voice.description:<28} {voice.licence:<18} {voice.cost}")
