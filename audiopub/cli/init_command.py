"""``audiopub init``: a show file to start from."""

from importlib.resources import files
from pathlib import Path

import click

from audiopub.cli.face import Command, as_json, option, say
from audiopub.errors import ConfigInvalid


@click.command(cls=Command, help="help.init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@option("--json", "json_", is_flag=True, help="help.json")
def init(folder: Path, *, json_: bool) -> None:
    """Write ``feeds/ban-tin.toml``, explained line by line; nothing that is there is changed."""
    from audiopub.adapters.files import write_whole

    path = folder / "feeds" / "ban-tin.toml"
    if path.exists():
        raise ConfigInvalid("config.exists", path=path)
    write_whole(path, files("audiopub.cli").joinpath("show_template.toml").read_bytes())
    if json_:
        as_json({"show": "ban-tin", "file": str(path)})
    else:
        click.echo(say("say.init_done", path=path))
