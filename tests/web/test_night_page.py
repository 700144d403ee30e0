"""The page of a night in Chromium: barriers, narrow screens, what it loads."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from audiopub.jobs.report_json import from_plain
from audiopub.jobs.report_page import page as night_page
from tests.web.test_players import VIEWS, opened

NIGHTS = Path(__file__).parents[1] / "nights"
CASES = sorted(path.name for path in NIGHTS.iterdir() if path.is_dir())

pytestmark = pytest.mark.browser


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Write the page of a night into a folder of its own."""
    report = from_plain(json.loads((NIGHTS / request.param / "input.json").read_text(encoding="utf-8")))
    (tmp_path / "night.html").write_text(night_page(report), encoding="utf-8")
    return (tmp_path / "night.html").as_uri()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("address", CASES, indirect=True)
def test_axe_finds_nothing(browser, address: str, view: str) -> None:
    """axe-core finds no violation, in light and dark, on a desktop and a phone, and nothing that it could not decide on contrast."""
    with opened(browser, address, bypass_csp=True, **VIEWS[view]) as (page, _, _):
        found = Axe().run(page).response
    assert [(one["id"], [node["html"][:90] for node in one["nodes"][:3]]) for one in found["violations"]] == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("address", CASES, indirect=True)
def test_it_fits_and_asks_for_nothing(browser, address: str, width: int) -> None:
    """Nothing has to be scrolled sideways, the policy lets the page's own style through and nothing else, and only the page itself is asked for."""
    with opened(browser, address, viewport={"width": width, "height": 800}) as (page, complaints, requests):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "736px"
        page.evaluate("document.body.setAttribute('style', 'color: red')")
        assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    assert [one for one in complaints if "style" not in one] == [] and len(complaints) == 1
    assert requests == [address]


@pytest.mark.parametrize("address", ["busy"], indirect=True)
def test_it_prints_black_on_white(browser, address: str) -> None:
    """On paper there are no dark grounds, also where the screen is dark, and it comes to few pages."""
    with opened(browser, address, color_scheme="dark") as (page, _, _):
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type /Page\b", paper)) <= 4
