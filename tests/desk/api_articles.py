"""Articles as a newsroom's system sends them."""

from typing import Any

import httpx

from benchmarks.api_place import SHOW

_WORDS = "Sáng nay, bà con thôn Nậm Lành cùng nhau làm lại con đường vào bản, dài hơn hai ki lô mét."
PAGE = "<h1>{title}</h1>" + "".join(f"<p>{_WORDS} Đây là ngày thứ {number} của công việc chung.</p>" for number in range(1, 7))


def article(source_id: str = "", **more: Any) -> dict[str, Any]:
    """Give an article."""
    return {"show": SHOW, "html": PAGE.format(title=f"Con đường vào bản {source_id}"), "source_id": source_id, **more}


def made(client: httpx.Client, source_id: str) -> tuple[str, str]:
    """Take an article to the desk; give its name and its version."""
    answer = client.post("/articles", json=article(source_id))
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()["article"]["name"], answer.headers["etag"]
