"""Whose turn it is to ask an engine: one pace and one rest for all that share it, whatever thread, process or machine they are in.

What is shared is a :class:`Standing`; what may become of it is said here, by functions of the moment. Who keeps it, and on whose clock,
is the adapter's matter. Moments and lengths of time are milliseconds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

BREAKS_AT = 5
"""Bad answers in a row after which nobody asks for a while, and then one alone."""

USUAL_PAUSE = 3_000
"""After "too many requests" that does not say how long to wait."""

SHORTEST_BREAK, LONGEST_BREAK = 30_000, 900_000
LONGEST_PAUSE = 3_600_000
"""A service that wants to be left alone for longer is asked once an hour all the same."""

TRIAL = 90_000
"""One that went alone and has not been heard of for so long is given up, and another goes."""

LATE = 100
"""Requests keep to the limit as long as none is later at the service than this."""


class Went(StrEnum):
    """How a request went."""

    OK = "ok"
    THROTTLED = "throttled"
    """The service said that it is asked too often."""

    FAILED = "failed"
    """It could not be reached, or did not answer with sound."""

    REJECTED = "rejected"
    """It was about the text; of the service it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Leave to ask once."""

    at: int
    """When the request may go."""

    now: int
    trial: int = 0
    """Until when it alone may ask, of one that tries whether the service answers again; else 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nobody may ask for now."""

    until: int
    now: int
    why: Went
    on_trial: bool = False
    """One is asking to see whether the service answers again, so the pause may end at any moment."""

    @property
    def left(self) -> int:
        """Give how long it lasts from now."""
        return self.until - self.now


class Turns(Protocol):
    """The turns of one engine, kept for all that share it."""

    def take(self) -> Turn | Pause:
        """Take the next turn, where there is no pause."""

    def seen(self, turn: Turn) -> Turn | Pause:
        """Look whether a turn still counts now that its moment has come; gives it with the present moment."""

    def tell(self, turn: Turn, went: Went, wait: int | None = None) -> Pause | None:
        """Say how a request went.

        Args:
            turn: the one with which it went.
            went: what came of it.
            wait: how long the service wants to be left alone, where it says so.

        Returns:
            The pause that there is now; None for none.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What all that share an engine know of it."""

    next: int = 0
    """No turn before it has been left free."""

    failures: int = 0
    """Bad answers in a row."""

    until: int = 0
    """Nobody asks before."""

    trial: int = 0
    """Until when the one that asks alone may take; 0 where nobody does."""

    why: Went = Went.OK
    """What the last bad answer was."""


def gap_of(a_second: float) -> int:
    """Give the time between two turns at which no second sees more requests than a limit and a tenth, though one may come :data:`LATE`.

    >>> [gap_of(limit) for limit in (0.5, 1, 4, 10, 20)]
    [2000, 1100, 275, 100, 50]
    """
    most = max(1, math.floor(round(a_second * 1.1, 6)))
    return max(1, math.ceil(1000 / a_second), math.ceil((1000 + LATE) / most))


def taken(found: Standing, now: int, gap: int) -> tuple[Standing, Turn | Pause]:
    """Take a turn; after a break the first that comes goes alone."""
    pause = pause_of(found, now)
    if pause:
        return found, pause
    at = found.next if now <= found.next <= now + LONGEST_PAUSE else now  # further ahead is a clock that was set back
    if found.failures >= BREAKS_AT:
        trial = now + TRIAL
        return replace(found, next=max(at, now + gap), trial=trial), Turn(at=now, now=now, trial=trial)
    return replace(found, next=at + gap), Turn(at=at, now=now)


def seen(found: Standing, turn: Turn, now: int) -> Turn | Pause:
    """Give a turn with the present moment, or the pause that was declared since it was taken."""
    if _is_trial(found, turn):
        return replace(turn, now=now)
    broken = found.failures >= BREAKS_AT
    pause = pause_of(found, now) or (Pause(until=now, now=now, why=found.why) if broken else None)
    return pause or replace(turn, now=now)


def told(found: Standing, turn: Turn, went: Went, wait: int | None, now: int) -> Standing:
    """Give what is known after an answer. While nobody may ask, answers to earlier requests neither lengthen nor end that."""
    trial = _is_trial(found, turn)
    counts = trial or found.failures < BREAKS_AT
    kept = replace(found, trial=0) if trial else found
    if went is Went.OK:
        return replace(kept, failures=0, until=0 if trial else kept.until) if counts else kept
    if went is Went.REJECTED:
        return kept
    pause = 0 if went is Went.FAILED else USUAL_PAUSE if wait is None else wait
    failures = found.failures + counts
    if counts and failures >= BREAKS_AT:
        pause = max(pause, min(LONGEST_BREAK, SHORTEST_BREAK << min(failures - BREAKS_AT, 16)))
    until = max(kept.until, now + min(pause, LONGEST_PAUSE)) if pause else kept.until
    return replace(kept, failures=failures, until=until, why=went if counts else kept.why)


def pause_of(found: Standing, now: int) -> Pause | None:
    """Give the pause that there is now."""
    until, trial = (moment if moment <= now + LONGEST_PAUSE else 0 for moment in (found.until, found.trial))
    if until > now:
        return Pause(until=until, now=now, why=found.why)
    if found.failures >= BREAKS_AT and trial > now:
        return Pause(until=trial, now=now, why=found.why, on_trial=True)
    return None


def _is_trial(found: Standing, turn: Turn) -> bool:
    return turn.trial != 0 and turn.trial == found.trial


TurnsOf = Callable[[str], Turns]
"""Gives the turns of an engine's name."""
