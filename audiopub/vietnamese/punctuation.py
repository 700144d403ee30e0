"""Signs that are no letters: as pauses, as words, or not said at all."""

import re

from audiopub.vietnamese.letters import UPPER
from audiopub.vietnamese.rule import Unsure, rule

_PAIRS = re.compile(
    r"(?:kinh tế|quốc phòng|văn hóa|văn hoá|chính trị|xã hội|an ninh|khoa học|công nghệ|nông|lâm|lao động|giáo dục|thể dục|kế hoạch|tài chính|nội|xây dựng|thương binh)\s*$"
)
_WORDS = {"&": "và", "+": "cộng", "=": "bằng", "~": "khoảng", "≈": "khoảng", "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng",
          ">": "lớn hơn", "<": "nhỏ hơn", "×": "nhân", "→": "đến", "@": "a còng", "²": "bình phương", "³": "lập phương",
          "½": "một phần hai", "¼": "một phần tư", "¾": "ba phần tư", "№": "số"}  # fmt: skip


@rule("sign.bullet", r"^\s*(?:[-–—•●▪■◆*+►]|o(?= ))\s+")
def bullet(match: re.Match[str]) -> str:
    """Leave out the mark that begins a list item or a line of dialogue."""
    return ""


@rule("sign.ellipsis", r"(?:\.{3,}|…)+\.?")
def ellipsis(match: re.Match[str]) -> str:
    """Read "..." as a full stop at the end of a sentence and as a comma inside it."""
    following = match.string[match.end() :].lstrip(" ”\"')»")
    return "." if not following or re.match(rf"[{UPPER}]", following) else ","


@rule("sign.quote", r"[\"“”„‟«»‘’‚‹›′″`']+")
def quote(match: re.Match[str]) -> str:
    """Leave quotation marks unsaid; an apostrophe inside a foreign word goes with them."""
    return ""


@rule("sign.bracket", r"\s?[(\[{]\s?")
def opening_bracket(match: re.Match[str]) -> str:
    """Read an opening bracket as a pause."""
    return ", " if match.start() else ""


@rule("sign.bracket_close", r"\s?[)\]}]")
def closing_bracket(match: re.Match[str]) -> str:
    """Read a closing bracket as a pause, unless a sign that pauses follows."""
    following = match.string[match.end() :].lstrip(" ”\"")
    return "" if not following or following[0] in ".,;:!?…" else ","


@rule("sign.dash", r"\s[-–—]\s|\s?—\s?")
def dash(match: re.Match[str]) -> str:
    """Read a dash as a pause, but not between two halves of one name or of a set phrase (kinh tế - xã hội)."""
    prior, following = match.string[: match.start()], match.string[match.end() :]
    names = re.search(rf"[{UPPER}]\w*$", prior) and re.match(rf"[{UPPER}]", following)
    return " " if names or _PAIRS.search(prior.lower()) else ", "


@rule("sign.hyphen", r"(?<=\w)[-–](?=\w)")
def hyphen(match: re.Match[str]) -> str:
    """Leave a hyphen inside a word unsaid: vắc-xin."""
    return " "


@rule("sign.slash", r"\s?/\s?(?=\w)")
def slash(match: re.Match[str]) -> str:
    """Leave a slash between words unsaid."""
    return Unsure(" ")


@rule("sign.word", "[" + re.escape("".join(_WORDS)) + "]")
def sign_word(match: re.Match[str]) -> str:
    """Read a sign that has a name; the common & is sure, the others are flagged."""
    spoken = _WORDS[match[0]]
    return spoken if match[0] in "&" else Unsure(spoken)


@rule("sign.apart", r"[^\w\s.,;:!?]|_")
def other_sign(match: re.Match[str]) -> str:
    """Leave out any other sign or emoji, flagged."""
    return Unsure(" ")


RULES = (bullet, ellipsis, opening_bracket, closing_bracket, dash, hyphen, quote, slash, sign_word, other_sign)
