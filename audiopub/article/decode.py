"""Bytes to text: valid UTF-8 beats every declaration, since declarations are often wrong.

The reasons stand in docs/why.md.
"""

import codecs
import re

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TOLERATED = 0.02
"""Largest share of broken sequences among the non-ASCII ones in text that still counts as UTF-8 with damage."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE = 0.005


def looks_binary(body: bytes) -> bool:
    """Tell whether bytes are a picture, an archive or the like rather than text in any encoding.

    >>> looks_binary(b"%PDF-1.7 ..."), looks_binary("Bài".encode())
    (True, False)
    """
    if body.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"ID3", b"OggS", b"RIFF", b"\x1f\x8b")):
        return True
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    head = body[:65_536]
    return len(_BINARY.findall(head)) > _BINARY_SHARE * len(head)


def decoded(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """Decode a page.

    Args:
        body: the page.
        declared: what the server said, if it did; a meta tag in the page is asked after it.

    Returns:
        The text, and the name of the way it was decoded (``utf-8``, ``utf-8-damaged``, ``windows-1258`` …).
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    damaged = body.decode("utf-8", "replace")
    broken = damaged.count("\ufffd")
    beyond_ascii = sum(1 for c in damaged if ord(c) > 127)  # noqa: PLR2004
    if broken <= max(2, _TOLERATED * beyond_ascii):
        return damaged.replace("\ufffd", ""), "utf-8-damaged"
    return _by_declaration(body, declared)


def _by_declaration(body: bytes, declared: str | None) -> tuple[str, str]:
    meta = _META_CHARSET.search(body[:4096])
    for name in (declared, meta[1].decode("ascii") if meta else None, "windows-1258"):
        try:
            if name and codecs.lookup(name).name not in {"utf-8", "ascii", "iso8859-1"}:
                return body.decode(name), codecs.lookup(name).name
        except (LookupError, UnicodeError):
            continue
    return body.decode("windows-1258", "ignore"), "cp1258"
