"""A page to an article: decode, repair, parse, find, type."""

import re

from audiopub.article.around import byline, category, next_page_link, printed_dates
from audiopub.article.boilerplate import asks_for_payment
from audiopub.article.classify import classified
from audiopub.article.decode import decoded, looks_binary
from audiopub.article.finders import container_of
from audiopub.article.headline import title_of, with_lead
from audiopub.article.layout import Layout, laid_out
from audiopub.article.metadata import metadata
from audiopub.article.model import Article, Block, BlockKind
from audiopub.article.plain_text import plain_article
from audiopub.article.repair import repaired
from audiopub.article.tree import parsed
from audiopub.errors import BadInput
from audiopub.source import Page, PageForm
from audiopub.source.address import joined


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
    container, agreement = container_of(layout)
    inside = layout.inside(container)
    title = title_of(about, layout.runs, inside)
    blocks = with_lead(classified(layout, container, title, about.description), about, title, layout.runs, inside)
    blocks += _payment_notices(layout, container.first, container.last)
    published, modified = printed_dates(layout.runs, inside)
    return Article(
        title=title,
        lead=next((block.text for block in blocks if block.kind is BlockKind.LEAD), None),
        author=about.author or byline(blocks, layout.runs, inside),
        published=about.published or published,
        modified=about.modified or modified,
        category=about.category or category(layout, inside),
        canonical_url=about.canonical_url or page.url,
        next_page=about.next_page or joined(page.url, next_page_link(layout, page.url) or ""),
        image_url=about.image_url,
        image_credit=_credit(blocks),
        blocks=tuple(block for block in blocks if block.text),
        provenance=(*provenance, f"finders:{agreement:.2f}"),
    )


def _payment_notices(layout: Layout, first: int, last: int) -> list[Block]:
    """Give the notices of a paywall that stand outside the article's container."""
    outside = (*layout.runs[:first], *layout.runs[last:])
    return [Block(kind=BlockKind.FURNITURE, text=run.text, rule="paywall") for run in outside if asks_for_payment(run.text)]


def _credit(blocks: list[Block]) -> str | None:
    """Give the rights line of the first picture, as its caption ends with it."""
    for block in blocks:
        if block.kind is BlockKind.CAPTION:
            found = re.search(r"\(?\b(?:Ảnh|Nguồn ảnh|Nguồn|Photo)\s*(?:minh họa|tư liệu)?\s*[:\-–]\s*([^()]{2,80}?)\)?\.?$", block.text, re.IGNORECASE)
            return found[0].strip("() .") if found else None
    return None
