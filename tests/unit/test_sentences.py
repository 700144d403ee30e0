"""Where sentences end, trap by trap, and where long ones are cut."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiopub.vietnamese import clauses, sentences

WHOLE = [
    "TP. Thái Nguyên họp.", "Ông ở Q. Bình Thạnh.", "PGS.TS. Trần Lan nói.", "Nhà văn J. K. Rowling đến.", "Bị cáo Nguyễn Văn T. (SN 1985) khai.", "Mưa to... rồi tạnh.",
    "1. Mở đầu", "1.2. Kết quả", "a. Hồ sơ", "II. Nhiệm vụ", "Điều 5. Hiệu lực", "Khoản 3. Nghĩa vụ", "Gồm: 1. Ngô; 2. Khoai.", "Ông nói: “Phải đi. Phải về.”", "“Phải đi. Phải về”, ông nói.",
    "“Vì sao?”, bà hỏi.", "Xem nhandan.vn nhé.", "Giá 1.234.567 đồng.", "Phim “Vì sao?” ra rạp.", "Cây trồng (ngô, sắn, v.v.) tốt.", "- Thưa ông, vì sao?", "“Đi đâu?” - bà hỏi.",
    "Bà cười (rất tươi. Thật) rồi đi.", "Ông sinh ở Q. Hai Bà Trưng.", "Công an P. Ba Đình vào cuộc.", "Ca sĩ T. Loan hát.", "Thị trưởng S. Khan nói.", "Ng. Công Ph. vắng mặt.", "Dự án (P. Giám đốc ký) dừng.",
    "Theo Foo Inc. Ltd. thì không.", "Năm 1975... 1986 là mốc.", "Không! không! - chị kêu.",
]  # fmt: skip
CUT = [
    "Họp xong.|Ở đây vui.|Ý kiến hay.", "Từ năm 2025.|Trong đó có 5 xã.", "Trồng chè, quế, v.v.|Năm nay được mùa.", "Họp.|15 người dự.", "Anh H.|Theo cáo trạng, anh đi.",
    "“Mưa to.|Đường ngập.”|Ông H. nói.", "Máy mới.|iPhone bán chạy.|visionOS thì chưa.", "Nóng 40 độ C.|Hồ cạn.", "Chọn phương án A.|Phương án B bị loại.", "Đi thôi!|- Vâng.|- Mau lên!",
    "Ông nói: “A đi. B về.”|Rồi ông đi.", "Hay quá. 😀|Sau đó mưa.", "Chủ quán là ông Phạm Văn D.|Chủ nhà đã đi.", "Giám đốc là bà N.|Trung tâm đã đóng cửa.", "Nợ Công ty TNHH N.|Khoản nợ quá lớn.",
    "Bên mua là Green Inc.|Bên bán im lặng.", "Hồ sơ gửi lên T.Ư.|Dự kiến cuối tháng xong.", "“Tôi thua, ông nói.|Đội trưởng bảo “không sao”.|Khán giả về.", "Theo Điều 5.|Người vi phạm bị phạt.",
    "Hết gạo!...|Hết tiền!", "Họ hô “Vô địch!”.|Cả phố vang.", "Lễ hội đông.|(Số liệu của ban quản lý.)|Năm sau lại tổ chức.",
]  # fmt: skip
GLUED = [
    "Đã họp.|Sau đó về", "Họp lúc 8h30.|Đến 11h thì tan.", "Đi hơn 8 km.|“Lạnh quá”, bà nói.", "Bão đổi hướng.|15 tàu mất liên lạc.", "Rộng 20 m2.|Giá 2 tỉ.",
    "Xem baodoiche.example, Node.js, ASP.NET, TP.HCM, U.23, mau.docx.",
]  # fmt: skip
HOSTILE = [". ", "TP. ", "“", "... ", "A. ", ".", "(", '"', "“a.” ", "1. ", "(( ). ", "((a. B) ", "“a “b”. ", "“ (a”. B) ", "Điều 5. ", ". “", "a.Sau "]


@pytest.mark.parametrize("sentence", WHOLE)
def test_no_boundary_inside(sentence: str) -> None:
    """Abbreviations, initials, numbers of lists, reported speech and brackets hold a sentence together."""
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize("marked", CUT)
def test_boundaries(marked: str) -> None:
    """What begins with Đ, Ở, Ý, a figure, a quotation, a dash or a brand is a sentence of its own."""
    assert sentences(marked.replace("|", " ")) == marked.split("|")


@pytest.mark.parametrize("marked", GLUED)
def test_a_forgotten_space_is_put_in(marked: str) -> None:
    """Sentences printed without a space between them are cut; addresses, versions and file names are not."""
    assert sentences(marked.replace("|", "")) == marked.split("|")


@pytest.mark.parametrize("piece", HOSTILE)
def test_cost_is_linear(piece: str) -> None:
    """Text eight times as long, of what tempts a look far around, costs nowhere near 64 times as much and comes back whole."""
    costs = []
    for length in (25_000, 200_000):
        text = (piece * length)[:length] + ")x"
        began = time.process_time()
        pieces = sentences(text)
        costs.append(time.process_time() - began)
        assert "".join("".join(pieces).split()) == "".join(text.split())
    assert costs[1] < 30 * max(costs[0], 0.005)


@given(st.text(alphabet='aÔ B.…!?“”"()[]-–,;:1 \n😀', max_size=120))
@settings(max_examples=300, deadline=None)
def test_no_character_is_lost(text: str) -> None:
    """Whatever the marks, white space apart the pieces hold the paragraph's characters in order, and none is empty."""
    pieces = sentences(text)
    assert all(pieces) and "".join(" ".join(pieces).split()) == "".join(text.split())


def test_clauses_keep_numbers_and_names_whole() -> None:
    """A cut is made at punctuation, then at a conjunction, then between words, and not inside a number or a name."""
    said = "tỉnh chi hai nghìn năm trăm bốn mươi tỷ đồng, ông Nguyễn Văn An và bà Trần Thị Bình cho biết"
    pieces = clauses(said, 40)
    assert " ".join(pieces) == said and all(len(piece) <= 40 for piece in pieces)
    assert any("hai nghìn năm trăm bốn mươi tỷ" in piece for piece in pieces) and any("Nguyễn Văn An" in piece for piece in pieces)


@given(st.lists(st.sampled_from([*"hai mươi lăm Nguyễn Văn An và nhưng nói, rằng. tỷ đồng;".split(), "A" * 70]), max_size=40), st.sampled_from([20, 30, 60]))
@settings(max_examples=200, deadline=None)
def test_clauses_fit_and_lose_nothing(words: list[str], longest: int) -> None:
    """Every piece fits, even where one word is longer than a piece may be, and nothing is lost."""
    said = " ".join(words)
    pieces = clauses(said, longest)
    assert all(0 < len(piece) <= longest for piece in pieces) and "".join("".join(pieces).split()) == "".join(words)
