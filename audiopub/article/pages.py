"""An article printed on several pages, put together again."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from audiopub.article.model import Article, Block, BlockKind
from audiopub.article.words import same_words
from audiopub.errors import AudiopubError
from audiopub.source.address import host_of

_MOST_PAGES = 12


def whole(first: Article, address: str | None, read: Callable[[str], Article]) -> Article:
    """Follow an article to its last page.

    Args:
        first: its first page.
        address: where that was had; without one nothing is followed.
        read: fetches and extracts a page.

    Returns:
        The article with the blocks of all its pages, each once. Where a page could not be had, what was had
        until there, with ``next_page`` still set, so that the check knows it is not whole.
    """
    article, seen = first, {address}
    for _ in range(_MOST_PAGES):
        following = article.next_page
        if address is None or following is None:
            return article
        if following in seen or not _continues(address, following):
            return replace(article, next_page=None)
        seen.add(following)
        try:
            page = read(following)
        except AudiopubError:
            return article
        if not same_words(page.title, first.title):
            return replace(article, next_page=None)
        article = _joined(article, page)
    return article


def _continues(address: str, following: str) -> bool:
    """Tell whether an address looks like a further page of an article rather than like the next article.

    >>> _continues("https://bao.example/bai-dai-7.html", "https://bao.example/bai-dai-7-p2.html")
    True
    >>> _continues("https://bao.example/bai-dai-7.html", "https://bao.example/bai-khac-8.html")
    False
    """
    stem = re.sub(r"(?:\.\w{2,5})?/?$", "", urlsplit(address).path)
    path = urlsplit(following).path
    beyond = path[len(stem) :] if path.startswith(stem) else None
    return (
        host_of(address) == host_of(following) and beyond is not None and bool(re.fullmatch(r"(?:[-/_.]?(?:p|page|trang|pg)?[-/_.=]?\d{1,3})?(?:\.\w{2,5})?/?", beyond))
    )


def _joined(article: Article, page: Article) -> Article:
    present = {(block.kind, block.text) for block in article.blocks}
    spoken = {block.text for block in article.blocks if block.kind is not BlockKind.FURNITURE}
    fresh = [block for block in page.blocks if (block.kind, block.text) not in present and block.text not in spoken and block.kind is not BlockKind.LEAD]
    kept = _without_byline(article.blocks) if any(block.kind is BlockKind.BYLINE for block in fresh) else article.blocks
    return replace(
        article, blocks=(*kept, *fresh), author=article.author or page.author, next_page=page.next_page,
        warnings=tuple(dict.fromkeys((*article.warnings, *page.warnings))), provenance=(*article.provenance, f"page:{page.canonical_url or ''}"),
    )  # fmt: skip


def _without_byline(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block.kind is not BlockKind.BYLINE)
