"""Pages for tests, made from parts, in Vietnamese of our own."""

from audiopub.source import Page, PageForm

TITLE = "Xã Bản Mới làm đường bằng sức dân"
BODY = (
    "Làm đường trước mùa mưa",
    "Hơn 40 tỷ đồng được huy động từ năm 2015 đến nay để làm 12,5 km đường liên thôn của xã, trong đó người dân góp hơn một phần ba. "
    "Chủ tịch UBND xã cho biết, cả 14 thôn đều có tổ tự quản theo dõi công việc hằng ngày.",
    "Đến hết quý III/2026, tỷ lệ đường được cứng hóa đạt 92,4%, tăng 15,5% so với đầu nhiệm kỳ 2020-2025.",
    "Giữ đường bền lâu",
    "Mỗi sáng chủ nhật, bà con cùng nhau phát quang, khơi rãnh thoát nước dọc hai bên đường. Nhờ vậy, sau ba mùa mưa lũ, mặt đường vẫn phẳng và sạch, "
    "học sinh đến trường không còn phải lội bùn như trước.",
)


def text_page(*paragraphs: str, title: str = TITLE, name: str = "bai.txt") -> Page:
    """Make a page of plain text; without paragraphs it has two sections."""
    body = "\n\n".join((title, *(paragraphs or BODY)))
    return Page(body=body.encode(), name=name, identity=f"file:{name}", form=PageForm.TEXT)


def html_page(body: str, name: str = "bai.html", head: str = "") -> Page:
    """Make a page of markup around a body."""
    markup = f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    return Page(body=markup.encode(), name=name, identity=f"file:{name}", form=PageForm.HTML)
