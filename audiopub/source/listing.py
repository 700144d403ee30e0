"""Lists of articles: RSS and Atom feeds, sitemaps and news sitemaps, plain lists of addresses.

What comes from outside is never parsed as XML with entities; feeds are read by feedparser, which also
reads the damaged ones, and sitemaps by lxml with every expansion and all network off.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from audiopub.errors import BadInput
from audiopub.source.address import is_web, joined
from audiopub.source.page import Page

_INDOCHINA = timezone(timedelta(hours=7))
_ROOT = re.compile(rb"<(?![?!])(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)\b", re.IGNORECASE)
_ANY_ROOT = re.compile(rb"<(?![?!])")
_LONGEST = 50_000
"""Entries. The most that a sitemap may hold by its standard (sitemaps.org)."""


class ListingKind(StrEnum):
    """What a list of articles is."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    ADDRESSES = "addresses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article, or one further sitemap, that a list names."""

    url: str
    title: str | None = None
    when: datetime | None = None
    """Aware: when it was published or last changed, whichever the list says; None where it says nothing."""


def listing_kind(page: Page) -> ListingKind | None:
    """Tell what list of articles a page is; None for an article's own page.

    >>> from audiopub.source.page import PageForm
    >>> listing_kind(Page(body=b"<?xml version='1.0'?><rss><channel/></rss>", name="x", identity="x", form=PageForm.HTML))
    <ListingKind.FEED: 'feed'>
    """
    head = page.body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        root = _ANY_ROOT.search(head)
        named = _ROOT.match(head, root.start()) if root else None
        kinds = {b"urlset": ListingKind.SITEMAP, b"sitemapindex": ListingKind.SITEMAP_INDEX}
        return kinds.get(named[1].lower(), ListingKind.FEED) if named else None
    lines = list(_lines(page.body[:65_536]))
    # A last line that is cut in the middle still begins as an address.
    return ListingKind.ADDRESSES if lines and all(is_web(line) and " " not in line for line in lines) else None


def entries(page: Page) -> tuple[Entry, ...]:
    """Read the entries of a list, in its own order.

    Raises:
        BadInput: it is no list, or one that cannot be read.
    """
    kind = listing_kind(page)
    if kind is None:
        raise BadInput("source.no_listing", source=page.name)
    if kind is ListingKind.ADDRESSES:
        return tuple(Entry(url=line) for line in _lines(page.body))[:_LONGEST]
    return tuple(_of_feed(page) if kind is ListingKind.FEED else _of_sitemap(page))[:_LONGEST]


def _lines(body: bytes) -> Iterator[str]:
    for line in body.decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield stripped


def _of_feed(page: Page) -> Iterator[Entry]:
    import feedparser  # noqa: PLC0415  heavy, and only here

    headers = {"content-type": f"application/xml; charset={page.charset}"} if page.charset else {}
    read: Any = feedparser.parse(page.body, response_headers=headers)
    if read.bozo and not read.entries and not read.feed:
        raise BadInput("source.bad_listing", source=page.name, reason=str(read.bozo_exception))
    for item in read.entries:
        address = joined(page.url, str(item.get("link") or ""))
        if address:
            # Asked as a plain dict: feedparser gives one for the other, with a warning.
            when = dict.get(item, "updated_parsed") or dict.get(item, "published_parsed")
            yield Entry(
                url=address, title=" ".join(str(item.get("title") or "").split()) or None, when=datetime.fromtimestamp(calendar.timegm(when), UTC) if when else None
            )


def _of_sitemap(page: Page) -> Iterator[Entry]:
    from lxml import etree  # noqa: PLC0415  heavy, and only here

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(page.body, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput("source.bad_listing", source=page.name, reason=str(error)) from error
    for item in root if root is not None else ():  # type: ignore[redundant-expr]  # a parser that recovers may find nothing at all
        said = {etree.QName(tag).localname: (tag.text or "").strip() for tag in item.iter() if isinstance(tag.tag, str)}
        address = joined(page.url, said.get("loc", ""))
        if address:
            yield Entry(url=address, title=said.get("title") or None, when=_moment(said.get("publication_date") or said.get("lastmod") or ""))


def _moment(text: str) -> datetime | None:
    """Read a time as sitemaps write it; one without a zone is Vietnam's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_INDOCHINA)
