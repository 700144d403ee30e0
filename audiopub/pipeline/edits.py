"""Places of an article that a person set right: found once, remembered with what stood around them, and set right again."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from audiopub.article import SPOKEN_KINDS, Article, BlockKind
from audiopub.errors import BadInput
from audiopub.publish.model import Edit
from audiopub.vietnamese import tidy

_AROUND = 24
"""Characters on each side by which a place is known again."""

_ENOUGH = 8
"""Characters by which one side alone tells a place: a full stop at a paragraph's end does not."""

_PRINTED = SPOKEN_KINDS | {BlockKind.HEADING, BlockKind.CAPTION, BlockKind.TABLE}
"""Kinds of blocks that an edit may mean. Title and lead are places of their own, and not once more as blocks of the page."""


def noted(article: Article, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Find the place that each edit means, and note what stands around it.

    Args:
        article: as it is to be corrected.
        edits: what stands there, at borders of words, and what should.

    Raises:
        BadInput: a place is not in the article, or in it more than once.
    """
    found: list[Edit] = []
    for edit in edits:
        plain = Edit(old=_tidied(edit.old), new=_tidied(edit.new))
        places = [(text, match) for text in _texts(article) for match in _pattern(plain.old).finditer(text)]
        if not places:
            raise BadInput("correct.no_such_text", text=edit.old)
        if len(places) > 1:
            raise BadInput("correct.text_twice", text=edit.old, count=len(places))
        text, match = places[0]
        whole = replace(plain, before=text[max(0, match.start() - _AROUND) : match.start()], after=text[match.end() : match.end() + _AROUND])
        article = applied(article, (whole,))
        found.append(whole)
    return tuple(found)


def applied(article: Article, edits: tuple[Edit, ...]) -> Article:
    """Set places right that an article still has wrong.

    A place is known by the words around it, on one side where there are enough of them. Where those changed, where the newspaper has set it right itself,
    and where the same words stand elsewhere, nothing is touched.
    """
    for edit in edits:
        article = _mapped(article, lambda text, edit=edit: _set_right(text, edit))  # type: ignore[misc]
    return article


def _set_right(text: str, edit: Edit) -> str:
    for match in _pattern(edit.old).finditer(text):
        start, end = match.span()
        if _stands(text, start, edit.old, edit.new):
            continue  # the new words hold the old ones, and stand here already
        if _is_the_place(text[max(0, start - _AROUND) : start], text[end : end + _AROUND], edit):
            return text[:start] + edit.new + text[end:]
    return text


def _is_the_place(before: str, after: str, edit: Edit) -> bool:
    """Tell whether a place is the one that was meant: by one side, where enough stands there to know it by, else by both."""
    left, right = before == edit.before, after == edit.after
    return (left and right) or (left and len(before) >= _ENOUGH) or (right and len(after) >= _ENOUGH)


def _stands(text: str, start: int, old: str, new: str) -> bool:
    inside = new.find(old)
    return inside >= 0 and text.startswith(new, start - inside) and start >= inside


def _mapped(article: Article, change: Callable[[str], str]) -> Article:
    return replace(
        article, title=change(article.title), lead=change(article.lead) if article.lead else None,
        blocks=tuple(replace(block, text=change(block.text)) if block.kind in _PRINTED else block for block in article.blocks),
    )  # fmt: skip


def _texts(article: Article) -> Iterator[str]:
    yield article.title
    yield article.lead or ""
    yield from (block.text for block in article.blocks if block.kind in _PRINTED)


def _pattern(old: str) -> re.Pattern[str]:
    start = r"(?<!\w)" if old[:1].isalnum() else ""
    end = r"(?!\w)" if old[-1:].isalnum() else ""
    # A figure's own point or comma belongs to it: "5 km" does not stand in "12,5 km".
    start += r"(?<!\d[.,])" if old[:1].isdigit() else ""
    end += r"(?![.,]\d)" if old[-1:].isdigit() else ""
    return re.compile(start + re.escape(old) + end)


def _tidied(text: str) -> str:
    return " ".join(tidy(text).split())
