"""The title and the lead of an article, wherever the page prints them."""

import re
from collections.abc import Sequence

from audiopub.article import labels
from audiopub.article.bylines import byline_of
from audiopub.article.dates import printed_date
from audiopub.article.layout import Run
from audiopub.article.metadata import Metadata, without_site
from audiopub.article.model import Block, BlockKind
from audiopub.article.words import begins_with, same_words, words_of
from audiopub.vietnamese.letters import LOWER, UPPER

_LONGEST_TITLE = 300
_SHORTEST_TITLE = 10
_PLACE = rf"[{UPPER}][\w.]*(?:\s+[{UPPER}][\w.]*){{0,4}}"
_DATELINE = re.compile(
    rf"^\s*(?:\((?!\d)[^()]{{2,30}}\)\s*[-–—:.]*\s*(?=[{UPPER}“\"'‘0-9])|"
    rf"(?:[A-ZĐ]{{2,6}}|[A-ZĐ][\w-]*\.[Vv][Nn]|Dân trí|GD&TĐ|ĐS&PL|Kinhtedothi|VietNamNet)\s*[-–—]+\s+(?![{LOWER}])|"
    rf"{_PLACE},\s+(?:ngày\s+)?\d{{1,2}}/\d{{1,2}}(?:/\d{{4}})?\s*\((?:TTXVN|[A-Z]{{2,8}})\)\s*[-–—:]*\s*)"
)
_CITY = re.compile(rf"^[{UPPER}]{{2,}}(?:\s[{UPPER}]{{2,}}){{1,3}}\s*[-–—]+\s+(?=[{UPPER}][{LOWER}]*,?\s[{LOWER}0-9])")
_LEAD_SHORTEST, _LEAD_LONGEST = 60, 700
_FEWEST_COMMON_WORDS = 5
_LONGEST_PLACE = 30


def title_of(about: Metadata, page: Sequence[Run], inside: Sequence[Run]) -> str:
    """Choose the title: text of the page that the metadata confirm, else the metadata's, else the heading above the text.

    A heading wins over a meta title that is only its beginning, cut by a stray quotation mark.
    """
    printed = [run for run in page if _SHORTEST_TITLE <= len(run.text) <= _LONGEST_TITLE]
    headings = [run.text for run in printed if 0 < run.heading_level <= 3] + [run.text for run in printed if not run.heading_level and _calls_itself(run, labels.TITLE)]  # noqa: PLR2004
    for candidate in about.titles:
        for heading in headings:
            if same_words(heading, candidate) or (begins_with(heading, candidate) and len(heading) < 3 * len(candidate)):
                return heading
            if _ends_with(candidate, heading) and len(heading) > 0.6 * len(candidate):
                return heading
            if begins_with(about.page_title, heading) and begins_with(candidate, heading) and len(heading) > 0.5 * len(candidate):
                return heading
    confirmed = next((run.text for run in printed for candidate in about.titles if same_words(run.text, candidate)), None)
    doubtful = about.only_page_title and not confirmed
    if about.titles and not (doubtful and (above := _heading_above(page, inside))):
        return confirmed or about.titles[0][:_LONGEST_TITLE]
    return above if about.titles else _heading_above(page, inside) or _first_line(page, inside)


def _calls_itself(run: Run, label: re.Pattern[str]) -> bool:
    return bool(label.search(f"{run.label} {run.box.label}"))


def _heading_above(page: Sequence[Run], inside: Sequence[Run]) -> str:
    """Give the most prominent heading above the article's first paragraph, of several the nearest."""
    begin = first_paragraph(inside)
    above = [run for run in page[: begin.number if begin else 0] if _is_title_like(run)]
    tagged = [run for run in above if 0 < run.heading_level <= 4]  # noqa: PLR2004
    named = [run for run in above if _calls_itself(run, labels.TITLE) and not run.is_link]
    own = [run for run in tagged if not run.is_link]
    best = min((run.heading_level for run in own), default=0)
    linked = [run for run in tagged if run.is_link and without_site(run.text)]
    candidates = [run for run in own if run.heading_level == best] or named or linked
    return candidates[-1].text if candidates else ""


def _first_line(page: Sequence[Run], inside: Sequence[Run]) -> str:
    """Give the last bold line above the text, else the container's first line: for pages without any heading."""
    begin = first_paragraph(inside)
    above = [run for run in page[: begin.number if begin else 0] if _is_title_like(run) and not run.is_link]
    bold = [run.text for run in above if run.is_bold]
    first = inside[0].number if inside else 0
    return bold[-1] if bold else next((run.text for run in above if run.number >= first), "")


def _ends_with(text: str, end: str) -> bool:
    words, last = words_of(text), words_of(end)
    return bool(last) and words[-len(last) :] == last


def _is_title_like(run: Run) -> bool:
    return _SHORTEST_TITLE <= len(run.text) <= _LONGEST_TITLE and not byline_of(run.text) and not printed_date(run.text)


def first_paragraph(inside: Sequence[Run]) -> Run | None:
    """Give the first run that is long enough to be text."""
    return next((run for run in inside if len(run.text) > 100 and not run.is_link), None)  # noqa: PLR2004


def lead_outside(about: Metadata, title: str, page: Sequence[Run], inside: Sequence[Run]) -> Block | None:
    """Find a lead that stands outside the container: what the page describes itself with, or the sentence under the title."""
    numbers = {run.number for run in inside}
    outer = [run for run in page if run.number not in numbers and _LEAD_SHORTEST < len(run.text) < _LEAD_LONGEST and not run.is_link]
    described = next((text for run in outer if about.description and (text := _matching(run.text, about.description))), None)
    if described:
        return Block(kind=BlockKind.LEAD, text=without_dateline(described), rule="lead.outside")
    begin = inside[0].number if inside else 0
    place = max((run.number for run in page[:begin] if same_words(run.text, title)), default=None)
    if place is None:
        return None
    between = [run for run in outer if place < run.number < begin]
    named = [run.text for run in between if _calls_itself(run, labels.LEAD)]
    sentences = [run.text for run in between if run.text[-1] in '.!?…”"']
    text = named[0] if named else sentences[0] if len(sentences) == 1 else None
    return Block(kind=BlockKind.LEAD, text=without_dateline(text), rule="lead.between") if text else None


def _matching(text: str, description: str) -> str | None:
    """Give a text that says what the description says, without a place name set before it; None where it says something else."""
    stripped, wanted = without_dateline(text), without_dateline(description)
    if same_words(stripped, wanted) or (len(words_of(wanted)) > _FEWEST_COMMON_WORDS and begins_with(stripped, wanted[:80])):
        return text
    place = stripped.find(wanted)
    return wanted if 0 < place <= _LONGEST_PLACE else None


def trimmed_lead(text: str, description: str | None) -> str:
    """Take what is set before a lead off it: the newspaper's mark, a place in capitals, or a label that the page's description does not have.

    >>> trimmed_lead("HÀ TĨNH - Sau ba năm, cầu đã xong.", None), trimmed_lead("TP HCM - Hà Nội thêm tàu.", None)
    ('Sau ba năm, cầu đã xong.', 'TP HCM - Hà Nội thêm tàu.')
    """
    own = _CITY.sub("", without_dateline(text))
    wanted = _CITY.sub("", without_dateline(description or ""))
    place = own.find(wanted) if len(wanted) > _LEAD_SHORTEST else -1
    return own[place:] if 0 < place <= _LONGEST_PLACE else own


def without_dateline(text: str) -> str:
    """Take the newspaper's mark off the beginning of a lead.

    >>> without_dateline("(Dân trí) - Sáng nay, xã họp."), without_dateline("TTO - Sáng nay, xã họp."), without_dateline("UBND xã họp sáng nay.")
    ('Sáng nay, xã họp.', 'Sáng nay, xã họp.', 'UBND xã họp sáng nay.')
    >>> without_dateline("ASEAN – khối mười một nước – họp sáng nay.")
    'ASEAN – khối mười một nước – họp sáng nay.'
    """
    return _DATELINE.sub("", text, count=1).strip()
