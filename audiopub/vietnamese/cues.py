"""Which reading of an ambiguous token the words around it ask for: a table of cues, weighed.

The table is ``lexicon/cues.tsv``: a line says that some words, at some place beside a token, speak for one of its
readings, and how much. The reading with the most weight wins. Where it leads by less than :data:`LEAD`, it is a guess.
An editor or a programmer reads there why a token was read as it was.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.letters import LOWER, UPPER, plain
from audiopub.vietnamese.rule import Site
from audiopub.vietnamese.tables import rows

LEAD = 2
"""By how much the best reading must lead the next one to count as decided."""

_ADJACENT = 44
_NEAR = 48
_WIDE = 160
_PAUSE = " \n(“\"'‘:,"
_CLOSED = " \n)”\"'’"


@dataclass(frozen=True, slots=True)
class Cue:
    """One line of the table: words that speak for a reading."""

    place: str
    """``before``, ``after`` (touching the token), ``near`` (within 48 characters), ``text`` (within 160), ``form`` (a property of the token
    or its neighbours that :func:`forms` or the rule names), ``always``."""

    words: str
    weight: int
    seen: Callable[[Site, Collection[str]], str]
    """Gives the words that were found, empty where none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reading that won."""

    reading: str
    confidence: Confidence
    because: str


@cache
def _table() -> dict[str, dict[str, tuple[Cue, ...]]]:
    subjects: dict[str, dict[str, list[Cue]]] = {}
    for subject, reading, place, words, weight in rows("cues"):
        subjects.setdefault(subject, {}).setdefault(reading, []).append(Cue(place, words, int(weight), _seer(place, words)))
    return {subject: {reading: tuple(cues) for reading, cues in readings.items()} for subject, readings in subjects.items()}


def subjects() -> frozenset[str]:
    """Give every token the table knows: written forms such as ``ĐT``, and shapes such as ``n/n``."""
    return frozenset(_table())


def readings(subject: str) -> tuple[str, ...]:
    """Give the readings a token may have, in the table's order."""
    return tuple(_table()[subject])


def decide(subject: str, site: Site, named: Collection[str] = ()) -> Verdict:
    """Weigh the cues around a token.

    Args:
        subject: a token of :func:`subjects`.
        site: where it stands.
        named: what the calling rule found of its form, such as ``day`` for two figures that may be a day and a month.

    Returns:
        The reading with the most weight; a guess where it leads by less than :data:`LEAD`.
    """
    shapes = {*named, *forms(site)}
    tally = [(reading, _weighed(cues, site, shapes)) for reading, cues in _table()[subject].items()]
    (reading, (most, why)), *others = sorted(tally, key=lambda item: -item[1][0])
    lead = most - max((weight for _, (weight, _) in others), default=0)
    if lead < LEAD:
        return Verdict(reading, Confidence.GUESS, why)
    return Verdict(reading, Confidence.CONTEXT, why)


_FOLLOWING = {
    "capital-after": re.compile(rf"\.?\s?[{UPPER}][^{UPPER}\d\W]"),
    "name-after": re.compile(rf"\.?\s?[{UPPER}][^\W\d]+\s[{UPPER}]"),
    "figure-next": re.compile(r"\.?\s?\d"),
    "figure-after": re.compile(r"[\s.:]*\(?\+?\d"),
    "dot-after": re.compile(r"\."),
    "colon-after": re.compile(r"\s?:"),
    "word-after": re.compile(rf"\s[{LOWER}]"),
    "pause-after": re.compile(r"\s?(?:[,.;:)!?]|$)"),
}
_PRIOR = {
    "name-before": re.compile(rf"(?<!\w)[{UPPER}][{LOWER}]+\s[{UPPER}][{LOWER}]+\s$"),
    "figure-before": re.compile(r"\d\s?$"),
    "capital-before": re.compile(rf"(?<!\w)[{UPPER}][^\W\d]*\s$"),
}


def forms(site: Site) -> set[str]:
    """Name what can be seen of a token's neighbours without knowing a word."""
    following, prior = site.printed_after(24), site.printed_before(24)
    found = {name for name, pattern in _FOLLOWING.items() if pattern.match(following)}
    found.update(name for name, pattern in _PRIOR.items() if pattern.search(prior))
    tests = {
        "start": not prior.strip(" “\"'(-–"), "end": not following.strip(" .”\"')!?"), "bracketed": prior.endswith("(") and following.startswith(")"),
    }  # fmt: skip
    return found.union(name for name, true in tests.items() if true)


def _weighed(cues: tuple[Cue, ...], site: Site, shapes: set[str]) -> tuple[int, str]:
    total, seen = 0, []
    for cue in cues:
        words = cue.seen(site, shapes)
        if words:
            total += cue.weight
            if cue.place != "always":
                seen.append(words)
    return total, ", ".join(seen)


def _seer(place: str, words: str) -> Callable[[Site, Collection[str]], str]:
    """Make the function that looks for a line's words; phrases without * and # need no regular expression."""
    if place == "always":
        return lambda _site, _shapes: "usual"
    if place == "form":
        wanted = frozenset(words.split("|"))
        return lambda _site, shapes: "|".join(sorted(wanted.intersection(shapes)))
    phrases = plain(words).split("|")
    fixed = tuple(phrase for phrase in phrases if not set(phrase) & set("*#"))
    open_ = tuple(phrase for phrase in phrases if set(phrase) & set("*#"))
    look = {"before": _before, "after": _after, "near": _within(_NEAR), "text": _within(_WIDE)}[place]
    return lambda site, _shapes: look(site, fixed, open_)


def _before(site: Site, fixed: tuple[str, ...], open_: tuple[str, ...]) -> str:
    prior = site.before(_ADJACENT)
    ends = (prior.rstrip(_PAUSE), prior.rstrip())
    for phrase in fixed:
        for end in ends:
            if end.endswith(phrase) and not end[-len(phrase) - 1 : -len(phrase)].isalnum():
                return phrase
    return next((found[0] for phrase in open_ if (found := _pattern(rf"(?<!\w){_phrase(phrase)}$").search(ends[0]))), "")


def _after(site: Site, fixed: tuple[str, ...], open_: tuple[str, ...]) -> str:
    following = site.after(_ADJACENT)
    beginnings = (following.lstrip(_CLOSED), following.lstrip())
    for phrase in fixed:
        for beginning in beginnings:
            if beginning.startswith(phrase) and not (phrase[-1:].isalnum() and beginning[len(phrase) : len(phrase) + 1].isalnum()):
                return phrase
    return next((found[0] for phrase in open_ if (found := _pattern(rf"{_phrase(phrase)}(?!\w)").match(beginnings[0]))), "")


def _within(reach: int) -> Callable[[Site, tuple[str, ...], tuple[str, ...]], str]:
    def look(site: Site, fixed: tuple[str, ...], open_: tuple[str, ...]) -> str:
        for window in (site.before(reach), site.after(reach)):
            words = f" {_NO_WORD.sub(' ', window)} "
            for phrase in fixed:
                if f" {phrase} " in words:
                    return phrase
            for phrase in open_:
                found = _pattern(rf"(?<!\w){_phrase(phrase)}(?!\w)").search(window)
                if found:
                    return found[0]
        return ""

    return look


_NO_WORD = re.compile(r"\W+")
_pattern = cache(re.compile)


def _phrase(words: str) -> str:
    """Make a phrase of the table a pattern: ``*`` stands for one word, ``#`` for a figure."""
    return re.escape(words).replace(r"\*", r"\w+").replace(r"\#", r"\d[\d.,]*")
