"""Bare numbers, whatever their separators; the last rules for figures, so that none is left to an engine.

A figure such as "1.500 - 2.000 m3/s" is read by several rules, each claiming one piece: two numbers, the
hyphen of the range, the unit. That keeps every rule short and lets them combine.
"""

import re

from audiopub.vietnamese.cues import decide
from audiopub.vietnamese.letters import LOWER
from audiopub.vietnamese.numbers import cardinal, decimal, digit_by_digit, ordinal
from audiopub.vietnamese.rule import Said, Site, Start, by_context, guess, rule

GROUPED = r"\d{1,3}(?:\.\d{3})+"
_NOT_IN_WORD = r"(?<![\w.,])(?<!\w/)"
_MANY_DIGITS = 10
"""From ten digits without separators on, a figure is an account or a code, not a quantity."""


def quantity(written: str) -> str:
    """Say one printed number, dots for thousands and a comma for decimals.

    >>> quantity("1.234.567"), quantity("15,5"), quantity("1.250,5")
    ('một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy', 'mười lăm phẩy năm', 'một nghìn hai trăm năm mươi phẩy năm')
    """
    whole, _, fraction = written.replace(".", "").partition(",")
    return decimal(whole, fraction) if fraction else cardinal(int(whole))


@rule("number.ip", Start.FIGURE, r"(?<![\w.,])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w]|[.,]\d)", keys=".")
def ip_address(site: Site) -> str | None:
    """Read 192.168.1.1."""
    parts = site.match[0].split(".")
    if all(len(part) == 3 for part in parts[1:]) and not re.search(r"(?<!\w)ip(?!\w)", site.before()):  # noqa: PLR2004
        return None
    return " chấm ".join(cardinal(int(part)) for part in parts)


@rule("number.grouped", Start.FIGURE, rf"{_NOT_IN_WORD}{GROUPED}(?:,\d+)?(?!\d)", keys=".")
def grouped(site: Site) -> str | None:
    """Read 1.234.567 and 1.250,5; 0.125 is no thousand."""
    if site.match[0].startswith("0"):
        return None
    return quantity(site.match[0])


@rule("number.grouped_comma", Start.FIGURE, _NOT_IN_WORD + r"[1-9]\d{0,2}(?:,\d{3}){1,5}(?:\.\d{1,2})?(?!\d|[.,]\d)", keys=",")
def grouped_with_commas(site: Site) -> Said | None:
    """Read 1,234,567 and 1,000.50, thousands in English style; "1,000" alone is a guess, "1,234" a decimal."""
    whole, _, fraction = site.match[0].partition(".")
    digits = whole.replace(",", "")
    if whole.count(",") == 1 and not fraction and not whole.endswith("00"):
        return None
    words = decimal(digits, fraction) if fraction else cardinal(int(digits))
    return by_context(words, "two commas") if whole.count(",") > 1 or fraction else guess(words)


@rule("number.grouped_space", Start.FIGURE, r"(?<![\w.,/])(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?! ?\d|\w|[.,]\d)", keys="0123456789")
def grouped_with_spaces(site: Site) -> Said | None:
    """Read 100 000 where money or two groups say that the space is no boundary."""
    groups = site.match[0].split(" ")
    counted = re.match(r"\s?(?:đ(?:ồng)?(?!\w)|vn[dđ]|usd|người|tấn|ha(?!\w)|m2|km2|\$)", site.after())
    words = cardinal(int("".join(groups)))
    if len(groups) > 2 or counted:  # noqa: PLR2004
        return by_context(words, counted[0].strip() if counted else "groups of three")
    if re.search(r"(?:ngày|lớp|tháng|khóa|số|điều|phòng|tầng|quận|phường|tổ|cấp|thứ|giờ|tuổi|năm)\s$", site.before(10)) or not re.match(
        rf"\s[{LOWER}]", site.printed_after(3)
    ):
        return None
    return guess(words)


@rule("number.decimal", Start.FIGURE, _NOT_IN_WORD + r"\d{1,15},\d{1,6}(?!\d)", keys=",")
def with_comma(site: Site) -> str:
    """Read 15,5."""
    return quantity(site.match[0])


@rule("number.point", Start.FIGURE, r"(?<![\w.,])\d{1,6}(?:\.\d{1,6}){1,4}(?![\d.]*\d)", keys=".")
def with_point(site: Site) -> Said:
    """Read 4.0, 3.2.1 and iOS 17.4 with "chấm", and 1.5 km, a decimal in English style, with "phẩy"."""
    parts = site.match[0].split(".")
    shape = {"zero-after"} if parts[-1] == "0" else set[str]()
    verdict = decide("n.n", site, shape | ({"many"} if len(parts) > 2 else {"two"}))  # noqa: PLR2004
    if verdict.reading == "decimal" and len(parts) == 2:  # noqa: PLR2004
        return Said(decimal(parts[0], parts[1]), verdict.confidence, verdict.because)
    words = " chấm ".join(digit_by_digit(part) if part[0] == "0" else cardinal(int(part)) for part in parts)
    return Said(words, verdict.confidence, verdict.because)


@rule("number.long_code", Start.FIGURE, rf"(?<![\w])\d{{{_MANY_DIGITS},}}(?!\w)")
def long_code(site: Site) -> str:
    """Read a long run of digits one by one."""
    return digit_by_digit(site.match[0])


@rule("number.ordinal", Start.FIGURE, r"(?<=hứ )\d{1,3}(?!\w)|(?<=HỨ )\d{1,3}(?!\w)")
def after_thu(site: Site) -> str | None:
    """Read "thứ 4" as "thứ tư", "thứ 1" as "thứ nhất"."""
    return ordinal(int(site.match[0])) if site.before(5).endswith("thứ ") else None


@rule("number.cardinal", Start.FIGURE, _NOT_IN_WORD + r"\d{1,15}(?![\d]|[.,]\d)")
def whole(site: Site) -> str | Said:
    """Read a plain whole number; one that begins with 0 digit by digit, but "01 xe" counts."""
    digits = site.match[0]
    if len(digits) == 1 or digits[0] != "0":
        return cardinal(int(digits))
    counted = re.match(rf"\s[{LOWER}]", site.printed_after(3)) and not re.search(r"(?:số|mã|lô|đề án|mẫu|phòng|đội|tổ|khu|điện thoại|biển)\s$", site.before(14))
    return by_context(cardinal(int(digits)), "counts what follows") if len(digits) == 2 and digits != "00" and counted else digit_by_digit(digits)  # noqa: PLR2004


@rule("number.minus", Start.SIGN, r"[-–−](?=\d)")
def minus(site: Site) -> Said | str | None:
    """Read the minus of "-2 độ", where nothing but a space or a bracket stands before it."""
    prior = site.printed_before(4)
    if site.match[0] == "−" or not prior.strip():
        return "âm" if prior or site.match[0] == "−" else None
    previous = prior.rstrip()[-1]
    if prior[-1] not in " (" or previous in "-–%" or previous.isdigit():
        return None
    return by_context("âm", "space before")


@rule("number.leftover", Start.FIGURE, r"\d+")
def leftover(site: Site) -> Said:
    """Read digits that no rule claimed: safe, and flagged."""
    digits = site.match[0]
    return guess(digit_by_digit(digits) if digits[0] == "0" or len(digits) > _MANY_DIGITS else cardinal(int(digits)))


RULES = (ip_address, grouped, grouped_with_commas, grouped_with_spaces, with_comma, with_point, after_thu, long_code, whole, minus, leftover)
