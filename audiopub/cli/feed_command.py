"""``audiopub feed build`` and ``audiopub feed check``."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.errors import BadInput, FeedInvalid

feed = Group("feed", help="help.feed")


@feed.command("build", cls=Command, help="help.feed_build")
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--whole", is_flag=True, help="help.whole")
@option("--json", "json_", is_flag=True, help="help.json")
def build(show: str | None, *, whole: bool, json_: bool, output: Path | None, feeds: Path | None) -> None:
    """Write the feed from the catalog; an unchanged one is not touched."""
    from audiopub.adapters.files import locked
    from audiopub.bootstrap import studio
    from audiopub.config import Settings, find_show
    from audiopub.pipeline import rebuild_feed, release_due

    settings = Settings.read(output=output, feeds=feeds)
    made = studio(find_show(settings.feeds, show), settings)
    with locked(settings.state / made.channel.slug):
        due = release_due(made, datetime.now(UTC))
        if not made.outlet.episodes(made.catalog) and not made.catalog.episodes(made.channel.slug):
            raise FeedInvalid("feed.no_episodes", show=made.channel.slug)
        feed_now = rebuild_feed(made, whole=whole)
    path = settings.output / made.channel.slug / "feed.xml"
    if json_:
        as_json({"feed": str(path), "episodes": feed_now.episodes, "changed": feed_now.changed, "pages": feed_now.pages,
                 "released": [episode.id for episode in due], "missing": list(feed_now.missing), "refused": list(feed_now.refused)})  # fmt: skip
    else:
        for episode in due:
            click.echo(say("say.released", title=episode.title))
        click.echo(say("say.feed_built" if feed_now.changed else "say.feed_same", feed=path, count=feed_now.episodes))
    for line in feed_now.refused:
        click.echo(line, err=True)
    if feed_now.missing:
        raise FeedInvalid("feed.missing_file", path=feed_now.missing[0])
    if feed_now.refused:
        raise FeedInvalid("feed.refused", count=len(feed_now.refused))


@feed.command("sweep", cls=Command, help="help.feed_sweep")
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--older", default="24h", help="help.older")
@option("--dry-run", is_flag=True, help="help.dry_run_sweep")
@option("--json", "json_", is_flag=True, help="help.json")
def sweep(show: str | None, older: str, *, dry_run: bool, json_: bool, output: Path | None, feeds: Path | None) -> None:
    """Remove files that no episode names: what killed runs left behind."""
    from audiopub.adapters.files import locked
    from audiopub.bootstrap import studio
    from audiopub.cli.wishes import since
    from audiopub.config import Settings, find_show
    from audiopub.publish.sweep import orphans

    settings = Settings.read(output=output, feeds=feeds)
    made = studio(find_show(settings.feeds, show), settings)
    with locked(settings.state / made.channel.slug):
        found = list(orphans(made.outlet, made.store, made.catalog, since(older, datetime.now(UTC))))
        for stored in () if dry_run else found:
            made.store.remove(stored.key)
    megabytes = sum(stored.size for stored in found) / 1_000_000
    if json_:
        as_json({"swept": [stored.key for stored in found], "megabytes": round(megabytes, 3), "dry_run": dry_run})
        return
    click.echo(say("say.would_sweep" if dry_run else "say.swept", count=len(found), megabytes=megabytes))
    for stored in found if dry_run else ():
        click.echo(f"  {stored.key}")


@feed.command("check", cls=Command, help="help.feed_check")
@click.argument("feed_file", type=click.Path(path_type=Path))
@option("--site", type=click.Path(path_type=Path), help="help.site")
@option("--json", "json_", is_flag=True, help="help.json")
def check(feed_file: Path, site: Path | None, *, json_: bool) -> None:
    """Check a feed file and the files it names."""
    from audiopub.publish.validate import own_address, validated

    try:
        raw = feed_file.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("source.not_found", source=feed_file) from error
    except OSError as error:
        raise BadInput("source.unreadable", source=feed_file, reason=error.strerror or str(error)) from error
    root = (site or feed_file.parent).resolve()

    def file_of(name: str) -> bytes | None:
        path = (root / name).resolve()
        return path.read_bytes() if path.is_relative_to(root) and path.is_file() else None

    report = validated(raw, partial(_file_at, file_of, whole_path=site is not None, feed_url=own_address(raw)), datetime.now(UTC), str(feed_file))
    if json_:
        as_json({"feed": str(feed_file), "checks": report.checks, "findings": [_plain(finding) for finding in report.findings]})
    for finding in () if json_ else report.findings:
        click.echo(f"{finding.rule}  {finding.where}: {finding.what}")
    if report.findings:
        raise FeedInvalid("feed.invalid", count=len(report.findings))
    if not json_:
        click.echo(say("say.feed_ok", feed=feed_file, checks=report.checks))


def _file_at(file_of: Callable[[str], bytes | None], url: str, *, whole_path: bool, feed_url: str) -> bytes | None:
    """Look a file of the feed up: by its whole path under --site, else by its place beside the feed."""
    from audiopub.publish.validate import path_of

    beside = feed_url.rsplit("/", 1)[0] + "/"
    if whole_path:
        return file_of(path_of(url))
    return file_of(url.removeprefix(beside)) if url.startswith(beside) else None


def _plain(finding: Any) -> dict[str, str]:
    return {"rule": finding.rule, "where": finding.where, "what": finding.what}
