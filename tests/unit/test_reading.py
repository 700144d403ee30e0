"""What the gate's sentences do not show: options, flags, Unicode in all its forms, hostile lengths."""

import unicodedata

import pytest

from audiopub.vietnamese import Confidence, Foreign, Legal, Options, plain, read, residue, tidy


@pytest.mark.parametrize(
    ("foreign", "said"),
    [
        (Foreign.VOICE, "Ông Biden đến New York gặp Qwerty."),
        (Foreign.RESPELLED, "Ông Bai-đân đến Niu Oóc gặp Qwerty."),
        (Foreign.SPELLED, "Ông Bai-đân đến Niu Oóc gặp quy vê kép e e rờ tê i dài."),
    ],
)
def test_foreign_names_as_the_show_wants(foreign: Foreign, said: str) -> None:
    """Left to the voice, respelled, or spelled; what no table knows is flagged where the show wanted it respelled."""
    reading = read("Ông Biden đến New York gặp Qwerty.", options=Options(foreign=foreign))
    assert reading.spoken.replace("-", " ") == said.replace("-", " ")
    assert [rewrite.written for rewrite in reading.guesses] == ([] if foreign is Foreign.VOICE else ["Qwerty"])


def test_legal_numbers_as_newsreaders_shorten_them() -> None:
    """The kind that was just said is not said again, and only then."""
    short = Options(legal=Legal.SHORT)
    assert read("Nghị quyết số 29-NQ/TW.", options=short).spoken == "Nghị quyết số hai mươi chín của trung ương."
    assert read("Theo 29-NQ/TW.", options=short).spoken == "Theo hai mươi chín nghị quyết trung ương."


@pytest.mark.parametrize("written", ["Uỷ ban hoà giải 15 vụ", "Ủy ban hòa giải 15 vụ"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_unicode_forms_are_read_alike(written: str, form: str) -> None:
    """Composed or not, the tone on either letter: the cues see one text."""
    printed = unicodedata.normalize(form, f"Tỷ số hoà 2-1, {written}")  # type: ignore[arg-type]
    reading = read(printed)
    assert plain(reading.spoken) == plain("Tỷ số hòa hai một, Ủy ban hòa giải mười lăm vụ")
    assert next(rewrite for rewrite in reading.rewrites if rewrite.written == "2-1").rule == "score"


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("１２ ﬁlm", "12 film"), ("Т\u0068ủ", "Thủ"), ("Сао Bằng", "Cao Bằng"), ("Ðà Nẵng", "Đà Nẵng"), ("a\u00a0\u2009b", "a b"), ("٣", "3"), ("Đại hội Ⅻ", "Đại hội XII"),
        ("Thái\u200b\u00adNguyên", "TháiNguyên"), ("Привет", "Привет"),
    ],
)  # fmt: skip
def test_tidying(written: str, tidied: str) -> None:
    """Other forms of a letter become the plain one; a word of another script stays."""
    assert tidy(written) == tidied


@pytest.mark.parametrize("text", ["mã ABCXYZ", "1.5ABC", "x/y", "日本", "a ☃ b", "QWRT"])
def test_what_nobody_knows_is_flagged(text: str) -> None:
    """A token no rule is sure of keeps a safe reading and is a guess."""
    reading = read(text)
    assert residue(reading.spoken) == ()
    assert any(rewrite.confidence is Confidence.GUESS for rewrite in reading.rewrites), reading


def test_an_o_that_was_spelled_is_no_bullet() -> None:
    """A sentence that begins with ODA keeps its first letter: found by fuzzing."""
    assert read("ODA của Nhật Bản").spoken == "o đê a của Nhật Bản"
    assert read("o Hỗ trợ hộ nghèo").spoken == "Hỗ trợ hộ nghèo"


@pytest.mark.parametrize("text", ["T" + ".Tp" * 30, ".h.v.vn" * 12, "/" * 40 + "9", "9\u0410", "." * 60 + ")x", "1.5ABC" * 9])
def test_chains_settle(text: str) -> None:
    """Glued tokens are read until nothing changes, however long the chain: found by fuzzing."""
    said = read(text).spoken
    assert read(said).spoken == said and residue(said) == ()


@pytest.mark.parametrize("piece", ["1", ".", "TP.", "- ", ",", "“", "@", "A", "1/", "ĐT "])
def test_a_long_line_of_one_thing_is_read(piece: str) -> None:
    """A hundred thousand characters of what tempts a rule come back read; the benchmark shows that the cost is linear."""
    assert residue(read((piece * 100_000)[:100_000]).spoken) == ()
