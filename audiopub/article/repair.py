"""Text damaged on its way: UTF-8 encoded twice, and the old Vietnamese font encoding TCVN3 (ABC)."""

import re

_TWICE_ENCODED = re.compile("Ã[\u0080-\u00bf¡-¿]|á[º»]|Ä[\u0080-\u00bf‘’]|Æ[°¡]")
_TWICE_ENOUGH = 8
_TCVN3_FONT = re.compile(r"\.Vn[A-Z][A-Za-z]+")
_TCVN3_LETTERS = re.compile("[µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ]")
_VIETNAMESE_ONLY = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)

_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
)
"""Source: TCVN 5712:1993, VN3. The soft hyphen is the letter ư there, so this comes before invisibles are dropped."""


def repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """Undo what can be undone.

    Returns:
        The text, and the names of the repairs that were made.
    """
    done: list[str] = []
    if len(_TWICE_ENCODED.findall(text[:200_000])) >= _TWICE_ENOUGH:
        once = _encoded_once(text)
        if once is not None:
            text = once
            done.append("double-encoding")
    if _is_tcvn3(text):
        text = text.translate(_TCVN3)
        done.append("tcvn3")
    return text, tuple(done)


def _encoded_once(text: str) -> str | None:
    raw = b"".join(_single_byte(c) for c in text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        once = raw.decode("utf-8", "replace")
        return once.replace("\ufffd", "") if once.count("\ufffd") < len(text) // 500 else None


def _single_byte(character: str) -> bytes:
    """Give the byte a character was before somebody read it as windows-1252 or Latin-1."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return character.encode(encoding)
        except UnicodeEncodeError:
            continue
    return character.encode("utf-8")


def _is_tcvn3(text: str) -> bool:
    letters = len(_TCVN3_LETTERS.findall(text[:100_000]))
    modern = len(_VIETNAMESE_ONLY.findall(text[:100_000]))
    named = bool(_TCVN3_FONT.search(text))
    return letters > 20 and modern * (4 if named else 20) < letters  # noqa: PLR2004
