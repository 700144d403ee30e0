"""The house's screens as people use them: in a real browser, on a desk and on a phone, by mouse and by keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from audiopub.desk.model import DeskState
from tests.desk.browsing import Seen, browsing
from tests.desk.house import LAN, PASSWORD, SHOW, House, article, changed, episode_of, house, made, published

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(newsroom: House) -> Iterator[Any]:
    """Start a browser, after the newsroom: its driver keeps an event loop running in this thread, beside which no worker begins."""
    assert newsroom.names
    with browsing() as found:
        yield found


@contextmanager
def signed_in(browser: Any, newsroom: House, **look: Any) -> Iterator[Seen]:
    with Seen.opened(browser, newsroom.origin, **look) as seen:
        seen.page.goto(newsroom.origin + "/desk/login")
        seen.page.fill("[name=name]", "lan")
        seen.page.fill("[name=password]", PASSWORD)
        seen.page.press("[name=password]", "Enter")
        seen.page.wait_for_url("**/desk/")
        yield seen


@pytest.fixture
def seen(browser: Any, newsroom: House) -> Iterator[Seen]:
    with signed_in(browser, newsroom) as found:
        yield found


def screens(newsroom: House) -> list[str]:
    names = newsroom.names
    return [
        *(f"/desk/a/{names[state]}/release" for state in ("ready", "published", "scheduled", "draft")), f"/desk/a/{names['corrected']}/correction",
        f"/desk/a/{names['draft']}/correction", f"/desk/a/{names['corrected']}/history", f"/desk/lexicon?show={SHOW}", "/desk/lexicon?q=khongco",
        f"/desk/lexicon/entry?show={SHOW}&written=MTTQ&scope=newsroom", f"/desk/lexicon/remove?show={SHOW}&written=MTTQ&scope=newsroom",
        f"/desk/lexicon/import?show={SHOW}", "/desk/lexicon/history", "/desk/nights", f"/desk/listens?show={SHOW}", "/desk/listens?show=kinh-te", "/desk/audit",
        "/desk/settings", "/desk/people", "/desk/people/keys", "/desk/people/webhooks", "/desk/account",
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_screen_bars_anybody(browser: Any, newsroom: House, width: int, scheme: str) -> None:
    """No barrier that axe knows, no sideways scroll, nothing from elsewhere, a silent console; on a phone, targets that a finger hits."""
    from axe_playwright_python.sync_playwright import Axe

    every = screens(newsroom)
    with signed_in(browser, newsroom, width=width, scheme=scheme) as seen:
        for path in every if scheme == "dark" else every[::2]:
            seen.go(path)
            assert seen.overflow() <= 0, path
            found = Axe().run(seen.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_it_is_published_by_keyboard(seen: Seen, newsroom: House) -> None:
    """Who ticks and presses Enter sees the job go on and, without touching anything, the addresses."""
    name = article(newsroom.desk, "Bến phà cũ")
    made(newsroom.desk, name)
    seen.go(f"/desk/a/{name}/release")
    seen.page.focus("[name=accept]")
    seen.page.keyboard.press("Space")
    seen.page.focus("button[value=now]")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#copy-feed", timeout=30_000)
    assert newsroom.desk.view(LAN, name).item.state is DeskState.PUBLISHED
    seen.page.focus("[data-copies=copy-page]")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector(".toast")


def test_a_correction_note_is_shown_as_listeners_read_it(seen: Seen, newsroom: House) -> None:
    """While it is typed; what is markup in it is text."""
    name = article(newsroom.desk, "Thác Bạc mùa nước")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    changed(newsroom.desk, name, "3 km", "4 km")
    made(newsroom.desk, name)
    seen.go(f"/desk/a/{name}/correction")
    seen.page.fill("[name=note]", "<img src=x onerror=alert(1)> năm")
    seen.page.wait_for_selector("#note-line .as-read")
    assert "<img src=x onerror=alert(1)> năm" in seen.page.inner_text("#note-line")


def test_a_withdrawal_wants_a_tick_and_can_be_undone(seen: Seen, newsroom: House) -> None:
    """The browser keeps the form until it is ticked; the next page offers to give it back."""
    name = article(newsroom.desk, "Nhà văn hóa thôn")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    seen.go(f"/desk/a/{name}/correction")
    seen.page.fill("[name=reason]", "sai tên xã")
    seen.page.click("button.danger")
    assert newsroom.desk.view(LAN, name).item.state is DeskState.PUBLISHED
    seen.page.check("[name=understood]")
    seen.page.click("button.danger")
    seen.page.click(f'form[action="/desk/a/{name}/restore"] button')
    seen.page.wait_for_selector(".notice.ok")
    assert newsroom.desk.view(LAN, name).item.state is DeskState.PUBLISHED


def test_a_former_revision_comes_back_by_its_dialog(seen: Seen, newsroom: House) -> None:
    """The dialog opens by keyboard, Escape leaves all as it is, its button brings the revision back."""
    name = article(newsroom.desk, "Đèo Ô Quy Hồ")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    changed(newsroom.desk, name, "3 km", "9 km")
    made(newsroom.desk, name)
    published(newsroom.desk, name)
    seen.go(f"/desk/a/{name}/correction")
    seen.page.focus("[data-opens=back-1]")
    seen.page.keyboard.press("Enter")
    seen.until("document.getElementById('back-1').open")
    seen.page.keyboard.press("Escape")
    seen.until("!document.getElementById('back-1').open")
    seen.page.keyboard.press("Enter")
    seen.page.click("#back-1 button.main")
    seen.page.wait_for_selector(".notice.ok")
    assert episode_of(newsroom.desk, name).history[-1].to == 1


def test_a_reading_plays_before_it_is_saved(seen: Seen, newsroom: House) -> None:
    """The sound is loaded by its address and can be played; an incomplete form says what is wanting, where one looks."""
    seen.silent = False  # the console tells of the answer 422
    seen.go(f"/desk/lexicon/entry?show={SHOW}")
    seen.page.click("#entry-form button[type=button]")
    seen.page.wait_for_selector("#tried .notice.stop")
    seen.page.fill("[name=written]", "UBND")
    seen.page.fill("[name=spoken]", "ủy ban")
    seen.page.click("#entry-form button[type=button]")
    seen.page.wait_for_selector("#tried audio")
    seen.until("document.querySelector('#tried audio').duration > 0.2")
    assert "Sẽ đổi" in seen.page.inner_text("#tried") and "UBND" not in {one.written for one in newsroom.desk.entries(LAN, SHOW)}
    seen.page.click("#entry-form button.main")
    seen.page.wait_for_selector(".notice.ok")
    assert "UBND" in {one.written for one in newsroom.desk.entries(LAN, SHOW)}
    seen.page.click("form[hx-post] button >> nth=0")
    seen.until("document.querySelector('.heard-here audio') && document.querySelector('.heard-here audio').duration > 0.1")


def test_a_night_is_begun_and_followed(seen: Seen) -> None:
    """From the button to the report, without loading the page by hand."""
    seen.go("/desk/nights")
    seen.page.click("[data-opens=begin]")
    seen.page.select_option("#begin select", SHOW)
    seen.page.click("#begin button.main")
    seen.page.wait_for_selector(".figures", timeout=40_000)
    assert "Mùa vàng" in seen.page.inner_text("main")


def test_enter_in_a_field_publishes_nothing(seen: Seen, newsroom: House) -> None:
    """A moment, or a tick, that is ended by Enter is no publication: that is pressed. What was written stays."""
    name = newsroom.names["ready"]
    seen.silent = False  # the browser notes the refusal
    seen.go(f"/desk/a/{name}/release")
    page = seen.page
    for press in ("[name=at]", "[name=accept]"):
        if press == "[name=at]":
            page.locator("summary", has_text="Hẹn giờ").click()
            page.locator(press).fill("2126-06-01T07:00")
        with page.expect_navigation():
            page.locator(press).first.press("Enter")
        assert "hãy bấm đúng nút" in page.locator("main").inner_text()
        assert page.locator("[name=at]").input_value() == "2126-06-01T07:00"
    assert newsroom.desk.view(LAN, name).episode is None
