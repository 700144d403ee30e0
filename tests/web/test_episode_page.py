"""An episode's page in a real browser: it follows the voice, obeys mouse and keys, and needs neither script nor network."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import webvtt

pytestmark = pytest.mark.browser

HIGHLIGHTED = "() => [...document.querySelectorAll('.s')].flatMap((s, i) => s.classList.contains('now') ? [i] : [])"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SAMPLE = """([rate, seconds]) => new Promise((done) => {
  const audio = document.getElementById('audio');
  const sentences = [...document.querySelectorAll('.s')];
  const seen = [];
  audio.playbackRate = rate;
  audio.play();
  const began = performance.now();
  const look = () => {
    seen.push([audio.currentTime, sentences.flatMap((s, i) => s.classList.contains('now') ? [i] : [])]);
    if (performance.now() - began < seconds * 1000) setTimeout(look, 20);
    else { audio.pause(); done(seen); }
  };
  setTimeout(look, 100);
})"""
CONTRAST = """(selectors) => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parts(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return Object.fromEntries(selectors.map((selector) => {
    const element = document.querySelector(selector);
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    return [selector, (a + 0.05) / (b + 0.05)];
  }));
}"""
TEXTS = ["h1", "h2", ".meta", ".links a", ".at", ".chapters a", ".transcript .opening .s", ".transcript .sentence .s", ".s.now"]


@dataclass
class Visit:
    """A page that is open, and what was noticed about it."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    """Errors on the console and uncaught ones."""

    requests: list[str] = field(default_factory=list)

    def ready(self) -> None:
        """Wait until the audio knows its length."""
        self.page.wait_for_function("() => document.getElementById('audio').readyState >= 1")

    def numbers(self, selector: str, name: str) -> list[float]:
        """Give a data attribute of all elements."""
        return [float(value) for value in self.page.eval_on_selector_all(selector, f"all => all.map((e) => e.dataset.{name})")]

    def time(self) -> float:
        """Give the audio's position."""
        return float(self.page.evaluate("document.getElementById('audio').currentTime"))

    def halt(self) -> None:
        """Let what begins to play stand still at its beginning, so that the place it begins at can be read at leisure."""
        self.page.evaluate("() => { window.plays = 0; HTMLMediaElement.prototype.play = function () { window.plays += 1; return Promise.resolve(); }; }")

    def seek(self, seconds: float) -> list[int]:
        """Go to a place and give the numbers of the sentences that are highlighted there."""
        script = f"""(seconds) => new Promise((done) => {{
          const audio = document.getElementById('audio');
          audio.addEventListener('seeked', () => setTimeout(() => done(({HIGHLIGHTED})()), 0), {{ once: true }});
          audio.currentTime = seconds;
        }})"""
        return list(self.page.evaluate(script, seconds))


@pytest.fixture
def visiting(browser, site) -> Callable[..., Any]:
    """Give a way to open one of the show's pages in a context of its own."""

    @contextmanager
    def visiting(name: str | None = None, **context: Any) -> Iterator[Visit]:
        room = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        visit = Visit(room.new_page())
        visit.page.on("console", lambda message: visit.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.goto(site.url(site.episodes[0].file(".html") if name is None else name))
        yield visit
        room.close()

    return visiting


@pytest.fixture
def visit(visiting) -> Iterator[Visit]:
    """Open the first episode's page on a desktop; whatever the test does, it may neither complain nor leave the host."""
    with visiting() as visit:
        visit.ready()
        yield visit
        assert visit.complaints == []
        assert {urlsplit(url).hostname for url in visit.requests} == {"127.0.0.1"}


def test_highlight_follows_the_voice(visit):
    """While the voice speaks, one sentence is highlighted: the one that is heard or was last begun."""
    starts = visit.numbers(".s", "start")
    samples = visit.page.evaluate(SAMPLE, [4, 9])
    assert samples[-1][0] > 25
    assert len({tuple(lit) for _, lit in samples}) > 4
    late = [(time, lit) for time, lit in samples if not _heard(starts, time, lit, slack=0.02)]
    assert [(time, lit) for time, lit in late if not _heard(starts, time, lit, slack=0.3)] == []
    assert len(late) <= len(samples) / 20


def test_highlight_keeps_up_at_normal_pace(visit):
    """At the voice's own pace the highlight is at most a few frames behind."""
    starts = visit.numbers(".s", "start")
    visit.seek(starts[1] - 0.8)
    samples = visit.page.evaluate(SAMPLE, [1, 2.5])
    assert len({tuple(lit) for _, lit in samples}) >= 2
    assert [(time, lit) for time, lit in samples if not _heard(starts, time, lit, slack=0.08)] == []


def test_middle_of_every_sentence(visit):
    """A seek to the middle of a sentence highlights that sentence and no other, wherever it stands."""
    places = list(zip(visit.numbers(".s", "start"), visit.numbers(".s", "end"), strict=True))
    found = [visit.seek((start + end) / 2) for start, end in places]
    assert found == [[number] for number in range(len(places))]


def test_first_and_last_moment_of_sentences(visit):
    """A sentence is highlighted from its first hundredth of a second to its last."""
    places = list(zip(visit.numbers(".s", "start"), visit.numbers(".s", "end"), strict=True))[:8]
    assert [visit.seek(start + 0.005) for start, _ in places] == [[number] for number in range(len(places))]
    assert [visit.seek(end - 0.015) for _, end in reversed(places)] == [[number] for number in reversed(range(len(places)))]


def test_nothing_highlighted_before_the_first_sentence(visit):
    """In the silence before the first sentence none is highlighted."""
    visit.seek(visit.numbers(".s", "start")[1])
    assert visit.seek(0.0) == []


def test_sentences_are_the_cues(visit, site):
    """Sentences on the page have the words and the times of the transcript's cues."""
    cues = webvtt.read(str(site.file(site.episodes[0].file(".vtt"))))
    assert visit.numbers(".s", "start") == [cue.start_in_seconds + cue.start_time.milliseconds / 1000 for cue in cues]
    assert visit.numbers(".s", "end") == [cue.end_in_seconds + cue.end_time.milliseconds / 1000 for cue in cues]
    words = [" ".join(text.split()) for text in visit.page.locator(".s").all_inner_texts()]
    assert words == [" ".join(cue.text.split()) for cue in cues]


def test_click_plays_from_the_sentence(visit):
    """A click on any sentence plays from its beginning."""
    starts = visit.numbers(".s", "start")
    visit.halt()
    for number in (0, 3, len(starts) // 2, len(starts) - 1):
        visit.page.locator(".s").nth(number).click()
        assert abs(visit.time() - starts[number]) <= 0.05
        assert visit.page.evaluate(HIGHLIGHTED) == [number]
    assert visit.page.evaluate("window.plays") == 4


def test_click_really_plays(visit):
    """After a click the audio moves on by itself from the sentence."""
    start = visit.numbers(".s", "start")[5]
    visit.page.locator(".s").nth(5).click()
    visit.page.wait_for_function("(start) => document.getElementById('audio').currentTime > start + 0.2", arg=start)
    assert visit.page.evaluate("document.getElementById('audio').paused") is False
    assert visit.time() < start + 3


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_keys_play_from_the_sentence(visit, key):
    """Enter and Space on a focused sentence play from it, and Space does not scroll the page."""
    starts = visit.numbers(".s", "start")
    visit.halt()
    visit.page.locator(".s").nth(7).focus()
    before = visit.page.evaluate("scrollY")
    visit.page.keyboard.press(key)
    assert abs(visit.time() - starts[7]) <= 0.05
    assert (visit.page.evaluate("window.plays"), visit.page.evaluate("scrollY")) == (1, before)


def test_focused_sentence_is_not_under_the_player(visit):
    """A sentence reached with Tab, forwards or backwards, is not hidden by the player that stays on top."""
    visit.page.locator(".s").last.focus()
    for _ in range(12):
        visit.page.keyboard.press("Shift+Tab")
        top = visit.page.evaluate("document.activeElement.getBoundingClientRect().top")
        assert top >= visit.page.evaluate("document.querySelector('.player').getBoundingClientRect().bottom") - 1


def test_chapter_click(visit):
    """A click on a chapter plays from it, stays on the page and marks that chapter alone as current."""
    marks = visit.numbers(".chapters a", "start")
    address = visit.page.url
    visit.halt()
    for number in (2, 1, 3):
        visit.page.locator(".chapters a").nth(number).click()
        assert abs(visit.time() - marks[number]) <= 0.05
        assert visit.page.eval_on_selector_all(".chapters a", "all => all.map((a) => a.getAttribute('aria-current'))").index("true") == number
        assert visit.page.locator(".chapters [aria-current]").count() == 1
    assert visit.page.url == address


def test_current_chapter_follows_the_voice(visit):
    """The chapter that is heard is marked, also just after its beginning and just before its end."""
    marks = visit.numbers(".chapters a", "start")
    for number, start in enumerate(marks[1:], start=1):
        visit.seek(start + 0.02)
        assert visit.page.locator(".chapters a").nth(number).get_attribute("aria-current") == "true"
        visit.seek(start - 0.05)
        assert visit.page.locator(".chapters a").nth(number - 1).get_attribute("aria-current") == "true"


def test_speaking_sentence_stays_in_sight(visit):
    """While the voice plays, the highlighted sentence is scrolled into the free part of the window."""
    start = visit.numbers(".s", "start")[-6]
    visit.page.emulate_media(reduced_motion="reduce")
    visit.page.evaluate("scrollTo(0, 0)")
    visit.page.evaluate("(start) => { const a = document.getElementById('audio'); a.currentTime = start; return a.play(); }", start)
    visit.page.wait_for_function("() => document.querySelector('.s.now')")
    visit.page.wait_for_timeout(300)
    box = visit.page.evaluate("(() => { const b = document.querySelector('.s.now').getBoundingClientRect(); return [b.top, b.bottom, innerHeight]; })()")
    bar = visit.page.evaluate("document.querySelector('.player').getBoundingClientRect().bottom")
    assert bar <= box[0] < box[1] <= box[2]


def test_works_without_script(visiting, site):
    """Without JavaScript the text is all there, the browser's own controls play, and chapters lead into the audio."""
    cues = webvtt.read(str(site.file(site.episodes[0].file(".vtt"))))
    with visiting(java_script_enabled=False) as visit:
        text = " ".join(visit.page.locator(".transcript").inner_text().split())
        assert all(" ".join(cue.text.split()) in text for cue in cues)
        assert visit.page.locator("audio[controls][src$='.mp3']").count() == 1
        links = [link.get_attribute("href") for link in visit.page.locator(".chapters a").all()]
    assert len(links) == len(site.episodes[0].chapters)
    assert all(re.fullmatch(re.escape(site.episodes[0].audio) + r"#t=\d+\.\d{3}", link) for link in links)


def test_every_file_of_a_page_is_there(visiting, site):
    """No page of the show asks for anything that is not served, and none asks elsewhere."""
    for name in ("index.html", *(episode.file(".html") for episode in site.episodes)):
        with visiting(name) as visit:
            visit.page.wait_for_load_state("networkidle")
            assert visit.complaints == []
            assert all(url.startswith(site.origin) for url in visit.requests)


def test_policy_is_in_force(visiting, site):
    """The served policy allows no inline script and no foreign source, the page needs neither, and the browser enforces it."""
    with visiting() as visit:
        answer = visit.page.request.get(visit.page.url)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert re.findall(r"<script(?![^>]*\bsrc=)(?! type=\"application/ld\+json\")|\son\w+=|\sstyle=|<style|javascript:", answer.text()) == []
        ran = visit.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.head.append(s); return window.ran === true; }",
        )
        assert ran is False
        assert any("Content Security Policy" in complaint for complaint in visit.complaints)


@pytest.mark.parametrize("name", [0, 1, "index.html"])
@pytest.mark.parametrize(
    "context",
    [
        pytest.param({"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True}, id="phone"),
        pytest.param({"viewport": {"width": 320, "height": 640}}, id="narrow"),
        pytest.param({"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}, id="zoom-200"),
    ],
)
def test_no_sideways_scrolling(visiting, site, context, name):
    """On a phone and at 200 % zoom nothing is wider than the window."""
    with visiting(name if isinstance(name, str) else site.episodes[name].file(".html"), **context) as visit:
        assert visit.page.evaluate(OVERFLOW) <= 0


def test_no_sideways_scrolling_with_large_text(visiting):
    """Text at twice its size, as people set it in their browser, still fits a phone."""
    with visiting(viewport={"width": 390, "height": 844}) as visit:
        visit.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert visit.page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable(visiting, scheme):
    """Every kind of text stands out from its ground by 4.5 to 1 (WCAG AA), in both colour schemes."""
    with visiting(color_scheme=scheme, reduced_motion="reduce") as visit:
        visit.ready()
        visit.seek(visit.numbers(".s", "start")[4] + 0.1)
        ratios = visit.page.evaluate(CONTRAST, TEXTS)
        assert min(ratios.values()) >= 4.5, ratios
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 384) is (scheme == "dark")


@pytest.mark.parametrize("name", [None, "index.html"])
def test_browser_draws_its_own_parts_dark_too(visiting, name):
    """A page says that it knows both schemes, so that the browser's player and scroll bars are not glaring white on a dark page."""
    with visiting(name, color_scheme="dark") as visit:
        assert visit.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light dark"


def test_pages_are_light(visiting, site):
    """A page without its audio and fonts weighs at most 60 kB, uncompressed."""
    with visiting() as visit:
        visit.page.wait_for_load_state("networkidle")
        loaded = [urlsplit(url).path.rsplit("/", 1)[-1] for url in set(visit.requests) if not url.endswith((".mp3", ".woff2"))]
    assert {"style.css", "player.js"} <= set(loaded)
    assert sum(site.file(name).stat().st_size for name in loaded) <= 60_000


def _heard(starts: list[float], time: float, lit: list[int], *, slack: float) -> bool:
    """Say whether what is lit is the sentence last begun at a time, or up to ``slack`` seconds of audio to either side of it."""
    allowed = {bisect_right(starts, time + shift) - 1 for shift in (-slack, 0, slack)}
    return len(lit) <= 1 and (lit[0] if lit else -1) in allowed
