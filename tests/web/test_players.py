"""Players elsewhere: in an iframe, in the newspaper's own page; what machines read of pages; accessibility by axe."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

ARTICLE = Path(__file__).parents[2] / "examples" / "cho-phien-vung-cao.html"
VIEWS: dict[str, dict[str, Any]] = {"desktop": {"viewport": {"width": 1280, "height": 800}}, "phone": {"viewport": {"width": 390, "height": 844}},
         "dark phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}}  # fmt: skip


NEAR = "(start) => { const at = document.querySelector('audiopub-player').audio.currentTime; return at >= start - 0.01 && at < start + 2; }"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def newspaper(folder: Path) -> Iterator[str]:
    """Serve the newspaper's own site, on another origin than the podcast's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def host(site, tmp_path: Path) -> Iterator[str]:
    """Give the address of the newspaper's article page, with the player in it and a policy of its own."""
    origin = site.origin
    body = re.sub(r"<img[^>]*>|<script.*?</script>", "", ARTICLE.read_text(encoding="utf-8").split("<body", 1)[1].split(">", 1)[1], flags=re.DOTALL)
    policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; media-src {origin}; style-src 'none'; img-src data:"
    (tmp_path / "bai.html").write_text(
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>Báo</title><link rel="icon" href="data:,">'
        f'<script src="{site.url("audiopub-player.js")}" defer></script></head><body>'
        f'<audiopub-player src="{site.url(site.episodes[0].file(".segments.json"))}" article="body"></audiopub-player>{body}',
        encoding="utf-8",
    )
    with newspaper(tmp_path) as address:
        yield f"{address}/bai.html"


@contextmanager
def opened(browser, address: str, **context: Any) -> Iterator[tuple[Any, list[str], list[str]]]:
    room = browser.new_context(**(context or VIEWS["desktop"]))
    page = room.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # asked for by the browser itself, for what is no page
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    try:
        yield page, complaints, requests
    finally:
        room.close()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["episode", "bare episode", "show", "embed", "withdrawn", "moved"])
def test_axe_finds_nothing(browser, site, name: str, view: str) -> None:
    """axe-core finds no violation on any page, in light and dark, on a desktop and a phone."""
    if name == "moved":
        from audiopub.publish.page import moved_page
        from tests.conftest import make_channel

        markup = moved_page(make_channel(), site.episodes[0]).replace('http-equiv="refresh"', 'name="x"')
        site.file("moved.html").write_text(markup, encoding="utf-8")
    file = {"episode": site.episodes[0].file(".html"), "bare episode": site.episodes[1].file(".html"), "show": "index.html", "embed": site.episodes[0].file(".embed.html"),
            "withdrawn": "410.html", "moved": "moved.html"}[name]  # fmt: skip
    with opened(browser, site.url(file), bypass_csp=True, **VIEWS[view]) as (page, _, _):
        page.wait_for_load_state("networkidle")
        found = Axe().run(page)
    assert [(one["id"], [node["html"][:90] for node in one["nodes"][:3]]) for one in found.response["violations"]] == []


def test_the_newspapers_page_plays_from_its_paragraphs(browser, host: str) -> None:
    """Under a strict policy of the newspaper's, the player finds the article's paragraphs, also the one after a dateline; a click plays from there and marks it."""
    with opened(browser, host) as (page, complaints, requests):
        page.wait_for_function("() => document.querySelectorAll('.audiopub-from').length > 5")
        count = page.evaluate("document.querySelectorAll('.audiopub-from').length")
        segments = page.evaluate("fetch(document.querySelector('audiopub-player').getAttribute('src')).then((answer) => answer.json())")
        spoken = [row for row in segments["paragraphs"] if row["kind"] not in {"opening", "closing", "notice"}]
        assert count == len(spoken)
        assert (
            page.evaluate("document.querySelector('.audiopub-from').tagName + document.querySelector('.audiopub-from').getAttribute('aria-label')")
            == "BUTTONNghe từ đoạn này"
        )
        for place in (len(spoken) // 2, len(spoken) - 1, 1):
            paragraph = page.locator(".audiopub-from").nth(place).locator("xpath=..")
            paragraph.scroll_into_view_if_needed()
            paragraph.click(position={"x": 60, "y": 12})
            page.wait_for_function(NEAR, arg=spoken[place]["start"])
            page.wait_for_function("() => document.querySelectorAll('.audiopub-heard').length === 1")
            assert paragraph.evaluate("(element) => element.classList.contains('audiopub-heard')")
        page.locator(".audiopub-from").nth(3).focus()
        page.keyboard.press("Enter")
        page.wait_for_function(NEAR, arg=spoken[3]["start"])
    assert complaints == []
    assert {urlsplit(url).hostname for url in requests if not url.startswith("data:")} == {"127.0.0.1"}


def test_the_newspapers_player_obeys(browser, host: str) -> None:
    """Play, pause, skip, seek and pace work with the keyboard alone, and say what they do."""
    with opened(browser, host) as (page, complaints, _):
        page.wait_for_function("() => document.querySelector('audiopub-player').audio")
        inside = page.locator("audiopub-player")
        play = inside.locator(".play")
        assert play.inner_text().strip() == "Nghe bài này"
        play.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('audiopub-player').audio.currentTime > 0.2")
        assert play.inner_text().strip() == "Tạm dừng"
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('audiopub-player').audio.paused")
        inside.locator(".ahead").press("Enter")
        page.wait_for_function("() => document.querySelector('audiopub-player').audio.currentTime > 30")
        inside.locator("input").press("End")
        page.wait_for_function("() => document.querySelector('audiopub-player').audio.currentTime > 100")
        assert " trên " in inside.locator("input").get_attribute("aria-valuetext")
        inside.locator("select").select_option("1.5")
        assert page.evaluate("document.querySelector('audiopub-player').audio.playbackRate") == 1.5
        assert complaints == []


def test_a_map_that_is_gone_is_said(browser, host: str, site) -> None:
    """Where the episode was withdrawn the player says so in a sentence, and the article is untouched."""
    page_file = Path(browser.version)  # a name that is surely no map
    with opened(browser, host) as (page, _, _):
        page.evaluate(
            f"() => {{ const p = document.createElement('audiopub-player'); p.id = 'x'; p.setAttribute('src', '{site.url(page_file.name)}'); document.body.append(p); }}"
        )
        page.wait_for_function("() => document.getElementById('x').shadowRoot.textContent === 'Không tải được âm thanh.'")


def test_the_players_script_is_small(site) -> None:
    """The script for the newspaper's page weighs at most 12 kB, uncompressed."""
    assert site.file("audiopub-player.js").stat().st_size <= 12_000


@pytest.mark.parametrize("width", [320, 640])
def test_the_iframe(browser, site, tmp_path: Path, width: int) -> None:
    """The embed code shows a player that plays in another site's page, whole at its height, and links out of its frame."""
    episode = site.episodes[0]
    answer = json.loads(site.file(episode.file(".oembed.json")).read_text(encoding="utf-8"))
    assert (answer["type"], answer["title"]) == ("rich", episode.title)
    (tmp_path / "index.html").write_text(
        f"<!DOCTYPE html><title>x</title><link rel='icon' href='data:,'>{answer['html']}".replace('width="640"', f'width="{width}"'), encoding="utf-8"
    )
    with newspaper(tmp_path) as address, opened(browser, address) as (page, complaints, _):
        frame = page.frame_locator("iframe")
        frame.locator(".play").click()
        page.wait_for_function("() => true")
        handle = page.query_selector("iframe").content_frame()
        handle.wait_for_function("() => document.getElementById('audio').currentTime > 0.2")
        assert handle.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        if width == 640:
            assert handle.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight") <= 0
        assert handle.evaluate("[...document.querySelectorAll('a')].every((a) => a.target === '_blank')")
        assert complaints == []


def test_what_machines_read(browser, site) -> None:
    """JSON-LD, Open Graph and oEmbed of an episode's page say what the episode is, and what they name is there."""
    episode = site.episodes[0]
    with opened(browser, site.url(episode.file(".html"))) as (page, _, _):
        data = json.loads(page.evaluate("document.querySelector('script[type=\"application/ld+json\"]').textContent"))
        card = page.evaluate("Object.fromEntries([...document.querySelectorAll('meta[property]')].map((m) => [m.getAttribute('property'), m.content]))")
        oembed = page.evaluate("document.querySelector('link[type=\"application/json+oembed\"]').href")
        assert (data["@type"], data["name"], data["associatedMedia"]["contentSize"]) == ("PodcastEpisode", episode.title, str(episode.audio_bytes))
        assert data["author"]["name"] == episode.author and data["partOfSeries"]["webFeed"] == site.url("feed.xml")
        assert (card["og:title"], card["og:image:width"]) == (episode.title, "1200")
        for address in (oembed, card["og:image"], card["og:audio"], data["url"], data["image"], data["associatedMedia"]["transcript"]):
            assert page.request.get(address).ok, address
    with opened(browser, site.url("index.html")) as (page, _, _):
        assert json.loads(page.evaluate("document.querySelector('script[type=\"application/ld+json\"]').textContent"))["@type"] == "PodcastSeries"


def test_subscribing(browser, site) -> None:
    """The buttons lead to apps by the feed's address; nothing is asked of any other host before a click."""
    with opened(browser, site.url("index.html")) as (page, complaints, requests):
        page.wait_for_load_state("networkidle")
        links = dict(page.evaluate("[...document.querySelectorAll('.apps a')].map((a) => [a.textContent, a.getAttribute('href')])"))
        host = urlsplit(site.origin).netloc
        assert links["Apple Podcasts"] == f"podcast://{host}/ban-tin/feed.xml" and links["Pocket Casts"] == f"pktc://subscribe/{host}/ban-tin/feed.xml"
        assert links["AntennaPod"].endswith(f"url=http%3A%2F%2F{host.replace(':', '%3A')}%2Fban-tin%2Ffeed.xml")
        assert page.input_value(".address") == site.url("feed.xml")
    assert complaints == [] and {urlsplit(url).hostname for url in requests} == {"127.0.0.1"}


def test_a_feed_in_a_browser_is_readable(browser, site) -> None:
    """Chromium shows the feed by its style sheet: what it is, its title, its episodes, and none of the machine's parts; nothing is complained of."""
    with opened(browser, site.url("feed.xml")) as (page, complaints, _):
        page.wait_for_load_state("networkidle")
        shown = page.evaluate("(name) => [...document.getElementsByTagName(name)].map((e) => getComputedStyle(e).display)", "title")
        assert set(shown) == {"block"} and len(shown) == 3
        assert page.evaluate("getComputedStyle(document.getElementsByTagName('guid')[0]).display") == "none"
        assert "feed podcast" in page.evaluate("getComputedStyle(document.querySelector('channel'), '::before').content")
        assert complaints == []
