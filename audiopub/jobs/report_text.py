"""A report as text, for a terminal, a mail or a monitor: what somebody has to do stands first."""

import textwrap
from collections.abc import Iterator, Sequence

from audiopub.jobs.report import Line, Report, problems
from audiopub.jobs.wording import figures, headline, length, named, one_line, reason, remedy
from audiopub.messages import Language, message

_WIDTH = 78


def text(report: Report, language: Language) -> str:
    """Write a report as text that ends with a newline.

    Args:
        report: what became of a night.
        language: of the words around titles and addresses.
    """
    return "\n".join(_lines(report, language)) + "\n"


def _lines(report: Report, language: Language) -> Iterator[str]:
    yield from textwrap.wrap(headline(report, language), _WIDTH)
    yield one_line(report.title)
    left = list(problems(report))
    if left or report.missing:
        yield from _heading(message("report.to_do", language), len(left) + len(report.missing))
        for place, line in enumerate(left, 1):
            yield from _problem(report, line, place, language)
        for place, name in enumerate(report.missing, len(left) + 1):
            yield from _wrapped(f"{place}. ", message("feed.missing_file", language, path=one_line(name)))
    yield from _heading(message("report.figures", language))
    shown = figures(report, language)
    widest = max(len(figure.label) for figure in shown)
    yield from (f"  {figure.label:<{widest}}  {figure.value}{f' ({figure.note})' if figure.note else ''}" for figure in shown)
    if report.bulletins:
        yield from _heading(message("report.bulletin_list", language), len(report.bulletins))
        yield from _table(report.bulletins, language)
    if report.lines:
        yield from _heading(message("report.article_list", language), len(report.lines))
        yield from _table(report.lines, language)


def _heading(words: str, count: int = 0) -> Iterator[str]:
    title = f"{words} ({count})" if count else words
    yield from ("", title, "-" * len(title))


def _problem(report: Report, line: Line, place: int, language: Language) -> Iterator[str]:
    lead = f"{place}. "
    yield f"{lead}{named(line, language)}: {one_line(line.title or line.source)}"
    blank = " " * len(lead)
    if line.title:
        yield f"{blank}{one_line(line.source)}"
    yield from _wrapped(blank, reason(line, language))
    yield f"{blank}> {one_line(remedy(report, line))}"


def _wrapped(lead: str, sentence: str) -> list[str]:
    # Addresses and paths stay whole: a broken one cannot be copied.
    return textwrap.wrap(sentence, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False, break_on_hyphens=False)


def _table(lines: Sequence[Line], language: Language) -> Iterator[str]:
    words = [named(line, language) for line in lines]
    widest = max(map(len, words))
    for line, word in zip(lines, words, strict=True):
        lasts = length(line.duration_ms) if line.duration_ms else ""
        yield f"  {word:<{widest}}  {lasts:>7}  {one_line(line.title or line.source)}"
