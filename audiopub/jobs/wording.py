"""The words in which a night is told, in a terminal, in a mail and on a page alike."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from audiopub.jobs.report import Line, Report
from audiopub.messages import Language, catalog, message

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_COUNTED = (
    (("published",), "report.published"), (("updated",), "report.updated"), (("held",), "report.held"), (("failed",), "report.failed"),
    (("parked", "cancelled"), "report.stopped"), (("embargoed",), "report.embargoed"), (("unchanged", "withdrawn", "pinned", "on_desk", "twin"), "report.unchanged"),
)  # fmt: skip
"""Outcomes in the order in which they matter, and how many of them are told."""

_NAMED = {
    "published": "report.is_published", "updated": "report.is_updated", "unchanged": "report.is_unchanged", "embargoed": "report.is_embargoed",
    "withdrawn": "report.is_withdrawn", "pinned": "report.is_pinned", "held": "report.is_held", "failed": "report.is_failed", "cancelled": "report.is_cancelled",
    "parked": "report.is_parked", "twin": "report.is_twin", "on_desk": "report.is_on_desk",
}  # fmt: skip

_ACCEPTABLE = frozenset(
    {"article.paywall", "article.too_short", "article.photo_story", "article.mojibake", "article.not_vietnamese", "article.incomplete"}
)  # fmt: skip
"""Refusals that a person may overrule as they are."""

_UNTITLED = "article.no_title"

_BAD = frozenset({"failed", "parked", "cancelled"})
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""What moves a terminal's cursor or turns the order of letters round; titles come from other people's pages."""

_LONGEST = 400
"""Letters of a reason; some details of errors are a whole sentence of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One of a night's numbers."""

    name: str
    label: str
    value: str
    note: str = ""
    """What stands beside it in smaller type."""


def one_line(text: str) -> str:
    r"""Bring a text to one line that a terminal shows as it is.

    >>> one_line("Giá\x1b[31m vàng\n tăng")
    'Giá [31m vàng tăng'
    """
    return " ".join(_UNSEEN.sub(" ", text).split())


def day(report: Report, language: Language) -> str:
    """Give the night's date as it is written: ``26/11``, ``2026-11-26``."""
    return whole_day(report, language).removesuffix(f"/{report.date[:4]}")


def whole_day(report: Report, language: Language) -> str:
    """Give the night's date with its year."""
    parts = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", report.date)
    return f"{parts[3]}/{parts[2]}/{parts[1]}" if parts and language == "vi" else report.date


def headline(report: Report, language: Language) -> str:
    """Tell a night in one sentence."""
    return message("report.headline", language, day=day(report, language), told=", ".join(_told(report, language)))


def _told(report: Report, language: Language) -> Iterator[str]:
    if not report.lines:
        yield message("report.no_articles" if report.failures else "report.nothing", language)
    elif not report.count("published", "updated", *_BAD, "held") and not report.failures:
        yield message("report.no_news", language)
    for outcomes, key in _COUNTED:
        if count := report.count(*outcomes):
            yield message(key, language, count=number(count, language))
    if made := sum(line.outcome in {"published", "updated"} for line in report.bulletins):
        yield message("report.bulletins", language, count=number(made, language))
    others = len(report.failures) + sum(line.outcome in _BAD | {"held"} for line in report.bulletins)
    if others:
        yield message("report.others_failed", language, count=number(others, language))
    if report.missing:
        yield message("report.missing", language, count=number(len(report.missing), language))


def named(line: Line, language: Language) -> str:
    """Name what became of an article in a word or two."""
    key = _NAMED.get(line.outcome)
    return message(key, language) if key else line.outcome


def reason(line: Line, language: Language) -> str:
    """Say in a sentence why something was not published, and what would be right."""
    told = _sentence(line, language)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1].rstrip() + "…"


def _sentence(line: Line, language: Language) -> str:
    if line.code in catalog(language):
        try:
            return one_line(message(line.code, language, **line.details))
        except (KeyError, ValueError, TypeError, IndexError, AttributeError):  # details of another release
            return one_line(f"{line.code}: {', '.join(map(str, line.details.values()))}")
    if line.code:
        return one_line(line.code)
    if line.outcome == "parked":
        return message("report.why_parked", language)
    return message("report.why_cancelled", language) if line.outcome == "cancelled" else message("report.why_unknown", language)


def is_overruled(line: Line) -> bool:
    """Tell whether the command of :func:`remedy` publishes what was refused, rather than tries again."""
    return line.code in _ACCEPTABLE or line.code == _UNTITLED


def remedy(report: Report, line: Line) -> str:
    """Give the command by which it is done all the same, or again.

    >>> held = Line(source="https://bao.example/a?b=1&c=2", outcome="held", code="article.too_short")
    >>> remedy(Report(show="ban-tin", title="Bản tin", date="2026-11-26", lines=(held,)), held)
    "audiopub render --show ban-tin --accept article.too_short 'https://bao.example/a?b=1&c=2'"
    """
    source = shlex.join((["--"] if line.source.startswith("-") else []) + [line.source])
    show = shlex.quote(report.show)
    if line.code in _ACCEPTABLE:
        return f"audiopub render --show {show} --accept {line.code} {source}"
    if line.code == _UNTITLED:
        return f"audiopub render --show {show} --title '…' {source}"
    if line.job:
        return f"audiopub jobs retry {shlex.quote(line.job)}"
    return f"audiopub nightly {show} --date {shlex.quote(report.date)}"


def figures(report: Report, language: Language) -> list[Figure]:
    """Give a night's numbers in the order in which they are shown; those that say nothing are left out."""
    counts = (
        ("found", message("report.n_found", language), report.found), ("published", message("report.n_published", language), report.count("published")),
        ("updated", message("report.n_updated", language), report.count("updated")),
        ("unchanged", message("report.n_unchanged", language), report.count("unchanged", "withdrawn", "pinned", "on_desk", "twin")),
        ("embargoed", message("report.n_embargoed", language), report.count("embargoed") or None), ("held", message("report.n_held", language), report.count("held")),
        ("failed", message("report.n_failed", language), report.count(*_BAD) + len(report.failures)),
        ("bulletins", message("report.n_bulletins", language), len(report.bulletins) or None), ("requests", message("report.n_requests", language), report.requests),
        ("throttled", message("report.n_throttled", language), report.throttled or None),
    )  # fmt: skip
    found = [Figure(name=name, label=label, value=number(count, language)) for name, label, count in counts if count is not None]
    return found + [figure for figure in (_audio(report, language), _wall(report, language), _hits(report, language), _oldest(report, language)) if figure.value]


def _audio(report: Report, language: Language) -> Figure:
    return Figure(name="audio", label=message("report.n_audio", language), value=span(report.audio_ms, language) if report.audio_ms else "")


def _wall(report: Report, language: Language) -> Figure:
    took = span(max(report.ended_ms - report.began_ms, 0), language) if report.ended_ms and report.began_ms else ""
    return Figure(name="wall", label=message("report.n_wall", language), value=took, note=f"{_clock(report.began_ms)}–{_clock(report.ended_ms)}")


def _hits(report: Report, language: Language) -> Figure:
    of = sum(line.segments for line in report.lines)
    note = message("report.share", language, of=number(of, language), share=report.hits * 100 // of) if of else ""
    return Figure(name="hits", label=message("report.n_hits", language), value=number(report.hits, language) if of else "", note=note)


def _oldest(report: Report, language: Language) -> Figure:
    return Figure(name="oldest", label=message("report.n_oldest", language), value=span(report.oldest_waiting_ms, language) if report.oldest_waiting_ms else "")


def _clock(moment_ms: int) -> str:
    return f"{datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(_VIETNAM):%H:%M}"


def number(count: int, language: Language) -> str:
    """Write a whole number with its thousands apart.

    >>> number(48_200, "vi"), number(48_200, "en")
    ('48.200', '48,200')
    """
    written = f"{count:,}"
    return written.replace(",", ".") if language == "vi" else written


def span(milliseconds: int, language: Language) -> str:
    """Write a length of time as people say it.

    >>> span(7_380_000, "vi"), span(2_760_000, "en"), span(12_400, "vi")
    ('2 giờ 3 phút', '46 min', '12 giây')
    """
    seconds = round(milliseconds / 1000)
    if seconds < 60:  # noqa: PLR2004  a minute
        return message("report.seconds", language, count=seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return message("report.minutes", language, count=minutes)
    return message("report.hours_minutes", language, hours=hours, minutes=minutes) if minutes else message("report.hours", language, hours=hours)


def length(milliseconds: int) -> str:
    """Write an episode's length.

    >>> length(192_000), length(3_725_000)
    ('3:12', '1:02:05')
    """
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
