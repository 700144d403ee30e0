"""Fixtures for all tests: a fixed moment, a show in memory, golden files."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from audiopub.adapters.memory import MemoryCache, MemoryCatalog, MemoryStore
from audiopub.adapters.mp3 import LameEncoder
from audiopub.article.dates import INDOCHINA
from audiopub.bootstrap.pages import end_parsing
from audiopub.engines.silent import SilentEngine
from audiopub.pipeline import Studio
from audiopub.publish.artwork import cover
from audiopub.publish.encoder import Encoder
from audiopub.publish.model import Channel
from audiopub.script import Style
from audiopub.speech import VoiceChain
from tests.postgres import postgres, postgres_url

__all__ = ["NOW", "ROOT", "make_channel", "make_studio", "postgres", "postgres_url"]

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("ci")

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 24, 20, 0, tzinfo=INDOCHINA)
"""The present moment of every test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files from what comes out now")


_PROCESSES = ("tests/jobs/", "tests/faults/", "tests/contract/")
"""Tests of real processes and servers, some of them killed, frozen and starved: what a machine makes late that is busy with other things is tried again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="AUDIOPUB_SHARED does not point at the outside corpora and tools")
    for item in items:
        if item.get_closest_marker("outside") and not os.environ.get("AUDIOPUB_SHARED"):
            item.add_marker(skip)
        if any(folder in item.path.as_posix() for folder in _PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a file beside its input; --update-golden rewrites the file."""

    def check(path: Path, actual: str) -> None:
        if request.config.getoption("--update-golden"):
            path.write_text(actual, encoding="utf-8")
        assert actual == path.read_text(encoding="utf-8")

    return check


def make_channel(slug: str = "thu") -> Channel:
    return Channel(
        slug=slug, title="Bản tin thử", description="Chương trình để thử.", language="vi", author="Báo Thử", owner_name="Tòa soạn", owner_email="a@bao.example",
        category="News", subcategory="Daily News", copyright="Báo Thử", base_url="http://127.0.0.1:8000", website=None, guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
    )  # fmt: skip


def make_studio(encoder: Encoder | None = None, chain: VoiceChain | None = None) -> Studio:
    """Put a studio together that keeps everything in memory and hums."""
    return Studio(
        channel=make_channel(), style=Style(show="Bản tin thử"), chain=chain or VoiceChain(["silent"], lambda _name: SilentEngine()), cache=MemoryCache(),
        encoder=encoder or LameEncoder(), store=MemoryStore(), archive=MemoryStore(), catalog=MemoryCatalog(), scratch=lambda: nullcontext(io.BytesIO()),
        cover=lambda: cover("Bản tin thử", "Báo Thử"),
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def parsing() -> Iterator[None]:
    """Let no module leave processes behind: every installation that is made for a test has its own, each with all our libraries loaded."""
    yield
    end_parsing()


@pytest.fixture
def studio() -> Studio:
    return make_studio()


@pytest.fixture
def shared() -> Path:
    """Where the outside corpora and tools are; for tests marked ``outside``."""
    return Path(os.environ["AUDIOPUB_SHARED"])
