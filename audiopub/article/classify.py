"""What kind of block each run of text is. Structure and wording decide; class names only support.

Two passes. First what is certain whatever stands beside it: furniture, captions, times, tables. Then, with those
passed over, what depends on its neighbours, in the order of :data:`_RULES`; the first rule that is sure names the block.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from audiopub.article.boilerplate import is_furniture, is_source_line, is_timestamp, stops_article
from audiopub.article.boxes import Boxes
from audiopub.article.bylines import byline_of, is_marked
from audiopub.article.dates import without_date
from audiopub.article.headings import heading
from audiopub.article.layout import Box, Layout, Run
from audiopub.article.model import SPOKEN_KINDS, Block, BlockKind
from audiopub.article.site_fields import SiteFields
from audiopub.article.surroundings import Container, Surroundings, Typed
from audiopub.article.words import begins_with, same_words

_CAPTION_CLASS = re.compile(
    r"caption|chu-?thich|legend|photocms|pimage|image-?desc|desc-?image|photo-?(?:desc|note|title)|img-?(?:note|desc)|(?:^|[\s_-])credit", re.IGNORECASE
)
_CAPTION_WORDS = re.compile(
    r"(?:\(|\b)(?:ảnh|photo|đồ họa|minh họa)\s*(?:minh họa|tư liệu|cắt từ clip)?\s*(?::|\))|\bảnh\s*[-–—]\s|[-–—]\s*ảnh\b|\((?:ảnh|nguồn)|\bảnh\s+(?:minh họa|tư liệu|do [^.]{2,40} cung cấp)\.?$",
    re.IGNORECASE,
)
_CREDIT_ONLY = re.compile(r"^\W*(?:ảnh|photo|đồ họa|nguồn ảnh)\s*(?:minh họa|tư liệu)?\s*[:.]", re.IGNORECASE)
_LEAD_CLASS = re.compile(r"sapo|(?:^|[\s_-])lead(?![a-z])|summary|chapeau|standfirst|(?:^|[\s_-])intro(?![a-z])|description|tom-?tat|short-?desc", re.IGNORECASE)
_AUTHOR_CLASS = re.compile(r"author|byline|tac-?gia|nguoi-?viet|but-?danh|writer|(?:^|[\s_-])sign(?![a-z])", re.IGNORECASE)
_QUESTION = re.compile(r"(?:[-–—*]\s*)?(?:PV|P\.V|Phóng viên|Hỏi|NV|MC|Báo [^:.]{2,24}|Nhà báo [^:.]{2,30})\s*:(?!//)", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*[-–—•*+▪■●◦►»]\s+")
_CAPTION_LONGEST = 400
_FEWEST_QUESTIONS = 3
_LONG = 100
_LONGEST_HEADING = 160
_SHORTEST_CONFIRMED = 30
_SHORTEST_LEAD, _LONGEST_LEAD = 60, 700
_LONGEST_BYLINE = 120
_LONGEST_DATE_LINE = 110
_TAIL_LONGEST = 40

Verdict = tuple[BlockKind, str] | None


def classified(container: Container) -> list[Typed]:
    """Type every run of the article's container, in order.

    Everything after a block that ends the article is furniture.
    """
    certain = _certain_verdicts(container)
    text = [place for place, verdict in enumerate(certain) if verdict is None]
    order = {place: number for number, place in enumerate(text)}
    typed: list[Typed] = []
    for place, run in enumerate(container.runs):
        verdict = certain[place]
        if verdict is None:
            number = order[place]
            before = container.runs[text[number - 1]] if number else None
            after = container.runs[text[number + 1]] if number + 1 < len(text) else None
            verdict = _kind(Surroundings(run, before, after, len(text) - number - 1, container, typed))
        typed.append(Typed(run, Block(kind=verdict[0], text=_clean(run.text, verdict[0]), rule=verdict[1])))
    return _settled(typed)


def described(layout: Layout, box: Box, teasers: frozenset[Box], title: str, description: str | None, fields: SiteFields | None, *, has_lead: bool) -> Container:
    """Say what is true of a container as a whole.

    Args:
        layout: the page.
        box: the container.
        teasers: boxes that are teasers of other articles.
        title: the article's title.
        description: what the page describes itself with.
        fields: what the site's rule found.
        has_lead: whether the lead was found outside, confirmed by the page itself.
    """
    found = layout.inside(box)
    long_runs = [run for run in found if len(run.text) > _LONG]
    shared = Counter((run.name, run.box.label) for run in long_runs).most_common(1)
    usual = shared[0][0] if shared and shared[0][1] >= max(3, 0.6 * len(long_runs)) else None
    return Container(
        box,
        found,
        Boxes(layout, box, teasers),
        median([len(run.text) for run in long_runs] or [200]),
        usual,
        title,
        description,
        fields,
        has_lead,
        _is_interview(found),
        _captions_look_plain(found),
    )


def _is_interview(runs: tuple[Run, ...]) -> bool:
    """Tell an interview from an article with a question or two for headings."""
    return any(_QUESTION.match(run.text) for run in runs) or sum(_is_bold_question(run) for run in runs) >= _FEWEST_QUESTIONS


def _certain_verdicts(container: Container) -> list[Verdict]:
    verdicts: list[Verdict] = []
    over = texts = 0
    title = next((run.number for run in container.runs if same_words(run.text, container.title)), -1)
    for run in container.runs:
        if run.number < title and len(run.text) <= _LONG:
            verdicts.append((BlockKind.FURNITURE, "above_title"))
            continue
        over = over or (texts > 0 and stops_article(run.text))
        verdict: Verdict = (BlockKind.FURNITURE, "boilerplate.after_end") if over else _certain(run, container)
        texts += verdict is None and len(run.text) > _SHORTEST_LEAD
        verdicts.append(verdict)
    return verdicts


def _certain(run: Run, container: Container) -> Verdict:
    for decide in (_ruled, _furniture, _caption, _date_line, _table):
        verdict = decide(run, container)
        if verdict is not None:
            return verdict
    return None


def _kind(around: Surroundings) -> tuple[BlockKind, str]:
    for decide in _RULES:
        verdict = decide(around)
        if verdict is not None:
            return verdict
    return BlockKind.PARAGRAPH, "paragraph"


def _ruled(run: Run, container: Container) -> Verdict:
    fields = container.fields
    if fields is None or not (fields.strip or fields.caption):
        return None
    for box in run.box.chain():
        if box is container.box:
            return None
        if box in fields.strip:
            return BlockKind.FURNITURE, "rule.strip"
        if box in fields.caption:
            return BlockKind.CAPTION, "rule.caption"
    return None


def _furniture(run: Run, container: Container) -> Verdict:
    if same_words(run.text, container.title):
        return BlockKind.FURNITURE, "title.repeated"
    if is_furniture(run.text) or stops_article(run.text):
        return BlockKind.FURNITURE, "boilerplate.words"
    if run.is_link:
        return BlockKind.FURNITURE, "link"
    rule = container.boxes.related(run)
    if rule:
        return BlockKind.FURNITURE, rule
    if not re.search(r"\w", run.text):
        return BlockKind.FURNITURE, "signs_only"
    return None


def _caption(run: Run, container: Container) -> Verdict:
    if len(run.text) > _CAPTION_LONGEST:
        return None
    if run.within("figcaption", "caption"):
        return BlockKind.CAPTION, "caption.tag"
    if _CAPTION_CLASS.search(Surroundings(run, None, None, 0, container, ()).labels()):
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
    if container.captions_look_plain and _is_caption_like(run):
        return BlockKind.CAPTION, "caption.alike"
    if run.name != "p" and not re.search(r"[.;,:…]$|\.\.\.$", run.text) and not run.is_bold:
        return BlockKind.CAPTION, "caption.after_picture"
    return None


def _date_line(run: Run, _container: Container) -> Verdict:
    if is_timestamp(run.text):
        return BlockKind.TIMESTAMP, "timestamp"
    if len(run.text) > _LONGEST_DATE_LINE:
        return None
    rest = without_date(run.text)
    if rest is None:
        return None
    if not rest:
        return BlockKind.FURNITURE, "date_line"
    return (BlockKind.BYLINE, "byline.with_date") if byline_of(rest) else None


def _table(run: Run, container: Container) -> Verdict:
    if container.boxes.data_table(run):
        return BlockKind.TABLE, "table.tag"
    return (BlockKind.CAPTION, "caption.table") if container.boxes.beside_table(run) else None


def _quote_or_list(around: Surroundings) -> Verdict:
    run, depth = around.run, around.container.box.depth
    quote = run.within("blockquote")
    if quote is not None and quote.depth > depth:
        return BlockKind.QUOTE, "quote.tag"
    item = run.within("li", "dd", "dt")
    if item is not None and item.depth > depth:
        return BlockKind.LIST_ITEM, "list.tag"
    if _LIST_MARK.match(run.text) and not _QUESTION.match(run.text) and not run.is_bold:
        return BlockKind.LIST_ITEM, "list.mark"
    return None


def _byline(around: Surroundings) -> Verdict:
    run, following = around.run, around.following
    if run.heading_level or len(run.text) > _LONGEST_BYLINE:
        return None
    begun = around.has(BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.LEAD, BlockKind.QUESTION)
    if byline_of(run.text):
        if _AUTHOR_CLASS.search(around.labels(3)) or run.name == "address":
            return BlockKind.BYLINE, "byline.class"
        if not begun and not run.is_bold and len(run.text.split()) <= 5:  # noqa: PLR2004
            return BlockKind.BYLINE, "byline.above"
        if begun and run.aligned == "right":
            return BlockKind.BYLINE, "byline.right"
        if begun and is_marked(run.text):
            return BlockKind.BYLINE, "byline.marked"
        if begun and around.left <= 3 and (following is None or len(following.text) < _LONG):  # noqa: PLR2004
            return BlockKind.BYLINE, "byline.names_at_end"
    if run.aligned == "right" and len(run.text) < 80:  # noqa: PLR2004
        return BlockKind.BYLINE, "byline.right_aligned"
    if around.left <= 3 and is_source_line(run.text):  # noqa: PLR2004
        return BlockKind.FURNITURE, "source.line"
    return None


def _lead(around: Surroundings) -> Verdict:
    run, description = around.run, around.container.description
    if around.has(BlockKind.LEAD, BlockKind.PARAGRAPH, BlockKind.HEADING) or not _SHORTEST_CONFIRMED < len(run.text) < _LONGEST_LEAD:
        return None
    if description and (same_words(run.text, description) or begins_with(run.text, description[:60])):
        return BlockKind.LEAD, "lead.description"
    if len(run.text) <= _SHORTEST_LEAD:
        return None
    if _QUESTION.match(run.text) or _LIST_MARK.match(run.text) or run.text.endswith("?"):
        return None
    if run.heading_level > 1 and (len(run.text) > _LONG or run.text[-1] in ".…"):
        return BlockKind.LEAD, "lead.heading_tag"
    if run.is_bold and not run.heading_level and not (around.container.has_lead and len(run.text) < _LONGEST_HEADING and run.text[-1] not in ".…"):
        return BlockKind.LEAD, "lead.bold"
    if _LEAD_CLASS.search(around.labels(2)):
        return BlockKind.LEAD, "lead.class"
    if run.is_italic and around.following is not None and not around.following.is_italic and not run.after_picture:
        return BlockKind.LEAD, "lead.italic"
    usual = around.container.signature
    if usual and (run.name, run.box.label) != usual and run.box.label and not run.after_picture:
        return BlockKind.LEAD, "lead.apart"
    return None


def _question(around: Surroundings) -> Verdict:
    run = around.run
    if _QUESTION.match(run.text):
        return BlockKind.QUESTION, "question.marked"
    if around.container.is_interview and _is_bold_question(run):
        return BlockKind.QUESTION, "question.bold"
    return None


def _captions_look_plain(runs: tuple[Run, ...]) -> bool:
    """Tell whether every one of several pictures is followed by one short sentence: then these are captions, whatever they look like."""
    after = [run for run in runs if run.after_picture and not run.is_link]
    return len(after) > 1 and all(_is_caption_like(run) for run in after)


def _is_caption_like(run: Run) -> bool:
    return len(run.text) <= _LONGEST_HEADING and not re.search(r"[.!?…]\s", run.text) and not run.heading_level and not run.is_bold


def _is_bold_question(run: Run) -> bool:
    return run.is_bold and not run.heading_level and run.text.rstrip().endswith("?")


def _heading(around: Surroundings) -> Verdict:
    rule = heading(around)
    return (BlockKind.HEADING, rule) if rule else None


_RULES = (_byline, _quote_or_list, _lead, _question, _heading)
"""Calling a short line a heading is a guess: so it comes last."""


def _clean(text: str, kind: BlockKind) -> str:
    return text.strip("-–—•*+▪■●◦►» ").strip() if kind is BlockKind.LIST_ITEM else text


def _settled(typed: list[Typed]) -> list[Typed]:
    """Take back headings that have no text under them, and what is left of the page's own business at the end."""
    silent = {BlockKind.FURNITURE, BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.TIMESTAMP}
    kept: list[Typed] = []
    following: BlockKind | None = None
    for item in reversed(typed):
        block = item.block
        if block.kind is BlockKind.HEADING and following is None:
            block = replace(block, kind=BlockKind.FURNITURE, rule="heading.without_text")
        elif block.kind is BlockKind.HEADING and following is BlockKind.HEADING and block.rule == "heading.plain":
            block = replace(block, kind=BlockKind.PARAGRAPH, rule="heading.without_text")
        elif block.kind is BlockKind.PARAGRAPH and following is None and len(block.text) <= _TAIL_LONGEST and block.text[-1] not in '.!?…”"':
            block = replace(block, kind=BlockKind.FURNITURE, rule="tail.short")
        if block.kind not in silent:
            following = block.kind
        kept.append(Typed(item.run, block))
    return kept[::-1]


def spoken_span(typed: Sequence[Typed]) -> tuple[int, int] | None:
    """Give the numbers of the first and the last run that is body text; None where there is none."""
    numbers = [item.run.number for item in typed if item.block.kind in SPOKEN_KINDS]
    return (numbers[0], numbers[-1]) if numbers else None
