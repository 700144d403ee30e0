"""Whether every show still comes out: when its last night ended well, or its newest episode was published."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"(\d{1,5})\s*([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """How fresh a show is."""

    show: str
    newest: datetime | None
    """When something came of it last; None where nothing ever did."""

    is_fresh: bool
    age: timedelta | None


def span(text: str) -> timedelta | None:
    """Read a length of time; None where it is none.

    >>> span("90m"), span("2d"), span("soon")
    (datetime.timedelta(seconds=5400), datetime.timedelta(days=2), None)
    """
    found = _SPAN.fullmatch(text.strip().lower())
    return int(found[1]) * _UNITS[found[2]] if found and int(found[1]) else None


def freshness(shows: Iterable[str], nights: dict[str, int], episodes: dict[str, str], *, now: datetime, most: timedelta) -> Iterator[Fresh]:
    """Judge shows.

    Args:
        shows: those that have sources.
        nights: when the last good night of a show ended, in milliseconds since 1970.
        episodes: when its newest published episode was published, in ISO format.
        now: the present moment, aware.
        most: age from which on a show is stale.
    """
    for show in shows:
        moments = [datetime.fromtimestamp(nights[show] / 1000, UTC)] if nights.get(show) else []
        moments += [datetime.fromisoformat(episodes[show])] if episodes.get(show) else []
        newest = max(moments, default=None)
        age = now - newest if newest else None
        yield Fresh(show=show, newest=newest, is_fresh=age is not None and age <= most, age=age)
