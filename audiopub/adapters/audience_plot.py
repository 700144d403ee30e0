"""A picture of a show's downloads, drawn by matplotlib (extra ``plot``): by day, and by episode."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from audiopub.adapters.plots import WAVE, drawn
from audiopub.listens import Report

_MOST_EPISODES = 15
_LONGEST_TITLE = 46
_MOST_TICKS = 12
_GRID = "#e4e9eb"


def audience(report: Report, title: str, form: str) -> bytes:
    """Draw the counts as ``svg`` or ``png``; the same counts always give the same bytes.

    Args:
        report: the counts.
        title: of the show.
        form: ``svg`` or ``png``.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """
    shown = [one for one in report.episodes if one.downloads][:_MOST_EPISODES]

    def draw(axes: Any) -> None:
        by_day, by_episode = axes
        _draw_days(by_day, report)
        by_day.set_title(f"{title}: {_grouped(report.downloads)} lượt tải, {_grouped(report.listeners)} người nghe", loc="left", fontsize=12, pad=12)
        _draw_episodes(by_episode, [(one.episode.title, one.downloads) for one in shown], len(report.episodes))

    rows = max(4, len(shown))
    return drawn(form, draw, figsize=(14.0, 4.5 + 0.36 * rows), height_ratios=(3.4, 0.36 * rows))


def _draw_days(axes: Any, report: Report) -> None:
    days = all_days(list(report.days))
    counts = [report.days.get(day, 0) for day in days]
    axes.bar(range(len(days)), counts, color=WAVE, width=0.8)
    step = -(-len(days) // _MOST_TICKS) or 1
    places = range(0, len(days), step)
    axes.set_xticks(list(places), [f"{days[place].day}/{days[place].month}" for place in places])
    axes.set(ylabel="lượt tải mỗi ngày", xlim=(-0.6, max(len(days), 1) - 0.4))
    _whole(axes.yaxis, counts)
    axes.grid(axis="y", color=_GRID)
    axes.set_axisbelow(True)


def _draw_episodes(axes: Any, rows: Sequence[tuple[str, int]], of: int) -> None:
    places = range(len(rows))
    counts = [count for _, count in rows]
    axes.barh(places, counts, color=WAVE, height=0.7)
    axes.set_yticks(list(places), [title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…" for title, _ in rows])
    for place, count in enumerate(counts):
        axes.annotate(_grouped(count), (count, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set(xlabel="lượt tải mỗi tập" + (f" ({len(rows)} trong {of} tập)" if len(rows) < of else ""), ylim=(max(len(rows), 1) - 0.4, -0.6))
    _whole(axes.xaxis, counts)
    axes.margins(x=0.08)
    axes.grid(axis="x", color=_GRID)
    axes.set_axisbelow(True)


def _whole(axis: Any, counts: Sequence[int]) -> None:
    """Mark whole numbers only: nobody downloads half an episode."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    axis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda value, _place: _grouped(round(value)))
    if not any(counts):
        axis.set_view_interval(0, 1, ignore=True)


def _grouped(count: int) -> str:
    """Write a number as Vietnamese does.

    >>> _grouped(12345)
    '12.345'
    """
    return f"{count:,}".replace(",", ".")


def all_days(days: Sequence[date]) -> list[date]:
    """Give every day from the first to the last.

    >>> [day.day for day in all_days([date(2026, 11, 29), date(2026, 12, 2)])]
    [29, 30, 1, 2]
    """
    return [days[0] + timedelta(days=place) for place in range((days[-1] - days[0]).days + 1)] if days else []
