"""A browser, and what is noticed while it is used."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
_EXPECTED = ("Blocked script execution",)
"""What the console tells of the original page in its sandbox, which is as it should be."""


@contextmanager
def browsing() -> Iterator[Any]:
    """Start the machine's Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Seen:
    """A page, and what went wrong in it."""

    page: Any
    origin: str
    said: list[str] = field(default_factory=list)
    """Errors and warnings of the console, and those that no script caught."""

    elsewhere: list[str] = field(default_factory=list)
    """Requests to other sites."""

    silent: bool = True
    """Whether the console has to be."""

    @classmethod
    @contextmanager
    def opened(cls, browser: Any, origin: str, *, width: int = 1280, scheme: str = "light") -> Iterator["Seen"]:
        """Open a page; in the end, see that nothing went wrong in it."""
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="vi-VN")
        made = cls(context.new_page(), origin)
        made.page.set_default_timeout(40_000)
        made.page.on("console", lambda one: made.said.append(one.text) if one.type in {"error", "warning"} and not one.text.startswith(_EXPECTED) else None)
        made.page.on("pageerror", lambda error: made.said.append(str(error)))
        made.page.on("request", lambda one: made.elsewhere.append(one.url) if not one.url.startswith(origin) else None)
        try:
            yield made
            assert made.elsewhere == []
            assert made.said == [] or not made.silent
        finally:
            context.close()

    def go(self, path: str) -> None:
        """Go to a page of the site and wait until its scripts are there."""
        self.page.goto(self.origin + path)
        self.until("window.htmx && document.fonts.status === 'loaded'")

    def until(self, condition: str) -> None:
        """Wait until something is so; Playwright's own way of waiting evaluates text in the page, which the policy forbids."""
        end = time.monotonic() + 15
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, condition
            self.page.wait_for_timeout(30)

    def overflow(self) -> int:
        """Give by how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))
