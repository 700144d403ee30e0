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
_GRADED = frozenset("độ hạng bảng loại vitamin nhóm lớp khối giải".split())
"""Words after which one letter is a grade: độ C."""

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
_BEGINS = re.compile(rf"\s*(?:[-–—•]\s*)?[“\"'‘(\[«]*\s*(?:[-–—]\s*)?(?:[{UPPER}\d]|[a-z]{{1,3}}[A-Z])")
_GLUED = re.compile(rf"[{UPPER}][{LOWER}]+(?!\w)|[“\"][{UPPER}]")
_LAST_WORD = re.compile(r"([^\s(“\"«]+)$")
_NUMBERING = re.compile(r"(?:\d{1,3}|[IVX]{1,5}|[a-zđA-Z])(?:\.\d{1,2})*$")
_NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")
_REPORTED = re.compile(rf"[”\"»]\s*(?:[,;:]|[-–—]\s*[{LOWER}]|[{LOWER}])")
_LONGEST_QUOTATION = 1500
_LONGEST_BRACKET = 400
_OPENING = {"“": "”", "«": "»", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A quotation or bracket that is open, and whether sentences may end inside it."""

    closing: str
    apart: bool


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
        inner = [enclosed for enclosed in opened if enclosed.closing not in text[position:end]]
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
    if closing is None:
        return
    reach = _LONGEST_BRACKET if sign in "([" else _LONGEST_QUOTATION
    close = text.find(closing, place + 1, place + reach)
    if close != -1:
        opened.append(_Enclosed(closing, _stands_apart(text, start, place, close)))


def _stands_apart(text: str, start: int, place: int, close: int) -> bool:
    """Tell whether what is enclosed is no part of a sentence around it: nothing before it, no reporting clause after it."""
    if text[start:place].strip(" -–—•"):
        return False
    return (text[close - 1] in ".!?…" or text[close + 1 : close + 2] in {".", "!", "?"}) and not _REPORTED.match(text, close)


def _ends_here(text: str, start: int, match: re.Match[str], end: int) -> bool:
    if end >= len(text):
        return True
    mark = match[0]
    if text[end] != " ":
        return end == match.end() and _forgotten_space(text, match)
    if text[match.start() - 1 : match.start()] in {"(", "["} or not _BEGINS.match(text, end) or not text[start : match.start()].strip():
        return False
    if end > match.end() and text[end : end + 3] in {" - ", " – ", " — "}:
        return False
    if mark[0] in ".…" and mark != "." and text[end + 1 : end + 2].isdigit():
        return False
    if mark != "." or end > match.end() or match.start() == start:
        return True
    return not _goes_on(text, start, match.start(), end)


def _forgotten_space(text: str, match: re.Match[str]) -> bool:
    """Tell whether "họp.Sau đó" is two sentences: a small word, a mark, a word with a capital."""
    prior = _LAST_WORD.search(text[max(0, match.start() - 12) : match.start()])
    if not prior or not _GLUED.match(text, match.end()) or len(match[0]) > 1:
        return False
    word = prior[1].strip("”\"')").rsplit("/", 1)[-1]
    return word.isdigit() or (len(word) > 1 and word.isalpha() and word[1:].islower() and word not in _TITLES and is_syllable(word))


def _goes_on(text: str, start: int, dot: int, end: int) -> bool:
    """Tell whether a dot belongs to the word before it."""
    prior = text[max(start, dot - 24) : dot]
    found = _LAST_WORD.search(prior)
    if not found:
        return False
    word = found[1]
    if dot - start == len(word) + (len(text[start:dot]) - len(text[start:dot].lstrip())) and dot - start <= 8 and _NUMBERING.fullmatch(word):  # noqa: PLR2004
        return True
    if _DIVISIONS.fullmatch(text[start:dot].strip()) or (_NUMBERING.fullmatch(word) and prior[: found.start()].rstrip()[-1:] in {":", ";"}):
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
    initial = last in _INITIALS or (last in _LETTERS and prior[: found.start()].rstrip().rsplit(" ", 1)[-1] not in _GRADED)
    return initial and not word.endswith("T.Ư") and name not in _OPENERS
