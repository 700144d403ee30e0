"""Pages that are made to break their reader, through the process in which every page is read."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from audiopub.adapters.worker import Limits, ParsingWorker
from audiopub.article import extract
from audiopub.errors import BadInput
from audiopub.source import Entry, Page, PageForm
from benchmarks import hostile
from tests.articles import BODY, TITLE, html_page, text_page

GOOD = html_page(f"<h1>{TITLE}</h1><div>{''.join(f'<p>{text}</p>' for text in BODY)}</div>")


def test_the_worker_reads_as_extract_does() -> None:
    """What comes back from the other process is the very article, of a page and of a text."""
    with ParsingWorker() as worker:
        for page in (GOOD, text_page()):
            assert worker.article(page) == extract(page)


def test_lists_are_read_there_too() -> None:
    """A feed's entries come back with their times."""
    body = b"<rss><channel><item><title>A</title><link>https://bao.example/a</link><pubDate>Mon, 02 Nov 2026 08:00:00 +0700</pubDate></item></channel></rss>"
    with ParsingWorker() as worker:
        (entry,) = worker.entries(Page(body=body, name="x", identity="x", form=PageForm.HTML))
    assert isinstance(entry, Entry)
    assert entry.when is not None
    assert (entry.url, entry.when.isoformat()) == ("https://bao.example/a", "2026-11-02T01:00:00+00:00")


def test_a_refusal_keeps_its_code() -> None:
    """An empty page is refused there with the same code and details as here."""
    empty = Page(body=b" ", name="rong.html", identity="x", form=PageForm.HTML)
    with ParsingWorker() as worker, pytest.raises(BadInput) as failure:
        worker.article(empty)
    assert (failure.value.code, failure.value.details) == ("source.empty", {"source": "rong.html"})


@pytest.mark.parametrize("limits", [Limits(cpu=1, wall=60.0), Limits(cpu=60, wall=0.7)], ids=["processor time", "time"])
def test_a_page_that_takes_too_long_is_refused_and_the_next_one_read(limits: Limits) -> None:
    """Each limit alone ends the process; the page is refused in words, and a new process reads the next page."""
    slow = Page(body=("<h1>a</h1>" + "<br>a" * 59_000).encode(), name="cham.html", identity="x", form=PageForm.HTML)
    with ParsingWorker(limits) as worker:
        worker.article(GOOD)
        begin = time.monotonic()
        with pytest.raises(BadInput) as failure:
            worker.article(slow)
        assert failure.value.code == "article.too_costly"
        assert time.monotonic() - begin < 20
        assert worker.article(GOOD).title == TITLE


def test_a_page_that_takes_too_much_memory_is_refused() -> None:
    """The address space is bounded: a page that needs more is refused, and the next one read."""
    with ParsingWorker(Limits(memory=150 << 20)) as worker:
        assert worker.article(GOOD).title == TITLE
        with pytest.raises(BadInput) as failure:
            worker.article(Page(body=hostile.PAGES["9 MB page"]().encode(), name="to.html", identity="x", form=PageForm.HTML))
        assert failure.value.code in {"article.too_costly", "article.unreadable"}
        assert worker.article(GOOD).title == TITLE


def test_a_process_that_dies_is_replaced() -> None:
    """A reader killed from outside costs no page."""
    with ParsingWorker() as worker:
        worker.article(GOOD)
        assert worker._process is not None
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.wait()
        assert worker.article(GOOD).title == TITLE


def test_closing_ends_the_process() -> None:
    """Nothing is left running."""
    worker = ParsingWorker()
    worker.article(GOOD)
    process = worker._process
    assert process is not None
    worker.close()
    assert process.poll() is not None
    assert not Path(f"/proc/{process.pid}").exists()


SMALL = ("20,000 nested elements", "100,000 nested quotes", "20,000 unclosed <font>", "100,000 attributes", "400,000 unclosed <p>", "20,000 table cells", "2 MB of spaces",
         "4 MB JSON-LD", "entity bomb", "20 MB page", "2 MB of combining marks")  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[ParsingWorker]:
    with ParsingWorker(Limits(cpu=20, wall=60.0)) as worker:
        yield worker


@pytest.mark.parametrize("name", SMALL)
def test_hostile_pages_are_refused_or_read_whole(reader: ParsingWorker, name: str) -> None:
    """None is silently empty: it is refused with a code, or the article in it is found. The table with time and memory is benchmarks/hostile.py."""
    page = Page(body=hostile.PAGES[name]().encode(), name=name, identity=name, form=PageForm.HTML)
    try:
        article = reader.article(page)
    except BadInput as error:
        assert error.code in {"article.too_large", "article.too_costly"}  # noqa: PT017
    else:
        assert sum(hostile.SENTENCE.strip() in block.text for block in article.blocks) >= 6
        assert reader.peak() < 1 << 30
