"""Where a Vietnamese sentence ends.

A mark of the end counts where something follows that can begin a sentence, unless the mark belongs to an abbreviation,
a number of a list or an initial, or stands inside brackets or inside a quotation that somebody is reported to have said.
"""

import re
from dataclasses import dataclass

from audiopub.vietnamese.letters import LOWER, UPPER
from audiopub.vietnamese.syllables import is_syllable

_TITLES = frozenset(
    """
    t c TP Tp tp TX Tx TT Tt GS Gs PGS TS Ts ThS Ths BS Bs BSCKI BSCKII CKI CKII CK1 CK2 KS KTS LS DS ĐD NS NSND NSƯT NSUT NGND NGƯT TTND TTƯT NNƯT NNND TSKH HLV VĐV
    Nxb NXB QL ĐT TL HL KP TDP KĐT St Mr Mrs Ms Dr Prof Sr No Nos Vol Fig vs tr pp ĐH CĐ THPT THCS Gen Lt Col Capt Sen Rep Rev
    """.split()
)
"""Abbreviations that go on to a name or a number."""

_COMPANIES = frozenset("Inc Ltd Co Corp Jr Cty CTy Bros LLC".split())
"""Abbreviations that end a name; the sentence goes on only where another of them or a small letter follows."""

_INITIALS = frozenset("Ph Th Tr Ng Kh Nh Ch Gi Qu".split())
"""Initials of two letters: ông Tr., chị Lê Th."""

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
_GRADED = frozenset("độ hạng bảng loại vitamin nhóm lớp khối giải án đề lô khu dãy mục cấp vi tổ phòng viện học tầng kênh".split())
"""Words after which one letter is a grade or a number: độ C, phương án A, siêu vi B."""

_PLACES = frozenset("P Q H X".split())
_TO_PLACES = frozenset("ở tại về qua thuộc từ đến sang an dân UBND HĐND TAND VKSND quanh khắp".split())
"""Words before the letter of a ward or a district (ở Q. Ba Đình, Công an P. Ô Chợ Dừa), not of a person."""

_GIVEN = frozenset(
    """
    An Ân Ánh Bách Bảo Bắc Bích Bình Ca Cảnh Cầm Chánh Châu Chi Chiến Chung Chương Cúc Cường Cương Diễm Diện Diệp Diệu Doanh Dung Dũng Duy Duyên Dương
    Đào Đạt Đăng Điệp Định Đoan Đông Đức Giang Giao Giáp Hà Hạ Hải Hạnh Hào Hân Hằng Hậu Hiên Hiền Hiển Hiếu Hiệp Hoa Hòa Hoài Hoan Hoàng Hồng
    Huân Huệ Hùng Huy Huyền Hưng Hương Hường Hữu Kha Khang Khanh Khánh Khải Khiêm Khoa Khôi Khuê Kiên Kiệt Kiều Kim Kỳ Lam Lâm Lan Lành Lập Lệ Liên Liễu Linh
    Loan Long Lộc Lợi Luân Lương Ly Lý Mai Mạnh Mẫn Mận Minh My Mỹ Na Nam Nga Ngà Ngân Nghi Nghĩa Ngọc Nguyên Nguyệt Nhàn Nhã Nhân Nhật Nhi Nhu Nhung Nhựt Ninh Nữ
    Oanh Phát Phi Phong Phú Phúc Phụng Phước Phương Phượng Quang Quân Quế Quốc Quý Quyên Quỳnh San Sáng Sơn Sương Tâm Tân Tấn Thạch Thái Thanh Thành Thảo
    Thắm Thắng Thi Thiên Thiện Thịnh Thoa Thông Thơ Thơm Thu Thúy Thùy Thủy Thư Thương Thức Tiên Tiến Tín Toàn Toản Trà Trang Trâm Trân Tri Trí Triết Trinh
    Trọng Trung Trúc Trường Trực Tú Tuấn Tuệ Tùng Tuyên Tuyền Tuyết Tư Tường Uyên Vân Văn Vi Viên Việt Vinh Vũ Vương Vy Vỹ Xuân Yên Yến Ý
    Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Đinh Trịnh Mạc Tô Cao Ngãi Trị Nai Lạng Huế
    """.split()
)
"""Given names, surnames and last words of provinces: what is written after an initial, Q. Hải, R. Nguyễn, Q. Ninh."""

_COMPOUNDS = frozenset(
    """
    Thành_phố Thành_ủy Thành_viên Thành_tích Trung_tâm Trung_ương Trung_bình Phương_án Phương_tiện Phương_thức Chi_phí Chi_tiết Chi_nhánh Bảo_hiểm Bảo_vệ
    Nam_sinh Nam_thanh Nữ_sinh Chung_cư Chung_kết Hải_quan Quang_cảnh Phong_trào Thanh_tra Thanh_niên Thi_thể Hoa_hậu Thương_vụ Thương_mại Thương_hiệu
    Hậu_quả Hậu_vệ Nhân_chứng Nhân_viên Nhân_dân Nhân_vật Quốc_hội Quốc_gia Đăng_ký Thảo_luận Hoàng_hôn Tiến_độ Tiến_sĩ Thủy_điện Bình_quân Bích_họa Quân_đội
    """.split()
)
"""Words of two syllables whose first is a name as well, and which begin sentences: Trung tâm."""

_NAME_OPENERS = frozenset("Công Tài Sinh Thế Song Quý".split())
"""Openers that are names as well: Ng. Công Ph."""

_OPENERS = frozenset(
    """
    Theo Khi Sau Trước Trong Ngoài Tại Ở Từ Đến Tới Vào Lúc Hồi Ngày Sáng Trưa Chiều Tối Đêm Hôm Hiện Nay Năm Tháng Quý Do Vì Bởi Nhờ Để Nếu Dù Tuy
    Mặc Nhưng Song Và Còn Mà Thế Vậy Rồi Thì Đây Đó Kia Này Ấy Các Những Mọi Mỗi Một Hai Ba Bốn Nhiều Số Cả Toàn Hơn Gần Khoảng Chỉ Đã Đang Sẽ Cũng
    Vẫn Lại Không Chưa Chẳng Ông Bà Anh Chị Em Cô Chú Bác Cháu Họ Nó Tôi Chúng Ta Mình Người Bị Nạn Đối Cơ Công Lực Vụ Việc Điều Kết Quá Bên Cạnh Đồng
    Thời Qua Về Với Cùng Như Đặc Riêng Tổng Bản Tòa Viện Hội Ban Bộ Sở Ủy Ô Ý À Ừ Vâng Dạ Ai Sao Gì Đâu Bao Bây Giờ Lần Lượt Thông Tin Cuối Đầu Giữa
    Tiếp Ngay Nhóm Hàng Chủ Tướng Cảnh Gia Bệnh Giáo Học Thí Sinh Trường Lớp Cuộc Trận Đội Phim Cuốn Tác Tiền Giá Mức Con Xe Tài Chiếc Căn Ngôi Nhà
    Đường Tuyến Cây Mưa Gió Bão Nước Thủ Doanh Dự Luật
    """.split()
)
"""Words that begin a sentence far more often than they go on after an initial: Theo, Khi, Ông, Cơ quan."""

_NEVER_NAMES = frozenset("Theo Khi Trong Ngoài Tuy Nhưng Đây Tại Vì Do Các Những Hiện Sau Tiếp Đồng Cùng Bên Đặc Nếu Để".split())
_DIVISIONS = re.compile(r"(?:Điều|Chương|Mục|Phần|Khoản|Bài|Câu|Phụ lục|Quyển|Tập)\s[\dIVXL]{1,4}[a-z]?$")

_TOKEN = re.compile(r"[“”«»\"()\[\]]|[.!?…]+")
_CLOSING = re.compile("[”\"’')\\]»]*(?:\\s?[\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]+)*")
_BEGINS = re.compile(rf"\s*(?:[-–—•]\s*)?[“\"'‘(\[«]*\s*(?:[-–—]\s*)?(?:[{UPPER}\d]|[a-z]{{1,6}}[A-Z])")
_GLUED = re.compile(rf"([{UPPER}][{LOWER}]*)(?!\w)|[“\"][{UPPER}]")
_GLUED_FIGURE = re.compile(rf"\d{{1,4}} [{LOWER}]")
_LAST_WORD = re.compile(r"([^\s(“\"«]+)$")
_NUMBERING = re.compile(r"(?:\d{1,3}|[IVX]{1,5}|[a-zđA-Z])(?:\.\d{1,2})*$")
_NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")
_TWO_CAPITALS = re.compile(rf"\s*[{UPPER}][{LOWER}]*\s[{UPPER}]")
_CAPITAL_AND_SMALL = re.compile(rf"\s*([{UPPER}][{LOWER}]{{0,7}})\s([{LOWER}]{{1,8}})")
_REPORTED = re.compile(rf"[”\"»]\s*(?:[,;:]|[-–—]\s*[{LOWER}]|[{LOWER}])")
_LONGEST_QUOTATION = 1500
_LONGEST_BRACKET = 400
_LOOK_BACK = 24
"""Characters before a dot that tell what word it stands after."""

_DEEPEST = 6
"""Quotations and brackets inside one another that are kept track of; print has three at most."""

_LONGEST_LEAD = 8
"""Characters that may stand before a quotation that begins its sentence: dashes and spaces."""

_OPENING = {"“": "”", "«": "»", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A quotation or bracket that is open: its closing sign, whether sentences may end inside it, where it is open no more."""

    closing: str
    apart: bool
    reach: int


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences, punctuation and closing quotes with the sentence they end.

    Joining them with single spaces gives the paragraph back, but for a space that the paper forgot between two sentences.
    Cost is linear in its length.

    >>> sentences("TP. Thái Nguyên họp. Ở đây... có 1.500 người! Đó là “chất”.")
    ['TP. Thái Nguyên họp.', 'Ở đây... có 1.500 người!', 'Đó là “chất”.']
    >>> sentences("“Mưa to. Đường ngập.” Ông H. nói: “Phải đi. Phải về.” Rồi ông đi.")
    ['“Mưa to.', 'Đường ngập.”', 'Ông H. nói: “Phải đi. Phải về.”', 'Rồi ông đi.']
    """
    text = " ".join(paragraph.split())
    found: list[str] = []
    start, position = 0, 0
    opened: list[_Enclosed] = []
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match[0][0] not in ".!?…":
            _enclose(text, start, match, opened)
            continue
        closing = _CLOSING.match(text, position)
        end = closing.end() if closing else position
        inner = [enclosed for enclosed in opened if enclosed.closing not in text[position:end] and enclosed.reach > position]
        if all(enclosed.apart for enclosed in inner) and _ends_here(text, start, match, end):
            found.append(text[start:end].strip())
            start = position = end
            opened = inner
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def _enclose(text: str, start: int, match: re.Match[str], opened: list[_Enclosed]) -> None:
    """Note a quotation or bracket that opens or closes."""
    sign, place = match[0], match.start()
    if opened and sign == opened[-1].closing:
        opened.pop()
        return
    if sign == '"' and (text[place + 1 : place + 2].isspace() or place + 1 == len(text)):
        return
    closing = '"' if sign == '"' else _OPENING.get(sign)
    if closing is None or len(opened) == _DEEPEST:
        return
    reach = place + (_LONGEST_BRACKET if sign in "([" else _LONGEST_QUOTATION)
    close = text.find(closing, place + 1, reach)
    if close != -1 and not _left_open(text, place, close, reach):
        opened.append(_Enclosed(closing, _stands_apart(text, start, place, close), reach))


def _left_open(text: str, place: int, close: int, reach: int) -> bool:
    """Tell whether the printer forgot to close a quotation: another opens before the next closing sign, and none is left for the first."""
    if text[place] not in "“«" or text.find(text[place], place + 1, close) == -1:
        return False
    again = text.find(text[close], close + 1, reach)
    return again == -1 or text.find(text[place], close + 1, again) != -1


def _stands_apart(text: str, start: int, place: int, close: int) -> bool:
    """Tell whether what is enclosed is no part of a sentence around it: nothing before it, no reporting clause after it."""
    if place - start > _LONGEST_LEAD or text[start:place].strip(" -–—•"):
        return False
    return (text[close - 1] in ".!?…" or text[close + 1 : close + 2] in {".", "!", "?"}) and not _REPORTED.match(text, close)


def _ends_here(text: str, start: int, match: re.Match[str], end: int) -> bool:
    if end >= len(text):
        return True
    mark = match[0]
    if text[end] != " ":
        return end == match.end() and _forgotten_space(text, match)
    if text[match.start() - 1 : match.start()] in {"(", "["} or not _BEGINS.match(text, end) or not text[start : min(match.start(), start + 2)].strip():
        return False
    if end > match.end() and text[end : end + 3] in {" - ", " – ", " — "}:
        return False
    if mark[0] in ".…" and mark != "." and text[end + 1 : end + 2].isdigit():
        return False
    if mark != "." or end > match.end() or match.start() == start:
        return True
    return not _goes_on(text, start, match.start(), end)


def _forgotten_space(text: str, match: re.Match[str]) -> bool:
    """Tell whether "họp.Sau đó" is two sentences: a small word or a figure, a mark, a word with a capital or a quotation."""
    prior = _LAST_WORD.search(text[max(0, match.start() - 12) : match.start()])
    if not prior or len(match[0]) > 1:
        return False
    word = prior[1].strip("”\"')").rsplit("/", 1)[-1]
    figure = word[:1].isdigit() or word[-1:].isdigit()
    glued = _GLUED.match(text, match.end())
    if not glued:
        return not word.isascii() and word.islower() and is_syllable(word) and bool(_GLUED_FIGURE.match(text, match.end()))
    if text[match.end()] == "“" or (figure and is_syllable(glued[1] or "a")):
        return bool(word)
    small = len(word) > 1 and word.isalpha() and word[1:].islower()
    return small and len(glued[0]) > 1 and word not in _TITLES and is_syllable(word)


def _goes_on(text: str, start: int, dot: int, end: int) -> bool:
    """Tell whether a dot belongs to the word before it."""
    prior = text[max(start, dot - _LOOK_BACK) : dot]
    found = _LAST_WORD.search(prior)
    if not found:
        return False
    word, before = found[1], prior[: found.start()].rstrip()
    if _numbers(text[start:dot].strip() if dot - start <= _LOOK_BACK else "", word, before):
        return True
    last = word.rsplit(".", 1)[-1]
    following = _NEXT_WORD.match(text, end)
    name = following[1] if following else ""
    if last in _TITLES:
        return not (name in _NEVER_NAMES and last in {"TP", "TX", "TT"})
    if last in _COMPANIES:
        return name in _COMPANIES
    if word in {"U.S", "U.K", "L.P", "D.C"}:
        return bool(name) and not is_syllable(name)
    neighbour = before.rsplit(" ", 1)[-1]
    initial = last in _INITIALS or (last in _LETTERS and neighbour not in _GRADED)
    return initial and not word.endswith("T.Ư") and _name_follows(text, end, name, last, neighbour)


def _numbers(sentence: str, word: str, before: str) -> bool:
    """Tell whether a dot ends the number of a list, a heading or an article of law; `sentence` is all before it, where that is short."""
    if not _NUMBERING.fullmatch(word):
        return False
    return before[-1:] in {":", ";"} or (sentence == word and len(word) < _LONGEST_LEAD) or bool(_DIVISIONS.fullmatch(sentence))


def _name_follows(text: str, end: int, name: str, initial: str, neighbour: str) -> bool:
    """Tell whether what follows an initial is the rest of a name and not a new sentence.

    Two words with capitals go on; one capital and a small word, "Chủ trì là ông A. Hỗ trợ có", begin a sentence unless
    the first is a name or a foreign word (S. Khan), or something other than a name stands before the initial.
    """
    both = bool(_TWO_CAPITALS.match(text, end))
    if name in _OPENERS:
        return both and ((initial in _PLACES and neighbour in _TO_PLACES) or name in _NAME_OPENERS)
    pair = _CAPITAL_AND_SMALL.match(text, end)
    if not pair or not neighbour or neighbour[-1] in ",;:([":
        return True
    return f"{pair[1]}_{pair[2]}" not in _COMPOUNDS and (name.isascii() or not is_syllable(name) or name in _GIVEN)
