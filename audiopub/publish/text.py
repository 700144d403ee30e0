"""Text made safe for the formats it goes into, once, at the door."""

import html
import re
from functools import lru_cache

from audiopub.vietnamese import tidy

_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u0080-\u009f\ue000-\uf8ff]")
_LONGEST_TITLE = 255


def xml_safe(text: str) -> str:
    """Drop characters that XML 1.0 does not allow; a single one makes some clients refuse a whole feed.

    Source: https://www.w3.org/TR/xml/#charsets.
    """
    return _ILLEGAL.sub("", tidy(text))


@lru_cache(maxsize=16_384)
def one_line(text: str) -> str:
    r"""Bring a title to one line of at most 255 characters without anything that reads as markup.

    Several apps read titles as HTML, so ``<`` and ``>`` become quotation marks that look like them.

    >>> one_line("Mức <cao>\n& mới")
    'Mức ‹cao› & mới'
    """
    line = " ".join(xml_safe(text).split()).replace("<", "‹").replace(">", "›")
    line = re.sub(r"&(?=#?\w{1,8};)", "＆", line)
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def within_bytes(text: str, most: int) -> str:
    """Cut text at a word so that its UTF-8 form fits; directories count bytes, and Vietnamese letters take up to three.

    >>> within_bytes("Đảng bộ thành phố", 12)
    'Đảng…'
    """
    if len(text.encode()) <= most:
        return text
    cut = text.encode()[: most - 3].decode("utf-8", "ignore")
    return cut.rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


@lru_cache(maxsize=2048)
def escaped(text: str) -> str:
    """Make plain text into HTML text (not into an attribute's value)."""
    return html.escape(xml_safe(text), quote=False)


def clock(milliseconds: int, *, hours: bool = False) -> str:
    """Write a position as people read it.

    >>> clock(65_400), clock(3_725_000), clock(5_000, hours=True)
    ('01:05', '1:02:05', '00:00:05')
    """
    seconds = milliseconds // 1000
    minutes, seconds = divmod(seconds, 60)
    whole_hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{whole_hours:02}:{minutes:02}:{seconds:02}"
    return f"{whole_hours}:{minutes:02}:{seconds:02}" if whole_hours else f"{minutes:02}:{seconds:02}"


def timestamp(milliseconds: int, separator: str = ".") -> str:
    """Write a position to the millisecond: ``00:01:05.400``; SubRip wants a comma."""
    return f"{clock(milliseconds, hours=True)}{separator}{milliseconds % 1000:03}"
