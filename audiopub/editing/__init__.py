"""An article on the editors' desk: blocks that a person may set right before anybody hears them. Knows no web and no database."""

from audiopub.editing.draft import Draft, DraftBlock, Manner, Origin, OriginKind, one_line
from audiopub.editing.from_article import article_of, drafted

__all__ = ["Draft", "DraftBlock", "Manner", "Origin", "OriginKind", "article_of", "drafted", "one_line"]
