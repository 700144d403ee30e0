"""A page to an article: decode, repair, parse, find, type."""

import re
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup

from audiopub.article.around import Place, byline, category, next_page_link, printed_dates
from audiopub.article.boilerplate import asks_for_payment
from audiopub.article.boxes import teasers
from audiopub.article.classify import classified, described, spoken_span
from audiopub.article.decode import decoded, looks_binary
from audiopub.article.finders import container_of
from audiopub.article.headline import lead_outside, title_of, trimmed_lead, without_dateline
from audiopub.article.layout import Layout
from audiopub.article.metadata import Metadata, metadata
from audiopub.article.model import Article, Block, BlockKind
from audiopub.article.page_reader import laid_out
from audiopub.article.plain_text import plain_article
from audiopub.article.repair import repaired
from audiopub.article.site_fields import SiteFields, site_fields
from audiopub.article.site_rules import SiteRules, shipped
from audiopub.article.surroundings import Container, Typed
from audiopub.article.tree import parsed
from audiopub.article.words import same_words
from audiopub.errors import BadInput
from audiopub.source import Page, PageForm
from audiopub.source.address import joined

_CREDIT = re.compile(r"\(?\b(?:Ảnh|Nguồn ảnh|Photo)\s*(?:minh họa|tư liệu)?\s*[:\-–]\s*([^()]{2,80}?)\)?\.?$", re.IGNORECASE)

_GUESSED_LEADS = frozenset({"lead.class", "lead.apart", "lead.heading_tag", "lead.italic"})


def extract(page: Page, rules: SiteRules | None = None) -> Article:
    """Read the article out of a page.

    Args:
        page: bytes, in whatever encoding.
        rules: site rules; those that come with audiopub where none are given.

    Raises:
        BadInput: empty, binary or too large. Whether the article is worth publishing is for ``check`` to say.
    """
    text, provenance = text_of(page)
    if page.form is PageForm.TEXT and not looks_like_markup(text):
        return plain_article(text, page.name, provenance)
    return _article(read_markup(text, page, shipped() if rules is None else rules), provenance)


def text_of(page: Page) -> tuple[str, tuple[str, ...]]:
    """Decode and repair a page; give its text, and what was done to the bytes.

    Raises:
        BadInput: empty or binary.
    """
    if not page.body.strip():
        raise BadInput("source.empty", source=page.name)
    if looks_binary(page.body):
        raise BadInput("source.binary", source=page.name)
    text, way = decoded(page.body, page.charset)
    text, repairs = repaired(text)
    return text, (f"decoded:{way}", *(f"repaired:{name}" for name in repairs))


def looks_like_markup(text: str) -> bool:
    """Tell a page from pasted text: block-level markup, not just any stray tag.

    >>> looks_like_markup("Giá < 5 triệu, <b>rẻ</b>"), looks_like_markup("<div><p>Bài</p></div>")
    (False, True)
    """
    return bool(re.search(r"<(?:html|body|div|p|article|table)\b[^<>]{0,2000}>", text[:200_000], re.IGNORECASE))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """Everything that was seen in a page on the way to its article."""

    soup: BeautifulSoup
    layout: Layout
    about: Metadata
    address: str | None
    container: Container
    typed: tuple[Typed, ...]
    outside_lead: Block | None
    agreement: float
    fields: SiteFields | None
    """What the site's rule found; None where the site has none."""


def reading_of(page: Page, rules: SiteRules | None = None) -> PageReading:
    """Read a page of markup as far as its parts, for whoever wants to see them.

    Raises:
        BadInput: as ``extract``.
    """
    return read_markup(text_of(page)[0], page, shipped() if rules is None else rules)


def read_markup(text: str, page: Page, rules: SiteRules) -> PageReading:
    """Find and type the parts of a page whose text is decoded and repaired."""
    soup = parsed(text, page.name)
    about = metadata(soup, page.url)
    layout = laid_out(soup)
    aside = teasers(layout)
    box, agreement, found = container_of(layout, aside, about.titles)
    address = page.url or about.canonical_url
    rule = rules.for_page(address, text)
    fields = site_fields(rule, soup, text, layout, found, about) if rule else None
    box = fields.body if fields and fields.body else box
    inside = layout.inside(box)
    title = (fields and fields.title) or title_of(about, layout.runs, inside)
    outside = lead_outside(about, title, layout.runs, inside)
    container = described(layout, box, aside, title, about.description, fields, has_lead=bool(outside and outside.rule == "lead.outside"))
    return PageReading(
        soup=soup, layout=layout, about=about, address=address, container=container, typed=tuple(classified(container)), outside_lead=outside,
        agreement=agreement, fields=fields,
    )  # fmt: skip


def _article(reading: PageReading, provenance: tuple[str, ...]) -> Article:
    about, layout, box, fields = reading.about, reading.layout, reading.container.box, reading.fields or SiteFields(rule="")
    first, last = spoken_span(reading.typed) or (box.first, box.last)
    place = Place(layout.runs, first, last)
    published, modified = printed_dates(place)
    blocks = [*_captions_above(reading), *_with_lead(reading)]
    blocks += _payment_notices(layout, box.first, box.last)
    following = about.next_page or next_page_link(layout)
    return Article(
        title=reading.container.title,
        lead=next((block.text for block in blocks if block.kind is BlockKind.LEAD), None),
        author=about.author or fields.author or byline(reading.typed, place, reading.container.title),
        published=about.published or fields.published or published,
        modified=about.modified or modified,
        category=about.category or fields.category or category(place),
        tags=about.tags,
        canonical_url=about.canonical_url or reading.address,
        next_page=(joined(reading.address, following) or following) if following else None,
        image_url=about.image_url,
        image_credit=_credit(blocks),
        blocks=tuple(block for block in blocks if block.text),
        warnings=("article_warning.rule_stale",) if fields.stale else (),
        provenance=(*provenance, f"finders:{reading.agreement:.2f}", *_rule_steps(fields)),
    )


def _rule_steps(fields: SiteFields) -> list[str]:
    return [f"rule:{fields.rule}", *(f"stale:{name}" for name in fields.stale)] if fields.rule else []


def _with_lead(reading: PageReading) -> list[Block]:
    """Settle the lead: the rule's, else one that the page confirms outside of the text, else the one that looks like it."""
    typed, outside = reading.typed, reading.outside_lead
    inside = next((item.block for item in typed if item.block.kind is BlockKind.LEAD), None)
    ruled = reading.fields.lead if reading.fields else None
    if ruled and (inside is None or not same_words(inside.text, ruled)):
        outside, inside_stays = Block(kind=BlockKind.LEAD, text=trimmed_lead(ruled, reading.about.description), rule="rule.lead"), False
    else:
        inside_stays = outside is None or (inside is not None and inside.rule not in _GUESSED_LEADS)
    blocks = [item.block for item in typed]
    if inside is None and outside is None:
        return _undated(blocks)
    if inside_stays or outside is None:
        return [replace(block, text=trimmed_lead(block.text, reading.about.description)) if block.kind is BlockKind.LEAD else block for block in blocks]
    rest = [replace(block, kind=BlockKind.PARAGRAPH, rule="lead.taken_back") if block is inside else block for block in blocks]
    return [outside, *(replace(block, kind=BlockKind.FURNITURE, rule="lead.repeated") if same_words(block.text, outside.text) else block for block in rest)]


def _captions_above(reading: PageReading) -> list[Block]:
    """Give the captions of pictures between the title and the container."""
    runs = reading.layout.before(reading.container.box)
    title = max((run.number for run in runs if same_words(run.text, reading.container.title)), default=None)
    found = [run for run in runs if title is not None and run.number > title and run.within("figcaption") and not run.is_link]
    return [Block(kind=BlockKind.CAPTION, text=run.text, rule="caption.above") for run in found]


def _undated(blocks: list[Block]) -> list[Block]:
    """Take the newspaper's mark off the first paragraph of an article without a lead."""
    first = next((place for place, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH), None)
    return blocks if first is None else [*blocks[:first], replace(blocks[first], text=without_dateline(blocks[first].text)), *blocks[first + 1 :]]


def _payment_notices(layout: Layout, first: int, last: int) -> list[Block]:
    """Give the notices of a paywall that stand outside the article's container."""
    outside = (*layout.runs[:first], *layout.runs[last:])
    return [Block(kind=BlockKind.FURNITURE, text=run.text, rule="paywall") for run in outside if asks_for_payment(run.text)]


def _credit(blocks: list[Block]) -> str | None:
    """Give the rights line of the first picture, as its caption ends with it."""
    caption = next((block.text for block in blocks if block.kind is BlockKind.CAPTION), "")
    found = _CREDIT.search(caption)
    return found[0].strip("() .") if found else None
