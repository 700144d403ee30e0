"""Roman numerals, told from letters and abbreviations by the words before them."""

import re

from audiopub.vietnamese.abbreviations import in_headline
from audiopub.vietnamese.letters import LOWER, UPPER, spelled
from audiopub.vietnamese.numbers import cardinal, ordinal, roman
from audiopub.vietnamese.rule import Said, Site, Start, by_context, guess, rule
from audiopub.vietnamese.syllables import is_syllable

_COUNTED = (
    "đại hội|lần thứ|lần|thứ|thế kỉ|khóa|chương|mục|tiểu mục|phần|quí|hạng|kì|kì họp|quân khu|vùng|cấp|điều|phụ lục|bậc|đợt|nhóm|tập|quyển|loại|giai đoạn|"
    "học kì|thế chiến|chiến tranh thế giới|games|khu|số|lớp|cụm|tổ|đội|sư đoàn|quân đoàn|đô thị loại|tiết|ban|cách mạng|đảng bộ|hội nghị|công trường|"
    "nhiệm kì|trụ cột|phòng|tuyến|chi bộ|hệ|kiểu|type|dạng|bảng|độ|mức|kỉ|binh đoàn|hồi|màn|tầng|học phần|biểu|mẫu|đề án|đoàn|hợp phần|dự án|trường|trạm|"
    "vòng|đới|thế hệ|liên khu"
)
_CUE = re.compile(rf"(?<!\w)(?:{_COUNTED})(?: [^\W\d]+){{0,2}}[\s“\"]*(?:[ivxlc]+\s*(?:,|và|-|–|đến|hoặc|/)\s*)*$")
_NEAR_CUE = re.compile(rf"(?<!\w)(?:{_COUNTED})[\s“\"]*(?:[ivxlc]+\s*(?:,|và|-|–|đến|hoặc|/)\s*)*$")
_RULER = re.compile(r"(?:vua|nữ hoàng|hoàng đế|giáo hoàng|quốc vương|sa hoàng|thái tử|công tước|đức|pharaoh|hoàng hậu|đế|tàu|vệ tinh|tên lửa)(?: [^\W\d]+){1,4}\s$")
_SITE_OF_WORKS = re.compile(
    r"(?:khu công nghiệp|kcn|ccn|cụm công nghiệp|nhà máy|thủy điện|nhiệt điện|điện|cầu|hầm|khu đô thị|kđt|xi măng|trạm|dự án|quảng trường|cảng)(?: [^\W\d]+){1,4}\s$"
)
_NEVER_ALONE = frozenset("CDLM")
_LETTER_KINDS = re.compile(r"(?:hạng|nhóm máu|vitamin|bảng|tia|ông|bà|anh|chị|lô|khu|cột|mẫu|mục|hệ|lớp|khối|xe|size|cỡ|đề|trường|công ty|phòng|tổ|nhóm)\s$")
_LARGEST_ALONE = 39
"""A larger numeral that no cue counts is rather an abbreviation."""


@rule("roman", Start.CAPITALS, r"(?<![\w.&])(?P<first>[IVXLCDM]{1,8})(?![\w&]|\.\w|[-'’][a-zà-ỹđ])")
def roman_numeral(site: Site) -> str | Said | None:
    """Read a Roman numeral after a word that is counted by them (Đại hội XIII, khóa XV, Chương II)."""
    numeral = site["first"]
    number = roman(numeral)
    if number is None or number > 2100:  # noqa: PLR2004  years at most
        return None
    prior = site.before(56)
    if len(numeral) == 1:
        return _one_letter(site, numeral, number, prior)
    cue = _CUE.search(prior) or _RULER.search(prior) or _SITE_OF_WORKS.search(prior)
    if cue:
        return by_context(ordinal(number) if prior.endswith("thứ ") else cardinal(number), cue[0].split(" ")[0])
    if is_syllable(numeral) and in_headline(site):
        return None
    if re.search(rf"[{UPPER}][{LOWER}]+\s$", site.printed_before(16)):
        return by_context(cardinal(number), "a name") if number <= _LARGEST_ALONE else None
    if re.match(r"[.)]\s", site.printed_after(2)) and not prior.strip():
        return cardinal(number)
    return guess(cardinal(number)) if number <= _LARGEST_ALONE else None


def _one_letter(site: Site, numeral: str, number: int, prior: str) -> str | Said | None:
    """Tell I, V and X from letters; C, D, L and M alone are letters but for "thế kỷ"."""
    if numeral in _NEVER_ALONE:
        return None
    if re.match(r"\.\s?[A-ZĐ]", site.printed_after(3)):
        return None
    works = _SITE_OF_WORKS.search(prior) or (_RULER.search(prior) if numeral == "I" else None)
    near = _NEAR_CUE.search(prior) or (_CUE.search(prior) if numeral in "IV" else None)
    if numeral == "X" and near and _LETTER_KINDS.search(prior):
        return None
    if near or works:
        found = near or works
        return by_context(ordinal(number) if prior.endswith("thứ ") else cardinal(number), found[0].split(" ")[0] if found else "")
    if re.match(r"[.)]\s", site.printed_after(2)) and not prior.strip():
        return cardinal(number)
    return None


@rule("range.roman", Start.SIGN, r"[-–—](?=\s?[IVXL]{1,7}(?!\w))")
def range_of_numerals(site: Site) -> Said | None:
    """Read the dash of "thế kỷ XIX - XX" and "vùng II - IV"."""
    before = re.search(r"(?<!\w)([IVXL]{1,7})\s?$", site.printed_before(10))
    cue = before and _CUE.search(site.before(56))
    return by_context("đến", cue[0].split(" ")[0]) if cue else None


@rule("roman.graded", Start.CAPITALS, r"(?<![\w.&])(?P<numeral>I{1,3}|IV|V)(?P<grade>[ABCDE])(?![\w&]|\.\w)")
def graded(site: Site) -> Said | None:
    """Read "giai đoạn IIIB"."""
    cue = _CUE.search(site.before(56))
    return by_context(f"{cardinal(roman(site['numeral']) or 0)} {spelled(site['grade'])}", cue[0].split(" ")[0]) if cue else None


RULES = (range_of_numerals, graded, roman_numeral)
