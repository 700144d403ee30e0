"""Text damaged on its way, put right: encoded twice, set in an old font, full of things nobody sees.

Every repair is named, so that an editor can see what was done to a page before it was read.
"""

import re
import unicodedata

from audiopub.article.legacy_fonts import CONVERTERS, FONT_NAMES, legacy_encoding, sample_of

_TWICE_ENCODED = re.compile("Ã[\u0080-\u00bf¡-¿]|á[º»]|Ä[\u0080-\u00bf‘’]|Æ[°¡]")
_TWICE_ENOUGH = 8
_SOFT_HYPHEN, _ZERO_WIDTH, _BIDI = "\u00ad", "\u200b\u200c\u200d\u2060\ufeff", "\u202a-\u202e\u2066-\u2069\u200e\u200f"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff"
_NUMERIC_ENTITY = re.compile(r"&#(?:8203|8204|8205|8288|65279|173|x200[bcd]|xad|xfeff);|&(?:shy|zwnj|zwj|lrm|rlm);", re.IGNORECASE)

_UNSEEN = (
    ("soft-hyphen", re.compile(_SOFT_HYPHEN)),
    ("zero-width", re.compile(f"[{_ZERO_WIDTH}]")), ("bidi", re.compile(f"[{_BIDI}]")), ("controls", re.compile(f"[{_CONTROLS}]")),
    ("invisible-entities", _NUMERIC_ENTITY),
)  # fmt: skip
_ANY_UNSEEN = re.compile(f"[{_SOFT_HYPHEN}{_ZERO_WIDTH}{_BIDI}{_CONTROLS}]")
"""One look for all of them: most pages have none, and each look at a long page costs."""


def repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """Undo what can be undone, in the order in which it can be told.

    Returns:
        The text in NFC without anything invisible, and the names of the repairs that were made.

    >>> repaired("Thái\u200b Nguyên")
    ('Thái Nguyên', ('zero-width',))
    """
    done: list[str] = []
    if len(_TWICE_ENCODED.findall(sample_of(text))) >= _TWICE_ENOUGH:
        once = _encoded_once(text)
        if once is not None:
            text = once
            done.append("double-encoding")
    encoding = legacy_encoding(text)
    if encoding:
        text = CONVERTERS[encoding](text)
        done.append(encoding)
    # In a page that is set in such a font in places only, the soft hyphen is a letter; it is dropped later.
    unseen = _UNSEEN[1:] if FONT_NAMES["tcvn3"].search(text) and encoding is None else _UNSEEN
    for name, pattern in unseen if _ANY_UNSEEN.search(text) or _NUMERIC_ENTITY.search(text) else ():
        text, count = pattern.subn("", text)
        if count:
            done.append(name)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        done.append("nfc")
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
