"""Dates, months, quarters, years and the clock.

A printed "3/4" may be a day or a fraction and "2-1" a day or a score; the words just before decide,
and without a cue the token is left to the rules for fractions and ranges.
"""

import re

from audiopub.vietnamese.numbers import cardinal, digit_by_digit, month, roman
from audiopub.vietnamese.rule import after, before, rule

_SEPARATOR = r"\s?[/.\-–]\s?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_YEAR = r"(?P<year>1\d{3}|20\d{2}|21\d{2})"
_START = r"(?<![\w.,/\-–])"
_END = r"(?![\w/]|[.,\-–]\d)"

_DAY_CUE = re.compile(
    r"(?:ngày|đường|phố|quảng trường|sáng|trưa|chiều|tối|đêm|hôm|khuya|rạng|lễ|dịp|mùng|mồng|trước|sau|hết|kể từ|từ|đến|tới|vào|lúc|nay|qua|giờ|"
    r"thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|tết|phút|tháng (?:tư|năm|chín) và|và|,|\(|\d[hg]\d*|\d)\s*[(,]?\s*$"
)
"""What stands before a day of the month. "từ" and "đến" also begin ranges, so those need a month to be plausible."""

_WEAK_CUE = re.compile(r"(?:từ|đến|tới|và|,|\(|\d|vào|hết|trước|sau)\s*[(,]?\s*$")
_SCORE_CUE = re.compile(r"(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn|chung cuộc|tỷ lệ|tỉ lệ|đạt|số phiếu)\s[^.;]{0,24}$")
_COUNTED = re.compile(r"\s*(?:số|hộ|người|xã|thôn|huyện|tiêu chí|đại biểu|phiếu|ca|diện tích|dân số|em|học sinh|trường|chi bộ|tổng|doanh nghiệp|lớp|sinh viên)\b")
_DAY_RANGE = re.compile(r"ngày[^.;]{0,12}$")


@rule("date.full", _START + _DAY + _SEPARATOR + _MONTH + _SEPARATOR + _YEAR + r"(?!\w|[/.\-]\d)", figures_only=True)
def full_date(match: re.Match[str]) -> str:
    """Read 2/9/1945, 20.11.2025 and 05-01-2024."""
    return f"{cardinal(int(match['day']))} tháng {month(int(match['month']))} năm {cardinal(int(match['year']))}"


@rule("date.iso", r"(?<![\w.,/\-])" + _YEAR + r"-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\w\-])", figures_only=True)
def iso_date(match: re.Match[str]) -> str:
    """Read 2026-11-24."""
    return full_date.speak(match) or ""


@rule("date.day_range", _START + r"(?P<first>0?[1-9]|[12]\d|3[01])\s?[-–]\s?" + _DAY + "/" + _MONTH + r"(?:/" + _YEAR + ")?" + _END, figures_only=True)
def day_range(match: re.Match[str]) -> str | None:
    """Read 21-22/7: two days of one month, "và" where they are said to be two, else "đến"."""
    first, last = int(match["first"]), int(match["day"])
    if first >= last:
        return None
    two = "hai ngày" in before(match) or "2 ngày" in before(match)
    spoken = f"{cardinal(first)} {'và' if two and last == first + 1 else 'đến'} {cardinal(last)} tháng {month(int(match['month']))}"
    return spoken + (f" năm {cardinal(int(match['year']))}" if match["year"] else "")


@rule(
    "date.day_month_range",
    _START + _DAY + "/" + _MONTH + r"\s?[-–]\s?(?P<day2>0?[1-9]|[12]\d|3[01])/(?P<month2>0?[1-9]|1[0-2])(?:/" + _YEAR + ")?" + _END,
    figures_only=True,
)
def day_month_range(match: re.Match[str]) -> str | None:
    """Read 28/9 - 3/10."""
    spoken = f"{_day_month(match['day'], match['month'])} đến {_day_month(match['day2'], match['month2'])}"
    return spoken + (f" năm {cardinal(int(match['year']))}" if match["year"] else "")


@rule("date.day_month", _START + _DAY + r"[/\-]" + _MONTH + _END, figures_only=True)
def day_month(match: re.Match[str]) -> str | None:
    """Read 15-8 and 2/9 where the words before say that it is a day."""
    context = before(match)
    if not _DAY_CUE.search(context) or _SCORE_CUE.search(context) or _COUNTED.match(after(match)):
        return None
    weak = _WEAK_CUE.search(context)
    if weak and not _plausible_day(match, context):
        return None
    return _day_month(match["day"], match["month"])


@rule("date.month_year", r"(?<![\w/])(?P<word>[Tt]háng\s)?(?<![\d.,/\-])" + _MONTH + r"\s?[/\-]\s?" + _YEAR + r"(?!\w|[/\-]\d)", figures_only=True)
def month_year(match: re.Match[str]) -> str:
    """Read 3/2026 and "tháng 3/2026"."""
    word = match["word"] or "tháng "
    return f"{word}{month(int(match['month']))} năm {cardinal(int(match['year']))}"


@rule("date.month", r"(?<=[Tt]háng )(?P<month>0?[1-9]|1[0-2])(?!\w|[/.,]\d)", figures_only=True)
def month_number(match: re.Match[str]) -> str:
    """Read "tháng 4" as "tháng tư"."""
    return month(int(match["month"]))


@rule("date.quarter", r"(?<=[Qq]uý )(?P<quarter>[1-4]|I{1,3}|IV)(?:\s?[/\-]\s?" + _YEAR + r")?(?!\w)")
def quarter(match: re.Match[str]) -> str | None:
    """Read "quý II/2026" and "quý 3"."""
    written = match["quarter"]
    number = int(written) if written.isdigit() else roman(written)
    spoken = "tư" if number == 4 else cardinal(number or 0)  # noqa: PLR2004
    return spoken + (f" năm {cardinal(int(match['year']))}" if match["year"] else "")


@rule("date.year_range", r"(?<![\w.,/\-–])(?P<from>1\d{3}|20\d{2}|21\d{2})\s?[-–—]\s?(?P<to>1\d{3}|20\d{2}|21\d{2})(?!\w|[.,/\-]\d)", figures_only=True)
def year_range(match: re.Match[str]) -> str:
    """Read 2015 - 2035 and 2020-2025."""
    return f"{cardinal(int(match['from']))} đến {cardinal(int(match['to']))}"


@rule("time.clock", r"(?<![\w.,/:])(?P<hour>[01]?\d|2[0-4])\s?[hHg](?P<minute>[0-5]\d)?(?:['’p])?(?![\w])", figures_only=True)
def clock(match: re.Match[str]) -> str:
    """Read 14h15, 8h and 8h00."""
    return _clock(int(match["hour"]), match["minute"])


@rule("time.colon", r"(?<![\w.,/:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\w:])", figures_only=True)
def colon(match: re.Match[str]) -> str | None:
    """Read 22:05, but not a ratio (tỷ lệ 1:100) or a score."""
    if re.search(r"(?:tỷ lệ|tỉ lệ|tỷ số|tỉ số)\s[^.;]{0,16}$", before(match)):
        return None
    return _clock(int(match["hour"]), match["minute"])


def _clock(hour: int, minute: str | None) -> str:
    spoken = f"{cardinal(hour)} giờ"
    if not minute or minute == "00":
        return spoken
    return f"{spoken} {digit_by_digit(minute) if minute[0] == '0' else cardinal(int(minute))}"


def _day_month(day: str, month_: str) -> str:
    return f"{cardinal(int(day))} tháng {month(int(month_))}"


def _plausible_day(match: re.Match[str], context: str) -> bool:
    """With a weak cue, want a date word nearby, or a day too large to be the top of a fraction."""
    near = re.search(r"ngày|tháng|sáng|chiều|tối|lễ|dịp|kể từ|từ\s*$|trước\s*$|sau\s*$|hết\s*$|vào\s*$|\d[hg]", context)
    return bool(near) or int(match["day"]) > int(match["month"])


RULES = (iso_date, full_date, day_month_range, day_range, year_range, month_year, day_month, quarter, month_number, clock, colon)
