"""A report as plain values: what is kept with a night, printed by ``--json``, and read back by whoever shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from audiopub.errors import ConfigInvalid
from audiopub.jobs.report import Line, Report, problems
from audiopub.jobs.verdict import exit_code
from audiopub.jobs.wording import reason, remedy
from audiopub.messages import Language

VERSION = 1
"""Raised when a key changes its meaning or goes away; a further key changes nothing for those who read."""

_OUTCOMES = ("published", "updated", "unchanged", "embargoed", "withdrawn", "pinned", "on_desk", "twin", "held", "failed", "cancelled", "parked")
_LISTS = frozenset({"lines", "bulletins", "failures"})


def plain(report: Report, language: Language | None = None) -> dict[str, Any]:
    """Give a report as values that JSON has.

    Args:
        report: what became of a night.
        language: of the sentences that are added for people; None for none, as it is kept.

    Returns:
        A mapping whose keys are listed in ``docs/nightly.md``.
    """
    found: dict[str, Any] = {"version": VERSION}
    for field in fields(Report):
        value = getattr(report, field.name)
        found[field.name] = [_line(line) for line in value] if field.name in _LISTS else list(value) if isinstance(value, tuple) else value
    found["counts"] = {"found": report.found, **{outcome: report.count(outcome) for outcome in _OUTCOMES}}
    found |= {"hits": report.hits, "audio_ms": report.audio_ms, "exit_code": exit_code(report)}
    if language:
        found["problems"] = [
            {"source": line.source, "outcome": line.outcome, "code": line.code, "job": line.job, "reason": reason(line, language), "remedy": remedy(report, line)}
            for line in problems(report)
        ]
    return found


def from_plain(document: Mapping[str, Any]) -> Report:
    """Read what :func:`plain` gave; keys that are not known are left out.

    Raises:
        ConfigInvalid: a newer audiopub wrote it in another way.
    """
    if document.get("version") != VERSION:
        raise ConfigInvalid("config.newer_report", found=document.get("version"), known=VERSION)
    known = {field.name: document[field.name] for field in fields(Report) if field.name in document}
    known |= {name: _lines(known[name]) for name in _LISTS & set(known)}
    known["missing"] = tuple(known.get("missing", ()))
    return Report(**known)


def _line(line: Line) -> dict[str, Any]:
    return {field.name: _value(getattr(line, field.name)) for field in fields(Line)}


def _value(value: object) -> object:
    """Give a detail of an error as JSON has it; most are text and numbers, and a path or a date is text to whoever reads it."""
    if isinstance(value, Mapping):
        return {str(key): _value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _lines(documents: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    names = {field.name for field in fields(Line)}
    return tuple(Line(**{key: value for key, value in document.items() if key in names}) for document in documents)
