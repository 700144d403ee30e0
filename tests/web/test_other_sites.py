"""A newspaper's own page, in a real browser: it frames the player page and no other, and uses script, transcript, picture and audio of the show."""

import pytest

from tests.wires import site as wire

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>Báo</title>
<script src="{show}/x.js"></script>
<img id="picture" src="{show}/cover.jpg"><audio id="audio" preload="metadata" src="{show}/{audio}"></audio>
<script>
fetch("{show}/x.segments.json").then(answer => answer.json()).then(segments => {{ window.segments = segments; }});
</script>"""


@pytest.fixture
def paper(site):
    """Serve a newspaper's pages on another origin; the one that isolates itself takes only what says that others may use it. The show's own files stay as they are."""
    for name, content in {
        "x.embed.html": "<p id=here>player", "y.html": "<p id=here>page", "x.js": "window.player = true", "x.segments.json": '{"segments": [1]}',
    }.items():  # fmt: skip
        site.file(name).write_text(content, encoding="utf-8")
    frames = "".join(f'<iframe name="{name}" src="{site.url(name)}"></iframe>' for name in ("x.embed.html", "y.html"))
    pages = {
        "/frames": ({}, frames),
        "/isolated": ({"Cross-Origin-Embedder-Policy": "require-corp"}, PAGE.format(show=site.url().rstrip("/"), audio=site.episodes[0].audio)),
    }

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        headers, body = pages.get(path, ({}, ""))
        return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, body.encode()

    with wire(answer) as (address, _):
        yield address


def test_only_the_player_page_stands_in_frames(browser, paper):
    """The player page is shown inside the newspaper's page; an episode's page is not."""
    page = browser.new_page()
    page.goto(f"{paper}/frames", wait_until="load")
    assert page.frame(name="x.embed.html").locator("#here").text_content() == "player"
    assert page.frame(name="y.html").locator("#here").count() == 0
    page.close()


def test_what_the_player_needs_may_be_used_elsewhere(browser, paper):
    """Script, segment map, picture and audio are loaded by a page that takes nothing from other sites without their leave."""
    page = browser.new_page()
    page.goto(f"{paper}/isolated", wait_until="load")
    page.wait_for_function("window.player && window.segments && picture.naturalWidth > 0 && audio.readyState > 0", timeout=20_000)
    page.close()
