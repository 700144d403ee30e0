"""What newspapers print around their articles, by its words.

Each phrase was seen on pages of Vietnamese newspapers; they are matched against whole short blocks,
never inside running text.
"""

import re

_STOPS = re.compile(
    r"(?:(?:ý kiến )?phản hồi(?: \(\d+\))?|(?:gửi )?ý kiến(?: bạn đọc| của bạn)?(?: \(\d+\))?|bình luận(?: \(\d+\))?|"
    r"(?:các )?tin (?:khác|cùng chuyên mục|mới hơn|cũ hơn|đã đưa)|(?:các )?bài (?:khác|viết khác|cùng chuyên mục|mới nhất)|"
    r"(?:tin )?mới nhất|(?:tin )?(?:xem|đọc) nhiều(?: nhất)?|tin (?:nổi bật|mới)|"
    r"cùng chuyên mục|có thể bạn quan tâm|bạn có thể quan tâm|được quan tâm|tiêu điểm|bạn cần đăng nhập.*|"
    r"(?:gửi|viết) bình luận|chia sẻ ý kiến.*|vui lòng nhập nội dung bình luận.*|thông tin bạn đọc.*|tin liên quan trên.*)\s*[:»>]?",
    re.IGNORECASE,
)
_DROPS = re.compile(
    r"(?:(?:>+|»|►|-|\*+)?\s*(?:đọc thêm|xem thêm|tham khảo thêm|tin liên quan|bài liên quan|tin bài liên quan|"
    r"mời (?:quý )?(?:bạn đọc|độc giả|quý vị|các bạn|bạn|thính giả|khán giả).*|"
    r"xem video.*|video:.*|nguồn video.*|clip:.*)(?:\s*:.*)?|quảng cáo(?: tài trợ)?|thông tin doanh nghiệp(?: tự giới thiệu)?|advertisement|"
    r"từ khóa\s*:?.*|từ khoá\s*:?.*|tags?\s*:?.*|chủ đề\s*:.*|"
    r"(?:nghe|đọc) (?:bài viết|bài báo).*|copy link.*|lấy link!?|link (?:bài )?gốc.*|đóng cửa sổ|chia sẻ.{0,40}|in bài(?: viết)?|gửi (?:e-?mail|bài).{0,20}|lưu bài.*|"
    r"trở lại .{1,40}|về trang chủ|đầu trang|lên đầu trang|theo dõi .{1,60} trên .{1,40}|thích|facebook|twitter|zalo|facebook twitter.*|"
    r"cỡ chữ.*|a\s*[+\-]|print|in trang|tin mới(?: nhất)?|trang chủ.{0,60}|thứ (?:hai|ba|tư|năm|sáu|bảy),? (?:ngày )?\d.{0,40}|chủ nhật,? (?:ngày )?\d.{0,40}|"
    r"cập nhật(?: lúc)?\s*:?\s*\d.{0,40}|\d{1,2}[/\-]\d{1,2}[/\-]\d{4}.{0,30}|\d{1,2}:\d{2}\s*[-|,].{0,40}|\(?gmt ?\+7\)?|indochina time.*|"
    r"ghi rõ nguồn.*|bản quyền.*|giấy phép số.*|cơ quan chủ quản.*|tổng biên tập.*|.{0,40}giữ bản quyền.*|quét mã qr.*|bạn đang đọc.*|"
    r"phát hành.{0,20}|\d+ (?:bình luận|lượt xem|phản hồi).{0,20}|(?:ảnh )?\d{1,2}\s*/\s*\d{1,2}|"
    r"lượt (?:xem|truy cập)\s*:?\s*[\d.,]+|viết bởi .{2,30}|chuyên mục\s*:.{2,40})",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:đăng nhập|đăng ký|mua gói|trả phí|tài khoản vip|thuê bao)[^.]{0,60}(?:để (?:đọc|xem) (?:tiếp|toàn bộ|đầy đủ|trọn)|đọc tiếp|xem tiếp)|"
    r"(?:nội dung|bài viết) (?:này )?(?:chỉ )?dành (?:riêng )?cho (?:thành viên|độc giả|bạn đọc) (?:trả phí|vip|đăng ký)|đây là nội dung trả phí",
    re.IGNORECASE,
)
_LONGEST = 110
"""Furniture is short; a longer block that begins like it is text."""


def stops_article(text: str) -> bool:
    """Tell whether a block says that the article is over and the page's own business begins.

    >>> stops_article("Các tin khác"), stops_article("Phản hồi của người dân là căn cứ để xã điều chỉnh")
    (True, False)
    """
    return len(text) <= _LONGEST and bool(_STOPS.fullmatch(text.strip()))


_CALLS = re.compile(
    r"(?:bạn có|mời|mọi|quý|độc giả|bạn đọc|hãy|gửi|thông tin|ý kiến|bài viết).{0,160}(?:e-?mail|hộp thư|đường dây nóng|hotline|số điện thoại|fanpage|zalo)\b.{0,100}|"
    r".{2,24} giới thiệu (?:tới|đến|cùng) (?:bạn đọc|độc giả|quý độc giả)\b.{0,160}",
    re.IGNORECASE,
)
"""Invitations to write, call or buy, which end many articles; longer than labels."""

_LONGEST_CALL = 320


def is_furniture(text: str) -> bool:
    """Tell whether a block is a label, an advertisement or a link of the page rather than its text.

    >>> is_furniture("Quảng cáo"), is_furniture("Chia sẻ"), is_furniture("Quảng cáo sai sự thật bị phạt 100 triệu")
    (True, True, False)
    """
    stripped = text.strip(" *")
    return (len(text) <= _LONGEST and bool(_DROPS.fullmatch(text.strip()))) or (len(text) <= _LONGEST_CALL and bool(_CALLS.fullmatch(stripped)))


def asks_for_payment(text: str) -> bool:
    """Tell whether a block says that the rest is for those who pay or sign in.

    >>> asks_for_payment("Bạn cần đăng nhập để đọc tiếp bài viết này."), asks_for_payment("Đăng nhập để bình luận")
    (True, False)
    """
    return bool(_PAYWALL.search(text))


_TIMESTAMP = re.compile(
    r"[\[(]?(?:lúc\s+)?\d{1,2}\s?(?:[:h]|giờ)\s?\d{0,2}\s?(?:'|phút)?[\])]?(?:\s*(?:[,|-]|ngày)?\s*\d{1,2}[/\-.]\d{1,2}(?:[/\-.]\d{4})?)?|\d{1,2}\s*(?:phút|giờ) trước",
    re.IGNORECASE,
)


def is_timestamp(text: str) -> bool:
    """Tell whether a block is only a time, as live reports print one before each entry.

    >>> is_timestamp("10h35"), is_timestamp("14:05 - 3/11"), is_timestamp("10h35, mưa to")
    (True, True, False)
    """
    return len(text) <= 40 and bool(_TIMESTAMP.fullmatch(text.strip()))  # noqa: PLR2004


_LEFTOVER = re.compile(
    r"^(?:xem thêm|đọc thêm|mời (?:quý )?(?:bạn đọc|độc giả|quý vị) (?:xem|đọc|theo dõi)|tin liên quan|bài liên quan|quảng cáo|>>)|"
    r"(?:đăng ký|theo dõi) (?:kênh|fanpage|zalo)|\b(?:click|nhấn|bấm) (?:vào đây|để xem)|ý kiến của bạn sẽ được|"
    r"giấy phép (?:số|hoạt động)[^.]{0,40}(?:báo|trang)|bản quyền (?:thuộc|©)|©\s*20\d\d",
    re.IGNORECASE,
)


def is_leftover(text: str) -> bool:
    """Tell whether a block that is about to be read aloud sounds like the page's own business.

    >>> is_leftover("Mời bạn đọc theo dõi fanpage của báo."), is_leftover("Người dân mời bạn bè về dự hội.")
    (True, False)
    """
    return bool(_LEFTOVER.search(text[:400]))


_SOURCE_LINE = re.compile(r"\(?(?:theo|nguồn|nguồn tin|dẫn nguồn)\s*:?\s+\S.{1,60}\)?|(?:TTXVN|VOV|VTV|PV|P\.V|CTV)(?:[/\s\-].{0,40})?", re.IGNORECASE)


def is_source_line(text: str) -> bool:
    """Tell whether a line at an article's end only says where it comes from.

    >>> is_source_line("Theo TTXVN"), is_source_line("(Nguồn: Báo Xã)"), is_source_line("Theo ông An, việc này khó, phải làm lâu dài và rất kiên trì.")
    (True, True, False)
    """
    return len(text) <= 64 and bool(_SOURCE_LINE.fullmatch(text.strip())) and not re.search(r"[.!?]$", text)  # noqa: PLR2004
