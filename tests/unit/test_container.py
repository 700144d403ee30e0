"""Which element holds the article."""

import pytest

from audiopub.article import extract
from tests.articles import TITLE, html_page

LONG = "Từ đầu năm đến nay, bà con trong xã đã góp công, góp của làm xong ba tuyến đường liên thôn, khơi thông rãnh thoát nước và trồng hoa hai bên đường. " * 8


@pytest.mark.parametrize("tag", ["p", "blockquote"])
def test_one_long_block_is_not_the_article(tag: str) -> None:
    """A block with most of the text once became the container, and all around it was lost without a word."""
    body = f"<h1>{TITLE}</h1><div><p>Sáng nay xã họp dân.</p><{tag}>{LONG}</{tag}><h2>Việc còn lại</h2><p>Tháng tới, xã làm tiếp hai tuyến.</p></div>"
    texts = [block.text for block in extract(html_page(body)).blocks]
    assert "Sáng nay xã họp dân." in texts
    assert "Việc còn lại" in texts
    assert "Tháng tới, xã làm tiếp hai tuyến." in texts
