"""Money whose sign stands before its figure, and thousands and millions cut to a letter."""

import re

from audiopub.vietnamese.numerals import GROUPED, quantity
from audiopub.vietnamese.quantities import units
from audiopub.vietnamese.rule import Said, Site, Start, by_context, guess, rule

_FIGURE = r"\s?(?P<figure>\d[\d.,]*\d|\d)(?P<scale>\s(?:nghìn|ngàn|triệu|tỷ|tỉ)(?: (?:tỷ|tỉ))?|[kKMB](?!\w)|\s?(?:million|billion)(?!\w))?"
_SCALES = {"k": "nghìn", "K": "nghìn", "M": "triệu", "B": "tỷ", "million": "triệu", "billion": "tỷ"}


def _said(site: Site, currency: str) -> str | Said | None:
    figure, scale = site["figure"], site["scale"].strip()
    english = re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+\.\d{1,2}", figure)
    if english:
        plain_figure = figure.replace(",", "").replace(".", ",") if "." in figure else figure.replace(",", "")
        return guess(" ".join(filter(None, (quantity(plain_figure), _SCALES.get(scale, scale), currency))))
    if not re.fullmatch(rf"(?:{GROUPED}|\d{{1,15}})(?:,\d+)?", figure):
        return None
    return " ".join(filter(None, (quantity(figure), _SCALES.get(scale, scale), currency)))


@rule("money.before", Start.SIGN, r"(?P<sign>[$€£¥₫])" + _FIGURE + r"(?!\w)")
def money_before(site: Site) -> str | Said | None:
    """Read $5 triệu: the sign is said after the figure."""
    return _said(site, units()[site["sign"]])


@rule(
    "money.before",
    Start.CAPITALS,
    r"(?<!\w)(?P<sign>US\$|USD|EUR|VND|VNĐ|GBP|JPY|AUD|SGD|A\$|S\$)" + _FIGURE + r"(?!\w)",
    keys=("US", "USD", "EUR", "VND", "VNĐ", "GBP", "JPY", "AUD", "SGD", "A", "S"),
)
def money_code_before(site: Site) -> str | Said | None:
    """Read US$ 300 and USD 500."""
    return _said(site, units()[site["sign"]])


@rule("money.thousands", Start.UNIT, r"[kK](?!\w)|tr(?![^\W\d])(?!\.\s?\d)")
def cut_scale(site: Site) -> Said | None:
    """Read 500k and 5tr."""
    figure = re.search(r"(?:\d[\d.,]*)?\d\s?$", site.printed_before(9))
    if not figure or (site.match[0] != "tr" and len(figure[0].strip()) == 1):
        return None  # 4K is a picture's width
    return by_context("nghìn" if site.match[0] in "kK" else "triệu", "glued to a figure")


RULES = (money_code_before, money_before, cut_scale)
