"""Numbers of legal documents and standards: kind and issuer in words."""

import re

from audiopub.vietnamese.letters import UPPER, plain, spelled
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.options import Legal
from audiopub.vietnamese.rule import LETTERS, Said, Site, Start, guess, rule
from audiopub.vietnamese.tables import table

_PART = rf"[{UPPER}][{UPPER}a-z]{{0,11}}\d{{0,2}}"
_SEPARATOR = r"\s?[-–/]\s?|\.|&"
_NUMBER = r"(?P<number>\d{1,5})(?P<letter>[a-zA-ZđĐ]?)(?:/(?P<year>1\d{3}|20\d{2}))?"
_STANDARDS = ("TCVN", "QCVN", "TCXDVN", "TCXD", "TCCS", "QCĐP", "ISO", "IEC", "HACCP")
_JOINT = "trên"
_OTHER_KINDS = {
    "QĐ": "quy định",
    "L": "lệnh",
    "CT": "chương trình",
    "QC": "quy chế",
    "TT": "tờ trình",
    "TB": "thông báo",
    "KL": "kết luận",
    "NQ": "nghị quyết",
    "QyĐ": "quy định",
}
"""What a kind may also stand for: it does where that word was printed just before."""


@rule(
    "legal.number",
    Start.FIGURE,
    rf"(?<![\w.,/\-]){_NUMBER}\s?(?P<first>[-–/])\s?(?P<parts>{_PART}(?:(?:{_SEPARATOR}){_PART}){{0,4}})(?![\w])",
    keys="/-–abcdefghijklmnopqrstuvwxyzđ" + LETTERS,
)
def legal_number(site: Site) -> str | Said | None:
    """Read 29-NQ/TW, 15/2020/NĐ-CP, 58/2024/QH15: a slash is "trên", a hyphen is not said.

    Declines where no part is a known kind or issuer (a number plate, a model name).
    """
    pieces = re.findall(rf"{_PART}|[-–/.&]", site["parts"])
    names = [piece for piece in pieces if piece not in "-–/.&"]
    known = [_known(piece) for piece in names]
    if not any(known):
        return None
    if site.options.legal is Legal.SHORT and all(known):
        short = _shortened(site, names)
        if short:
            return short
    spoken = [_number(site), *(_piece(piece, site) for piece in [site["first"], *pieces])]
    # The party's documents are said without the slash: "năm mươi bảy nghị quyết trung ương".
    phrase = " ".join(word for word in spoken if word)
    for issuer in ("trung ương", "tỉnh ủy", "thành ủy", "huyện ủy", "đảng ủy"):
        phrase = phrase.replace(f"{_JOINT} {issuer}", issuer)
    return phrase if all(known) or (site["year"] and known[0]) else guess(phrase)


def _shortened(site: Site, names: list[str]) -> str | None:
    """Leave out the kind that was just said: "Nghị định 15/2020/NĐ-CP" is "mười lăm năm hai nghìn không trăm hai mươi của chính phủ"."""
    kind, *issuers = [_words(name, site) for name in names]
    if plain(kind) not in site.before(28):
        return None
    year = f" năm {cardinal(int(site['year']))}" if site["year"] else ""
    issuer = f" của {' '.join(issuers)}" if issuers else ""
    return f"{_digits(site)}{year}{issuer}"


def _known(piece: str) -> bool:
    return piece in table("legal") or piece.rstrip("0123456789") in table("legal")


def _digits(site: Site) -> str:
    digits = site["number"]
    number = digit_by_digit(digits) if digits[0] == "0" else cardinal(int(digits))
    return f"{number} {spelled(site['letter'])}" if site["letter"] else number


def _number(site: Site) -> str:
    year = f" {_JOINT} {cardinal(int(site['year']))}" if site["year"] else ""
    return _digits(site) + year


def _piece(piece: str, site: Site) -> str:
    if piece == "/":
        return _JOINT
    if piece == "&":
        return "và"
    return "" if piece in "-–." else _words(piece, site)


def _words(piece: str, site: Site) -> str:
    other = _OTHER_KINDS.get(piece)
    if other and plain(other) in site.before(20):
        return other
    if piece == "TU" and "thành ủy" in site.before(160):
        return "thành ủy"
    if piece in table("legal"):
        return table("legal")[piece]
    letters = piece.rstrip("0123456789")
    digits = piece[len(letters) :]
    words = table("legal").get(letters) or spelled(letters)
    return f"{words} {cardinal(int(digits))}" if digits else words


@rule(
    "legal.standard",
    Start.CAPITALS,
    r"(?<!\w)(?P<kind>ISO/IEC|[A-ZĐ]{3,6})[ \-]?(?P<number>\d{1,6})(?:-(?P<part>\d{1,2}))?(?:\s?:\s?(?P<year>\d{4}))?(?P<issuer>/[A-ZĐ]{2,9})?(?!\w|[.,]\d)",
    keys=_STANDARDS,
)
def standard(site: Site) -> str:
    """Read TCVN 9001:2015, QCVN 01:2021/BXD and ISO 9001:2015."""
    digits = site["number"]
    number = digit_by_digit(digits) if digits[0] == "0" else cardinal(int(digits))
    part = f" {cardinal(int(site['part']))}" if site["part"] else ""
    year = f" năm {cardinal(int(site['year']))}" if site["year"] else ""
    issuer = f" {_JOINT} {_words(site['issuer'][1:], site)}" if site["issuer"] else ""
    kind = " ".join(table("legal").get(name) or spelled(name) for name in site["kind"].split("/"))
    return f"{kind} {number}{part}{year}{issuer}"


RULES = (standard, legal_number)
