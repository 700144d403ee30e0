"""Text set in the old Vietnamese font encodings, TCVN3 (ABC) and VNI: letters of other languages stand for ours."""

import re

_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
)
"""Source: TCVN 5712:1993, VN3. The soft hyphen is the letter ư there, so this comes before invisibles are dropped."""

_TCVN3_LETTERS = re.compile("[µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ]")
_TCVN3_TELLS = re.compile("[µ¸¶·¹¨»¾¼½©®ªÐÞßæç¬ñ÷þ«ø]")
"""Letters among them that text in another encoding hardly ever has."""

_TONES = "ùøûõï"
_VNI_PAIRS = {
    "a": dict(zip(_TONES + "âáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ", strict=True)),
    "e": dict(zip(_TONES + "âáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip(_TONES + "âáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip(_TONES, "ớờởỡợ", strict=True)),
    "u": dict(zip(_TONES, "úùủũụ", strict=True)),
    "ö": dict(zip(_TONES, "ứừửữự", strict=True)),
    "y": dict(zip(_TONES, "ýỳỷỹỵ", strict=True)),
}
_VNI_SINGLE = dict(zip("ôöíìæóòîñ", "ơưíìỉĩịỵđ", strict=True))
"""Source: VNI-Windows, two bytes a letter: a letter, then its marks as one letter of Latin-1."""

_VNI_LETTER = re.compile(r"([aeoôuöy])([ùøûõïâáàåãäêéèúüë])|[ôöíìæóòîñ]", re.IGNORECASE)
_VNI_TELLS = re.compile("[aeuôöAEUÔÖ][ùøûïåäëüÙØÛÏÅÄËÜ]|[oyOY][ùøûïåäÙØÛÏÅÄ]|[ñöæÑÖÆ]")

_MODERN = "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_VIETNAMESE_ONLY = re.compile(f"[{_MODERN}{_MODERN.upper()}]")
_PLAINLY_MODERN = 300
"""Letters that no old encoding has, from which a sample that names no old font is not looked at further."""

FONT_NAMES = {"tcvn3": re.compile(r"\.Vn[A-Z][A-Za-z]+", re.IGNORECASE), "vni": re.compile(r"\bVNI[-\s]?[A-Z][A-Za-z]+", re.IGNORECASE)}
_SAMPLE = 60_000
_ENOUGH = 20


def sample_of(text: str) -> str:
    """Give enough of a page to tell its letters by: its beginning, and a piece of its middle."""
    return text if len(text) <= 2 * _SAMPLE else text[:_SAMPLE] + text[len(text) // 2 - _SAMPLE // 2 : len(text) // 2 + _SAMPLE // 2]


def from_tcvn3(text: str) -> str:
    """Read text set in a TCVN3 font.

    >>> from_tcvn3("Th¸i Nguyªn")
    'Thái Nguyên'
    """
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Read text set in a VNI font.

    >>> from_vni("Thaùi Nguyeân, ñöôøng leân baûn Ñoài"), from_vni("QUYEÁT ÑÒNH")
    ('Thái Nguyên, đường lên bản Đồi', 'QUYẾT ĐỊNH')
    """
    return _VNI_LETTER.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    base, mark = (match[1] or "", match[2] or "")
    if not base:
        whole = _VNI_SINGLE[match[0].lower()]
        return whole.upper() if match[0].isupper() else whole
    whole = _VNI_PAIRS[base.lower()].get(mark.lower(), "")
    if not whole:
        alone = _VNI_SINGLE.get(base.lower(), base.lower())
        return (alone.upper() if base.isupper() else alone) + mark
    return whole.upper() if base.isupper() else whole


CONVERTERS = {"tcvn3": from_tcvn3, "vni": from_vni}


def legacy_encoding(text: str) -> str | None:
    """Tell in which old encoding the whole of a text is, "tcvn3" or "vni"; None where it is in neither.

    The name of a font is a hint, the letters decide: a page of today may name a font of yesterday.

    >>> legacy_encoding("Đường lên bản đã thông, bà con rất mừng. " * 9) is None
    True
    """
    sample = sample_of(text)
    modern = len(_VIETNAMESE_ONLY.findall(sample))
    if modern > _PLAINLY_MODERN and not any(font.search(sample) for font in FONT_NAMES.values()):
        return None
    letters, tells = len(_TCVN3_LETTERS.findall(sample)), len(_TCVN3_TELLS.findall(sample))
    vni = len(_VNI_TELLS.findall(sample))
    if vni > max(_ENOUGH, tells) and modern * (4 if FONT_NAMES["vni"].search(sample) else 10) < vni:
        return "vni"
    if letters > _ENOUGH and tells > letters // 8 and modern * (4 if FONT_NAMES["tcvn3"].search(sample) else 20) < letters:
        return "tcvn3"
    return None


def named_font(style: str) -> str | None:
    """Tell which old encoding the name of a font stands for.

    >>> named_font(".VnTime"), named_font("font-family: 'VNI-Times'"), named_font("Arial")
    ('tcvn3', 'vni', None)
    """
    return next((name for name, pattern in FONT_NAMES.items() if pattern.search(style)), None)


def read_in_font(text: str, encoding: str) -> str:
    """Read a piece of a page that is set in an old font, unless its letters are modern all the same."""
    return text if _VIETNAMESE_ONLY.search(text) else CONVERTERS[encoding](text)
