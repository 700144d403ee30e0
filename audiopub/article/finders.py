"""Which part of the page is the article: several finders that know nothing of one another, and how far they agree.

* ``marked``: the page says so itself (``itemprop="articleBody"``).
* ``mask``: readability's answer, as the set of runs it would keep.
* ``dense``: every long run of sentences outside of links, comments and margins.

Class names of newspapers play no part, so a page of an unknown site is read as well as one of a known site.
"""

import html
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from audiopub.article import labels
from audiopub.article.layout import Box, Layout, Run
from audiopub.article.words import same_words

_WORTH_MATCHING = 40
"""Shortest text, in characters, that says something about where the article is."""

_COVERED = 0.8
_FEWEST_PASSED, _SHORTEST_PASSED = 2, 250
_TEXT_BLOCKS = frozenset({"p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt"})
"""Elements that hold one block of text and never an article, however much of its text is in them."""

_PARAGRAPHS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "figcaption", "caption", "pre"})
"""Blocks that readability understands as they are; text directly in any other is given to it as a paragraph."""

_AGREED = 0.4
"""Smallest share of the page's long unlinked text that a mask must hold to be believed."""


def container_of(layout: Layout, aside: frozenset[Box], titles: Sequence[str] = ()) -> tuple[Box, float, list[Run]]:
    """Find the deepest box that holds at least four fifths of the article's text.

    Args:
        layout: the page.
        aside: boxes that are known not to be the article, teasers of others.
        titles: what the page says its article is called, surest first.

    Returns:
        The box, how far the finders agree, 0 to 1, and the runs by which it was found.
    """
    layout = Layout(tuple(run for run in layout.runs if not any(box in aside for box in run.box.chain())), layout.boxes, layout.named) if aside else layout
    masked, dense = masked_runs(layout), dense_runs(layout)
    chosen = masked if size_of(masked) >= _AGREED * size_of(dense) else dense
    box = deepest_cover(chosen, layout.root) if chosen else layout.root
    passed_over = _between(box, dense, layout, titles)
    if passed_over:
        return deepest_cover(passed_over, layout.root), agreement(masked, passed_over), passed_over
    return _first_of_several(box, chosen), agreement(masked, dense), chosen


def _between(box: Box, dense: list[Run], layout: Layout, titles: Sequence[str]) -> list[Run]:
    """Give text that stands between the title and what the finders took for the article: then that is the readers' comments, say, and this is it."""
    above = layout.before(box)
    titled = [run for run in above if run.heading_level == 1 or any(same_words(run.text, title) for title in titles)]
    if not titled:
        return []
    between = [run for run in dense if titled[-1].number < run.number < box.first]
    if len(between) < _FEWEST_PASSED or size_of(between) < _SHORTEST_PASSED:
        return []
    return between if deepest_cover(between, layout.root).last <= box.first else []


def _first_of_several(box: Box, chosen: list[Run]) -> Box:
    """Give the first article of a page that goes on with others, each in an ``article`` element with a heading of its own."""
    articles = [inner for run in chosen if (inner := _article_below(run.box, box)) is not None]
    headed = {inner for run in chosen if (inner := _article_below(run.box, box)) is not None and inner.headings}
    return articles[0] if len(set(articles)) > 1 and len(articles) == len(chosen) and len(headed) > 1 else box


def _article_below(box: Box, outer: Box) -> Box | None:
    return next((inner for inner in box.chain() if inner.name == "article" and inner.depth > outer.depth), None)


def size_of(found: Iterable[Run]) -> int:
    """Give the characters of some runs."""
    return sum(len(run.text) for run in found)


def agreement(one: list[Run], other: list[Run]) -> float:
    """Give the F1 of the characters that two finders found; 1 where neither found any."""
    both = {run.number for run in one} & {run.number for run in other}
    total = size_of(one) + size_of(other)
    return 2 * size_of(run for run in one if run.number in both) / total if total else 1.0


def masked_runs(layout: Layout) -> list[Run]:
    """Ask readability, in a skeleton of the page whose paragraphs carry the numbers of their runs."""
    from lxml.etree import LxmlError  # noqa: PLC0415  heavy, and only here
    from readability import Document  # noqa: PLC0415
    from readability.readability import Unparseable  # noqa: PLC0415

    logging.getLogger("readability.readability").setLevel(logging.CRITICAL)
    try:
        summary = Document(_skeleton(layout)).summary(html_partial=True)
    except (Unparseable, LxmlError, ValueError):
        return []
    kept = {int(number) for number in re.findall(r'\bid="r(\d+)"', summary)}
    return [run for run in layout.runs if run.number in kept and len(run.text) >= _WORTH_MATCHING and not run.is_link]


def dense_runs(layout: Layout) -> list[Run]:
    """Give every long run that is no link and stands in no box beside the article."""
    long_runs = [run for run in layout.runs if len(run.text) >= 2 * _WORTH_MATCHING and run.linked < 0.5 * len(run.text)]
    return [run for run in long_runs if not _stands_aside(run.box)] or long_runs


def _stands_aside(box: Box) -> bool:
    return any(around.name in {"aside", "footer", "nav"} or (around.label and labels.ASIDE.search(around.label)) for around in box.chain() if around.depth)


def deepest_cover(chosen: Iterable[Run], root: Box) -> Box:
    """Give the deepest box, other than a single block of text, that holds most of some runs."""
    weight: Counter[Box] = Counter()
    total = 0
    for run in chosen:
        total += len(run.text)
        for box in run.box.chain():
            if box.name not in _TEXT_BLOCKS:
                weight[box] += len(run.text)
    covering = [box for box, size in weight.items() if size >= _COVERED * total]
    return max(covering, key=lambda box: box.depth) if covering else root


def _skeleton(layout: Layout) -> str:
    """Write the page as boxes and paragraphs only: what readability weighs, and nothing that costs it time."""
    parts: list[str] = []
    open_boxes: list[Box] = []

    def close_to(box: Box | None) -> None:
        while open_boxes and open_boxes[-1] is not box:
            parts.append(f"</{_plain_name(open_boxes.pop())}>")

    for run in layout.runs:
        path = list(run.box.chain())[::-1]
        shared = next((place for place, (a, b) in enumerate(zip(open_boxes, path, strict=False)) if a is not b), min(len(open_boxes), len(path)))
        close_to(open_boxes[shared - 1] if shared else None)
        for box in path[shared:]:
            parts.append(f'<{_plain_name(box)} class="{html.escape(box.label, quote=True)}">' if box.label else f"<{_plain_name(box)}>")
            open_boxes.append(box)
        text = "".join(f"<a>{html.escape(piece)}</a>" if linked else html.escape(piece) for piece, linked in run.pieces)
        tag = "span" if run.name in _PARAGRAPHS else "p"
        parts.append(f'<{tag} id="r{run.number}">{text}</{tag}>')
    close_to(None)
    return f"<html><body>{''.join(parts)}</body></html>"


def _plain_name(box: Box) -> str:
    return "div" if box.depth == 0 or "-" in box.name else box.name
