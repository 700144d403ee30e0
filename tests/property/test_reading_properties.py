"""What holds of every text that is read."""

from hypothesis import given
from hypothesis import strategies as st

from audiopub.vietnamese import AS_PRINTED, Entry, Foreign, Legal, Lexicon, Options, clauses, plain, read, residue, sentences, slug, spoken, tidy
from audiopub.vietnamese.letters import LOWER, UPPER, _tidied

TOKENS = (
    "2/9/1945 30-4 3/4 15,5% 1.234 TP. UBND QĐ-UBND 29-NQ/TW v.v... (a) “b” - – … XIII V 5G COVID-19 $5 đ/cp 50.000đ/cp km/h m3/s 22:05 8h 1:100 @ # & + = / \\ . , ; : ! ? "
    "0912.345.678 20A-123.45 nhandan.vn a@b.vn https://x.vn/y QL1A P.5 Q.1 HÀ NỘI KHÔNG ABC T.Ư 日本 😀 ½ ² -5 1.5 3.2.1 2-1 thắng từ đến ngày số gọi 113 000 A1B2 12a I II lần thứ "
    "Thái Nguyên đồng bào kinh tế xã hội năm tháng 4 tỷ triệu ĐT BTV TS CN KH TT XVIII-XIX 24/7 9T2025 Q3 1m75 2m3 3m x 10\"52 90+3 8h30' 500k $5.5 12/5/3 4-3-3 1:58.30 "
    "XBB.1.5 A/H5N1 VPBank ChatGPT VN1234 ≥ ± ÷ ٣ １２ ① Ⅻ ﬁ 𝐀 НÀ hoà uỷ a\u0301 \u200b № § © → km2 /ha tr.đ I-ran v.v đ/c điểm b (UBND) J. K. H. Như"
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
def test_a_lexicon_keeps_every_promise(text: str) -> None:
    """With protected and own readings, nothing raises, spans are in order, and what a person protected is said as printed."""
    own = Lexicon(
        (Entry(written="UBND", spoken="u bê", reason="thử"), Entry(written="XIII", spoken=AS_PRINTED), Entry(written="5g", spoken="năm giê", case=False, whole=False))
    )
    reading = read(text, own)
    assert [r.spoken for r in reading.rewrites if r.rule == "protected"] == [r.written for r in reading.rewrites if r.rule == "protected"]
    assert read(reading.spoken, own.protecting).spoken == reading.spoken


@given(TEXTS, st.sampled_from(list(Foreign)), st.sampled_from(list(Legal)))
def test_every_option_leaves_nothing_unread(text: str, foreign: Foreign, legal: Legal) -> None:
    """Whatever a show chooses, nothing is left for the engine to guess at."""
    assert residue(read(text, options=Options(foreign=foreign, legal=legal)).spoken) == ()


@given(st.text(max_size=200))
def test_plain_is_as_long_as_its_text(text: str) -> None:
    """The form in which cues are looked up fits the text place by place."""
    tidied = tidy(text)
    assert len(plain(tidied)) == len(tidied)


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
    """Sentences put together give the paragraph's characters back; between two there may be a space more than was printed."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


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


@given(st.text(st.one_of(st.sampled_from(UPPER + LOWER + "0123456789 .,;:!?\"'()%/&+–—…“”‘’-\n\t\u0301\u200bﬁ１ÐН"), st.characters()), max_size=40))
def test_text_that_is_tidy_at_a_glance_is_tidy(text: str) -> None:
    """What is given back at a glance is what the whole work of tidying gives."""
    assert tidy(text) == _tidied(text)
