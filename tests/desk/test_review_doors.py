"""What a second pair of eyes found at the doors."""

from pathlib import Path

import pytest

from audiopub.people import Role
from audiopub.web.views import routers
from tests.desk.doors_kit import OURS, PASSWORD, House, house
from tests.desk.fake_desk import FakeDesk

NEW = "năm sáu bảy tám chín"


@pytest.fixture
def here(tmp_path: Path) -> House:
    """Give a desk with all its screens behind its doors."""
    made = house(tmp_path, desk=FakeDesk(), routers=routers)
    made.add("lan", Role.ADMIN)
    return made


def _change(here: House, cookie: str, present: str) -> int:
    form = {"present": present, "password": NEW, "again": NEW}
    return here.ask("POST", "/desk/account/password", {**OURS, "Cookie": cookie}, form=form).status


def test_a_browser_alone_changes_no_password(here: House) -> None:
    """Whoever sits down at an open browser is not let in for good; the password that counts cannot be guessed there either."""
    cookie = here.cookie()
    assert _change(here, cookie, "") == 422 and here.log_in().status == 303
    assert _change(here, cookie, PASSWORD) == 303
    assert here.log_in(password=PASSWORD).status == 401 and here.log_in(password=NEW).status == 303


def test_the_present_password_cannot_be_guessed(here: House) -> None:
    """After some wrong ones not even the right one counts for a while."""
    cookie = here.cookie()
    assert {_change(here, cookie, f"sai lần thứ {number}") for number in range(6)} == {422}
    assert _change(here, cookie, PASSWORD) == 422 and here.log_in(password=NEW).status != 303


@pytest.mark.parametrize("target", ["/desk/audit?by=%00", "/desk/audit?article=a%00b", "/desk/nights/a%00b"])
def test_an_address_with_a_letter_that_is_none(here: House, target: str) -> None:
    """Postgres takes no NUL: nothing is asked of it, and nobody sees a failure. Who is not known is told nothing of that."""
    assert here.ask("GET", target, {"Cookie": here.cookie(), "Accept": "text/html"}).status == 404
    assert here.ask("GET", target).status in {303, 401}
