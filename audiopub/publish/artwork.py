"""Square covers and episode cards, drawn with Vietnamese text that never overflows."""

import io
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageColor, ImageDraw, ImageFont

COVER_SIDE = 1400
"""Pixels; Apple takes 1400 to 3000."""

CARD = (1200, 630)
"""Pixels, as Open Graph pictures are shown."""

_THUMBNAIL = 256
"""Pixels: 128 on a page, and twice that for dense screens."""

_LINE = 1.45
"""Line height in font sizes: Ổ above Ạ must not touch."""

_INK = 255
_SHADES = 16
"""Steps from the ground to the ink at a letter's edge."""

_PALETTES = (("#7a1f1f", "#f7ead7"), ("#124a3f", "#eef5e4"), ("#1d3461", "#f2f0e6"), ("#5b2a63", "#f8ecef"), ("#6b4a12", "#fbf3df"), ("#23424f", "#e9f3f4"))


@lru_cache(maxsize=8)
def cover(title: str, author: str) -> bytes:
    """Draw a show's cover as a JPEG: square, RGB, under 512 kB."""
    ground, ink = _palette(title)
    image = Image.new("RGB", (COVER_SIDE, COVER_SIDE), ground)
    draw = ImageDraw.Draw(image)
    _bars(draw, (120, 130), 90, ink, title)
    _fitted(draw, title, (120, 330, COVER_SIDE - 120, 1130), 168, ink, "Bold")
    _fitted(draw, author, (120, 1200, COVER_SIDE - 120, 1320), 64, ink, "Regular")
    return _jpeg(image)


@lru_cache(maxsize=8)
def thumbnail(cover_jpeg: bytes) -> bytes:
    """Make a cover small enough for the top of a page: 256 pixels, JPEG."""
    with Image.open(io.BytesIO(cover_jpeg)) as image:
        small = image.convert("RGB").resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=82, optimize=True, progressive=True)
    return buffer.getvalue()


def card(title: str, show: str, footer: str) -> bytes:
    """Draw an episode's card as a PNG for pages that link to it."""
    # Drawn as shares of ink, which are then given their colours: a picture of two colours needs no more, and packs small.
    image = Image.new("L", CARD, 0)
    draw = ImageDraw.Draw(image)
    _bars(draw, (70, 66), 44, _INK, title)
    _fitted(draw, show, (140, 58, CARD[0] - 70, 118), 36, _INK, "Regular")
    _fitted(draw, title, (70, 160, CARD[0] - 70, 520), 78, _INK, "Bold")
    _fitted(draw, footer, (70, 545, CARD[0] - 70, 600), 32, _INK, "Regular")
    shares = image.point([round(share * (_SHADES - 1) / _INK) for share in range(_INK + 1)])
    shares.putpalette(_shades(*_palette(show)))
    buffer = io.BytesIO()
    shares.save(buffer, "PNG", bits=4)
    return buffer.getvalue()


def _shades(ground: str, ink: str) -> bytes:
    """Give the colours from a ground to an ink, three bytes each."""
    one, other = ImageColor.getrgb(ground), ImageColor.getrgb(ink)
    return bytes(round(a + (b - a) * step / (_SHADES - 1)) for step in range(_SHADES) for a, b in zip(one, other, strict=True))


def fitting_lines(text: str, width: int, height: int, largest: int, weight: str) -> tuple[int, list[str]]:
    """Find the largest font size at which a text fits a box, and its lines there.

    The size is at least 14 pixels; text that is too long even then is cut with an ellipsis.
    """
    size = largest
    while True:
        lines = _wrapped(text, width, _font(size, weight))
        if len(lines) * size * _LINE <= height or size <= 14:  # noqa: PLR2004
            break
        size = max(14, size * 9 // 10)
    lines = _balanced(text, lines, width, _font(size, weight))
    room = max(1, int(height // (size * _LINE)))
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1].rstrip(" ,.;:") + "…"]
    return size, lines


def _fitted(draw: ImageDraw.ImageDraw, text: str, box: tuple[int, int, int, int], largest: int, ink: str | int, weight: str) -> None:
    left, top, right, bottom = box
    size, lines = fitting_lines(text, right - left, bottom - top, largest, weight)
    for number, line in enumerate(lines):
        draw.text((left, top + number * size * _LINE), line, fill=ink, font=_font(size, weight))


def _wrapped(text: str, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        for piece in _breakable(word, width, font):
            if lines and font.getlength(f"{lines[-1]} {piece}") <= width:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines


def _balanced(text: str, lines: list[str], width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """Wrap at the narrowest width that needs no more lines, so that no line is left with a single word."""
    narrow, wide = width // 3, width
    while wide - narrow > 8:  # noqa: PLR2004  pixels
        middle = (narrow + wide) // 2
        if len(_wrapped(text, middle, font)) <= len(lines):
            wide = middle
        else:
            narrow = middle
    return _wrapped(text, wide, font)


def _breakable(word: str, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _bars(draw: ImageDraw.ImageDraw, corner: tuple[int, int], height: int, ink: str | int, seed: str) -> None:
    """Draw a small waveform whose bars come from the text, so that two shows differ."""
    left, top = corner
    step = height // 4
    for number in range(5):
        share = 0.3 + 0.7 * ((sum(map(ord, seed)) * (number + 3) * 37) % 100) / 100
        inset = int(height * (1 - share) / 2)
        x = left + number * step
        draw.rounded_rectangle((x, top + inset, x + step // 2, top + height - inset), radius=step // 4, fill=ink)


def _palette(text: str) -> tuple[str, str]:
    return _PALETTES[sum(text.encode()) % len(_PALETTES)]


@lru_cache(maxsize=64)
def _font(size: int, weight: str) -> ImageFont.FreeTypeFont:
    data = files("fontpkg_be_vietnam_pro").joinpath("files", f"BeVietnamPro-{weight}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, optimize=True, dpi=(72, 72))
    return buffer.getvalue()
