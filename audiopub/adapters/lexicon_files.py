"""The newsroom's lexicon as files: its own table, CSV for spreadsheets, and W3C's Pronunciation Lexicon (PLS).

Source of PLS: https://www.w3.org/TR/pronunciation-lexicon/ (version 1.0); a reading in words is its ``alias``.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from lxml import etree

from audiopub.adapters.files import write_whole
from audiopub.errors import ConfigInvalid
from audiopub.vietnamese import AS_PRINTED, Entry, Scope, residue, tidy

COLUMNS = ("written", "spoken", "match", "article", "author", "added", "reason")
"""Columns of the table and of CSV. ``match`` holds ``nocase``, ``part``, both with a comma between, or nothing."""

_PLS = "http://www.w3.org/2005/01/pronunciation-lexicon"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HEADING = "# How this newsroom wants things read; see docs/lexicon.md. A spoken form of = keeps the written form from every rule.\n"


def read_entries(path: Path, scope: Scope) -> tuple[Entry, ...]:
    """Read a lexicon's table; none where there is no file.

    Args:
        path: the file.
        scope: of its entries; those that name an article have the article's scope.

    Raises:
        ConfigInvalid: it cannot be read, or a line of it is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason=str(error)) from error
    return _entries(path, csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE), scope, optional=True)


def write_entries(path: Path, entries: Iterable[Entry]) -> None:
    """Write a lexicon's table, whole; readers see the old one or the new one. Comments that people wrote stay, at the top."""
    whole = path.resolve()  # a link stays a link
    write_whole(whole, _table(_comments(whole), entries))


def _table(heading: str, entries: Iterable[Entry]) -> bytes:
    lines = ["\t".join(COLUMNS), *("\t".join(_row(entry)) for entry in entries)]
    return (heading + "\n".join(lines) + "\n").encode()


def _comments(path: Path) -> str:
    kept = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.startswith("#")] if path.exists() else []
    return "\n".join(kept) + "\n" if kept else _HEADING


def imported(path: Path, scope: Scope) -> tuple[Entry, ...]:
    """Read entries from somebody else's file: ``.csv``, ``.pls`` or ``.xml``, ``.tsv``.

    Raises:
        ConfigInvalid: its kind is unknown, or something in it cannot be used.
    """
    kind = path.suffix.lower()
    if kind in {".pls", ".xml"}:
        return _from_pls(path, scope)
    if kind == ".csv":
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason=str(error)) from error
        return _entries(path, csv.reader(io.StringIO(text)), scope)
    if kind == ".tsv" and path.exists():
        return read_entries(path, scope)
    if kind == ".tsv":
        raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason="there is no such file")
    raise ConfigInvalid("config.bad_setting", key=str(path), value=kind, reason=".csv, .pls, .xml, .tsv")


def exported(path: Path, entries: Sequence[Entry]) -> None:
    """Write entries for somebody else: ``.csv``, ``.pls`` or ``.xml``, ``.tsv``.

    Raises:
        ConfigInvalid: the file's kind is unknown, or it cannot be written.
    """
    kind = path.suffix.lower()
    if kind in {".pls", ".xml"}:
        write_whole(path, _pls(entries))
    elif kind == ".csv":
        table = io.StringIO()
        csv.writer(table, lineterminator="\r\n").writerows([COLUMNS, *map(_row, entries)])
        write_whole(path, b"\xef\xbb\xbf" + table.getvalue().encode())  # the mark makes spreadsheets read it as UTF-8
    elif kind == ".tsv":
        write_whole(path, _table(_HEADING, entries))
    else:
        raise ConfigInvalid("config.bad_setting", key=str(path), value=kind, reason=".csv, .pls, .xml, .tsv")


def fits_pls(entry: Entry) -> bool:
    """Tell whether PLS can hold an entry: it knows no case, no parts of words, no articles and no protected names."""
    return entry.whole and entry.case and entry.scope is not Scope.ARTICLE and not entry.protects


def checked_entry(entry: Entry, path: Path, line: int = 0) -> Entry:
    """Tidy an entry's forms, and refuse what could not be said.

    Raises:
        ConfigInvalid: a form is empty or begins as a comment does, the spoken form still holds figures or signs, the date is none.
    """
    written, said = _plain(tidy(entry.written)), _plain(tidy(entry.spoken))
    left = () if said == AS_PRINTED else residue(said)
    faults = {
        "written": "is empty" if not written else "begins with #, which begins a comment" if written[0] == "#" else "",
        "spoken": "is empty" if not said else f"holds {', '.join(left)}, which a voice would have to guess at: write it in words" if left else "",
        "added": "" if not entry.added or _is_date(entry.added) else f"{entry.added} is no date such as 2026-11-25",
    }
    for column, fault in faults.items():
        if fault:
            raise ConfigInvalid("config.bad_lexicon", path=path, line=line, reason=f"{column}: {fault}")
    return Entry(
        written=written, spoken=said, scope=entry.scope, article=_plain(entry.article), case=entry.case, whole=entry.whole,
        author=_plain(entry.author), added=entry.added.strip(), reason=_plain(entry.reason),
    )  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _entries(path: Path, reader: Iterable[list[str]], scope: Scope, *, optional: bool = False) -> tuple[Entry, ...]:
    found: list[Entry] = []
    columns: list[str] | None = None
    for number, cells in enumerate(_lines(path, reader), start=1):
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if columns is None:
            columns = _columns(path, number, [cell.strip().lower() for cell in cells])
        else:
            if any(cell.strip() for cell in cells[len(columns) :]):
                raise ConfigInvalid("config.bad_lexicon", path=path, line=number, reason=f"{len(cells)} cells stand under {len(columns)} columns")
            found.append(_entry(path, number, dict(zip(columns, map(str.strip, cells), strict=False)), scope))
    if columns is None and not optional:
        raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason=f"the first line must name its columns: {', '.join(COLUMNS)}")
    return tuple(found)


def _lines(path: Path, reader: Iterable[list[str]]) -> Iterator[list[str]]:
    """Read a table's lines, and say so where one cannot be read."""
    try:
        yield from reader
    except csv.Error as error:
        raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason=str(error)) from error


def _columns(path: Path, line: int, cells: list[str]) -> list[str]:
    unknown = sorted(set(cells) - set(COLUMNS))
    if unknown or not {"written", "spoken"} <= set(cells):
        raise ConfigInvalid("config.bad_lexicon", path=path, line=line, reason=f"the first line must name its columns: {', '.join(COLUMNS)}; found {', '.join(cells)}")
    return cells


def _entry(path: Path, line: int, cells: dict[str, str], scope: Scope) -> Entry:
    match = set(filter(None, re.split(r"[,\s]+", cells.get("match", ""))))
    if match - {"nocase", "part"}:
        raise ConfigInvalid("config.bad_lexicon", path=path, line=line, reason=f"match: {', '.join(sorted(match))} is not nocase or part")
    article = cells.get("article", "")
    entry = Entry(
        written=cells.get("written", ""), spoken=cells.get("spoken", ""), scope=Scope.ARTICLE if article else scope, article=article,
        case="nocase" not in match, whole="part" not in match, author=cells.get("author", ""), added=cells.get("added", ""), reason=cells.get("reason", ""),
    )  # fmt: skip
    return checked_entry(entry, path, line)


def _row(entry: Entry) -> tuple[str, ...]:
    match = ",".join(name for name, on in (("nocase", not entry.case), ("part", not entry.whole)) if on)
    return (entry.written, entry.spoken, match, entry.article, entry.author, entry.added, entry.reason)


def _from_pls(path: Path, scope: Scope) -> tuple[Entry, ...]:
    try:
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True))
    except (OSError, etree.XMLSyntaxError) as error:
        raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason=str(error)) from error
    if root.tag != f"{{{_PLS}}}lexicon":
        raise ConfigInvalid("config.bad_lexicon", path=path, line=1, reason=f"this is no PLS: its root must be lexicon in {_PLS}")
    found = []
    for lexeme in root.iter(f"{{{_PLS}}}lexeme"):
        alias = next(("".join(found.itertext()) for found in lexeme.iter(f"{{{_PLS}}}alias")), None)
        line = int(lexeme.sourceline or 0)
        if alias is None:
            raise ConfigInvalid("config.bad_lexicon", path=path, line=line, reason="a lexeme has no <alias>; phonemes cannot be said by every voice")
        found += [checked_entry(Entry(written="".join(graph.itertext()), spoken=alias, scope=scope), path, line) for graph in lexeme.iter(f"{{{_PLS}}}grapheme")]
    return tuple(found)


def _pls(entries: Iterable[Entry]) -> bytes:
    """Write PLS 1.0, entries that :func:`fits_pls` alone."""
    root = etree.Element(f"{{{_PLS}}}lexicon", nsmap={None: _PLS}, version="1.0", alphabet="ipa")
    root.set(_XML_LANG, "vi")
    for entry in entries:
        if fits_pls(entry):
            lexeme = etree.SubElement(root, f"{{{_PLS}}}lexeme")
            etree.SubElement(lexeme, f"{{{_PLS}}}grapheme").text = entry.written
            etree.SubElement(lexeme, f"{{{_PLS}}}alias").text = entry.spoken
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
