"""A real newsroom for a real browser: ``audiopub serve`` with its worker in a folder of its own, hands that press what an editor presses, and eyes that look at each screen."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.processes import Program

ROOT = Path(__file__).parents[2]
SLUG = "ban-tin"
PASSWORD = "bảy con vịt bơi qua sông"  # noqa: S105  nobody's
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const drawn = [one, one.closest(".track, label, .tick") || one].some((e) => {
    const style = getComputedStyle(e);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  });
  const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  return {what: one.outerHTML.slice(0, 160), seen: drawn && inside, native: one.matches("iframe, audio, video, main, pre, [role=region]")};
}"""
_SETTLED = """() => Promise.all(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < 5000).map((one) => one.finished.catch(() => {})))"""
_SHOW = """
title = "Bản tin Đồi Chè"
description = "Tin bài của Báo Đồi Chè, đọc bằng tiếng Việt."
author = "Báo Đồi Chè"
base_url = "{origin}"
website = "https://baodoiche.example"
category = "News"
copyright = "Báo Đồi Chè"
[owner]
name = "Tòa soạn"
email = "toasoan@baodoiche.example"
[voice]
chain = ["{voice}"]
"""


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """An installation whose desk is being served."""

    home: Path
    origin: str
    voice: str = "espeak"
    more: Mapping[str, str] = field(default_factory=dict)
    """Of its environment."""

    @property
    def feed(self) -> str:
        """Give the address of the show's feed."""
        return f"{self.origin}/{SLUG}/feed.xml"

    @property
    def environment(self) -> dict[str, str]:
        """Give the whole environment of its processes."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AUDIOPUB_", "AWS_"))}
        places = {"AUDIOPUB_FEEDS": "feeds", "AUDIOPUB_OUTPUT": "output", "AUDIOPUB_STATE": "state", "AUDIOPUB_RULES": "sites"}
        folders = {name: str(self.home / folder) for name, folder in places.items()}
        return own | folders | {"AUDIOPUB_LANG": "vi", "AUDIOPUB_WORKER": "w1", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | dict(self.more)

    def run(self, *arguments: str, said: str = "") -> str:
        """Run a command of audiopub; give what it prints."""
        command = [sys.executable, "-m", "audiopub", *arguments]
        done = subprocess.run(command, env=self.environment, cwd=self.home, input=said, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def account(self, name: str, role: str = "publisher") -> None:
        """Open an account."""
        self.run("people", "add", name, "--role", role, "--stdin", said=PASSWORD)

    def key(self, *scopes: str) -> str:
        """Make a key for the API."""
        wanted = [part for scope in scopes for part in ("--scope", scope)]
        return str(json.loads(self.run("keys", "add", "thu", *wanted, "--json"))["key"])


def write_show(home: Path, origin: str, voice: str = "espeak", slug: str = SLUG) -> None:
    """Write a show's file."""
    (home / "feeds").mkdir(parents=True, exist_ok=True)
    (home / "feeds" / f"{slug}.toml").write_text(_SHOW.format(origin=origin, voice=voice), encoding="utf-8")


@contextmanager
def newsroom(home: Path, people: tuple[tuple[str, str], ...] = (("minh.hang", "publisher"),), *, voice: str = "espeak", port: int = 0, **more: str) -> Iterator[Newsroom]:
    """Open a newsroom with people, and serve it."""
    with socket.create_server(("127.0.0.1", port)) as found:
        port = found.getsockname()[1]
    made = Newsroom(home=home, origin=f"http://127.0.0.1:{port}", voice=voice, more=more)
    write_show(home, made.origin, voice)
    for name, role in people:
        made.account(name, role)
    with serving(made):
        yield made


@contextmanager
def serving(made: Newsroom) -> Iterator[Program]:
    """Serve a newsroom until the block ends."""
    port = made.origin.rpartition(":")[2]
    with Program([sys.executable, "-m", "audiopub", "serve", "--port", port, "--jobs", "1"], made.home / "serve.log", made.environment, folder=made.home) as program:
        until(lambda: _answers(made.origin + "/desk/login") or program.code is not None, 60)
        assert program.code is None, program.last_words
        yield program
        program.end(20)


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait until something is so; give what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.1)
    return found


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@dataclass
class Visit:
    """A page that is open, and what was noticed about it."""

    page: Any
    origin: str
    complaints: list[str] = field(default_factory=list)
    """Errors on the console, uncaught ones, and requests to other hosts."""

    looks: list[str] = field(default_factory=list)
    """The screens that were looked at."""

    narrow: bool = False
    """Whether this is a phone: then each screen is looked at as it is; else at 200 % too."""

    def look(self, name: str) -> None:
        """Look at a screen: no barrier, no sideways scroll, no complaint of the browser.

        Raises:
            AssertionError: there is one.
        """
        if name in self.looks:
            return
        self.looks.append(name)
        self.page.evaluate(_SETTLED)
        found = self.page.evaluate("async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations'], iframes: false})).violations", self._axe())
        barriers = [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]
        assert not barriers, f"{name}: " + "\n".join(barriers)
        self.level(name)
        if not self.narrow:
            size = self.page.viewport_size
            self.page.set_viewport_size({"width": size["width"] // 2, "height": size["height"] // 2})
            self.level(f"{name} at 200 %")
            self.page.set_viewport_size(size)
        self.calm()

    def level(self, name: str) -> None:
        """See that nothing has to be scrolled sideways."""
        assert self.page.evaluate(SIDEWAYS) <= 0, f"{name}: {self.page.evaluate(_WIDE)}"

    def calm(self) -> None:
        """See that the browser had nothing to complain of."""
        assert not self.complaints, self.complaints

    def _axe(self) -> list[str]:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(axe())
        return RULES


_WIDE = """() => [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 4).map((e) => e.outerHTML.slice(0, 120))"""


@cache
def axe() -> str:
    """Give the script that looks for barriers."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def visit(context: Any, origin: str, *, narrow: bool = False) -> Visit:
    """Open a page and note what happens on it."""
    made = Visit(context.new_page(), origin, narrow=narrow)
    page, host = made.page, urlsplit(origin).netloc
    page.on("console", lambda message: made.complaints.append(f"{message.text} {message.location}") if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("request", lambda request: made.complaints.append(f"elsewhere: {request.url}") if urlsplit(request.url).netloc not in {host, ""} else None)
    return made


class Hand(ABC):
    """Presses and writes on a page in one way."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page

    @abstractmethod
    def press(self, what: Any) -> None:
        """Press a button or follow a link."""

    @abstractmethod
    def tick(self, what: Any) -> None:
        """Change a box."""

    @abstractmethod
    def write(self, what: Any, text: str) -> None:
        """Write a text in a field, instead of what is there."""

    def button(self, words: str, within: Any = None) -> None:
        """Press the button with these words."""
        self.press((within or self.page).get_by_role("button", name=words).locator("visible=true").first)

    def link(self, words: str) -> None:
        """Follow the link with these words."""
        self.press(self.page.get_by_role("link", name=words).locator("visible=true").first)


class Mouse(Hand):
    """A mouse and a keyboard."""

    def press(self, what: Any) -> None:
        what.click()

    def tick(self, what: Any) -> None:
        what.click()

    def write(self, what: Any, text: str) -> None:
        what.click()
        what.fill(text)


class Finger(Mouse):
    """A finger on a screen."""

    def press(self, what: Any) -> None:
        what.tap()

    def tick(self, what: Any) -> None:
        what.tap()

    def write(self, what: Any, text: str) -> None:
        what.tap()
        what.fill(text)


class Keys(Hand):
    """A keyboard and nothing else: Tab leads to a thing, Enter and Space press it."""

    unseen: list[str]
    """What had the focus without showing it."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.unseen = []

    def reach(self, what: Any) -> None:
        """Go to a thing by Tab, or back by Shift+Tab where that is nearer."""
        what.wait_for(state="attached")
        back = what.evaluate("(e) => !!(document.activeElement.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING)")
        for _ in range(400):
            if what.evaluate("(e) => e === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            found = self.page.evaluate(_FOCUS)
            if found and not found["seen"] and not found["native"]:
                self.unseen.append(found["what"])
        raise AssertionError(f"no key leads to {what}")

    def press(self, what: Any) -> None:
        self.reach(what)
        self.page.keyboard.press("Enter")

    def tick(self, what: Any) -> None:
        self.reach(what)
        self.page.keyboard.press("Space")

    def write(self, what: Any, text: str) -> None:
        self.reach(what)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
