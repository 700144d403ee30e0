"""Codes of letters and figures: models, viruses, summits, grades, vitamins, lots."""

import re

from audiopub.vietnamese import cues
from audiopub.vietnamese.abbreviations import acronyms, known_words
from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.letters import UPPER, spelled
from audiopub.vietnamese.numbers import cardinal, decimal, digit_by_digit
from audiopub.vietnamese.rule import LETTERS, Said, Site, Start, by_context, fixed, guess, rule

_LONGEST_SPELLED = 4
_FIGURE = r"\d{1,4}(?:[.,]\d{1,2})?"


def _number(digits: str) -> str:
    if "." in digits or "," in digits:
        whole, fraction = re.split("[.,]", digits)
        return decimal(whole, fraction)
    return digit_by_digit(digits) if digits[0] == "0" and len(digits) > 1 else cardinal(int(digits))


def _letters(letters: str) -> str:
    known = acronyms().get(letters) or known_words().get(letters)
    if known:
        return known
    return spelled(letters) if letters.isupper() and len(letters) <= _LONGEST_SPELLED else letters


@rule("code.parts", Start.CAPITALS, rf"(?<![\w.,/])(?P<parts>[{UPPER}]{{1,4}}\d{{1,4}}(?:[{UPPER}]{{1,3}}\d{{1,4}}){{1,3}}[{UPPER}]?)(?!\w|[.,]\d)")
def parts(site: Site) -> str:
    """Read H5N1, A1B2: letters and numbers by turns."""
    pieces = re.findall(r"\d+|\D+", site["parts"])
    return " ".join(_number(piece) if piece.isdigit() else spelled(piece) for piece in pieces)


@rule("code.single_letter", Start.CAPITALS, r"(?<![\w.])A/(?=[A-Z]{1,3}\d)", keys="A")
def influenza_a(_site: Site) -> str:
    """Read the A of A/H5N1."""
    return "a"


def _letters_digits(site: Site) -> str | Said | None:
    """Read G7, F0, COVID-19, A380, Su-30, Note10: letters by name or as the word they are, then the number."""
    letters = site["letters"]
    if len(letters) == 1 and "," in site["digits"]:
        return None
    tail = site["tail"]
    if letters in cues.subjects():
        verdict = cues.decide(letters, site)
        if verdict.confidence is Confidence.CONTEXT and verdict.reading not in {"*", "-"}:
            return by_context(f"{verdict.reading} {_number(site['digits'])}", verdict.because)
    words = (_letters(letters), _number(site["digits"]), _letters(tail) if len(tail) > 1 else spelled(tail) if tail else "", "cộng" if site["plus"] else "")
    said = " ".join(filter(None, words))
    certain = len(letters) <= _LONGEST_SPELLED or letters in known_words() or letters in acronyms() or not letters.isupper()
    return said if certain else guess(said)


_DIGITS_AFTER = rf"(?P<by>-?)(?P<digits>{_FIGURE})(?P<tail>[A-ZĐ]{{0,3}}|[a-z](?!\w))(?P<plus>\+?)(?!\w|[.,]\d)"
letters_digits = rule("code.letters_digits", Start.CAPITALS, rf"(?<![\w.,])(?<!\w/)(?P<letters>[{UPPER}][{UPPER}a-z&]{{0,9}}){_DIGITS_AFTER}")(_letters_digits)
word_digits = rule("code.letters_digits", Start.GLUED, rf"(?<![\w.,])(?<!\w/)(?P<letters>[{UPPER}][a-z]{{1,9}}){_DIGITS_AFTER}")(_letters_digits)


@rule("code.dotted", Start.CAPITALS, rf"(?<![\w.,])(?P<letters>[{UPPER}]{{1,4}})(?P<figures>(?:\.\d{{1,2}}){{1,4}})(?!\w|[.,]\d)")
def dotted(site: Site) -> str | None:
    """Read XBB.1.5 and BA.2: variants of a virus."""
    if site["letters"] in known_words() or site["letters"] in cues.subjects():
        return None
    return " chấm ".join([spelled(site["letters"]), *(_number(figure) for figure in site["figures"][1:].split("."))])


@rule(
    "code.digits_letters",
    Start.FIGURE,
    r"(?<![\w.,/])(?P<digits>\d{1,4})(?P<letters>[A-ZĐ]{1,3}|[a-zđ](?=[\s,.;:)\-–]|$))(?P<more>\d{0,3})(?![\w]|[.,]\d)",
    keys="abcdefghijklmnopqrstuvwxyzđ" + LETTERS,
)
def digits_letters(site: Site) -> str:
    """Read 5G, 12A1, 3D, 15b."""
    more = f" {cardinal(int(site['more']))}" if site["more"] else ""
    return f"{cardinal(int(site['digits']))} {_letters(site['letters']) if len(site['letters']) > 1 else spelled(site['letters'])}{more}"


@rule("code.aircraft", Start.FIGURE, r"(?<![\w.,])7\d7-\d{1,3}0?(?P<tail>[A-Z]{0,3})(?!\w)", keys="-")
def aircraft(site: Site) -> Said | None:
    """Read "Boeing 737-800"."""
    if not re.search(r"(?:boeing|airbus|máy bay|dòng)[^.;]{0,16}$", site.before(16)):
        return None
    first, second = re.findall(r"\d+", site.match[0])
    return by_context(f"{cardinal(int(first))} {cardinal(int(second))}{' ' + spelled(site['tail']) if site['tail'] else ''}", "Boeing")


@rule(
    "code.spaced_version",
    Start.CAPITALS,
    rf"(?<![\w.])(?P<letters>RON|PM|pH|DO|E)\s?(?P<digits>{_FIGURE})(?P<tail>[A-Z]?)(?!\w|[.,]\d)",
    keys=("RON", "PM", "DO", "E", "pH"),
)
def fuel(site: Site) -> str | None:
    """Read "RON 95", "PM2.5" and "DO 0,05S"."""
    letters = {"RON": "ron", "PM": "pê em", "DO": "đê o", "E": "e", "pH": "pê hát"}[site["letters"]]
    if site["letters"] == "E" and " " in site.match[0]:
        return None
    return " ".join(filter(None, (letters, _number(site["digits"]), spelled(site["tail"]) if site["tail"] else "")))


@rule("code.brand", Start.CAPITALS, rf"(?<![\w.])(?P<letters>[{UPPER}]{{2,4}})(?P<word>[{UPPER}][a-z]{{2,12}})(?!\w)")
def brand(site: Site) -> Said | None:
    """Read VPBank and MBBank: the first letters by name."""
    if site.match[0] in known_words() or site.match[0] in acronyms():
        return None
    return by_context(f"{spelled(site['letters'])} {site['word']}", "capitals inside a word")


@rule("code.brand_tail", Start.CAPITALS, rf"(?<![\w.])(?P<word>[{UPPER}]?[a-z]{{1,12}})(?P<letters>[{UPPER}]{{2,4}})(?!\w)")
def brand_tail(site: Site) -> Said | None:
    """Read ChatGPT and WinCE: the last letters by name."""
    if site.match[0] in known_words() or site.match[0] in acronyms():
        return None
    return by_context(f"{site['word']} {_letters(site['letters'])}", "capitals inside a word")


@rule("code.suffix", Start.SIGN, r"-(?P<digits>\d{1,4})(?!\w|[.,]\d)")
def suffix(site: Site) -> str | None:
    """Read the figures of "Omicron-2" after a word."""
    return cardinal(int(site["digits"])) if site.before(1).isalpha() else None


@rule("code.aircraft", Start.CAPITALS, r"(?<!\w)(?P<maker>[AB])(?P<type>[37]\d{2})-(?P<series>\d{3,4})(?!\w)", keys="AB")
def airbus(site: Site) -> str:
    """Read A350-900."""
    return f"{spelled(site['maker'])} {cardinal(int(site['type']))} {cardinal(int(site['series']))}"


@rule("code.age_group", Start.CAPITALS, r"(?<!\w)U\.(?P<age>1\d|2[0-3])(?!\w|[.,]\d)", keys="U")
def age_group(site: Site) -> str:
    """Read U.23."""
    return f"u {cardinal(int(site['age']))}"


plus_after = fixed("code.plus", Start.SIGN, r"(?<=[A-Z0-9])\+(?!\s?\d|\w)", "cộng")
"""Read "K+", "A+" and "18+"."""

RULES = (airbus, age_group, influenza_a, dotted, parts, aircraft, fuel, letters_digits, word_digits, digits_letters, brand, brand_tail, suffix, plus_after)
