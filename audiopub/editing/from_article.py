"""Between what was read from a page and what is on the desk."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from audiopub.article import SPOKEN_KINDS, Article, Block, BlockKind
from audiopub.editing.draft import Draft, DraftBlock, Origin

_READ = SPOKEN_KINDS | {BlockKind.HEADING, BlockKind.TABLE}
"""Kinds that something is said of."""


def drafted(show: str, identity: str, origin: Origin, article: Article, day: date) -> Draft:
    """Lay an article on the desk: what is said of it is included, the rest stands there with the rule that dropped it."""
    blocks = tuple(_blocks(article.blocks))
    return Draft(
        show=show, id=identity, version=1, origin=origin, found=article, title=article.title, lead=article.lead or "", blocks=blocks, day=day, made=len(blocks),
    )  # fmt: skip


def _blocks(blocks: Iterable[Block]) -> Iterable[DraftBlock]:
    read = (block for block in blocks if block.kind is not BlockKind.LEAD)  # it has a field of its own
    for number, block in enumerate(read, start=1):
        yield DraftBlock(id=f"b{number}", kind=block.kind, text=block.text, included=block.kind in _READ, rule=block.rule)


def article_of(draft: Draft) -> Article:
    """Give the article that a draft is by now: what is left out is furniture of the page, which nobody reads."""
    return replace(draft.found, title=draft.title, lead=draft.lead or None, blocks=tuple(_block(block) for block in draft.blocks))


def _block(block: DraftBlock) -> Block:
    if block.included and block.kind not in _READ:  # a person wants it read that the page has as something else
        return Block(kind=BlockKind.PARAGRAPH, text=block.text, rule="desk")
    if not block.included and block.kind in _READ:
        return Block(kind=BlockKind.FURNITURE, text=block.text, rule="desk")
    return Block(kind=block.kind, text=block.text, rule=block.rule)
