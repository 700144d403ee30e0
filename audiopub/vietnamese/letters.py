"""The Vietnamese alphabet, its marks, and the names its letters have when an abbreviation is spelled."""

import re
import unicodedata

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
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\ufe0e\ufe0f]")
_SPACES = re.compile(r"[^\S\n]+")
_HOMOGLYPHS = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "Ʃ": "S", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff"})
"""Letters of other alphabets and ligatures that newspapers' systems put for ours (Icelandic Eth for Đ, mostly)."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]")


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
    r"""Bring text to one form: NFC, no control or invisible characters, one space for any run of spaces.

    Line breaks stay. This is the form every other function of the package expects.

    >>> tidy("Thái\u00a0\u200bNguyên")
    'Thái Nguyên'
    """
    visible = _INVISIBLE.sub("", _CONTROLS.sub("", text.replace("\t", " "))).translate(_HOMOGLYPHS)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", visible))
