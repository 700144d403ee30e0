"""Scores, fractions, ratios and formations: figures with a sign between that is neither a day nor a range."""

import re

from audiopub.vietnamese.calendar import figure_forms
from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.cues import decide
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.numerals import GROUPED, quantity
from audiopub.vietnamese.rule import Said, Site, Start, by_context, guess, rule

_FORMATION = re.compile(r"sơ đồ|đội hình|chiến thuật|hàng|công thức|hệ thống|quy tắc|mô hình|phương châm|phương pháp")
_RATIO = re.compile(r"(?:tỉ lệ|tỉ xích|bản đồ|theo)\s[^.;]{0,16}$")
_FIGURE = rf"(?:{GROUPED}|\d{{1,7}})(?:,\d{{1,2}})?"


@rule("formation", Start.FIGURE, r"(?<![\w.,/\-–])\d{1,2}(?:[-–]\d{1,2}){2,4}(?!\w|[.,/\-–]\d)", keys="-–")
def formation(site: Site) -> Said | None:
    """Read "sơ đồ 4-3-3" as figures one after another."""
    cue = _FORMATION.search(site.before(48))
    words = " ".join(cardinal(int(figure)) for figure in re.split("[-–]", site.match[0]))
    return by_context(words, cue[0]) if cue else guess(words)


@rule("score", Start.FIGURE, r"(?<![\w.,/])(?<!\d[\-–])(?P<ours>\d{1,3})\s?[-–:]\s?(?P<theirs>\d{1,3})(?![\w/]|[.,\-–%:]\d|\s?%)", keys="-–:")
def score(site: Site) -> Said | None:
    """Read "thắng 2-1" as two numbers, where the cues of ``n-n`` say that it is a score."""
    if ":" in site.match[0] and not re.search(r"(?:tỉ số|thắng|thua|hòa|dẫn)[^.;]{0,30}$", site.before(44)):
        return None
    verdict = decide("n-n", site, figure_forms(site["ours"], site["theirs"]))
    if verdict.reading not in {"score", "pair"}:
        return None
    return Said(f"{cardinal(int(site['ours']))} {cardinal(int(site['theirs']))}", verdict.confidence, verdict.because)


@rule("ratio.colon", Start.FIGURE, r"(?<![\w.,/:])(?P<left>\d{1,4}(?:,\d{1,2})?)\s?:\s?(?P<right>\d{1,3}(?:\.\d{3})+|\d{1,7}(?:,\d{1,2})?)(?![\w:])", keys=":,")
def ratio_colon(site: Site) -> Said:
    """Read 1:100 as "một trên một trăm"."""
    words = f"{quantity(site['left'])} trên {quantity(site['right'])}"
    cue = _RATIO.search(site.before())
    return by_context(words, cue[0].split(" ")[0]) if cue else guess(words)


@rule("ratio.of", Start.FIGURE, rf"(?<![\w.,/\-–])(?P<top>{_FIGURE})\s?/\s?(?P<bottom>{_FIGURE})(?![\d/]|[.,]\d|[-–]\d|(?!k?[Vm]|[cm]m|kW)[^\W\d])", keys="/,.")
def of(site: Site) -> Said:
    """Read 3/4 as "ba phần tư", 45/50 as "bốn mươi lăm trên năm mươi", 50/50 as two numbers."""
    top, bottom = site["top"], site["bottom"]
    exact = "," in top + bottom
    shapes = {"no-day", "no-part", "exact"} if exact else figure_forms(top, bottom)
    verdict = decide("n/n", site, shapes)
    if verdict.reading == "part" and not exact and 0 < int(top.replace(".", "")) < int(bottom.replace(".", "")):
        below = int(bottom.replace(".", ""))
        return Said(f"{quantity(top)} phần {'tư' if below == 4 else cardinal(below)}", verdict.confidence, verdict.because)  # noqa: PLR2004
    if verdict.reading == "pair":
        return Said(f"{_number(top)} {_number(bottom)}", verdict.confidence, verdict.because)
    certain = Confidence.CONTEXT if "no-day" in shapes or exact else verdict.confidence
    return Said(f"{_number(top)} trên {_number(bottom)}", certain, verdict.because)


@rule("ratio.many", Start.FIGURE, r"(?<![\w.,/\-–])\d{1,4}(?:/\d{1,4}){2,6}(?![\w/]|[.,]\d)", keys="/")
def many(site: Site) -> Said:
    """Read 12/5/3, the number of a house in a lane, figure by figure."""
    words = " trên ".join(_number(figure) for figure in site.match[0].split("/"))
    cue = re.search(r"(?:số nhà|nhà số|hẻm|ngõ|ngách|kiệt|số)\s*$", site.before())
    return by_context(words, cue[0].strip()) if cue else guess(words)


def _number(figure: str) -> str:
    return digit_by_digit(figure) if figure[0] == "0" and figure.isdigit() and len(figure) > 1 else quantity(figure)


RULES = (formation, score, many, of, ratio_colon)
