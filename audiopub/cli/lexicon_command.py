"""``audiopub lexicon``: how the newsroom wants things read."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from audiopub.cli.face import Command, Group, as_json, option, say
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
    book = _Book(flags)
    entry = book.entry(written, spoken, flags)
    changed = book.impact(_with_entry(book.entries, entry))
    if not dry_run:
        book.change(lambda entries: _with_entry(entries, entry))
    if json_:
        as_json({"lexicon": str(book.path), "entry": _document(entry), "written": not dry_run, "would_change": [_change(change) for change in changed]})
        return
    click.echo(say("say.lexicon_would_add" if dry_run else "say.lexicon_added", written=entry.written, spoken=entry.spoken, path=book.path))
    click.echo(say("say.lexicon_impact", count=len(changed), episodes=len({change.episode.id for change in changed})))


@lexicon.command("rm", cls=Command, help="help.lexicon_rm")
@click.argument("written")
@_with(*_WHERE, option("--article", default="", help="help.article"), option("--dry-run", is_flag=True, help="help.dry_run"))
def rm(written: str, *, dry_run: bool, json_: bool, **flags: Any) -> None:
    """Remove the entry of a written form."""
    from audiopub.vietnamese import tidy

    book = _Book(flags)
    key = (" ".join(tidy(written).split()), " ".join(flags["article"].split()))
    gone = [entry for entry in book.entries if (entry.written, entry.article) == key]
    if not gone:
        raise BadInput("lexicon.unknown", written=written, path=book.path)
    if not dry_run:
        book.change(lambda entries: tuple(entry for entry in entries if (entry.written, entry.article) != key))
    if json_:
        as_json({"lexicon": str(book.path), "removed": [_document(entry) for entry in gone], "written": not dry_run})
    else:
        click.echo(say("say.lexicon_removed", written=written, spoken=gone[0].spoken, path=book.path))


@lexicon.command("list", cls=Command, help="help.lexicon_list")
@_with(*_WHERE)
def list_entries(*, json_: bool, **flags: Any) -> None:
    """List the entries that count, or those all shows share."""
    book = _Book(flags)
    entries = book.entries if flags["newsroom"] else book.whole().entries
    if json_:
        as_json([_document(entry) for entry in entries])
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

    book = _Book(flags)
    whole = book.whole()
    if text:
        readings = [read(line, whole, book.options) for line in text]
        if json_:
            as_json([{"written": r.written, "spoken": r.spoken, "rewrites": [w.plain() for w in r.rewrites]} for r in readings])
        for reading in () if json_ else readings:
            click.echo(reading.spoken)
        return
    hidden = [entry for entry in whole.entries if entry not in [found for found, _, _ in whole.for_article(entry.article).matches(entry.written)]]
    if json_:
        as_json({"entries": len(whole.entries), "hidden": [_document(entry) for entry in hidden]})
    for entry in () if json_ else hidden:
        click.echo(say("say.lexicon_hidden", written=entry.written, spoken=entry.spoken, scope=entry.scope))
    if hidden:
        raise BadInput("lexicon.hidden", count=len(hidden))
    if not json_:
        click.echo(say("say.lexicon_ok", count=len(whole.entries)))


@lexicon.command("impact", cls=Command, help="help.lexicon_impact")
@click.argument("written")
@click.argument("spoken")
@_with(*_WHERE, *_ENTRY)
def impact_of(written: str, spoken: str, *, json_: bool, **flags: Any) -> None:
    """Say which sentences of published episodes an entry would change."""
    book = _Book(flags)
    entry = book.entry(written, spoken, flags)
    changed = book.impact(_with_entry(book.entries, entry))
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

    book = _Book(flags)
    fresh = imported(file, book.scope)
    replaced = len(book.entries) + len(_with_entries((), fresh)) - len(_with_entries(book.entries, fresh))
    if not dry_run:
        book.change(lambda entries: _with_entries(entries, fresh))
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

    book = _Book(flags)
    entries = book.entries if flags["newsroom"] else book.whole().entries
    if file.suffix.lower() in {".pls", ".xml"}:
        entries = tuple(entry for entry in entries if fits_pls(entry))
    if file.resolve() in {book.show.lexicon_path.resolve(), book.show.newsroom_lexicon_path.resolve()} or file.name.endswith("lexicon.tsv"):
        raise BadInput("lexicon.live", path=file)
    exported(file, entries)
    if json_:
        as_json({"file": str(file), "exported": len(entries)})
    else:
        click.echo(say("say.lexicon_exported", count=len(entries), path=file))


class _Book:
    """The lexicon file a command is about, and what counts beside it."""

    def __init__(self, flags: dict[str, Any]) -> None:
        from audiopub.adapters.lexicon_files import read_entries
        from audiopub.config import Settings, find_show, read_show
        from audiopub.vietnamese import Scope

        self.settings = Settings.read(feeds=flags["feeds"])
        newsroom = flags["newsroom"]
        every = sorted(self.settings.feeds.glob("*.toml")) if newsroom and not flags["show"] else []
        self.shows = [read_show(path) for path in every] or [find_show(self.settings.feeds, flags["show"])]
        self.show = self.shows[0]
        self.path = self.show.newsroom_lexicon_path if newsroom else self.show.lexicon_path
        self.scope = Scope.NEWSROOM if newsroom else Scope.SHOW
        self.entries = read_entries(self.path, self.scope)
        self.options = self.show.style.reading

    def entry(self, written: str, spoken: str, flags: dict[str, Any]) -> Any:
        from audiopub.adapters.lexicon_files import checked_entry
        from audiopub.vietnamese import Entry, Scope

        today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
        entry = Entry(
            written=written, spoken=spoken, scope=Scope.ARTICLE if flags["article"] else self.scope, article=flags["article"], case=not flags["ignore_case"],
            whole=not flags["part"], author=flags["author"], added=today, reason=flags["reason"],
        )  # fmt: skip
        return checked_entry(entry, self.path)

    def whole(self, entries: tuple[Any, ...] | None = None, show: Any = None) -> Any:
        """Give all that counts in a show, with the file's entries as they are or as they would be."""
        from audiopub.adapters.lexicon_files import read_entries
        from audiopub.bootstrap import show_entries
        from audiopub.vietnamese import Scope, merged

        show = show or self.show
        mine = self.entries if entries is None else entries
        layers = {
            Scope.NEWSROOM: read_entries(show.newsroom_lexicon_path, Scope.NEWSROOM),
            Scope.SHOW: read_entries(show.lexicon_path, Scope.SHOW),
            self.scope: mine,
        }
        return merged(layers[Scope.NEWSROOM], show_entries(show), layers[Scope.SHOW])

    def impact(self, entries: tuple[Any, ...]) -> tuple[Any, ...]:
        from audiopub.bootstrap import studio
        from audiopub.publish.impact import impact

        changed: list[Any] = []
        for show in self.shows:
            made = studio(show, self.settings)
            before, after = self.whole(show=show), self.whole(entries, show)
            changed += impact(made.channel, made.store, made.catalog, before, after, show.style.reading)
        return tuple(changed)

    def change(self, how: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> None:
        """Write the file anew from what is in it now: nobody else writes meanwhile, and what others added just before stays."""
        from audiopub.adapters.files import locked
        from audiopub.adapters.lexicon_files import read_entries, write_entries

        with locked(self.settings.state / "lexicon"):
            write_entries(self.path, how(read_entries(self.path, self.scope)))


def _with_entry(entries: tuple[Any, ...], entry: Any) -> tuple[Any, ...]:
    return _with_entries(entries, (entry,))


def _with_entries(entries: tuple[Any, ...], fresh: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put entries after the others, in the place of those for the same written form and article."""
    last = {(entry.written, entry.article): entry for entry in fresh}
    return (*(entry for entry in entries if (entry.written, entry.article) not in last), *last.values())


def _document(entry: Any) -> dict[str, Any]:
    return asdict(entry)


def _change(change: Any) -> dict[str, str]:
    return {"episode": change.episode.id, "title": change.episode.title, "written": change.written, "before": change.before, "after": change.after}
