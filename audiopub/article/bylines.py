"""Who wrote it: names in the places and forms in which newspapers print them."""

import re

from audiopub.vietnamese import tidy
from audiopub.vietnamese.letters import LOWER, UPPER

_ORGANISATION = re.compile(
    r"\b(?:báo|tạp chí|đài|thông tấn|vnexpress|tuổi trẻ|thanh niên|dân trí|vietnamnet|online|điện tử|toà soạn|tòa soạn|ban biên tập|ttxvn|vov|vtv|"
    r"news|cafef|cổng|chính phủ|nhandan|"
    r"admin|administrator|super user|quản trị viên|webmaster|editor|lao động|tin tức|media|jsc|công ty|ủy ban|ubnd|biên tập viên|btv|biên tập|cơ quan|tập đoàn|tổng hợp|"
    r"facebook|internet|reuters|afp|ap|getty|bloomberg|xinhua|tân hoa xã|pv|phóng viên|ctv|cộng tác viên|nhóm pv|người dân|bạn đọc|tác giả|nguồn|video|đồ họa)\b|"
    r"^(?:ban|sở|bộ|hội|phòng|trung tâm|viện|trường đại học)\s+\S+\s+\S|[@/\d]|\.vn|\.com|\.net|^https?",
    re.IGNORECASE,
)
_LONGEST_NAME = 16
"""Words; several authors are named in one line."""

_LONGEST_PERSON = 6

_LEAD_IN = re.compile(
    r"^(?:(?:bài viết|bài(?:\s*(?:,|và|&|-)\s*(?:ảnh|clip|video|đồ họa))*|tin(?:\s*(?:,|và|-)\s*(?:bài|ảnh))*|ảnh|theo|(?:người )?thực hiện|tác giả|lược dịch|"
    r"biên dịch|dịch|tổng hợp|phóng viên|pv|ctv|cộng tác viên|nhà báo|nhóm phóng viên|nhóm pv|biên tập|by|bởi|author|viết bởi|đăng bởi|"
    r"người đăng|người viết|bút danh)\s*:?\s+)+",
    re.IGNORECASE,
)
_MARKED_LEAD_IN = re.compile(r"^(?:bài\b[^:]{0,24}:|tin\b[^:]{0,16}:|(?:người )?thực hiện\s*:|tác giả\s*:|phóng viên\s|by\s|bởi\s|người đăng\s*:)", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:[(\[](?:tổng hợp|theo [^)]{2,40}|ghi|lược ghi|ghi chép|thực hiện|tin, ảnh|"
    r"t/h|ctv|pv|dịch|lược dịch|biên dịch|từ [^)]{2,30}|tại [^)]{2,30}|ảnh[^)]{0,30})[)\]]|"
    r"\s+(?:vào )?lúc \d.*|/[^/]{2,24}|\(?theo .{2,40}\)?|\s[-–—]\s(?:ảnh\s*:.*|từ .{2,30}|tại .{2,30}|[^-–—]{2,24}\b(?:ghi|thực hiện|tổng hợp|dịch))|[,;]?\s*\S+@\S+|"
    r"\s[-–—|]\s*(?:phóng viên|cộng tác viên|ctv|nhà báo).{0,20}|\s*[·|•-]?\s*\d+\s*(?:phút đọc|phút trước|giờ trước|lượt xem|bình luận).*|"
    r"\s(?:thực hiện|tổng hợp|ghi|lược ghi|\(?ghi\)?))\s*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\b(?:không|để|của|với|cho|trong|là|các|những|một|này|khi|được|bị|đã|đang|sẽ|tại|trên|dưới|giữa|về|đến|theo|như|nhưng|cũng|vẫn|còn|ra|vào|lên|xuống|nào|gì|sao|hơn|nhất|"
    r"thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|"
    r"thêm|xem|đọc|cần|phải|hãy|đừng|chưa|có|ở|từ|qua|sau|trước|ngày|tháng|năm|giờ|phút|người|nhà|việc|điều|quy định|thống kê)\b",
    re.IGNORECASE,
)
"""Words that make a line a phrase and not a name; the few that also stand in names are rare there."""

_INITIAL = re.compile(rf"^[{UPPER}]\s+(?=[{UPPER}][{LOWER}]+\s+[{UPPER}])")
_INITIALS = re.compile(rf"[{UPPER}][{LOWER}]{{0,2}}\.\s?[{UPPER}][{LOWER}]{{0,6}}(?:\.?[{UPPER}][{LOWER}]{{0,6}})?\.?")
"""Names shortened to initials: T.Hà, H.Ng."""

_NOBODY = re.compile(r"(?:P\.?\s?V|C\.?T\.?V|B\.?T\.?V|T\.?T\.?X\.?V\.?N|B\.?B\.?T)\.?", re.IGNORECASE)

_INTERVIEWEE = re.compile(r"(?:Ông|Bà)\s")
"""How a newspaper names those it writes of, never those who write."""

_MAIL = re.compile(r"\s*[^\s;,]+@[^\s;,]+([;,]?)")

_JOIN = re.compile(r"\s*(?:,|;|&|\+| - | – | — |\bvà\b|\|)\s*")


def person(name: str) -> str | None:
    """Give a person's name, or None where it is an organisation, an address or no name at all.

    >>> person("Nguyễn Văn An"), person("Báo Nhân Dân"), person("VnExpress")
    ('Nguyễn Văn An', None, None)
    """
    tidied = " ".join(tidy(name).split()).strip(" -–,.;:|")
    if not 1 < len(tidied.split()) <= _LONGEST_NAME or _ORGANISATION.search(tidied):
        return None
    return tidied


def byline_of(text: str) -> str | None:
    """Give the people a byline names, or None where the text is no byline.

    >>> byline_of("Bài và ảnh: Trần Minh Khôi"), byline_of("XUÂN LONG"), byline_of("Từ lời hứa đến hợp đồng")
    ('Trần Minh Khôi', 'XUÂN LONG', None)
    """
    said = without_mail(text)
    bracketed = re.fullmatch(r"[(\[]([^()\[\]]+)[)\]]", said)
    stripped = _LEAD_IN.sub("", bracketed[1] if bracketed else said)
    for _ in range(3):
        shorter = _TAIL.sub("", stripped)
        if shorter == stripped:
            break
        stripped = shorter
    if _INTERVIEWEE.match(stripped):
        return None
    stripped = _INITIAL.sub("", stripped)  # the letter in the place of a portrait
    people = [name for piece in _JOIN.split(stripped) if (name := _LEAD_IN.sub("", piece))]
    words = re.findall(r"[^\W\d_]+", stripped)
    if people and all(_INITIALS.fullmatch(piece) and not _NOBODY.fullmatch(piece) for piece in people):
        return ", ".join(people)
    if not people or not 1 < len(words) <= _LONGEST_NAME or re.search(r"[.!?:;“”\"()]", stripped):
        return None
    if not all(word[0].isupper() for piece in people for word in re.findall(r"[^\W\d_]+", piece)):
        return None
    if any(_NO_NAME.search(piece) for piece in people) or any(len(piece.split()) > _LONGEST_PERSON for piece in people):
        return None
    kept = [piece for piece in people if not _ORGANISATION.search(piece)]
    return person(", ".join(kept)) if kept else None


def without_mail(text: str) -> str:
    """Take mail addresses out of a byline.

    >>> without_mail("Trần An an@bao.example; Lê Bình binh@bao.example")
    'Trần An, Lê Bình'
    """
    return re.sub(r"\s*[;,]\s*", ", ", _MAIL.sub(lambda match: match[1], text)).strip(" ,")


def is_marked(text: str) -> bool:
    """Tell whether a text begins with the words that announce an author.

    >>> is_marked("Bài, ảnh: Hoàng Anh"), is_marked("Hoàng Anh")
    (True, False)
    """
    return bool(_MARKED_LEAD_IN.match(text.strip()))
