"""Articles of any length, of our own writing, for benchmarks: no two sentences alike, the same seed always the same text."""

import random
from collections.abc import Iterator

_WHO = (
    "Bà con thôn Nậm Lành",
    "Ban quản lý chợ",
    "Hợp tác xã chè Tân Long",
    "Thầy giáo Hà Văn Thịnh",
    "Đội sản xuất số bốn",
    "Trạm y tế xã",
    "Nhóm thanh niên tình nguyện",
    "Chị Lò Thị Mai",
    "Tổ bảo vệ rừng",
    "Trường tiểu học Bản Hon",
    "Anh Vàng A Páo",
    "Hội phụ nữ xã",
    "Phòng nông nghiệp huyện",
    "Những người thợ xây",
    "Ông trưởng bản",
)
_WHAT = (
    "đã hoàn thành con đường bê tông",
    "vừa thu hoạch xong vụ lúa mùa",
    "tổ chức buổi họp bàn về nguồn nước",
    "mở lớp dạy nghề dệt thổ cẩm",
    "trồng thêm rừng phòng hộ đầu nguồn",
    "sửa lại mái nhà cho các hộ khó khăn",
    "khám bệnh và phát thuốc cho người già",
    "góp công dựng nhà văn hóa mới",
    "đưa giống ngô chịu hạn vào đồng ruộng",
    "mang sách đến điểm trường xa nhất",
    "bàn cách giữ gìn tiếng khèn của bản",
    "thả cá giống xuống hồ chứa",
    "chuẩn bị cho phiên chợ cuối năm",
    "ghi lại những bài hát cổ của ông bà",
)
_WHERE = (
    "ở chân núi Phu Luông",
    "bên dòng suối Nậm Mu",
    "tại sân nhà văn hóa",
    "trên cánh đồng Mường Lò",
    "ngay đầu cầu treo",
    "ở khu tái định cư",
    "giữa trung tâm xã",
    "trên sườn đồi phía đông",
    "cạnh trạm bơm cũ",
    "tại kho lương thực của thôn",
    "ven con đường liên xã",
    "trước cổng trường học",
)
_WHEN = (
    "từ sáng sớm",
    "sau ba tháng chuẩn bị",
    "trong tuần qua",
    "vào cuối mùa mưa",
    "khi sương còn chưa tan",
    "trước ngày khai giảng",
    "giữa vụ gặt",
    "suốt hai ngày cuối tuần",
    "ngay sau trận lũ",
    "vào phiên chợ chính",
)
_WHY = (
    "để mùa khô năm sau không còn thiếu nước",
    "và ai cũng mong việc ấy kéo dài",
    "nhờ công sức của cả thôn",
    "dù kinh phí chỉ đủ một nửa",
    "với sự giúp đỡ của xã bên",
    "theo đúng lời hứa từ đầu năm",
    "mà không ai phải trả tiền công",
    "cho con em khỏi đi học xa",
    "nên giá bán cũng ổn định hơn",
    "và sẽ còn làm tiếp trong mùa xuân",
)
_HEADINGS = ("Con đường về bản", "Nguồn nước mùa khô", "Lớp học trên núi", "Phiên chợ cuối năm", "Rừng đầu nguồn", "Nghề cũ người mới", "Mùa gặt", "Chuyện ở trạm y tế")


COMBINATIONS = len(_WHO) * len(_WHAT) * len(_WHERE) * len(_WHEN) * len(_WHY)
"""Sentences that :func:`sentence` tells apart."""

_STRIDE = 104_729
"""A prime that shares no factor with the sizes of the tables: neighbours differ in every part."""


def sentence(number: int) -> str:
    """Give the sentence of a number; no two numbers below :data:`COMBINATIONS` have the same."""
    rest, parts = number * _STRIDE % COMBINATIONS, []
    for table in (_WHO, _WHAT, _WHERE, _WHEN, _WHY):
        rest, place = divmod(rest, len(table))
        parts.append(table[place])
    return f"{' '.join(parts[:-1])}, {parts[-1]}."


def headline(number: int) -> str:
    """Give the headline of a number; no two numbers below 2,520 have the same."""
    rest, parts = number * 11 % (len(_WHO) * len(_WHAT) * len(_WHERE)), []
    for table in (_WHO, _WHAT, _WHERE):
        rest, place = divmod(rest, len(table))
        parts.append(table[place].removeprefix("đã ").removeprefix("vừa "))
    return " ".join(parts)


def heading(number: int) -> str:
    """Give a short heading; there are few."""
    return _HEADINGS[number % len(_HEADINGS)]


def sentences(seed: int) -> Iterator[str]:
    """Give sentences without end."""
    chance = random.Random(seed)
    seen: set[str] = set()
    number = 0
    while True:
        number += 1
        text = f"{chance.choice(_WHO)} {chance.choice(_WHAT)} {chance.choice(_WHERE)} {chance.choice(_WHEN)}, {chance.choice(_WHY)}"
        if text in seen:
            text = f"Lần thứ {number}, {text[0].lower()}{text[1:]}"
        seen.add(text)
        yield f"{text}."


def article(minutes: float, seed: int = 1, title: str = "Chuyện ở những bản làng vùng cao") -> str:
    """Write a page that espeak reads in about so many minutes: a heading every two of them, paragraphs of three sentences."""
    source = sentences(seed)
    wanted = minutes * 60 * 16.7
    parts, count, said = [f"<h1>{title}</h1>"], 0, 0
    while said < wanted:
        if said // 1860 >= count:
            parts.append(f"<h2>{_HEADINGS[count % len(_HEADINGS)]}</h2>")
            count += 1
        paragraph = " ".join(next(source) for _ in range(3))
        said += len(paragraph)
        parts.append(f"<p>{paragraph}</p>")
    head = f'<meta charset="utf-8"><title>{title}</title><meta property="article:published_time" content="2026-11-20T08:00:00+07:00">'
    return f"<!doctype html><html lang=vi><head>{head}</head><body><article>\n" + "\n".join(parts) + "\n</article></body></html>"
