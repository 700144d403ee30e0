"""Covers and cards: long Vietnamese titles fit, and no mark is lost."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from audiopub.publish.artwork import CARD, COVER_SIDE, _font, card, cover, fitting_lines, thumbnail
from audiopub.vietnamese.letters import LOWER, UPPER

LETTERS = UPPER.replace("A-Z", "ABCDEGHIKLMNOPQRSTUVXY") + LOWER.replace("a-z", "abcdeghiklmnopqrstuvxy")
WORDS = st.lists(st.text(st.sampled_from(LETTERS + "0123456789-–“”.,?"), min_size=1, max_size=40), min_size=1, max_size=60).map(" ".join)
LONG = "Ỷ lại Ữ Ẵ Ễ Ậ: " + "Nghiêng nghiêng những ruộng bậc thang ở Mường Khẳm mùa nước đổ, người Nguồn dựng lại Ổ " * 4


@given(WORDS, st.integers(200, 1300), st.integers(60, 900), st.integers(20, 200))
@settings(max_examples=60)
def test_lines_fit_their_box(text: str, width: int, height: int, largest: int) -> None:
    """Whatever the text, no line is wider than the box, the lines are not higher than it, and letters are left out only with an ellipsis."""
    size, lines = fitting_lines(text, width, height, largest, "Bold")
    font = _font(size, "Bold")
    assert all(font.getlength(line) <= width + (font.getlength("…") if line.endswith("…") else 0) for line in lines)
    assert len(lines) * size * 1.45 <= height or (size == 14 and len(lines) <= max(1, height // 20))
    whole = "".join(text.split())
    shown = "".join("".join(lines).split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


@pytest.mark.parametrize("weight", ["Bold", "Regular"])
def test_every_letter_has_a_glyph_of_its_own(weight: str) -> None:
    """No Vietnamese letter is drawn as the font's sign for what it does not have, and none as another one."""
    font = _font(60, weight)
    missing = _drawn(font, "\U0010ffff")
    pictures = {letter: _drawn(font, letter) for letter in dict.fromkeys(LETTERS + "₫–—“”‘’…")}
    assert [letter for letter, picture in pictures.items() if picture == missing] == []
    assert len(set(pictures.values())) == len(pictures)


def test_the_highest_and_lowest_letters_do_not_touch() -> None:
    """Ẵ under Ậ: between two lines of the tallest and the deepest letters there is a row without ink."""
    font, size = _font(100, "Bold"), 100
    image = Image.new("L", (900, 400), 0)
    draw = ImageDraw.Draw(image)
    for number in range(2):
        draw.text((10, 20 + number * size * 1.45), "ẴỖỮẬỘỊỰ", fill=255, font=font)
    inked = [any(image.crop((0, row, 900, row + 1)).tobytes()) for row in range(400)]
    first = inked.index(True)
    assert False in inked[first : len(inked) - inked[::-1].index(True)]


@pytest.mark.parametrize("title", ["Bản tin", LONG[:255], "Ữ" * 200, "Điểm tin sáng"])
def test_pictures_are_what_apps_want(title: str) -> None:
    """A cover is a square RGB JPEG under 512 kB, a card a PNG of 1200 by 630, and both keep their margins free of ink, however long the title."""
    with Image.open(io.BytesIO(cover(title, "Báo Đồi Chè"))) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (COVER_SIDE, COVER_SIDE), "RGB")
        _margins_are_free(image.convert("L"), 90)
    assert len(cover(title, "Báo Đồi Chè")) < 512_000
    with Image.open(io.BytesIO(card(title, "Bản tin Đồi Chè", "24/11/2026 · 03:18"))) as image:
        assert (image.format, image.size) == ("PNG", CARD)
        _margins_are_free(image.convert("L"), 40)


def test_a_thumbnail_is_small() -> None:
    """The cover at the top of a page weighs little and stays square."""
    small = thumbnail(cover(LONG[:120], "Báo Đồi Chè"))
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (256, 256)
    assert len(small) < 16_000


def _margins_are_free(image: Image.Image, margin: int) -> None:
    shades = np.asarray(image, dtype=int)
    ground, edge = shades[2, 2], margin // 2
    for strip in (shades[:edge], shades[-edge:], shades[:, :edge], shades[:, -edge:]):
        assert np.abs(strip - ground).max() < 24


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    image = Image.new("L", (140, 140), 0)
    ImageDraw.Draw(image).text((20, 20), letter, fill=255, font=font)
    return image.tobytes()
