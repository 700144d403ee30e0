"""Rules about the document: its first bytes, its encoding, its XML, its size, its text."""

import re
import unicodedata
from collections import Counter
from typing import Any

from lxml import etree

from audiopub.publish.feedcheck.model import ATOM, Faults, Feed, Need, name_of, of_feed, rules, shown
from audiopub.publish.feedcheck.parse import encoding_of, is_known_address
from audiopub.publish.namespaces import ITUNES, PODCAST

_BOM = b"\xef\xbb\xbf"
_HTML = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html)\b", re.IGNORECASE)
_MOST_BYTES = 5_000_000
"""The W3C feed validator reads no larger feed. Source: its source, validateStream."""

_MOST_KEPT = 200
"""Episodes of a feed that gPodder keeps unless told otherwise. Source: gpodder/config.py, ``limit.episodes``."""

_ODD = re.compile("[\u0080-\u009f\u2028\u2029\ufeff\ufffd\ue000-\uf8ff]")
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf]|áº|á»|Ä[\u0080-\u00bf‘]")
"""Vietnamese letters in UTF-8, read as Latin-1 or windows-1252."""

_ONCE_IN_CHANNEL = ("title", "link", "description", "language", "lastBuildDate", "pubDate", "copyright", "ttl")
_ONCE_IN_ITEM = ("title", "guid", "description", "link", "pubDate")
_ONCE_OF_ITUNES = ("author", "explicit", "image", "owner", "type", "new-feed-url", "complete")
_ONCE_OF_PODCAST = ("guid", "locked", "medium", "updateFrequency", "license")


def _is_html(feed: Feed) -> bool:
    return _HTML.match(feed.raw.removeprefix(_BOM)[:2000]) is not None


def _html(feed: Feed) -> str | None:
    return "" if _is_html(feed) else None


def _rss(feed: Feed) -> str | None:
    if _is_html(feed) or (feed.channel is not None and feed.root.get("version") == "2.0"):
        return None
    if feed.root is None:
        return "-"
    name = name_of(feed.root)[1]
    return f"<{name} version={feed.root.get('version')!r}>" if feed.channel is not None or feed.root.tag != "rss" else "<rss>, -"


def _bom(feed: Feed) -> str | None:
    return "" if feed.raw.startswith(_BOM) else None


def _start(feed: Feed) -> str | None:
    body = feed.raw.removeprefix(_BOM)
    before = body[: len(body) - len(body.lstrip())]
    return repr(before[:20].decode("ascii")) if before else None


def _doctype(feed: Feed) -> str | None:
    return "" if not _is_html(feed) and re.search(rb"<!(?:DOCTYPE|ENTITY)\b", feed.raw[:5000]) else None


def _utf8(feed: Feed) -> str | None:
    if encoding_of(feed.raw) != "utf-8":
        return None
    try:
        feed.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"0x{feed.raw[error.start]:02x} @ {error.start}"
    return None


def _encoding(feed: Feed) -> str | None:
    declared = encoding_of(feed.raw)
    return declared if declared != "utf-8" else None


def _characters(feed: Feed) -> str | None:
    return repr(feed.strange) if feed.strange and not _is_html(feed) else None


def _wellformed(feed: Feed) -> str | None:
    return feed.trouble if feed.trouble and not _is_html(feed) else None


def _itunes(feed: Feed) -> str | None:
    return feed.misnamed.get("itunes", None if ITUNES in feed.root.nsmap.values() else "-")


def _podcast(feed: Feed) -> str | None:
    uri = feed.misnamed.get("podcast")
    return None if uri is None or is_known_address(uri) else uri


def _size(feed: Feed) -> str | None:
    return str(len(feed.raw)) if len(feed.raw) > _MOST_BYTES else None


def _many(feed: Feed) -> str | None:
    return str(len(feed.items)) if len(feed.items) > _MOST_KEPT else None


def _texts(feed: Feed) -> list[tuple[str, str]]:
    """List every text and attribute with the name of its element."""
    found = []
    for element in feed.channel.iter(etree.Element):
        name = name_of(element)[1]
        found += [(name, text) for text in (element.text or "", *element.attrib.values()) if text and not text.isascii()]
    return found


def _composed(feed: Feed) -> Faults:
    for name, text in _texts(feed):
        if not unicodedata.is_normalized("NFC", text):
            yield name, shown(text)


def _control(feed: Feed) -> Faults:
    for name, text in _texts(feed):
        # Bytes that were no UTF-8 have become U+FFFD here, and are told of already.
        odd = _ODD.search(text)
        if odd and not (odd[0] == "\ufffd" and _utf8(feed)):
            yield name, f"U+{ord(odd[0]):04X}: {shown(text)}"


def _mojibake(feed: Feed) -> Faults:
    for name, text in _texts(feed):
        if _MOJIBAKE.search(text):
            yield name, shown(text)


def _repeated(feed: Feed) -> Faults:
    names = [*_ONCE_IN_CHANNEL, *(f"{{{ITUNES}}}{name}" for name in _ONCE_OF_ITUNES), *(f"{{{PODCAST}}}{name}" for name in _ONCE_OF_PODCAST)]
    yield from (("channel", name) for name in _more_than_once(feed.channel, names))
    for number, item in enumerate(feed.items, 1):
        yield from ((f"item {number}", name) for name in _more_than_once(item, list(_ONCE_IN_ITEM)))


def _more_than_once(parent: Any, names: list[str]) -> list[str]:
    counts = Counter(child.tag for child in parent if isinstance(child.tag, str))
    return [name.rpartition("}")[2] for name in names if counts[name] > 1]


def _atom_link(feed: Feed) -> Faults:
    for link in feed.channel.findall(f"{{{ATOM}}}link"):
        href = link.get("href") or ""
        if not re.match(r"https?://[^/]", href):
            yield f"atom:link rel={link.get('rel')}", shown(href)


RULES = (
    *rules(
        Need.BYTES,
        {
            "document.html": of_feed(_html),
            "document.rss": of_feed(_rss),
            "document.bom": of_feed(_bom),
            "document.start": of_feed(_start),
            "document.doctype": of_feed(_doctype),
            "document.utf8": of_feed(_utf8),
            "document.encoding": of_feed(_encoding),
            "document.characters": of_feed(_characters),
            "document.wellformed": of_feed(_wellformed),
            "document.size": of_feed(_size),
        },
    ),
    *rules(
        Need.FEED,
        {
            "document.itunes_namespace": of_feed(_itunes),
            "document.podcast_namespace": of_feed(_podcast),
            "document.many": of_feed(_many),
            "document.repeated": _repeated,
            "document.atom_link": _atom_link,
            "text.composed": _composed,
            "text.control": _control,
            "text.mojibake": _mojibake,
        },
    ),
)
