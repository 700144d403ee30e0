"""What a reading rule is: a pattern that finds candidates and a function that says them or declines."""

import re
from collections.abc import Callable
from dataclasses import dataclass


class Unsure(str):
    """A spoken form given for safety by a rule that does not know; it is flagged for the editor."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of reading one kind of written token.

    The pattern must be linear on any input (no nested quantifiers): rules run on text from outside.
    """

    name: str
    """Dotted, stable, shown to editors: ``date.day_month``."""

    pattern: re.Pattern[str]
    """Finds candidates, context included only through look-around."""

    speak: Callable[[re.Match[str]], str | None]
    """Says a candidate; None leaves it to later rules; :class:`Unsure` flags it."""

    figures_only: bool = False
    """True where no match is possible without a digit in the text: most sentences have none."""


def rule(name: str, pattern: str, *, figures_only: bool = False) -> Callable[[Callable[[re.Match[str]], str | None]], Rule]:
    """Make the decorated function the voice of a rule."""

    def wrap(speak: Callable[[re.Match[str]], str | None]) -> Rule:
        return Rule(name, re.compile(pattern), speak, figures_only)

    return wrap


def fixed(name: str, pattern: str, spoken: str, *, figures_only: bool = False) -> Rule:
    """Make a rule that says every match alike."""
    return Rule(name, re.compile(pattern), lambda _match: spoken, figures_only)


def around(match: re.Match[str], reach: int = 28) -> tuple[str, str]:
    """Give the text just before and just after a candidate as printed; never more of it, so that reading stays linear."""
    return match.string[max(0, match.start() - reach) : match.start()], match.string[match.end() : match.end() + reach]


def before(match: re.Match[str], reach: int = 28) -> str:
    """Give the text just before a candidate, in small letters, for context cues."""
    return around(match, reach)[0].lower()


def after(match: re.Match[str], reach: int = 28) -> str:
    """Give the text just after a candidate, in small letters, for context cues."""
    return around(match, reach)[1].lower()
