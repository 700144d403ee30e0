"""The words for what the rules did, so that an editor need not know their names."""

from collections.abc import Mapping

_WHY: Mapping[str, str] = {
    "desk": "desk.why_desk", "caption": "desk.why_caption", "byline": "desk.why_byline", "boilerplate": "desk.why_boilerplate", "box": "desk.why_related",
    "title.repeated": "desk.why_title", "lead.repeated": "desk.why_lead", "rule.strip": "desk.why_site", "rule.caption": "desk.why_caption", "tail": "desk.why_tail",
    "heading.without_text": "desk.why_empty_heading", "paywall": "desk.why_paywall", "source": "desk.why_source", "table": "desk.why_table",
    "text.caption": "desk.why_caption",
    "text.byline": "desk.why_byline", "rule": "desk.why_site", "lead": "desk.why_lead",
}  # fmt: skip
_READ: Mapping[str, str] = {
    "lexicon": "desk.by_lexicon", "abbreviation": "desk.by_abbreviation", "acronym": "desk.by_acronym", "capitals": "desk.by_capitals", "code": "desk.by_code",
    "contact": "desk.by_contact", "date": "desk.by_date", "foreign": "desk.by_foreign", "formation": "desk.by_score", "length": "desk.by_unit",
    "letter": "desk.by_letter",
    "money": "desk.by_money", "number": "desk.by_number", "ordinal": "desk.by_number", "place": "desk.by_place", "range": "desk.by_range", "ratio": "desk.by_ratio",
    "roman": "desk.by_roman", "score": "desk.by_score", "sign": "desk.by_sign", "time": "desk.by_time", "unit": "desk.by_unit", "legal": "desk.by_legal",
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "paragraph": "desk.kind_paragraph", "heading": "desk.kind_heading", "quote": "desk.kind_quote", "question": "desk.kind_question", "list_item": "desk.kind_list_item",
    "lead": "desk.kind_lead", "table": "desk.kind_table", "caption": "desk.kind_caption", "byline": "desk.kind_byline", "timestamp": "desk.kind_timestamp",
    "furniture": "desk.kind_furniture",
}  # fmt: skip
"""Key of the name of each kind of block, as they stand in a list to choose from."""

SURE: Mapping[str, str] = {"certain": "desk.sure_certain", "context": "desk.sure_context", "guess": "desk.sure_guess"}
"""Key of what each confidence means."""


def why(rule: str) -> str:
    """Give the key of the reason for which a block is not read.

    >>> why("caption.after_picture"), why("heading.without_text"), why("unheard.of")
    ('desk.why_caption', 'desk.why_empty_heading', 'desk.why_furniture')
    """
    return next((key for start, key in sorted(_WHY.items(), key=lambda pair: -len(pair[0])) if rule.startswith(start)), "desk.why_furniture")


def by(rule: str) -> str:
    """Give the key of what a rule of reading goes by.

    >>> by("date.day_month"), by("unheard.of")
    ('desk.by_date', 'desk.by_other')
    """
    return _READ.get(rule.partition(".")[0], "desk.by_other")
