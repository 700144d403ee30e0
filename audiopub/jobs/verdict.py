"""What a night comes to, as one number for whatever started it."""

from audiopub.jobs.report import Line, Report, problems

PARTIAL = 6
"""Something is left to be looked at; the rest is published."""

_UNDONE = frozenset({"failed", "parked", "cancelled"})

_BY_CODE = (
    ("fetch.", 4), ("speech.unavailable", 69), ("speech.throttled", 69), ("speech.all_failed", 69), ("speech.unknown_", 8), ("speech.", 5), ("again.disk_full", 73),
    ("again.", 75), ("config.", 8), ("article.", 3), ("source.", 3), ("feed.", 7), ("listen.", 9), ("job.broken", 1),
)  # fmt: skip
"""Beginnings of errors' codes, the longer ones first, and what a night ends with where nothing but that happened.

69 (a service is not there), 73 (no room) and 75 (busy) are those of ``sysexits.h``, by which schedulers know what is worth another try.
"""


def exit_code(report: Report) -> int:
    """Give the exit code of a night.

    Returns:
        0 where all is well, 6 where something is left to be looked at, and where nothing at all could be done
        the code of what prevented it, as long as that is one and the same thing.
    """
    left = list(problems(report))
    if not left:
        return PARTIAL if report.missing else 0
    if report.missing or any(line.outcome not in _UNDONE for line in (*report.lines, *report.bulletins)):
        return PARTIAL
    codes = {_code(line) for line in left}
    return codes.pop() if len(codes) == 1 else PARTIAL


def _code(line: Line) -> int:
    return next((code for beginning, code in _BY_CODE if line.code.startswith(beginning)), PARTIAL)
