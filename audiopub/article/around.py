"""What stands around an article's text and says something of it: its byline, its date, its section, its further pages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audiopub.article import labels
from audiopub.article.bylines import byline_of, is_marked, without_mail
from audiopub.article.dates import printed_date, printed_moments, without_date
from audiopub.article.layout import Layout, Run
from audiopub.article.model import BlockKind
from audiopub.article.surroundings import Typed
from audiopub.article.words import same_words

_HOME = re.compile(r"trang (?:chủ|nhất)|home|»|>|/|›|·", re.IGNORECASE)
_NEXT_WORDS = re.compile(r"(?:trang|phần) (?:sau|tiếp|kế)(?: theo)?|tiếp theo|đọc tiếp trang \d+|trang 2", re.IGNORECASE)
_LONGEST_BYLINE = 80
_LONGEST_NAME = 40
_LONGEST_DATE_LINE = 110
_LONGEST_CATEGORY = 40
_ABOVE, _BELOW = 25, 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the page the article's text is."""

    page: Sequence[Run]
    first: int
    """Number of the first run of its text."""

    last: int
    """Number of the last one."""

    def above(self, most: int = 10_000) -> Sequence[Run]:
        """Give the runs before the text, in order."""
        return self.page[max(0, self.first - most) : self.first]

    def below(self, most: int) -> Sequence[Run]:
        """Give the runs after the text."""
        return self.page[self.last + 1 : self.last + 1 + most]


def byline(typed: Sequence[Typed], place: Place, title: str) -> str | None:
    """Find who wrote it: a byline among the blocks, else one that calls itself so, else beside the date or below the text."""
    for item in reversed(typed):
        if item.block.kind is BlockKind.BYLINE and (name := _name_in(item.block.text)):
            return name
    return _labelled(place) or _by_date(place) or _under_title(place, title) or _below(place)


def _name_in(text: str) -> str | None:
    rest = without_date(text)
    return byline_of(text if rest is None else rest)


def _labelled(place: Place) -> str | None:
    """Find a name in an element that calls itself the author's, near the text."""
    for run in [*place.above(_ABOVE), *place.below(_BELOW)]:
        named = " ".join([run.label, *(box.label for box in list(run.box.chain())[:3])])
        if labels.COMMENT.search(named):
            continue
        if len(without_mail(run.text)) < _LONGEST_BYLINE and (labels.AUTHOR.search(named) or is_marked(run.text)) and (name := _name_in(run.text)):
            return name
    return None


def _by_date(place: Place) -> str | None:
    """Find a name printed with the date, just before or just after it, above the text."""
    for run in place.above():
        if len(run.text) >= _LONGEST_BYLINE:
            continue
        rest = without_date(run.text)
        if rest and (name := byline_of(rest)):
            return name
        beside = place.page[max(0, run.number - 1) : run.number + 2]
        if rest is None and (name := byline_of(run.text)) and any(r is not run and len(r.text) < _LONGEST_DATE_LINE and printed_date(r.text) for r in beside):
            return name
    return None


def _under_title(place: Place, title: str) -> str | None:
    """Find a name alone on a line between the title and the text."""
    under = max((run.number for run in place.above() if same_words(run.text, title)), default=None)
    lines = place.page[under + 1 : place.first] if under is not None else ()
    return next((name for run in lines[:6] if len(run.text) < _LONGEST_NAME and not run.heading_level and (name := _name_in(run.text))), None)


def _below(place: Place) -> str | None:
    for run in place.below(4):
        named = " ".join([run.label, *(box.label for box in run.box.chain())])
        if len(run.text) < _LONGEST_BYLINE and not run.is_link and not labels.COMMENT.search(named) and (name := byline_of(run.text)):
            return name
    return None


def printed_dates(place: Place) -> tuple[datetime | None, datetime | None]:
    """Find the dates printed nearest to the article's text: of publication, and of the last change."""
    published, modified = _dates_of(reversed(place.above()))
    if not (published or modified):
        published, modified = _dates_of(place.below(8))
    return published or modified, modified


def _dates_of(runs: Iterable[Run]) -> tuple[datetime | None, datetime | None]:
    published = modified = None
    for run in runs:
        if len(run.text) >= _LONGEST_DATE_LINE or run.is_link:
            continue
        for found, is_change in printed_moments(run.text):
            published, modified = (published, modified or found) if is_change else (published or found, modified)
    return published, modified


def category(place: Place) -> str | None:
    """Find the newspaper's section: the last step of the breadcrumb, else what calls itself so, else the menu's open item."""
    above = [run for run in place.above() if len(run.text) <= _LONGEST_CATEGORY and not printed_date(run.text) and not _HOME.fullmatch(run.text.strip())]
    crumbs = [step for run in above if any(labels.BREADCRUMB.search(box.label) for box in run.box.chain() if box.label) for step in _steps(run)]
    if crumbs:
        return crumbs[-1]
    named = [run.text for run in above if run.is_link and any(labels.CATEGORY.search(label) for label in (run.label, *(box.label for box in list(run.box.chain())[:2])))]
    if named:
        return named[-1]
    return next((run.text for run in above if run.is_link and labels.OPEN_ITEM.search(f"{run.label} {run.box.label}")), None)


def _steps(run: Run) -> list[str]:
    """Give the steps of a breadcrumb that are printed in one line."""
    pieces = [text.strip(" »>/›·\n\t") for text, linked in run.pieces if linked] or [run.text.strip(" »>/›·")]
    return [piece for piece in pieces if piece and not _HOME.fullmatch(piece)]


def next_page_link(layout: Layout) -> str | None:
    """Find the link to the page on which the article goes on, in the page's own pager."""
    for run in reversed(layout.runs):
        if run.link and run.is_link and _NEXT_WORDS.fullmatch(run.text.strip(" »>›→")):
            return run.link
    return None
