"""What a run of text is for certain, whatever stands beside it: furniture, a caption, a time, a piece of a table."""

import re
from collections.abc import Iterator

from audiopub.article import labels
from audiopub.article.boilerplate import is_furniture, is_timestamp, stops_article
from audiopub.article.bylines import byline_of
from audiopub.article.dates import without_date
from audiopub.article.layout import Run
from audiopub.article.model import BlockKind
from audiopub.article.surroundings import Container, Surroundings
from audiopub.article.words import same_words

_CAPTION_WORDS = re.compile(
    r"(?:\(|\b)(?:ảnh|photo|đồ họa|minh họa)\s*(?:minh họa|tư liệu|cắt từ clip)?\s*(?::|\))|\bảnh\s*[-–—]\s|[-–—]\s*ảnh\b|\((?:ảnh|nguồn)|"
    r"\bảnh\s+(?:minh họa|tư liệu|do [^.]{2,40} cung cấp)\.?$",
    re.IGNORECASE,
)
_CREDIT_ONLY = re.compile(r"^\W*(?:ảnh|photo|đồ họa|nguồn ảnh)\s*(?:minh họa|tư liệu)?\s*[:.]", re.IGNORECASE)
_CAPTION_LONGEST, _CREDIT_LONGEST, _ALIKE_LONGEST = 400, 80, 160
_LONGEST_DATE_LINE = 110
_FEWEST_PICTURES, _PHOTO_STORY = 4, 0.8

Verdict = tuple[BlockKind, str] | None


def certain(run: Run, container: Container) -> Verdict:
    """Give kind and rule of a run that needs no neighbours to be typed; None for all others."""
    for decide in (_ruled, _furniture, _caption, _date_line, _table):
        verdict = decide(run, container)
        if verdict is not None:
            return verdict
    return None


def is_photo_story(runs: tuple[Run, ...]) -> bool:
    """Tell whether practically every text follows a picture: then all of it is captions, however long."""
    texts = [run for run in runs if len(run.text) > _CREDIT_LONGEST and not run.is_link]
    after = [run for run in texts if run.after_picture]
    return len(after) >= _FEWEST_PICTURES and len(after) >= _PHOTO_STORY * len(texts)


def captions_look_plain(runs: tuple[Run, ...]) -> bool:
    """Tell whether every one of several pictures is followed by one short sentence: then these are captions, whatever they look like."""
    after = [run for run in runs if run.after_picture and not run.is_link]
    return len(after) > 1 and all(_is_caption_like(run) for run in after)


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
    if rule and not (rule == "box.related" and run.within("figcaption")):
        return BlockKind.FURNITURE, rule
    return None if re.search(r"\w", run.text) else (BlockKind.FURNITURE, "signs_only")


def _caption(run: Run, container: Container) -> Verdict:
    if len(run.text) > _CAPTION_LONGEST:
        return None
    rule = next(_caption_signs(run, container), None) or (next(_caption_looks(run, container), None) if run.after_picture or run.before_picture else None)
    return (BlockKind.CAPTION, rule) if rule else None


def _caption_signs(run: Run, container: Container) -> Iterator[str]:
    if run.within("figcaption", "caption"):
        yield "caption.tag"
    if labels.CAPTION.search(Surroundings(run, None, None, 0, container, ()).labels()):
        yield "caption.class"
    if _CREDIT_ONLY.match(run.text) and len(run.text) < _CREDIT_LONGEST:
        yield "caption.credit"


def _caption_looks(run: Run, container: Container) -> Iterator[str]:
    """Yield the rules by which a run beside a picture is its caption."""
    if _CAPTION_WORDS.search(run.text):
        yield "caption.words"
    if not run.after_picture or run.heading_level:
        return
    if run.is_italic or run.aligned == "center":
        yield "caption.look"
    if container.captions_look_plain and (_is_caption_like(run) or container.is_photo_story):
        yield "caption.alike"
    if run.name != "p" and not re.search(r"[.;,:…]$|\.\.\.$", run.text) and not run.is_bold:
        yield "caption.after_picture"


def _is_caption_like(run: Run) -> bool:
    return len(run.text) <= _ALIKE_LONGEST and not re.search(r"[.!?…]\s", run.text) and not run.heading_level and not run.is_bold


def _date_line(run: Run, _container: Container) -> Verdict:
    if is_timestamp(run.text):
        return BlockKind.TIMESTAMP, "timestamp"
    rest = without_date(run.text) if len(run.text) <= _LONGEST_DATE_LINE else None
    if rest is None:
        return None
    if not rest:
        return BlockKind.FURNITURE, "date_line"
    return (BlockKind.BYLINE, "byline.with_date") if byline_of(rest) else None


def _table(run: Run, container: Container) -> Verdict:
    if container.boxes.data_table(run):
        return BlockKind.TABLE, "table.tag"
    return (BlockKind.CAPTION, "caption.table") if container.boxes.beside_table(run) else None
