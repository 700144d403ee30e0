"""What pages weigh, and what they look like: python benchmarks/pages.py [--pictures FOLDER]."""

import argparse
import gzip
import io
import re
import shutil
import socket
import sys
import tempfile
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.adapters.static_site import static_site
from audiopub.bootstrap import studio
from audiopub.config import Settings, read_show
from audiopub.pipeline import Wish, render
from audiopub.publish.model import Edit, Episode
from audiopub.sources import Sources

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
EXAMPLES = ("cho-phien-vung-cao.html", "chuyen-doi-so-o-xa.html", "nuoc-sach-ve-ban.txt")
_BOXES = "form|nav|aside|footer|button|script|figure"
_NOT_SHOWN = re.compile(rf"<(?:{_BOXES})\b.*?</(?:{_BOXES})>|<img[^>]*>", re.DOTALL)
GAP, GROUND = 24, "#d9d4ca"


def rendered(home: Path, origin: str) -> tuple[Episode, ...]:
    """Render the examples, one of them corrected."""
    show = home / "ban-tin.toml"
    show.write_text((ROOT / "feeds" / "ban-tin-doi-che.toml").read_text(encoding="utf-8").replace("http://127.0.0.1:8000", origin), encoding="utf-8")
    settings = Settings(feeds=home, output=home / "output", state=home / "state")
    made = studio(read_show(show), settings, ("espeak",))
    sources = Sources(settings, bytes)
    found = [render(made, sources.page(str(ROOT / "examples" / name)), now=NOW, progress=lambda *_: None).episode for name in EXAMPLES]
    first = found[0]
    assert first is not None  # noqa: S101  for the type checker
    wish = Wish(episode=first.id, note="Chợ họp từ trước 5 giờ, không phải 6 giờ như bản đầu.", edits=(Edit(old="Chưa đến 6 giờ sáng", new="Chưa đến 5 giờ sáng"),))
    found[0] = render(made, sources.page(str(ROOT / "examples" / EXAMPLES[0])), now=NOW.replace(hour=10, minute=15), wish=wish, progress=lambda *_: None).episode
    return tuple(episode for episode in found if episode)


def weighed(folder: Path, episode: Episode) -> None:
    shared = ("style.css", "player.js", "icon.svg", "cover-small.jpg")
    for page, files in ((episode.file(".html"), (*shared, episode.file(".svg"), episode.file(".vtt"))), ("index.html", ("style.css", "icon.svg", "cover-small.jpg"))):
        sizes = {name: (folder / name).read_bytes() for name in (page, *files)}
        print(f"{page}: {sum(map(len, sizes.values())) / 1000:.1f} kB in {len(sizes)} files without audio and fonts, "
              f"{sum(len(body if name.endswith('.jpg') else gzip.compress(body)) for name, body in sizes.items()) / 1000:.1f} kB compressed")  # fmt: skip
    print(f"audiopub-player.js: {(folder / 'audiopub-player.js').stat().st_size / 1000:.1f} kB")


def newspaper_page(origin: str, folder: Path, episode: Episode) -> None:
    """Put the player into an article page, as a newspaper would, beside the show."""
    body = (ROOT / "examples" / EXAMPLES[0]).read_text(encoding="utf-8").split("<h1", 1)[1]
    article = _NOT_SHOWN.sub("", "<h1" + body)
    (folder / "bao.html").write_text(
        f'<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>Báo</title><script src="{origin}/ban-tin/audiopub-player.js" defer></script>'
        f'<body style="font:17px/1.6 Georgia,serif;max-width:640px;margin:24px auto"><div id="bai">{article}'
        f'<audiopub-player src="{origin}/ban-tin/{episode.file(".segments.json")}" article="#bai"></audiopub-player></div>', encoding="utf-8",
    )  # fmt: skip


def pictures(origin: str, episode: Episode, into: Path) -> None:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = f"{origin}/ban-tin/{episode.file('.html')}"
        desktop = shot(browser, page, {"viewport": {"width": 900, "height": 1120}}, seek=52)
        phone = shot(browser, page, {"viewport": {"width": 390, "height": 1120}, "color_scheme": "dark"}, seek=30)
        show = shot(browser, f"{origin}/ban-tin/index.html", {"viewport": {"width": 700, "height": 548}})
        paper = shot(browser, f"{origin}/bao.html", {"viewport": {"width": 700, "height": 548}}, script=_PLAYED)
        browser.close()
    right = stacked([show, paper])
    beside = [desktop, phone, right]
    whole = Image.new("RGB", (sum(one.width for one in beside) + GAP * 4, max(one.height for one in beside) + GAP * 2), GROUND)
    left = GAP
    for one in beside:
        whole.paste(one, (left, GAP))
        left += one.width + GAP
    whole.resize((whole.width * 3 // 4, whole.height * 3 // 4), Image.Resampling.LANCZOS).quantize(160).save(into / "pages.png", optimize=True)
    desktop.quantize(160).save(into / "page.png", optimize=True)


_PLAYED = """async () => {
  const player = document.querySelector('audiopub-player');
  document.getElementById('bai').insertBefore(player, document.getElementById('bai').children[1]);
  while (!player.audio) await new Promise((done) => setTimeout(done, 50));
  player.audio.currentTime = 24;
  await player.audio.play();
  player.audio.pause();
  await new Promise((done) => setTimeout(done, 400));
}"""
_SOUGHT = """(seconds) => new Promise((done) => {
  const audio = document.getElementById('audio');
  audio.addEventListener('seeked', done, { once: true });
  audio.currentTime = seconds;
})"""


def shot(browser: Any, address: str, context: dict[str, Any], seek: float | None = None, script: str = "") -> Image.Image:
    room = browser.new_context(**context)
    page = room.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if seek is not None:
        page.evaluate(_SOUGHT, seek)
    if script:
        page.evaluate(script)
    page.wait_for_timeout(400)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    room.close()
    return picture


def stacked(above: list[Image.Image]) -> Image.Image:
    whole = Image.new("RGB", (max(one.width for one in above), sum(one.height for one in above) + GAP * (len(above) - 1)), GROUND)
    top = 0
    for one in above:
        whole.paste(one, (0, top))
        top += one.height + GAP
    return whole


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pictures", type=Path, help="folder for pages.png and page.png")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        home, origin = Path(folder), f"http://127.0.0.1:{listener.getsockname()[1]}"
        episodes = rendered(home, origin)
        weighed(home / "output" / "ban-tin", episodes[0])
        if asked.pictures:
            newspaper_page(origin, home / "output", episodes[0])
            server = uvicorn.Server(uvicorn.Config(static_site(home / "output"), log_level="warning", access_log=False, lifespan="off", ws="none"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            pictures(origin, episodes[0], asked.pictures)
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
