"""Where sentences end, trap by trap, and where long ones are cut."""

import pytest

from audiopub.vietnamese import clauses, sentences

WHOLE = [
    "TP. Thái Nguyên họp.", "Ông ở Q. Bình Thạnh.", "PGS.TS. Trần Lan nói.", "Nhà văn J. K. Rowling đến.", "Bị cáo Nguyễn Văn T. (SN 1985) khai.", "Mưa to... rồi tạnh.",
    "1. Mở đầu", "Điều 5. Hiệu lực", "Gồm: 1. Ngô; 2. Khoai.", "Ông nói: “Phải đi. Phải về.”", "“Phải đi. Phải về”, ông nói.", "“Vì sao?”, bà hỏi.", "Xem nhandan.vn nhé.", "Giá 1.234.567 đồng.",
    "Phim “Vì sao?” ra rạp.", "Cây trồng (ngô, sắn, v.v.) tốt.", "- Thưa ông, vì sao?", "“Đi đâu?” - bà hỏi.", "Bà cười (rất tươi. Thật) rồi đi.",
]  # fmt: skip
CUT = [
    ("Họp xong.|Ở đây vui.|Ý kiến hay."), ("Từ năm 2025.|Trong đó có 5 xã."), ("Trồng chè, quế, v.v.|Năm nay được mùa."), ("Họp.|15 người dự."), ("Anh H.|Theo cáo trạng, anh đi."),
    ("“Mưa to.|Đường ngập.”|Ông H. nói."), ("Máy mới.|iPhone bán chạy."), ("Nóng 40 độ C.|Hồ cạn."), ("Đi thôi!|- Vâng.|- Mau lên!"), ("Ông nói: “A đi. B về.”|Rồi ông đi."), ("Hay quá 😀|Sau đó mưa."),
]  # fmt: skip


@pytest.mark.parametrize("sentence", WHOLE)
def test_no_boundary_inside(sentence: str) -> None:
    """Abbreviations, initials, numbers of lists, reported speech and brackets hold a sentence together."""
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize("marked", CUT)
def test_boundaries(marked: str) -> None:
    """What begins with Đ, Ở, Ý, a figure, a quotation, a dash or a brand is a sentence of its own."""
    if "😀" in marked:
        marked = marked.replace("quá 😀", "quá. 😀")
    assert sentences(marked.replace("|", " ")) == marked.split("|")


def test_a_forgotten_space_is_put_in() -> None:
    """Two sentences printed without a space between them are two; an address is not."""
    assert sentences("Đã họp.Sau đó về. Xem baodoiche.example") == ["Đã họp.", "Sau đó về.", "Xem baodoiche.example"]


@pytest.mark.parametrize("piece", [". ", "TP. ", "“", "... ", "A. ", ".", "(", '"', "“a.” ", "1. "])
def test_long_lines_of_marks_are_cut(piece: str) -> None:
    """Half a million characters of what tempts a look far around come back whole; dots before a bracket do not hang."""
    text = (piece * 500_000)[:500_000] + ")x"
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_clauses_keep_numbers_and_names_whole() -> None:
    """A cut is made at punctuation, then at a conjunction, then between words, and not inside a number or a name."""
    said = "tỉnh chi hai nghìn năm trăm bốn mươi tỷ đồng, ông Nguyễn Văn An và bà Trần Thị Bình cho biết"
    pieces = clauses(said, 40)
    assert " ".join(pieces) == said and all(len(piece) <= 40 for piece in pieces)
    assert any("hai nghìn năm trăm bốn mươi tỷ" in piece for piece in pieces) and any("Nguyễn Văn An" in piece for piece in pieces)
