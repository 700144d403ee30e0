"""Orders of the plainest kind."""

from dataclasses import replace
from typing import Any

from audiopub.jobs.model import Kind, Order, Queue
from tests.conftest import NOW

RENDER = Order(kind=Kind.RENDER, show="ban-tin", queue=Queue.NIGHTLY, now=NOW, source="https://bao.example/bai-1")
NIGHT = Order(kind=Kind.NIGHTLY, show="ban-tin", queue=Queue.NIGHTS, now=NOW, source="2026-11-24")
PUBLISH = Order(kind=Kind.PUBLISH, show="ban-tin", queue=Queue.FEED, now=NOW)


def article(number: int, **other: Any) -> Order:
    """Order an article of its own."""
    return replace(RENDER, source=f"https://bao.example/bài-{number}", **other)
