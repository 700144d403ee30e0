"""The counts: by episode, by day, by app, and what every line came to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from audiopub.listens.downloads import Requests, Window
from audiopub.listens.model import EpisodeCount, Fate, Period, Published, Report, Shelf, Unreadable

_WEEK = 7 * 24 * 3600


@dataclass(slots=True)
class _Sums:
    """What is added up while windows go by."""

    fates: Counter[Fate]
    downloads: Counter[int] = field(default_factory=Counter)
    listeners: Counter[int] = field(default_factory=Counter)
    last_week: Counter[int] = field(default_factory=Counter)
    first_week: Counter[int] = field(default_factory=Counter)
    apps: Counter[tuple[int, int]] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    everybody: int = 0
    latest: tuple[int, int] | None = None
    """Listener and episode of the latest download: windows come sorted by both."""

    def add(self, window: Window, *, day: date, last: bool, first: bool) -> None:
        """Add a download."""
        episode = window.episode
        self.fates[Fate.DOWNLOAD] += 1
        self.fates[Fate.FOLLOWED] += window.requests - 1
        self.downloads[episode] += 1
        self.days[day] += 1
        self.apps[episode, window.app] += 1
        self.last_week[episode] += last
        self.first_week[episode] += first
        if self.latest != (window.listener, episode):
            self.listeners[episode] += 1
            self.everybody += self.latest is None or self.latest[0] != window.listener
            self.latest = (window.listener, episode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What the lines of all logs came to, but for those that may be downloads."""

    count: int
    fates: Mapping[Fate, int]
    unranged: int
    """Partial answers without a range."""

    unknown: Mapping[str, int]
    unreadable: tuple[Unreadable, ...]
    span: tuple[int, int] | None
    """First and last second; None where no line could be read."""


def counted(shelf: Shelf, requests: Requests, apps: tuple[str, ...], period: Period, zone: tzinfo, lines: Lines) -> Report:
    """Put the counts together.

    Args:
        shelf: the show.
        requests: what may be downloads.
        apps: names by number.
        period: which downloads are wanted, by their first second.
        zone: whose days are counted.
        lines: what became of the lines.
    """
    births = [int(episode.moment.timestamp()) for episode in shelf.episodes]
    begin = max(period.since, lines.span[0]) if lines.span else 0
    end = min(period.until, lines.span[1] + 1) if lines.span else 0
    sums = _Sums(Counter(lines.fates))
    for window in requests.windows():
        if isinstance(window, int):
            sums.fates[Fate.REPEATED] += window
        elif window.when not in period:
            sums.fates[Fate.OUTSIDE] += window.requests
        elif not window.enough:
            sums.fates[Fate.SHORT] += window.requests
        else:
            day = datetime.fromtimestamp(window.when, zone).date()
            sums.add(window, day=day, last=window.when >= end - _WEEK, first=window.when < births[window.episode] + _WEEK)
    episodes = [_episode(episode, place, sums, apps, whole=begin <= births[place] and end >= births[place] + _WEEK) for place, episode in enumerate(shelf.episodes)]
    first, last = (datetime.fromtimestamp(second, zone) for second in lines.span) if lines.span else (None, None)
    return Report(
        lines=lines.count, fates={fate: sums.fates[fate] for fate in Fate}, episodes=tuple(sorted(episodes, key=lambda one: (-one.downloads, one.episode.id))),
        days=dict(sorted(sums.days.items())), downloads=sums.fates[Fate.DOWNLOAD], listeners=sums.everybody, apps=_by_app(_everywhere(sums, apps)),
        first=first, last=last, unranged=lines.unranged, unknown=lines.unknown, unreadable=lines.unreadable,
    )  # fmt: skip


def _everywhere(sums: _Sums, apps: tuple[str, ...]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, number), count in sums.apps.items():
        found[apps[number]] += count
    return found


def _episode(episode: Published, place: int, sums: _Sums, apps: tuple[str, ...], *, whole: bool) -> EpisodeCount:
    return EpisodeCount(
        episode=episode, downloads=sums.downloads[place], listeners=sums.listeners[place], last_week=sums.last_week[place], first_week=sums.first_week[place],
        first_week_whole=whole, apps=_by_app({app: sums.apps[place, number] for number, app in enumerate(apps)}),
    )  # fmt: skip


def _by_app(counts: Mapping[str, int]) -> dict[str, int]:
    return {app: count for app, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count}
