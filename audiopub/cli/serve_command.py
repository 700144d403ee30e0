"""``audiopub serve``: the output folder on an address."""

from pathlib import Path

import click

from audiopub.cli.face import Command, option, say
from audiopub.errors import ConfigInvalid


@click.command(cls=Command, help="help.serve")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@option("--host", default="127.0.0.1", show_default=True, help="help.host")
@option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="help.port")
def serve(folder: Path | None, host: str, port: int) -> None:
    """Serve until stopped."""
    import uvicorn

    from audiopub.adapters.static_site import static_site
    from audiopub.config import Settings

    root = folder or Settings.read().output
    if not root.is_dir():
        raise ConfigInvalid("config.no_folder", path=root)
    url = f"http://{host}:{port}"
    click.echo(say("say.served", folder=root, url=url))
    for path in sorted(root.glob("*/feed.xml")):
        click.echo("  " + say("say.subscribe", url=f"{url}/{path.parent.name}/feed.xml"))
    uvicorn.run(static_site(root), host=host, port=port, log_level="warning", access_log=False)
