"""An article as audiopub understands it: typed blocks in reading order, each with the rule that typed it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of a page is."""

    LEAD = "lead"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    LIST_ITEM = "list_item"
    QUESTION = "question"
    CAPTION = "caption"
    TABLE = "table"
    BYLINE = "byline"
    TIMESTAMP = "timestamp"
    FURNITURE = "furniture"


SPOKEN_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.LIST_ITEM, BlockKind.QUESTION})
"""Kinds that are the body of a section and are read aloud as sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of text of the page."""

    kind: BlockKind
    text: str
    """NFC, single spaces, no markup."""

    rule: str
    """Name of the rule that decided the kind, for people who ask why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    heading: str | None
    """None before the first heading."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One newspaper article."""

    title: str
    """Empty where the page has none; ``check`` refuses such an article."""

    lead: str | None = None
    author: str | None = None
    published: datetime | None = None
    """Aware; Vietnam's zone is assumed where the page gives none."""

    modified: datetime | None = None
    """When the newspaper last changed it, as the page says; aware."""

    category: str | None = None
    """The section of the newspaper, in its own words: ``Thời sự``."""

    tags: tuple[str, ...] = ()
    """The newspaper's keywords for it."""

    canonical_url: str | None = None
    next_page: str | None = None
    """Address of the page on which the article goes on."""

    image_url: str | None = None
    image_credit: str | None = None
    """Who made the main picture, in the page's words."""

    blocks: tuple[Block, ...] = ()
    """In reading order, furniture included, the title left out."""

    warnings: tuple[str, ...] = ()
    """Codes of doubts that do not stop publication, keys of the message catalogs (``article_warning.…``)."""

    provenance: tuple[str, ...] = field(default=())
    """What was done to the bytes before they were read: ``decoded:utf-8``, ``repaired:tcvn3``."""

    @property
    def sections(self) -> tuple[Section, ...]:
        """Group the spoken blocks by heading; the first section has no heading where text precedes the first one."""
        groups: list[tuple[str | None, list[str]]] = [(None, [])]
        for block in self.blocks:
            if block.kind is BlockKind.HEADING:
                groups.append((block.text, []))
            elif block.kind in SPOKEN_KINDS:
                groups[-1][1].append(block.text)
        return tuple(Section(heading=heading, paragraphs=tuple(texts)) for heading, texts in groups if heading or texts)

    @property
    def captions(self) -> tuple[str, ...]:
        """Give the captions of the article's pictures."""
        return tuple(block.text for block in self.blocks if block.kind is BlockKind.CAPTION)
