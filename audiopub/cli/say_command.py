"""``audiopub say``: a text to an audio file, to hear how something is read."""

from pathlib import Path

import click

from audiopub.cli.face import Command, as_json, option, say


@click.command("say", cls=Command, help="help.say")
@click.argument("text")
@option("--out", "-o", required=True, type=click.Path(path_type=Path, dir_okay=False), help="help.out")
@option("--voice", default="espeak", show_default=True, help="help.voice")
@option("--show", help="help.normalize_show")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
def speak(text: str, out: Path, voice: str, *, show: str | None, feeds: Path | None, json_: bool) -> None:
    """Speak a text as an article's sentence would be spoken."""
    from audiopub.bootstrap import sentence_style, spoken_file
    from audiopub.config import Settings

    settings = Settings.read(feeds=feeds)
    spoken, length = spoken_file(text, voice, out, settings, sentence_style(settings, show))
    if json_:
        as_json({"written": text, "spoken": spoken, "file": str(out), "duration_ms": length})
    else:
        click.echo(spoken)
        click.echo(say("say.wrote", path=out), err=True)
