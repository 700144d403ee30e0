"""The whole story of an article at the desk, in a real browser against a real server: by mouse, by finger on a phone, and by keys alone."""

import io
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import podcastparser
import pytest

from tests.desk.browser import PASSWORD, Finger, Hand, Keys, Mouse, Newsroom, Visit, newsroom, until, visit
from tests.web.conftest import FLAGS, chromium_path

pytestmark = pytest.mark.browser

ARTICLE = """<html><head><title>{title}</title><base href="https://ke-gian.example/"><script>window.PWNED = 1</script></head><body><article><h1>{title}</h1>
<p>Sáng nay, UBND xã Na Lay khai trương chợ phiên mới trên khu đất cạnh bến sông, sau hơn một năm xây dựng.</p>
<p onclick="window.PWNED = 2">Chợ có 120 gian hàng, cao hơn 15,5% so với chợ cũ, và họp vào mỗi sáng thứ Bảy.<img src=x onerror="window.PWNED = 3"></p>
<p>Bà Lò Thị Mai, bán rau ở chợ đã hai mươi năm, nói rằng mái mới cao và thoáng, trời mưa không còn lo ướt hàng.</p>
<p>Trong ảnh bìa, các bà các chị chọn mua rau cải, gừng và măng khô ở dãy hàng đầu chợ.</p>
<p>Tuyến xe từ trung tâm xã ra chợ chạy từ năm giờ sáng, cứ nửa giờ một chuyến.</p></article></body></html>"""
_GO_TO = """(player, at) => new Promise((done) => {
  const audio = player.querySelector("audio");
  audio.currentTime = at;
  const look = () => audio.currentTime > at + 0.1 && !audio.seeking ? done() : requestAnimationFrame(look);
  look();
})"""
_MARKED = """(player) => {
  const lines = [...player.querySelectorAll("[data-start]")];
  return [lines.findIndex((line) => line.ariaCurrent === "true" || line.getAttribute("aria-current") === "true"), player.querySelector("audio").currentTime];
}"""
EXTRA, WORD = "Trong ảnh bìa", "UBND"
NOTE = "Sửa số gian hàng của chợ."


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("story"), (("minh.hang", "admin"),)) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield made
        made.close()


@dataclass(frozen=True, kw_only=True)
class Way:
    """How somebody works at the desk."""

    hand: type[Hand]
    title: str
    context: dict[str, Any]


WAYS = {
    "mouse": Way(hand=Mouse, title="Chợ phiên Na Lay dời về bến sông", context={"viewport": {"width": 1280, "height": 800}}),
    "finger": Way(hand=Finger, title="Na Lay có chợ phiên mới", context={"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}),
    "keys": Way(hand=Keys, title="Bến sông Na Lay đông vui phiên chợ", context={"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_story(place, browser, way):
    how = WAYS[way]
    context = browser.new_context(locale="vi-VN", **how.context)
    context.set_default_timeout(40_000)
    seen = visit(context, place.origin, narrow=way == "finger")
    story = Story(place, how.hand(seen), how.title, way)
    try:
        story.sign_in()
        story.paste()
        story.leave_out()
        story.say_otherwise()
        story.render()
        story.follow()
        story.hear()
        story.publish()
        first = story.subscribe()
        story.correct()
        second = story.subscribe()
        story.has_been_corrected(first, second)
        story.roll_back(first)
        story.withdraw()
        story.restore()
    finally:
        context.close()
    assert not getattr(story.hand, "unseen", [])


OTHERS = (
    "lexicon", "lexicon/entry?show=ban-tin", "lexicon/import?show=ban-tin", "lexicon/history?show=ban-tin", "nights", "listens", "audit", "settings", "people", "people/keys",
    "people/webhooks", "account", "a/ban-tin-0000000000000000",
)  # fmt: skip


@pytest.mark.parametrize("way", ["mouse", "finger"])
def test_every_other_screen(place, browser, way):
    """Those that are not on the way of the story: no barrier, no sideways scroll, nothing that the browser complains of."""
    context = browser.new_context(locale="vi-VN", **WAYS[way].context)
    seen = visit(context, place.origin, narrow=way == "finger")
    Story(place, Mouse(seen), "", way).sign_in()
    for path in OTHERS:
        seen.page.goto(f"{place.origin}/desk/{path}")
        seen.complaints = [one for one in seen.complaints if "404" not in one]  # of the page that is not there
        seen.look(path)
    context.close()


class Story:
    """One article's, told step by step."""

    def __init__(self, place: Newsroom, hand: Hand, title: str, way: str) -> None:
        self.place, self.hand, self.page, self.title, self.way = place, hand, hand.page, title, way
        self.visit: Visit = hand.visit
        self.path = ""
        self.right = {"mouse": "125", "finger": "126", "keys": "127"}[way]
        """How many stalls there really are; another number each time, since a sentence that was spoken once is not spoken again."""

    def look(self, name: str) -> None:
        """Look at a screen; the keys walk over screens that the mouse has seen already."""
        if self.way == "keys":
            self.visit.level(name)
            self.visit.calm()
        else:
            self.visit.look(name)

    def sign_in(self) -> None:
        self.page.goto(self.place.origin + "/desk/")
        assert self.page.url.startswith(self.place.origin + "/desk/login")
        self.look("login")
        self.hand.write(self.page.locator("input[name=name]"), "minh.hang")
        self.hand.write(self.page.locator("input[name=password]"), PASSWORD)
        self.hand.press(self.page.locator("main form button").last)
        self.page.wait_for_url("**/desk/")
        self.look("empty list")

    def paste(self) -> None:
        self.hand.link("Bài mới")
        self.page.wait_for_url("**/desk/new")
        self.look("new")
        self.hand.write(self.page.locator("#f-text"), ARTICLE.format(title=self.title))
        self.hand.button("Đưa lên bàn biên tập", self.page.locator("form", has=self.page.locator("#f-text")))
        self.page.wait_for_url("**/desk/a/*")
        self.path = self.page.url.split("#", maxsplit=1)[0]
        assert self.page.locator("#title").input_value() == self.title
        assert self.page.evaluate("() => window.PWNED") is None
        self.look("editing")

    def block(self, words: str) -> Any:
        """Find a block by its text."""
        number = self.page.eval_on_selector_all("form.block textarea[name=text]", f"all => all.findIndex((one) => one.value.includes({words!r}))")
        return self.page.locator("form.block").nth(number)

    def leave_out(self) -> None:
        said = self.page.locator("#summary p").inner_text()
        block = self.block(EXTRA)
        assert block.locator("input[name=included]").is_checked(), "a rule left it out already"
        with self.page.expect_response("**/blocks/*"):
            self.hand.tick(block.locator("input[name=included]"))
        until(lambda: self.page.locator("#summary p").inner_text() != said)
        assert "dropped" in self.block(EXTRA).get_attribute("class")
        self.look("a block left out")

    def say_otherwise(self) -> None:
        self.hand.press(self.page.locator("nav .tabs a").nth(1))
        self.page.wait_for_url("**/reading")
        self.look("reading")
        self._select()
        dialog = self.page.locator("#say-dialog")
        dialog.wait_for(state="visible")
        if self.way == "keys":
            self.hand.write(dialog.locator("[name=word]"), WORD)
        assert dialog.locator("[name=word]").input_value() == WORD
        self.hand.write(dialog.locator("[name=say]"), "ủy ban xã")
        self.hand.button("Nghe thử", dialog)
        heard = dialog.locator("#heard audio")
        heard.wait_for(timeout=20_000)
        until(lambda: heard.evaluate("(a) => a.currentTime > 0.2 && a.duration > 1"), 20)
        self.look("saying a word otherwise")
        self.hand.button("Xem ảnh hưởng trước khi lưu", dialog)
        save = dialog.locator("#impact button.main")
        save.wait_for()
        with self.page.expect_navigation():
            self.hand.press(save)
        dialog.wait_for(state="hidden")
        assert "ủy ban xã" in self.page.locator(".spoken").all_inner_texts()[0].lower() or "ủy ban xã" in self.page.locator("main").inner_text()

    def _select(self) -> None:
        sentence = self.page.locator("li[data-sentence]", has_text=WORD).first
        if self.way == "mouse":  # the word is selected, as one selects words
            self._drag_over(sentence.locator(".piece", has_text=WORD))
            self.hand.press(self.page.locator("[data-say-selected]"))
        elif self.way == "finger":
            self.hand.press(sentence.locator("button.piece", has_text=WORD))
        else:
            self.hand.press(sentence.locator(".tools button"))

    def _drag_over(self, word: Any) -> None:
        """Select a word with the mouse, from its beginning to its end."""
        box = word.bounding_box()
        middle = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] - 2, middle)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + box["width"] - 1, middle, steps=4)
        self.page.mouse.up()

    def render(self) -> None:
        self.hand.press(self.page.locator("nav .tabs a").nth(2))
        self.page.wait_for_url("**/sound")
        self.look("sound, none yet")
        self.hand.button("Dựng âm thanh")
        self.page.locator("#rendering.going progress, desk-player").first.wait_for(timeout=20_000)
        self.page.locator("desk-player .controls").wait_for(state="visible", timeout=60_000)
        self.look("sound")

    def follow(self) -> None:
        """Play; the sentence that is marked is the one that the record has at that moment."""
        player = self.page.locator("desk-player")
        times = [(float(one["start"]), float(one["end"])) for one in player.locator("[data-start]").evaluate_all("all => all.map((e) => ({...e.dataset}))")]
        record = self.page.evaluate("async (url) => (await fetch(url)).json()", player.get_attribute("data-wave").replace("waveform.svg", "record.json"))
        said = [one for one in record["segments"] if one["written"]]
        assert [one["start"] / record["audio"]["rate"] for one in said] == pytest.approx([start for start, _ in times], abs=0.011)
        self.hand.press(player.locator("[data-act=toggle]"))
        until(lambda: player.evaluate("(p) => p.querySelector('audio').currentTime > 0.3"), 20)
        for start, end in (times[1], times[len(times) // 2], times[-1]):
            player.evaluate(_GO_TO, (start + end) / 2)
            line, at = player.evaluate(_MARKED)
            near = {index for index, (begin, over) in enumerate(times) if begin - 0.05 <= at <= over + 0.05}
            assert line in near, (line, at, times)
        assert all(first[1] <= second[0] + 0.001 for first, second in pairwise(times))

    def hear(self) -> None:
        """Hear it to its end, fast; what was jumped over would not count."""
        player = self.page.locator("desk-player")
        player.evaluate("(p) => { const a = p.querySelector('audio'); a.currentTime = 0; a.playbackRate = 12; a.play() }")
        player.locator("[data-done], .chip.ok").or_(self.page.locator("desk-player[data-done]")).first.wait_for(timeout=60_000)
        self.look("heard")

    def publish(self) -> None:
        self.hand.press(self.page.locator("nav .tabs a").nth(3))
        self.page.wait_for_url("**/release")
        self.look("release")
        with self.page.expect_navigation():
            self.hand.button("Phát hành ngay", self.page.locator("#publish-form"))
        self.is_out()
        self.look("published")

    def is_out(self) -> None:
        """Wait until the show's feed has the article."""
        until(self.entry, 60)
        self.page.goto(self.path + "/release")

    def entry(self) -> dict[str, Any] | None:
        """Give what a podcast app finds of it."""
        try:
            with urllib.request.urlopen(self.place.feed, timeout=10) as answer:
                parsed = podcastparser.parse(self.place.feed, io.BytesIO(answer.read()))
        except urllib.error.HTTPError:
            return None
        return next((one for one in parsed["episodes"] if one["title"] == self.title), None)

    def address(self) -> str:
        """Give where the feed says its sound is; what lies there is not asked, since a former address answers with the present sound while the feed changes."""
        found = self.entry()
        return str(found["enclosures"][0]["url"]) if found else ""

    def subscribe(self) -> dict[str, Any]:
        found = self.entry()
        assert found
        enclosure = found["enclosures"][0]
        with urllib.request.urlopen(enclosure["url"], timeout=10) as answer:
            body = answer.read()
            assert answer.headers["Content-Type"] == "audio/mpeg"
        assert len(body) == enclosure["file_size"]
        return found

    def correct(self) -> None:
        self.page.goto(self.path)
        block = self.block("120 gian hàng").locator("textarea[name=text]")
        with self.page.expect_response("**/blocks/*"):
            self.hand.write(block, block.input_value().replace("120", self.right))
            self.page.keyboard.press("Tab")
        self.page.goto(self.path + "/correction")
        changes = self.page.locator(".diffs > li")
        assert changes.count() == 1
        assert [one.strip() for one in changes.locator("del").all_inner_texts()] == ["120"]
        assert [one.strip() for one in changes.locator("ins").all_inner_texts()] == [self.right]
        self.look("correction")
        self.hand.press(self.page.locator("form[action$='/correction/render'] button"))
        self.page.locator("#replace-form").wait_for(timeout=60_000)
        assert re.search(r"\b1\b", self.page.locator("section[aria-labelledby=replace] > p").first.inner_text())
        player = self.page.locator("desk-player")
        player.locator(".controls").wait_for()
        player.evaluate("(p) => { const a = p.querySelector('audio'); a.playbackRate = 12; a.play() }")
        self.page.locator("desk-player[data-done]").wait_for(timeout=60_000)
        self.page.reload()
        self.hand.write(self.page.locator("#replace-form [name=note]"), NOTE)
        self.page.locator("#note-line .as-read", has_text=NOTE).wait_for()
        self.look("a correction to be published")
        before = self.subscribe()["enclosures"][0]["url"]
        with self.page.expect_navigation():
            self.hand.press(self.page.locator("#replace-form button.main"))
        until(lambda: self.address() not in {"", before}, 60)

    def has_been_corrected(self, first: dict[str, Any], second: dict[str, Any]) -> None:
        assert first["guid"] == second["guid"]
        assert first["enclosures"][0]["url"] != second["enclosures"][0]["url"]
        assert NOTE in second["description"] or NOTE in second.get("description_html", "")

    def roll_back(self, first: dict[str, Any]) -> None:
        self.page.goto(self.path + "/correction")
        self.look("revisions")
        self.hand.press(self.page.locator("[data-opens^=back-]").first)
        self.look("rolling back")
        present = self.subscribe()
        with self.page.expect_navigation():
            self.hand.press(self.page.locator("dialog[open] button.main"))
        until(lambda: self.address() not in {"", present["enclosures"][0]["url"]}, 60)
        assert self.subscribe()["guid"] == first["guid"]

    def withdraw(self) -> None:
        address = self.subscribe()["enclosures"][0]["url"]
        self.page.goto(self.path + "/correction")
        form = self.page.locator("form[action$='/withdraw']")
        self.hand.write(form.locator("[name=reason]"), "Nhân vật đề nghị gỡ.")
        self.hand.tick(form.locator("[name=notice]"))
        self.hand.tick(form.locator("[name=understood]"))
        with self.page.expect_navigation():
            self.hand.press(form.locator("button.danger"))
        until(lambda: status(address) == 410, 60)
        self.page.goto(self.path + "/correction")
        self.look("withdrawn")

    def restore(self) -> None:
        with self.page.expect_navigation():
            self.hand.press(self.page.locator("form[action$='/restore'] button"))
        until(lambda: self.entry() and status(self.subscribe()["enclosures"][0]["url"]) == 200, 60)
        self.page.goto(self.path + "/history")
        self.look("history")


def status(address: str) -> int:
    """Give how a file is answered."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    finally:
        time.sleep(0.05)
