"""From what a person names as a source to the pages of its articles."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from audiopub.errors import AudiopubError
from audiopub.source.address import matches, tidied
from audiopub.source.archive import PageArchive
from audiopub.source.fetcher import Fetcher
from audiopub.source.listing import Entry, ListingKind, listing_kind
from audiopub.source.page import Page

_MOST_SITEMAPS = 20
"""Sitemaps that are read below one index, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which articles of a source are wanted."""

    limit: int | None = None
    """Most articles of one source; None for all."""

    since: datetime | None = None
    """Aware. An article that its list dates earlier is left out; one without a date is taken."""

    include: tuple[str, ...] = ()
    """Patterns of addresses, one of which must fit; none for all."""

    exclude: tuple[str, ...] = ()
    """Patterns of addresses, none of which may fit."""

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry is wanted, as far as its list tells."""
        if self.since and entry.when and entry.when < self.since:
            return False
        if self.include and not any(matches(entry.url, pattern) for pattern in self.include):
            return False
        return not any(matches(entry.url, pattern) for pattern in self.exclude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One article that a source gave, or could not give."""

    source: str
    """What the person named."""

    entry: Entry
    page: Page | None = None
    """None where it failed, or where pages were not asked for."""

    error: AudiopubError | None = None
    known: bool = False
    """Whether the very same bytes were had before."""


Entries = Callable[[Page], tuple[Entry, ...]]
"""Reads the entries of a list, somewhere safe."""


def gather(source: Page, wanted: Wanted, fetcher: Fetcher, archive: PageArchive, read: Entries, *, pages: bool = True) -> Iterator[Gathered]:
    """Give the articles of a source, one after the other; one that fails stops no other.

    Args:
        source: an article's page, which is given as it is, or a list.
        wanted: which of a list's articles.
        fetcher: gets the pages.
        archive: keeps them, and knows what is unchanged.
        read: reads a list.
        pages: whether to fetch the pages, or only say which there are.

    Raises:
        BadInput: the list itself cannot be read.
    """
    if listing_kind(source) is None:
        yield Gathered(source=source.name, entry=Entry(url=source.url or source.name), page=source)
        return
    for entry in _first(_wanted(source, wanted, fetcher, read), wanted.limit):
        if not pages:
            yield Gathered(source=source.name, entry=entry)
            continue
        try:
            page, known = fetch_kept(entry.url, fetcher, archive)
            yield Gathered(source=source.name, entry=entry, page=page, known=known)
        except AudiopubError as error:
            yield Gathered(source=source.name, entry=entry, error=error)


def fetch_kept(url: str, fetcher: Fetcher, archive: PageArchive) -> tuple[Page, bool]:
    """Fetch a page and keep it.

    Returns:
        The page, and whether its bytes were had before.

    Raises:
        FetchFailed: it cannot be had.
    """
    kept = archive.kept(url)
    page = fetcher.fetch(url, kept)
    return page, page is kept or not archive.keep(page)


def _first(entries: Iterable[Entry], limit: int | None) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in entries:
        if limit is not None and len(seen) >= limit:
            return
        if tidied(entry.url) not in seen:
            seen.add(tidied(entry.url))
            yield entry


def _wanted(source: Page, wanted: Wanted, fetcher: Fetcher, read: Entries) -> Iterator[Entry]:
    if listing_kind(source) is not ListingKind.SITEMAP_INDEX:
        yield from (entry for entry in read(source) if wanted.takes(entry))
        return
    below = [entry for entry in read(source) if not (wanted.since and entry.when and entry.when < wanted.since)]
    dated = sorted((entry for entry in below if entry.when), key=_age)
    for entry in [*dated, *(entry for entry in below if not entry.when)][:_MOST_SITEMAPS]:
        page = fetcher.fetch(entry.url)
        # An index below an index is against the standard, and a way to send us round in circles.
        if listing_kind(page) in {ListingKind.SITEMAP, ListingKind.FEED}:
            yield from (inner for inner in read(page) if wanted.takes(inner))


def _age(entry: Entry) -> float:
    return -entry.when.timestamp() if entry.when else 0.0
