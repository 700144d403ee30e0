"""What a reading rule is: where it may begin, a pattern, and a function that says what was found or declines."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.options import Options


class Start(StrEnum):
    """The kinds of places at which a rule is tried; a text is cut into them once for all rules.

    Trying rules only there, not at every character, is what makes reading fast: most words of an article are
    plain words, and no rule looks at them.
    """

    FIGURE = "figure"
    """The first digit of a run of digits."""

    CAPITALS = "capitals"
    """The first letter of a word that has a capital anywhere but in its first place, or is a single capital."""

    WORD = "word"
    """The first letter of any other word that is among the keys of some rule."""

    GLUED = "glued"
    """The first letter of any other word that a figure follows at once, or a hyphen and a figure."""

    FOREIGN = "foreign"
    """The first letter of every word; only where a show wants foreign words respelled."""

    SIGN = "sign"
    """Any character that is neither letter, digit, space nor one of the marks ``. , ; : ! ?``."""

    UNIT = "unit"
    """The first character of what follows a figure, or a word such as "triệu", straight or after one space."""

    ANYWHERE = "anywhere"
    """The pattern itself searches the text, where it holds one of the rule's ``needs``."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words for a span, and how sure the rule is of them."""

    words: str
    confidence: Confidence = Confidence.CERTAIN
    because: str = ""
    """The words around the span that decided, for an editor; empty where the span alone did."""


def guess(words: str) -> Said:
    """Say something safe without knowing; it is flagged for the editor."""
    return Said(words, Confidence.GUESS)


def by_context(words: str, because: str) -> Said:
    """Say what the words around the span ask for."""
    return Said(words, Confidence.CONTEXT, because)


@dataclass(frozen=True, slots=True)
class Site:
    """A candidate: a match of a rule's pattern, and the text it stands in."""

    match: re.Match[str]
    plain: str
    """The whole text in the form cues are written in (:func:`audiopub.vietnamese.letters.plain`); as long as the text itself."""

    options: Options

    def __getitem__(self, group: str | int) -> str:
        """Give a group of the match, empty where it took no part."""
        return self.match[group] or ""

    @property
    def text(self) -> str:
        """Give the whole tidied text."""
        return self.match.string

    def before(self, reach: int = 40) -> str:
        """Give the plain text just before; never more of it than asked for, so that reading stays linear."""
        start = self.match.start()
        return self.plain[max(0, start - reach) : start]

    def after(self, reach: int = 40) -> str:
        """Give the plain text just after."""
        end = self.match.end()
        return self.plain[end : end + reach]

    def printed_before(self, reach: int = 40) -> str:
        """Give the text just before as printed."""
        start = self.match.start()
        return self.text[max(0, start - reach) : start]

    def printed_after(self, reach: int = 40) -> str:
        """Give the text just after as printed."""
        end = self.match.end()
        return self.text[end : end + reach]


Speak = Callable[[Site], "str | Said | None"]
"""Says a candidate: words it is certain of, or :class:`Said`; None leaves the candidate to later rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of reading one kind of written token.

    The pattern must be linear on any input (no nested quantifiers): rules run on text from outside.
    """

    name: str
    """Dotted, stable, shown to editors: ``date.day_month``."""

    start: Start
    pattern: re.Pattern[str]
    """Matched at the places of :attr:`start`; may look behind them."""

    speak: Speak
    needs: tuple[str, ...] = ()
    """For :attr:`Start.ANYWHERE`: the text is searched only if it holds one of these, in small letters."""

    keys: frozenset[str] | None = None
    """What a place must show for the rule to be tried there; None where anything will do. For words it is the first word; for
    :attr:`Start.FIGURE` the character after the figures, one space passed over. Most places show nothing that a rule wants, and looking
    a key up is far quicker than trying a pattern."""


def rule(name: str, start: Start, pattern: str, *, needs: tuple[str, ...] = (), keys: Iterable[str] | None = None) -> Callable[[Speak], Rule]:
    """Make the decorated function the voice of a rule."""

    def wrap(speak: Speak) -> Rule:
        return Rule(name, start, re.compile(pattern), speak, needs, None if keys is None else frozenset(keys))

    return wrap


def fixed(name: str, start: Start, pattern: str, said: str | Said, *, needs: tuple[str, ...] = (), keys: Iterable[str] | None = None) -> Rule:
    """Make a rule that says every match alike."""
    return Rule(name, start, re.compile(pattern), lambda _site: said, needs, None if keys is None else frozenset(keys))


def heads(written: Iterable[str]) -> frozenset[str]:
    """Give the first words of written forms: "km" of "km2", "đ" of "đ/c"."""
    return frozenset(found[0] for form in written if (found := _HEAD.match(form)))


_HEAD = re.compile(r"[^\W\d_]+")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZĐ"
"""Keys for a capital letter after figures, or a word of one letter."""
