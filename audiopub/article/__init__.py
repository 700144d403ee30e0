"""A page to an :class:`Article`: the only room that knows HTML."""

from audiopub.article.extract import extract, looks_like_markup
from audiopub.article.model import SPOKEN_KINDS, Article, Block, BlockKind, Section
from audiopub.article.quality import check

__all__ = ["SPOKEN_KINDS", "Article", "Block", "BlockKind", "Section", "check", "extract", "looks_like_markup"]
