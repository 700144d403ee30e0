"""Signs that are no letters: as pauses, as words, or not said at all."""

import re

from audiopub.vietnamese.letters import UPPER
from audiopub.vietnamese.rule import Said, Site, Start, by_context, fixed, guess, rule
from audiopub.vietnamese.syllables import is_syllable
from audiopub.vietnamese.tables import table

_WORDS = {"&": "và", "+": "cộng", "=": "bằng", "~": "khoảng", "≈": "khoảng", "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng",
          ">": "lớn hơn", "<": "nhỏ hơn", "×": "nhân", "→": "đến", "@": "a còng", "²": "bình phương", "³": "lập phương",
          "½": "một phần hai", "¼": "một phần tư", "¾": "ba phần tư", "⅓": "một phần ba", "⅔": "hai phần ba", "§": "mục", "№": "số", "÷": "chia",
          "°": "độ", "€": "ơ rô", "$": "đô la", "£": "bảng Anh", "¥": "yên", "₫": "đồng", "¢": "xu",
          "∞": "vô cùng", "√": "căn bậc hai", "π": "pi", "α": "an pha", "β": "bê ta"}  # fmt: skip
_FRACTIONS = "½¼¾⅓⅔"
_SURE = frozenset("№&½¼¾⅓⅔")
_SILENT = "©®™•●▪■◆►★☆♦✓✔→←↑↓*_^|\\¦·†‡°"


bullet = fixed("sign.bullet", Start.ANYWHERE, rf"^\s*(?:[-–—•●▪■◆►*+✓✔·▶➤➡→]|o(?= [{UPPER}]))\s*(?=\S)", "", needs=tuple("-–—•●▪■◆►*+✓✔·▶➤➡→o"))
"""Leave out the mark that begins a list item or a line of dialogue."""


@rule("sign.ellipsis", Start.ANYWHERE, r"(?:\.{2,}|…)+\.?", needs=("..", "…"))
def ellipsis(site: Site) -> str:
    """Read "..." as a full stop at the end of a sentence and as a comma inside it."""
    following = site.printed_after(16).lstrip(" ”\"')»]")
    return "." if not following or re.match(rf"[{UPPER}]", following) else ","


bracketed_ellipsis = fixed("sign.ellipsis", Start.SIGN, r"[(\[]\s?(?:\.{2,}|…)\s?[)\]]", ",")
"""Read "[...]" as a pause."""

quote = fixed("sign.quote", Start.SIGN, r"[\"“”„‟«»‘’‚‹›′″`'´]+", "")
"""Leave quotation marks unsaid; an apostrophe inside a foreign word goes with them."""

opening_bracket = fixed("sign.bracket", Start.SIGN, r"[(\[{]\s?", ", ")
"""Read an opening bracket as a pause."""


@rule("sign.bracket_close", Start.SIGN, r"[)\]}]")
def closing_bracket(site: Site) -> str:
    """Read a closing bracket as a pause, unless a sign that pauses follows."""
    following = site.printed_after(8).lstrip(' ”"')
    return "" if not following or following[0] in ".,;:!?…" else ","


@rule("sign.dash", Start.SIGN, r"[-–—]+(?=\s|$)|—")
def dash(site: Site) -> str | None:
    """Read a dash as a pause, but not between two halves of one name or of a set phrase (kinh tế - xã hội)."""
    prior, following = site.printed_before(24), site.printed_after(24)
    if prior and prior[-1] != " " and site.match[0] != "—" and not following.startswith(" "):
        return None
    names = re.search(rf"[{UPPER}][^\W_]*\s?$", prior) and re.match(rf"\s?[{UPPER}]", following)
    return " " if names or _set_phrase(site) else ", "


def _set_phrase(site: Site) -> bool:
    """Tell whether the words on both sides of a dash make one phrase, such as "quốc phòng - an ninh"."""
    left, right = site.before(28).rstrip(), site.after(28).lstrip()
    return any(left.endswith(first) and right.startswith(second) for first, second in table("pairs").items()) or any(
        left.endswith(second) and right.startswith(first) for first, second in table("pairs").items()
    )


@rule("sign.hyphen", Start.SIGN, r"(?<=\w)[-–­‑](?=\w)")
def hyphen(_site: Site) -> str:
    """Leave a hyphen inside a word unsaid: vắc-xin."""
    return " "


@rule("sign.slash", Start.SIGN, r"/[/\s]*(?=\w)")
def slash(site: Site) -> Said:
    """Read a slash between words as a pause: nam/nữ."""
    before, after = re.search(r"([^\W\d_]+)\s?$", site.before(12)), re.match(r"[^\W\d_]+", site.after(12))
    words = before and after and is_syllable(before[1]) and is_syllable(after[0])
    return by_context(", ", "two words") if words else guess(" ")


@rule("sign.fraction", Start.SIGN, f"[{_FRACTIONS}]")
def fraction_sign(site: Site) -> str:
    """Read 3½ and ¾."""
    words = _WORDS[site.match[0]]
    return f"và {words}" if site.before(2).strip()[-1:].isdigit() else words


@rule("sign.word", Start.SIGN, "[" + re.escape("".join(_WORDS)) + "]")
def sign_word(site: Site) -> str | Said:
    """Read a sign that has a name; & is sure, and + and = between figures; the others are flagged."""
    words = _WORDS[site.match[0]]
    if site.match[0] in _SURE:
        return words
    if site.match[0] in "+=" and re.search(r"[\w)]\s?$", site.before(2)) and re.match(r"\s?\w", site.after(2)):
        return by_context(words, "between two words")
    return guess(words)


silent_sign = fixed("sign.silent", Start.SIGN, "[" + re.escape(_SILENT) + "]+", " ")
"""Leave marks of print unsaid: ©, ®, ™, bullets, stars."""

other_sign = fixed("sign.apart", Start.SIGN, r"(?:[^\w\s.,;:!?]|_)+", guess(" "))
"""Leave out any other sign or emoji, flagged."""


RULES = (
    bullet, bracketed_ellipsis, ellipsis, opening_bracket, closing_bracket, dash, hyphen, quote, slash, fraction_sign, sign_word, silent_sign, other_sign,
)  # fmt: skip
