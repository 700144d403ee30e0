"""Scores, fractions and ratios: two figures with a sign between that is neither a day nor a range."""

import re

from audiopub.vietnamese.numbers import cardinal
from audiopub.vietnamese.quantities import reads_as_range
from audiopub.vietnamese.rule import Unsure, before, rule

_SCORE_CUE = re.compile(r"(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn|dẫn trước|chung cuộc|gỡ|cầm chân|tỷ số là|bại|vượt qua)\s[^.;]{0,30}$")
_RATIO_CUE = re.compile(r"(?:tỷ lệ|tỉ lệ|tỷ xích)\s[^.;]{0,16}$")
_LARGEST_PART = 10
"""A fraction is read "ba phần tư" up to tenths; larger ones are counts, "bốn mươi lăm trên năm mươi"."""


@rule("score", r"(?<![\w.,/\-–])(?P<ours>\d{1,2})\s?[-–]\s?(?P<theirs>\d{1,2})(?![\w/]|[.,\-–%]\d|\s?%)", figures_only=True)
def score(match: re.Match[str]) -> str | None:
    """Read "thắng 2-1" as two numbers."""
    if reads_as_range(match) or not _SCORE_CUE.search(before(match, 44)):
        return None
    return f"{cardinal(int(match['ours']))} {cardinal(int(match['theirs']))}"


@rule("ratio.colon", r"(?<![\w.,/:])(?P<left>\d{1,4})\s?:\s?(?P<right>\d{1,3}(?:\.\d{3})+|\d{1,7})(?![\w:])", figures_only=True)
def ratio_colon(match: re.Match[str]) -> str | None:
    """Read 1:100 as "một trên một trăm"."""
    spoken = f"{cardinal(int(match['left']))} trên {cardinal(int(match['right'].replace('.', '')))}"
    return spoken if _RATIO_CUE.search(before(match)) else Unsure(spoken)


@rule("fraction", r"(?<![\w.,/\-–])(?P<top>\d{1,3}(?:\.\d{3})+|\d{1,7})/(?P<bottom>\d{1,3}(?:\.\d{3})+|\d{1,7})(?![\w/]|[.,\-–]\d)", figures_only=True)
def fraction(match: re.Match[str]) -> str:
    """Read 3/4 as "ba phần tư", 45/50 as "bốn mươi lăm trên năm mươi", 50/50 as two numbers."""
    top, bottom = (int(match[part].replace(".", "")) for part in ("top", "bottom"))
    if top == bottom and _RATIO_CUE.search(before(match)):
        return f"{cardinal(top)} {cardinal(bottom)}"
    if 0 < top < bottom <= _LARGEST_PART and bottom > 1:
        return f"{cardinal(top)} phần {'tư' if bottom == 4 else cardinal(bottom)}"  # noqa: PLR2004
    spoken = f"{cardinal(top)} trên {cardinal(bottom)}"
    return spoken if top <= bottom else Unsure(spoken)


RULES = (score, ratio_colon, fraction)
