"""A page to an article: decode, repair, parse, find, type."""

import re

from audiopub.article.around import Place, byline, category, next_page_link, printed_dates
from audiopub.article.boilerplate import asks_for_payment
from audiopub.article.boxes import teasers
from audiopub.article.classify import classified, described, spoken_span
from audiopub.article.decode import decoded, looks_binary
from audiopub.article.finders import container_of
from audiopub.article.headline import lead_outside, title_of, without_dateline
from audiopub.article.layout import Layout, laid_out
from audiopub.article.metadata import metadata
from audiopub.article.model import Article, Block, BlockKind
from audiopub.article.plain_text import plain_article
from audiopub.article.repair import repaired
from audiopub.article.surroundings import Typed
from audiopub.article.tree import parsed
from audiopub.errors import BadInput
from audiopub.source import Page, PageForm
from audiopub.source.address import joined

_CREDIT = re.compile(r"\(?\b(?:Ảnh|Nguồn ảnh|Nguồn|Photo)\s*(?:minh họa|tư liệu)?\s*[:\-–]\s*([^()]{2,80}?)\)?\.?$", re.IGNORECASE)


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
    about = metadata(soup, page.url)
    layout = laid_out(soup)
    aside = teasers(layout)
    container, agreement = container_of(layout, aside)
    inside = layout.inside(container)
    title = title_of(about, layout.runs, inside)
    outside = lead_outside(about, title, layout.runs, inside)
    confirmed = outside is not None and outside.rule == "lead.outside"
    typed = classified(described(layout, container, aside, title, about.description, has_lead=confirmed))
    first, last = spoken_span(typed) or (container.first, container.last)
    place = Place(layout.runs, first, last)
    published, modified = printed_dates(place)
    blocks = _with_lead([item.block for item in typed], typed, outside)
    blocks += _payment_notices(layout, container.first, container.last)
    following = about.next_page or next_page_link(layout)
    return Article(
        title=title,
        lead=next((block.text for block in blocks if block.kind is BlockKind.LEAD), None),
        author=about.author or byline(typed, place),
        published=about.published or published,
        modified=about.modified or modified,
        category=about.category or category(layout, place),
        canonical_url=about.canonical_url or page.url,
        next_page=(joined(page.url or about.canonical_url, following) or following) if following else None,
        image_url=about.image_url,
        image_credit=_credit(blocks),
        blocks=tuple(block for block in blocks if block.text),
        provenance=(*provenance, f"finders:{agreement:.2f}"),
    )


def _with_lead(blocks: list[Block], typed: list[Typed], outside: Block | None) -> list[Block]:
    """Settle the lead: one that the page confirms outside of the text wins over one that only looks like it."""
    inside = next((item.block for item in typed if item.block.kind is BlockKind.LEAD), None)
    if outside and (inside is None or inside.rule in {"lead.class", "lead.apart", "lead.heading_tag"}):
        rest = [Block(kind=BlockKind.PARAGRAPH, text=block.text, rule="lead.taken_back") if block is inside else block for block in blocks]
        return [outside, *rest]
    return [Block(kind=block.kind, text=without_dateline(block.text), rule=block.rule) if block.kind is BlockKind.LEAD else block for block in blocks]


def _payment_notices(layout: Layout, first: int, last: int) -> list[Block]:
    """Give the notices of a paywall that stand outside the article's container."""
    outside = (*layout.runs[:first], *layout.runs[last:])
    return [Block(kind=BlockKind.FURNITURE, text=run.text, rule="paywall") for run in outside if asks_for_payment(run.text)]


def _credit(blocks: list[Block]) -> str | None:
    """Give the rights line of the first picture, as its caption ends with it."""
    caption = next((block.text for block in blocks if block.kind is BlockKind.CAPTION), "")
    found = _CREDIT.search(caption)
    return found[0].strip("() .") if found else None
