"""When a run of text is the heading of a section."""

import re

from audiopub.article.model import BlockKind
from audiopub.article.surroundings import Surroundings

_NO_HEADING_END = re.compile(r"[.;,:…]$|\.\.\.$")
_LIST_MARK = re.compile(r"^\s*(?:[-–—•*+▪■●]|\d{1,2}[.)]\s|[a-z][.)]\s)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[IVX]{1,5})[.)]\s")
_CAPTION_WORDS = re.compile(r"\((?:ảnh|nguồn)|\bảnh\s*:", re.IGNORECASE)
_LONGEST = 160
_LONGEST_SENTENCE = 90
_LONGEST_PLAIN = 140
_USUAL_PLAIN = 100
_FEWEST_AFTER_LONG = 180
"""Characters of text that must follow a plain line longer than headings usually are."""

_FEWEST_CHARACTERS_AFTER = 20


def heading(around: Surroundings) -> str | None:
    """Give the rule by which a run is a heading, or None."""
    run, following = around.run, around.following
    if len(run.text) > _LONGEST or following is None:
        return None
    if run.heading_level:
        # Some systems set whole paragraphs as headings, for their size.
        return None if len(run.text) > _LONGEST_SENTENCE and run.text[-1] in ".…" else "heading.tag"
    if run.within("summary"):
        return "heading.summary"
    if _NO_HEADING_END.search(run.text) or (_LIST_MARK.match(run.text) and not _NUMBERED.match(run.text)):
        return None
    enough = len(following.text) > _FEWEST_CHARACTERS_AFTER or following.within("li") is not None
    if run.is_bold and not run.text.endswith("!") and enough and _next_is_body(around):
        return "heading.bold"
    return "heading.plain" if _is_plain_heading(around) else None


def _next_is_body(around: Surroundings) -> bool:
    return around.following is not None and not (around.following.is_bold and len(around.following.text) < _USUAL_PLAIN)


def _is_plain_heading(around: Surroundings) -> bool:
    run, following, previous = around.run, around.following, around.previous
    if _is_line_of_several(around) or run.is_italic:
        return False
    if following is None or len(run.text) > _LONGEST_PLAIN or (run.after_picture and not _follows_caption(around)):
        return False
    if not (run.text[0].isupper() or run.text[0].isdigit()) or re.search(r"[!?\"”]$", run.text):
        return False
    goes_on = previous is not None and bool(re.search(r"[:;,]$", previous.text)) and not _is_next_number(around)
    if goes_on or _LIST_MARK.match(following.text):
        return False
    if _CAPTION_WORDS.search(run.text) or len(run.text.split()) < 2:  # noqa: PLR2004
        return False
    if len(run.text) > _USUAL_PLAIN:
        return len(following.text) >= max(_FEWEST_AFTER_LONG, 1.5 * len(run.text))
    return len(following.text) >= max(60, 1.3 * len(run.text)) and len(run.text) <= 0.75 * around.container.typical


def _is_next_number(around: Surroundings) -> bool:
    """Tell whether a numbered line goes on where an earlier numbered heading began."""
    earlier = (typed.block for typed in around.before if typed.block.kind is BlockKind.HEADING)
    return bool(_NUMBERED.match(around.run.text)) and any(_NUMBERED.match(block.text) for block in earlier)


def _is_line_of_several(around: Surroundings) -> bool:
    """Tell whether the run is one of the lines of a verse or an address: set with breaks in one box after another short line."""
    previous = around.previous
    return previous is not None and previous.box is around.run.box and len(previous.text) < _USUAL_PLAIN and not around.run.is_bold and not _is_next_number(around)


def _follows_caption(around: Surroundings) -> bool:
    """Tell whether the picture before the run has its caption already."""
    return bool(around.before) and around.before[-1].block.kind is BlockKind.CAPTION and around.before[-1].run.after_picture
