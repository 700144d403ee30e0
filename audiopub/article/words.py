"""Texts compared by their words, whatever their case, marks and punctuation."""

import re

from audiopub.vietnamese import bare


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts have the same words.

    >>> same_words("Chợ phiên, họp sớm!", "chợ phiên họp sớm")
    True
    """
    return words_of(one) == words_of(other) != []


def begins_with(text: str, start: str) -> bool:
    """Tell whether a text begins with the words of another.

    >>> begins_with("Chợ phiên họp sớm", "CHỢ PHIÊN")
    True
    """
    words, first = words_of(text), words_of(start)
    return bool(first) and words[: len(first)] == first


def words_of(text: str) -> list[str]:
    """Give a text's words, small letters, without Vietnamese marks."""
    return re.findall(r"\w+", bare(text).lower())
