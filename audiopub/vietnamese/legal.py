"""Numbers of legal documents, read as newsreaders shorten them: kind and issuer in words."""

import re

from audiopub.vietnamese.letters import UPPER, spelled
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.rule import Unsure, rule
from audiopub.vietnamese.tables import table

_PART = rf"[{UPPER}][{UPPER}a-z]{{0,11}}\d{{0,2}}"
_NUMBER = r"(?P<number>\d{1,5})(?P<letter>[a-z]?)(?:/(?P<year>1\d{3}|20\d{2}))?"


@rule("legal.number", rf"(?<![\w.,/\-]){_NUMBER}(?P<first>[-/])(?P<parts>{_PART}(?:\s?[-–/]\s?{_PART}|\.{_PART}){{0,4}})(?![\w])", figures_only=True)
def legal_number(match: re.Match[str]) -> str | None:
    """Read 29-NQ/TW, 15/2020/NĐ-CP, 58/2024/QH15: a slash is "trên", a hyphen is not said.

    Declines where no part is a known kind or issuer (a number plate, a model name).
    """
    pieces = re.findall(rf"{_PART}|[-–/.]", match["parts"])
    known = [piece in table("legal") or re.sub(r"\d+$", "", piece) in table("legal") for piece in pieces if piece not in "-–/."]
    if not any(known):
        return None
    spoken = [_number(match), *(_piece(piece) for piece in [match["first"], *pieces])]
    # The party's documents are said without the slash: "năm mươi bảy nghị quyết trung ương".
    phrase = " ".join(word for word in spoken if word).replace("trên trung ương", "trung ương")
    return phrase if all(known) else Unsure(phrase)


def _number(match: re.Match[str]) -> str:
    digits = match["number"]
    number = digit_by_digit(digits) if digits.startswith("0") else cardinal(int(digits))
    letter = " " + spelled(match["letter"]) if match["letter"] else ""
    year = f" trên {cardinal(int(match['year']))}" if match["year"] else ""
    return number + letter + year


def _piece(piece: str) -> str:
    if piece == "/":
        return "trên"
    if piece in "-–.":
        return ""
    if piece in table("legal"):
        return table("legal")[piece]
    letters = re.sub(r"\d+$", "", piece)
    digits = piece[len(letters) :]
    words = table("legal").get(letters) or spelled(letters)
    return f"{words} {cardinal(int(digits))}" if digits else words


RULES = (legal_number,)
