"""The screens where an article is made, as people use them: in a real browser, by mouse and by keyboard, on a desk and on a phone."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from audiopub.desk.model import DeskState, Progress
from tests.desk.browsing import Seen, browsing
from tests.desk.fake_desk import FakeDesk
from tests.desk.screens import served

pytestmark = pytest.mark.browser
_NUMBERS = count(500_000)
FIRST = "Ba năm gần đây"


@pytest.fixture(scope="module")
def desk() -> FakeDesk:
    made = FakeDesk()
    for number, state in enumerate(DeskState):
        more: dict[str, Any] = {}
        if state is DeskState.FAILED:
            more = {
                "code": "fetch.status",
                "details": {"url": "https://bao.example/dia-chi-rat-dai-khong-co-cho-ngat", "status": 503},
                "progress": Progress(job="j", state="failed"),
            }
        if state is DeskState.RENDERING:
            more = {"progress": Progress(job="j", state="running", stage="speaking", done=3, of=9)}
        made.lay(number, state, **more)
    return made


@pytest.fixture(scope="module")
def origin(desk: FakeDesk) -> Iterator[str]:
    with served(desk) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as found:
        yield found


@pytest.fixture
def seen(browser: Any, origin: str) -> Iterator[Seen]:
    with Seen.opened(browser, origin) as found:
        yield found


@pytest.fixture
def name(desk: FakeDesk) -> str:
    made = desk.lay(next(_NUMBERS))
    desk.finish(made)
    return made


def screens(name: str) -> tuple[str, ...]:
    return "/desk/", "/desk/new", f"/desk/a/{name}", f"/desk/a/{name}/reading", f"/desk/a/{name}/sound"


def test_twice_as_large_needs_no_sideways_scroll(browser: Any, origin: str, name: str) -> None:
    """At 200 % a window of 1280 has room for 640."""
    with Seen.opened(browser, origin, width=640) as seen:
        for path in screens(name):
            seen.go(path)
            assert seen.overflow() <= 0, path


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")], ids=["desk", "phone"])
def test_no_barriers_and_no_sideways_scroll(browser: Any, origin: str, name: str, width: int, scheme: str) -> None:
    """Axe finds nothing, nothing is wider than the screen, the console is silent and no other site is asked."""
    from axe_playwright_python.sync_playwright import Axe

    with Seen.opened(browser, origin, width=width, scheme=scheme) as seen:
        for path in screens(name):
            seen.go(path)
            assert seen.overflow() <= 0, path
            found = Axe().run(seen.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert seen.said == [] and seen.elsewhere == []


def test_nothing_of_the_original_runs(seen: Seen, name: str) -> None:
    """The page's own script does not run in its frame; that is the one thing that the console tells."""
    seen.silent = False
    seen.go(f"/desk/a/{name}")
    frame = next(frame for frame in seen.page.frames if frame.url.endswith("/source"))
    assert "Đảng bộ" in frame.locator("h1").inner_text()
    assert frame.evaluate("typeof window.PWNED") == "undefined"


def test_a_job_is_seen_as_it_goes(seen: Seen, desk: FakeDesk, name: str) -> None:
    """The list's row changes by itself."""
    seen.go("/desk/")
    row = seen.page.locator(f"#row-{name}")
    assert "Chờ duyệt" in row.inner_text()
    from tests.desk.fake_desk import ADMIN

    desk.render(ADMIN, name)
    row.get_by_text("Đang dựng").wait_for()
    assert "4/11" in row.inner_text()
    desk.finish(name)
    row.get_by_text("Chờ duyệt").wait_for()


def test_the_list_is_searched_as_one_types(seen: Seen, desk: FakeDesk) -> None:
    """Rows that match stand there without a button, and the address can be sent to a colleague."""
    desk.lay(next(_NUMBERS), title="Chợ phiên vùng cao")
    seen.go("/desk/")
    seen.page.fill("#q", "chợ phiên")
    seen.until("document.querySelectorAll('#list tbody tr').length === 1")
    seen.until("location.search.includes('q=ch')")
    assert seen.page.evaluate("document.activeElement.id") == "q"


def test_several_are_rendered_after_one_question(seen: Seen, desk: FakeDesk, name: str) -> None:
    """What is picked is named in the dialog, done, and told."""
    seen.go("/desk/")
    seen.page.locator(f"#row-{name} input").check()
    bar = seen.page.locator(".bulkbar")
    assert bar.is_visible() and "1 bài đã chọn" in bar.inner_text()
    bar.get_by_text("Dựng âm thanh").click()
    dialog = seen.page.locator("#bulk-render")
    assert dialog.locator("li").count() == 1
    dialog.get_by_role("button", name="Dựng âm thanh").click()
    seen.page.get_by_text("Xong 1 bài").wait_for()
    assert ("render", name) in desk.calls
    desk.finish(name)


def test_a_block_is_edited_in_place(seen: Seen, desk: FakeDesk, name: str) -> None:
    """A field that is left is saved; the one that is typed in next keeps focus and text."""
    seen.go(f"/desk/a/{name}")
    seen.page.fill("#b2-text", "Câu đã sửa.")
    seen.page.focus("#b4-text")
    seen.page.keyboard.type("X")
    seen.page.locator("#summary .saved").filter(has_text="Đã lưu").wait_for()
    assert desk.of(name).draft.block("b2").text == "Câu đã sửa."
    assert seen.page.evaluate("document.activeElement.id") == "b4-text" and "X" in seen.page.input_value("#b4-text")
    assert seen.page.get_by_text("Đã sửa tay").count() == 1
    seen.page.keyboard.press("Escape")
    assert "X" not in seen.page.input_value("#b4-text")


def test_blocks_by_keys_alone(seen: Seen, desk: FakeDesk, name: str) -> None:
    """Splitting at the cursor, joining, leaving out and walking need no mouse."""
    seen.go(f"/desk/a/{name}")
    page = seen.page
    page.focus("#b5-text")
    page.evaluate("(() => { const field = document.activeElement; const at = field.value.indexOf('Việc gì'); field.setSelectionRange(at, at); })()")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#b12-text")
    texts = {block.id: block.text for block in desk.of(name).draft.blocks}
    assert texts["b5"].endswith("ở trụ sở.") and texts["b12"].startswith("Việc gì")
    page.focus("#b5-text")
    page.keyboard.press("Control+j")
    page.wait_for_selector("#b12-text", state="detached")
    page.focus("#b5-text")
    page.keyboard.press("Alt+x")
    page.wait_for_selector("#b5.dropped")
    assert not desk.of(name).draft.block("b5").included
    page.focus("#b5-text")
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate("document.activeElement.id") == "b6-text"


def test_what_was_typed_goes_along(seen: Seen, desk: FakeDesk, name: str) -> None:
    """Words that were just typed are saved by the tick beside them, and by the button that joins their block to the one before."""
    seen.go(f"/desk/a/{name}")
    page = seen.page
    page.locator("#b6-text").press("Control+End")
    page.keyboard.type(" Chữ vừa gõ.")
    page.locator("#b6 label.keep").click()
    page.wait_for_selector("#b6.dropped")
    assert desk.of(name).draft.block("b6").text.endswith("Chữ vừa gõ.")
    page.locator("#b6-text").press("Control+End")
    page.keyboard.type(" Rồi lại gõ.")
    page.locator("#b5-merge").click()
    page.wait_for_selector("#b6", state="detached")
    assert desk.of(name).draft.block("b5").text.endswith("Chữ vừa gõ. Rồi lại gõ.")


def test_keys_of_an_input_method_are_not_ours(seen: Seen, name: str) -> None:
    """Escape in the midst of a composed letter ends the composing, and takes nothing back that was typed."""
    seen.go(f"/desk/a/{name}")
    page = seen.page
    page.locator("#b6-text").press("Control+End")
    page.keyboard.type(" Chữ vừa gõ.")
    for composing, kept in ((True, True), (False, False)):
        page.evaluate(
            "(composing) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true, isComposing: composing}))", composing
        )
        assert page.locator("#b6-text").input_value().endswith("Chữ vừa gõ.") is kept


def test_who_is_signed_out_keeps_what_was_written(seen: Seen, name: str) -> None:
    """The page does not go away under somebody's hands; where nothing was written, it leads to the login."""
    seen.silent = False
    seen.go(f"/desk/a/{name}")
    page = seen.page
    page.route("**/blocks/*", lambda route: route.fulfill(status=401, content_type="text/plain", body="x"))
    page.locator("#b6-text").press("Control+End")
    page.keyboard.type(" Chữ vừa gõ.")
    page.keyboard.press("Tab")
    link = page.locator(".toast a")
    link.wait_for()
    assert link.get_attribute("href") == "/desk/login"
    assert page.locator("#b6-text").input_value().endswith("Chữ vừa gõ.")


def test_the_second_of_two_editors_chooses(browser: Any, origin: str, desk: FakeDesk, name: str) -> None:
    """Both open the block, both write: the second sees both texts, and nothing is lost whichever is taken."""
    with Seen.opened(browser, origin) as first, Seen.opened(browser, origin) as second:
        second.silent = False  # the browser tells of the 412
        first.go(f"/desk/a/{name}")
        second.go(f"/desk/a/{name}")
        first.page.fill("#b2-text", "Câu của người thứ nhất.")
        first.page.keyboard.press("Tab")
        first.page.locator("#summary .saved").filter(has_text="Đã lưu").wait_for()
        second.page.fill("#b2-text", "Câu của người thứ hai.")
        second.page.keyboard.press("Tab")
        conflict = second.page.locator("#b2.conflict")
        conflict.wait_for()
        assert "người thứ nhất." in conflict.inner_text() and conflict.locator("[name=text]").input_value() == "Câu của người thứ hai."
        assert desk.of(name).draft.block("b2").text == "Câu của người thứ nhất."
        conflict.get_by_text("Dùng bản của tôi").click()
        second.page.wait_for_selector("#b2-text")
        assert desk.of(name).draft.block("b2").text == "Câu của người thứ hai."


def test_a_word_is_said_otherwise(seen: Seen, desk: FakeDesk, name: str) -> None:
    """Enter on a marked piece opens its dialog; it is heard, its impact seen, and saved; the page then says it so."""
    seen.go(f"/desk/a/{name}/reading")
    page = seen.page
    page.locator("button.piece.guess").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#say-dialog[open]")
    assert page.evaluate("document.activeElement.name") == "say"
    page.keyboard.type("tê-ét-em-xê mới")
    page.click("#say button:has-text('Nghe thử')")
    seen.until("(() => { const sound = document.querySelector('#heard audio'); return sound && sound.duration > 0.5; })()")
    assert page.locator("#say button.main").count() == 0
    page.click("#say button:has-text('Xem ảnh hưởng')")
    page.wait_for_selector("#say button.main")
    page.keyboard.press("Tab")
    page.fill("#say [name=say]", "tê xê")
    page.wait_for_selector("#say button.main", state="detached")  # that was the impact of something else
    page.click("#say button:has-text('Xem ảnh hưởng')")
    page.click("#say button.main")
    page.get_by_text("Đã lưu cách đọc").wait_for()
    assert desk.calls[-1][:2] == ("save_entry", "thoi-su")
    page.locator(".spoken", has_text="nhà thầu tê xê").wait_for()
    desk.entered.clear()


def test_any_word_may_be_selected(seen: Seen, name: str) -> None:
    """A selection brings a button, which opens the form with that word."""
    seen.go(f"/desk/a/{name}/reading")
    seen.page.evaluate(
        """() => { const line = [...document.querySelectorAll('.written')].find((one) => one.textContent.includes('Loft')); const text = [...line.childNodes].find((one) => one.data && one.data.includes('Loft'));
        const range = document.createRange(); range.setStart(text, text.data.indexOf('Loft')); range.setEnd(text, text.data.indexOf('Loft') + 4); getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    seen.page.click("[data-say-selected]")
    seen.page.wait_for_selector("#say-dialog[open]")
    assert seen.page.input_value("#say [name=word]") == "Loft"
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("#say-dialog[open]").count() == 0


def test_sound_is_made_watched_and_cancelled(seen: Seen, desk: FakeDesk) -> None:
    """Progress comes by itself, cancelling ends it, and what is ready can be played at once."""
    name = desk.lay(next(_NUMBERS))
    seen.go(f"/desk/a/{name}/sound")
    page = seen.page
    page.click("#rendering button:has-text('Dựng âm thanh')")
    page.locator("#rendering progress[value='4']").wait_for()
    page.click("#rendering button:has-text('Hủy')")
    page.locator("#rendering button:has-text('Dựng âm thanh')").wait_for()
    page.click("#rendering button:has-text('Dựng âm thanh')")
    page.locator("#rendering progress[value='4']").wait_for()
    desk.finish(name)
    page.wait_for_selector("desk-player.player [data-act=toggle]:visible")


def test_the_transcript_follows_and_leads(seen: Seen, desk: FakeDesk, name: str) -> None:
    """The sentence that is heard is marked; Enter on another plays from there; each leads to its block and its reading."""
    seen.go(f"/desk/a/{name}/sound")
    page = seen.page
    lines = page.locator(".transcript li")
    lines.nth(4).locator(".s").focus()
    page.keyboard.press("Enter")
    seen.until("document.querySelectorAll('.transcript li')[4].hasAttribute('aria-current')")
    begin = float(lines.nth(5).get_attribute("data-start") or 0)
    seen.until("document.querySelectorAll('.transcript li')[5].hasAttribute('aria-current')")
    assert page.evaluate("document.querySelector('audio').currentTime") >= begin - 0.05
    assert lines.nth(5).locator("a").first.get_attribute("href") == f"/desk/a/{name}#b4"


def test_only_what_was_played_counts_as_heard(seen: Seen, desk: FakeDesk, name: str) -> None:
    """Skipping to the end tells nobody that it was heard; playing all of it does."""
    seen.go(f"/desk/a/{name}/sound")
    page = seen.page
    page.evaluate("document.querySelector('audio').muted = true")
    page.evaluate("document.querySelector('desk-player').go(9999, true)")
    seen.until("document.querySelector('audio').ended")
    proof = desk.of(name).proof
    assert proof is not None and not proof.heard
    page.select_option("[data-speed]", "2")
    page.evaluate("document.querySelector('desk-player').go(0, true)")
    page.evaluate("document.querySelector('audio').playbackRate = 8")
    page.locator("desk-player[data-done]").wait_for()
    proof = desk.of(name).proof
    assert proof is not None and "minh.hang" in proof.heard


def test_a_failure_is_told_in_passing(seen: Seen, desk: FakeDesk, name: str) -> None:
    """An answer that no part of the page takes becomes a message that can be closed."""
    seen.silent = False
    seen.go(f"/desk/a/{name}/sound")
    kept = desk.kept.pop(name)
    seen.page.click("#rendering button:has-text('Dựng âm thanh')")
    toast = seen.page.locator(".toast.stop")
    toast.wait_for()
    assert "Không có bài" in toast.inner_text()
    toast.get_by_role("button").click()
    assert toast.count() == 0
    desk.kept[name] = kept


def test_everything_is_reached_by_tab(seen: Seen, name: str) -> None:
    """From the top, the first stop leads past the masthead, and every stop shows where it is."""
    seen.go(f"/desk/a/{name}/sound")
    page = seen.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "jump"
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "(() => { const one = document.activeElement; const box = one.type === 'range' ? one.parentElement : one; return [one.outerHTML.slice(0, 60), getComputedStyle(box).outlineStyle]; })()"
        )
        if "<body" in shown[0]:
            break
        assert shown[1] == "solid", shown
        reached.add(shown[0])
    assert len(reached) > 15
