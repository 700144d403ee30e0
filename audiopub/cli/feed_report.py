"""How the outcome of ``audiopub feed check`` is told."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from audiopub.cli.face import language, say
from audiopub.publish.feedcheck.model import APP_NAMES, App, Finding, Report, Severity
from audiopub.publish.feedcheck.table import Entry, table
from audiopub.publish.feedcheck.verdict import AppVerdict, by_app, count

_SHOWN = 5
"""Places of one rule that are told; all are in the JSON."""

_BY_WEIGHT = tuple(Severity)


def _severity(severity: Severity) -> str:
    names = {Severity.ERROR: say("check.error"), Severity.WARNING: say("check.warning"), Severity.NOTE: say("check.note")}
    return names[severity]


def lines(report: Report, feed: str) -> Iterator[str]:
    """Tell a report: rule by rule, errors first, then app by app, then the count."""
    if not report.findings:
        yield say("say.feed_ok", feed=feed, checks=report.checks)
        return
    place = list(table())
    ordered = sorted(report.findings, key=lambda finding: (_BY_WEIGHT.index(table()[finding.rule].severity), place.index(finding.rule)))
    for rule, findings in groupby(ordered, key=lambda finding: finding.rule):
        yield from _of_rule(table()[rule], list(findings))
    yield say("check.apps")
    yield from (f"  {_of_app(app, verdict)}" for app, verdict in by_app(report, language()).items())
    errors, warnings, notes = (count(report, severity) for severity in _BY_WEIGHT)
    yield say("check.verdict", feed=feed, checks=report.checks, errors=errors, warnings=warnings, notes=notes)


def _of_rule(entry: Entry, findings: list[Finding]) -> Iterator[str]:
    for finding in findings[:_SHOWN]:
        yield f"{entry.name} [{_severity(entry.severity)}]  {finding.where}: {_wrong(entry, finding)}"
    if len(findings) > _SHOWN:
        yield f"    {say('check.more', count=len(findings) - _SHOWN)}"
    yield f"    {say('check.right', right=entry.right[language()])}"
    for app, does in entry.does.items():
        yield f"    {APP_NAMES[app]}: {does.effect.said(language(), findings[0].found)}"
    if not entry.does:
        yield f"    {say('check.nobody')}"
    yield f"    {say('check.source', source=entry.source)}"


def _wrong(entry: Entry, finding: Finding) -> str:
    return entry.wrong[language()].replace("{found}", finding.found)


def _of_app(app: App, verdict: AppVerdict) -> str:
    parts = [does if places == 1 else say("check.places", does=does, count=places) for does, places in verdict.troubles]
    told = "; ".join(parts) or say("check.fine")
    return say("check.app", app=APP_NAMES[app], told=told) + (" " + say("check.unknown", count=verdict.unknown) if verdict.unknown else "")


def document(report: Report, feed: str) -> dict[str, Any]:
    """Give a report as JSON has it; an app of which nothing is known is null."""
    counts = {f"{severity}s": count(report, severity) for severity in _BY_WEIGHT}
    verdicts = by_app(report, language())
    apps = {APP_NAMES[app]: {"troubles": [{"does": does, "places": n} for does, n in verdict.troubles], "unknown": verdict.unknown} for app, verdict in verdicts.items()}
    return {
        "feed": feed, "verdict": "broken" if counts["errors"] else "look" if counts["warnings"] else "fine", "checks": report.checks, **counts,
        "findings": [_finding(finding) for finding in report.findings], "apps": apps,
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    entry = table()[finding.rule]
    return {
        "rule": finding.rule, "severity": entry.severity, "where": finding.where, "what": _wrong(entry, finding), "found": finding.found,
        "right": entry.right[language()], "source": entry.source, "apps": _apps(entry, finding.found),
    }  # fmt: skip


def _apps(entry: Entry, found: str) -> dict[str, Any]:
    told = {app: {"does": does.effect.said(language(), found), "harmful": does.effect.harmful, "source": does.source} for app, does in entry.does.items()}
    return {name: told.get(app) for app, name in APP_NAMES.items()}


def rule_list() -> Iterator[str]:
    """Give the table of rules as Markdown."""
    yield say("check.columns")
    yield "|---|---|---|---|---|"
    for entry in table().values():
        does = "; ".join(f"{APP_NAMES[app]} {does.effect.said(language(), 'N')} ({does.source})" for app, does in entry.does.items()) or say("check.unknown_cell")
        cells = (f"`{entry.name}`", _severity(entry.severity), entry.wrong[language()].replace("{found}", "…"), does, entry.source)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def rule_document() -> list[dict[str, Any]]:
    """Give the table of rules as JSON has it."""
    return [
        {
            "rule": entry.name, "severity": entry.severity, "wrong": entry.wrong[language()], "right": entry.right[language()], "source": entry.source,
            "apps": _apps(entry, "N"),
        }
        for entry in table().values()
    ]  # fmt: skip
