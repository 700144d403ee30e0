"""What kind of block each run of text is. Structure and wording decide; class names only support.

Rules are tried in the order of :data:`_RULES`; the first that is sure names the block.
"""

import re
from dataclasses import replace
from statistics import median

from audiopub.article.boilerplate import is_furniture, is_timestamp, stops_article
from audiopub.article.boxes import Boxes
from audiopub.article.bylines import byline_of, is_marked
from audiopub.article.headings import heading
from audiopub.article.layout import Box, Layout
from audiopub.article.model import Block, BlockKind
from audiopub.article.surroundings import Surroundings
from audiopub.article.words import begins_with, same_words

_CAPTION_CLASS = re.compile(r"caption|chu-?thich|legend|photocms|pimage|image-?desc|desc-?image|photo-?(?:desc|note|title)|(?:^|[\s_-])credit", re.IGNORECASE)
_CAPTION_WORDS = re.compile(
    r"(?:\(|\b)(?:ảnh|photo|đồ họa|minh họa)\s*(?:minh họa|tư liệu|cắt từ clip)?\s*(?::|\))|\bảnh\s*[-–—]\s|[-–—]\s*ảnh\b|\((?:ảnh|nguồn)|\bảnh\s+(?:minh họa|tư liệu|do [^.]{2,40} cung cấp)\.?$",
    re.IGNORECASE,
)
_CREDIT_ONLY = re.compile(r"^\W*(?:ảnh|photo|đồ họa|nguồn ảnh)\s*(?:minh họa|tư liệu)?\s*[:.]", re.IGNORECASE)
_LEAD_CLASS = re.compile(r"sapo|(?:^|[\s_-])lead|summary|chapeau|standfirst|intro(?:$|[\s_-])|description|tom-?tat", re.IGNORECASE)
_QUESTION = re.compile(r"(?:[-–—*]\s*)?(?:PV|P\.V|Phóng viên|Hỏi|NV|MC|Báo [^:.]{2,24}|Nhà báo [^:.]{2,30})\s*:", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*[-–—•*+▪■●◦►»]\s+")
_CAPTION_LONGEST = 400


Verdict = tuple[BlockKind, str] | None


def classified(layout: Layout, container: Box, title: str, description: str | None) -> list[Block]:
    """Type every run of the article's container, in order.

    Everything after a block that ends the article is furniture.
    """
    found = layout.inside(container)
    typical = median([len(run.text) for run in found if len(run.text) > 100] or [200])  # noqa: PLR2004
    boxes = Boxes(layout, container)
    blocks: list[Block] = []
    over = False
    for place, run in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        around = Surroundings(run, found[place - 1] if place else None, following, place, len(found) - place - 1, typical, container, boxes, title, description, blocks)
        over = over or (stops_article(run.text) and any(block.kind is BlockKind.PARAGRAPH for block in blocks))
        kind, rule = (BlockKind.FURNITURE, "boilerplate.after_end") if over else _kind(around)
        blocks.append(Block(kind=kind, text=_clean(run.text, kind), rule=rule))
    return settled(blocks)


def _kind(around: Surroundings) -> tuple[BlockKind, str]:
    for decide in _RULES:
        verdict = decide(around)
        if verdict is not None:
            return verdict
    return BlockKind.PARAGRAPH, "paragraph"


def _furniture(around: Surroundings) -> Verdict:
    run = around.run
    if same_words(run.text, around.title):
        return BlockKind.FURNITURE, "title.repeated"
    if is_furniture(run.text) or stops_article(run.text):
        return BlockKind.FURNITURE, "boilerplate.words"
    if run.is_link:
        return BlockKind.FURNITURE, "link"
    if around.boxes.related(run):
        return BlockKind.FURNITURE, "box.related"
    if not re.search(r"\w", run.text):
        return BlockKind.FURNITURE, "signs_only"
    return None


def _caption(around: Surroundings) -> Verdict:
    run = around.run
    if len(run.text) > _CAPTION_LONGEST:
        return None
    if run.within("figcaption", "caption"):
        return BlockKind.CAPTION, "caption.tag"
    if any(_CAPTION_CLASS.search(box.label) for box in around.near_boxes() if box.label):
        return BlockKind.CAPTION, "caption.class"
    if _CREDIT_ONLY.match(run.text) and len(run.text) < 80:  # noqa: PLR2004
        return BlockKind.CAPTION, "caption.credit"
    if not (run.after_picture or run.before_picture):
        return None
    if _CAPTION_WORDS.search(run.text):
        return BlockKind.CAPTION, "caption.words"
    if not run.after_picture or run.heading_level:
        return None
    if run.is_italic or run.aligned == "center":
        return BlockKind.CAPTION, "caption.look"
    if run.name != "p" and not re.search(r"[.;,:…]$|\.\.\.$", run.text) and not run.is_bold:
        return BlockKind.CAPTION, "caption.after_picture"
    return None


def _timestamp(around: Surroundings) -> Verdict:
    return (BlockKind.TIMESTAMP, "timestamp") if is_timestamp(around.run.text) else None


def _quote_list_table(around: Surroundings) -> Verdict:
    run = around.run
    if around.boxes.data_table(run):
        return BlockKind.TABLE, "table.tag"
    quote = run.within("blockquote")
    if quote is not None and quote.depth > around.container.depth:
        return BlockKind.QUOTE, "quote.tag"
    item = run.within("li", "dd", "dt")
    if item is not None and item.depth > around.container.depth:
        return BlockKind.LIST_ITEM, "list.tag"
    if _LIST_MARK.match(run.text) and not _QUESTION.match(run.text):
        return BlockKind.LIST_ITEM, "list.mark"
    return None


def _byline(around: Surroundings) -> Verdict:
    run = around.run
    if run.heading_level or len(run.text) > 120:  # noqa: PLR2004
        return None
    names = byline_of(run.text)
    if names and around.has(BlockKind.PARAGRAPH):
        if run.aligned == "right":
            return BlockKind.BYLINE, "byline.right"
        if is_marked(run.text):
            return BlockKind.BYLINE, "byline.marked"
        if around.left <= 3 and (around.following is None or len(around.following.text) < around.typical):  # noqa: PLR2004
            return BlockKind.BYLINE, "byline.names_at_end"
    if run.aligned == "right" and len(run.text) < 80:  # noqa: PLR2004
        return BlockKind.BYLINE, "byline.right_aligned"
    return None


def _lead(around: Surroundings) -> Verdict:
    if around.has(BlockKind.LEAD, BlockKind.PARAGRAPH, BlockKind.HEADING):
        return None
    run = around.run
    if len(run.text) <= 60:  # noqa: PLR2004
        return None
    if around.description and (same_words(run.text, around.description) or begins_with(run.text, around.description[:60])):
        return BlockKind.LEAD, "lead.description"
    if run.is_bold and not _QUESTION.match(run.text) and not run.heading_level:
        return BlockKind.LEAD, "lead.bold"
    if any(_LEAD_CLASS.search(box.label) for box in around.near_boxes(2) if box.label):
        return BlockKind.LEAD, "lead.class"
    return None


def _question(around: Surroundings) -> Verdict:
    run = around.run
    if _QUESTION.match(run.text):
        return BlockKind.QUESTION, "question.marked"
    if run.is_bold and run.text.rstrip().endswith("?") and len(run.text) > 40:  # noqa: PLR2004
        return BlockKind.QUESTION, "question.bold"
    return None


def _heading(around: Surroundings) -> Verdict:
    rule = heading(around)
    return (BlockKind.HEADING, rule) if rule else None


_RULES = (_furniture, _caption, _timestamp, _quote_list_table, _byline, _lead, _question, _heading)
"""Dropping a link box is certain, calling a short line a heading is a guess: so the guess comes last."""


def _clean(text: str, kind: BlockKind) -> str:
    return text.strip("-–—•*+▪■●◦►» ").strip() if kind is BlockKind.LIST_ITEM else text


def settled(blocks: list[Block]) -> list[Block]:
    """Take back headings that have no text under them."""
    silent = {BlockKind.FURNITURE, BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.TIMESTAMP}
    kept: list[Block] = []
    for place, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            rest = next((b.kind for b in blocks[place + 1 :] if b.kind not in silent), None)
            if rest is None:
                kept.append(replace(block, kind=BlockKind.FURNITURE, rule="heading.without_text"))
                continue
            if rest is BlockKind.HEADING and block.rule == "heading.plain":
                kept.append(replace(block, kind=BlockKind.PARAGRAPH, rule="heading.without_text"))
                continue
        kept.append(block)
    return kept
