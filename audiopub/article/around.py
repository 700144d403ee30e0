"""What stands around an article's text and says something of it: its byline, its date, its section."""

import re
from collections.abc import Sequence
from datetime import datetime

from audiopub.article.bylines import byline_of, is_marked
from audiopub.article.dates import printed_date, says_modified
from audiopub.article.headline import first_paragraph
from audiopub.article.layout import Layout, Run
from audiopub.article.model import Block, BlockKind

_AUTHOR_CLASS = re.compile(r"author|byline|tac-?gia|nguoi-?viet|but-?danh|writer|(?:^|[\s_-])by(?:$|[\s_-])", re.IGNORECASE)
_CRUMB_CLASS = re.compile(r"breadcrumb|bread-crumb|(?:^|[\s_-])crumb", re.IGNORECASE)
_ACTIVE_CLASS = re.compile(r"(?:^|[\s_-])(?:active|current|selected)(?:$|[\s_-])", re.IGNORECASE)
_HOME = re.compile(r"trang (?:chủ|nhất)|home|»|>|/|›", re.IGNORECASE)
_LONGEST_BYLINE = 80
_LONGEST_DATE_LINE = 100
_LONGEST_CATEGORY = 40


def byline(blocks: Sequence[Block], page: Sequence[Run], inside: Sequence[Run]) -> str | None:
    """Find who wrote it: a byline among the blocks, else just below them, else above the text."""
    for block in reversed(blocks):
        if block.kind is BlockKind.BYLINE and (name := byline_of(block.text)):
            return name
    end = inside[-1].number + 1 if inside else 0
    for run in page[end : end + 4]:
        if len(run.text) < _LONGEST_BYLINE and not run.is_link and (name := byline_of(run.text)):
            return name
    return _labelled(page, inside) or _by_date(page, inside)


def _labelled(page: Sequence[Run], inside: Sequence[Run]) -> str | None:
    """Find a name in an element that calls itself the author's, near the text."""
    begin = first_paragraph(inside)
    first, last = (begin.number, inside[-1].number) if begin else (0, len(page))
    for run in [*page[max(0, first - 25) : first + 1], *page[last : last + 12]]:
        named = any(_AUTHOR_CLASS.search(box.label) for box in list(run.box.chain())[:3] if box.label)
        if len(run.text) < _LONGEST_BYLINE and (named or is_marked(run.text)) and (name := byline_of(run.text)):
            return name
    return None


def _by_date(page: Sequence[Run], inside: Sequence[Run]) -> str | None:
    """Find a name printed just before or after the date, above the text."""
    begin = first_paragraph(inside)
    for run in page[: begin.number if begin else 0]:
        beside = page[max(0, run.number - 1) : run.number + 2]
        if len(run.text) < 60 and byline_of(run.text) and any(r is not run and len(r.text) < 60 and printed_date(r.text) for r in beside):  # noqa: PLR2004
            return byline_of(run.text)
    return None


def printed_dates(page: Sequence[Run], inside: Sequence[Run]) -> tuple[datetime | None, datetime | None]:
    """Find the dates printed nearest above the article's text: of publication, and of the last change."""
    begin = first_paragraph(inside)
    published = modified = None
    for run in reversed(page[: begin.number if begin else 0]):
        if len(run.text) < _LONGEST_DATE_LINE and (found := printed_date(run.text)):
            if says_modified(run.text):
                modified = modified or found
            else:
                published = published or found
    return published or modified, modified


def category(layout: Layout, inside: Sequence[Run]) -> str | None:
    """Find the newspaper's section: the last step of the breadcrumb, else the menu's item that is marked as open."""
    begin = first_paragraph(inside)
    above = layout.runs[: begin.number if begin else 0]
    crumbs = [run.text for run in above if any(_CRUMB_CLASS.search(box.label) for box in run.box.chain() if box.label)]
    trail = [text.strip(" »>/›") for text in crumbs if len(text) <= _LONGEST_CATEGORY and not _HOME.fullmatch(text.strip())]
    if trail:
        return trail[-1]
    return next((run.text for run in above if run.is_link and len(run.text) <= _LONGEST_CATEGORY and _ACTIVE_CLASS.search(run.box.label)), None)


def next_page_link(layout: Layout, address: str | None) -> str | None:
    """Find the link to the page on which the article goes on, in the page's own pager."""
    for run in reversed(layout.runs):
        if (
            run.link
            and run.is_link
            and re.fullmatch(r"(?:trang|phần) (?:sau|tiếp|kế)(?: theo)?|tiếp theo|đọc tiếp trang \d+|trang 2", run.text.strip(" »>›→"), re.IGNORECASE)
        ):
            return run.link
    del address
    return None
