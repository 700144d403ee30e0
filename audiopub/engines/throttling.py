"""What a service says when it is asked too often."""

import time
from datetime import UTC
from email.utils import parsedate_to_datetime

from audiopub.errors import EngineThrottled

TOO_MANY = 429


def throttled(service: str, retry_after: str | None) -> EngineThrottled:
    """Make the error of a service that wants to be left alone.

    Args:
        service: what people call it.
        retry_after: its header Retry-After, where it sent one.
    """
    now = time.time()
    wait = waiting(retry_after or "", now)
    return EngineThrottled("speech.throttled", engine=service, until=round(now * 1000) + (wait or 0), wait=wait)


def waiting(retry_after: str, now: float) -> int | None:
    """Give how many milliseconds the header Retry-After means, which has seconds or a date; None for nothing that can be understood.

    >>> waiting("2", 0), waiting("Thu, 01 Jan 1970 00:01:00 GMT", 45), waiting("soon", 0)
    (2000, 15000, None)
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9]) * 1000
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, round((moment.timestamp() - now) * 1000))
