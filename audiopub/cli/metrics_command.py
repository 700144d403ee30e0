"""``audiopub metrics``: the figures that Prometheus reads."""

from pathlib import Path

import click

from audiopub.cli.face import Command, option


@click.command(cls=Command, help="help.metrics")
@option("--file", "path", type=click.Path(path_type=Path, dir_okay=False), help="help.metrics_file")
def metrics(path: Path | None) -> None:
    """Print them, or write them for node_exporter."""
    from audiopub.adapters.metrics import exposition, write_textfile
    from audiopub.bootstrap import database
    from audiopub.config import Settings

    kept = database(Settings.read())
    if path:
        write_textfile(kept, path)
    else:
        click.echo(exposition(kept).decode(), nl=False)
