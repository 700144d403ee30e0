"""Words that want to be more than words, through the real desk and its API, on every screen and before listeners: nothing of them runs, leads away or loads."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import podcastparser
import pytest

from audiopub.config import Settings
from audiopub.desk.service import EditorsDesk
from audiopub.people import ROLES, Actor, Permission, Role, Via
from audiopub.vietnamese import Entry
from audiopub.web.doors import Doors
from tests.desk.browser import PASSWORD, SLUG, Newsroom, newsroom, until
from tests.web.conftest import FLAGS, chromium_path

pytestmark = pytest.mark.browser

AWAY = "https://ke-gian.example"
LAN = Actor(name="lan", permissions=ROLES[Role.ADMIN], via=Via.DESK)
RUN = "(window.marked||top.marked)("
PAYLOADS = tuple(text.replace("RUN(", RUN).replace("AWAY", AWAY) for text in (
    "<script>RUN(1)</script>", "<script src=AWAY/2.js></script>", "<img src=x onerror=RUN(3)>", "<svg onload=RUN(4)>", "<details open ontoggle=RUN(5)>x</details>",
    '"><script>RUN(6)</script>', "'><img src=x onerror='RUN(7)'>", '" autofocus onfocus=RUN(8) x="', "' onmouseover='RUN(9)", "javascript:RUN(10)",
    '<a href="javascript:RUN(11)">bấm</a>', '<a href="java\tscript:RUN(12)">bấm</a>', "{{ 7*7 }}{{ RUN(13) }}", "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${RUN(15)}", "<!--><img src=x onerror=RUN(16)>-->", "--><script>RUN(17)</script><!--", "<![CDATA[<script>RUN(18)</script>]]>", "]]><script>RUN(19)</script>",
    "</script><script>RUN(20)</script>", "</title><script>RUN(21)</script>", "</textarea><img src=x onerror=RUN(22)>", "</style><img src=x onerror=RUN(23)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN(24)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=RUN(25)>">', '<noscript><p title="</noscript><img src=x onerror=RUN(26)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=RUN(27)>", "\u2028RUN(28)\u2029//", "\u202e<script>RUN(29)</script>\u202c", "a\x00<script>RUN(30)</script>",
    "<scr\x00ipt>RUN(31)</scr\x00ipt>", '<div hx-get="AWAY/32" hx-trigger="load">x</div>', '<div hx-on:htmx:load="RUN(33)" hx-on::after-process="RUN(33)">x</div>',
    '<div hx-post="/desk/language" hx-trigger="load" hx-vals="js:{a: RUN(34)}">x</div>', '<base href="AWAY/">', '<meta http-equiv="refresh" content="0;url=AWAY/36">',
    '<iframe srcdoc="<script>parent.marked(37)</script>"></iframe>', '<iframe src="javascript:parent.marked(38)"></iframe>', '<object data="AWAY/39"></object><embed src="AWAY/39">',
    '<div x-data x-init="RUN(40)" @click="RUN(40)" ng-init="RUN(40)" v-on:load="RUN(40)">x</div>', "<style>@import 'AWAY/41.css'; body { background: url(AWAY/41) }</style>",
    '<p style="background: url(AWAY/42)">x</p>', '<link rel="stylesheet" href="AWAY/43"><link rel="prefetch" href="AWAY/43">', '<form action="AWAY/44"><button autofocus>x</button></form>',
    "<video autoplay src=AWAY/45 onloadstart=RUN(45)><source onerror=RUN(45)></video>", "<marquee onstart=RUN(46)>x</marquee>", "<body onload=RUN(47) onpageshow=RUN(47)>",
    "<input autofocus onfocus=RUN(48)>", "&lt;script&gt;RUN(49)&lt;/script&gt;", "&#60;img src=x onerror=RUN(50)&#62;", '<template shadowrootmode="open"><img src=x onerror=RUN(51)></template>',
    '<svg><animate onbegin=RUN(52) attributeName=x dur=1s><set attributeName="href" to="javascript:RUN(52)"/></svg>',
))  # fmt: skip
WORDS = "Sáng nay bà con trong bản cùng nhau làm lại con đường ra bến sông, dài hơn hai ki lô mét."
PLACES = ("", "/reading", "/sound", "/release", "/correction", "/history", "/newer")


def test_there_are_enough():
    assert len(PAYLOADS) >= 50


@dataclass(kw_only=True)
class Place:
    """A newsroom full of such words."""

    room: Newsroom
    names: list[str]
    cookies: list[dict[str, Any]]
    refused: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    home: Path = tmp_path_factory.mktemp("hostile")
    with newsroom(home, (("lan", "admin"),), voice="silent") as room:
        settings = Settings.read(environment=room.environment)
        desk, doors = EditorsDesk(settings), Doors.of(settings)
        key = doors.reception.add_key("cms", tuple(Permission), by=LAN).text
        with httpx.Client(base_url=room.origin, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False) as api:
            names = [sent(api, number) for number in range(4)]
        for name in names:
            released(desk, name)
        with httpx.Client(
            base_url=room.origin, headers={"Origin": room.origin, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}, timeout=60, trust_env=False
        ) as browser:
            assert browser.post("/desk/login", data={"name": "lan", "password": PASSWORD}).status_code == 303
            found = Place(room=room, names=names, cookies=[{"name": name, "value": value, "url": room.origin} for name, value in browser.cookies.items()])
            written(browser, desk, names, found)
        embedding(home / "output", room)
        yield found


def sent(api: httpx.Client, number: int) -> str:
    """Send an article: every other one has them as its words, the others as markup of their page and, by an editor, as words; titles and leads have them too."""
    own = PAYLOADS[number // 2 :: 2]
    title = f"Đường ra bến {number} {own[number]}{own[number + 3]}"[:300]
    if number % 2:
        body = {"html": f"<html><body><article><h1>Đường</h1>{''.join(f'<p>{WORDS} {escape(payload)} {WORDS}</p>' for payload in own)}</article></body></html>"}
    else:
        body = {
            "html": f"<html><head><title>x</title></head><body><article><h1>Đường</h1>{''.join(f'<p>{WORDS}</p>{payload}<p>{WORDS}</p>' for payload in own)}</article></body></html>"
        }
    codes = ["article.mojibake", "article.not_vietnamese", "article.incomplete"]
    answer = api.post("/api/v1/articles", json={"show": SLUG, "title": title, "source_id": f"bai-{number}", "accept": codes, **body})
    assert answer.status_code == 201, answer.text
    found = answer.json()["article"]
    if number % 2 == 0:  # of a page, the words come in by hand
        desk = f"/api/v1/articles/{found['name']}"
        lead = "".join(own[5:9])
        done = api.put(f"{desk}/title", json={"title": title, "lead": lead}, headers={"If-Match": answer.headers["etag"]})
        assert done.status_code == 200, done.text
        blocks = api.get(desk).json()["draft"]["blocks"]
        for block, payload in zip(blocks, own, strict=False):
            done = api.patch(f"{desk}/blocks/{block['id']}", json={"text": f"{WORDS} {payload}"}, headers={"If-Match": f'"{block["version"]}"'})
            assert done.status_code in {200, 422}, done.text
    return str(found["name"])


def released(desk: EditorsDesk, name: str) -> None:
    """Publish it; then correct it, with such words as note, and make that to be heard."""
    fingerprint = made(desk, name)
    done = waited(desk, desk.publish(LAN, name, fingerprint=fingerprint, accept=["heard", "article", "readings"]).job)
    assert done.state == "done", done
    draft = desk.view(LAN, name).draft
    assert draft
    block = next(block for block in draft.blocks if block.included)
    desk.edit(LAN, name, "rewrite", {"block": block.id, "text": f"{WORDS} Đã sửa. {PAYLOADS[5]}"}, version=block.version)
    fingerprint = made(desk, name)
    waited(desk, desk.publish(LAN, name, fingerprint=fingerprint, accept=["heard", "article", "readings"], note="".join(PAYLOADS[:3])).job)
    block = next(block for block in desk.view(LAN, name).draft.blocks if block.included)  # type: ignore[union-attr]
    desk.edit(LAN, name, "rewrite", {"block": block.id, "text": f"{WORDS} Sửa nữa. {PAYLOADS[0]}{PAYLOADS[3]}"}, version=block.version)
    made(desk, name)


def made(desk: EditorsDesk, name: str) -> str:
    """Make it to be heard; give the proof's fingerprint."""
    done = waited(desk, desk.render(LAN, name)[0].job)
    proof = desk.view(LAN, name).proof
    assert done.state == "done" and proof, done
    return proof.fingerprint


def waited(desk: EditorsDesk, job: str) -> Any:
    """Wait for a job."""
    return until(lambda: (found := desk.job(LAN, job)).state not in {"queued", "running", "waiting"} and found, 60)


def written(browser: httpx.Client, desk: EditorsDesk, names: list[str], place: Place) -> None:
    """Write such words in every field of the desk that takes words."""
    for number, payload in enumerate(PAYLOADS):
        scope, article = ("article", names[number % 4]) if number % 3 == 0 else ("show", "")
        try:
            desk.save_entry(LAN, SLUG, scope, Entry(written=payload[:80], spoken=f"đọc {payload}"[:200], reason=payload), article=article)
        except Exception as error:  # noqa: BLE001  an entry may be refused for what it is; what is shown of it then is looked at below
            place.refused.append(str(error))
    for payload in PAYLOADS[::3]:
        browser.post("/desk/people", data={"name": payload, "password": PASSWORD, "role": "viewer"})
    for payload in PAYLOADS[1::2]:
        browser.post("/desk/people/keys", data={"name": payload[:80], "scopes": "read"})
    for payload in PAYLOADS[::6]:
        browser.post("/desk/webhooks", data={"url": f"https://bao.example/{payload}", "events": "published"})
    browser.post(f"/desk/a/{names[3]}/withdraw", data={"reason": "".join(PAYLOADS[:12])[:500], "understood": "yes", "notice": "yes"})


def embedding(output: Path, room: Newsroom) -> None:
    """Put a page of a newspaper beside the show that has its player in it."""
    files = [path.name for path in sorted((output / SLUG).glob("*.segments.json"))]
    assets = next(iter(sorted((output / SLUG).rglob("audiopub-player*.js"))), None)
    script = f'<script src="/{assets.relative_to(output).as_posix()}"></script>' if assets else ""
    players = "".join(f'<audiopub-player src="/{SLUG}/{name}" article="#bai"></audiopub-player>' for name in files)
    words = "".join(f"<p>{WORDS}</p>" for _ in range(5))
    (output / "bao.html").write_text(f"<!doctype html><title>Báo</title><main id=bai>{words}</main>{players}{script}", encoding="utf-8")
    assert files and script, room


class Watch:
    """Notes what such words achieved."""

    def __init__(self, context: Any, origin: str) -> None:
        self.done: list[str] = []
        self.bare: list[str] = []
        self.origin, self.page = origin, context.new_page()
        self.page.set_default_timeout(20_000)
        context.expose_binding("marked", lambda _source, *what: self.done.append(f"ran: {what} on {self.page.url}"))
        self.page.on("dialog", self._said)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        context.on("page", lambda page: self.done.append(f"window: {page.url}"))

    def _said(self, dialog: Any) -> None:
        self.done.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.origin).netloc and not request.url.startswith(("blob:", "about:")):
            self.done.append(f"asked: {request.url} on {self.page.url}")

    def _answered(self, response: Any) -> None:
        path = urlsplit(response.url).path
        if path.startswith(("/desk", "/api")) and "content-security-policy" not in response.headers:
            self.bare.append(response.url)

    def visit(self, path: str, *, press: bool = False) -> None:
        """Open a page, let what it loads come; press what is there to be opened."""
        address = path if path.startswith("http") else self.origin + path
        self.page.goto(address, wait_until="load")
        self.page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
        if press:
            self.page.evaluate("() => { for (const one of document.querySelectorAll('dialog')) { one.show(); one.close(); } }")
        self.page.wait_for_timeout(30)
        assert urlsplit(self.page.url)[:2] == urlsplit(self.origin)[:2], self.page.url


def test_nothing_of_them_runs(place):
    """Not even where no policy would stop it: words are words by how pages are written. The page as it came is markup, and shut in by the policy alone."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for open_to_all in (True, False):
            context = chromium.new_context(locale="vi-VN", bypass_csp=open_to_all)
            context.add_cookies(place.cookies)
            watch = Watch(context, place.room.origin)
            for look in (desk, listeners) if open_to_all else (sources,):
                look(watch, place)
            context.close()
            assert not watch.done, "\n".join(watch.done)
            assert not watch.bare, watch.bare
        chromium.close()


def sources(watch: Watch, place: Place) -> None:
    """Look at the pages as they came, alone and beside the desk."""
    for name in place.names:
        watch.visit(f"/desk/a/{name}/source")
        assert watch.page.evaluate("() => origin") == "null"
        watch.visit(f"/desk/a/{name}")


def desk(watch: Watch, place: Place) -> None:
    """Look at every screen of the desk."""
    for name in place.names:
        for end in PLACES:
            watch.visit(f"/desk/a/{name}{end}")
        watch.visit(f"/desk/a/{name}/reading")
        for button in watch.page.locator("button.piece").all()[:3]:
            watch.page.evaluate("(address) => htmx.ajax('GET', address, {target: '#say'})", button.get_attribute("hx-get"))
            watch.page.wait_for_timeout(50)
    whole = (
        "",
        "new",
        "lexicon",
        "lexicon/import",
        "lexicon/history",
        "nights",
        "listens",
        "audit",
        "settings",
        "settings/diagnostics.txt",
        "people",
        "people/keys",
        "webhooks",
        "account",
    )
    for path in whole:
        watch.visit(f"/desk/{path}", press=True)
    for begin in range(0, len(PAYLOADS), 3):
        watch.visit(f"/desk/?q={quote(''.join(PAYLOADS[begin : begin + 3])[:200])}")
    some = quote("".join(PAYLOADS[:3])[:180])
    for path in (f"lexicon?q={some}", f"lexicon/entry?show={SLUG}&scope=show&written={quote(PAYLOADS[2][:80])}", f"audit?by={some}&article={some}", f"new?show={some}", f"login?next={some}",
                 f"a/{some}", f"?show={some}&state={some}"):  # fmt: skip
        watch.visit(f"/desk/{path}")


def listeners(watch: Watch, place: Place) -> None:
    """Look at all that listeners see."""
    folder = place.room.home / "output" / SLUG
    pages = [f"/{SLUG}/{path.name}" for path in sorted(folder.glob("*.html"))]
    assert any(path.endswith(".embed.html") for path in pages)
    for path in ("/", *pages, f"/{SLUG}/feed.xml", "/bao.html"):
        watch.visit(path)
    watch.page.wait_for_timeout(500)
    assert watch.page.locator("audiopub-player").count()
    body = httpx.get(place.room.feed, trust_env=False).content
    assert len(podcastparser.parse(place.room.feed, io.BytesIO(body))["episodes"]) == 3 and b"\x00" not in body
