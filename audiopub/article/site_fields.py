"""A site rule put to use on one page: what each of its selectors finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import soupsieve
from bs4 import BeautifulSoup, Tag

from audiopub.article.bylines import byline_of
from audiopub.article.dates import moment
from audiopub.article.layout import Box, Layout, Run
from audiopub.article.metadata import Metadata
from audiopub.article.site_rules import Layouts, SiteRule
from audiopub.article.words import begins_with, same_words
from audiopub.vietnamese import tidy

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


def site_fields(rule: SiteRule, soup: BeautifulSoup, layout: Layout, found: Sequence[Run], about: Metadata) -> SiteFields:
    """Apply a rule to a page.

    Args:
        rule: the site's rule.
        soup: the page.
        layout: the same page, read.
        found: the runs that the finders take for the article.
        about: the page's metadata: the day of publication tells the layout, and the titles confirm the rule's.
    """
    titles = about.titles
    versions = rule.layouts_at(about.published.date() if about.published else None)
    version = next((version for version in versions if _first(soup, version.body) is not None), None)
    if version is None:
        return SiteFields(rule=rule.name, stale=("body",))
    body = _body(version, soup, layout, found)
    texts = {name: _text(soup, getattr(version, name)) for name in ("title", "lead", "author", "published", "category")}
    title = texts["title"] if texts["title"] and _is_confirmed(texts["title"], titles) else None
    # An article may well have no author; a title and a body it must have.
    stale = [name for name, value in (("title", title), ("body", body)) if getattr(version, name) and not value]
    return SiteFields(
        rule=rule.name, title=title, lead=texts["lead"], author=byline_of(texts["author"]) if texts["author"] else None,
        published=moment(texts["published"]) if texts["published"] else None, category=texts["category"], body=body,
        strip=frozenset(_boxes(soup, version.strip, layout)), caption=frozenset(_boxes(soup, version.caption, layout)), stale=tuple(stale),
    )  # fmt: skip


def _is_confirmed(title: str, titles: Sequence[str]) -> bool:
    """Tell whether a rule's title is one that the page gives of itself too, or one that a quotation mark cut short there."""
    return not titles or any(same_words(title, known) or begins_with(title, known) or begins_with(known, title) for known in titles)


def _body(version: Layouts, soup: BeautifulSoup, layout: Layout, found: Sequence[Run]) -> Box | None:
    """Give the rule's body where the finders see the article there too."""
    tag = _first(soup, version.body)
    box = layout.box_of(tag) if tag is not None else None
    if box is None:
        return None
    inside = [run for run in layout.inside(box) if len(run.text) > 40 and not run.is_link]  # noqa: PLR2004
    numbers = {run.number for run in inside}
    both = sum(len(run.text) for run in found if run.number in numbers)
    total = sum(len(run.text) for run in inside) + sum(len(run.text) for run in found)
    return box if total and 2 * both / total >= _SAME_TEXT else None


def _first(soup: BeautifulSoup, selectors: Sequence[str]) -> Tag | None:
    return next((tag for selector in selectors if (tag := soupsieve.select_one(selector.partition("@")[0], soup)) is not None), None)


def _text(soup: BeautifulSoup, selectors: Sequence[str]) -> str | None:
    for selector in selectors:
        css, _, attribute = selector.partition("@")
        for tag in soupsieve.select(css, soup, limit=4):
            text = str(tag.get(attribute) or "") if attribute else tag.get_text(" ")
            cleaned = " ".join(tidy(text).split())
            if cleaned:
                return cleaned
    return None


def _boxes(soup: BeautifulSoup, selectors: Sequence[str], layout: Layout) -> Iterator[Box]:
    wanted = {id(tag) for selector in selectors for tag in soupsieve.select(selector, soup)}
    yield from (box for box in layout.boxes if id(box.tag) in wanted)
