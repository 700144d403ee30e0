"""Days, months, quarters and years.

A printed "3/4" may be a day or a fraction, "2-1" a day or a score; the cues of ``n/n`` and ``n-n`` in
``lexicon/cues.tsv`` decide, and without one the token is left to the rules for fractions and ranges.
"""

import re

from audiopub.vietnamese.cues import decide
from audiopub.vietnamese.numbers import cardinal, digit_by_digit, month, ordinal, roman
from audiopub.vietnamese.rule import Said, Site, Start, by_context, guess, rule

DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
MONTH = r"(?P<month>0?[1-9]|1[0-2])"
YEAR = r"(?P<year>1\d{3}|20\d{2}|21\d{2})"
_SEPARATOR = r"\s?[/.\-–]\s?"
_DASH = r"\s?[-–—]\s?"
_START = r"(?<![\w.,/\-–])"
_DAY_WORD = re.compile(
    r"(?<!\w)(?:ngày|sáng|trưa|chiều|tối|đêm|dịp|hôm|lễ|nay|qua|"
    r"ngày[^.;,]{1,30} là|hạn (?:chót|cuối)[^.;,]{0,40} là)\s\(?(?:\d{1,2}(?:\.\d{1,2})?\s?(?:,|và|đến|-|–|hoặc)\s?)*$"
)
_DOTTED_DAY = re.compile(r" đến (?:ngày |hết ngày |hết )?\d{1,2}\.\d{1,2}(?:\.\d{4})?(?!\w|[.,]\d)")
_BUSINESS = re.compile(r"doanh thu|lợi nhuận|lãi|lỗ|tăng trưởng|gdp|quí|kết quả kinh doanh|xuất khẩu|q[1-4]/|so với|cùng kì")
_MONTHS_BEFORE = re.compile(r"tháng (?:\d{1,2}\s?(?:,|và|đến|-|–)\s?)+$")
_NO_NOUN = re.compile(r"\s?(?:[.,;:)/]|$)|\s(?:năm|và|hằng|hàng|tới|âm|dương|này|vừa|qua)(?!\w)")
_END = r"(?![\w/]|[.,\-–]\d)"


@rule("time.around_the_clock", Start.FIGURE, r"(?<![\w.,/\-–])24\s?(?:h|giờ)?/(?P<days>7|24)(?P<hours>\s?h)?(?![\w/]|[.,]\d)", keys="/hg")
def around_the_clock(site: Site) -> str | None:
    """Read 24/7 and 24/24, which are no days."""
    if site.before(6).endswith("ngày "):
        return None
    return f"hai mươi tư trên {'bảy' if site['days'] == '7' else 'hai mươi tư'}{' giờ' if site['hours'] else ''}"


@rule("date.full", Start.FIGURE, r"(?<![\w.,/])(?<!\d[\-–])" + DAY + _SEPARATOR + MONTH + _SEPARATOR + YEAR + r"(?!\w|[/.\-]\d)", keys="/.-–")
def full_date(site: Site) -> str:
    """Read 2/9/1945, 20.11.2025 and 05-01-2024."""
    return f"{_day_month(site['day'], site['month'])} {_year(site)}"


@rule("date.iso", Start.FIGURE, r"(?<![\w.,/\-])" + YEAR + r"[-/](?P<month>0[1-9]|1[0-2])[-/](?P<day>0[1-9]|[12]\d|3[01])(?![\w\-])", keys="-/")
def iso_date(site: Site) -> str:
    """Read 2026-11-24."""
    return f"{_day_month(site['day'], site['month'])} {_year(site)}"


@rule("date.day_range", Start.FIGURE, _START + rf"(?P<first>0?[1-9]|[12]\d|3[01]){_DASH}{DAY}\s?(?P<by>[/.])\s?{MONTH}(?:(?P=by){YEAR})?{_END}", keys="-–—")
def day_range(site: Site) -> str | None:
    """Read 21-22/7 and 5-7/8/2026: days of one month, "và" where they are said to be two, else "đến"."""
    first, last = int(site["first"]), int(site["day"])
    if first >= last or (site["by"] == "." and not site["year"]):
        return None
    two = any(words in site.before() for words in ("hai ngày", "2 ngày", "hai đêm", "hai buổi"))
    joint = "và" if two and last == first + 1 else "đến"
    return f"{cardinal(first)} {joint} {_day_month(site['day'], site['month'])}{_and_year(site)}"


@rule(
    "date.full_range",
    Start.FIGURE,
    _START + rf"{DAY}/{MONTH}/{YEAR}{_DASH}(?P<day2>0?[1-9]|[12]\d|3[01])/(?P<month2>0?[1-9]|1[0-2])/(?P<year2>1\d{{3}}|2[01]\d\d){_END}",
    keys="/",
)
def full_range(site: Site) -> str:
    """Read 1/1/2021 - 31/12/2025."""
    last = f"{_day_month(site['day2'], site['month2'])} năm {cardinal(int(site['year2']))}"
    return f"{_day_month(site['day'], site['month'])} {_year(site)} đến {last}"


@rule("date.day_month_range", Start.FIGURE, _START + rf"{DAY}/{MONTH}{_DASH}(?P<day2>0?[1-9]|[12]\d|3[01])/(?P<month2>0?[1-9]|1[0-2])(?:/{YEAR})?{_END}", keys="/")
def day_month_range(site: Site) -> str:
    """Read 28/9 - 3/10."""
    return f"{_day_month(site['day'], site['month'])} đến {_day_month(site['day2'], site['month2'])}{_and_year(site)}"


@rule("date.month_range", Start.FIGURE, rf"(?<![\w.,/\-–])(?P<first>0?[1-9]|1[0-2]){_DASH}{MONTH}\s?[/\-]\s?{YEAR}{_END}", keys="-–—")
def month_range(site: Site) -> str | None:
    """Read "tháng 9-11/2026" and "tháng 1 - 6/2026"."""
    if not site.before().rstrip().endswith("tháng") or int(site["first"]) >= int(site["month"]):
        return None
    return f"{month(int(site['first']))} đến {month(int(site['month']))} {_year(site)}"


@rule("date.year_range", Start.FIGURE, r"(?<![\w.,/\-–])(?P<from>1\d{3}|20\d{2}|21\d{2})\s?[-–—]\s?(?P<to>1\d{3}|20\d{2}|21\d{2})(?!\w|[.,/\-]\d)", keys="-–—")
def year_range(site: Site) -> str | None:
    """Read 2015 - 2035 and 2020-2025."""
    first, last = int(site["from"]), int(site["to"])
    if first > last and last < 1900:  # noqa: PLR2004  two counts, not two years
        return None
    return f"{cardinal(first)} đến {cardinal(last)}"


@rule("date.season", Start.FIGURE, r"(?<![\w.,/\-–])(?P<from>19\d{2}|20\d{2})(?P<by>[/\-–])(?P<to>\d{2})(?![\w/]|[.,\-]\d)", keys="/-–")
def season(site: Site) -> str | None:
    """Read "mùa giải 2025/26" and "niên vụ 2025-26"."""
    century, first = divmod(int(site["from"]), 100)
    last = int(site["to"])
    if last != (first + 1) % 100 or (1 <= last <= 12 and not _season_is_near(site)):  # noqa: PLR2004  2011-12 may be a month
        return None
    return f"{cardinal(century * 100 + first)} đến {cardinal(last) if last > 9 else digit_by_digit(site['to'])}"  # noqa: PLR2004


def _season_is_near(site: Site) -> bool:
    return any(words in site.before() for words in ("mùa", "niên", "vụ", "năm học"))


@rule("date.month_year", Start.FIGURE, r"(?<![\w.,/\-–])" + MONTH + r"\s?[/\-–.]\s?" + YEAR + r"(?!\w|[/\-.]\d)", keys="/-–.")
def month_year(site: Site) -> str | None:
    """Read 3/2026, "tháng 3/2026" and T12/2025; the word "tháng" is said where it is not printed."""
    prior = site.before().rstrip(" (")
    if prior.endswith(("tỉ lệ", "tỉ xích", "bản đồ", "tỉ lệ bản đồ")):
        return None
    if "." in site.match[0] and not prior.endswith("tháng"):
        return None
    if prior.endswith("số"):
        return f"{cardinal(int(site['month']))} {_year(site)}"
    spoken = f"{month(int(site['month']))} {_year(site)}"
    return spoken if prior.endswith("tháng") else f"tháng {spoken}"


@rule("date.month_letter", Start.CAPITALS, r"(?<!\w)T\.?(?P<month>1[0-2]|0?[1-9])[/\-.]" + YEAR + r"(?!\w|[/\-.]\d)", keys=("T",))
def month_letter(site: Site) -> str:
    """Read T12/2025."""
    return f"tháng {month(int(site['month']))} {_year(site)}"


@rule("date.day_month", Start.FIGURE, _START + DAY + r"\s?(?P<by>[/\-])\s?" + MONTH + _END, keys="/-")
def day_month(site: Site) -> Said | None:
    """Read 15-8 and 2/9 where the words around say that it is a day."""
    verdict = decide("n/n" if site["by"] == "/" else "n-n", site, figure_forms(site["day"], site["month"]))
    if verdict.reading != "day":
        return None
    return Said(_day_month(site["day"], site["month"]), verdict.confidence, verdict.because)


@rule("date.day_month_dot", Start.FIGURE, _START + DAY + r"\." + MONTH + r"(?![\w/]|[.,\-–]\d)", keys=".")
def day_month_dot(site: Site) -> str | None:
    """Read "sáng 20.11" and "ngày 2.9", as some papers print days."""
    ranged = site.before(4).endswith("từ ") and _DOTTED_DAY.match(site.after())
    return _day_month(site["day"], site["month"]) if ranged or _DAY_WORD.search(site.before()) else None


@rule("date.month", Start.FIGURE, r"(?<!\w)(?P<month>0?[1-9]|1[0-2])(?!\w|[/.,]\d)")
def month_number(site: Site) -> str | None:
    """Read "tháng 4" as "tháng tư", but not in "3 tháng 4 ngày" and "15 tháng 4 tuổi"."""
    if not site.before(8).endswith("tháng ") or site.after(8).startswith((" ngày", " tuổi")):
        return None
    return month(int(site["month"]))


@rule("date.month_list", Start.FIGURE, r"(?<!\w)4(?!\w|[/.,]\d)")
def april_in_list(site: Site) -> str | None:
    """Read the last of "tháng 3 và 4" or "các tháng 2, 3, 4"; "tháng 3, 4 hộ" counts what follows."""
    return "tư" if _MONTHS_BEFORE.search(site.before()) and _NO_NOUN.match(site.after()) else None


@rule("date.quarter", Start.FIGURE, r"(?<!\w)(?P<quarter>[1-4])(?:\s?[/\-]\s?" + YEAR + r")?(?!\w|[.,]\d)")
def quarter(site: Site) -> str | None:
    """Read "quý 3/2026"."""
    return _quarter(site, int(site["quarter"]))


@rule("date.quarter", Start.CAPITALS, r"(?<!\w)(?P<quarter>I{1,3}|IV)(?:\s?[/\-]\s?" + YEAR + r")?(?!\w)", keys=("I", "II", "III", "IV"))
def quarter_roman(site: Site) -> str | None:
    """Read "quý II/2026" and "quý I và II"."""
    return _quarter(site, roman(site["quarter"]) or 0)


@rule("date.quarter", Start.CAPITALS, r"(?<!\w)Q(?P<quarter>[1-4])[/\-.]\s?" + YEAR + r"(?!\w|[/\-.]\d)", keys=("Q",))
def quarter_letter(site: Site) -> str:
    """Read Q3/2025."""
    number = int(site["quarter"])
    return f"quý {'tư' if number == 4 else cardinal(number)}{_and_year(site)}"  # noqa: PLR2004


@rule("date.quarter", Start.CAPITALS, r"(?<!\w)Q(?P<quarter>[1-4])(?!\w|[.,/]\d)", keys=("Q",))
def quarter_alone(site: Site) -> Said:
    """Read "doanh thu Q3"; the district is printed Q.3."""
    words = f"quý {'tư' if site['quarter'] == '4' else cardinal(int(site['quarter']))}"
    cue = _BUSINESS.search(site.before(60)) or _BUSINESS.search(site.after(60))
    return by_context(words, cue[0]) if cue else guess(words)


@rule("date.months", Start.FIGURE, r"(?<![\w.,/])(?P<months>[1-9]|1[0-2])T\s?[/-]?\s?" + YEAR + r"(?!\w)", keys="T")
def months_of_year(site: Site) -> str:
    """Read 9T2025, the first nine months of a year."""
    return f"{cardinal(int(site['months']))} tháng {_year(site)}"


@rule("date.half", Start.CAPITALS, r"(?<!\w)H(?P<half>[12])/" + YEAR + r"(?!\w)", keys=("H",))
def half_of_year(site: Site) -> str:
    """Read H1/2026."""
    return f"nửa {'đầu' if site['half'] == '1' else 'cuối'} {_year(site)}"


def _quarter(site: Site, number: int) -> str | None:
    prior = site.before(24).rstrip()
    if not prior.endswith(("quí", "quí i và", "quí i,", "quí ii và", "quí iii và", "quí ii,")):
        return None
    spoken = "tư" if number == 4 else cardinal(number)  # noqa: PLR2004
    return spoken + _and_year(site)


@rule("date.weekday", Start.CAPITALS, r"(?<!\w)T(?P<day>[2-7])(?!\w|[.,/]\d)", keys=("T",))
def weekday_letter(site: Site) -> Said | None:
    """Read "T2 - T6" and "sáng T7" where a part of the day, the clock or another day stands beside it."""
    cue = re.search(r"(?:sáng|chiều|tối|trưa|ngày|thứ|t[2-7]|cn|từ)[\s,\-–]*(?:đến\s)?$", site.before(16))
    cue = cue or re.match(r"\s?[,\-–:]?\s?(?:t[2-7]|cn|chủ nhật|\d{1,2}[hg:])", site.after(12))
    return by_context(f"thứ {ordinal(int(site['day']))}", cue[0].strip(" ,-–:") or "a day beside it") if cue else None


@rule("date.birth", Start.CAPITALS, r"(?<!\w)SN[.:]?\s?(?=(?:19|20)\d\d(?!\w))", keys=("SN",))
def birth_year(_site: Site) -> str:
    """Read "(SN 1985)"."""
    return "sinh năm"


@rule("date.weekday", Start.FIGURE, r"(?<!\w)[2-7](?!\w|[.,]\d)")
def weekday(site: Site) -> str | None:
    """Read "thứ 2, 4, 6": days of the week in a list."""
    prior = site.before(30).rstrip()
    listed = prior.endswith((",", " và", "-")) and "thứ" in prior and not any(c.isalpha() for c in prior.rsplit("thứ", 1)[-1].replace("và", "").replace("hằng tuần", ""))
    return ordinal(int(site.match[0])) if listed else None


def figure_forms(first: str, second: str) -> set[str]:
    """Name what two figures with a sign between them can be, for the cues of ``n/n`` and ``n-n``."""
    left, right = (int(part.replace(".", "")) for part in (first, second))
    day = 1 <= left <= 31 and 1 <= right <= 12 and "." not in first + second  # noqa: PLR2004
    tests = {
        "day": day, "no-day": not day, "zero": (first[0] == "0" or second[0] == "0") and left > 0 and right > 0,
        "part": 0 < left < right <= 10, "small": 0 < left < right <= 4, "no-part": not (0 < left < right and (left == 1 or right <= 10)),  # noqa: PLR2004
        "ascending": left < right, "descending": left > right, "equal": left == right, "large": left > 31, "late": left > 12 and day,  # noqa: PLR2004
    }  # fmt: skip
    return {name for name, true in tests.items() if true}


def _year(site: Site) -> str:
    return f"năm {cardinal(int(site['year']))}"


def _and_year(site: Site) -> str:
    return f" {_year(site)}" if site["year"] else ""


def _day_month(day: str, month_: str) -> str:
    return f"{cardinal(int(day))} tháng {month(int(month_))}"


@rule("date.year_short", Start.FIGURE, r"(?<![\w.,/\-–])\d{2}(?=\s?['’]s?(?!\w))", keys="'’")
def decade(site: Site) -> Said | None:
    """Read "những năm 90's"."""
    return guess(cardinal(int(site.match[0]))) if site.before(12).endswith("năm ") else None


RULES = (
    around_the_clock, quarter_letter, quarter_alone, months_of_year, half_of_year, iso_date, full_range, day_month_range, full_date,
    day_range, month_range, year_range, season, quarter, quarter_roman, month_year, month_letter, day_month, day_month_dot,
    birth_year, weekday, weekday_letter, april_in_list, month_number, decade,
)  # fmt: skip
