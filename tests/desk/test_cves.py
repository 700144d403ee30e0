"""Holes that others had, tried here: each test names where it was found. Those of signing in, roles and keys are tried in ``test_auth_fuzz`` and ``test_doors*``."""

import json
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import insert, select

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.people import SqlPeople
from audiopub.adapters.sql.schema import episodes, keys, people, sessions, webhooks
from audiopub.adapters.static_site import static_site
from audiopub.bootstrap import database
from audiopub.config import Settings
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.desk.webhooks import Webhooks
from audiopub.errors import ConfigInvalid
from audiopub.people import ROLES, Actor, Permission, Role, Via
from audiopub.pipeline import Wish, rebuild_feed, render
from audiopub.source import Page, PageForm
from audiopub.web.api import routers as operations
from audiopub.web.guard import every_route
from audiopub.web.views import routers as screens
from benchmarks.newsroom import write_show
from tests.conftest import NOW, make_studio
from tests.desk.api_articles import PAGE
from tests.desk.doors_kit import OURS, Answer, House, asked, house

SHOW = "thoi-su"
ADMIN = Actor(name="chi", permissions=ROLES[Role.ADMIN], via=Via.DESK)
HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)> {{7*7}} ]]> javascript:alert(4)"
HARMLESS = "Nước sạch về bản"


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """A desk with one article of a hostile title, behind its doors."""

    folder: Path
    settings: Settings
    desk: EditorsDesk
    doors: House
    name: str
    secrets: tuple[str, ...]
    key: str
    cookie: str

    def api(self, method: str, path: str, body: object = None, key: str = "") -> Answer:
        """Ask the API as who may do everything, or with another key."""
        headers = {"authorization": f"Bearer {key or self.key}", "content-type": "application/json"}
        return asked(self.doors.app, method, f"/api/v1{path}", headers, body=b"" if body is None else json.dumps(body).encode())

    def page(self, path: str) -> Answer:
        """Ask for a page of the desk as who may see everything."""
        return asked(self.doors.app, "GET", path, {**OURS, "cookie": self.cookie})


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    folder = tmp_path_factory.mktemp("cves")
    write_show(folder / "feeds", SHOW, ["https://bao.example/rss"], "silent")
    settings = Settings(feeds=folder / "feeds", output=folder / "output", state=folder / "state", rules=folder / "sites")
    desk = EditorsDesk(settings)
    behind = house(folder, desk=desk, routers=[*screens, *operations])
    behind.add("chi", Role.ADMIN)
    view, _ = desk.submit(ADMIN, Submission(show=SHOW, body=PAGE.format(title="Bản tin").encode(), title=HOSTILE, source_id="cms-1", is_html=True))
    hook, secret = Webhooks(settings).add(ADMIN, "https://cms.example/hook")
    fresh = Webhooks(settings).rotate(ADMIN, hook.id)
    Webhooks(settings).ping(ADMIN, hook.id)
    key, cookie = behind.key(*Permission, owner="chi"), behind.cookie("chi")
    rows = database(settings).read(lambda connection: [
        *connection.execute(select(people.c.password)).scalars(), *connection.execute(select(keys.c.hash)).scalars(),
        *connection.execute(select(sessions.c.id)).scalars(), *connection.execute(select(webhooks.c.secret)).scalars(),
    ])  # fmt: skip
    known = (secret, fresh, key, cookie.partition("=")[2], behind.doors.token.read(), *rows)
    return Newsroom(folder=folder, settings=settings, desk=desk, doors=behind, name=view.item.name, secrets=known, key=key, cookie=cookie)


def readable(newsroom: Newsroom) -> list[str]:
    """Give every address that can be asked for, of what there is."""
    values = {"name": newsroom.name, "show": SHOW, "block": "b0"}
    paths = [route.path for route in every_route(newsroom.doors.app) if "GET" in route.methods and not route.path.endswith("/events")]
    return sorted({path.replace("{name:path}", "app.css").format_map(_Filled(values)) for path in paths})


class _Filled(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "1"


class Shape(HTMLParser):
    """What a browser makes of a page, as far as it matters: elements, handlers, addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[str] = []
        self._within = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag == "script"
        if tag == "script":
            self.scripts.append("")
        self.found += [f"<{tag}>", *(f"{tag} {name}" for name, _ in attrs if name.startswith("on"))]
        self.found += [f"{tag} on x" for name, value in attrs if (name, value) == ("src", "x")]
        self.found += [f"{tag} {name}=javascript" for name, value in attrs if (value or "").strip().lower().startswith(("javascript:", "data:text"))]

    def handle_data(self, data: str) -> None:
        if self._within:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._within = False


def harmless(text: str) -> None:
    """See that nothing of the hostile title became an element, a handler or a script."""
    shape = Shape(text)
    assert not [one for one in shape.found if " on" in one or one.endswith("=javascript")], shape.found
    assert not any("alert(" in script for script in shape.scripts if not script.lstrip().startswith("{")), shape.scripts
    assert " 49 " not in text


# Texts of strangers


def test_a_hostile_title_is_text_on_every_page_of_the_desk(newsroom: Newsroom) -> None:
    """Audiobookshelf CVE-2026-27973 (stored XSS from metadata); BeyondWords for WordPress #540; Castopod, "prevent xss attacks by escaping user input"."""
    seen = 0
    for path in readable(newsroom):
        answer = newsroom.page(path)
        if path.startswith("/desk") and answer.header("content-type").startswith("text/html"):
            harmless(answer.body)
            assert "unsafe" not in answer.header("content-security-policy")
            seen += "alert(1)" in answer.body
    assert seen >= 3


def test_a_hostile_title_is_text_in_all_that_listeners_get() -> None:
    """Audiobookshelf CVE-2026-27973: page, frame, feed, linked data."""
    made = {}
    for title in (HARMLESS, HOSTILE):
        studio = make_studio()
        page = Page(body=PAGE.format(title="Bản tin").encode(), name="a", identity="a", form=PageForm.HTML)
        render(studio, page, now=NOW, wish=Wish(title=title), progress=lambda *_: None)
        rebuild_feed(studio)
        made[title] = dict(studio.store.files)  # type: ignore[attr-defined]
    pages = {name: body.decode() for name, body in made[HOSTILE].items() if name.endswith(".html")}
    usual = {one for name, body in made[HARMLESS].items() if name.endswith(".html") for one in Shape(body.decode()).found}
    assert len(pages) >= 3
    for text in pages.values():
        harmless(text)
        assert set(Shape(text).found) <= usual
    linked = [json.loads(script) for text in pages.values() for script in Shape(text).scripts if script.lstrip().startswith("{") and "@context" in script]
    assert any("alert(1)" in json.dumps(one) for one in linked)
    feed = ET.fromstring(next(body for name, body in made[HOSTILE].items() if name.endswith("feed.xml")))
    (item,) = feed.findall("channel/item")
    assert (item.findtext("title") or "").count("alert(") == HOSTILE.count("alert(")


@pytest.mark.parametrize(
    "name", ['"><script>alert(1)</script>', "a' onerror='x", "../../etc/passwd", "%00", "A" * 5000, "thoi-su-0123456789abcdeg", "..%2f..%2fx", "%5c..%5c"]
)
def test_a_name_is_a_name_and_nothing_else(newsroom: Newsroom, name: str) -> None:
    """BeyondWords for WordPress #540: an id from outside ended in an attribute."""
    for asking in (newsroom.page, lambda path: newsroom.api("GET", path.removeprefix("/desk").replace("/a/", "/articles/"))):
        answer = asking(f"/desk/a/{quote(name)}")
        assert answer.status in {404, 422}, answer
        assert answer.header("x-content-type-options") == "nosniff"
        if "json" not in answer.header("content-type"):
            harmless(answer.body)
            assert "onerror='x" not in answer.body


# Addresses of strangers


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/",
        "http://0:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://a@127.0.0.1:{port}/",
    ],
)
def test_who_may_write_may_not_reach_into_the_house(newsroom: Newsroom, url: str) -> None:
    """WordPress CVE-2023-7073 and CVE-2026-0688: an author's address was fetched by the server; Audiobookshelf f2f2ea161, 94fdd99ab, 3ccdcaec1."""
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.05)
        editor = newsroom.doors.key(Permission.READ, Permission.EDIT, owner="chi")
        answer = newsroom.api("POST", "/articles", {"show": SHOW, "url": url.format(port=inside.getsockname()[1])}, editor)
        assert 400 <= answer.status < 500 or answer.status == 502, answer
        with pytest.raises(TimeoutError):
            inside.accept()
    assert "root:" not in answer.body


def test_what_is_given_decides_no_place(newsroom: Newsroom) -> None:
    """gonic GHSA-4gxv-p5g5-j7w7 (a playlist's path wrote any file); Audiobookshelf 2.33.2 (path-exists)."""
    outside = newsroom.folder.parent / "evil"
    for number, name in enumerate(("../../../evil", "/../../evil", str(outside), "..\\..\\evil", "%2e%2e/evil", "a/../../../evil")):
        for body in ({"source_id": name}, {"source_id": f"{number}", "title": name}, {"source_id": f"s{number}", "show": name}):
            answer = newsroom.api("POST", "/articles", {"show": SHOW, "html": PAGE.format(title=f"Bài {number}"), **body})
            assert answer.status < 500, answer
    assert not list(newsroom.folder.parent.rglob("*evil*"))
    for path in newsroom.folder.rglob("*"):
        assert path.resolve().is_relative_to(newsroom.folder)


def test_a_file_is_not_read_through_an_address(newsroom: Newsroom) -> None:
    """Audiobookshelf 2.33.2, WordPress: a source that is a path of this machine is no article."""
    for source in ("/etc/passwd", "feeds/thoi-su.toml", "../feeds/thoi-su.toml", "-", "file:/etc/passwd"):
        answer = newsroom.api("POST", "/articles", {"show": SHOW, "url": source})
        assert answer.status in {400, 404, 409, 422}, answer
        assert "root:" not in answer.body and "[voice]" not in answer.body


# Secrets


def test_no_secret_is_in_any_answer(newsroom: Newsroom) -> None:
    """Gravity SMTP, Listenarr #379 (keys in an open endpoint); Datasette CVE-2023-40570 (an explorer of the API told names)."""
    asked_for = readable(newsroom)
    assert len(asked_for) > 30 and all(len(secret) > 20 for secret in newsroom.secrets)
    for path in asked_for:
        for answer in (newsroom.page(path), newsroom.api("GET", path.removeprefix("/api/v1")) if path.startswith("/api/v1") else asked(newsroom.doors.app, "GET", path)):
            for secret in newsroom.secrets:
                assert secret not in answer.body, path
                assert all(secret not in value for _, value in answer.headers), path


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/redoc",
        "/openapi.json",
        "/api/openapi.json",
        "/api/v1/openapi.json",
        "/desk/openapi.json",
        "/desk/docs",
        "/api/docs",
        "/metrics",
        "/debug",
        "/_trace",
        "/desk/settings/diagnostics.txt",
    ],
)
def test_what_explains_the_house_is_for_those_inside(newsroom: Newsroom, path: str) -> None:
    """Datasette CVE-2021-32670 and CVE-2023-40570: pages for finding faults were open, and told more than the data."""
    answer = asked(newsroom.doors.app, "GET", path)
    assert answer.status in {303, 401, 404}
    assert SHOW not in answer.body and "paths" not in answer.body


def test_nobody_outside_can_say_anything(newsroom: Newsroom) -> None:
    """WordPress Postie CVE-2019-20203: a forged sender published. Nothing is taken from outside without credentials, but for signing in and a choice of language."""
    public = {(method, route.path) for route in every_route(newsroom.doors.app) if route.permission is None for method in route.methods}
    assert {place for place in public if place[0] != "GET"} <= {("POST", "/desk/login"), ("POST", "/desk/language")}


# Files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "output"
    (folder / "tin").mkdir(parents=True)
    (folder / "tin" / "a.mp3").write_bytes(bytes(1_000_000))
    (folder / "tin" / "feed.xml").write_text("<rss/>", encoding="utf-8")
    (folder.parent / "secret.txt").write_text("geheim", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "ranges",
    [",".join(f"{n}-{n}" for n in range(6_667)), ",".join("0-" for _ in range(6_667)), ",".join(f"-{n}" for n in range(1, 6_667)), "," * 40_000, "0-0," * 10_000 + "x"],
)
def test_thousands_of_ranges_cost_nothing(site: Path, ranges: str) -> None:
    """Starlette CVE-2025-62727: a header with many ranges took time by their square."""
    began = time.process_time()
    answer = asked(static_site(site), "GET", "/tin/a.mp3", {"range": f"bytes={ranges}"})
    assert answer.status in {200, 206, 400, 416}
    assert len(answer.body) < 2_200_000
    assert time.process_time() - began < 1.0


_OUT = (
    "..",
    "%2e%2e",
    "..%2f..",
    "%5c..",
    "..%5c",
    "..%255c",
    "%2e%2e%5c",
    "....//",
    "..;",
    "%c0%ae%c0%ae",
    "..%00",
    "..\\",
    "%252e%252e",
    "C:%5c",
    "%5c%5chost%5cshare",
)


@pytest.mark.parametrize("out", _OUT)
def test_no_spelling_leads_out_of_a_folder(newsroom: Newsroom, site: Path, out: str) -> None:
    """webp_server_go CVE-2026-53779: ``%5C`` led out; so did dots, zero bytes and names doubly written elsewhere."""
    listeners = static_site(site)
    for path in (f"/{out}/secret.txt", f"/tin/{out}/{out}/secret.txt", f"/tin/{out}secret.txt", f"/{out}%2fsecret.txt", f"/tin/{out}/..%5c..%5csecret.txt"):
        answer = asked(listeners, "GET", path)
        assert answer.status in {404, 307}, (path, answer)
        assert "geheim" not in answer.body
    for path in (
        f"/desk/static/{out}/app.py",
        f"/desk/static/{out}/{out}/guard.py",
        f"/desk/a/{newsroom.name}/proofs/{out}/audio.mp3",
        f"/desk/a/{newsroom.name}/proofs/{'0' * 64}/{out}",
        f"/desk/preview/{out}.mp3",
    ):
        answer = newsroom.page(path)
        assert answer.status in {404, 422, 307, 303}, (path, answer)
        assert "import " not in answer.body and "geheim" not in answer.body


def test_a_name_of_any_length_is_only_not_there(newsroom: Newsroom, site: Path) -> None:
    """webp_server_go CVE-2026-53779, the same review: 5,000 letters, a zero byte."""
    for name in ("a" * 5000, "a%00.mp3", "%00", "a/" * 2000, "%ff%fe", "\N{GRINNING FACE}"):
        assert asked(static_site(site), "GET", f"/tin/{quote(name, safe='%/')}").status == 404
        assert newsroom.page(f"/desk/static/{quote(name, safe='%/')}").status == 404


def test_a_damaged_state_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Audiobookshelf 2.35.1: an invalid metadata.json ended the server."""
    file = tmp_path / "state" / "catalog.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"{ this is no database" * 500)
    made = Database(f"sqlite:///{file}")
    with pytest.raises(ConfigInvalid) as damaged:
        SqlPeople(made).all()
    assert damaged.value.exit_code == 8 and str(file) in damaged.value.sentence("vi")
    made.close()


def test_a_damaged_record_ends_nothing(newsroom: Newsroom) -> None:
    """Audiobookshelf 2.35.1: one that is damaged is named, and the rest of the desk goes on."""
    kept = database(newsroom.settings)
    row = {"show": SHOW, "id": "d" * 16, "version": 1, "state": "published", "published": datetime.now(NOW.tzinfo).isoformat(), "record": '{"id": ', "manifest": 0}
    kept.write(lambda connection: connection.execute(insert(episodes).values(row)))
    try:
        answers = [
            newsroom.page("/desk/"),
            newsroom.page(f"/desk/a/{newsroom.name}"),
            newsroom.api("GET", f"/articles/{newsroom.name}"),
            newsroom.api("GET", "/articles"),
        ]
        assert [answer.status for answer in answers][1:3] == [200, 200]
        assert all(answer.status == 200 or "d" * 16 in answer.body for answer in answers)  # else it is named
        for answer in answers:
            assert "Traceback" not in answer.body and not answer.body.startswith(("JSONDecodeError", "ValueError"))
    finally:
        kept.write(lambda connection: connection.execute(episodes.delete().where(episodes.c.id == "d" * 16)))


# Many things at once


def test_each_thing_of_many_is_looked_at(newsroom: Newsroom) -> None:
    """Audiobookshelf CVE-2026-42883: a download of many looked at the library, not at the things asked for."""
    reader = newsroom.doors.key(Permission.READ, owner="chi")
    assert newsroom.api("POST", "/batches", {"show": SHOW, "items": [{"url": "https://bao.example/1"}]}, reader).status == 403
    for path in (f"/articles/other-{newsroom.name[-16:]}", f"/articles/{newsroom.name[-16:]}", f"/articles/../articles/{'0' * 16}"):
        assert newsroom.api("GET", path).status in {404, 422}
