"""Percentages, units and what they are counted by, ranges, and sizes."""

import re
from functools import cache

from audiopub.vietnamese.letters import plain
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.rule import Said, Site, Start, by_context, fixed, guess, heads, rule
from audiopub.vietnamese.syllables import is_syllable
from audiopub.vietnamese.tables import table

_PRICED = re.compile(r"(?:đồng|yên|usd|đô la|euro|eur|won|bath|rúp|\dđ|\dk|\d\s?tr|%|vnd|vnđ|triệu|nghìn|tỉ|\$)(?:/[^\W\d]+)*$")
_PRICE_PER = frozenset({"đồng", "đô la Mỹ", "ơ rô", "bảng Anh", "yên", "nhân dân tệ", "phần trăm"})
_PER = r"(?:/(?P<per>ngày[. ]đêm|học sinh|cổ phiếu|[^\W\d]+[23]?|m²|m³|km²))?"
_HEIGHT = re.compile(r"(?:cao|sâu|dài|rộng|ngập|thấp|bơi|nhảy|cách|chiều cao|xa|nước|dâng|trẻ|bé)[^.,;]{0,24}$")
_JOINABLE = re.compile(
    r"(?:\d|%|‰|°[cf]?|ºc|oc|km2?|kg|[mcd]m|m[23]?|ha|tấn|tạ|độ(?: c)?|"
    r"triệu|nghìn|tỉ|trăm|đồng|đ|usd|tuổi|lít|giờ|h|g|phút|giây|mw|kwh|kw|kv|lần|người|năm|tháng|ngày|mét|rưỡi|hộ|suất|con)\s?$"
)
_FIGURE, _FIGURE_LAST = re.compile(r"\d"), re.compile(r"\d\s?$")
_FIGURE_BEFORE, _FIGURE_AFTER = re.compile(r"(\d[\d.]*(?:,\d+)?)\s?$"), re.compile(r"\s?(\d[\d.]*(?:,\d+)?)")
_BARE_COUNT = re.compile(r"(?:mỗi|vài|mấy|một) $")
_SAME_WORD = re.compile(
    r"(?<!\w)(tháng|thứ|quí|năm|lớp|khóa|tuần|cấp|giờ|tập|bài|điều|khoản|chương|vòng|hạng|mục|phần|trang|số|km|ga|lô|tầng|tổ|ngày)\s[\d./]+\w*\s?$"
    r"|(?<!\w)(t)[2-7]\s?$"
)


@cache
def units() -> dict[str, str]:
    """Give the table of unit signs: written form to spoken form."""
    return table("units")


@cache
def denominators() -> dict[str, str]:
    """Give everything that may follow a slash: units, and counters such as "người"."""
    return {**units(), **table("counters")}


percent = fixed("percent", Start.SIGN, "%", "phần trăm")
"""Read %."""

permille = fixed("percent.permille", Start.SIGN, "‰", "phần nghìn")
"""Read ‰."""


def _alternatives(signs: set[str]) -> str:
    return "|".join(re.escape(sign) for sign in sorted(signs, key=lambda sign: (-len(sign), sign)))


@rule("unit", Start.UNIT, rf"(?P<unit>{_alternatives(set(units()))}){_PER}(?![\w²³]|-[^\W\d])")
def unit(site: Site) -> str | Said | None:
    """Read a unit or a currency sign straight after a figure, with what it is counted by."""
    sign, per = site["unit"], site["per"]
    prior = site.printed_before(2)
    if sign in {"V", "l", "s"} and not prior[-1:].isdigit() and not prior.strip()[-1:].isdigit():
        return None
    if _BARE_COUNT.search(site.before(6)) and sign not in _WORDLIKE | {"ha", "m", "USD"}:
        return None  # "một bar" is no pressure
    if sign == "đ" and re.search(r"điểm[^.;]{0,24}$", site.before()):
        return by_context("điểm", "điểm")
    spoken = units()[sign]
    if not per:
        return spoken
    return f"{spoken} {_joint(spoken)} {denominator(per)}"


def _joint(spoken: str) -> str:
    """Say the slash: prices are "đồng một lít", measures "ki lô mét trên giờ"."""
    return "một" if spoken in _PRICE_PER or spoken.startswith(("tê e u", "ki lô oát giờ")) else "trên"


_WORDLIKE = frozenset("km km2 km² kg mm cm m2 m² m3 m³ kWh MW MWh kW kV GW GB TB Mbps mm2 cm2 ml mg dm kVA MHz GHz".split())
"""Units that are no word, so that they are units without a figure too."""


@rule("unit.alone", Start.WORD, rf"(?<![\w.])(?P<unit>{_alternatives({sign for sign in _WORDLIKE if sign[:1].islower()})}){_PER}(?![\w²³])", keys=heads(_WORDLIKE))
def unit_alone(site: Site) -> str:
    """Read a unit that no figure stands before: "mỗi km", "trên 1 m2", "bao nhiêu kg"."""
    spoken = units()[site["unit"]]
    return f"{spoken} {_joint(spoken)} {denominator(site['per'])}" if site["per"] else spoken


unit_alone_capitals = fixed("unit.alone", Start.CAPITALS, r"(?<![\w.])(?:kWh)(?!\w)", "ki lô oát giờ", keys=("kWh",))
"""Read "giá mỗi kWh"."""


@rule("unit.per", Start.SIGN, r"/\s?(?P<per>ngày[. ]đêm|học sinh|cổ phiếu|[^\W\d]+[23]?|m²|m³|km²)(?!\w)")
def per_unit(site: Site) -> str | None:
    """Read "đồng/tháng", "tạ/ha", "lượt/ngày", "đồng/người/năm": a word counted by another."""
    prior = site.before(32)
    per = site["per"] if site["per"] in denominators() else site["per"].lower()
    priced = _PRICED.search(prior)
    if not (per in denominators() or (priced and is_syllable(per))) or not prior or not (prior[-1].isalpha() or prior[-1] in "%23²³$"):
        return None
    if not re.search(r"\d|mỗi|đơn vị|tính", prior) and not priced:
        return None
    counted = per in table("counters") or priced
    return ("một " if counted else "trên ") + denominator(per)


@rule("unit.per_many", Start.SIGN, r"/(?=\d{1,4}(?:\.\d{3})?\s?(?:km|m|ml|g|kg|dl|lít|người|dân|trẻ|ca|ha|m2|giờ|phút|ngày)(?!\w))")
def per_many(site: Site) -> str | None:
    """Read the slash of "8 lít/100 km" and "15 ca/100.000 người"."""
    return "trên" if site.before(2)[-1:].isalpha() else None


@rule("unit.per_hours", Start.SIGN, r"/(?P<hours>\d{1,3})\s?(?:h|giờ)(?!\w)")
def per_hours(site: Site) -> str | None:
    """Read "120 mm/24h"."""
    return f"trong {cardinal(int(site['hours']))} giờ" if site.before(2)[-1:].isalpha() else None


def denominator(written: str) -> str:
    """Say what something is counted by; what the tables do not know as it is printed."""
    return denominators().get(written, written)


@rule("length.mixed", Start.FIGURE, r"(?<![\w.,/])(?P<whole>\d{1,3})(?P<unit>km|m|kg|tấn|tạ)(?P<part>\d{1,2})(?!\w|[.,/]\d|/[smhng])", keys="kmt")
def mixed_length(site: Site) -> str | Said | None:
    """Read "cao 1m75" and "sâu 2m5"; "30m2" and "30m3" are areas and volumes unless something is high, deep or long."""
    part, unit_ = site["part"], site["unit"]
    if unit_ in {"m", "km"} and part in {"2", "3"}:
        high = _HEIGHT.search(site.before()) if int(site["whole"]) < 10 and not re.match(r"\s?(?:đất|sàn|mặt|nước|gỗ|rừng|cát)", site.after()) else None  # noqa: PLR2004
        return by_context(_mixed(site), high[0].split()[0]) if high else None
    return _mixed(site)


def _mixed(site: Site) -> str:
    part = digit_by_digit(site["part"]) if site["part"][0] == "0" else cardinal(int(site["part"]))
    return f"{cardinal(int(site['whole']))} {units().get(site['unit'], site['unit'])} {part}"


def _times(site: Site) -> str | None:
    """Read the sign of "3m x 5m", "12X20cm" and "4×100m"."""
    return "nhân" if re.search(r"\d\s?[a-z]{0,3}\s?$", site.before(8)) else None


times = rule("size.times", Start.WORD, r"x(?=\s?\d)", keys="x")(_times)
times_capital = rule("size.times", Start.CAPITALS, r"X(?=\s?\d)", keys="X")(_times)
times_sign = rule("size.times", Start.SIGN, r"[×*](?=\s?\d)")(_times)


@rule("range.hyphen", Start.SIGN, r"[-–—÷~](?=\s?[~]?\s?\d)")
def range_hyphen(site: Site) -> str | Said | None:
    """Read the hyphen between two figures, or a figure with its unit and a figure, as "đến"."""
    prior = site.before(14)
    if not _JOINABLE.search(prior) or not _FIGURE.search(prior):
        return None
    if _FIGURE_LAST.search(prior):
        return _between_figures(site)
    return by_context("đến", "two figures") if prior[-1:] == " " or site.match[0] in "–÷~" or site.after(1) != " " else None


def _between_figures(site: Site) -> str | Said:
    """Say the hyphen; a falling pair of figures is rarely a range."""
    first, second = _FIGURE_BEFORE.search(site.printed_before(16)), _FIGURE_AFTER.match(site.printed_after(16))
    if first and second and _value(first[1]) > _value(second[1]):
        return guess("đến")
    return "đến"


def _value(figure: str) -> float:
    return float(figure.strip(".,").replace(".", "").replace(",", ".") or 0)


@rule(
    "range.words",
    Start.SIGN,
    r"[-–—](?=\s?T[2-7](?!\w)|\s?(?:[Tt]háng|[Tt]hứ|[Qq]uý|[Nn]ăm|[Ll]ớp|[Kk]hóa|[Tt]uần|[Cc]ấp|[Nn]gày|[Kk]m|[Tt]ầng|[Tt]rang)\s?[\dIVX]|\s?(?:[Cc]hủ nhật|CN)(?!\w))",
)
def range_of_words(site: Site) -> Said | None:
    """Read the dash of "tháng 5 - tháng 7" and "thứ 2 - thứ 6"."""
    same = _SAME_WORD.search(plain(site.printed_before(20)))
    return by_context("đến", same[1] or same[2]) if same else None


plus_minus = fixed("range.plus_minus", Start.SIGN, r"±(?=\s?\d)", "cộng trừ")
"""Read ±."""

_COMPARED = {">": "trên", "<": "dưới", "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng", "≈": "khoảng", "~": "khoảng", "∼": "khoảng"}


@rule("number.compared", Start.SIGN, r"(?:>=|<=|[><≥≤≈~∼])(?=\s?\d)")
def compared(site: Site) -> Said:
    """Read > 50% and < 5%."""
    sign = {">=": "≥", "<=": "≤"}.get(site.match[0], site.match[0])
    return by_context(_COMPARED[sign], "a figure")


RULES = (
    mixed_length, unit, percent, permille, per_unit, per_hours,
    per_many, unit_alone, unit_alone_capitals, times, times_capital, times_sign,
    range_of_words, range_hyphen, plus_minus, compared,
)  # fmt: skip
