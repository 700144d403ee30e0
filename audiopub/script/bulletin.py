"""The script of a bulletin: many articles in one episode, in their own words. Nothing is rewritten, and nothing is summed up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from audiopub.script.compose import furniture
from audiopub.script.model import Script, Segment, SegmentKind
from audiopub.script.style import Style


class Form(StrEnum):
    """How much of each article a bulletin tells."""

    HEADLINES = "headlines"
    LEADS = "leads"
    """The headline and the lead, or the first sentence where there is none."""

    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinText:
    """What is said around the articles, placeholders filled."""

    title: str
    opening: str
    closing: str


_AROUND = frozenset({SegmentKind.JINGLE, SegmentKind.OPENING, SegmentKind.TITLE, SegmentKind.CLOSING})


def compose_bulletin(text: BulletinText, articles: Sequence[Sequence[Segment]], form: Form, style: Style) -> Script:
    """Make the script of a bulletin.

    Args:
        text: what is said around the articles.
        articles: the segments of each, as they were published, in the order of telling.
        form: how much of each is told.
        style: the bulletin's own pauses, lexicon (for what is said around) and disclosure.

    Returns:
        A script whose sections are the articles, their titles the headings.
    """
    pauses = style.pauses
    groups = [furniture(0, SegmentKind.OPENING, text.opening, pauses.section, style)] if text.opening else []
    headings: list[str] = []
    for number, segments in enumerate(articles, start=1):
        told = list(_told(segments, form, style))
        headings.append(told[0].written)
        last = replace(told[-1], pause_after=pauses.section)
        groups += [[replace(segment, section=number)] for segment in (*told[:-1], last)]
    for words, pause in ((text.closing, pauses.sentence), (style.disclosure, pauses.end)):
        if words:
            groups.append(furniture(len(articles), SegmentKind.CLOSING, words, pause, style))
    said = tuple(replace(segment, paragraph=number) for number, group in enumerate(_with_paragraphs(groups)) for segment in group if segment.spoken)
    return Script(title=text.title, headings=tuple(headings), segments=(*said[:-1], replace(said[-1], pause_after=pauses.end)))


def _told(segments: Sequence[Segment], form: Form, style: Style) -> Iterator[Segment]:
    title = next(segment for segment in segments if segment.kind is SegmentKind.TITLE)
    yield replace(title, kind=SegmentKind.HEADING, pause_after=style.pauses.heading, paragraph=0)
    body = [segment for segment in segments if segment.kind not in _AROUND]
    if form is Form.FULL:
        yield from body
    elif form is Form.LEADS:
        lead = [segment for segment in body if segment.kind is SegmentKind.LEAD]
        yield from lead or [segment for segment in body if segment.kind in {SegmentKind.SENTENCE, SegmentKind.QUOTE}][:1]


def _with_paragraphs(groups: Sequence[list[Segment]]) -> Iterator[list[Segment]]:
    """Put the sentences of one paragraph together again."""
    present: list[Segment] = []
    for segment in (segment for group in groups for segment in group):
        if present and (segment.section, segment.paragraph, segment.kind) != (present[-1].section, present[-1].paragraph, present[-1].kind):
            yield present
            present = []
        present.append(segment)
    yield present
