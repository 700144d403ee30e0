"""The Vietnamese alphabet, its marks, the forms its text comes in, and the names its letters have in abbreviations."""

import re
import unicodedata
from functools import lru_cache

UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
"""Body of a regular-expression class of the capital letters of Vietnamese and English."""

LOWER = UPPER.replace("A-Z", "").lower() + "a-z"
"""Body of a regular-expression class of the small letters of Vietnamese and English."""

LETTER_NAMES: dict[str, str] = {
    "A": "a", "Ă": "á", "Â": "ớ", "B": "bê", "C": "xê", "D": "đê", "Đ": "đê", "E": "e", "Ê": "ê", "F": "ép",
    "G": "giê", "H": "hát", "I": "i", "J": "gi", "K": "ca", "L": "eo", "M": "em", "N": "en", "O": "o", "Ô": "ô",
    "Ơ": "ơ", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét", "T": "tê", "U": "u", "Ư": "ư", "V": "vê",
    "W": "vê kép", "X": "ích", "Y": "i dài", "Z": "dét",
}  # fmt: skip
"""How newsreaders of VTV and VOV name a letter inside an abbreviation (D and Đ sound alike there)."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e01ef]")
_COMPATIBLE = re.compile(
    "[\u00a0\u1d00-\u1d25\u2000-\u200a\u2100-\u2101\u2103\u2109\u2113\u2121\u2160-\u217f\u2460-\u2473\u3000\u3371-\u33df\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff]"
)
"""Characters that stand for plain ones: full-width and mathematical letters and figures, Latin ligatures, Roman numerals of one character."""

_TIDY = re.compile(f"[{UPPER}{LOWER}0-9 \\n.,;:!?\"'()%/&+–—…“”‘’-]*")
"""Text of these alone has its one form already, unless spaces follow each other: nearly all of a newspaper's."""

_OTHER_DIGIT = re.compile(r"[^\W\D0-9]")
_STRAY_MARK = re.compile(r"(?<!\w)[\u0300-\u036f]+")
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
"""Letters that old systems put for Đ: the Icelandic Eth, mostly."""

_LOOKS_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮаеѕіјорсухү" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοινρυ",
    "ABESIJKMHOPCTYXYaesijopcyxy" "ABEZHIKMNOPTYXoivpu",
)  # fmt: skip
"""Cyrillic and Greek letters that look like Latin ones; replaced only in words that have Latin letters too."""

_MIXED_WORD = re.compile("[A-Za-zÀ-ɏḀ-ỿ]+[\u0370-\u03ff\u0400-\u04ff][\\w]*|[\u0370-\u03ff\u0400-\u04ff]+[A-Za-zÀ-ɏḀ-ỿ][\\w]*")
_LOOKALIKE_WORD = re.compile("(?<![^\\W\\d_])[АВЕЅІЈКМНОРСТУХҮаеѕіјорсухү](?:[АВЕЅІЈКМНОРСТУХҮаеѕіјорсухү])*(?![^\\W\\d_])")
"""A whole word of look-alikes, in a text that has Latin letters too."""

_TONE_LATE = re.compile(r"(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?![^\W\d_])")
_TONE_EARLY = dict(zip(
    "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(), "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split(), strict=True))  # fmt: skip
_Y_ENDING = re.compile(r"(?<![^\W\d_])(?:[hklmstv]|qu)[yỳýỷỹỵ](?![^\W\d_])")
_Y_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


@lru_cache(maxsize=4096)
def spelled(letters: str) -> str:
    """Name the letters of an abbreviation one by one; marks on letters it has no name for are dropped.

    >>> spelled("WHO"), spelled("GDP")
    ('vê kép hát o', 'giê đê pê')
    """
    return " ".join(LETTER_NAMES.get(letter, LETTER_NAMES.get(bare(letter), letter.lower())) for letter in letters.upper())


def bare(text: str) -> str:
    """Take every mark off, đ included.

    >>> bare("Đảng bộ Thái Nguyên")
    'Dang bo Thai Nguyen'
    """
    marked = text.replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in unicodedata.normalize("NFD", marked) if not unicodedata.combining(c))


def without_tone(word: str) -> str:
    """Take the tone mark off and keep the letter's own shape (ế becomes ê).

    >>> without_tone("thuyền"), without_tone("đường")
    ('thuyên', 'đương')
    """
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))


def tidy(text: str) -> str:
    r"""Bring text to one form.

    NFC; no control or invisible characters; one space for any run of spaces; plain letters for full-width ones, for
    ligatures and, inside a word of Latin letters, for the Cyrillic and Greek letters that look like them; ASCII digits.
    Line breaks stay. This is the form every other function of the package expects.

    >>> tidy("Thái\u00a0\u200bNguyên"), tidy("ﬁle １２"), tidy("\u041dà Nội").isascii(), "H" in tidy("\u041dà Nội")
    ('Thái Nguyên', 'file 12', False, True)
    """
    return text if _TIDY.fullmatch(text) and "  " not in text else _tidied(text)


def _tidied(text: str) -> str:
    if text.isascii():
        return _SPACES.sub(" ", _CONTROLS.sub("", _BREAKS.sub("\n", text.replace("\t", " "))))
    visible = _INVISIBLE.sub("", _CONTROLS.sub("", _BREAKS.sub("\n", text.replace("\t", " "))))
    plain_letters = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), visible)
    composed = unicodedata.normalize("NFC", _STRAY_MARK.sub("", unicodedata.normalize("NFC", plain_letters)))
    latin = _MIXED_WORD.sub(_latin, _LOOKALIKE_WORD.sub(_latin, composed.translate(_ETH)))
    digits = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0], 0)), latin)
    return _SPACES.sub(" ", digits)


def _latin(match: re.Match[str]) -> str:
    return match[0].translate(_LOOKS_LIKE)


def plain(text: str) -> str:
    """Give tidied text in the form in which words are compared: as long as the text, place by place.

    Small letters; one way of placing tones (hoà becomes hòa); i for the y at the end of tỷ, kỳ, mỹ, quý.

    >>> plain("Uỷ ban, TỶ LỆ, quý, hoàn")
    'ủy ban, tỉ lệ, quí, hoàn'
    """
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    early = _TONE_LATE.sub(lambda match: _TONE_EARLY[match[0]], small)
    return _Y_ENDING.sub(lambda match: match[0].translate(_Y_TO_I), early)
