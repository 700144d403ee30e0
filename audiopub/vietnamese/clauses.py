"""Where a sentence may be cut that is too long for an engine."""

import re

_AT_MARKS = re.compile(r"(?<=[,;:.!?])\s+")
_AT_WORDS = re.compile(r"(?<!\s)\s+(?=(?:nhưng|và|do|vì|để|khi|nếu|trong khi|đồng thời|qua đó|từ đó|trong đó|với|của|mà|thì|nên|hoặc)\s)")
_NUMBER_WORDS = frozenset("không một mốt hai ba bốn tư năm lăm sáu bảy tám chín mười mươi trăm nghìn ngàn triệu tỷ tỉ linh lẻ phẩy chấm phần trên âm rưỡi".split())


def clauses(sentence: str, longest: int) -> list[str]:
    """Cut a sentence into pieces no longer than an engine takes.

    Cuts are made at punctuation, else at conjunctions, else between words; never inside a number said in words or a name
    of several words where another cut will do.

    Args:
        sentence: its spoken form, so that no cut can fall inside a figure.
        longest: the most characters of a piece, at least 20; a single longer word is cut.

    >>> clauses("một hai ba, bốn năm sáu bảy tám", 20)
    ['một hai ba,', 'bốn năm sáu bảy tám']
    >>> clauses("xã có hai nghìn năm trăm hộ", 22)
    ['xã có', 'hai nghìn năm trăm hộ']
    """
    if len(sentence) <= longest:
        return [sentence] if sentence else []
    pieces: list[str] = []
    for clause in _AT_MARKS.split(sentence):
        parts = [clause] if len(clause) <= longest else [part for phrase in _AT_WORDS.split(clause) for part in _words_within(phrase, longest)]
        for part in parts:
            if pieces and len(pieces[-1]) + 1 + len(part) <= longest:
                pieces[-1] += f" {part}"
            elif part:
                pieces.append(part)
    return pieces


def _words_within(phrase: str, longest: int) -> list[str]:
    lines = [""]
    for unit in _units(phrase, longest):
        if lines[-1] and len(lines[-1]) + 1 + len(unit) > longest:
            lines.append(unit)
        else:
            lines[-1] = f"{lines[-1]} {unit}".strip()
    return [line for line in lines if line]


def _units(phrase: str, longest: int) -> list[str]:
    """Join words that belong together, as long as they fit: numbers, and names of several words with capitals."""
    units: list[str] = []
    previous = ""
    for word in (piece for whole in phrase.split() for piece in (whole[i : i + longest] for i in range(0, len(whole), longest))):
        if units and _belong(previous, word) and len(units[-1]) + 1 + len(word) <= longest:
            units[-1] += f" {word}"
        else:
            units.append(word)
        previous = word
    return units


def _belong(first: str, second: str) -> bool:
    if first[-1] in ",;:.!?":
        return False
    return (first in _NUMBER_WORDS and second.rstrip(",;:.!?") in _NUMBER_WORDS) or (first[0].isupper() and second[0].isupper())
