"""``audiopub feed build`` and ``audiopub feed check``."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from audiopub.cli.acts import tell_healed, who
from audiopub.cli.face import Command, Group, as_json, language, option, say
from audiopub.cli.recorded import Recorder
from audiopub.cli.wishes import VIETNAM
from audiopub.errors import BadInput, FeedInvalid

feed = Group("feed", help="help.feed")


@feed.command("build", cls=Command, help="help.feed_build")
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--whole", is_flag=True, help="help.whole")
@option("--json", "json_", is_flag=True, help="help.json")
def build(show: str | None, *, whole: bool, json_: bool, output: Path | None, feeds: Path | None) -> int:
    """Write the feed from the catalog; an unchanged one is not touched."""
    from audiopub.bootstrap import studio
    from audiopub.config import Settings, find_show
    from audiopub.newsroom import heal_bulletins
    from audiopub.pipeline import overdue, rebuild_feed, release_due

    settings = Settings.read(output=output, feeds=feeds)
    made = studio(find_show(settings.feeds, show), settings)
    due = release_due(made, datetime.now(VIETNAM))
    if due:
        Recorder(settings, who(None)).write(lambda record: record.released(made.channel, due))
    late = overdue(made, datetime.now(VIETNAM))
    if not made.outlet.episodes(made.catalog) and not made.catalog.episodes(made.channel.slug):
        raise FeedInvalid("feed.no_episodes", show=made.channel.slug)
    feed_now = rebuild_feed(made, whole=whole)
    healed = heal_bulletins(settings.feeds, settings, datetime.now(VIETNAM))
    path = settings.output / made.channel.slug / "feed.xml"
    _tell_built(path, feed_now, due, json_=json_)
    for episode in late:
        click.echo(say("feed.overdue", title=episode.title), err=True)
    left = tell_healed(healed, json_=json_)
    for line in feed_now.refused:
        click.echo(line, err=True)
    if feed_now.missing:
        raise FeedInvalid("feed.missing_file", path=feed_now.missing[0])
    if feed_now.refused:
        raise FeedInvalid("feed.refused", count=len(feed_now.refused))
    if late:
        raise FeedInvalid("feed.overdue", title=late[0].title)
    return left


def _tell_built(path: Path, feed_now: Any, due: tuple[Any, ...], *, json_: bool) -> None:
    if json_:
        as_json({"feed": str(path), "episodes": feed_now.episodes, "changed": feed_now.changed, "pages": feed_now.pages,
                 "released": [episode.id for episode in due], "missing": list(feed_now.missing), "refused": list(feed_now.refused)})  # fmt: skip
    else:
        for episode in due:
            click.echo(say("say.released", title=episode.title))
        click.echo(say("say.feed_built" if feed_now.changed else "say.feed_same", feed=path, count=feed_now.episodes))


@feed.command("sweep", cls=Command, help="help.feed_sweep")
@option("--show", help="help.show")
@option("--output", "-o", type=click.Path(path_type=Path), help="help.output")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--older", default="24h", help="help.older")
@option("--dry-run", is_flag=True, help="help.dry_run_sweep")
@option("--json", "json_", is_flag=True, help="help.json")
def sweep(show: str | None, older: str, *, dry_run: bool, json_: bool, output: Path | None, feeds: Path | None) -> None:
    """Remove files that no episode names: what killed runs left behind."""
    from audiopub.bootstrap import studio
    from audiopub.cli.wishes import since
    from audiopub.config import Settings, find_show
    from audiopub.pipeline import feed_lock
    from audiopub.publish.sweep import orphans

    settings = Settings.read(output=output, feeds=feeds)
    made = studio(find_show(settings.feeds, show), settings)
    with made.locks.holding(feed_lock(made.channel.slug)):
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
@click.argument("feed_source", required=False)
@option("--site", type=click.Path(path_type=Path), help="help.site")
@option("--items", type=click.IntRange(0), help="help.check_items")
@option("--pages", type=click.IntRange(0), default=5, show_default=True, help="help.check_pages")
@option("--deep", is_flag=True, help="help.check_deep")
@option("--previous", type=click.Path(path_type=Path), help="help.check_previous")
@option("--strict", is_flag=True, help="help.check_strict")
@option("--rules", is_flag=True, help="help.check_rules")
@option("--json", "json_", is_flag=True, help="help.json")
def check(feed_source: str | None, *, json_: bool, strict: bool, rules: bool, previous: Path | None, **extent: Any) -> None:
    """Check a feed, on the disk or on the web, with the files it names."""
    from audiopub.cli.feed_report import document, lines, rule_document, rule_list
    from audiopub.publish.feedcheck.model import Severity
    from audiopub.publish.feedcheck.verdict import count

    if rules:
        as_json(rule_document()) if json_ else click.echo("\n".join(rule_list()))
        return
    if feed_source is None:
        raise click.MissingParameter(param_hint="FEED_SOURCE", param_type="argument", param=click.get_current_context().command.params[0])
    report = _report(feed_source, _previous(previous), **extent)
    if json_:
        as_json(document(report, feed_source))
    else:
        click.echo("\n".join(lines(report, feed_source)))
    broken = count(report, Severity.ERROR) + (count(report, Severity.WARNING) if strict else 0)
    if broken:
        raise FeedInvalid("feed.invalid", count=broken)


def _report(source: str, previous: Any, *, site: Path | None, items: int | None, pages: int, deep: bool) -> Any:
    from audiopub.publish.validate import examined, own_address, validated

    now = datetime.now(UTC)
    if source.startswith(("http://", "https://")):
        from audiopub.bootstrap import web
        from audiopub.config import Settings
        from audiopub.publish.feedcheck.gather import Extent, gathered
        from audiopub.publish.feedcheck.probe import Asker

        extent = Extent(items=Extent().items if items is None else items, pages=pages, deep=deep)
        return examined(replace(gathered(Asker(web(Settings.read()), language()), source, now, extent), previous=previous))
    raw = _read(Path(source))
    root = (site or Path(source).parent).resolve()

    def file_of(name: str) -> bytes | None:
        path = (root / name).resolve()
        return path.read_bytes() if path.is_relative_to(root) and path.is_file() else None

    lookup = partial(_file_at, file_of, whole_path=site is not None, feed_url=own_address(raw))
    return validated(raw, lookup, now, previous=previous, items=items)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("source.not_found", source=path) from error
    except OSError as error:
        raise BadInput("source.unreadable", source=path, reason=error.strerror or str(error)) from error


def _previous(path: Path | None) -> Any:
    """Read the feed as it was.

    Raises:
        FeedInvalid: it is no feed.
    """
    from audiopub.publish.feedcheck.parse import parsed

    feed = parsed(_read(path), datetime.now(UTC)) if path else None
    if feed is not None and feed.channel is None:
        raise FeedInvalid("feed.unreadable", path=path, reason=feed.trouble or "-")
    return feed


def _file_at(file_of: Callable[[str], bytes | None], url: str, *, whole_path: bool, feed_url: str) -> bytes | None:
    """Look a file of the feed up: by its whole path under --site, else by its place beside the feed."""
    from audiopub.publish.validate import path_of

    beside = feed_url.rsplit("/", 1)[0] + "/"
    if whole_path:
        return file_of(path_of(url))
    return file_of(url.removeprefix(beside)) if url.startswith(beside) else None
