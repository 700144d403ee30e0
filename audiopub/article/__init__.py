"""A page to an :class:`Article`: the only room that knows HTML."""

from audiopub.article.extract import extract, looks_like_markup
from audiopub.article.model import SPOKEN_KINDS, Article, Block, BlockKind, Section
from audiopub.article.pages import whole
from audiopub.article.prints import same_text, text_prints
from audiopub.article.quality import check
from audiopub.article.record import from_record, to_record

__all__ = [
    "SPOKEN_KINDS", "Article", "Block", "BlockKind", "Section", "check", "extract", "from_record", "looks_like_markup", "same_text", "text_prints", "to_record", "whole",
]  # fmt: skip
