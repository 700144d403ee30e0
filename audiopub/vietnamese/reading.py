"""Written Vietnamese to the words a newsreader says, with a record of every rewrite.

Rules run in one fixed order over the written text. Each claims spans of it; a claimed span is never
read again, and what no rule claims is said as it is printed. So every spoken word is either the
newspaper's own or the work of one named rule.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from audiopub.vietnamese import (
    abbreviations,
    calendar,
    capitals,
    clock,
    codes,
    contacts,
    foreign,
    legal,
    money,
    numerals,
    places,
    punctuation,
    quantities,
    ratios,
    roman,
)
from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.entries import Entry, Lexicon
from audiopub.vietnamese.letters import UPPER, plain, tidy
from audiopub.vietnamese.options import DEFAULT, Foreign, Options
from audiopub.vietnamese.rule import Rule, Said, Site, Start
from audiopub.vietnamese.tokens import KINDS, Places, tokens

RULES: tuple[Rule, ...] = (
    *contacts.RULES,
    *legal.RULES,
    abbreviations.phrase,
    *calendar.RULES,
    *clock.RULES,
    *places.RULES,
    codes.aircraft,
    codes.airbus,
    *ratios.RULES,
    *money.RULES,
    *quantities.RULES,
    *codes.RULES,
    foreign.hyphenated,
    *roman.RULES,
    *abbreviations.RULES,
    *numerals.RULES,
    *capitals.RULES,
    *foreign.RULES,
    *punctuation.RULES,
)
"""Every rule in the order it claims. Narrow and certain ones come first."""

_WORDS = frozenset(word for rule in RULES if rule.start is Start.WORD for word in rule.keys or ())
"""Words, not in capitals, at which some rule is tried."""

_PLAN = tuple((KINDS[rule.start], rule) for rule in RULES)
"""The rules with the numbers of their starts: hashing a member of an enumeration is slow."""

_MOST_PASSES = 24
_PATIENT_PASSES = 3
_GLUE = re.compile(r"(?<=\w)[.,;:!?]+(?=\w)")
_start = attrgetter("start")
_RESIDUE = re.compile(rf"\d+|[^\w\s.,;:!?]+|_+|(?<!\w)[{UPPER}]{{2,}}(?!\w)")
_TIDYING = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+(?=[.,;:!?])"), ""),
    (re.compile(r"[,;:](?:\s?[,;:])+"), ","),
    (re.compile(r"[,;:](?=[.!?])"), ""),
    (re.compile(r"(?<=[.!?])[,;:]"), ""),
    (re.compile(r"([.!?])(?:\s?[.])+"), r"\1"),
    (re.compile(r"(?<=[,;:])(?=[^\W\d_])"), " "),
    (re.compile(r"^[\s.,;:!?]+"), ""),
)


_UNTIDY = re.compile(r"^[\s.,;:!?]|\s[\s.,;:!?]|[.,;:!?][.,;:!?]|[,;:][^\W\d_]|[^\S ]")
"""Finds whether any of the above has something to do."""


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

    confidence: Confidence = Confidence.CERTAIN
    """What the reading rests on."""

    because: str = ""
    """The words around the span that decided, where such words did; for a lexicon's entry its scope and reason."""

    @property
    def sure(self) -> bool:
        """Tell whether something decided; False for a guess: show it to an editor."""
        return self.confidence is not Confidence.GUESS

    def plain(self) -> dict[str, str | int | bool]:
        """Give the rewrite as plain values, for records and JSON."""
        return {
            "start": self.start, "end": self.end, "written": self.written, "spoken": self.spoken, "rule": self.rule,
            "sure": self.sure, "confidence": str(self.confidence), "because": self.because,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A piece of text in both its forms."""

    written: str
    """The text as printed, tidied (NFC, single spaces)."""

    spoken: str
    """The words to say, punctuation kept where it makes a pause."""

    rewrites: tuple[Rewrite, ...]
    """Every span in which the two differ, in order; they do not overlap."""

    @property
    def guesses(self) -> tuple[Rewrite, ...]:
        """Give the rewrites that an editor should look at."""
        return tuple(rewrite for rewrite in self.rewrites if not rewrite.sure)


def read(text: str, lexicon: Lexicon | Mapping[str, str] | None = None, options: Options = DEFAULT) -> Reading:
    """Read a sentence or a paragraph.

    Args:
        text: anything; it is tidied first. Cost is linear in its length.
        lexicon: the newsroom's own readings, which go before every rule. A plain mapping of written to spoken forms
            will do: whole words, case counting.
        options: choices of taste: how foreign names and the numbers of documents are said.

    Returns:
        The reading. No digit, sign or abbreviation of capitals is left in its spoken form, but inside names that the
        lexicon protects.

    >>> read("Tốc độ tăng trưởng đạt hơn 15,5%.").spoken
    'Tốc độ tăng trưởng đạt hơn mười lăm phẩy năm phần trăm.'
    >>> [(r.written, r.spoken, r.rule) for r in read("UBND TP họp").rewrites]
    [('UBND', 'ủy ban nhân dân', 'abbreviation'), ('TP', 'thành phố', 'abbreviation')]
    """
    written = tidy(text).strip()
    known = lexicon if isinstance(lexicon, Lexicon) else Lexicon.of(lexicon or {})
    rewrites = _claims(written, known, options)
    said = _joined(written, rewrites)
    settled = _settled(said, known.protecting, options)
    if settled != said:
        rewrites = [Rewrite(0, len(written), written, settled, "reading.again", Confidence.GUESS)]
    return Reading(written, settled, tuple(rewrites))


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


def _settled(said: str, protecting: Lexicon, options: Options) -> str:
    """Read a spoken form again until nothing changes.

    Only text with glued or broken tokens ("1.5ABC") needs it; whatever it changes is a guess as a whole.
    """
    for number in range(_MOST_PASSES):
        again = _joined(said, _claims(said, protecting, options))
        if again == said:
            break
        # A chain such as "T.Tp.Tp.Tp" gives up one link a pass; parted, it is read in one.
        said = again if number < _PATIENT_PASSES else _GLUE.sub(r"\g<0> ", again)
    return said


def _claims(written: str, lexicon: Lexicon, options: Options) -> list[Rewrite]:
    taken = bytearray(len(written) + 1)
    found = [_entered(entry, written, start, end) for entry, start, end in lexicon.matches(written)]
    for rewrite in found:
        taken[rewrite.start : rewrite.end] = b"\x01" * (rewrite.end - rewrite.start)
    plain_text = plain(written)
    starts = tokens(written, _WORDS, foreign=options.foreign is not Foreign.VOICE)
    for kind, rule in _PLAN:
        places = starts[kind]
        if not places or (rule.keys is not None and rule.keys.isdisjoint(places)):
            continue
        for match in _candidates(rule, written, plain_text, places, taken):
            start, end = match.span()
            said = None if start == end or 1 in taken[start:end] else rule.speak(Site(match, plain_text, options))
            if said is not None:
                taken[start:end] = b"\x01" * (end - start)
                found.append(_rewrite(match, rule.name, said))
    found.sort(key=_start)
    return found


def _candidates(rule: Rule, written: str, plain_text: str, places: Places, taken: bytearray) -> Iterable[re.Match[str]]:
    if rule.start is Start.ANYWHERE:
        return rule.pattern.finditer(written) if any(map(plain_text.__contains__, rule.needs)) else ()
    match, keys = rule.pattern.match, rule.keys
    return (found for key, starts in places.items() if keys is None or key in keys for start in starts if not taken[start] and (found := match(written, start)))


def _rewrite(match: re.Match[str], name: str, said: str | Said) -> Rewrite:
    if isinstance(said, str):
        said = Said(said)
    return Rewrite(match.start(), match.end(), match[0], said.words.strip() or said.words, name, said.confidence, said.because)


def _entered(entry: Entry, written: str, start: int, end: int) -> Rewrite:
    printed = written[start:end]
    words = printed if entry.protects else entry.spoken
    return Rewrite(start, end, printed, words, "protected" if entry.protects else "lexicon", Confidence.CERTAIN, entry.because)


def _joined(written: str, rewrites: Sequence[Rewrite]) -> str:
    pieces: list[str] = []
    position = 0
    last = ""
    for rewrite in rewrites:
        printed, said = written[position : rewrite.start], rewrite.spoken
        last = printed[-1:] or last
        glued = bool(said) and said[0] not in ".,;:!?" and last.isalnum()
        pieces += [printed, f" {said}" if glued else said]
        last = said[-1:] or (" " if rewrite.written.isspace() else last)
        position = rewrite.end
        if said and written[position : position + 1].isalnum():
            pieces.append(" ")
            last = " "
    pieces.append(written[position:])
    return _tidied("".join(pieces))


def _tidied(text: str) -> str:
    if _UNTIDY.search(text):
        for pattern, replacement in _TIDYING:
            text = pattern.sub(replacement, text)
    return text.strip()
