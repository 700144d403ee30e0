"""Rules about an episode's enclosure: the address, length and type of its audio."""

import re
import unicodedata
from typing import Any
from urllib.parse import unquote, urlsplit

from audiopub.publish.feedcheck.model import Need, each, is_absolute, is_plain, rules, shown

_ENDINGS = {
    "audio/mpeg": (".mp3",), "audio/x-m4a": (".m4a", ".m4b"), "audio/mp4": (".m4a", ".m4b", ".mp4"), "audio/m4a": (".m4a",), "audio/aac": (".aac",),
    "audio/ogg": (".ogg", ".oga", ".opus"), "audio/opus": (".opus",), "video/mp4": (".mp4",), "video/x-m4v": (".m4v",), "video/quicktime": (".mov",),
}  # fmt: skip
"""Types that are usual, with the endings that fit."""

_APPLES = frozenset({"audio/mpeg", "audio/x-m4a", "video/mp4", "video/x-m4v", "video/quicktime", "audio/mp4", "audio/m4a"})
_SMALLEST = 16_384
"""Bytes. AntennaPod takes a smaller length for a mistake. Source: its source, as read for docs/feed-check.md."""


def enclosure_of(item: Any) -> Any:
    """Give an item's first enclosure; None where it has none."""
    return item.find("enclosure")


def attribute(item: Any, name: str) -> str:
    """Give an attribute of the enclosure, empty where it is not there."""
    enclosure = enclosure_of(item)
    return "" if enclosure is None else (enclosure.get(name) or "").strip()


def _missing(item: Any) -> str | None:
    return None if attribute(item, "url") else ""


def _several(item: Any) -> str | None:
    count = len(item.findall("enclosure"))
    return str(count) if count > 1 else None


def _relative(item: Any) -> str | None:
    url = attribute(item, "url")
    return shown(url) if url and not is_absolute(url) else None


def _ascii(item: Any) -> str | None:
    url = attribute(item, "url")
    return shown(url) if is_absolute(url) and not is_plain(url) else None


def _decoded(item: Any) -> str:
    """Give the address with its percent signs resolved, where that shows letters that are not ASCII."""
    url = attribute(item, "url")
    text = unquote(url, errors="replace") if is_absolute(url) and is_plain(url) else ""
    return "" if text.isascii() else text


def _encoded(item: Any) -> str | None:
    text = _decoded(item)
    return shown(attribute(item, "url")) if text and unicodedata.is_normalized("NFC", text) else None


def _decomposed(item: Any) -> str | None:
    text = _decoded(item)
    return shown(attribute(item, "url")) if text and not unicodedata.is_normalized("NFC", text) else None


def _type(item: Any) -> str | None:
    if not attribute(item, "url"):
        return None
    said = attribute(item, "type").lower()
    return None if said.startswith(("audio/", "video/")) else shown(said)


def _type_unlisted(item: Any) -> str | None:
    said = attribute(item, "type").lower()
    return shown(said) if said.startswith(("audio/", "video/")) and said not in _APPLES else None


def _ending(item: Any) -> str | None:
    url, endings = attribute(item, "url"), _ENDINGS.get(attribute(item, "type").lower())
    if not endings or not is_absolute(url):
        return None
    return None if urlsplit(url).path.lower().endswith(endings) else shown(url)


def _length(item: Any) -> str | None:
    if not attribute(item, "url"):
        return None
    said = attribute(item, "length")
    return None if re.fullmatch(r"[0-9]{1,18}", said) and int(said) > 0 else shown(said)


def _small(item: Any) -> str | None:
    said = attribute(item, "length")
    return said if re.fullmatch(r"[0-9]{1,18}", said) and 0 < int(said) < _SMALLEST else None


RULES = rules(
    Need.FEED,
    {
        "enclosure.missing": each(_missing),
        "enclosure.several": each(_several),
        "enclosure.relative": each(_relative),
        "enclosure.ascii": each(_ascii),
        "enclosure.encoded": each(_encoded),
        "enclosure.decomposed": each(_decomposed),
        "enclosure.type": each(_type),
        "enclosure.type_unlisted": each(_type_unlisted),
        "enclosure.ending": each(_ending),
        "enclosure.length": each(_length),
        "enclosure.small": each(_small),
    },
)
