"""A page to an article: decode, repair, parse, find, type, check."""

import re
from dataclasses import replace
from datetime import datetime

from audiopub.article.boilerplate import asks_for_payment
from audiopub.article.classify import byline_of, classified
from audiopub.article.container import container_of
from audiopub.article.decode import decoded, looks_binary
from audiopub.article.metadata import Metadata, begins_with, metadata, printed_date, same_words
from audiopub.article.model import Article, Block, BlockKind
from audiopub.article.plain_text import plain_article
from audiopub.article.repair import repaired
from audiopub.article.runs import Run, runs
from audiopub.article.tree import parsed, split_at_breaks, strip_machinery
from audiopub.errors import BadInput
from audiopub.source import Page, PageForm

_DATELINE = re.compile(r"^\s*(?:\([^()]{2,24}\)\s*[-–—:]?\s*|(?:[A-ZĐ]{2,6}|VOV\.VN|VTV\.VN|Dân trí|GD&TĐ)\s*[-–—]\s+)")
_LONGEST_TITLE = 300


def extract(page: Page) -> Article:
    """Read the article out of a page.

    Raises:
        BadInput: empty, binary or too large. Whether the article is worth publishing is for ``check`` to say.
    """
    if not page.body.strip():
        raise BadInput("source.empty", source=page.name)
    if looks_binary(page.body):
        raise BadInput("source.binary", source=page.name)
    text, way = decoded(page.body, page.charset)
    text, repairs = repaired(text)
    provenance = (f"decoded:{way}", *(f"repaired:{name}" for name in repairs))
    if page.form is PageForm.TEXT and not looks_like_markup(text):
        return plain_article(text, page.name, provenance)
    return _from_markup(text, page, provenance)


def looks_like_markup(text: str) -> bool:
    """Tell a page from pasted text: block-level markup, not just any stray tag.

    >>> looks_like_markup("Giá < 5 triệu, <b>rẻ</b>"), looks_like_markup("<div><p>Bài</p></div>")
    (False, True)
    """
    return bool(re.search(r"<(?:html|body|div|p|article|table)\b[^<>]{0,2000}>", text[:200_000], re.IGNORECASE))


def _from_markup(text: str, page: Page, provenance: tuple[str, ...]) -> Article:
    soup = parsed(text, page.name)
    about = metadata(soup)
    strip_machinery(soup)
    split_at_breaks(soup)
    page_runs = runs(soup.body or soup)
    container = container_of(soup, page_runs)
    inside = runs(container)
    title = _title(about, page_runs, inside)
    blocks = classified(container, inside, title, about.description)
    blocks = [_undated(block) for block in _with_lead(blocks, about, title, page_runs, inside)]
    blocks += _payment_notices(page_runs, inside)
    return Article(
        title=title,
        lead=next((block.text for block in blocks if block.kind is BlockKind.LEAD), None),
        author=about.author or _byline(blocks, page_runs, inside),
        published=about.published or _printed_date(page_runs, inside),
        canonical_url=about.canonical_url or page.url,
        image_url=about.image_url,
        blocks=tuple(block for block in blocks if block.text),
        provenance=provenance,
    )


def _title(about: Metadata, page_runs: list[Run], inside: list[Run]) -> str:
    """Choose the title: a heading of the page that the metadata confirm, else the metadata, else the first heading.

    A heading wins over a meta title that is only its beginning (cut by a stray quotation mark).
    """
    headings = [run.text for run in page_runs if re.fullmatch(r"h[1-3]", run.element.name) and 10 <= len(run.text) <= _LONGEST_TITLE]  # noqa: PLR2004
    for candidate in about.titles:
        for heading in headings:
            if same_words(heading, candidate) or (begins_with(heading, candidate) and len(heading) < 3 * len(candidate)):
                return heading
            if begins_with(about.page_title, heading) and begins_with(candidate, heading) and len(heading) > 0.5 * len(candidate):
                return heading
    if about.titles:
        return about.titles[0][:_LONGEST_TITLE]
    return _last_heading_before_text(page_runs, inside)


def _last_heading_before_text(page_runs: list[Run], inside: list[Run]) -> str:
    """Give the heading nearest above the article's first paragraph; a page may print others inside the text."""
    begin = _first_paragraph(inside)
    above = ""
    for run in page_runs:
        if run.text == begin:
            break
        if re.fullmatch(r"h[1-4]", run.element.name) and 10 <= len(run.text) <= _LONGEST_TITLE and not byline_of(run.text):  # noqa: PLR2004
            above = run.text
    return above


def _first_paragraph(inside: list[Run]) -> str:
    return next((run.text for run in inside if len(run.text) > 100 and not run.is_link), "")  # noqa: PLR2004


def _with_lead(blocks: list[Block], about: Metadata, title: str, page_runs: list[Run], inside: list[Run]) -> list[Block]:
    """Put a lead that stands outside the container before the blocks, where the container has none."""
    if any(block.kind is BlockKind.LEAD for block in blocks):
        return blocks
    inner = {run.text for run in inside}
    outer = [run.text for run in page_runs if run.text not in inner and len(run.text) > 60 and not run.is_link]  # noqa: PLR2004
    described = next((text for text in outer if about.description and _near(text, about.description)), None)
    lead, rule = (described, "lead.outside") if described else (_between_title_and_text(title, page_runs, inside), "lead.between")
    return [Block(kind=BlockKind.LEAD, text=lead, rule=rule), *blocks] if lead else blocks


def _between_title_and_text(title: str, page_runs: list[Run], inside: list[Run]) -> str | None:
    """Give the only full sentence that is printed between the title and the container."""
    texts = [run.text for run in page_runs]
    begin = inside[0].text if inside else ""
    if title not in texts or begin not in texts or title in {run.text for run in inside}:
        return None
    between = [text for text in texts[texts.index(title) + 1 : texts.index(begin)] if 60 < len(text) < 600 and text[-1] in ".!?…”"]  # noqa: PLR2004
    return between[0] if len(between) == 1 else None


def _near(text: str, description: str) -> bool:
    stripped, wanted = _without_dateline(text), _without_dateline(description)
    return same_words(stripped, wanted) or begins_with(stripped, wanted[:80])


def _payment_notices(page_runs: list[Run], inside: list[Run]) -> list[Block]:
    """Give the notices of a paywall that stand outside the article's container."""
    inner = {run.text for run in inside}
    return [Block(kind=BlockKind.FURNITURE, text=run.text, rule="paywall") for run in page_runs if run.text not in inner and asks_for_payment(run.text)]


def _undated(block: Block) -> Block:
    return replace(block, text=_without_dateline(block.text)) if block.kind is BlockKind.LEAD else block


def _without_dateline(text: str) -> str:
    return _DATELINE.sub("", text, count=1).strip()


def _byline(blocks: list[Block], page_runs: list[Run], inside: list[Run]) -> str | None:
    for block in reversed(blocks):
        if block.kind is BlockKind.BYLINE and (name := byline_of(block.text)):
            return name
    texts = {run.text for run in inside}
    last = next((place for place in range(len(page_runs) - 1, -1, -1) if page_runs[place].text in texts), 0)
    for run in page_runs[last + 1 : last + 4]:
        if len(run.text) < 60 and not run.is_link and (name := byline_of(run.text)):  # noqa: PLR2004
            return name
    return _byline_by_date(page_runs, inside)


def _byline_by_date(page_runs: list[Run], inside: list[Run]) -> str | None:
    """Find a name printed just before or after the date, above the text."""
    begin = _first_paragraph(inside)
    for place, run in enumerate(page_runs):
        if run.text == begin:
            return None
        beside = page_runs[max(0, place - 1) : place + 2]
        if len(run.text) < 60 and byline_of(run.text) and any(r is not run and len(r.text) < 60 and printed_date(r.text) for r in beside):  # noqa: PLR2004
            return byline_of(run.text)
    return None


def _printed_date(page_runs: list[Run], inside: list[Run]) -> datetime | None:
    """Find a date printed above the article's text."""
    begin = _first_paragraph(inside)
    for run in page_runs:
        if run.text == begin:
            break
        if len(run.text) < 80 and (moment := printed_date(run.text)):  # noqa: PLR2004
            return moment
    return None
