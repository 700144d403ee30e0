"""What listeners downloaded, from the access logs that the newsroom names, as plain values for a page; and a picture of it by day."""

import glob
import io
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from audiopub.audience import Broken, Question, counted, excluded, shelf_of
from audiopub.config import Settings
from audiopub.desk.model import name_of
from audiopub.errors import BadInput, FeedInvalid, TryAgain
from audiopub.listens import Report

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

MOST_DAYS = 366
_TOP = 50
_REST = timedelta(minutes=1)
"""For which counts are not made again, however fast the logs grow."""

_LONG = timedelta(minutes=30)
"""For which they are not where the logs stand still: episodes get other titles meanwhile."""

_MOST_KEPT = 64
_AT_ONCE = 4
"""Who may wait while logs are read."""

Stamp = tuple[tuple[str, int, int], ...]
"""Logs with their sizes and times."""


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    at: datetime
    values: Mapping[str, Any]

    def is_good(self, stamp: Stamp, now: datetime) -> bool:
        return self.at <= now < self.at + (_LONG if self.stamp == stamp else _REST)


class Listens:
    """Counts downloads, and keeps the counts for a while: a log of a year takes minutes to read, and a page is looked at often. Threads may share it."""

    def __init__(self, settings: Settings, salt: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Count what an installation's logs tell.

        Args:
            settings: which logs, and where the catalog is.
            salt: gives random bytes, by which listeners are known within one count only.
        """
        self._settings, self._salt = settings, salt
        self._lock, self._room = threading.Lock(), threading.BoundedSemaphore(_AT_ONCE)
        self._kept: dict[tuple[str, int, date], _Kept] = {}

    def of(self, show: str, days: int, now: datetime) -> Mapping[str, Any]:
        """Give what was downloaded of a show in so many days, today included; see :func:`listens`.

        Raises:
            TryAgain: the logs are being read, and enough wait for it already.
        """
        stamp, key = _stamp(self._settings.access_logs), (show, days, now.astimezone(VIETNAM).date())
        known = self._kept.get(key)
        if known is not None and known.is_good(stamp, now):
            return known.values
        if not self._room.acquire(blocking=False):  # all who wait would have all threads of the server, and nobody could edit
            raise TryAgain("api.title_busy")
        try:
            with self._lock:  # two that ask at once read the logs once
                known = self._kept.get(key)
                if known is None or not known.is_good(stamp, now):
                    known = self._kept[key] = _Kept(stamp, now, listens(self._settings, show, days, now, salt=self._salt(16)))
                    while len(self._kept) > _MOST_KEPT:
                        del self._kept[next(iter(self._kept))]
                return known.values
        finally:
            self._room.release()


def listens(settings: Settings, show: str, days: int, now: datetime, *, salt: bytes) -> dict[str, Any]:
    """Count the downloads of a show, as `audiopub stats` does.

    Args:
        settings: which logs, and where the catalog is.
        show: slug.
        days: how many, today included; no more than :data:`MOST_DAYS` are counted.
        now: the present moment, aware.
        salt: random bytes, by which listeners are known in this count only.

    Returns:
        ``logs``: whether any are named; ``read``: how many were there; ``broken``: those that could not be read to their end, with the reason;
        ``downloads``, ``listeners``; ``days``: each day with its ``downloads``, also where there were none; ``episodes``: the 50 that were
        downloaded most, with ``name``, ``title``, ``published``, ``downloads``, ``listeners``, ``share``; ``heard``: of how many there were any; ``apps``:
        ``app``, ``downloads``, ``share``; ``first`` and ``last``: the oldest and newest line that could be read, as ISO moments, or None.
    """
    days = max(1, min(days, MOST_DAYS))
    today = now.astimezone(VIETNAM).date()
    since = datetime(today.year, today.month, today.day, tzinfo=VIETNAM) - timedelta(days=days - 1)
    every = [since.date() + timedelta(days=number) for number in range(days)]
    logs = [path for path, _, when in _stamp(settings.access_logs) if when >= since.timestamp() * 1e9]
    report, broken = _counted(settings, show, Question(logs=tuple(logs), since=since, excluded=excluded(()), zone=VIETNAM), salt)
    found: dict[str, Any] = {"logs": bool(settings.access_logs), "read": len(logs), "broken": [{"log": Path(one.log).name, "reason": one.reason} for one in broken]}
    return found | _plain(report, show, every)


def _counted(settings: Settings, show: str, question: Question, salt: bytes) -> tuple[Report | None, tuple[Broken, ...]]:
    if not question.logs:
        return None, ()
    try:
        return counted(shelf_of(settings, show), question, io.BufferedReader(io.BytesIO()), salt, lambda _done, _of: None)
    except FeedInvalid:  # nothing was published yet
        return None, ()
    except BadInput as error:  # a log was turned over in this moment, or may not be read
        return None, (Broken(str(error.details.get("source", "")), str(error.details.get("reason", ""))),)


def _plain(report: Report | None, show: str, every: Sequence[date]) -> dict[str, Any]:
    heard = [one for one in report.episodes if one.downloads] if report else []
    whole = report.downloads if report else 0
    return {
        "downloads": whole, "listeners": report.listeners if report else 0, "heard": len(heard),
        "days": [{"day": day.isoformat(), "downloads": report.days.get(day, 0) if report else 0} for day in every],
        "episodes": [
            {"name": name_of(show, one.episode.id), "title": one.episode.title, "published": one.episode.moment.isoformat(), "downloads": one.downloads,
             "listeners": one.listeners, "share": one.downloads / whole}
            for one in heard[:_TOP]
        ],
        "apps": [{"app": app, "downloads": count, "share": count / whole} for app, count in (report.apps if report else {}).items()],
        "first": report.first.isoformat() if report and report.first else None, "last": report.last.isoformat() if report and report.last else None,
    }  # fmt: skip


def _stamp(named: Sequence[str]) -> Stamp:
    """Find the logs that are there now; what a pattern finds twice counts once."""
    found: dict[str, tuple[str, int, int]] = {}
    for pattern in named:
        for name in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207  the pattern is whole, with its folder
            path = Path(name)
            try:
                stat = path.stat()
            except OSError:
                continue
            if path.is_file():
                found.setdefault(str(path.resolve()), (name, stat.st_size, stat.st_mtime_ns))
    return tuple(found.values())


# A picture of the days

_WIDTH, _HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP_EDGE, _BOTTOM = 52, 8, 12, 26
_MOST_LABELS = 8
_MOST_LINES = 4
_GAP = 0.25


def plot(days: Sequence[Mapping[str, Any]], *, title: str, description: str, marked: str = "listens") -> str:
    """Draw the downloads of each day as an SVG that stands in a page: no style of its own, no script, the page's colours.

    Args:
        days: as :func:`listens` gives them.
        title: what it shows, read out to who does not see it.
        description: what is to be seen in it.
        marked: beginning of the ids in it, which no other picture of the page has.
    """
    counts = [int(day["downloads"]) for day in days]
    most, step = _scale(max(counts, default=0))
    across = (_WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    parts = [
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{marked}-title {marked}-desc" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{marked}-title">{escape(title)}</title><desc id="{marked}-desc">{escape(description)}</desc>',
        *(_line(value, most) for value in range(0, most + 1, step)),
        *(_bar(day, place, across, most) for place, day in enumerate(days)),
        *(_label(days[place], place, across) for place in range(0, len(days), -(-len(days) // _MOST_LABELS) or 1)),
        "</svg>",
    ]
    return "".join(parts)


def _scale(most: int) -> tuple[int, int]:
    """Give the upper end of the scale and the step between its lines, whole and round numbers.

    >>> _scale(0), _scale(3), _scale(37), _scale(1204)
    ((1, 1), (3, 1), (40, 10), (1500, 500))
    """
    step = 1
    for step in (factor * 10**power for power in range(10) for factor in (1, 2, 5)):
        if step * _MOST_LINES >= most:
            break
    return max(1, -(-most // step)) * step, step


def _height(count: float, most: int) -> float:
    return (_HEIGHT - _TOP_EDGE - _BOTTOM) * count / most


def _line(value: int, most: int) -> str:
    y = _HEIGHT - _BOTTOM - _height(value, most)
    return (
        f'<line class="plot-line" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" stroke-opacity="0.2"/>'
        f'<text class="plot-text" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="12" fill="currentColor">{_grouped(value)}</text>'
    )


def _bar(day: Mapping[str, Any], place: int, across: float, most: int) -> str:
    height = _height(int(day["downloads"]), most)
    x, y = _LEFT + place * across + across * _GAP / 2, _HEIGHT - _BOTTOM - height
    told = f"{_short(day)}: {_grouped(int(day['downloads']))}"
    return f'<rect class="plot-bar" x="{x:.1f}" y="{y:.1f}" width="{across * (1 - _GAP):.1f}" height="{height:.1f}" fill="currentColor"><title>{told}</title></rect>'


def _label(day: Mapping[str, Any], place: int, across: float) -> str:
    x = _LEFT + (place + 0.5) * across
    return f'<text class="plot-text" x="{x:.1f}" y="{_HEIGHT - 8}" text-anchor="middle" font-size="12" fill="currentColor">{_short(day)}</text>'


def _short(day: Mapping[str, Any]) -> str:
    moment = date.fromisoformat(day["day"])
    return f"{moment.day}/{moment.month}"


def _grouped(count: int) -> str:
    """Write a number as Vietnamese does: 12.345."""
    return f"{count:,}".replace(",", ".")
