"""Bare numbers, percentages, units and money: the small pieces that most figures in the news are made of.

A figure such as "1.500 - 2.000 m3/s" is read by several rules, each claiming one piece: two numbers, the
hyphen of the range, the unit. That keeps every rule short and lets them combine.
"""

import re
from functools import cache

from audiopub.vietnamese.numbers import cardinal, decimal, digit_by_digit, ordinal
from audiopub.vietnamese.rule import Unsure, after, around, before, fixed, rule
from audiopub.vietnamese.tables import table

_GROUPED = r"\d{1,3}(?:\.\d{3})+"
_NOT_IN_WORD = r"(?<![\w.,/])"
_MULTIPLIER = ("trăm", "nghìn", "ngàn", "vạn", "triệu", "tỷ", "tỉ")
_AFTER_FIGURE = "|".join([r"(?<=\d)", r"(?<=\d )", *(f"(?<={word} )" for word in _MULTIPLIER)])
_MANY_DIGITS = 10
"""From ten digits without separators on, a figure is an account or a code, not a quantity."""

_RANGE_CUES = re.compile(r"(?:từ|khoảng|giai đoạn|nhiệm kỳ|niên khóa|năm học)\s*$")
_PRICED = re.compile(r"(?:đồng|yên|usd|đô la|euro|eur|\dđ|%)(?:/[^\W\d]+)*$")
_PRICE_PER = frozenset({"đồng", "đô la Mỹ", "ơ rô", "bảng Anh", "yên", "nhân dân tệ"})


@cache
def units() -> dict[str, str]:
    """Give the table of unit signs: written form to spoken form."""
    return table("units")


def quantity(written: str) -> str:
    """Say one printed number, whatever its separators.

    >>> quantity("1.234.567"), quantity("15,5"), quantity("1.250,5")
    ('một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy', 'mười lăm phẩy năm', 'một nghìn hai trăm năm mươi phẩy năm')
    """
    whole, _, fraction = written.replace(".", "").partition(",")
    return decimal(whole, fraction) if fraction else cardinal(int(whole))


@rule("number.grouped", _NOT_IN_WORD + rf"-?{_GROUPED}(?:,\d+)?(?!\d)", figures_only=True)
def grouped(match: re.Match[str]) -> str | None:
    """Read 1.234.567 and 1.250,5; a minus only where nothing but a space stands before it."""
    return signed(match)


@rule("number.decimal", _NOT_IN_WORD + r"-?\d{1,15},\d{1,6}(?!\d)", figures_only=True)
def with_comma(match: re.Match[str]) -> str | None:
    """Read 15,5."""
    return signed(match)


@rule("number.point", _NOT_IN_WORD + r"\d{1,6}(?:\.\d{1,2}){1,3}(?![\d.]*\d)", figures_only=True)
def with_point(match: re.Match[str]) -> str | None:
    """Read 4.0 and 3.2.1 with "chấm": a version, or a decimal in English style, so it is flagged unless it is 4.0."""
    parts = [cardinal(int(part)) if not part.startswith("0") or part == "0" else digit_by_digit(part) for part in match[0].split(".")]
    spoken = " chấm ".join(parts)
    return spoken if match[0].endswith(".0") else Unsure(spoken)


@rule("number.long_code", rf"(?<![\w])\d{{{_MANY_DIGITS},}}(?!\w)", figures_only=True)
def long_code(match: re.Match[str]) -> str:
    """Read a long run of digits one by one."""
    return digit_by_digit(match[0])


@rule("number.ordinal", r"(?<=[Tt]hứ )\d{1,3}(?!\w)", figures_only=True)
def after_thu(match: re.Match[str]) -> str:
    """Read "thứ 4" as "thứ tư", "thứ 1" as "thứ nhất"."""
    return ordinal(int(match[0]))


@rule("number.cardinal", _NOT_IN_WORD + r"-?\d{1,15}(?![\d]|[.,]\d)", figures_only=True)
def whole(match: re.Match[str]) -> str | None:
    """Read a plain whole number; one that begins with 0 digit by digit."""
    digits = match[0].lstrip("-")
    if len(digits) > 1 and digits.startswith("0"):
        return digit_by_digit(digits)
    return signed(match)


def signed(match: re.Match[str]) -> str | None:
    """Say a number whose minus counts only where it cannot be a hyphen."""
    written = match[0]
    if written.startswith("-"):
        prior = around(match)[0]
        previous = prior.rstrip()
        if not previous or previous[-1] in "-–" or prior == previous:
            return None
        return "âm " + quantity(written[1:])
    return quantity(written)


@rule("number.leftover", r"\d+", figures_only=True)
def leftover(match: re.Match[str]) -> str:
    """Read digits that no rule claimed: safe, and flagged."""
    digits = match[0]
    return Unsure(digit_by_digit(digits) if digits.startswith("0") or len(digits) > _MANY_DIGITS else cardinal(int(digits)))


range_hyphen = fixed("range.hyphen", r"(?:(?<=\d)|(?<=\d[%°hmg])|(?<=\dk[gm])|(?<=\dha))\s?[-–—÷]\s?(?=\d)", "đến", figures_only=True)
"""Read the hyphen between two figures as "đến"."""


percent = fixed("percent", r"(?:(?<=\d)\s?|(?<=điểm ))%", "phần trăm")
"""Read %."""


permille = fixed("percent.permille", r"(?<=\d)\s?‰", "phần nghìn", figures_only=True)
"""Read ‰."""


def _unit_alternatives() -> str:
    return "|".join(re.escape(sign) for sign in sorted(units(), key=len, reverse=True))


def _per(unit: str, denominator: str) -> str:
    """Say a/b: prices are "đồng một lít", measures "ki lô mét trên giờ"."""
    return f"{unit} một {denominator}" if unit in _PRICE_PER else f"{unit} trên {denominator}"


@rule("unit", rf"(?:{_AFTER_FIGURE})(?P<unit>{_unit_alternatives()})(?:/(?P<per>[^\W\d]+[23]?|m²|m³|km²))?(?![\w²³])", figures_only=True)
def unit(match: re.Match[str]) -> str | None:
    """Read a unit or a currency sign straight after a figure, with what it is counted by."""
    spoken = units()[match["unit"]]
    if match["per"] is None:
        return spoken
    return _per(spoken, _denominator(match["per"]))


@rule("unit.per", r"(?<=[^\W\d]|%)/(?P<per>[^\W\d]+[23]?)(?!\w)", figures_only=True)
def per_unit(match: re.Match[str]) -> str | None:
    """Read "đồng/tháng", "tạ/ha", "lượt/ngày", "đồng/người/năm": a word counted by another."""
    prior = before(match, 30)
    if match["per"] not in _denominators() or not re.search(r"\d", prior):
        return None
    counted = match["per"] in table("counters") or _PRICED.search(prior)
    return ("một " if counted else "trên ") + _denominator(match["per"])


@cache
def _denominators() -> dict[str, str]:
    return {**units(), **table("counters")}


def _denominator(written: str) -> str:
    return _denominators().get(written, written)


@rule("money.before", r"(?<!\w)(?:US\$|\$|€|£|¥)\s?(?P<figure>\d[\d.,]*\d|\d)(?P<scale> (?:nghìn|triệu|tỷ|tỉ))?(?!\w)", figures_only=True)
def money_before(match: re.Match[str]) -> str | None:
    """Read $5 triệu: the sign is said after the figure."""
    figure = match["figure"]
    if not re.fullmatch(rf"(?:{_GROUPED}|\d{{1,15}})(?:,\d+)?", figure):
        return None
    currency = units()[match[0].removeprefix("US")[0]]
    return f"{quantity(figure)}{match['scale'] or ''} {currency}"


plus_minus = fixed("range.plus_minus", r"±\s?(?=\d)", "cộng trừ", figures_only=True)
"""Read ±."""


def reads_as_range(match: re.Match[str]) -> bool:
    """Tell whether the words around two hyphened figures make a range of them, not a score."""
    return bool(_RANGE_CUES.search(before(match))) or after(match).lstrip().startswith(tuple(_MULTIPLIER))


RULES_FIRST = (money_before, unit, percent, permille)
RULES_LAST = (per_unit, range_hyphen, plus_minus, long_code, after_thu, grouped, with_comma, with_point, whole)
