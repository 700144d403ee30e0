"""The title and the lead of an article, wherever the page prints them."""

import re
from collections.abc import Sequence

from audiopub.article.bylines import byline_of
from audiopub.article.layout import Run
from audiopub.article.metadata import Metadata
from audiopub.article.model import Block, BlockKind
from audiopub.article.words import begins_with, same_words, words_of

_LONGEST_TITLE = 300
_SHORTEST_TITLE = 10
_TITLE_CLASS = re.compile(r"title|tieu-?de|headline|entry-title|post-title|heading", re.IGNORECASE)
_DATELINE = re.compile(
    r"^\s*(?:\((?!\d)[^()]{2,30}\)\s*[-–—:.]*\s*(?=[A-ZĐÀ-Ỹ“\"'‘0-9])|(?:[A-ZĐ]{2,6}|[A-Z][\w-]*\.vn|Dân trí|GD&TĐ|ĐS&PL|Kinhtedothi|KTĐT|VietNamNet|Chinhphu\.vn)\s*[-–—]+\s+|"
    r"(?:[A-ZĐÀ-Ỹ][\w.]*(?:\s+[A-ZĐÀ-Ỹ][\w.]*){0,4}),\s+(?:ngày\s+)?\d{1,2}/\d{1,2}(?:/\d{4})?\s*\((?:TTXVN|[A-Z]{2,8})\)\s*[-–—:]*\s*)"
)
_LEAD_SHORTEST, _LEAD_LONGEST = 60, 700


def title_of(about: Metadata, page: Sequence[Run], inside: Sequence[Run]) -> str:
    """Choose the title: text of the page that the metadata confirm, else the metadata's, else the heading above the text.

    A heading wins over a meta title that is only its beginning, cut by a stray quotation mark.
    """
    printed = [run for run in page if _SHORTEST_TITLE <= len(run.text) <= _LONGEST_TITLE]
    headings = [run.text for run in printed if 0 < run.heading_level <= 3] + [run.text for run in printed if not run.heading_level and _TITLE_CLASS.search(run.box.label)]  # noqa: PLR2004
    for candidate in about.titles:
        for heading in headings:
            if same_words(heading, candidate) or (begins_with(heading, candidate) and len(heading) < 3 * len(candidate)):
                return heading
            if begins_with(about.page_title, heading) and begins_with(candidate, heading) and len(heading) > 0.5 * len(candidate):
                return heading
    if about.titles:
        return about.titles[0][:_LONGEST_TITLE]
    return _heading_above(page, inside)


def _heading_above(page: Sequence[Run], inside: Sequence[Run]) -> str:
    """Give the most prominent heading above the article's first paragraph, of several the nearest."""
    begin = first_paragraph(inside)
    above = [run for run in page[: begin.number if begin else 0] if _SHORTEST_TITLE <= len(run.text) <= _LONGEST_TITLE and not byline_of(run.text)]
    tagged = [run for run in above if 0 < run.heading_level <= 4]  # noqa: PLR2004
    named = [run for run in above if _TITLE_CLASS.search(run.box.label) and not run.is_link]
    best = min((run.heading_level for run in tagged), default=0)
    candidates = [run for run in tagged if run.heading_level == best and not run.is_link] or tagged or named
    return candidates[-1].text if candidates else ""


def first_paragraph(inside: Sequence[Run]) -> Run | None:
    """Give the first run that is long enough to be text."""
    return next((run for run in inside if len(run.text) > 100 and not run.is_link), None)  # noqa: PLR2004


def with_lead(blocks: list[Block], about: Metadata, title: str, page: Sequence[Run], inside: Sequence[Run]) -> list[Block]:
    """Put a lead that stands outside the container before the blocks, where the container has none."""
    if any(block.kind is BlockKind.LEAD for block in blocks):
        return [_undated(block) for block in blocks]
    numbers = {run.number for run in inside}
    outer = [run for run in page if run.number not in numbers and len(run.text) > _LEAD_SHORTEST and not run.is_link]
    described = next((run.text for run in outer if about.description and _near(run.text, about.description)), None)
    lead, rule = (described, "lead.outside") if described else (_between_title_and_text(title, page, inside), "lead.between")
    return [Block(kind=BlockKind.LEAD, text=without_dateline(lead), rule=rule), *blocks] if lead else blocks


def _between_title_and_text(title: str, page: Sequence[Run], inside: Sequence[Run]) -> str | None:
    """Give the only full sentence that is printed between the title and the container."""
    begin = inside[0].number if inside else 0
    place = max((run.number for run in page[:begin] if same_words(run.text, title)), default=None)
    if place is None:
        return None
    between = [run.text for run in page[place + 1 : begin] if _LEAD_SHORTEST < len(run.text) < _LEAD_LONGEST and run.text[-1] in '.!?…”"' and not run.is_link]
    return between[0] if len(between) == 1 else None


def _near(text: str, description: str) -> bool:
    stripped, wanted = without_dateline(text), without_dateline(description)
    return same_words(stripped, wanted) or (len(words_of(wanted)) > 5 and begins_with(stripped, wanted[:80]))  # noqa: PLR2004


def _undated(block: Block) -> Block:
    return Block(kind=block.kind, text=without_dateline(block.text), rule=block.rule) if block.kind is BlockKind.LEAD else block


def without_dateline(text: str) -> str:
    """Take the newspaper's mark off the beginning of a lead.

    >>> without_dateline("(Dân trí) - Sáng nay, xã họp."), without_dateline("TTO - Sáng nay, xã họp."), without_dateline("UBND xã họp sáng nay.")
    ('Sáng nay, xã họp.', 'Sáng nay, xã họp.', 'UBND xã họp sáng nay.')
    """
    return _DATELINE.sub("", text, count=1).strip()
