"""The screens about what listeners have and about the house, asked as a browser asks, over the real desk."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from audiopub.desk.model import DeskState, SentenceChange
from audiopub.editing import DraftBlock
from audiopub.errors import BadInput
from audiopub.vietnamese import Entry
from audiopub.web.views.corrections import difference
from audiopub.web.views.publishing import moment_of
from tests.desk.house import LAN, OTHER, PASSWORD, SHOW, House, article, changed, episode_of, house, made, proof_of, published


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@contextmanager
def signed_in(newsroom: House, name: str = "lan") -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html", "Accept-Language": "vi", "Origin": newsroom.origin, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=newsroom.origin, headers=headers, follow_redirects=True, timeout=60) as client:
        client.post("/desk/login", data={"name": name, "password": PASSWORD})
        yield client


@pytest.fixture(scope="module")
def browser(newsroom: House) -> Iterator[httpx.Client]:
    with signed_in(newsroom) as client:
        yield client


def text(answer: httpx.Response) -> str:
    """Give what a page says, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def wait(newsroom: House, name: str) -> None:
    """Wait until nothing of an article is under way."""
    progress = newsroom.desk.view(LAN, name).item.progress
    assert progress
    newsroom.until_done(progress)


# Publishing
def test_what_stops_a_publication_is_said_and_answered_for(newsroom: House, browser: httpx.Client) -> None:
    """Nobody heard it: that is said, nothing is published; who ticks that they answer for it publishes, and addresses are shown."""
    name = article(newsroom.desk, "Cầu treo mới")
    made(newsroom.desk, name)
    fingerprint = proof_of(newsroom.desk, name).fingerprint
    shown = browser.get(f"/desk/a/{name}/release")
    assert 'name="accept" value="heard"' in shown.text and "Chưa ai nghe hết bản này" in text(shown)
    refused = browser.post(f"/desk/a/{name}/publish", data={"fingerprint": fingerprint, "way": "now"})
    assert refused.status_code == 422 and "heard" in text(refused)
    assert newsroom.desk.view(LAN, name).item.state is DeskState.READY
    taken = browser.post(f"/desk/a/{name}/publish", data={"fingerprint": fingerprint, "way": "now", "accept": "heard"})
    assert taken.status_code == 200
    wait(newsroom, name)
    out = browser.get(f"/desk/a/{name}/release")
    assert "https://nghe.bao.example/thoi-su/feed.xml" in out.text and "&lt;iframe src=" in out.text
    assert "Người nghe đang nghe đúng bản này" in text(out)


def test_a_moment_is_one_of_vietnam(newsroom: House, browser: httpx.Client) -> None:
    """What a field of date and time gives is Vietnam's time, not UTC; what is over, and what is none, is refused in words."""
    name = article(newsroom.desk, "Lễ hội xuống đồng")
    made(newsroom.desk, name)
    fingerprint = proof_of(newsroom.desk, name).fingerprint
    later = newsroom.desk.tools.now() + timedelta(days=2)
    over = browser.post(f"/desk/a/{name}/publish", data={"fingerprint": fingerprint, "way": "at", "at": "2020-01-01T06:00"})
    assert over.status_code == 422 and "06:00 01/01/2020 đã qua" in text(over)
    assert browser.post(f"/desk/a/{name}/publish", data={"fingerprint": fingerprint, "way": "at", "at": ""}).status_code == 422
    browser.post(f"/desk/a/{name}/publish", data={"fingerprint": fingerprint, "way": "at", "at": f"{later:%Y-%m-%dT%H:%M}", "accept": "heard"})
    wait(newsroom, name)
    waits = newsroom.desk.view(LAN, name)
    assert waits.item.state is DeskState.SCHEDULED
    assert episode_of(newsroom.desk, name).published.astimezone(later.tzinfo).replace(second=0, microsecond=0) == later.replace(second=0, microsecond=0)
    assert f"{later:%d/%m/%Y %H:%M}" in text(browser.get(f"/desk/a/{name}/release"))
    browser.post(f"/desk/a/{name}/unschedule")
    assert newsroom.desk.view(LAN, name).item.state is not DeskState.SCHEDULED


def test_moments_are_read_whatever_the_clock_says(newsroom: House) -> None:
    """Six in the morning is six in Hanoi."""
    now = newsroom.desk.tools.now()
    assert moment_of("2999-01-01T06:00", now).isoformat() == "2999-01-01T06:00:00+07:00"
    with pytest.raises(BadInput):
        moment_of("tomorrow", now)


def test_how_it_looks_in_an_app(newsroom: House, browser: httpx.Client) -> None:
    """Title, summary and cover stand there before anything is published; a correction's line as listeners read it."""
    shown = browser.get(f"/desk/a/{newsroom.names['corrected']}/release")
    assert "Con đường dài 5 km, không phải 3 km" in text(shown)
    cover = browser.get(f"/desk/a/{newsroom.names['ready']}/cover.jpg")
    assert cover.headers["Content-Type"] == "image/jpeg" and cover.content.startswith(b"\xff\xd8")
    line = browser.get(f"/desk/a/{newsroom.names['corrected']}/release/line", params={"note": "đúng là <b>năm</b>"})
    assert "Đính chính, " in line.text and "&lt;b&gt;năm" in line.text


def test_what_goes_on_is_shown_until_it_ends(newsroom: House, browser: httpx.Client) -> None:
    """A piece of the page asks for itself again while a job is under way; in the end the page is loaded anew."""
    done = browser.get(f"/desk/a/{newsroom.names['ready']}/release/going", headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true" and "hx-get" not in done.text


# Corrections
def test_a_correction_from_difference_to_new_sound_and_back(newsroom: House, browser: httpx.Client) -> None:
    """The words that changed are marked; only their sentence is spoken; the audio is replaced, rolled back, withdrawn and given back."""
    desk, name = newsroom.desk, article(newsroom.desk, "Chợ tình Khâu Vai")
    made(desk, name)
    published(desk, name)
    assert "giống hệt bản người nghe" in text(browser.get(f"/desk/a/{name}/correction"))
    changed(desk, name, "3 km", "7 km")
    shown = browser.get(f"/desk/a/{name}/correction")
    assert "<del>3 </del>" in shown.text and "<ins>7 </ins>" in shown.text
    browser.post(f"/desk/a/{name}/correction/render")
    wait(newsroom, name)
    shown = browser.get(f"/desk/a/{name}/correction")
    assert re.search(r"đọc lại 1 trong \d+ câu", text(shown)) and "GUID" in text(shown)
    fingerprint = proof_of(desk, name).fingerprint
    note = "Đường dài 7 km, không phải 3 km"
    browser.post(f"/desk/a/{name}/correction/replace", data={"fingerprint": fingerprint, "note": note, "accept": "heard"})
    wait(newsroom, name)
    assert episode_of(desk, name).revision == 2
    assert note in text(browser.get(f"/desk/a/{name}/correction"))
    browser.post(f"/desk/a/{name}/rollback", data={"revision": "1"})
    assert episode_of(desk, name).history[-1].to == 1
    guid = episode_of(desk, name).guid
    unsure = browser.post(f"/desk/a/{name}/withdraw", data={"reason": "nhầm"})
    assert unsure.status_code == 422 and desk.view(LAN, name).item.state is DeskState.PUBLISHED
    gone = browser.post(f"/desk/a/{name}/withdraw", data={"reason": "nhầm số liệu", "understood": "yes"})
    assert desk.view(LAN, name).item.state is DeskState.WITHDRAWN and f'action="/desk/a/{name}/restore"' in gone.text
    browser.post(f"/desk/a/{name}/restore")
    back = desk.view(LAN, name)
    assert back.item.state is DeskState.PUBLISHED and episode_of(desk, name).guid == guid
    history = text(browser.get(f"/desk/a/{name}/history"))
    assert "gỡ khỏi người nghe: nhầm số liệu" in history and "sửa một đoạn: “Theo ông" in history and "Người nghe thấy" in history


def test_differences_say_what_kind_they_are() -> None:
    """A sentence that came, one that went, one whose words changed, one that is only read otherwise."""
    assert difference(SentenceChange(before=None, after="Mới.")).kind == "came"
    assert difference(SentenceChange(before="Cũ.", after=None)).kind == "went"
    assert difference(SentenceChange(before="Ở xã.", after="Ở bản.")).kind == "changed"
    only = difference(SentenceChange(before="UBND.", after="UBND.", before_spoken="u bê en đê", after_spoken="ủy ban nhân dân"))
    assert (only.kind, only.spoken_before, only.spoken_after) == ("spoken", "u bê en đê", "ủy ban nhân dân")


# The lexicon
def test_a_reading_is_heard_and_weighed_before_it_is_saved(newsroom: House, browser: httpx.Client) -> None:
    """Trying gives a sound by its address and the published sentences that would change; nothing is saved until it is."""
    entry = {"show": SHOW, "scope": "show", "written": "Lò Văn Páo", "spoken": "lò văn pao", "sentence": "Ông Lò Văn Páo nói.", "case": "yes", "whole": "yes"}
    tried = browser.post("/desk/lexicon/try", data=entry, headers={"HX-Request": "true"})
    assert tried.status_code == 200 and "ông lò văn pao nói" in text(tried).lower()
    sound = re.search(r'src="(/desk/preview/[0-9a-f]{64}\.mp3)"', tried.text)
    assert sound and browser.get(sound[1]).headers["Content-Type"] == "audio/mpeg"
    assert "Lò Văn Páo" not in {one.written for one in newsroom.desk.entries(LAN, SHOW)}
    browser.post("/desk/lexicon/save", data=entry)
    assert "lò văn pao" in {one.spoken for one in newsroom.desk.entries(LAN, SHOW)}
    found = browser.get("/desk/lexicon", params={"show": SHOW, "q": "lo van"})
    assert "lò văn pao" in found.text and "mặt trận tổ quốc" not in found.text
    leaving = browser.get("/desk/lexicon/remove", params={"show": SHOW, "scope": "show", "written": "Lò Văn Páo"})
    assert leaving.status_code == 200
    browser.post("/desk/lexicon/remove", data={"show": SHOW, "scope": "show", "written": "Lò Văn Páo"})
    assert "Lò Văn Páo" not in {one.written for one in newsroom.desk.entries(LAN, SHOW)}
    assert "từ điển: bỏ “Lò Văn Páo”" in text(browser.get("/desk/lexicon/history", params={"show": SHOW}))


def test_a_reading_that_cannot_be_said_is_refused_in_the_form(browser: httpx.Client) -> None:
    """The sentence stands in the piece, and what was typed stays in the form."""
    tried = browser.post("/desk/lexicon/try", data={"show": SHOW, "written": "", "spoken": ""}, headers={"HX-Request": "true"})
    assert tried.status_code == 422 and "Hãy điền chữ viết" in text(tried)
    saved = browser.post("/desk/lexicon/save", data={"show": SHOW, "written": "ABC", "spoken": "", "reason": "giữ lại"})
    assert saved.status_code == 422 and 'value="giữ lại"' in saved.text


def test_lexicons_go_out_and_come_in(newsroom: House, browser: httpx.Client) -> None:
    """A file is looked through first; it is taken only when somebody is sure; what is no lexicon is refused."""
    out = browser.get("/desk/lexicon/export", params={"show": SHOW, "scope": "newsroom", "form": "csv"})
    assert "attachment" in out.headers["Content-Disposition"] and "mặt trận tổ quốc" in out.text
    lines = out.text.replace("MTTQ", "HĐND").replace("mặt trận tổ quốc", "hội đồng nhân dân").encode()
    looked = browser.post("/desk/lexicon/import", data={"show": OTHER, "scope": "show"}, files={"file": ("tu-dien.csv", lines)})
    assert "1 mục" in text(looked) and "HĐND" not in {one.written for one in newsroom.desk.entries(LAN, OTHER)}
    taken = {"show": OTHER, "scope": "show", "form": "csv", "text": lines.decode(), "sure": "yes"}
    browser.post("/desk/lexicon/import", data=taken)
    assert "HĐND" in {one.written for one in newsroom.desk.entries(LAN, OTHER)}
    for body, name in ((b"", "a.csv"), ("từ".encode("utf-16"), "a.csv"), (b"x", "a.exe")):
        assert browser.post("/desk/lexicon/import", data={"show": OTHER}, files={"file": (name, body)}).status_code == 422


# Nights, listens, the log
def test_a_night_from_its_button_to_its_report(newsroom: House, browser: httpx.Client) -> None:
    """What was published and what was held back stand in it, each with its reason; the live piece reloads the page at the end."""
    begun = browser.post("/desk/nights", data={"show": SHOW})
    job = begun.url.path.rpartition("/")[2]
    newsroom.until_done(newsroom.desk.job(LAN, job))
    told = text(browser.get(f"/desk/nights/{job}"))
    assert "Mùa vàng trên ruộng bậc thang" in told and "chỉ có 2 chữ" in told and "Cần xem" in told
    assert browser.get(f"/desk/nights/{job}/live").headers["HX-Refresh"] == "true"
    assert f"/desk/nights/{job}" in browser.get("/desk/nights").text
    assert browser.get("/desk/nights/none").status_code == 404


def test_listens_are_drawn_and_written(newsroom: House, browser: httpx.Client) -> None:
    """Downloads by day stand in a picture and in a table beside it."""
    shown = browser.get("/desk/listens", params={"show": SHOW, "days": 7})
    assert '<svg class="plot"' in shown.text and "Tổng cộng 6 lượt; nhiều nhất 4 lượt" in shown.text
    assert newsroom.names["published"] in shown.text and "AntennaPod" in shown.text
    assert "Chưa có lượt nghe nào" in text(browser.get("/desk/listens", params={"show": OTHER}))


def test_the_log_is_filtered(newsroom: House, browser: httpx.Client) -> None:
    """By person, by show, by article; an address of an article serves as its name."""
    name = newsroom.names["scheduled"]
    found = text(browser.get("/desk/audit", params={"article": f"{newsroom.origin}/desk/a/{name}"}))
    assert "hẹn giờ phát hành: " in found and "tạo tài khoản" not in found
    assert "Không có việc nào" in text(browser.get("/desk/audit", params={"by": "nobody"}))
    assert "vai trò Thư ký tòa soạn" in text(browser.get("/desk/audit", params={"by": "lan"}))


# The house
def test_settings_tell_what_works_and_no_secret(newsroom: House, browser: httpx.Client) -> None:
    """Every part has its line; the text for whoever helps names no secret."""
    shown = browser.get("/desk/settings")
    assert "Giọng có sẵn trên máy" in shown.text and "https://nghe.bao.example/kinh-te/feed.xml" in shown.text
    told = browser.get("/desk/settings/diagnostics.txt").text
    assert "ok   espeak" in told and "workers 1" in told
    assert (newsroom.doors.settings.state / "desk-token").exists() is False or (newsroom.doors.settings.state / "desk-token").read_text().strip() not in told


def test_people_are_added_shut_out_and_let_in(newsroom: House, browser: httpx.Client) -> None:
    """Who is shut out is out at once; a weak password is refused with the reason and what was typed but the password."""
    weak = browser.post("/desk/people", data={"name": "hoa", "role": "editor", "password": "123"})
    assert weak.status_code == 422 and "Mật khẩu quá dễ đoán" in text(weak) and 'value="123"' not in weak.text
    browser.post("/desk/people", data={"name": "hoa", "role": "editor", "password": PASSWORD})
    with signed_in(newsroom, "hoa") as hoa:
        assert "hoa" in text(hoa.get("/desk/account"))
        browser.post("/desk/people/hoa/role", data={"role": "viewer"})
        assert hoa.get("/desk/lexicon/entry").status_code == 403
        browser.post("/desk/people/hoa/disabled", data={"disabled": "yes"})
        assert hoa.get("/desk/account").url.path == "/desk/login"
    browser.post("/desk/people/hoa/disabled")
    browser.post("/desk/people/hoa/password", data={"password": "sáu bảy tám chín mười"})
    browser.post("/desk/people/hoa/remove")
    assert "hoa" not in {one.name for one in newsroom.doors.reception.people.all()}
    last = browser.post("/desk/people/lan/role", data={"role": "viewer"})
    assert last.status_code == 422 and "quản trị viên" in text(last)


def test_ones_own_password_ends_all_sessions(newsroom: House) -> None:
    """Both fields have to be the same; then every browser has to sign in again."""
    newsroom.doors.reception.add("an", next(iter(type(newsroom.doors.reception.people.all()[0].role))), PASSWORD, by=LAN)
    with signed_in(newsroom, "an") as here, signed_in(newsroom, "an") as there:
        assert here.post("/desk/account/password", data={"present": PASSWORD, "password": "sáu bảy tám chín mười", "again": "sáu bảy tám chín mốt"}).status_code == 422
        here.post("/desk/account/password", data={"present": PASSWORD, "password": "sáu bảy tám chín mười", "again": "sáu bảy tám chín mười"})
        assert there.get("/desk/account").url.path == here.get("/desk/account").url.path == "/desk/login"


def test_a_key_is_shown_once(browser: httpx.Client) -> None:
    """In the answer that makes it, and never again; revoked, it is crossed out."""
    once = browser.post("/desk/people/keys", data={"name": "CMS", "scopes": ["read", "edit"]})
    secret = re.search(r"apk_[0-9a-z]+_\S+?(?=<)", once.text)
    assert secret and once.headers["Cache-Control"] == "no-store"
    later = browser.get("/desk/people/keys").text
    assert secret[0] not in later and secret[0].split("_")[1] in later
    browser.post(f"/desk/people/keys/{secret[0].split('_')[1]}/revoke")
    assert "Đã thu hồi" in browser.get("/desk/people/keys").text
    assert browser.post("/desk/people/keys", data={"name": "CMS"}).status_code == 422


def test_webhooks_are_looked_after(browser: httpx.Client) -> None:
    """The secret is shown once; what cannot be an address is refused; a trial shows among what was sent."""
    assert browser.post("/desk/people/webhooks", data={"url": "ftp://x"}).status_code == 422
    once = browser.post("/desk/people/webhooks", data={"url": "https://cms.bao.example/nhan", "events": ["episode.published"]})
    secret = re.search(r"whsec_[0-9a-f]+", once.text)
    assert secret and secret[0] not in browser.get("/desk/people/webhooks").text
    hook = re.search(r"/desk/people/webhooks/([0-9a-f]+)/ping", once.text)
    assert hook
    browser.post(f"/desk/people/webhooks/{hook[1]}/ping")
    assert "tin thử" in text(browser.get("/desk/people/webhooks"))
    other = re.search(r"whsec_[0-9a-f]+", browser.post(f"/desk/people/webhooks/{hook[1]}/rotate").text)
    assert other and other[0] != secret[0]
    browser.post(f"/desk/people/webhooks/{hook[1]}/switch")
    assert "đang tắt" in text(browser.get("/desk/people/webhooks"))
    browser.post(f"/desk/people/webhooks/{hook[1]}/remove")
    assert "https://cms.bao.example/nhan" not in browser.get("/desk/people/webhooks").text


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("minh", "/desk/people", 403), ("minh", "/desk/settings", 403), ("thu", "/desk/people/keys", 403), ("thu", "/desk/people/webhooks", 403),
        ("minh", "/desk/lexicon", 200), ("minh", "/desk/nights", 200), ("thu", "/desk/audit", 200),
    ],
)  # fmt: skip
def test_who_may_see_what(newsroom: House, who: str, path: str, status: int) -> None:
    """Administration is an administrator's."""
    with signed_in(newsroom, who) as client:
        assert client.get(path).status_code == status


def test_editors_do_not_publish(newsroom: House) -> None:
    """No button, and no way past it."""
    name = newsroom.names["ready"]
    with signed_in(newsroom, "minh") as minh:
        assert 'name="way"' not in minh.get(f"/desk/a/{name}/release").text
        for path, data in (("publish", {"fingerprint": "0" * 64}), ("withdraw", {"reason": "x", "understood": "yes"}), ("rollback", {"revision": "1"}), ("restore", {})):
            assert minh.post(f"/desk/a/{name}/{path}", data=data).status_code == 403, path
        assert minh.post("/desk/nights", data={"show": SHOW}).status_code == 403


def test_english_is_spoken_too(browser: httpx.Client, newsroom: House) -> None:
    """Every screen, by whoever prefers it."""
    for path in ("/desk/lexicon", "/desk/nights", "/desk/listens", "/desk/settings", "/desk/people", f"/desk/a/{newsroom.names['corrected']}/correction"):
        assert 'lang="en"' in browser.get(path, headers={"Accept-Language": "en"}).text


# Two at one desk, slips of the hand, and what was written
PIECE = {"HX-Request": "true", "Accept": "*/*"}


def walk(newsroom: House, name: str) -> DraftBlock:
    """Give the paragraph about the way to the water."""
    draft = newsroom.desk.view(LAN, name).draft
    assert draft
    return next(block for block in draft.blocks if "trước đây" in block.text)


def test_the_record_is_told_after_a_split(newsroom: House, browser: httpx.Client) -> None:
    """Its place in the text is called like a moment, and is none."""
    name = article(newsroom.desk, "Chia một đoạn")
    newsroom.desk.edit(LAN, name, "split", {"block": walk(newsroom, name).id, "at": 20}, version=None)
    assert [browser.get(path).status_code for path in (f"/desk/a/{name}/history", "/desk/audit")] == [200, 200]


def test_a_moment_that_was_named_is_not_passed_over(newsroom: House, browser: httpx.Client) -> None:
    """Whoever named a moment, and pressed or slipped into "now", publishes nothing."""
    name = newsroom.names["ready"]
    fingerprint = proof_of(newsroom.desk, name).fingerprint
    refused = browser.post(f"/desk/a/{name}/publish", data={"fingerprint": fingerprint, "accept": "heard", "way": "now", "at": "2126-06-01T07:00"})
    assert refused.status_code == 422 and "hẹn giờ" in text(refused)
    assert newsroom.desk.view(LAN, name).episode is None


def test_a_block_is_divided_where_the_cursor_stands_whatever_the_letters(newsroom: House, browser: httpx.Client) -> None:
    """Text from a Mac has letters and their marks apart, and counts more of them."""
    name = article(newsroom.desk, "Chữ tổ hợp")
    block = walk(newsroom, name)
    words = unicodedata.normalize("NFD", "Nước sạch đã về bản Ổi sau nhiều năm chờ đợi. Bà con vui mừng khôn xiết.")
    form = {"act": "split", "version": block.version, "text": words, "at": words.index(". ") + 2}
    browser.post(f"/desk/a/{name}/blocks/{block.id}", data=form, headers=PIECE)
    draft = newsroom.desk.view(LAN, name).draft
    assert draft and "Bà con vui mừng khôn xiết." in [one.text for one in draft.blocks]


def test_what_was_written_is_not_replaced_by_a_sentence(newsroom: House, browser: httpx.Client) -> None:
    """Where the draft was taken off meanwhile, the answer is none that a form puts in its own place."""
    name = article(newsroom.desk, "Chữ không mất")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    block = walk(newsroom, name).id
    newsroom.desk.discard(LAN, name)
    answers = [
        browser.post(f"/desk/a/{name}/blocks/{block}", data={"act": "rewrite", "version": 1, "text": "Chữ tôi vừa gõ."}, headers=PIECE),
        browser.post(f"/desk/a/{name}/title", data={"version": 1, "title": "Chữ tôi vừa gõ", "lead": ""}, headers=PIECE),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_who_was_signed_out_is_told_how_to_go_on(newsroom: House) -> None:
    with signed_in(newsroom, "minh") as client:
        client.cookies.clear()
        answer = client.post("/desk/new", data={"show": SHOW, "way": "text", "title": "Bài dán", "text": "Một bài dài tôi đã gõ. " * 20})
        assert answer.status_code == 401 and 'href="/desk/login"' in answer.text and "chưa được lưu" in text(answer)


def test_the_language_is_chosen_after_a_refusal_too(newsroom: House, browser: httpx.Client) -> None:
    name = newsroom.names["ready"]
    refused = browser.post(f"/desk/a/{name}/publish", data={"fingerprint": "0" * 64, "way": "now"})
    back = re.search(r'name="back" value="([^"]*)"', refused.text)
    assert back and browser.get(back[1]).status_code == 200


def test_of_how_an_article_is_read_each_changes_what_they_changed(newsroom: House, browser: httpx.Client) -> None:
    name = article(newsroom.desk, "Giọng của hai người")
    seen = {"was_voice": "", "was_speed": "0.0", "was_jingle": "yes"}
    browser.post(f"/desk/a/{name}/manner", data={"voice": "", "speed": "0.9", "jingle": "yes", **seen})
    browser.post(f"/desk/a/{name}/manner", data={"voice": "", "speed": "0", **seen})
    draft = newsroom.desk.view(LAN, name).draft
    assert draft and (draft.manner.speed, draft.manner.jingle) == (0.9, False)


def test_two_write_one_entry(newsroom: House, browser: httpx.Client) -> None:
    """The second is shown what the first saved, and decides."""
    form = {"show": SHOW, "scope": "show", "written": "Tà Lèng", "case": "yes", "whole": "yes", "was": ""}
    assert browser.post("/desk/lexicon/save", data={**form, "spoken": "tà lèng ơi"}).status_code == 200
    refused = browser.post("/desk/lexicon/save", data={**form, "spoken": "tà leng"})
    assert refused.status_code == 422 and "tà lèng ơi" in text(refused)
    assert 'name="was" value="tà lèng ơi"' in refused.text
    assert browser.post("/desk/lexicon/save", data={**form, "spoken": "tà leng", "was": "tà lèng ơi"}).status_code == 200
    assert [entry.spoken for entry in newsroom.desk.entries(LAN, SHOW, search="Tà Lèng")] == ["tà leng"]


def test_a_reading_that_is_saved_keeps_what_else_was_said_of_it(newsroom: House, browser: httpx.Client) -> None:
    newsroom.desk.save_entry(LAN, SHOW, "show", Entry(written="páo", spoken="pao", case=False, whole=False, reason="lý do"))
    browser.post(f"/desk/a/{newsroom.names['draft']}/say", data={"word": "páo", "say": "pào", "scope": "show"})
    found = next(entry for entry in newsroom.desk.entries(LAN, SHOW) if entry.written == "páo")
    assert (found.spoken, found.case, found.whole, found.reason) == ("pào", False, False, "lý do")


def test_a_double_click_rolls_back_once(newsroom: House) -> None:
    name = article(newsroom.desk, "Bấm đúp")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    changed(newsroom.desk, name, "3 km", "5 km")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    with signed_in(newsroom) as client:
        seen = re.search(r'name="seen" value="([^"]*)"', client.get(f"/desk/a/{name}/correction").text)
        assert seen
        told = [client.post(f"/desk/a/{name}/rollback", data={"revision": "1", "seen": seen[1]}).status_code for _ in range(2)]
    assert told == [200, 422] and episode_of(newsroom.desk, name).revision == 3
