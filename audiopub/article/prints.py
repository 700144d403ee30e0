"""Whether two articles are one, told by their text: the same article often has several addresses."""

import hashlib
from collections.abc import Sequence

from audiopub.article.model import SPOKEN_KINDS, Article
from audiopub.article.words import words_of

_SHARED = 0.8
_FEWEST = 3
"""Paragraphs that must be the same: pages of one or two say too little."""


def text_prints(article: Article) -> tuple[str, ...]:
    """Give a short print of the title, then of each paragraph of the text."""
    texts = [article.title, *(block.text for block in article.blocks if block.kind in SPOKEN_KINDS)]
    return tuple(hashlib.sha256(" ".join(words_of(text)).encode()).hexdigest()[:8] for text in texts)


def same_text(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two articles' prints are of one text: the same title, and four fifths of the paragraphs word for word.

    Reports that differ from day to day in their figures only, such as the price of gold, are not one.

    >>> same_text(("t", "a", "b", "c", "d"), ("t", "a", "b", "c", "d", "e")), same_text(("t", "a", "b"), ("t", "a", "c"))
    (True, False)
    """
    if not one or not other or one[0] != other[0]:
        return False
    first, second = set(one[1:]), set(other[1:])
    both = len(first & second)
    return both >= _FEWEST and both >= _SHARED * len(first | second)
