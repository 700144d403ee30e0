"""Two texts beside each other: which words came, which went."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\n|\S+[^\S\n]*")
_MOST = 4000
"""Words that are compared one by one; longer texts line by line, since the time grows with the square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Words that both texts have, or that one has where the other has others."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        """Tell whether both have them."""
        return self.before == self.after


def differences(before: str, after: str) -> tuple[Stretch, ...]:
    """Compare two texts word by word.

    >>> [(one.before, one.after) for one in differences("họp ngày 2/9 ở xã", "họp ngày 3/9 ở xã")]
    [('họp ngày ', 'họp ngày '), ('2/9 ', '3/9 '), ('ở xã', 'ở xã')]
    """
    return tuple(_compared(_pieces(before), _pieces(after)))


def _pieces(text: str) -> list[str]:
    words = _WORD.findall(text)
    return words if len(words) <= _MOST else text.splitlines(keepends=True)


def _compared(first: list[str], second: list[str]) -> Iterator[Stretch]:
    for _, begin, end, start, stop in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        yield Stretch(before="".join(first[begin:end]), after="".join(second[start:stop]))
