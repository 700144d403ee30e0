"""JSON-LD as newspapers write it: in lists, in graphs, with commas too many, and often of other articles too."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_ARTICLE = re.compile(r"Article|Posting|Report|Review$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MOST_ITEMS = 400


def articles(scripts: Iterable[str]) -> list[dict[str, Any]]:
    """Give the objects that describe an article, in document order; those inside lists of articles come last."""
    own: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    for item, inside_list in _objects(scripts):
        if _ARTICLE.search(str(item.get("@type"))):
            (listed if inside_list else own).append(item)
    return own + listed


def breadcrumbs(scripts: Iterable[str]) -> list[str]:
    """Give the names of the first breadcrumb list, outermost first."""
    for item, _ in _objects(scripts):
        if item.get("@type") == "BreadcrumbList" and isinstance(item.get("itemListElement"), list):
            return [text_of(name) for step in item["itemListElement"] if (name := _step_name(step))]
    return []


def _step_name(step: object) -> object:
    if not isinstance(step, dict):
        return None
    item = step.get("item")
    return step.get("name") or (item.get("name") if isinstance(item, dict) else None)


def text_of(value: object) -> str:
    """Give a value of JSON-LD as one line of text, entities and tags undone."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("url") or ""
    return " ".join(re.sub(r"<[^<>]{0,200}>", " ", html.unescape(str(value or ""))).split())


def _objects(scripts: Iterable[str]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield every object with a type, and whether it stands inside a list of articles."""
    count = 0
    for script in scripts:
        pending: list[tuple[Any, bool]] = [(_loaded(script), False)]
        while pending and count < _MOST_ITEMS:
            item, inside_list = pending.pop(0)
            count += 1
            if isinstance(item, list):
                pending[:0] = [(inner, inside_list) for inner in item[:60]]
            elif isinstance(item, dict):
                if item.get("@type"):
                    yield item, inside_list
                below = inside_list or str(item.get("@type")) in {"ItemList", "CollectionPage"}
                pending += [(value, below) for key, value in item.items() if key in {"@graph", "mainEntity", "itemListElement", "item", "hasPart"}]


def _loaded(script: str) -> Any:
    """Read JSON, forgiving what browsers and search engines forgive."""
    text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\]\]>)\s*;?\s*$", "", script.strip()).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(_TRAILING_COMMA.sub(r"\1", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
