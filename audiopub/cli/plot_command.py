"""``audiopub plot``: a picture of an episode's sound."""

from pathlib import Path

import click

from audiopub.cli.face import Command, option, say
from audiopub.errors import ConfigInvalid


@click.command(cls=Command, help="help.plot")
@click.argument("episode")
@option("--out", type=click.Path(path_type=Path, dir_okay=False), help="help.plot_out")
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
def plot(episode: str, out: Path | None, show: str | None, output: Path | None, feeds: Path | None) -> None:
    """Draw wave, sentences, chapters, loudness and pace."""
    from audiopub.adapters.files import write_whole
    from audiopub.config import Settings, find_show
    from audiopub.listeners import picture_of, recorded

    settings = Settings.read(output=output, feeds=feeds)
    found = recorded(settings.output, find_show(settings.feeds, show).slug, episode)
    target = out or Path(f"{found.audio.stem}.svg")
    form = target.suffix.lower().removeprefix(".")
    if form not in {"svg", "png"}:
        raise ConfigInvalid("config.bad_setting", key="--out", value=str(target), reason=".svg, .png")
    write_whole(target, picture_of(found, form))
    click.echo(say("say.wrote", path=target))
