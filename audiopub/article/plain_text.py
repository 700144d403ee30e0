"""An article as plain text, the way a newsroom pastes it: title, caption, short lines as headings, paragraphs."""

import re
from statistics import median

from audiopub.article.boilerplate import is_furniture, stops_article
from audiopub.article.bylines import byline_of
from audiopub.article.dates import printed_date
from audiopub.article.model import Article, Block, BlockKind
from audiopub.errors import BadInput
from audiopub.vietnamese import tidy

_LONGEST_HEADING = 110
_CAPTION_WORDS = re.compile(r"^\s*\(?(?:ảnh|chú thích|minh họa)\b|(?:ảnh|nguồn)\s*:|\(ảnh", re.IGNORECASE)
_LIST_MARK = re.compile(r"^[-–•*+]\s+")
_QUESTION = re.compile(r"^(?:[-–]\s*)?(?:PV|P\.V|Phóng viên|Hỏi)\s*:", re.IGNORECASE)


def plain_article(text: str, name: str, provenance: tuple[str, ...]) -> Article:
    """Read plain text as an article.

    The first line is the title. A line beside the title, with no blank line between, is a caption or a
    lead by its length; further on, a short line without final punctuation before a longer one is a heading.

    Raises:
        BadInput: nothing but white space.
    """
    groups = _groups(tidy(text))
    if not groups:
        raise BadInput("source.empty", source=name)
    title, *beside = groups[0]
    published = next((moment for line in beside if (moment := printed_date(line))), None)
    blocks = [_beside_title(line) for line in beside if not (printed_date(line) and len(line) < 60)]  # noqa: PLR2004
    lines = [line for group in groups[1:] for line in group]
    blocks += _body(lines)
    return Article(
        title=title,
        lead=next((block.text for block in blocks if block.kind is BlockKind.LEAD), None),
        author=next((byline_of(block.text) for block in blocks if block.kind is BlockKind.BYLINE), None),
        published=published,
        blocks=tuple(blocks),
        provenance=provenance,
    )


def _groups(text: str) -> list[list[str]]:
    """Split text at blank lines into groups of lines."""
    groups: list[list[str]] = [[]]
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _beside_title(line: str) -> Block:
    if len(line) > 140 and line[-1] in ".!?…”":  # noqa: PLR2004
        return Block(kind=BlockKind.LEAD, text=line, rule="text.lead_under_title")
    return Block(kind=BlockKind.CAPTION, text=line, rule="text.caption_under_title")


def _body(lines: list[str]) -> list[Block]:
    typical = median([len(line) for line in lines if len(line) > _LONGEST_HEADING] or [200])
    blocks: list[Block] = []
    over = False
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        over = over or (stops_article(line) and any(block.kind is BlockKind.PARAGRAPH for block in blocks))
        if over:
            blocks.append(Block(kind=BlockKind.FURNITURE, text=line, rule="boilerplate.after_end"))
        else:
            blocks.append(_block(line, following, typical, blocks))
    return blocks


def _block(line: str, following: str, typical: float, blocks: list[Block]) -> Block:
    if is_furniture(line):
        return Block(kind=BlockKind.FURNITURE, text=line, rule="boilerplate.words")
    if len(line) < 320 and _CAPTION_WORDS.search(line):  # noqa: PLR2004
        return Block(kind=BlockKind.CAPTION, text=line, rule="text.caption_words")
    if _QUESTION.match(line):
        return Block(kind=BlockKind.QUESTION, text=line, rule="question.marked")
    if _LIST_MARK.match(line):
        return Block(kind=BlockKind.LIST_ITEM, text=_LIST_MARK.sub("", line), rule="text.list_mark")
    if blocks and len(line) < 60 and byline_of(line) and (not following or stops_article(following) or is_furniture(following)):  # noqa: PLR2004
        return Block(kind=BlockKind.BYLINE, text=line, rule="text.byline_at_end")
    if _is_heading(line, following, typical):
        return Block(kind=BlockKind.HEADING, text=line, rule="heading.plain")
    return Block(kind=BlockKind.PARAGRAPH, text=line, rule="paragraph")


def _is_heading(line: str, following: str, typical: float) -> bool:
    if len(line) > _LONGEST_HEADING or line[-1] in ".;,:!?…”" or not (line[0].isupper() or line[0].isdigit()):
        return False
    return len(following) >= max(60, 1.3 * len(line)) and len(line) <= 0.75 * typical and not _LIST_MARK.match(following)
