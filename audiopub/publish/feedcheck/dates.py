"""Dates as RFC 2822 writes them, and by which mistake another one differs."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_BODY = rf"(?:(?P<day>{_DAYS}), ?)?\d{{1,2}} (?:{_MONTHS}) \d{{4}} \d\d:\d\d(?::\d\d)?"
_GOOD = re.compile(rf"{_BODY} (?:[+-]\d{{4}}|GMT|UT)")
_NO_ZONE = re.compile(_BODY)
_COLON = re.compile(rf"{_BODY} [+-]\d\d:\d\d")
_NAMED = re.compile(rf"{_BODY} [A-Za-z]{{1,5}}")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")
_DAY = re.compile(rf"\S{{1,12}}, ?\d{{1,2}} (?:{_MONTHS}) \d{{4}} \d\d:\d\d(?::\d\d)? (?:[+-]\d{{4}}|GMT|UT)")
_WORDS = re.compile(r"(?:\S{1,12} ){0,3}\d{1,2} (?:\S{1,12} ){1,3}\d{4} \d\d:\d\d(?::\d\d)?(?: (?:[+-]\d{4}|GMT))?")
"""The shape of a date whose words are in another language."""


def moment_of(text: str) -> datetime | None:
    """Give an aware moment; None where the date breaks RFC 2822 or names no zone.

    >>> moment_of("Tue, 24 Nov 2026 20:00:00 +0700").isoformat()
    '2026-11-24T20:00:00+07:00'
    >>> moment_of("Tue, 24 Nov 2026 20:00:00")
    """
    if not _GOOD.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None


def fault_of(text: str) -> str | None:
    """Name the mistake in a date: the last part of the name of its rule; None where there is none.

    >>> fault_of("Tue, 24 Nov 2026 20:00:00 ICT"), fault_of("T3, 24 Th11 2026 20:00:00 +0700"), fault_of("2026-11-24T20:00:00+07:00")
    ('date_zone_name', 'date_words', 'date_iso')
    """
    if not text:
        return "date"
    good = _GOOD.fullmatch(text)
    if good:
        return _fault_of_good(text, good["day"])
    for name, pattern in _MISTAKES:
        if pattern.fullmatch(text):
            return name
    return "date_form"


def _fault_of_good(text: str, day: str | None) -> str | None:
    if text.endswith("-0000"):
        return "date_zone_unknown"
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return "date_form"
    return "date_weekday" if day and _DAYS.split("|")[moment.weekday()] != day else None


_MISTAKES = (("date_zone", _NO_ZONE), ("date_zone_colon", _COLON), ("date_zone_name", _NAMED), ("date_iso", _ISO), ("date_day", _DAY), ("date_words", _WORDS))
