"""Texts compared by their words, whatever their case, marks and punctuation."""

import re
from functools import lru_cache

from audiopub.vietnamese import bare


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts have the same words.

    >>> same_words("Chợ phiên, họp sớm!", "chợ phiên họp sớm")
    True
    """
    if not (0.5 < (len(one) + 4) / (len(other) + 4) < 2):  # noqa: PLR2004  far too long or short: not worth looking at
        return False
    return words_of(one) == words_of(other) != ()


def begins_with(text: str, start: str) -> bool:
    """Tell whether a text begins with the words of another.

    >>> begins_with("Chợ phiên họp sớm", "CHỢ PHIÊN")
    True
    """
    words, first = words_of(text), words_of(start)
    return bool(first) and words[: len(first)] == first


@lru_cache(maxsize=64)
def words_of(text: str) -> tuple[str, ...]:
    """Give a text's words, small letters, without Vietnamese marks."""
    return tuple(re.findall(r"\w+", bare(text).lower()))
