"""What a report comes to: app by app, and as a whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from audiopub.messages import Language
from audiopub.publish.feedcheck.model import App, Report, Severity
from audiopub.publish.feedcheck.table import table


@dataclass(frozen=True, slots=True)
class AppVerdict:
    """What one app makes of a feed."""

    troubles: tuple[tuple[str, int], ...]
    """What it does, and at how many places; most places first."""

    unknown: int
    """Broken rules of error or warning severity of which it is not known what this app does."""


def count(report: Report, severity: Severity) -> int:
    """Count the broken rules of a severity; one that is broken at many places counts once."""
    return len({finding.rule for finding in report.findings if table()[finding.rule].severity is severity})


def by_app(report: Report, language: Language) -> Mapping[App, AppVerdict]:
    """Say of each app what it makes of the feed."""
    return {app: _of(app, report, language) for app in App}


def _of(app: App, report: Report, language: Language) -> AppVerdict:
    troubles: Counter[str] = Counter()
    unknown: set[str] = set()
    for finding in report.findings:
        entry = table()[finding.rule]
        does = entry.does.get(app)
        if does is None and entry.severity is not Severity.NOTE:
            unknown.add(finding.rule)
        elif does is not None and does.effect.harmful:
            troubles[does.effect.said(language, finding.found)] += 1
    return AppVerdict(tuple(troubles.most_common()), len(unknown))
