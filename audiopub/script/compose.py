"""Compose the script of one article: opening, title, lead, headings, sentences, closing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from audiopub.article import Article, Block, BlockKind
from audiopub.script.model import Script, Segment, SegmentKind
from audiopub.script.style import Pauses, Style
from audiopub.units import Milliseconds
from audiopub.vietnamese import read, sentences

_SENTENCE_KINDS = {
    BlockKind.PARAGRAPH: SegmentKind.SENTENCE,
    BlockKind.QUOTE: SegmentKind.QUOTE,
    BlockKind.LIST_ITEM: SegmentKind.LIST_ITEM,
    BlockKind.QUESTION: SegmentKind.QUESTION,
}


def compose(article: Article, style: Style, day: date) -> Script:
    """Make the script of an article.

    Args:
        article: checked, so that it has a title and a text.
        style: the show's furniture, pauses and lexicon.
        day: the date that the opening names, in Vietnam.

    Returns:
        The script. The title is said once; captions, bylines and furniture of the page are not said.
    """
    headings = tuple(block.text for block in article.blocks if block.kind is BlockKind.HEADING)
    segments = [*_before(article, style, day), *_body(article, style), *_after(article, style, len(headings))]
    said = [replace(segment, paragraph=number) for number, group in enumerate(segments) for segment in group if segment.spoken]
    return Script(title=article.title, headings=headings, segments=tuple(_with_section_pauses(said, style.pauses)))


def _before(article: Article, style: Style, day: date) -> Iterator[list[Segment]]:
    pauses = style.pauses
    yield _furniture(style.opening, SegmentKind.OPENING, 0, pauses.opening, article, style, day)
    yield [_segment(0, SegmentKind.TITLE, article.title, pauses.title, style)]
    if article.lead:
        yield _sentences(0, SegmentKind.LEAD, article.lead, pauses.sentence, pauses.lead, style)


def _body(article: Article, style: Style) -> Iterator[list[Segment]]:
    pauses = style.pauses
    section = 0
    in_table = False
    for place, block in enumerate(article.blocks):
        if block.kind is BlockKind.HEADING:
            section += 1
            yield [_segment(section, SegmentKind.HEADING, block.text, pauses.heading, style)]
        elif block.kind in _SENTENCE_KINDS:
            yield _block_sentences(block, section, style)
        elif block.kind is BlockKind.TABLE and not in_table:
            notice = style.table_notice.replace("{caption}", _table_caption(article.blocks, place))
            yield [_segment(section, SegmentKind.NOTICE, notice, pauses.paragraph, style)]
        in_table = block.kind is BlockKind.TABLE


def _table_caption(blocks: Sequence[Block], place: int) -> str:
    """Give ": caption" of the table that begins at a place, or nothing where it has none."""
    end = next((n for n in range(place, len(blocks)) if blocks[n].kind is not BlockKind.TABLE), len(blocks))
    beside = [*blocks[max(0, place - 1) : place], *blocks[end : end + 1]]
    caption = next((block.text for block in beside if block.kind is BlockKind.CAPTION and block.rule in {"caption.table", "caption.tag"}), "")
    return f": {caption.rstrip('.')}" if caption else ""


def _block_sentences(block: Block, section: int, style: Style) -> list[Segment]:
    pauses = style.pauses
    last = {BlockKind.LIST_ITEM: pauses.list_item, BlockKind.QUOTE: pauses.quote, BlockKind.QUESTION: pauses.question}.get(block.kind, pauses.paragraph)
    return _sentences(section, _SENTENCE_KINDS[block.kind], block.text, pauses.sentence, last, style)


def _after(article: Article, style: Style, section: int) -> Iterator[list[Segment]]:
    yield _furniture(style.closing, SegmentKind.CLOSING, section, style.pauses.sentence, article, style, None)
    yield _furniture(style.disclosure, SegmentKind.CLOSING, section, style.pauses.end, article, style, None)


def _furniture(template: str, kind: SegmentKind, section: int, pause: Milliseconds, article: Article, style: Style, day: date | None) -> list[Segment]:
    known = {"show": style.show, "author": article.author, "date": day and f"{day.day}/{day.month}/{day.year}"}
    if template and all(value or f"{{{name}}}" not in template for name, value in known.items()):
        return [_segment(section, kind, template.format_map(known), pause, style)]
    return []


def furniture(section: int, kind: SegmentKind, text: str, pause: Milliseconds, style: Style) -> list[Segment]:
    """Make segments of words that a show says around articles, a sentence each, the pause after the last."""
    return _sentences(section, kind, text, style.pauses.sentence, pause, style)


def _sentences(section: int, kind: SegmentKind, text: str, between: Milliseconds, last: Milliseconds, style: Style) -> list[Segment]:
    pieces = sentences(text)
    return [_segment(section, kind, sentence, last if place == len(pieces) else between, style) for place, sentence in enumerate(pieces, start=1)]


def _segment(section: int, kind: SegmentKind, text: str, pause: Milliseconds, style: Style) -> Segment:
    reading = read(text, style.lexicon, style.reading)
    spoken = reading.spoken
    if spoken and spoken[-1] not in ".!?":
        # A heading without a full stop is intoned by every engine as if something followed.
        spoken = spoken.rstrip(",;:") + "."
    return Segment(section=section, kind=kind, written=reading.written, spoken=spoken, rewrites=reading.rewrites, pause_after=pause)


def _with_section_pauses(segments: list[Segment], pauses: Pauses) -> Iterator[Segment]:
    for place, segment in enumerate(segments):
        following = segments[place + 1] if place + 1 < len(segments) else None
        if following is None:
            yield replace(segment, pause_after=pauses.end)
        elif following.kind is SegmentKind.HEADING or (following.kind is SegmentKind.CLOSING and segment.kind is not SegmentKind.CLOSING):
            yield replace(segment, pause_after=max(pauses.section, segment.pause_after))
        else:
            yield segment
