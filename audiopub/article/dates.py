"""Times as pages write them: for machines and for readers."""

import re
from datetime import UTC, datetime, timedelta, timezone

INDOCHINA = timezone(timedelta(hours=7))
"""Vietnam's zone, assumed for a time that is printed without one. It has no daylight saving."""

_TIME = r"(?P<{0}>\d{{1,2}})\s?(?:[:hg]|giờ)\s?(?P<{1}>\d{{2}})(?:\s?(?:'|phút))?(?::\d{{2}})?\s*(?P<{2}>AM|PM|SA|CH)?"
_DAY = r"(?<!\d)(?P<d>\d{1,2})\s?(?:[/\-.]|\s?tháng\s?)\s?(?P<mo>\d{1,2})\s?(?:[/\-.]|,?\s?năm\s?|,\s)\s?(?P<y>20\d{2})(?!\d)"
_BEFORE_DAY = r"(?:,|-|–|\||/|;)?\s*(?:(?:ngày|thứ \w+|chủ nhật),?\s*)*"
_AFTER_DAY = r"(?:,|-|–|\||lúc|vào lúc|•|·)*"
_PRINTED = re.compile(
    rf"(?:{_TIME.format('h1', 'm1', 'half1')}\s*{_BEFORE_DAY})?{_DAY}(?:\s*{_AFTER_DAY}\s*{_TIME.format('h2', 'm2', 'half2')})?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2}),? (20\d{2})(?:\s*[,|-]*\s*(\d{1,2}):(\d{2})\s*(am|pm)?)?", re.IGNORECASE)
_EPOCH = re.compile(r"1[4-9]\d{8}(?:\d{3})?")
_MODIFIED = re.compile(r"cập nhật|chỉnh sửa|sửa đổi|updated|modified", re.IGNORECASE)


def printed_date(text: str) -> datetime | None:
    """Find a printed date with or without a time, as newspapers print it under a title.

    >>> printed_date("Thứ Sáu, 12/10/2018, 09:15 (GMT+7)").isoformat()
    '2018-10-12T09:15:00+07:00'
    >>> printed_date("8 giờ 05 phút, ngày 2 tháng 11 năm 2026").isoformat()
    '2026-11-02T08:05:00+07:00'
    """
    match = _PRINTED.search(text[:300])
    if not match:
        return _english_date(text[:300])
    hour, minute, half = (match["h1"], match["m1"], match["half1"]) if match["h1"] else (match["h2"], match["m2"], match["half2"])
    try:
        return datetime(int(match["y"]), int(match["mo"]), int(match["d"]), _hour(int(hour or 0), half), int(minute or 0), tzinfo=INDOCHINA)
    except ValueError:
        return None


def _english_date(text: str) -> datetime | None:
    match = _ENGLISH.search(text)
    if not match:
        return None
    month = _MONTHS.index(match[1][:3].lower()) + 1
    try:
        return datetime(int(match[3]), month, int(match[2]), _hour(int(match[4] or 0), match[6]), int(match[5] or 0), tzinfo=INDOCHINA)
    except ValueError:
        return None


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.upper() in {"PM", "CH"} else 0)


def printed_moments(text: str) -> list[tuple[datetime, bool]]:
    """Find every date printed in a line, each with whether it says that it is that of the last change.

    >>> [(found.day, is_change) for found, is_change in printed_moments("Đăng: 02/11/2026 09:00 | Cập nhật: 03/11/2026 09:40")]
    [(2, False), (3, True)]
    """
    pieces = text.split("|") if len(re.findall(_DAY, text, re.IGNORECASE)) > 1 else [text]
    return [(found, bool(_MODIFIED.search(piece))) for piece in pieces if (found := printed_date(piece))]


def moment(text: str) -> datetime | None:
    """Read a time written for machines: ISO 8601 with its usual slips, seconds since 1970, or a printed form.

    >>> moment("2026-03-07T08:07:18 +07:00").isoformat(), moment("2026-11-02T02:15:00Z").isoformat()
    ('2026-03-07T08:07:18+07:00', '2026-11-02T09:15:00+07:00')
    """
    compact = re.sub(r"\s+(?=[+\-]\d{2}:?\d{2}$)", "", text.strip())
    compact = re.sub(r"(\.\d{6})\d+", r"\1", re.sub(r"T(\d):", r"T0\1:", compact))
    if _EPOCH.fullmatch(compact):
        return datetime.fromtimestamp(int(compact[:10]), UTC).astimezone(INDOCHINA)
    try:
        found = datetime.fromisoformat(compact)
    except ValueError:
        return printed_date(text)
    return found.astimezone(INDOCHINA) if found.tzinfo else found.replace(tzinfo=INDOCHINA)


_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?(?:[:hg]|giờ)\s?\d{2}(?:\s?(?:'|phút))?(?::\d{2})?\s*(?:AM|PM|SA|CH)?(?!\d)", re.IGNORECASE)
_DATE_WORDS = re.compile(
    r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|hôm nay|(?:được )?(?:đăng|xuất bản|cập nhật)(?: lúc| ngày)?(?=\s*:|\s*$|\s+\W)|(?:cập nhật|đăng) (?:lúc|ngày)|"
    r"lượt xem\s*:?\s*[\d.,]+|[\d.,]+ (?:lượt xem|phút đọc|bình luận)|"
    r"vào lúc|lúc|ngày|published|updated|posted on|ngày đăng|thời gian|giờ|phút|[ap]m|pt|et)\b|\(?\b(?:gmt|utc)\s*\+?\s*\d*(?::?00)?\)?|\+\s?0?7(?::?00)?",
    re.IGNORECASE,
)


def without_date(text: str) -> str | None:
    """Give what a line says besides a date; None where it holds no date.

    >>> without_date("Thứ Tư, 21/10/2026, 07:15 (GMT+7)"), without_date("Mạc Văn Anh 21/08/2026 - 05:40"), without_date("Mạc Văn Anh")
    ('', 'Mạc Văn Anh', None)
    """
    if not printed_date(text):
        return None
    rest = _CLOCK.sub(" ", _ENGLISH.sub(" ", re.sub(_DAY, " ", text, flags=re.IGNORECASE)))
    words = re.sub(r"\s*[,|•·:]\s*(?=\s*(?:[,|•·:]|$))", " ", _DATE_WORDS.sub(" ", rest))
    return " ".join(words.split()).strip(" ,|-–—:/()•·.")
