"""Written Vietnamese to the words a newsreader says, with a record of every rewrite.

Rules run in one fixed order over the written text. Each claims spans of it; a claimed span is never
read again, and what no rule claims is said as it is printed. So every spoken word is either the
newspaper's own or the work of one named rule.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audiopub.vietnamese import calendar, contacts, legal, punctuation, quantities, ratios, words
from audiopub.vietnamese.letters import UPPER, tidy
from audiopub.vietnamese.rule import Rule, Unsure

RULES: tuple[Rule, ...] = (
    *contacts.RULES,
    *legal.RULES,
    *calendar.RULES,
    *quantities.RULES_FIRST,
    *ratios.RULES,
    *words.RULES_FIRST,
    *quantities.RULES_LAST,
    *words.RULES_LAST,
    quantities.leftover,
    *punctuation.RULES,
)
"""Every rule in the order it claims. Narrow and certain ones come first."""

_MOST_PASSES = 6
_FIGURE = re.compile(r"\d")
_RESIDUE = re.compile(rf"\d+|[^\w\s.,;:!?]+|(?<!\w)[{UPPER}]{{2,}}(?!\w)")
_TIDYING = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+(?=[.,;:!?])"), ""),
    (re.compile(r"[,;:]+(?=[.!?])"), ""),
    (re.compile(r"(?<=[.!?]),"), ""),
    (re.compile(r"[,;:](?:\s?[,;])+"), ","),
    (re.compile(r"([.!?])(?:\s?[.])+"), r"\1"),
    (re.compile(r"(?<=[,;:])(?=[^\W\d_])"), " "),
    (re.compile(r"^[\s.,;:!?]+"), ""),
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One span of the written text that is said otherwise than it is printed."""

    start: int
    """Offset of the span's first character in the tidied written text."""

    end: int
    """Offset just past its last character."""

    written: str
    """The span as printed."""

    spoken: str
    """What is said for it; empty where nothing is."""

    rule: str
    """Name of the rule that decided, such as ``date.day_month``; ``lexicon`` for a newsroom's own entry."""

    sure: bool
    """False where the rule guessed: show it to an editor."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A piece of text in both its forms."""

    written: str
    """The text as printed, tidied (NFC, single spaces)."""

    spoken: str
    """The words to say, punctuation kept where it makes a pause."""

    rewrites: tuple[Rewrite, ...]
    """Every span in which the two differ, in order; they do not overlap."""


def read(text: str, lexicon: Mapping[str, str] | None = None) -> Reading:
    """Read a sentence or a paragraph.

    Args:
        text: anything; it is tidied first. Cost is linear in its length.
        lexicon: the newsroom's own readings, whole words, case counting; they go before every rule.

    Returns:
        The reading. No digit, sign or abbreviation of capitals is left in its spoken form.

    >>> read("Tốc độ tăng trưởng đạt hơn 15,5%.").spoken
    'Tốc độ tăng trưởng đạt hơn mười lăm phẩy năm phần trăm.'
    >>> [(r.written, r.spoken, r.rule) for r in read("UBND TP họp").rewrites]
    [('UBND', 'ủy ban nhân dân', 'abbreviation'), ('TP', 'thành phố', 'abbreviation')]
    """
    written = tidy(text).strip()
    rules = (*_lexicon_rules(lexicon or {}), *RULES)
    rewrites = _claims(written, rules)
    said = _joined(written, rewrites)
    settled = _settled(said)
    if settled != said:
        rewrites = [Rewrite(0, len(written), written, settled, "reading.again", sure=False)]
    return Reading(written, settled, tuple(rewrites))


def _settled(said: str) -> str:
    """Read a spoken form again until nothing changes.

    Only text with glued or broken tokens ("1.5ABC") needs it; whatever it changes is a guess as a whole.
    """
    for _ in range(_MOST_PASSES):
        again = _joined(said, _claims(said, RULES))
        if again == said:
            break
        said = again
    return said


def spoken(text: str) -> str:
    """Give only the spoken form of a text.

    >>> spoken("Sáng 20-11, 35 giáo viên")
    'Sáng hai mươi tháng mười một, ba mươi lăm giáo viên'
    """
    return read(text).spoken


def residue(text: str) -> tuple[str, ...]:
    """Give the digits, signs and capital abbreviations in a text that an engine would have to guess at.

    >>> residue("ủy ban 15 UBND")
    ('15', 'UBND')
    """
    return tuple(_RESIDUE.findall(text))


def _claims(written: str, rules: Iterable[Rule]) -> list[Rewrite]:
    taken = bytearray(len(written) + 1)
    found: list[Rewrite] = []
    figures = bool(_FIGURE.search(written))
    for rule in rules:
        if rule.figures_only and not figures:
            continue
        for match in rule.pattern.finditer(written):
            start, end = match.span()
            if start == end or 1 in taken[start:end]:
                continue
            said = rule.speak(match)
            if said is None:
                continue
            taken[start:end] = b"\x01" * (end - start)
            found.append(Rewrite(start, end, match[0], said.strip() or said, rule.name, not isinstance(said, Unsure)))
    return sorted(found, key=lambda rewrite: rewrite.start)


def _joined(written: str, rewrites: Iterable[Rewrite]) -> str:
    pieces: list[str] = []
    position = 0
    for rewrite in rewrites:
        pieces.append(written[position : rewrite.start])
        said = rewrite.spoken
        glued = bool(said) and said[:1] not in ".,;:!?" and bool(re.search(r"\w$", pieces[-1] or (pieces[-2] if len(pieces) > 1 else "")))
        pieces.append(f" {said}" if glued else said)
        position = rewrite.end
        if said and re.match(r"\w", written[position : position + 1]):
            pieces.append(" ")
    pieces.append(written[position:])
    return _tidied("".join(pieces))


def _tidied(text: str) -> str:
    for pattern, replacement in _TIDYING:
        text = pattern.sub(replacement, text)
    return text.strip()


def _lexicon_rules(lexicon: Mapping[str, str]) -> tuple[Rule, ...]:
    if not lexicon:
        return ()
    longest_first = sorted(lexicon, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return (Rule("lexicon", pattern, lambda match: lexicon[match[0]]),)
