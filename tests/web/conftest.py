"""A small show, rendered once, on a loopback port, and a browser that is already on the machine."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import uvicorn

from audiopub.adapters.static_site import static_site
from audiopub.bootstrap import studio
from audiopub.config import Settings, read_show
from audiopub.pipeline import render
from audiopub.publish.model import Episode
from audiopub.sources import Sources

ROOT = Path(__file__).parents[2]
EXAMPLES = ("cho-phien-vung-cao.html", "nuoc-sach-ve-ban.txt")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Site:
    """A show that is being served."""

    origin: str
    slug: str
    folder: Path
    """What is served; the show is a folder in it."""

    episodes: tuple[Episode, ...]
    """In the order of EXAMPLES: with headings, author and date; plain text."""

    def url(self, name: str = "") -> str:
        """Give the address of one of the show's files."""
        return f"{self.origin}/{self.slug}/{name}"

    def file(self, name: str) -> Path:
        """Give the path of one of the show's files."""
        return self.folder / self.slug / name


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """Render two of the examples and serve them while the tests run."""
    home = tmp_path_factory.mktemp("site")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        episodes = _rendered(home, origin)
        server = uvicorn.Server(uvicorn.Config(static_site(home / "output"), log_level="warning", access_log=False, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Site(origin=origin, slug="ban-tin", folder=home / "output", episodes=episodes)
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Start the machine's Chromium; one a module, since its driver keeps an event loop running in this thread."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def pytest_collection_modifyitems(items) -> None:
    """Skip what needs a browser where there is none, before anything is rendered for it."""
    if chromium_path() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def chromium_path() -> str | None:
    """Find the machine's Chromium."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)


def _rendered(home: Path, origin: str) -> tuple[Episode, ...]:
    text = (ROOT / "feeds" / "ban-tin-doi-che.toml").read_text(encoding="utf-8")
    show = home / "ban-tin.toml"
    show.write_text(text.replace("http://127.0.0.1:8000", origin), encoding="utf-8")
    settings = Settings(feeds=home, output=home / "output", state=home / "state")
    made = studio(read_show(show), settings, ("espeak",))
    results = [render(made, Sources(settings, bytes).page(os.fspath(ROOT / "examples" / name)), now=NOW, progress=lambda *_: None) for name in EXAMPLES]
    return tuple(result.episode for result in results if result.episode)
