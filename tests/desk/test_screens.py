"""The screens where an article is made, over HTTP: what they answer, to whom, and how fast."""

import hashlib
import re
import time
import tomllib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from audiopub.desk.model import DeskState, Progress
from audiopub.editing import DraftBlock
from audiopub.messages import catalog
from audiopub.people import Role
from audiopub.web.assets import assets
from audiopub.web.views import routers
from audiopub.web.views.words import KINDS, by, why
from tests.conftest import ROOT
from tests.desk.doors_kit import house
from tests.desk.fake_desk import SHOW, FakeDesk
from tests.desk.screens import served

WEB = ROOT / "audiopub" / "web"
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture(scope="module")
def origin(desk: FakeDesk) -> Iterator[str]:
    with served(desk) as found:
        yield found


@pytest.fixture
def web(origin: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=origin, headers={"Accept-Language": "vi"}, trust_env=False) as client:
        yield client


@pytest.fixture
def name(desk: FakeDesk) -> str:
    return desk.lay(100_000 + next(_NUMBERS))


def piece(web: httpx.Client, path: str, **form: object) -> httpx.Response:
    return web.post(path, data={key: str(value) for key, value in form.items()}, headers={"HX-Request": "true"})


def block(desk: FakeDesk, name: str, number: int = 2) -> DraftBlock:
    return desk.of(name).draft.block(f"b{number}")


# What is shipped


def test_vendored_scripts_are_what_was_fetched() -> None:
    """A changed byte in what other people wrote is seen, and nothing lies there that is not written down."""
    folder = WEB / "static" / "vendor"
    listed = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
    hashes = {file["name"]: file["sha256"] for package in listed for file in package["file"]}
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "VENDOR.toml"} == hashes
    assert all(package["licence_file"] in hashes and package["integrity"].startswith("sha512-") for package in listed)


def test_pages_hold_nothing_that_the_policy_forbids() -> None:
    """No template has a script, a style or a handler of its own, or evaluates anything."""
    for path in (WEB / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src)|hx-on|hx-vals=.js:|javascript:|data:[a-z]+/", text), path.name


def test_what_pages_load_is_small() -> None:
    """Style stays under 30 kB, and a page of the list loads less than 200 kB with fonts and all."""
    names = ("desk.css", "desk.js", "vendor/htmx.min.js", "vendor/hx-sse.min.js", "fonts/be-vietnam-pro-regular.woff2", "fonts/be-vietnam-pro-bold.woff2", "icon.svg")
    assert len(assets()["desk.css"].body) < 30_000 and len(assets()["article.css"].body) < 15_000
    assert sum(len(assets()[name].body) for name in names) < 160_000


def test_every_name_of_a_rule_has_words() -> None:
    """Whatever drops a block or reads a word, an editor is told in both languages."""
    keys = {*KINDS.values(), *(why(rule) for rule in ("caption.tag", "tail.short", "new.rule")), *(by(rule) for rule in ("date.x", "new"))}
    assert all(keys <= set(catalog(language)) for language in ("vi", "en"))


@pytest.mark.parametrize("path", ["nothing.css", "../templates/base.html", "%2e%2e/pages.py", "vendor/VENDOR.toml", "\\desk.css", "x" * 5000])
def test_only_what_is_listed_is_an_asset(web: httpx.Client, path: str) -> None:
    """Nothing beside the table of assets can be had through it."""
    assert web.get(f"/desk/static/{path}").status_code in {404, 414}


def test_assets_are_kept_by_their_version(web: httpx.Client) -> None:
    """What a page names is kept for ever, and another version is another address."""
    page = web.get("/desk/").text
    address = re.search(r'href="(/desk/static/desk\.css\?v=[0-9a-f]{8})"', page)
    assert address is not None
    found = web.get(address[1])
    assert "immutable" in found.headers["cache-control"] and found.headers["content-type"] == "text/css; charset=utf-8"
    assert web.get("/desk/static/desk.css").headers["cache-control"] == "no-cache"
    assert web.get("/desk/static/desk.css", headers={"If-None-Match": found.headers["etag"]}).status_code == 304


# Language


def test_the_language_is_chosen(web: httpx.Client) -> None:
    """The button holds from then on, and leads to no other site."""
    assert "Danh sách" in web.get("/desk/").text
    answer = web.post("/desk/language", data={"language": "en", "back": "/desk/new"})
    assert answer.headers["location"] == "/desk/new"
    assert 'lang="en"' in web.get("/desk/").text and "New article" in web.get("/desk/").text
    for back in ("//evil.example/", "https://evil.example/", "/desk/\\evil.example", "/elsewhere"):
        assert web.post("/desk/language", data={"language": "vi", "back": back}).headers["location"] == "/desk/"


# The list


def test_fifty_of_five_thousand_come_fast() -> None:
    """The list's page is quick and small however many articles there are."""
    desk = FakeDesk()
    for number in range(5000):
        desk.lay(number, DeskState.PUBLISHED, f"Bài số {number}", duration_ms=60_000)
    with served(desk) as origin, httpx.Client(base_url=origin, trust_env=False) as web:
        web.get("/desk/")
        began = time.perf_counter()
        found = web.get("/desk/")
        took = time.perf_counter() - began
        assert found.text.count('id="row-') == 50 and len(found.content) < 150_000 and took < 1
        onward = re.search(r'href="([^"]*cursor=50)"', found.text)
        assert onward is not None and "Bài số 50<" in web.get(onward[1].replace("&amp;", "&")).text


def test_a_failed_article_says_why(web: httpx.Client, desk: FakeDesk) -> None:
    """The row has the sentence of the failure and a way to try again; a code of another version is shown as it is."""
    failed = desk.lay(71, DeskState.FAILED, code="fetch.status", details={"url": "https://bao.example/x", "status": 503}, progress=Progress(job="j", state="failed"))
    unknown = desk.lay(72, DeskState.FAILED, code="gone.long_ago")
    assert "trả lời 503" in web.get(f"/desk/row/{failed}").text and "Thử lại" in web.get(f"/desk/row/{failed}").text
    assert "gone.long_ago" in web.get(f"/desk/row/{unknown}").text


def test_several_at_once_are_each_looked_at(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Of several articles those that can be done are, and each other one is named with its reason."""
    ready = desk.lay(100_000 + next(_NUMBERS), title="Bài đã dựng")
    desk.finish(ready)
    answer = web.post("/desk/bulk", data={"act": "publish", "sure": "yes", "names": [_picked(web, ready), _picked(web, name), "thoi-su-ffffffffffffffff"]})
    assert "Xong 1 bài, 2 bài không được" in answer.text and "chưa dựng xong" in answer.text and "Không có bài" in answer.text
    assert [call[1] for call in desk.calls if call[0] == "publish"].count(ready) == 1


def test_of_several_just_what_was_shown_is_published(web: httpx.Client, desk: FakeDesk) -> None:
    """Somebody makes other sound of an article between the list and the click: whoever publishes did not see that."""
    name = desk.lay(100_000 + next(_NUMBERS), title="Bài dựng lại")
    desk.finish(name)
    picked = _picked(web, name)
    desk.kept[name].draft = desk.kept[name].draft.retitle("Bài đã đổi", "")
    desk.finish(name)
    assert "không còn đúng như bản đã nghe" in web.post("/desk/bulk", data={"act": "publish", "sure": "yes", "names": [picked]}).text
    assert not [call for call in desk.calls if call[:2] == ("publish", name)]


def _picked(web: httpx.Client, name: str) -> str:
    """Give what a tick in the list stands for."""
    found = re.search(r'name="names" value="([^"]+)"', web.get(f"/desk/row/{name}").text)
    assert found is not None
    return found[1]


def test_several_are_not_withdrawn_unasked(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Without the tick nothing happens."""
    assert "Chưa có việc gì được làm" in web.post("/desk/bulk", data={"act": "withdraw", "names": [name]}).text
    assert not [call for call in desk.calls if call[:2] == ("withdraw", name)]


def test_hostile_titles_stay_text(web: httpx.Client, desk: FakeDesk) -> None:
    """A title that is markup is shown, not obeyed."""
    hostile = desk.lay(100_000 + next(_NUMBERS), title='</textarea><script>alert(1)</script>"><img src=x onerror=alert(1)>')
    for path in ("/desk/", f"/desk/row/{hostile}", f"/desk/a/{hostile}", f"/desk/a/{hostile}/reading", f"/desk/a/{hostile}/sound"):
        assert "<script>alert" not in web.get(path).text and "<img src=x" not in web.get(path).text


# How one comes


def test_an_address_that_is_refused_says_why(web: httpx.Client) -> None:
    """The form comes back with the sentence, the address and the status of a mistake."""
    answer = web.post("/desk/new", data={"show": SHOW, "way": "url", "url": "http://127.0.0.1/secret"})
    assert answer.status_code == 422 and "Không được tải địa chỉ" in answer.text and 'value="http://127.0.0.1/secret"' in answer.text


def test_a_refusal_may_be_set_aside(web: httpx.Client, desk: FakeDesk) -> None:
    """What a person may accept is offered, and comes with just that code."""
    answer = web.post("/desk/new", data={"show": SHOW, "way": "text", "text": "Ngắn."})
    assert answer.status_code == 422 and 'name="accept" value="article.too_short"' in answer.text
    answer = web.post("/desk/new", data={"show": SHOW, "way": "text", "text": "Ngắn.", "accept": ["article.too_short", "made.up"]})
    assert answer.status_code == 303
    assert next(call[1] for call in reversed(desk.calls) if call[0] == "submit").accept == frozenset({"article.too_short"})  # type: ignore[attr-defined]


def test_the_next_page_tells_what_was_done(web: httpx.Client) -> None:
    """The message of an act is shown once, and only one of the catalog's."""
    answer = web.post("/desk/new", data={"show": SHOW, "way": "text", "text": "Chữ " * 60})
    assert "Bài đã lên bàn biên tập" in web.get(answer.headers["location"]).text
    assert "Bài đã lên bàn biên tập" not in web.get(answer.headers["location"]).text
    web.cookies.set("told", "<script>", path="/desk")
    assert web.get("/desk/").status_code == 200


# The editing desk


def test_dropped_blocks_say_why(web: httpx.Client, name: str) -> None:
    """What is not read stands there with the reason in words."""
    text = web.get(f"/desk/a/{name}").text
    assert "Chú thích ảnh không được đọc." in text and "Khung tin liên quan." in text and "7/11 khối được đọc" in text


def test_the_page_comes_in_a_sandbox(web: httpx.Client, name: str) -> None:
    """The original may stand in our frame, and nothing in it runs or loads."""
    headers = web.get(f"/desk/a/{name}/source").headers
    assert headers["content-security-policy"] == "sandbox; default-src 'none'; frame-ancestors 'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN" and headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in web.get(f"/desk/a/{name}").headers["content-security-policy"]


def test_a_block_is_left_out_and_taken_in(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """A tick changes what is read, and the sums beside it."""
    answer = piece(web, f"/desk/a/{name}/blocks/b2", act="include", version=1, text=block(desk, name).text)
    assert answer.status_code == 200 and not block(desk, name).included and "6/11 khối" in answer.text
    piece(web, f"/desk/a/{name}/blocks/b2", act="include", version=2, included="yes", text="")
    assert block(desk, name).included


def test_text_in_the_field_goes_with_the_split(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """What was typed and not yet saved is not lost by dividing or joining the block."""
    answer = piece(web, f"/desk/a/{name}/blocks/b2", act="split", version=1, text="Một câu mới. Câu thứ hai.", at=12)
    assert [one.text for one in desk.of(name).draft.blocks[1:3]] == ["Một câu mới.", "Câu thứ hai."] and answer.headers["hx-reswap"] == "outerHTML"
    assert answer.text.count('class="block ') == 2
    answer = piece(web, f"/desk/a/{name}/blocks/b2", act="merge", version=block(desk, name).version, text="Một câu mới.")
    assert block(desk, name).text == "Một câu mới. Câu thứ hai." and 'hx-target="#b12" hx-swap="delete"' in answer.text


def test_a_split_is_where_the_cursor_stood(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Spaces that are not saved, and characters beyond the first plane, move nothing."""
    text = "  Chợ  🎪   phiên. Câu thứ hai."
    piece(web, f"/desk/a/{name}/blocks/b2", act="split", version=1, text=text, at=text.index("Câu"))
    assert [one.text for one in desk.of(name).draft.blocks[1:3]] == ["Chợ 🎪 phiên.", "Câu thứ hai."]


def test_two_who_write_at_once_lose_nothing(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """The second sees both texts and what differs, and decides; the first one's stands until then."""
    piece(web, f"/desk/a/{name}/blocks/b2", act="rewrite", version=1, text="Câu của người thứ nhất.")
    answer = piece(web, f"/desk/a/{name}/blocks/b2", act="rewrite", version=1, text="Câu của người thứ hai.")
    assert answer.status_code == 412 and "<del>nhất.</del>" in answer.text and "<ins>hai.</ins>" in answer.text and "Câu của người thứ hai." in answer.text
    assert block(desk, name).text == "Câu của người thứ nhất."
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    assert piece(web, f"/desk/a/{name}/blocks/b2", act="rewrite", version=version[1], text="Câu của người thứ hai.").status_code == 200
    assert block(desk, name).text == "Câu của người thứ hai."


def test_words_for_a_block_that_is_gone_are_kept(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Somebody joined the block with another meanwhile: the text that was written comes back."""
    piece(web, f"/desk/a/{name}/blocks/b4", act="merge", version=1, text=block(desk, name, 4).text)
    answer = piece(web, f"/desk/a/{name}/blocks/b5", act="rewrite", version=1, text="Chữ vừa viết.")
    assert answer.status_code == 412 and "Chữ vừa viết." in answer.text


def test_an_empty_block_is_a_mistake_beside_it(web: httpx.Client, name: str) -> None:
    """The block comes back with the sentence."""
    answer = piece(web, f"/desk/a/{name}/blocks/b2", act="rewrite", version=1, text="   ")
    assert answer.status_code == 422 and "hãy bỏ chọn khối đó" in answer.text and 'aria-invalid="true"' in answer.text


def test_the_title_is_in_conflict_only_with_the_title(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Changes of blocks meanwhile do not matter; another title does, and both are shown."""
    draft = desk.of(name).draft
    seen = {"version": 1, "was_title": draft.title, "was_lead": draft.lead}
    piece(web, f"/desk/a/{name}/blocks/b2", act="rewrite", version=1, text="Đã sửa.")
    assert piece(web, f"/desk/a/{name}/title", title="Tít mới", lead="", **seen).status_code == 200
    answer = piece(web, f"/desk/a/{name}/title", title="Tít của tôi", lead="", **seen)
    assert answer.status_code == 412 and "Tít mới" in answer.text and "Tít của tôi" in answer.text


def test_a_newer_page_is_shown_and_taken(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """What differs is marked; taking it and staying are two buttons."""
    from dataclasses import replace

    kept = desk.of(name)
    kept.draft = replace(kept.draft, waiting="p2")
    assert "Trang gốc đã có bản mới hơn" in web.get(f"/desk/a/{name}").text
    assert "<ins>3/9, </ins>" in web.get(f"/desk/a/{name}/newer").text
    assert piece(web, f"/desk/a/{name}/newer", version=kept.draft.version, keep="yes").headers["hx-redirect"] == f"/desk/a/{name}"
    assert desk.calls[-1] == ("take_waiting", True)


# Readings


def test_guesses_come_first_and_say_why(web: httpx.Client, name: str) -> None:
    """A sentence with a guess is above all others; its dialog has rule and confidence in words."""
    text = web.get(f"/desk/a/{name}/reading").text
    assert text.index("Cần xem lại") < text.index("TSMC") < text.index("Các câu còn lại")
    asked = re.search(r'piece guess" hx-get="([^"]+)"', text)
    assert asked is not None
    said = web.get(asked[1].replace("&amp;", "&")).text
    assert "acronym.spelled" in said and "Phỏng đoán" in said and "tê ét em xê" in said


def test_a_preview_saves_nothing(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """The sound comes from an address of ours, and the lexicon stays as it was."""
    before = len(desk.entered)
    answer = piece(web, f"/desk/a/{name}/preview", sentence_text="Bà Loft nói.", word="Loft", say="lóp")
    address = re.search(r'src="(/desk/preview/[0-9a-f]{64}\.mp3)"', answer.text)
    assert address is not None and "Bà lóp nói." in answer.text and len(desk.entered) == before
    sound = web.get(address[1])
    assert sound.headers["content-type"] == "audio/mpeg" and len(sound.content) > 1000


def test_impact_is_shown_before_anything_is_saved(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """The button that saves comes with what it would change; the entry then has the scope that was chosen."""
    form = {"word": "TSMC", "say": "tê-xê", "scope": "show", "sentence": 3}
    answer = piece(web, f"/desk/a/{name}/impact", **form)
    assert "12 câu của 3 tập" in answer.text and "Lưu: “TSMC” đọc là “tê-xê”" in answer.text and not [call for call in desk.calls if call[0] == "save_entry"]
    assert piece(web, f"/desk/a/{name}/say", **form).headers["hx-redirect"].endswith("/reading#s3")
    assert ("save_entry", SHOW, "show", "TSMC", "tê-xê", "") in desk.calls
    desk.entered.clear()


# Sound


def test_a_stretch_of_a_proof_is_given(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Players begin anywhere."""
    desk.finish(name)
    proof = desk.of(name).proof
    assert proof is not None
    path = f"/desk/a/{name}/proofs/{proof.fingerprint}/audio.mp3"
    assert web.get(path, headers={"Range": "bytes=100-199"}).status_code == 206 and len(web.get(path, headers={"Range": "bytes=100-199"}).content) == 100
    assert web.get(f"/desk/a/{name}/proofs/{'0' * 63}9/audio.mp3").status_code == 404
    assert web.get(f"/desk/a/{name}/proofs/{proof.fingerprint}/../../secret").status_code == 404


def test_an_older_proof_is_told(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """What was changed since is said before anybody publishes it."""
    desk.finish(name)
    assert "Bản nghe đang khớp với bài" in web.get(f"/desk/a/{name}/sound").text
    piece(web, f"/desk/a/{name}/blocks/b2", act="rewrite", version=1, text="Đã sửa.")
    assert "hãy dựng lại" in web.get(f"/desk/a/{name}/sound").text


# Who may what


def test_a_viewer_sees_and_changes_nothing(web: httpx.Client, desk: FakeDesk, name: str) -> None:
    """Whoever may only read has no buttons, and is refused where they are pressed all the same."""
    web.cookies.set("role", "viewer")
    desk.finish(name)
    for path in ("/desk/", f"/desk/a/{name}", f"/desk/a/{name}/reading", f"/desk/a/{name}/sound"):
        text = web.get(path).text
        assert not re.search(r"Dựng âm thanh|Bỏ bản thảo|Lấy bài|Hoàn tác|data-bulk|name=\"names\"", text), path
    for path in ("bulk", "new", f"a/{name}/undo", f"a/{name}/blocks/b2", f"a/{name}/render", f"a/{name}/say", f"a/{name}/discard"):
        assert web.post(f"/desk/{path}", data={}).status_code == 403
    assert name in desk.kept


def test_an_editor_is_offered_no_publishing(web: httpx.Client, name: str) -> None:
    """Publishing several is for those who may publish."""
    web.cookies.set("role", "editor")
    text = web.get("/desk/").text
    assert 'data-bulk="render"' in text and 'data-bulk="publish"' not in text and "/desk/settings" not in text


# What happens


def test_events_go_on_where_they_were(origin: str, desk: FakeDesk, name: str) -> None:
    """Each change is told once; whoever comes back with the last id gets what was missed."""
    desk.happens("before-0000000000000001")
    mark = len(desk.happenings)
    desk.happens(name)
    desk.happens(name)
    with httpx.stream("GET", f"{origin}/desk/events", headers={"Last-Event-ID": str(mark)}, timeout=10, trust_env=False) as answer:
        told = ""
        for text in answer.iter_text():
            told += text
            if "id:" in told and told.endswith("\n\n"):
                break
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert told.count(f"event: job-{name}") == 1 and f"id: {mark + 2}" in told and "before-" not in told


def test_events_end_with_the_server() -> None:
    """A page that listens does not hold up the end of the server."""
    began = time.monotonic()
    with served(FakeDesk()) as origin:
        stream = httpx.stream("GET", f"{origin}/desk/events", timeout=10, trust_env=False)
        answer = stream.__enter__()
        told = answer.iter_raw()
        next(told)  # held: an iterator that is thrown away closes the connection
        began = time.monotonic()
    assert time.monotonic() - began < 4
    told.close()  # type: ignore[attr-defined]
    answer.close()


def test_failures_are_told_on_a_page_of_the_desk(tmp_path: Path) -> None:
    """A person who came for a page gets one with the sentence and a way on; a part of a page gets the sentence; a stranger learns nothing."""
    found = house(tmp_path, desk=FakeDesk(), routers=routers)
    found.add("chu.nha", Role.ADMIN)
    found.add("lan", Role.VIEWER)
    page = {"cookie": found.cookie(), "accept": "text/html", "sec-fetch-mode": "navigate"}
    for target, status, sentence in (
        ("/desk/a/thoi-su-ffffffffffffffff", 404, "Không có bài thoi-su-ffffffffffffffff"), ("/desk/nothing", 404, "Ở đây không có gì."),
        ("/desk/a/Hoa_Thường", 404, "Ở đây không có gì."), ("/desk/?state=" + "x" * 99, 422, "Không hiểu yêu cầu này"), ("/desk/new", 403, "lan"),
    ):  # fmt: skip
        answer = found.ask("GET", target, page)
        assert answer.status == status and sentence in answer.body and 'class="masthead"' in answer.body, target
        part = found.ask("GET", target, {**page, "hx-request": "true"})
        assert part.status == status and "<" not in part.body, target
        assert found.ask("GET", target, {"accept": "text/html", "sec-fetch-mode": "navigate"}).status == 303
    login = found.ask("GET", "/desk/login", {"accept": "text/html"})
    assert "/desk/static/desk.css?v=" in login.body and found.ask("GET", "/desk/static/desk.css").status == 200


def test_no_template_is_left_over() -> None:
    """Every template is shown by something."""
    texts = "".join(path.read_text(encoding="utf-8") for path in [*Path(WEB).rglob("*.py"), *(WEB / "templates").rglob("*.html")])
    assert [path.name for path in (WEB / "templates").glob("*.html") if f'"{path.name}"' not in texts] == []
