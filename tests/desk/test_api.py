"""The API as a newsroom's own system uses it: articles that come twice, changes that cross each other, errors that programs understand."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from audiopub.messages import catalog
from audiopub.people import Permission
from benchmarks.api_place import SHOW, ApiPlace
from tests.desk.api_articles import article, made


def test_the_same_article_sent_by_many_at_once_is_one(api_place: ApiPlace) -> None:
    """Of 16 at once with one source_id one is told 201, the others 200, all of the same name."""

    def send(_number: int) -> httpx.Response:
        with api_place.client() as own:
            return own.post("/articles", json=article("dong-thoi"))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    (name,) = {answer.json()["article"]["name"] for answer in answers}
    assert {answer.headers["location"] for answer in answers} == {f"/api/v1/articles/{name}"}


def test_articles_of_one_title_are_two(client) -> None:
    """Names come from the source, never from the title; titles that differ by a mark alone, or have no letter, are no trouble."""
    sent = [article("ban-a", title="Bàn"), article("ban-b", title="Bàn"), article("ban-c", title="Bán"), article("ban-d", title="日本"), article("ban-e", title="🎧")]
    assert len({client.post("/articles", json=one).json()["article"]["name"] for one in sent}) == 5


def test_an_article_is_fetched_by_its_address(api_place: ApiPlace, client) -> None:
    answer = client.post("/articles", json={"show": SHOW, "url": api_place.paper.url(30)})
    assert answer.status_code == 201
    assert answer.json()["article"]["title"] == api_place.paper.article(30).title
    assert answer.json()["draft"]["origin"] == "address"


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:9/x", "http://[::ffff:127.0.0.1]/", "http://2130706433/"])
def test_addresses_of_the_house_are_not_fetched(client, url) -> None:
    """A key for editing is no way into the network behind the server."""
    answer = client.post("/articles", json={"show": SHOW, "url": url})
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("fetch."), answer.text


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/passwd", "ftp://x/y", "https://a b/"])
def test_files_of_the_machine_are_no_addresses(client, url) -> None:
    assert client.post("/articles", json={"show": SHOW, "url": url}).status_code == 422


def test_what_is_no_article_is_refused_with_its_code(client) -> None:
    """A refusal that a person may accept is accepted by its code."""
    short = {"show": SHOW, "text": "Tin ngắn.\n\nChỉ một câu thôi.", "source_id": "ngan"}
    refused = client.post("/articles", json=short)
    assert refused.status_code == 422
    assert refused.json()["code"] in catalog("vi")
    accepted = client.post("/articles", json={**short, "accept": [refused.json()["code"]]})
    assert accepted.status_code == 201, accepted.text


def test_two_editors_of_one_block(client) -> None:
    """The second is told 412 with both versions, and nothing of the first is lost; another block may be changed meanwhile."""
    name, seen = made(client, "hai-nguoi")
    first = client.patch(f"/articles/{name}/blocks/b1", json={"text": "Người thứ nhất sửa câu này."}, headers={"If-Match": seen})
    assert first.status_code == 200
    second = client.patch(f"/articles/{name}/blocks/b1", json={"text": "Người thứ hai cũng sửa."}, headers={"If-Match": seen})
    assert second.status_code == 412
    assert second.json()["present"] == "Người thứ nhất sửa câu này."
    assert second.json()["yours"] == "Người thứ hai cũng sửa."
    assert client.patch(f"/articles/{name}/blocks/b2", json={"include": False}, headers={"If-Match": seen}).status_code == 200
    blocks = {block["id"]: block for block in client.get(f"/articles/{name}").json()["draft"]["blocks"]}
    assert blocks["b1"]["text"] == "Người thứ nhất sửa câu này."
    assert blocks["b1"]["edited"] and not blocks["b2"]["include"]


def test_a_change_says_what_it_was_made_for(client) -> None:
    name, seen = made(client, "khong-if-match")
    assert client.patch(f"/articles/{name}/blocks/b1", json={"include": False}).status_code == 428
    assert client.patch(f"/articles/{name}/blocks/b1", json={"include": False}, headers={"If-Match": "abc"}).json()["code"] == "api.bad_if_match"
    assert client.patch(f"/articles/{name}/blocks/b1", json={"include": False, "text": "x"}, headers={"If-Match": seen}).json()["code"] == "api.one_of"
    assert client.patch(f"/articles/{name}/blocks/b1", json={"include": False}, headers={"If-Match": "*"}).status_code == 200


def test_a_draft_is_worked_on(client) -> None:
    """Split, merge, title, manner, day, undo: each gives the next version."""
    name, seen = made(client, "soan-tap")
    steps: list[tuple[str, str, Any]] = [
        ("POST", "blocks/b1/split", {"at": 12}), ("POST", "blocks/b1/merge", None), ("PUT", "title", {"title": "Đường mới", "lead": "Bà con phấn khởi."}),
        ("PUT", "manner", {"voice": "", "speed": 1.25, "jingle": False}), ("PUT", "day", {"day": "2026-11-20"}),
    ]  # fmt: skip
    for method, path, body in steps:
        answer = client.request(method, f"/articles/{name}/{path}", json=body, headers={"If-Match": seen})
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] != seen
        seen = answer.headers["etag"]
    draft = client.get(f"/articles/{name}").json()["draft"]
    assert (draft["title"], draft["manner"]["speed"], draft["day"]) == ("Đường mới", 1.25, "2026-11-20")
    said = client.get(f"/articles/{name}/script").json()["sentences"]
    assert any(sentence["written"].startswith("Đường mới") for sentence in said)
    assert client.post(f"/articles/{name}/undo", headers={"If-Match": seen}).json()["draft"]["day"] != "2026-11-20"
    assert client.post(f"/articles/{name}/undo", headers={"If-Match": seen}).status_code == 412


def test_what_is_not_described_is_refused(client) -> None:
    """Neither a parameter nor a field that does nothing is let pass, and no body without end."""
    assert client.get("/articles?sate=draft").json()["code"] == "api.unknown_parameter"
    refused = client.post("/articles", json=article("la", admin=True))
    assert refused.status_code == 422 and refused.json()["errors"] == [{"at": "body.admin", "kind": "extra_forbidden"}]
    assert client.post("/articles", json=article("x" * 201)).status_code == 422
    assert client.post("/articles", json=article("q", title="x" * 301)).status_code == 422
    assert client.post("/articles", content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert client.post("/articles", content=b"show=thoi-su", headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code == 415
    assert client.get("/articles?limit=100000").status_code == 422


def test_a_body_without_end_is_cut_off(api_place: ApiPlace) -> None:
    """Sent in pieces, so that no header says how long it will be."""
    with api_place.client() as client:
        answer = client.post("/articles", content=(b" " * 65_536 for _ in range(160)), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["..%2f..%2fetc", "%5c..%5c", "THOI-SU", "a" * 5000, "a%00b", "thoi-su-0000000000000000", "khong-co-0000000000000000"])
def test_names_that_are_none(client, name) -> None:
    answer = client.get(f"/articles/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "language"),
    [("vi", "vi"), ("en", "en"), ("fr, en;q=0.5", "en"), ("en;q=0.1, vi;q=0.9", "vi"), ("en;q=0, fr", "vi"), ("", "vi"), ("*", "vi"), ("en;q=x", "vi")],
)
def test_errors_speak_the_language_that_is_asked_for(client, asked, language) -> None:
    """The code stays the same; the sentence is of the catalogs."""
    answer = client.get("/jobs/khong-co", headers={"Accept-Language": asked})
    assert answer.json()["code"] == "draft.no_job"
    assert answer.json()["detail"] == catalog(language)["draft.no_job"].format(job="khong-co")
    assert answer.headers["content-language"] == language


def test_lists_are_read_page_by_page(client) -> None:
    """A cursor leads on, once through everything, and is good for its own list only."""
    for number in range(5):
        made(client, f"trang-{number}")
    seen: list[str] = []
    cursor, total = "", -1
    while total < 0 or cursor:
        page = client.get("/articles", params={"show": SHOW, "limit": 2, "cursor": cursor}).json()
        seen += [item["name"] for item in page["items"]]
        cursor, total = page["cursor"], page["total"]
    assert len(seen) == len(set(seen)) == total >= 5
    first = client.get("/articles", params={"show": SHOW, "limit": 2}).json()["cursor"]
    assert client.get("/articles", params={"limit": 2, "cursor": first}).json()["code"] == "api.bad_cursor"
    for bad in (first[:-3], first + "x", "AAAA", "%%%", "W10", "MQ"):
        assert client.get("/articles", params={"show": SHOW, "cursor": bad}).json()["code"] == "api.bad_cursor"


def test_a_draft_is_taken_off_the_desk(client) -> None:
    name, _ = made(client, "bo-di")
    assert client.delete(f"/articles/{name}").status_code == 204
    assert client.get(f"/articles/{name}").status_code == 404


def test_a_key_does_what_its_scopes_allow(api_place: ApiPlace) -> None:
    """Reading is not editing, editing is not publishing; whose key is wrong is told nothing."""
    with api_place.client(api_place.key([Permission.READ], "doc")) as reader:
        assert reader.get("/articles").status_code == 200
        refused = reader.post("/articles", json=article("doc"))
        assert refused.status_code == 403 and refused.headers["content-type"] == "application/problem+json"
        assert reader.get("/webhooks").status_code == 403
    with api_place.client(api_place.key([Permission.READ, Permission.EDIT], "sua")) as editor:
        name, _ = made(editor, "khoa-sua")
        assert editor.post(f"/articles/{name}/publish", json={"fingerprint": "0" * 64}).status_code == 403
    with api_place.client("apk_khong_co") as nobody:
        assert nobody.get(f"/articles/{name}").status_code == nobody.get("/articles/khong-co").status_code == 401
        assert nobody.get("/healthz").json() == nobody.get("/readyz").json() == {"ok": True}


def test_a_program_is_told_who_did_what(client) -> None:
    name, _ = made(client, "nhat-ky")
    lines = client.get("/audit", params={"show": SHOW, "episode": name[-16:]}).json()["lines"]
    assert [line["act"] for line in lines] == ["submitted"]
    assert lines[0]["via"] == "api"
    made(client, "nhat-ky-2")
    page = client.get("/audit", params={"limit": 1}).json()
    older = client.get("/audit", params={"limit": 1, "before": page["before"]}).json()
    assert older["lines"][0]["number"] < page["lines"][0]["number"]


def test_downloads_are_told(client) -> None:
    """Every day of those asked for, with or without downloads."""
    told = client.get("/stats", params={"show": SHOW, "days": 7}).json()
    assert len(told["days"]) == 7 and told["downloads"] == 0 and told["logs"] is False
    assert client.get("/stats", params={"show": "khong-co"}).json()["code"] == "api.no_show"
    assert client.get("/stats").status_code == client.get("/stats", params={"show": SHOW, "days": 367}).status_code == 422


def test_readings_are_tried_then_saved(client) -> None:
    """A preview saves nothing; an entry counts at once, with its consequences told before."""
    preview = client.post("/lexicon/preview", json={"show": SHOW, "sentence": "HĐXX họp phiên đầu.", "word": "HĐXX", "say": "hội đồng xét xử"})
    assert preview.status_code == 200 and preview.json()["spoken"].startswith("hội đồng xét xử")
    assert preview.headers["ratelimit-policy"] == '"preview";q=10;w=60'
    sound = client.get(preview.json()["audio"].removeprefix("/api/v1"))
    assert sound.headers["content-type"] == "audio/mpeg" and len(sound.content) > 1000
    assert all(entry["written"] != "HĐXX" for entry in client.get("/lexicon", params={"show": SHOW}).json()["entries"])
    assert client.post("/lexicon/impact", json={"show": SHOW, "written": "HĐXX", "spoken": "hội đồng xét xử"}).json()["sentences"] == 0
    assert client.put("/lexicon/entries/HĐXX", params={"show": SHOW}, json={"spoken": "hội đồng xét xử", "reason": "tòa án"}).status_code == 200
    assert client.put("/lexicon/entries/km%2Fh", params={"show": SHOW}, json={"spoken": "ki lô mét giờ"}).json()["written"] == "km/h"
    assert {"HĐXX", "km/h"} <= {entry["written"] for entry in client.get("/lexicon", params={"show": SHOW}).json()["entries"]}
    for form, kind in (("csv", "text/csv"), ("pls", "application/pls+xml")):
        file = client.get("/lexicon/export", params={"show": SHOW, "format": form})
        assert file.headers["content-type"].startswith(kind) and "HĐXX" in file.text
    again = {"show": SHOW, "format": "csv", "text": client.get("/lexicon/export", params={"show": SHOW}).text, "dry_run": True}
    assert client.post("/lexicon/import", json=again).json()["entries"] >= 2
    for written in ("HĐXX", "km%2Fh"):
        assert client.delete(f"/lexicon/entries/{written}", params={"show": SHOW}).status_code == 204
    assert client.delete("/lexicon/entries/HĐXX", params={"show": SHOW}).status_code == 404


def test_what_is_dear_is_limited(api_place: ApiPlace) -> None:
    """The eleventh preview of a minute is told when it may be asked for again."""
    with api_place.client(api_place.key([Permission.READ, Permission.EDIT], "nhieu")) as client:
        said = {"show": SHOW, "sentence": "Trời hôm nay nhiều mây."}
        answers = [client.post("/lexicon/preview", json=said) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["ratelimit"].startswith('"preview";r=0;t=')


def test_webhooks_are_kept_by_the_api(client) -> None:
    """The secret is shown once, in the answer that makes it, and nowhere else."""
    added = client.post("/webhooks", json={"url": "https://cms.example/told", "events": ["episode.published"]})
    assert added.status_code == 201
    hook, secret = added.json()["webhook"]["id"], added.json()["secret"]
    assert secret not in client.get("/webhooks").text + client.get("/audit").text
    assert client.patch(f"/webhooks/{hook}", json={"active": False}).json()["active"] is False
    assert client.patch(f"/webhooks/{hook}", json={"active": True}).json()["active"] is True
    ping = client.post(f"/webhooks/{hook}/ping")
    assert ping.status_code == 202
    sent = client.get(f"/webhooks/{hook}/deliveries").json()["deliveries"]
    assert [one["event"] for one in sent] == ["ping"]
    assert client.post(f"/webhooks/{hook}/rotate").json()["secret"] != secret
    assert client.delete(f"/webhooks/{hook}").status_code == 204
    assert client.post(f"/deliveries/{sent[0]['id']}/redeliver").status_code == 404
    assert client.post("/webhooks", json={"url": "https://cms.example/told", "events": ["nothing"]}).status_code == 422
