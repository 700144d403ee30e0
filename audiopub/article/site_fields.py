"""A site rule put to use on one page: what each of its selectors finds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import soupsieve
from bs4 import BeautifulSoup, Tag

from audiopub.article.bylines import byline_of
from audiopub.article.dates import moment
from audiopub.article.layout import Box, Layout, Run
from audiopub.article.metadata import Metadata
from audiopub.article.site_rules import SiteRule
from audiopub.article.words import begins_with, same_words
from audiopub.vietnamese import tidy

_NAMES = re.compile(r"(?<=[.#])[\w-]+|(?<=[=])[\w-]+(?=[\]])")
"""Classes, ids and attribute values in a selector."""

_LAST_NAME = re.compile(r"""(?:[.#]|\[(?:itemprop|data-role|type)=["']?)([\w-]+)["']?\]?(?::[\w-]+)?$""")
"""Class, id or value in the last part of a selector."""

_SAME_TEXT = 0.7
"""F1 of characters from which a rule's body and the finders' text are the same place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFields:
    """What a rule found on a page; None and empty where it found nothing."""

    rule: str
    title: str | None = None
    lead: str | None = None
    author: str | None = None
    published: datetime | None = None
    category: str | None = None
    body: Box | None = None
    strip: frozenset[Box] = frozenset()
    caption: frozenset[Box] = frozenset()
    stale: tuple[str, ...] = field(default=())
    """Fields whose selectors found nothing, or another place than the finders."""


def site_fields(rule: SiteRule, soup: BeautifulSoup, markup: str, layout: Layout, found: Sequence[Run], about: Metadata) -> SiteFields:
    """Apply a rule to a page.

    Args:
        rule: the site's rule.
        soup: the page.
        markup: its text.
        layout: the same page, read.
        found: the runs that the finders take for the article.
        about: the page's metadata: the day of publication tells the layout, and the titles confirm the rule's.
    """
    titles = about.titles
    versions = rule.layouts_at(about.published.date() if about.published else None)
    version = next((version for version in versions if _first(_possible(version.body, markup), soup, layout) is not None), None)
    if version is None:
        return SiteFields(rule=rule.name, stale=("body",))
    body = _body(_possible(version.body, markup), soup, layout, found)
    # What the metadata says already is not looked for: selectors are the dearest part of a rule.
    asked = ["title", "lead", *(name for name in ("published", "category") if not getattr(about, name))]
    texts = {name: _text(_possible(getattr(version, name), markup), soup, layout) for name in asked}
    title = texts["title"] if texts["title"] and _is_confirmed(texts["title"], titles) else None
    # An article may well have no author; a title and a body it must have.
    stale = [name for name, value in (("title", title), ("body", body)) if getattr(version, name) and not value]
    author = None if about.author else _people(_possible(version.author, markup), soup, layout)
    strip, caption = (_boxes(_possible(selectors, markup), soup, layout) for selectors in (version.strip, version.caption))
    return SiteFields(
        rule=rule.name, title=title, lead=texts["lead"], author=author, published=moment(texts.get("published") or ""),
        category=texts.get("category"), body=body, strip=strip, caption=caption, stale=tuple(stale),
    )  # fmt: skip


def _is_confirmed(title: str, titles: Sequence[str]) -> bool:
    """Tell whether a rule's title is one that the page gives of itself too, or one that a quotation mark cut short there."""
    return not titles or any(same_words(title, known) or begins_with(title, known) or begins_with(known, title) for known in titles)


def _body(selectors: Sequence[str], soup: BeautifulSoup, layout: Layout, found: Sequence[Run]) -> Box | None:
    """Give the rule's body where the finders see the article there too."""
    tag = _first(selectors, soup, layout)
    box = layout.box_of(tag) if tag is not None else None
    if box is None:
        return None
    inside = [run for run in layout.inside(box) if len(run.text) > 40 and not run.is_link]  # noqa: PLR2004
    numbers = {run.number for run in inside}
    both = sum(len(run.text) for run in found if run.number in numbers)
    total = sum(len(run.text) for run in inside) + sum(len(run.text) for run in found)
    return box if total and 2 * both / total >= _SAME_TEXT else None


def _select(selectors: Iterable[str], soup: BeautifulSoup, layout: Layout) -> Iterator[tuple[Tag, str]]:
    """Yield the elements that some selectors mean, each with the attribute that is asked for, "" for its text."""
    for selector in selectors:
        css, _, attribute = selector.partition("@")
        last = _LAST_NAME.search(css)
        if last:
            # Only elements with the selector's last name can be meant; looking through the whole tree for them is dear.
            found: Iterable[Tag] = (tag for tag in layout.named.get(last[1], ()) if soupsieve.match(css, tag))
        else:
            found = soupsieve.iselect(css, soup, limit=2)
        yield from ((tag, attribute) for tag in found)


def _first(selectors: Iterable[str], soup: BeautifulSoup, layout: Layout) -> Tag | None:
    return next((tag for tag, _ in _select(selectors, soup, layout)), None)


def _text(selectors: Iterable[str], soup: BeautifulSoup, layout: Layout) -> str | None:
    for tag, attribute in _select(selectors, soup, layout):
        cleaned = " ".join(tidy(str(tag.get(attribute) or "") if attribute else tag.get_text(" ")).split())
        if cleaned:
            return cleaned
    return None


def _people(selectors: Iterable[str], soup: BeautifulSoup, layout: Layout) -> str | None:
    """Give everyone the first selector that names anybody names: authors may stand in an element each."""
    for selector in selectors:
        names = [name for tag, attribute in _select([selector], soup, layout) if (name := byline_of(str(tag.get(attribute) or "") if attribute else tag.get_text(" ")))]
        if names:
            return ", ".join(dict.fromkeys(names))
    return None


def _boxes(selectors: Sequence[str], soup: BeautifulSoup, layout: Layout) -> frozenset[Box]:
    """Give the boxes that some selectors mean."""
    wanted = {id(tag) for tag, _ in _select(selectors, soup, layout)} if selectors else set()
    return frozenset(box for box in layout.boxes if id(box.tag) in wanted) if wanted else frozenset()


def _possible(selectors: Iterable[str], markup: str) -> tuple[str, ...]:
    """Leave out selectors whose names do not stand in the markup at all: looking through the tree for them is dear."""
    return tuple(selector for selector in selectors if all(name in markup for name in _NAMES.findall(selector.partition("@")[0])))
