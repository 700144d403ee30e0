"""What kind of block each run of text is. Structure and wording decide; class names only support.

Rules are tried in the order of :func:`classified`; the first that is sure names the block.
"""

import re
from dataclasses import dataclass
from statistics import median

from bs4 import Tag

from audiopub.article.boilerplate import is_furniture, stops_article
from audiopub.article.metadata import begins_with, person, same_words
from audiopub.article.model import Block, BlockKind
from audiopub.article.runs import Run

_CAPTION_CLASS = re.compile(r"caption|chu-?thich|legend|photocms|pimage|image-?desc|desc-?image", re.IGNORECASE)
_CAPTION_WORDS = re.compile(r"(?:\(|\b)(?:ảnh|photo|đồ họa|minh họa)\s*(?:minh họa|tư liệu)?\s*(?::|\))|\bảnh\s*-\s|-\s*ảnh\b|\((?:ảnh|nguồn)", re.IGNORECASE)
_RELATED_CLASS = re.compile(
    r"relat|tin-?lien-?quan|lien-?quan|readmore|read-more|banner|(?:^|[-_ ])ads?(?:[-_ ]|$)|adsweb|social|share|"
    r"tags?(?:[-_ ]|$)|comment|binhluan|newsletter|recommend|list-?news|other-?news",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?:[-–—*]\s*)?(?:PV|P\.V|Phóng viên|Hỏi|NV|MC|Báo [^:]{2,24})\s*:", re.IGNORECASE)
_NO_HEADING_END = re.compile(r"[.;,:…]$|\.\.\.$")
_LIST_MARK = re.compile(r"^\s*(?:[-–—•*+]|\d{1,2}[.)]\s|[a-z][.)]\s)")
_BYLINE_LEAD_IN = re.compile(r"^(?:bài(?:,| và)? ảnh|tin(?:,| và)? ảnh|bài|tin|ảnh|theo|thực hiện|tác giả|lược dịch|tổng hợp)\s*:?\s+", re.IGNORECASE)
_BYLINE_TAIL = re.compile(r"\s*(?:\((?:tổng hợp|theo [^)]{2,40}|ghi|lược ghi|thực hiện|tin, ảnh|t/h)\)|/[^/]{2,24}|\(?theo .{2,40}\)?)\s*$", re.IGNORECASE)
_LONGEST_HEADING = 160
_LONGEST_PLAIN_HEADING = 100
_CAPTION_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule may know besides the run itself."""

    run: Run
    previous: Run | None
    following: Run | None
    place: int
    """How many runs of the container stand before it."""

    left: int
    """How many runs of the container follow."""

    typical: float
    """Median length of the container's longer runs."""

    container: Tag


def classified(container: Tag, found: list[Run], title: str, description: str | None) -> list[Block]:
    """Type every run of the article's container, in order.

    Everything after a block that ends the article is furniture.
    """
    long_runs = [len(run.text) for run in found if len(run.text) > _LONGEST_PLAIN_HEADING] or [200]
    typical = median(long_runs)
    blocks: list[Block] = []
    over = False
    for place, run in enumerate(found):
        around = Surroundings(
            run, found[place - 1] if place else None, found[place + 1] if place + 1 < len(found) else None, place, len(found) - place - 1, typical, container
        )
        over = over or (stops_article(run.text) and sum(block.kind is BlockKind.PARAGRAPH for block in blocks) >= 1)
        kind, rule = (BlockKind.FURNITURE, "boilerplate.after_end") if over else _kind(around, title, description, blocks)
        blocks.append(Block(kind=kind, text=_clean(run.text, kind), rule=rule))
    return _settled(blocks)


def byline_of(text: str) -> str | None:
    """Give the people a byline names, or None where the text is no byline.

    >>> byline_of("Bài và ảnh: Trần Minh Khôi"), byline_of("XUÂN LONG"), byline_of("Từ lời hứa đến hợp đồng")
    ('Trần Minh Khôi', 'XUÂN LONG', None)
    """
    stripped = _BYLINE_TAIL.sub("", _BYLINE_LEAD_IN.sub("", text.strip()))
    words = re.findall(r"[^\W\d_]+", stripped)
    if not 1 < len(words) <= 12 or re.search(r"[.!?:;“”]", stripped) or not all(word[0].isupper() for word in words if word != "và"):  # noqa: PLR2004
        return None
    return person(stripped)


def _kind(around: Surroundings, title: str, description: str | None, blocks: list[Block]) -> tuple[BlockKind, str]:
    for decide in (_furniture, _caption, _quote_or_list, _byline, _lead, _question, _heading):
        verdict = decide(around, title, description, blocks)
        if verdict is not None:
            return verdict
    return BlockKind.PARAGRAPH, "paragraph"


Verdict = tuple[BlockKind, str] | None


def _furniture(around: Surroundings, title: str, _description: str | None, _blocks: list[Block]) -> Verdict:
    run = around.run
    if same_words(run.text, title):
        return BlockKind.FURNITURE, "title.repeated"
    if is_furniture(run.text) or stops_article(run.text):
        return BlockKind.FURNITURE, "boilerplate.words"
    if run.is_link:
        return BlockKind.FURNITURE, "link"
    if _related_box(run, around.container):
        return BlockKind.FURNITURE, "box.related"
    if not re.search(r"\w", run.text):
        return BlockKind.FURNITURE, "signs_only"
    return None


def _related_box(run: Run, container: Tag) -> bool:
    """Tell whether a box of links, or one that calls itself related, stands between the run and the container."""
    for box in [run.element, *run.element.parents]:
        if box is container:
            return False
        label = " ".join([*map(str, box.get_attribute_list("class")), str(box.get("id") or ""), str(box.get("type") or "")])
        size = len(box.get_text(" ", strip=True))
        if _RELATED_CLASS.search(label) and size < 0.3 * len(container.get_text(" ", strip=True)):
            return True
        if box.name in {"div", "aside", "table", "section", "ul", "ol", "td", "dl"} and _is_link_box(box, size):
            return True
    return False


def _is_link_box(box: Tag, size: int) -> bool:
    links = [len(text) for a in box.find_all("a") if len(text := a.get_text(" ", strip=True)) >= 18]  # noqa: PLR2004
    return bool(links) and size <= 1500 and sum(links) >= 0.3 * size  # noqa: PLR2004


def _caption(around: Surroundings, _title: str, _description: str | None, _blocks: list[Block]) -> Verdict:
    run = around.run
    if len(run.text) > _CAPTION_LONGEST:
        return None
    if run.within("figcaption", "caption"):
        return BlockKind.CAPTION, "caption.tag"
    if any(_CAPTION_CLASS.search(" ".join(map(str, tag.get_attribute_list("class")))) for tag in _up_to(run, around.container)):
        return BlockKind.CAPTION, "caption.class"
    if not run.after_picture:
        return None
    if _CAPTION_WORDS.search(run.text):
        return BlockKind.CAPTION, "caption.words"
    if run.is_italic or run.aligned == "center":
        return BlockKind.CAPTION, "caption.look"
    if run.element.name != "p" and not _NO_HEADING_END.search(run.text) and not run.is_bold and not run.element.name.startswith("h"):
        return BlockKind.CAPTION, "caption.after_picture"
    return None


def _up_to(run: Run, container: Tag) -> list[Tag]:
    chain: list[Tag] = []
    for tag in [run.element, *run.element.parents]:
        if tag is container or len(chain) > 3:  # noqa: PLR2004
            break
        chain.append(tag)
    return chain


def _quote_or_list(around: Surroundings, _title: str, _description: str | None, _blocks: list[Block]) -> Verdict:
    run = around.run
    if run.within("blockquote"):
        return BlockKind.QUOTE, "quote.tag"
    item = run.within("li")
    if item is not None and item is not around.container and around.container not in item.descendants:
        return BlockKind.LIST_ITEM, "list.tag"
    table = run.within("td", "th")
    if table is not None and _is_data_table(table, around.container):
        return BlockKind.TABLE, "table.tag"
    return None


def _is_data_table(cell: Tag, container: Tag) -> bool:
    """Tell a table of figures from one that only lays out the page: several rows of several short cells."""
    table = cell.find_parent("table")
    if table is None or table is container or container in table.descendants:
        return False
    rows = [len(row.find_all(["td", "th"], recursive=False)) for row in table.find_all("tr")]
    cells = table.find_all(["td", "th"])
    return len(rows) >= 2 and max(rows, default=0) >= 2 and sum(len(c.get_text(strip=True)) for c in cells) < 80 * len(cells)  # noqa: PLR2004


def _byline(around: Surroundings, _title: str, _description: str | None, blocks: list[Block]) -> Verdict:
    run = around.run
    late = around.left <= 3 or all(len(r.text) < 80 for r in ([around.following] if around.following else []))  # noqa: PLR2004
    if run.element.name.startswith("h") and run.element.name != "header":
        return None
    if byline_of(run.text) and any(block.kind is BlockKind.PARAGRAPH for block in blocks):
        if run.aligned == "right":
            return BlockKind.BYLINE, "byline.right"
        if around.left <= 3 and late and (around.following is None or len(around.following.text) < around.typical):  # noqa: PLR2004
            return BlockKind.BYLINE, "byline.names_at_end"
    if run.aligned == "right" and len(run.text) < 80:  # noqa: PLR2004
        return BlockKind.BYLINE, "byline.right_aligned"
    return None


def _lead(around: Surroundings, _title: str, description: str | None, blocks: list[Block]) -> Verdict:
    if any(block.kind in {BlockKind.LEAD, BlockKind.PARAGRAPH, BlockKind.HEADING} for block in blocks):
        return None
    run = around.run
    if len(run.text) <= 60:  # noqa: PLR2004
        return None
    if description and (same_words(run.text, description) or begins_with(run.text, description[:60])):
        return BlockKind.LEAD, "lead.description"
    if run.is_bold and not _QUESTION.match(run.text) and not run.within("h1", "h2", "h3", "h4", "h5", "h6"):
        return BlockKind.LEAD, "lead.bold"
    if any(re.search(r"sapo|lead|summary|chapeau", " ".join(map(str, tag.get_attribute_list("class"))), re.IGNORECASE) for tag in _up_to(run, around.container)[:2]):
        return BlockKind.LEAD, "lead.class"
    return None


def _question(around: Surroundings, _title: str, _description: str | None, _blocks: list[Block]) -> Verdict:
    run = around.run
    if _QUESTION.match(run.text):
        return BlockKind.QUESTION, "question.marked"
    if run.is_bold and run.text.rstrip().endswith("?") and len(run.text) > 40:  # noqa: PLR2004
        return BlockKind.QUESTION, "question.bold"
    return None


def _heading(around: Surroundings, _title: str, _description: str | None, blocks: list[Block]) -> Verdict:
    run, following = around.run, around.following
    if len(run.text) > _LONGEST_HEADING or following is None:
        return None
    if re.fullmatch(r"h[1-6]", run.element.name) or run.within("h1", "h2", "h3", "h4", "h5", "h6"):
        return BlockKind.HEADING, "heading.tag"
    if _NO_HEADING_END.search(run.text) or (_LIST_MARK.match(run.text) and not re.match(r"\d+[.)]\s", run.text)):
        return None
    if run.is_bold and not run.text.endswith(("?", "!")) and len(following.text) > 40 and _next_is_body(around):  # noqa: PLR2004
        return BlockKind.HEADING, "heading.bold"
    return _plain_heading(around, blocks)


def _next_is_body(around: Surroundings) -> bool:
    return around.following is not None and not (around.following.is_bold and len(around.following.text) < _LONGEST_PLAIN_HEADING)


def _plain_heading(around: Surroundings, blocks: list[Block]) -> Verdict:
    run, following, previous = around.run, around.following, around.previous
    limit = _LONGEST_PLAIN_HEADING + (10 if run.text.isupper() else 0)
    if following is None or len(run.text) > limit or (run.after_picture and not _follows_caption(around, blocks)):
        return None
    if not (run.text[0].isupper() or run.text[0].isdigit()) or re.search(r"[!?\"”]$", run.text):
        return None
    if (previous is not None and re.search(r"[:;,]$", previous.text)) or _LIST_MARK.match(following.text):
        return None
    if _CAPTION_WORDS.search(run.text) or len(run.text.split()) < 2:  # noqa: PLR2004
        return None
    long_enough = len(following.text) >= max(60, 1.3 * len(run.text))
    return (BlockKind.HEADING, "heading.plain") if long_enough and len(run.text) <= 0.75 * around.typical else None


def _follows_caption(around: Surroundings, blocks: list[Block]) -> bool:
    return bool(blocks) and blocks[-1].kind is BlockKind.CAPTION and around.previous is not None and around.previous.after_picture


def _clean(text: str, kind: BlockKind) -> str:
    return text.strip("-–• ").strip() if kind is BlockKind.LIST_ITEM else text


def _settled(blocks: list[Block]) -> list[Block]:
    """Take back headings that have no text under them, and leads that came after the text began."""
    kept: list[Block] = []
    for place, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            rest = next((b.kind for b in blocks[place + 1 :] if b.kind not in {BlockKind.FURNITURE, BlockKind.CAPTION, BlockKind.BYLINE}), None)
            if rest is None or (rest is BlockKind.HEADING and block.rule == "heading.plain"):
                block = Block(kind=BlockKind.FURNITURE if rest is None else BlockKind.PARAGRAPH, text=block.text, rule="heading.without_text")  # noqa: PLW2901
        kept.append(block)
    return kept
