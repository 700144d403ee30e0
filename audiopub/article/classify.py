"""What kind of block each run of text is. Structure and wording decide; class names only support.

Two passes. First what is certain whatever stands beside it (:mod:`audiopub.article.certain`). Then, with furniture, captions
and times passed over, what depends on its neighbours, in the order of :data:`_RULES`; the first rule that is sure names the block.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from audiopub.article import labels
from audiopub.article.boilerplate import is_source_line, stops_article
from audiopub.article.boxes import Boxes
from audiopub.article.bylines import byline_of, is_marked
from audiopub.article.certain import Verdict, captions_look_plain, certain, is_photo_story
from audiopub.article.headings import heading
from audiopub.article.layout import Box, Layout, Run
from audiopub.article.model import SPOKEN_KINDS, Block, BlockKind
from audiopub.article.site_fields import SiteFields
from audiopub.article.surroundings import Container, Surroundings, Typed
from audiopub.article.words import begins_with, same_words

_QUESTION = re.compile(r"(?:[-–—*]\s*)?(?:PV|P\.V|Phóng viên|Hỏi|NV|MC|Báo [^:.]{2,24}|Nhà báo [^:.]{2,30})\s*:(?!//)", re.IGNORECASE)
_ASKER = re.compile(r"(?:\W\s*)?[^\W\d_][^:.?]{1,24}:\s")
_LIST_MARK = re.compile(r"^\s*[-–—•*+▪■●◦►»]\s+")
_FEWEST_QUESTIONS = 3
_LONG = 100
_LONGEST_HEADING = 160
_SHORTEST_CONFIRMED = 30
_SHORTEST_LEAD, _LONGEST_LEAD = 60, 700
_LONGEST_BYLINE, _LONGEST_RIGHT = 120, 80
_LONGEST_NAME = 5
"""Words of a name that stands alone above the text."""

_AT_END = 3
"""Runs from the end within which a line of names, or of a source, is looked for."""

_TAIL_LONGEST = 40


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
    return Container(
        box=box, runs=found, boxes=Boxes(layout, box, teasers), typical=median([len(run.text) for run in long_runs] or [200]),
        signature=shared[0][0] if shared and shared[0][1] >= max(3, 0.6 * len(long_runs)) else None, title=title, description=description, fields=fields,
        has_lead=has_lead, is_interview=_is_interview(found),
        captions_look_plain=captions_look_plain(found) or is_photo_story(found), is_photo_story=is_photo_story(found),
    )  # fmt: skip


def _is_interview(runs: tuple[Run, ...]) -> bool:
    """Tell an interview from an article with a question or two for headings."""
    return any(_is_asked(run) for run in runs) or sum(_is_bold_question(run) for run in runs) >= _FEWEST_QUESTIONS


def _is_asked(run: Run) -> bool:
    """Tell whether a run says who asks: "PV: ...", or a bold "Name: ...?"."""
    return bool(_QUESTION.match(run.text)) or (_is_bold_question(run) and bool(_ASKER.match(run.text)))


def classified(container: Container) -> list[Typed]:
    """Type every run of the article's container, in order.

    Everything after a block that ends the article is furniture.
    """
    verdicts = _certain_verdicts(container)
    text = [place for place, verdict in enumerate(verdicts) if verdict is None]
    order = {place: number for number, place in enumerate(text)}
    typed: list[Typed] = []
    for place, run in enumerate(container.runs):
        verdict = verdicts[place]
        if verdict is None:
            number = order[place]
            before = container.runs[text[number - 1]] if number else None
            after = container.runs[text[number + 1]] if number + 1 < len(text) else None
            verdict = _kind(Surroundings(run, before, after, len(text) - number - 1, container, typed))
        typed.append(Typed(run, Block(kind=verdict[0], text=_clean(run.text, verdict), rule=verdict[1])))
    return _settled(typed)


def _certain_verdicts(container: Container) -> list[Verdict]:
    verdicts: list[Verdict] = []
    over = texts = 0
    title = next((run.number for run in container.runs if same_words(run.text, container.title)), -1)
    home = _home(container)
    for run in container.runs:
        if texts and not over and stops_article(run.text):
            over = not _goes_on(run, home, container)
        if run.number < title and len(run.text) <= _LONG:
            verdict: Verdict = (BlockKind.FURNITURE, "above_title")
        else:
            verdict = (BlockKind.FURNITURE, "boilerplate.after_end") if over else certain(run, container)
        texts += verdict is None and len(run.text) > _SHORTEST_LEAD
        verdicts.append(verdict)
    return verdicts


def _home(container: Container) -> Box | None:
    """Give the box in which most of the long paragraphs stand side by side."""
    parents = Counter(run.box.parent for run in container.runs if len(run.text) > _LONG and not run.is_link and not container.boxes.related(run))
    return parents.most_common(1)[0][0] if parents else None


def _goes_on(stop: Run, home: Box | None, container: Container) -> bool:
    """Tell whether words that usually end an article only head a box within it: the text goes on after that box, where it was."""
    if home is None or stop.box.parent is home or stop.box is home:
        return False
    later = (run for run in container.runs if run.number > stop.number and run.box.parent is home and len(run.text) > _LONG and not run.is_link)
    return any(not container.boxes.related(run) for run in later)


def _kind(around: Surroundings) -> tuple[BlockKind, str]:
    for decide in _RULES:
        verdict = decide(around)
        if verdict is not None:
            return verdict
    return BlockKind.PARAGRAPH, "paragraph"


def _byline(around: Surroundings) -> Verdict:
    run = around.run
    if run.heading_level or len(run.text) > _LONGEST_BYLINE:
        return None
    rule = next(_byline_signs(around), None) if byline_of(run.text) else None
    if rule:
        return BlockKind.BYLINE, rule
    if run.aligned == "right" and len(run.text) < _LONGEST_RIGHT:
        return BlockKind.BYLINE, "byline.right_aligned"
    return (BlockKind.FURNITURE, "source.line") if around.left <= _AT_END and is_source_line(run.text) else None


def _byline_signs(around: Surroundings) -> Iterator[str]:
    """Yield the rules by which a line of names is the byline."""
    run, following = around.run, around.following
    if labels.AUTHOR.search(around.labels(3)) or run.name == "address":
        yield "byline.class"
    if not around.has(BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.LEAD, BlockKind.QUESTION):
        if not run.is_bold and len(run.text.split()) <= _LONGEST_NAME:
            yield "byline.above"
        return
    if run.aligned == "right":
        yield "byline.right"
    if is_marked(run.text):
        yield "byline.marked"
    if around.left <= _AT_END and (following is None or len(following.text) < _LONG):
        yield "byline.names_at_end"


def _quote_or_list(around: Surroundings) -> Verdict:
    run, depth = around.run, around.container.box.depth
    quote = run.within("blockquote")
    if quote is not None and quote.depth > depth:
        return BlockKind.QUOTE, "quote.tag"
    item = run.within("li", "dd", "dt")
    if item is not None and item.depth > depth:
        return BlockKind.LIST_ITEM, "list.tag"
    if not _LIST_MARK.match(run.text) or _QUESTION.match(run.text) or run.is_bold:
        return None
    # In an interview a dash begins an answer.
    return (BlockKind.PARAGRAPH, "answer.mark") if around.container.is_interview else (BlockKind.LIST_ITEM, "list.mark")


def _lead(around: Surroundings) -> Verdict:
    begun = around.has(BlockKind.LEAD, BlockKind.PARAGRAPH, BlockKind.HEADING)
    rule = None if begun or not _SHORTEST_CONFIRMED < len(around.run.text) < _LONGEST_LEAD else next(_lead_signs(around), None)
    return (BlockKind.LEAD, rule) if rule else None


def _lead_signs(around: Surroundings) -> Iterator[str]:
    """Yield the rules by which the first text of an article is its lead, the surest first."""
    run, container = around.run, around.container
    if container.description and (same_words(run.text, container.description) or begins_with(run.text, container.description[:60])):
        yield "lead.description"
    if len(run.text) <= _SHORTEST_LEAD or _QUESTION.match(run.text) or _LIST_MARK.match(run.text) or run.text.endswith("?"):
        return
    if run.heading_level > 1 and (len(run.text) > _LONG or run.text[-1] in ".…"):
        yield "lead.heading_tag"
    if run.is_bold and not run.heading_level and not (container.has_lead and len(run.text) < _LONGEST_HEADING and run.text[-1] not in ".…"):
        yield "lead.bold"
    if labels.LEAD.search(around.labels(2)):
        yield "lead.class"
    if run.after_picture:
        return
    if run.is_italic and around.following is not None and not around.following.is_italic:
        yield "lead.italic"
    if container.signature and (run.name, run.box.label) != container.signature and run.box.label:
        yield "lead.apart"


def _question(around: Surroundings) -> Verdict:
    if _is_asked(around.run):
        return BlockKind.QUESTION, "question.marked"
    if around.container.is_interview and _is_bold_question(around.run):
        return BlockKind.QUESTION, "question.bold"
    return None


def _is_bold_question(run: Run) -> bool:
    return (run.is_bold or run.is_italic) and not run.heading_level and run.text.rstrip().endswith("?")


def _heading(around: Surroundings) -> Verdict:
    rule = heading(around)
    return (BlockKind.HEADING, rule) if rule else None


_RULES = (_byline, _quote_or_list, _lead, _question, _heading)
"""Calling a short line a heading is a guess: so it comes last."""


def _clean(text: str, verdict: tuple[BlockKind, str]) -> str:
    if verdict[0] is BlockKind.LIST_ITEM or verdict[1] == "answer.mark":
        return text.strip("-–—•*+▪■●◦►» ").strip()
    return text.lstrip("-–—•*+. ") if verdict[0] is BlockKind.QUESTION else text


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
