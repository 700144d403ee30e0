"""Signs that are no letters: as pauses, as words, or not said at all."""

import re

from audiopub.vietnamese.letters import UPPER
from audiopub.vietnamese.rule import Unsure, around, fixed, rule

_PAIRS = re.compile(
    r"(?:kinh tế|quốc phòng|văn hóa|văn hoá|chính trị|xã hội|an ninh|"
    r"khoa học|công nghệ|nông|lâm|lao động|giáo dục|thể dục|kế hoạch|tài chính|nội|xây dựng|thương binh)\s*$"
)
_WORDS = {"&": "và", "+": "cộng", "=": "bằng", "~": "khoảng", "≈": "khoảng", "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng",
          ">": "lớn hơn", "<": "nhỏ hơn", "×": "nhân", "→": "đến", "@": "a còng", "²": "bình phương", "³": "lập phương",
          "½": "một phần hai", "¼": "một phần tư", "¾": "ba phần tư", "№": "số"}  # fmt: skip


bullet = fixed("sign.bullet", r"^\s*(?:[-–—•●▪■◆*+►]|o(?= ))\s+", "")
"""Leave out the mark that begins a list item or a line of dialogue."""


@rule("sign.ellipsis", r"(?:\.{3,}|…)+\.?")
def ellipsis(match: re.Match[str]) -> str:
    """Read "..." as a full stop at the end of a sentence and as a comma inside it."""
    following = around(match)[1].lstrip(" ”\"')»")
    return "." if not following or re.match(rf"[{UPPER}]", following) else ","


quote = fixed("sign.quote", r"[\"“”„‟«»‘’‚‹›′″`']+", "")
"""Leave quotation marks unsaid; an apostrophe inside a foreign word goes with them."""


@rule("sign.bracket", r"\s?[(\[{]\s?")
def opening_bracket(match: re.Match[str]) -> str:
    """Read an opening bracket as a pause."""
    return ", " if match.start() else ""


@rule("sign.bracket_close", r"\s?[)\]}]")
def closing_bracket(match: re.Match[str]) -> str:
    """Read a closing bracket as a pause, unless a sign that pauses follows."""
    following = around(match)[1].lstrip(' ”"')
    return "" if not following or following[0] in ".,;:!?…" else ","


@rule("sign.dash", r"\s[-–—]\s|\s?—\s?")
def dash(match: re.Match[str]) -> str:
    """Read a dash as a pause, but not between two halves of one name or of a set phrase (kinh tế - xã hội)."""
    prior, following = around(match)
    names = re.search(rf"[{UPPER}]\w*$", prior) and re.match(rf"[{UPPER}]", following)
    return " " if names or _PAIRS.search(prior.lower()) else ", "


hyphen = fixed("sign.hyphen", r"(?<=\w)[-–](?=\w)", " ")
"""Leave a hyphen inside a word unsaid: vắc-xin."""


slash = fixed("sign.slash", r"\s?/\s?(?=\w)", Unsure(" "))
"""Leave a slash between words unsaid."""


@rule("sign.word", "[" + re.escape("".join(_WORDS)) + "]")
def sign_word(match: re.Match[str]) -> str:
    """Read a sign that has a name; the common & is sure, the others are flagged."""
    spoken = _WORDS[match[0]]
    return spoken if match[0] == "&" else Unsure(spoken)


other_sign = fixed("sign.apart", r"[^\w\s.,;:!?]|_", Unsure(" "))
"""Leave out any other sign or emoji, flagged."""


RULES = (bullet, ellipsis, opening_bracket, closing_bracket, dash, hyphen, quote, slash, sign_word, other_sign)
