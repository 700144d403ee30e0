"""What the table says of gPodder, asked of the parser that gPodder uses."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import podcastparser
import pytest

from audiopub.publish.feedcheck.model import App
from audiopub.publish.feedcheck.table import table
from tests.feed_faults import FAULTS, FEED, Fault, Files
from tests.shows import publish_all

FIVE_IN_VIETNAM = datetime(2018, 6, 5, 22, tzinfo=UTC).timestamp()
SEVEN_HOURS = 7 * 3600


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The feed of three episodes; its first one is of 5 o'clock in Vietnam."""
    site = tmp_path_factory.mktemp("show") / "site"
    publish_all(site)
    return {FEED: Path(site / FEED).read_bytes()}


def read(body: bytes) -> Any:
    """Read a feed as gPodder does; None where it is refused."""
    try:
        return podcastparser.parse("http://127.0.0.1:8791/feed.xml", io.BytesIO(body))
    except podcastparser.FeedParseError:
        return None


def first(feed: Any) -> Any:
    return next(episode for episode in feed["episodes"] if "sáng" in episode["title"])


SIGNS: Mapping[str, Callable[[Any], bool]] = {
    "refuses the whole feed": lambda feed: feed is None,
    "reads it as meant": lambda feed: first(feed)["total_time"] == 15 and first(feed)["published"] == FIVE_IN_VIETNAM,
    "reads the date right": lambda feed: first(feed)["published"] == FIVE_IN_VIETNAM,
    "reads the time as UTC: seven hours late for Vietnam": lambda feed: first(feed)["published"] == FIVE_IN_VIETNAM + SEVEN_HOURS,
    "shows no date, and sorts the episode elsewhere": lambda feed: first(feed)["published"] == 0,
    "shows a duration of 0": lambda feed: first(feed)["total_time"] == 0,
    "cuts it to whole seconds": lambda feed: first(feed)["total_time"] == 120,
    "shows no size": lambda feed: first(feed)["enclosures"][0]["file_size"] == -1,
    "completes the address": lambda feed: first(feed)["enclosures"][0]["url"].startswith("http://127.0.0.1:8791/"),
    "takes the link for the identity: when it changes, the episode comes again": lambda feed: first(feed)["guid"] == first(feed)["link"],
    "leaves the spaces out": lambda feed: first(feed)["guid"] == first(feed)["guid"].strip() and first(feed)["guid"].startswith("audiopub:"),
    "shows it as it stands": lambda feed: "&amp;" in first(feed)["title"],
}
"""What each of these looks like in what the parser gives; the others show only in the app itself."""


def asked() -> list[tuple[Fault, str]]:
    """Give the faults whose effect on gPodder its parser shows, each with the effect."""
    told = [(fault, table()[fault.rule].does.get(App.GPODDER)) for fault in FAULTS]
    return [(fault, does.effect.texts["en"]) for fault, does in told if does is not None and does.effect.texts["en"] in SIGNS]


@pytest.mark.parametrize(("fault", "effect"), asked(), ids=[str(fault) for fault, _ in asked()])
def test_the_parser_does_what_is_told_of_it(files: Files, fault: Fault, effect: str) -> None:
    """A fault has the effect that the table names, and a good feed has none of them that is harmful."""
    assert SIGNS[effect](read(fault.plant(files)[FEED]))
    harmless = {"reads it as meant", "reads the date right", "completes the address", "leaves the spaces out"}
    assert SIGNS[effect](read(files[FEED])) is (effect in harmless)


def test_every_sign_is_asked_for() -> None:
    """No sign stands there unused."""
    assert {effect for _, effect in asked()} == set(SIGNS)
