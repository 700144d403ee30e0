"""What holds of every text that is read."""

from hypothesis import given
from hypothesis import strategies as st

from audiopub.vietnamese import clauses, read, residue, sentences, slug, spoken, tidy

TOKENS = (
    "2/9/1945 30-4 3/4 15,5% 1.234 TP. UBND QĐ-UBND 29-NQ/TW v.v... (a) “b” - – … XIII V 5G COVID-19 $5 đ/cp 50.000đ/cp km/h m3/s 22:05 8h 1:100 @ # & + = / \\ . , ; : ! ? "
    "0912.345.678 20A-123.45 nhandan.vn a@b.vn https://x.vn/y QL1A P.5 Q.1 HÀ NỘI KHÔNG ABC T.Ư 日本 😀 ½ ² -5 1.5 3.2.1 2-1 thắng từ đến ngày số gọi 113 000 A1B2 12a I II lần thứ "
    "Thái Nguyên đồng bào kinh tế xã hội năm tháng 4 tỷ triệu"
).split()
LINES = st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(["", " ", " "])), max_size=12).map(lambda pieces: "".join(a + b for a, b in pieces))
TEXTS = st.one_of(LINES, st.text(max_size=80))


@given(TEXTS)
def test_nothing_reaches_an_engine_unread(text: str) -> None:
    """No digit, no sign and no abbreviation in capitals is left in a spoken form, whatever was written."""
    said = read(text).spoken
    assert not any(character.isdecimal() and character.isascii() for character in said)
    assert residue(said) == ()


@given(TEXTS)
def test_spoken_text_is_left_alone(text: str) -> None:
    """Reading a spoken form again changes nothing."""
    said = spoken(text)
    assert spoken(said) == said


@given(TEXTS)
def test_rewrites_are_where_they_say(text: str) -> None:
    """Each rewrite names a span of the written text; spans are in order and do not overlap."""
    reading = read(text)
    end = 0
    for rewrite in reading.rewrites:
        assert reading.written[rewrite.start : rewrite.end] == rewrite.written
        assert rewrite.start >= end
        end = rewrite.end


@given(st.text(max_size=400))
def test_sentences_lose_nothing(text: str) -> None:
    """Sentences joined by spaces give the paragraph back."""
    assert " ".join(sentences(text)) == " ".join(text.split())


@given(st.text(alphabet="aăâ bcđe,;. ", max_size=400), st.integers(20, 120))
def test_clauses_fit_and_lose_nothing(text: str, longest: int) -> None:
    """No clause is longer than an engine takes, and no letter is lost."""
    pieces = clauses(text, longest)
    assert all(len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(max_size=120))
def test_slug_is_plain(text: str) -> None:
    """A slug has small ASCII letters, digits and single hyphens only."""
    made = slug(text)
    assert made == "" or all(part.isascii() and part.isalnum() and part == part.lower() for part in made.split("-"))


@given(st.text(max_size=200))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    """The tidy form of a text is tidy."""
    assert tidy(tidy(text)) == tidy(text)
