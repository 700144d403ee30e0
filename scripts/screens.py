"""Takes pictures of the desk's screens: python scripts/screens.py [FOLDER] [--only NAME …]."""

import argparse
import io
import json
import sqlite3
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from audiopub.config import Settings
from audiopub.desk.model import Progress
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.people import ROLES, Actor, Role, Via
from audiopub.vietnamese import Entry
from tests.desk.browser import PASSWORD, SLUG, newsroom, until
from tests.web.conftest import FLAGS, chromium_path

HANG = Actor(name="minh.hang", permissions=ROLES[Role.ADMIN], via=Via.DESK)
DUNG = Actor(name="quoc.dung", permissions=ROLES[Role.PUBLISHER], via=Via.DESK)
SIZES = {"": {"width": 1280, "height": 800}, "-phone": {"width": 390, "height": 844}}
LARGEST = 150_000
GOOD, LATE, GONE = "duong-lien-ban", "vuon-che", "khong-con"


def texts() -> Mapping[str, Mapping[str, str]]:
    """Give the articles by key."""
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return {one["key"]: one for one in tomllib.load(file)["article"]}


def html(article: Mapping[str, str]) -> str:
    """Make a page of an article."""
    lines = [line for line in article["text"].strip().splitlines() if line]
    body = "".join(f"<h2>{escape(line[3:])}</h2>" if line.startswith("## ") else f"<p>{escape(line)}</p>" for line in lines)
    head = f'<title>{escape(article["title"])}</title><meta property="article:section" content="{escape(article["section"])}">'
    top = f'<h1>{escape(article["title"])}</h1><p class="sapo">{escape(article["lead"])}</p>'
    return f'<html lang="vi"><head>{head}</head><body><article>{top}{body}</article></body></html>'


@contextmanager
def paper(articles: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Serve a small newspaper whose feed names an article that is not there any more; give its address."""
    pages = {f"/{GOOD}": html(articles["published-2"]), f"/{LATE}": html(articles["queued"])}

    class Paper(BaseHTTPRequestHandler):
        """Answers."""

        def do_GET(self) -> None:
            """Give a page or the feed."""
            origin = f"http://{self.headers['Host']}"
            titles = {GOOD: articles["published-2"]["title"], LATE: articles["queued"]["title"], GONE: "Hội xuân bản Co Mạ"}
            items = "".join(f"<item><title>{escape(title)}</title><link>{origin}/{path}</link></item>" for path, title in titles.items())
            feed = f'<rss version="2.0"><channel><title>Báo Đồi Chè</title><link>{origin}</link><description>Tin</description>{items}</channel></rss>'
            body = feed if self.path == "/feed.xml" else pages.get(self.path, "")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", f"{'application/rss+xml' if self.path == '/feed.xml' else 'text/html'}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Paper)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class Desk:
    """The desk, from behind."""

    def __init__(self, desk: EditorsDesk) -> None:
        self.desk, self.names = desk, dict[str, str]()

    def lay(self, key: str, article: Mapping[str, str]) -> str:
        """Put an article on the desk."""
        found, _ = self.desk.submit(HANG, Submission(show=SLUG, body=html(article).encode(), source_id=f"bai-{len(self.names) + 2410}"))
        self.names[key] = found.item.name
        return found.item.name

    def done(self, progress: Progress) -> Progress:
        """Wait for a job."""
        return until(lambda: (found := self.desk.job(HANG, progress.job)).state not in {"queued", "running", "waiting"} and found, 120)

    def made(self, name: str, by: Actor = HANG) -> str:
        """Make it to be heard, and hear it; give the proof's fingerprint."""
        self.done(self.desk.render(by, name)[0])
        proof = self.desk.view(HANG, name).proof
        if proof is None:
            raise SystemExit(f"{name} was not made")
        self.desk.heard(DUNG, name, proof.fingerprint)
        return proof.fingerprint

    def out(self, name: str, **more: Any) -> None:
        """Publish it."""
        self.done(self.desk.publish(DUNG, name, fingerprint=self.made(name), **more))

    def change(self, name: str, old: str, new: str) -> None:
        """Change words."""
        draft = self.desk.view(HANG, name).draft
        if draft is None:
            raise SystemExit(f"{name} is not on the desk")
        block = next(block for block in draft.blocks if old in block.text)
        self.desk.edit(HANG, name, "rewrite", {"block": block.id, "text": block.text.replace(old, new)}, version=block.version)


def fill(made: Desk, articles: Mapping[str, Mapping[str, str]]) -> None:
    """Bring the articles where they stand."""
    desk = made.desk
    for written, spoken, scope, why in (
        ("MTTQ", "mặt trận tổ quốc", "newsroom", "Theo ban thư ký"), ("GD&ĐT", "giáo dục và đào tạo", "newsroom", ""), ("HTX", "hợp tác xã", "newsroom", ""),
        ("Tà Sua", "tà xua", "show", "Người địa phương gọi"), ("Phìn Hồ", "phìn hồ", "show", ""), ("BHYT", "bảo hiểm y tế", "newsroom", "Theo ban thư ký"),
    ):  # fmt: skip
        desk.save_entry(HANG, SLUG, scope, Entry(written=written, spoken=spoken, reason=why))
    for key, article in articles.items():
        if key not in {"queued", "published-2"}:
            made.lay(key, article)
    names = made.names
    for key in ("published", "published-3", "corrected", "withdrawn", "changed"):
        made.out(names[key])
    made.change(names["corrected"], "3 km", "5 km")
    made.out(names["corrected"], note="Con đường lấy nước dài 5 km, không phải 3 km.")
    made.change(names["corrected"], "4,7 tỷ", "4,9 tỷ")
    made.made(names["corrected"])
    made.change(names["changed"], "200 người", "240 người")
    desk.withdraw(DUNG, names["withdrawn"], reason="Hai gia đình đề nghị không nêu.", notice=True)
    made.out(names["scheduled"], at=desk.tools.now() + timedelta(hours=16))
    made.made(names["ready"])
    made.made(names["edited"])
    made.change(names["edited"], "120 gian hàng", "126 gian hàng")
    spoil(made, names["failed"])


def spoil(made: Desk, name: str) -> None:
    """Let a render have failed: its job is written as one that could not reach its voice."""
    job = made.desk.render(HANG, name)[0].job
    made.done(made.desk.job(HANG, job))
    outcome = {"code": "speech.unavailable", "details": {"engine": "gtts", "reason": "429 Too Many Requests"}}
    with sqlite3.connect(made.desk.settings.state / "catalog.sqlite", timeout=30) as database:
        database.execute("update jobs set state = 'failed', outcome = ? where id = ?", (json.dumps(outcome), job))
        database.execute("delete from proofs where id = ?", (name.rpartition("-")[2],))
    database.close()


SCREENS = {
    "login": "/desk/login", "list": "/desk/", "new": "/desk/new", "edit": "/desk/a/{edited}", "reading": "/desk/a/{edited}/reading", "say": "/desk/a/{edited}/reading",
    "sound": "/desk/a/{ready}/sound", "release": "/desk/a/{ready}/release", "published": "/desk/a/{published}/release", "correction": "/desk/a/{corrected}/correction",
    "history": "/desk/a/{corrected}/history", "lexicon": "/desk/lexicon", "entry": "/desk/lexicon/entry?show=ban-tin&scope=show&written=T%C3%A0%20Sua",
    "nights": "/desk/nights", "night": "{night}", "listens": "/desk/listens", "audit": "/desk/audit", "settings": "/desk/settings", "people": "/desk/people",
    "keys": "/desk/people/keys", "webhooks": "/desk/webhooks", "not-there": "/desk/a/ban-tin-0000000000000000",
}  # fmt: skip


def shoot(browser: Any, origin: str, names: Mapping[str, str], folder: Path, only: list[str]) -> None:
    """Take the pictures."""
    for ending, size in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=size, locale="vi-VN", color_scheme=scheme, reduced_motion="reduce", device_scale_factor=1 if not ending else 2)
            page = context.new_page()
            page.set_default_timeout(20_000)
            for name, path in SCREENS.items():
                if scheme == "dark" and (ending or name not in {"list", "sound"}):
                    continue
                if name == "list" or (name != "login" and not context.cookies()):
                    sign_in(page, origin)
                if only and name not in only:
                    continue
                page.goto(origin + path.format(**names))
                prepare(page, name)
                save(page.screenshot(full_page=name != "say"), folder / f"{name}{'-dark' if scheme == 'dark' else ''}{ending}.png")
            context.close()


def sign_in(page: Any, origin: str) -> None:
    """Sign in."""
    page.goto(origin + "/desk/login")
    page.fill("[name=name]", "minh.hang")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/")


def prepare(page: Any, name: str) -> None:
    """Bring a screen to where it shows what it is for."""
    if name == "say":
        page.locator(".piece", has_text="UBND").first.click()
        page.locator("#say-dialog[open] [name=say]").fill("ủy ban xã")
        page.get_by_role("button", name="Xem ảnh hưởng").click()
        page.locator("#impact button.main").wait_for()
    if name == "sound":
        page.locator("desk-player .controls").wait_for()
        page.evaluate("() => { document.querySelector('desk-player audio').currentTime = 14 }")
    page.wait_for_timeout(700)


def save(body: bytes, path: Path) -> None:
    """Write a picture with few colours, so that it is small."""
    picture = Image.open(io.BytesIO(body)).convert("RGB")
    width = 1280 if "-phone" not in path.stem else 585
    if picture.width != width:
        picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    picture = picture.crop((0, 0, picture.width, min(picture.height, 2400)))
    for colours in (256, 128, 64, 32):
        sink = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE).save(sink, "PNG", optimize=True)
        if sink.tell() < LARGEST:
            break
    path.write_bytes(sink.getvalue())
    print(f"{path} {sink.tell() / 1000:.0f} kB", flush=True)


def main() -> None:
    """Open the newsroom and take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, default=Path("docs/screens"))
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--keep", action="store_true", help="serve until interrupted")
    wishes = asked.parse_args()
    wishes.folder.mkdir(parents=True, exist_ok=True)
    articles = texts()
    with tempfile.TemporaryDirectory() as home, paper(articles) as source:
        people = (("minh.hang", "admin"), ("quoc.dung", "publisher"), ("thu.ha", "editor"), ("bao.long", "viewer"))
        with newsroom(Path(home), people, AUDIOPUB_ALLOW_HOSTS=source.rpartition("/")[2], AUDIOPUB_HOST_DELAY="0.001") as place:
            show = Path(home) / "feeds" / f"{SLUG}.toml"
            show.write_text(f'sources = ["{source}/feed.xml"]\n' + show.read_text(encoding="utf-8"), encoding="utf-8")
            made = Desk(EditorsDesk(Settings.read(environment=place.environment)))
            place.run("keys", "add", "CMS tòa soạn", "--scope", "read", "--scope", "edit")
            place.run("keys", "add", "Trang chủ", "--scope", "read")
            fill(made, articles)
            night = made.desk.begin_night(HANG, SLUG)
            until(lambda: made.desk.nights(HANG)[0]["state"] in {"done", "failed"}, 120)
            names = {key.replace("-", "_"): name for key, name in made.names.items()} | {"night": f"/desk/nights/{night['id']}"}
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
                shoot(browser, place.origin, names, wishes.folder, wishes.only)
                browser.close()
            if wishes.keep:
                print(place.origin, names, flush=True)
                time.sleep(36_000)


if __name__ == "__main__":
    main()
