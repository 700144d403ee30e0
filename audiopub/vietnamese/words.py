"""Abbreviations, acronyms, Roman numerals, codes of letters and digits, and words printed in capitals."""

import re
from functools import cache

from audiopub.vietnamese.letters import LOWER, UPPER, bare, spelled
from audiopub.vietnamese.numbers import cardinal, digit_by_digit, roman
from audiopub.vietnamese.rule import Unsure, around, before, fixed, rule
from audiopub.vietnamese.syllables import is_syllable
from audiopub.vietnamese.tables import rows

_ROMAN_CUE = re.compile(
    r"(?:đại hội|lần thứ|thứ|thế kỷ|thế kỉ|khóa|khoá|chương|mục|phần|quý|hạng|kỳ|kỳ họp|quân khu|vùng|cấp|điều|phụ lục|bậc|đợt|nhóm|"
    r"tập|quyển|loại|giai đoạn|học kỳ|học kì|thế chiến|chiến tranh thế giới|games|khu|số|lớp|cụm|tổ|đội|sư đoàn|quân đoàn|đô thị loại|tiết|ban|vua|hoàng|cách mạng)"
    r"(?: [^\W\d]+){0,2}\s*(?:[ivxlc]+\s*(?:,|và|-|–|đến)\s*)?$"
)
_LONGEST_ACRONYM = 6
_PLACES = {"P": "phường", "Q": "quận", "F": "phường", "H": "huyện", "X": "xã",
           "TP": "thành phố", "Tp": "thành phố", "TX": "thị xã", "TT": "thị trấn"}  # fmt: skip
_ROADS = {"QL": "quốc lộ", "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "ĐH": "đường huyện", "CT": "cao tốc"}


@cache
def _abbreviations() -> dict[str, tuple[tuple[str, re.Pattern[str], re.Pattern[str], bool], ...]]:
    entries: dict[str, list[tuple[str, re.Pattern[str], re.Pattern[str], bool]]] = {}
    for written, spoken, prior, following, guess in rows("abbreviations"):
        entries.setdefault(written, []).append((spoken, _context(prior), _context(following), guess == "?"))
    return {written: tuple(lines) for written, lines in entries.items()}


def _context(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("<A>", f"[{UPPER}]").replace("<a>", f"[{LOWER}]"))


and_so_on = fixed("word.and_so_on", r"(?<!\w)[vV]\.?\s?[vV](?:\.{1,3}|…)?(?!\w)", "vân vân")
"""Read v.v. and "v.v..."."""


@rule("place.ward", r"(?<![\w.])(?P<kind>[PQFHX])\.\s?(?P<number>\d{1,2})(?!\w|[.,/]\d)", figures_only=True)
def ward(match: re.Match[str]) -> str:
    """Read P.5 and Q.1."""
    return f"{_PLACES[match['kind']]} {cardinal(int(match['number']))}"


@rule("place.named", rf"(?<![\w.])(?P<kind>TP|Tp|TX|TT|[PQHX])\.\s?(?=[{UPPER}][{LOWER}])")
def place_named(match: re.Match[str]) -> str:
    """Read Q.Bình Thạnh and TP.Thái Nguyên."""
    return _PLACES[match["kind"]]


@rule("place.road", r"(?<!\w)(?P<kind>QL|ĐT|TL|ĐH|CT)[.\s]?(?P<number>\d{1,3})(?P<branch>[A-ZĐ]?)(?!\w|[.,/]\d)", figures_only=True)
def road(match: re.Match[str]) -> str:
    """Read QL1A and ĐT.261."""
    branch = f" {spelled(match['branch'])}" if match["branch"] else ""
    return f"{_ROADS[match['kind']]} {cardinal(int(match['number']))}{branch}"


@rule("place.kilometre", r"(?<!\w)[Kk]m\s?(?P<km>\d{1,4})\+(?P<metres>\d{1,3})(?!\w)", figures_only=True)
def kilometre(match: re.Match[str]) -> str:
    """Read km12+300."""
    return f"ki lô mét {cardinal(int(match['km']))} cộng {cardinal(int(match['metres']))}"


@rule("roman", r"(?<![\w.])[IVXLCDM]{1,7}(?![\w]|\.\w)")
def roman_numeral(match: re.Match[str]) -> str | None:
    """Read a Roman numeral after a word that is counted by them (Đại hội XIII, khóa XV, Chương II)."""
    number = roman(match[0])
    if number is None:
        return None
    if _ROMAN_CUE.search(before(match, 44)):
        return cardinal(number)
    return Unsure(cardinal(number)) if len(match[0]) > 1 and match[0] not in {"MC", "CD", "DC", "MM", "CM", "DM", "MD", "DI", "MI", "LI", "XL"} else None


@rule("abbreviation.phrase", r"(?<!\w)(?:TP HCM|TP\. HCM|BS CKII|BS CKI|VH, TT&DL)(?!\w)")
def phrase(match: re.Match[str]) -> str:
    """Read abbreviations that are printed with a space inside."""
    return {"BS CKII": "bác sĩ chuyên khoa hai", "BS CKI": "bác sĩ chuyên khoa một", "VH, TT&DL": "văn hóa thể thao và du lịch"}.get(match[0], "thành phố Hồ Chí Minh")


@rule("abbreviation", rf"(?<![\w.])[{UPPER}](?:\w|[.&\-,](?=[{UPPER}])){{0,24}}\.?(?!\w)")
def abbreviation(match: re.Match[str]) -> str | None:
    """Read what the abbreviation table knows, whole (PGS.TS) or piece by piece (LĐ-TB&XH)."""
    written = match[0]
    whole = _looked_up(match, written, match.start(), match.end())
    if whole is not None:
        return whole
    dot = "" if not written.endswith(".") else "."
    body = written.removesuffix(".")
    if dot:
        spoken = _looked_up(match, body, match.start(), match.end() - 1)
        if spoken is not None:
            return _same_certainty(spoken, spoken + _full_stop(match))
    pieces = re.split(r"[.&\-,]", body)
    if len(pieces) < 2 or not all(piece in _abbreviations() for piece in pieces):  # noqa: PLR2004
        return None
    joined = " ".join(_abbreviations()[piece][0][0] for piece in pieces)
    return joined + (_full_stop(match) if dot else "")


@rule("code.letters_digits", rf"(?<![\w.,/])(?P<letters>[{UPPER}][{UPPER}a-z]{{0,9}})-?(?P<digits>\d{{1,4}})(?P<tail>[A-ZĐ]?)(?!\w|[.,]\d)", figures_only=True)
def letters_digits(match: re.Match[str]) -> str | None:
    """Read G7, F0, COVID-19, A380: letters by name or as the word they are, then the number."""
    letters = match["letters"]
    known = _abbreviations().get(letters)
    if known:
        name = known[0][0]
    elif letters.isupper() and len(letters) <= 3:  # noqa: PLR2004
        name = spelled(letters)
    else:
        name = letters
    digits = match["digits"]
    number = digit_by_digit(digits) if digits.startswith("0") and len(digits) > 1 else cardinal(int(digits))
    return " ".join(filter(None, (name, number, spelled(match["tail"]) if match["tail"] else "")))


@rule("code.digits_letters", r"(?<![\w.,/])(?P<digits>\d{1,4})(?P<letters>[A-ZĐ]{1,3}|[a-zđ](?=[\s,.;:)]|$))(?P<more>\d{0,3})(?![\w]|[.,]\d)", figures_only=True)
def digits_letters(match: re.Match[str]) -> str:
    """Read 5G, 12A1, 3D, 15b."""
    more = f" {cardinal(int(match['more']))}" if match["more"] else ""
    return f"{cardinal(int(match['digits']))} {spelled(match['letters'])}{more}"


@rule("capitals.run", rf"(?<![\w.])[{UPPER}]+(?:[ ,]{{1,2}}[{UPPER}]+){{1,60}}(?!\w)")
def capitals_run(match: re.Match[str]) -> str | None:
    """Put words printed in capitals into small letters, unless one of them is an abbreviation."""
    words = re.findall(rf"[{UPPER}]+", match[0])
    if not all(is_syllable(word) for word in words) or sum(len(word) for word in words) < 2 * len(words):
        return None
    return match[0].lower()


@rule("acronym.marked", rf"(?<![\w])[{UPPER}]{{2,}}(?![\w])")
def capitals_word(match: re.Match[str]) -> str | None:
    """Put a single word in capitals that carries a Vietnamese mark into small letters."""
    word = match[0]
    if bare(word) == word or not is_syllable(word):
        return None
    return word.lower()


@rule(
    "acronym.known",
    r"(?<![\w])(?:WHO|GDP|FDI|ODA|AI|EU|WTO|IMF|WB|ADB|FTA|CPTPP|EVFTA|RCEP|CPI|GRDP|PCI|PAPI|PMI|VTV|VOV|HTV|THVL|FPT|VNPT|EVN|"
    r"PVN|BOT|BT|PPP|IT|TV|PC|USB|LED|LCD|CEO|CFO|MC|PR|SMS|QR|GPS|ATM|POS|API|CNN|BBC|AFP|AP|FBI|CIA|UAE|USA|US|UK|UN|LNG|LPG|ETF|VFF|AFC|AFF|"
    r"SEA|PCR|ADN|DNA|RNA|ICU|MRI|CT|BMI|ESG|ISO|HACCP|VGAP|TPP|NGO|IPO|GSP|EPS|KPI|SUV|DJ|PVC|CLC|VCCI|VASEP|KOL|R&D)(?!\w)",
)
def known_acronym(match: re.Match[str]) -> str:
    """Spell an international acronym that newsreaders spell."""
    return spelled(match[0].replace("&", ""))


@rule("acronym.spelled", rf"(?<!\w)[{UPPER}](?:[{UPPER}&]|\.(?=[{UPPER}](?![{LOWER}]))){{1,11}}(?![{LOWER}]|\w)")
def unknown_acronym(match: re.Match[str]) -> str | None:
    """Spell an abbreviation nobody knows, or say it as a word where it is a syllable; flagged either way."""
    letters = re.sub(r"[.&]", "", match[0])
    if len(letters) > 3 and is_syllable(letters):  # noqa: PLR2004
        return Unsure(letters.lower())
    if len(letters) > _LONGEST_ACRONYM:
        return Unsure(letters.lower())
    return Unsure(spelled(letters))


@rule("acronym.leftover", rf"[{UPPER}]{{2,}}(?![{LOWER}])")
def leftover(match: re.Match[str]) -> str:
    """Spell capitals that stand glued to something else, flagged."""
    return Unsure(spelled(match[0]) if len(match[0]) <= _LONGEST_ACRONYM else match[0].lower())


def _looked_up(match: re.Match[str], written: str, start: int, end: int) -> str | None:
    prior, following = match.string[max(0, start - 40) : start], match.string[end : end + 40]
    for spoken, wants_before, wants_after, guess in _abbreviations().get(written, ()):
        if wants_before.search(prior) and wants_after.match(following):
            return Unsure(spoken) if guess else spoken
    return None


def _full_stop(match: re.Match[str]) -> str:
    """Keep the dot of an abbreviation where it also ends the sentence."""
    return "." if not around(match)[1].strip() else ""


def _same_certainty(model: str, spoken: str) -> str:
    return Unsure(spoken) if isinstance(model, Unsure) else spoken


RULES_FIRST = (and_so_on, ward, place_named, road, kilometre, phrase, abbreviation, roman_numeral, letters_digits, digits_letters)
RULES_LAST = (known_acronym, capitals_run, capitals_word, unknown_acronym, leftover)
