"""``audiopub lexicon``: how the newsroom wants things read."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from audiopub.cli.acts import who
from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.cli.recorded import Recorder
from audiopub.errors import BadInput

lexicon = Group("lexicon", help="help.lexicon")

_WHERE = (
    option("--show", help="help.show"),
    option("--newsroom", is_flag=True, help="help.newsroom"),
    option("--feeds", type=click.Path(path_type=Path), help="help.feeds"),
    option("--json", "json_", is_flag=True, help="help.json"),
)
_ENTRY = (
    option("--article", default="", help="help.article"),
    option("--ignore-case", is_flag=True, help="help.ignore_case"),
    option("--part", is_flag=True, help="help.part"),
    option("--author", default="", envvar="AUDIOPUB_AUTHOR", help="help.author"),
    option("--reason", default="", help="help.reason"),
)


def _with(*options: Callable[[Any], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        for decorate in reversed(options):
            command = decorate(command)
        return command

    return wrap


@lexicon.command("add", cls=Command, help="help.lexicon_add")
@click.argument("written")
@click.argument("spoken")
@_with(*_WHERE, *_ENTRY, option("--dry-run", is_flag=True, help="help.dry_run"))
def add(written: str, spoken: str, *, dry_run: bool, json_: bool, **flags: Any) -> None:
    """Add an entry, or put it in the place of one for the same written form; SPOKEN of = protects a name."""
    book = _book(flags)
    entry = _entry(book, written, spoken, flags)
    changed = book.impact(book.with_entries((entry,)))
    if not dry_run:
        book.add((entry,))
        details = {"scope": str(entry.scope), "written": entry.written, "spoken": entry.spoken, "article": entry.article}
        _write(book, flags, "lexicon_save", details)
    if json_:
        as_json({"lexicon": str(book.path), "entry": asdict(entry), "written": not dry_run, "would_change": [_change(change) for change in changed]})
        return
    click.echo(say("say.lexicon_would_add" if dry_run else "say.lexicon_added", written=entry.written, spoken=entry.spoken, path=book.path))
    click.echo(say("say.lexicon_impact", count=len(changed), episodes=len({change.episode.id for change in changed})))


@lexicon.command("rm", cls=Command, help="help.lexicon_rm")
@click.argument("written")
@_with(*_WHERE, option("--article", default="", help="help.article"), option("--dry-run", is_flag=True, help="help.dry_run"))
def rm(written: str, *, dry_run: bool, json_: bool, **flags: Any) -> None:
    """Remove the entry of a written form."""
    book = _book(flags)
    gone = book.found(written, flags["article"])
    if not gone:
        raise BadInput("lexicon.unknown", written=written, path=book.path)
    if not dry_run:
        book.remove(written, flags["article"])
        _write(book, flags, "lexicon_remove", {"scope": str(book.scope), "written": written, "article": flags["article"]})
    if json_:
        as_json({"lexicon": str(book.path), "removed": [asdict(entry) for entry in gone], "written": not dry_run})
    else:
        click.echo(say("say.lexicon_removed", written=written, spoken=gone[0].spoken, path=book.path))


@lexicon.command("list", cls=Command, help="help.lexicon_list")
@_with(*_WHERE)
def list_entries(*, json_: bool, **flags: Any) -> None:
    """List the entries that count, or those all shows share."""
    book = _book(flags)
    entries = book.entries if flags["newsroom"] else book.whole().entries
    if json_:
        as_json([asdict(entry) for entry in entries])
        return
    for entry in entries:
        about = ", ".join(filter(None, (str(entry.scope), entry.article, entry.author, entry.added, entry.reason)))
        click.echo(f"{entry.written}\t{entry.spoken}\t{about}")


@lexicon.command("test", cls=Command, help="help.lexicon_test")
@click.argument("text", nargs=-1)
@_with(*_WHERE)
def test(text: tuple[str, ...], *, json_: bool, **flags: Any) -> None:
    """Read sentences with the lexicon; without any, try every entry and say which never speaks."""
    from audiopub.vietnamese import read

    book = _book(flags)
    if text:
        style = book.shows[0].style
        readings = [read(line, book.whole().for_article(), style.reading) for line in text]
        if json_:
            as_json([{"written": r.written, "spoken": r.spoken, "rewrites": [w.plain() for w in r.rewrites]} for r in readings])
        for reading in () if json_ else readings:
            click.echo(reading.spoken)
        return
    hidden, count = book.hidden(), len(book.whole().entries)
    if json_:
        as_json({"entries": count, "hidden": [asdict(entry) for entry in hidden]})
    for entry in () if json_ else hidden:
        click.echo(say("say.lexicon_hidden", written=entry.written, spoken=entry.spoken, scope=entry.scope))
    if hidden:
        raise BadInput("lexicon.hidden", count=len(hidden))
    if not json_:
        click.echo(say("say.lexicon_ok", count=count))


@lexicon.command("impact", cls=Command, help="help.lexicon_impact")
@click.argument("written")
@click.argument("spoken")
@_with(*_WHERE, *_ENTRY)
def impact_of(written: str, spoken: str, *, json_: bool, **flags: Any) -> None:
    """Say which sentences of published episodes an entry would change."""
    book = _book(flags)
    entry = _entry(book, written, spoken, flags)
    changed = book.impact(book.with_entries((entry,)))
    if json_:
        as_json([_change(change) for change in changed])
        return
    for change in changed:
        click.echo(f"{change.episode.id}  {change.episode.title}\n  {change.written}\n  - {change.before}\n  + {change.after}")
    click.echo(say("say.lexicon_impact", count=len(changed), episodes=len({change.episode.id for change in changed})))


@lexicon.command("import", cls=Command, help="help.lexicon_import")
@click.argument("file", type=click.Path(path_type=Path))
@_with(*_WHERE, option("--dry-run", is_flag=True, help="help.dry_run"))
def import_file(file: Path, *, dry_run: bool, json_: bool, **flags: Any) -> None:
    """Add the entries of a CSV, PLS or TSV file; they go before entries for the same written forms."""
    from audiopub.adapters.lexicon_files import imported
    from audiopub.lexicons import with_entries

    book = _book(flags)
    fresh = imported(file, book.scope)
    replaced = len(book.entries) + len(with_entries((), fresh)) - len(book.with_entries(fresh))
    if not dry_run:
        book.add(fresh)
        _write(book, flags, "lexicon_import", {"scope": str(book.scope), "count": len(fresh)})
    if json_:
        as_json({"lexicon": str(book.path), "imported": len(fresh), "replaced": replaced, "written": not dry_run})
    else:
        click.echo(say("say.lexicon_imported", count=len(fresh), path=book.path))


@lexicon.command("export", cls=Command, help="help.lexicon_export")
@click.argument("file", type=click.Path(path_type=Path))
@_with(*_WHERE)
def export_file(file: Path, *, json_: bool, **flags: Any) -> None:
    """Write the entries that count into a CSV, PLS or TSV file."""
    from audiopub.adapters.lexicon_files import exported, fits_pls

    book = _book(flags)
    entries = book.entries if flags["newsroom"] else book.whole().entries
    if file.suffix.lower() in {".pls", ".xml"}:
        entries = tuple(entry for entry in entries if fits_pls(entry))
    if book.in_use(file):
        raise BadInput("lexicon.live", path=file)
    exported(file, entries)
    if json_:
        as_json({"file": str(file), "exported": len(entries)})
    else:
        click.echo(say("say.lexicon_exported", count=len(entries), path=file))


def _book(flags: dict[str, Any]) -> Any:
    from audiopub.config import Settings
    from audiopub.lexicons import Book

    return Book.of(Settings.read(feeds=flags["feeds"]), flags["show"], newsroom=flags["newsroom"])


def _write(book: Any, flags: dict[str, Any], act: str, details: dict[str, Any]) -> None:
    """Write down what was done to the lexicon."""
    from audiopub.config import Settings

    show = "" if flags["newsroom"] else book.shows[0].slug
    Recorder(Settings.read(feeds=flags["feeds"]), who(flags.get("author"))).write(lambda record: record.wrote(act, show, **details))


def _entry(book: Any, written: str, spoken: str, flags: dict[str, Any]) -> Any:
    from audiopub.vietnamese import Entry, Scope

    entry = Entry(
        written=written, spoken=spoken, scope=Scope.ARTICLE if flags["article"] else book.scope, article=flags["article"], case=not flags["ignore_case"],
        whole=not flags["part"], author=flags["author"], added=datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat(), reason=flags["reason"],
    )  # fmt: skip
    return book.entry(entry)


def _change(change: Any) -> dict[str, str]:
    return {"episode": change.episode.id, "title": change.episode.title, "written": change.written, "before": change.before, "after": change.after}
