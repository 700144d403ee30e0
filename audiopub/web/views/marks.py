"""What differs between two versions of a sentence, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\W_]+|[\W_]")


def marked(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Cut two versions of a sentence into stretches, and tell of each whether it differs.

    >>> marked("đi bộ 3 km", "đi bộ 5 km")[1]
    (('đi bộ ', False), ('5', True), (' km', False))
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    was = ((old[start:end], step != "equal") for step, start, end, _, _ in steps)
    now = ((new[start:end], step != "equal") for step, _, _, start, end in steps)
    return tuple(_joined(was)), tuple(_joined(now))


def _joined(parts: Iterator[tuple[list[str], bool]]) -> Iterator[tuple[str, bool]]:
    return (("".join(words), differs) for words, differs in parts if words)
