"""Options that say which articles of a source are wanted."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from audiopub.cli.face import option, say
from audiopub.source import Wanted

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SPAN = re.compile(r"(\d{1,4})\s*([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def wanted_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--limit``, ``--since``, ``--include`` and ``--exclude`` to a command."""
    for decorate in (
        option("--exclude", multiple=True, help="help.exclude"),
        option("--include", multiple=True, help="help.include"),
        option("--since", help="help.since"),
        option("--limit", type=click.IntRange(min=1), help="help.limit"),
    ):
        command = decorate(command)
    return command


def wanted(flags: dict[str, Any], now: datetime) -> Wanted:
    """Give what the options ask for.

    Raises:
        click.UsageError: ``--since`` is neither a span nor a day.
    """
    return Wanted(limit=flags["limit"], since=since(flags["since"], now) if flags["since"] else None, include=flags["include"], exclude=flags["exclude"])


def since(text: str, now: datetime) -> datetime:
    """Read a moment: a span before now (``12h``, ``3d``, ``1w``), or a day or a time in Vietnam.

    >>> since("24h", datetime(2026, 11, 25, 6, tzinfo=VIETNAM)).isoformat(), since("2026-11-20", datetime.now(VIETNAM)).isoformat()
    ('2026-11-24T06:00:00+07:00', '2026-11-20T00:00:00+07:00')
    """
    span = _SPAN.fullmatch(text.strip().lower())
    if span:
        return now - timedelta(hours=int(span[1]) * _HOURS[span[2]])
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise click.UsageError(say("usage.bad_since", value=text)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
