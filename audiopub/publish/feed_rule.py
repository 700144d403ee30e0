"""What a rule about feeds is, and what all of them need."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

FileOf = Callable[[str], bytes | None]
"""Gives the bytes behind an address of the feed; None where there are none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule."""

    rule: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check."""

    checks: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed under examination."""

    raw: bytes
    channel: Any
    items: list[Any]
    file_of: FileOf | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand, who makes it, and how to find where it is broken."""

    name: str
    source: str
    broken: Callable[[Feed], Iterator[tuple[str, str]]]


def text_of(element: Any, name: str, namespace: str | None = None) -> str:
    """Give the text of a child element, empty where there is none."""
    found = element.find(f"{{{namespace}}}{name}" if namespace else name)
    return "" if found is None else found.text or ""


def where(item: Any) -> str:
    """Name an item by its guid or title."""
    return (text_of(item, "guid") or text_of(item, "title"))[:48]


def is_absolute(url: str) -> bool:
    """Tell whether an address is absolute, plain ASCII and safe in any client."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and url.isascii() and not re.search(r"[\s<>\"\\^`{|}]", url)
