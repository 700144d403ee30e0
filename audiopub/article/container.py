"""Which element of the page holds the article.

readability is asked for the article's text, and its answer is used as a mask only: the element that
holds most of what it found, in our own tree, is read by our own rules. Class names play no part, so a
page of an unknown site is read as well as one of a known site.
"""

import logging
from collections import Counter

from bs4 import BeautifulSoup, Tag

from audiopub.article.runs import Run

_WORTH_MATCHING = 40
"""Shortest text, in characters, that says something about where the article is."""

_COVERED = 0.8
_TEXT_BLOCKS = frozenset({"p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt"})
"""Elements that hold one block of text and never an article, however much of its text is in them."""

_AGREED = 0.4
"""Smallest share of the page's long unlinked text that a mask must hold to be believed."""


def container_of(soup: BeautifulSoup, page_runs: list[Run]) -> Tag:
    """Find the deepest element that holds at least four fifths of the article's text.

    Args:
        soup: the page, machinery stripped.
        page_runs: all its runs of text.
    """
    body = soup.body or soup
    masked, dense = _masked(soup, page_runs), _densest(page_runs)
    chosen = masked if _size(masked) >= _AGREED * _size(dense) else dense
    if not chosen:
        return body
    return _deepest_cover(chosen, body)


def _size(found: list[Run]) -> int:
    return sum(len(run.text) for run in found)


def _masked(soup: BeautifulSoup, page_runs: list[Run]) -> list[Run]:
    from lxml.etree import LxmlError  # noqa: PLC0415  heavy, and only here
    from readability import Document  # noqa: PLC0415
    from readability.readability import Unparseable  # noqa: PLC0415

    logging.getLogger("readability.readability").setLevel(logging.CRITICAL)
    try:
        summary = Document(str(soup)).summary(html_partial=True)
    except (Unparseable, LxmlError, ValueError):
        return []
    found = BeautifulSoup(summary, "lxml").get_text(" ")
    mask = " ".join(found.split())
    return [run for run in page_runs if len(run.text) >= _WORTH_MATCHING and run.text in mask and not run.is_link]


def _densest(page_runs: list[Run]) -> list[Run]:
    """Fall back to every long run that is no link."""
    return [run for run in page_runs if len(run.text) >= 2 * _WORTH_MATCHING and not run.is_link]


def _deepest_cover(chosen: list[Run], body: Tag) -> Tag:
    weight: Counter[int] = Counter()
    elements: dict[int, tuple[int, Tag]] = {}
    total = 0
    for run in chosen:
        total += len(run.text)
        chain = [tag for tag in (run.element, *run.element.parents) if tag.name not in _TEXT_BLOCKS]
        for depth, tag in enumerate(reversed(chain)):
            weight[id(tag)] += len(run.text)
            elements[id(tag)] = (depth, tag)
    covering = [elements[key] for key, size in weight.items() if size >= _COVERED * total]
    return max(covering, key=lambda entry: entry[0])[1] if covering else body
