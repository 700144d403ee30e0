"""``audiopub gather``: which articles a source holds, fetched, kept and judged, before anything is rendered."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from audiopub.cli.face import PARTIAL, Command, as_json, option, say
from audiopub.cli.wishes import VIETNAM, wanted, wanted_options


@click.command(cls=Command, help="help.gather")
@click.argument("sources", nargs=-1)
@option("--show", help="help.show")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@wanted_options
@option("--dry-run", is_flag=True, help="help.gather_dry_run")
@option("--json", "json_", is_flag=True, help="help.json")
def gather(sources: tuple[str, ...], show: str | None, *, dry_run: bool, json_: bool, feeds: Path | None, **flags: Any) -> int:
    """Go through every source, one article after the other; what fails stops nothing else."""
    from audiopub.bootstrap import reader
    from audiopub.config import Settings, find_show
    from audiopub.sources import Sources, show_sources

    settings = Settings.read(feeds=feeds)
    wishes = wanted(flags, datetime.now(VIETNAM))
    origin = Sources(settings, sys.stdin.buffer.read, keep=not dry_run)
    parts = [(sources, wishes)] if sources else show_sources(find_show(settings.feeds, show), wishes)
    if not parts:
        raise click.UsageError(say("usage.no_sources"))
    found = (gathered for names, which in parts for gathered in origin.gather(names, which, pages=not dry_run))
    rows = list(_rows(found, reader(settings), json_=json_))
    if json_:
        as_json({"articles": rows, "counts": dict(Counter(row["state"] for row in rows))})
    else:
        click.echo(say("say.gathered", count=len(rows), failed=sum(row["state"] in {"failed", "refused"} for row in rows)))
    failures = [row for row in rows if row["state"] in {"failed", "refused"}]
    return 0 if not failures else PARTIAL if len(failures) < len(rows) else failures[0].get("exit_code", 1)


def _rows(found: Iterator[Any], read: Any, *, json_: bool) -> Iterator[dict[str, Any]]:
    for gathered in found:
        row = _row(gathered, read)
        if not json_:
            click.echo(f"{say('state.' + row['state']):<12} {row.get('title') or ''}  {row['url']}")
            if "message" in row:
                click.echo(f"{'':<12} {row['message']}")
        yield row


def _row(gathered: Any, read: Any) -> dict[str, Any]:
    from audiopub.article import check
    from audiopub.errors import AudiopubError

    entry = gathered.entry
    row: dict[str, Any] = {"source": gathered.source, "url": entry.url, "title": entry.title, "when": entry.when.isoformat() if entry.when else None}
    if gathered.error:
        return row | _failure(gathered.error, "failed")
    if gathered.page is None:
        return row | {"state": "listed"}
    row |= {"state": "same" if gathered.known else "new", "sha256": gathered.page.sha256, "final_url": gathered.page.url}
    try:
        article = check(read(gathered.page), gathered.page.name)
    except AudiopubError as error:
        return row | _failure(error, "refused")
    return row | {"title": article.title, "published": article.published.isoformat() if article.published else None, "warnings": list(article.warnings)}


def _failure(error: Any, state: str) -> dict[str, Any]:
    return {"state": state, "code": error.code, "message": say(error.code, **error.details), "exit_code": error.exit_code}
