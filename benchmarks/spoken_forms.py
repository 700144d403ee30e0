"""Whether a spoken form is one of the forms a newsreader may use: spellings folded, choices in brackets matched.

A form may hold choices: ``[a/b/]`` is a or b or nothing; choices may nest.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from audiopub.vietnamese import plain, tidy

_DIGITS = frozenset("không một hai ba bốn tư năm sáu bảy bẩy tám chín mốt lăm nhăm".split())
_SCALES = frozenset("trăm nghìn ngàn triệu tỉ".split())
_SPELLINGS = {"ngàn": "nghìn", "nhăm": "lăm", "bẩy": "bảy", "phảy": "phẩy", "mồng": "mùng", "uỷ": "ủy"}

Form = tuple["str | tuple[Form, ...]", ...]
"""Words, and choices between forms."""


def folded(text: str) -> tuple[str, ...]:
    """Give a text's words in one spelling: case, punctuation, tone placement, i or y, linh or lẻ make no difference.

    >>> folded("Hoà Bình, một trăm lẻ bốn ngàn hai mươi tư")
    ('hòa', 'bình', 'một', 'trăm', 'linh', 'bốn', 'nghìn', 'hai', 'mươi', 'bốn')
    """
    words = "".join(c if c.isalnum() else " " for c in plain(tidy(text))).split()
    out: list[str] = []
    for number, word in enumerate(words):
        prior = out[-1] if out else ""
        following = words[number + 1] if number + 1 < len(words) else ""
        if word == "lẻ" and following in _DIGITS and prior in _SCALES | _DIGITS | {"nghìn"}:
            out.append("linh")
        elif word == "tư" and prior in {"mươi", "linh"}:
            out.append("bốn")
        else:
            out.append(_SPELLINGS.get(word, word))
    return tuple(out)


@lru_cache(maxsize=20_000)
def parsed(form: str) -> Form:
    """Read a form with its choices."""
    pieces = re.findall(r"[\[\]/]|[^\[\]/]+", form)
    parsed_form, _ = _sequence(pieces, 0)
    return parsed_form


def _sequence(pieces: list[str], place: int) -> tuple[Form, int]:
    items: list[str | tuple[Form, ...]] = []
    while place < len(pieces) and pieces[place] not in "]/":
        if pieces[place] != "[":
            items.append(pieces[place])
            place += 1
            continue
        choices: list[Form] = []
        while place < len(pieces) and pieces[place] != "]":
            choice, place = _sequence(pieces, place + 1)
            choices.append(choice)
        items.append(tuple(choices))
        place += 1
    return tuple(items), place


def accepts(said: str, forms: Iterable[str]) -> bool:
    """Tell whether every word said is one of the forms.

    >>> accepts("Ngày mùng hai tháng tư", ["ngày [/mùng/mồng] hai tháng [tư/bốn]"])
    True
    >>> accepts("Ngày hai trên bốn", ["ngày [/mùng/mồng] hai tháng [tư/bốn]"])
    False
    """
    words = folded(said)
    return any(len(words) in _ends(parsed(form), words, {0}) for form in forms)


def _ends(form: Form, words: tuple[str, ...], starts: set[int]) -> set[int]:
    """Give the places up to which a form may have used the words up, from some places on."""
    for item in form:
        if isinstance(item, str):
            wanted = folded(item)
            # "tư" and "lẻ" are folded by their neighbours, which may lie outside the piece: fold them alike on both sides.
            starts = {start + len(wanted) for start in starts if _alike(words[start : start + len(wanted)], wanted)}
        else:
            starts = {end for choice in item for end in _ends(choice, words, starts)}
    return starts


_LOOSE = {"tư": "bốn", "lẻ": "linh"}


def _alike(said: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    if len(said) != len(wanted):
        return False
    return all(a == b or (place == 0 and _LOOSE.get(b, b) == _LOOSE.get(a, a)) for place, (a, b) in enumerate(zip(said, wanted, strict=True)))
