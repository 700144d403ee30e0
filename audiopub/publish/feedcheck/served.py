"""Rules about how the feed itself is served."""

import zlib
from collections.abc import Callable

from audiopub.publish.feedcheck.model import Faults, Feed, Need, ServedFeed, links, rules, text_of
from audiopub.publish.feedcheck.web import Answer
from audiopub.publish.namespaces import ITUNES

_OK, _NOT_MODIFIED = 200, 304
_TEMPORARY, _PERMANENT = frozenset({302, 303, 307}), frozenset({301, 308})
_XML = frozenset({"application/rss+xml", "application/xml", "text/xml"})
_WORTH_PACKING = 20_000
_LARGEST_UNPACKED = 50_000_000


def _of(test: Callable[[ServedFeed], str | None]) -> Callable[[Feed], Faults]:
    """Make a rule of a test on the answers; where no feed came, only ``served.status`` has something to say."""

    def broken(feed: Feed) -> Faults:
        found = test(feed.served) if feed.served is not None and feed.served.plain.status == _OK else None
        if found is not None:
            yield "http", found

    return broken


def _status(feed: Feed) -> Faults:
    plain = feed.served.plain if feed.served else None
    if plain is not None and plain.status != _OK:
        yield "http", plain.failure or str(plain.status)


def _hops(feed: Feed, statuses: frozenset[int]) -> Faults:
    for hop in feed.served.plain.hops if feed.served else ():
        if hop.status in statuses:
            yield hop.url, f"{hop.status} -> {feed.served.plain.url if feed.served else ''}"


def _permanent(feed: Feed) -> Faults:
    return _hops(feed, _PERMANENT)


def _temporary(feed: Feed) -> Faults:
    return _hops(feed, _TEMPORARY)


def _no_new_feed_url(feed: Feed) -> Faults:
    moved = feed.served is not None and any(hop.status in _PERMANENT for hop in feed.served.plain.hops)
    if moved and feed.channel is not None and not text_of(feed.channel, "new-feed-url", ITUNES).strip():
        yield "channel", feed.served.plain.url if feed.served else ""


def _self(feed: Feed) -> Faults:
    own = list(links(feed.channel, "self")) if feed.channel is not None else []
    if feed.served is not None and feed.served.plain.status == _OK and len(own) == 1 and own[0] != feed.served.plain.url:
        yield "channel", f"{own[0]} != {feed.served.plain.url}"


def _type(served: ServedFeed) -> str | None:
    return None if served.plain.type in _XML else served.plain.headers.get("content-type", "-")


def _type_rss(served: ServedFeed) -> str | None:
    return served.plain.type if served.plain.type in _XML - {"application/rss+xml"} and _charset(served) is None else None


def _charset(served: ServedFeed) -> str | None:
    said = served.plain.headers.get("content-type", "")
    return said if served.plain.type == "text/xml" and "utf-8" not in said.lower() else None


def _validators(served: ServedFeed) -> str | None:
    return None if {"etag", "last-modified"} & set(served.plain.headers) else ""


def _unless_304(answer: Answer | None) -> str | None:
    return str(answer.status) if answer is not None and answer.status != _NOT_MODIFIED else None


def _etag(served: ServedFeed) -> str | None:
    # Where two answers differ, an ETag cannot be expected to hold either.
    return _unless_304(served.by_etag) if served.again.headers.get("etag") == served.plain.headers.get("etag") else None


def _date(served: ServedFeed) -> str | None:
    return _unless_304(served.by_date) if served.again.headers.get("last-modified") == served.plain.headers.get("last-modified") else None


def _packed_etag(served: ServedFeed) -> str | None:
    broken_anyway = _etag(served) is not None or served.again.headers.get("etag") != served.plain.headers.get("etag")
    return None if broken_anyway else _unless_304(served.packed_by_etag)


def _stale(served: ServedFeed) -> str | None:
    return None if served.stale.status == _OK else str(served.stale.status)


def _stable(served: ServedFeed) -> str | None:
    return None if served.again.body == served.plain.body else ""


def _head(served: ServedFeed) -> str | None:
    return None if served.head.status == _OK else served.head.failure or str(served.head.status)


def _is_packed(served: ServedFeed) -> bool:
    return served.packed.headers.get("content-encoding", "").lower() == "gzip"


def _gzip(served: ServedFeed) -> str | None:
    return str(len(served.plain.body)) if len(served.plain.body) >= _WORTH_PACKING and not _is_packed(served) else None


def _gzip_body(served: ServedFeed) -> str | None:
    if not _is_packed(served) or _stable(served) is not None:
        return None
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(served.packed.body, _LARGEST_UNPACKED)
    except zlib.error as error:
        return str(error)
    return None if unpacked == served.plain.body else f"{len(unpacked)} != {len(served.plain.body)}"


def _vary(served: ServedFeed) -> str | None:
    said = served.packed.headers.get("vary", "")
    return said or "-" if _is_packed(served) and "accept-encoding" not in said.lower() and said != "*" else None


def _cache(served: ServedFeed) -> str | None:
    return None if served.plain.headers.get("cache-control") else ""


def _cookie(served: ServedFeed) -> str | None:
    return served.plain.headers["set-cookie"].partition("=")[0] if "set-cookie" in served.plain.headers else None


def _agents(feed: Feed) -> Faults:
    if feed.served is None or feed.served.plain.status != _OK:
        return
    for name, answer in feed.served.agents.items():
        if answer.status != _OK:
            yield name, answer.failure or str(answer.status)


RULES = rules(
    Need.SERVED,
    {
        "served.status": _status,
        "served.moved": _permanent,
        "served.redirect": _temporary,
        "served.new_feed_url": _no_new_feed_url,
        "served.self": _self,
        "served.type": _of(_type),
        "served.type_rss": _of(_type_rss),
        "served.charset": _of(_charset),
        "served.validators": _of(_validators),
        "served.etag": _of(_etag),
        "served.date": _of(_date),
        "served.packed_etag": _of(_packed_etag),
        "served.stale": _of(_stale),
        "served.stable": _of(_stable),
        "served.head": _of(_head),
        "served.gzip": _of(_gzip),
        "served.gzip_body": _of(_gzip_body),
        "served.vary": _of(_vary),
        "served.cache": _of(_cache),
        "served.cookie": _of(_cookie),
        "served.agent": _agents,
    },
)
