"""A report as one HTML file that needs nothing beside it: no script, no font, no address that is asked."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from audiopub.jobs.report import Line, Report, problems
from audiopub.jobs.wording import figures, headline, is_overruled, length, named, one_line, reason, remedy, whole_day
from audiopub.messages import Language, message

_TONES = {
    "published": "good", "updated": "good", "held": "held", "failed": "bad", "parked": "bad", "cancelled": "bad", "unchanged": "same", "withdrawn": "same",
    "pinned": "same", "twin": "same", "on_desk": "same", "embargoed": "later",
}  # fmt: skip
_ORDER = ("good", "later", "same", "held", "bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    title: str
    address: str
    """Empty where it is none that a browser should follow."""

    source: str
    word: str
    tone: str
    length: str
    fallback: bool
    reason: str = ""
    remedy: str = ""
    note: str = ""
    """What the command comes to."""


def page(report: Report, language: Language = "vi") -> str:
    """Write a report as an HTML page.

    Args:
        report: what became of a night.
        language: of the words around titles and addresses.
    """
    environment = _environment()
    style = _style()
    policy = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'; base-uri 'none'; form-action 'none'"
    left = list(problems(report))
    return environment.get_template("night.html").render(
        language=language, policy=policy, style=Markup(style), headline=_unbroken(headline(report, language)), show=one_line(report.title),  # noqa: S704  our own file
        tone=_tone(report), bar=list(_bar(report)), left=[_row(report, line, language, to_do=True) for line in left], figures=figures(report, language),
        missing=[message("feed.missing_file", language, path=one_line(name)) for name in report.missing],
        bulletins=_rows(report, report.bulletins, language), articles=_rows(report, report.lines, language), date=report.date, day=whole_day(report, language),
        say=lambda key: message(f"report.{key}", language),
    )  # fmt: skip


def _unbroken(sentence: str) -> str:
    """Keep a number and the word behind it on one line."""
    return re.sub(r"(?<=\d) ", "\N{NO-BREAK SPACE}", sentence)


def _rows(report: Report, lines: Iterable[Line], language: Language) -> list[_Row]:
    return [_row(report, line, language) for line in lines]


def _row(report: Report, line: Line, language: Language, *, to_do: bool = False) -> _Row:
    is_web = line.source.startswith(("https://", "http://"))
    return _Row(
        title=one_line(line.title or line.source), address=line.source if is_web else "", source=one_line(line.source), word=named(line, language),
        tone=_TONES.get(line.outcome, "same"), length=length(line.duration_ms) if line.duration_ms else "", fallback=line.fallback,
        reason=reason(line, language) if to_do else "", remedy=one_line(remedy(report, line)) if to_do else "",
        note=message("report.accept" if is_overruled(line) else "report.again", language) if to_do else "",
    )  # fmt: skip


def _tone(report: Report) -> str:
    left = {_TONES.get(line.outcome) for line in problems(report)}
    return "bad" if report.missing or report.failures or "bad" in left else "held" if left else "good"


def _bar(report: Report) -> Iterator[tuple[str, float, float]]:
    """Give the parts of the bar under the headline: tone, where it begins and how wide it is, in hundredths; nothing is narrower than can be seen."""
    counts = {tone: sum(_TONES.get(line.outcome, "same") == tone for line in report.lines) for tone in _ORDER}
    widths = {tone: max(count * 100 / report.found, 1.5) for tone, count in counts.items() if count}
    begin = 0.0
    for tone, width in widths.items():
        share = width * 100 / sum(widths.values())
        yield tone, round(begin, 2), round(share, 2)
        begin += share


@cache
def _style() -> str:
    return files(__package__).joinpath("templates", "night.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("audiopub.jobs"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
