"""A text cut into tokens, once for all rules."""

import re
from collections import defaultdict

from audiopub.vietnamese.rule import Start

_TOKEN = re.compile(r"(?P<figure>\d+)|(?P<word>[^\W\d_]+)|(?P<sign>[^\w\s.,;:!?]|_)")
KINDS = {start: number for number, start in enumerate(Start)}
"""The starts by number: hashing a member of an enumeration is slow."""

_FIGURES, _CAPITALS, _KNOWN, _GLUED, _FOREIGN, _SIGNS, _UNIT, _ANYWHERE = KINDS.values()
_COUNTING = frozenset("trăm nghìn ngàn vạn triệu tỷ tỉ chục mỗi vài mấy một rưỡi".split())
"""Words after which a unit may stand as it does after a figure."""

Places = dict[str, list[int]]
"""Where a rule may be tried, by what the place shows: see :attr:`audiopub.vietnamese.rule.Rule.keys`."""


def tokens(written: str, known: frozenset[str], *, foreign: bool) -> list[Places]:
    """Cut a text into tokens.

    Args:
        written: tidied text.
        known: words, not in capitals, at which some rule is tried.
        foreign: whether every word is wanted, since foreign ones are respelled.

    Returns:
        For each kind of start, by its number in :data:`KINDS`, where the tokens of that kind begin.
    """
    starts: list[Places] = [defaultdict(list) for _ in Start]
    starts[_ANYWHERE][""].append(0)
    counted = -1
    for match in _TOKEN.finditer(written):
        kind = match.lastgroup
        start, end = match.span()
        if counted >= 0 and start - counted <= 1:
            starts[_UNIT][""].append(start)
        counted = -1
        if kind == "word":
            word = match[0]
            if word in _COUNTING:
                counted = end
            if foreign:
                starts[_FOREIGN][""].append(start)
            if word in known:
                starts[_KNOWN][word].append(start)
            _place_word(starts, word, start, written[end : end + 2])
        elif kind == "figure":
            starts[_FIGURES][written[end : end + 2].lstrip()[:1]].append(start)
            counted = end
        else:
            starts[_SIGNS][""].append(start)
    return starts


def _place_word(starts: list[Places], word: str, start: int, following: str) -> None:
    if not word.islower() and (len(word) == 1 or not word[1:].islower()):
        starts[_CAPITALS][word].append(start)
    if following and following != " " and (following[0].isdigit() or (following[0] == "-" and following[1:].isdigit())):
        starts[_GLUED][""].append(start)
