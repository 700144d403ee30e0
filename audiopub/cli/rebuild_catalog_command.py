"""``audiopub rebuild-catalog``: the catalog, made again from the manifests in the archive."""

from dataclasses import asdict

import click

from audiopub.cli.face import PARTIAL, Command, as_json, option, say


@click.command("rebuild-catalog", cls=Command, help="help.rebuild-catalog")
@option("--show", help="help.rebuild_show")
@option("--dry-run", is_flag=True, help="help.rebuild_dry_run")
@option("--force", is_flag=True, help="help.rebuild_force")
@option("--json", "json_", is_flag=True, help="help.json")
def rebuild_catalog(show: str | None, *, dry_run: bool, force: bool, json_: bool) -> int:
    """Record what is absent or older; manifests that are damaged are named, and are exit code 6."""
    from audiopub.adapters.sql.manifest_rows import from_manifests
    from audiopub.bootstrap import archive, database
    from audiopub.config import Settings
    from audiopub.publish.manifests import manifests

    settings = Settings.read()
    where, damaged = database(settings), list[tuple[str, str]]()
    try:
        counts = from_manifests(where, manifests(archive(settings), show, damaged=lambda key, reason: damaged.append((key, reason))), force=force, dry_run=dry_run)
    finally:
        where.close()
    if json_:
        as_json({**asdict(counts), "damaged": [{"key": key, "reason": reason} for key, reason in damaged], "dry_run": dry_run})
    else:
        for key, reason in damaged:
            click.echo(say("rebuild.damaged", key=key, reason=reason), err=True)
        click.echo(say("rebuild.would", **asdict(counts)) if dry_run else say("rebuild.done", **asdict(counts)))
    return PARTIAL if damaged else 0
