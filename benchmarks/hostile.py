"""What hostile pages cost: `python benchmarks/hostile.py`.

Each page goes through the process that reads pages for every command. Printed: whether it was read or refused, with
which code, the seconds it took, and the most memory that the process held. Exit code 1 where one took more than 5 s or
1 GiB, or was read as an article with nothing in it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.adapters.worker import ParsingWorker
from audiopub.errors import BadInput
from audiopub.source import Page, PageForm

SENTENCE = "Bà con trong bản góp công làm đường, mỗi nhà một ngày, xong trước mùa mưa năm nay. "
TEXT = "".join(f"<p>{SENTENCE * 3}</p>" for _ in range(6))
MOST_SECONDS, MOST_BYTES = 5.0, 1 << 30


def _with(body: str) -> str:
    return f"<html><head><title>Bản làm đường</title></head><body><h1>Bản làm đường trước mùa mưa</h1><div>{TEXT}</div>{body}</body></html>"


PAGES: dict[str, Callable[[], str]] = {
    "plain article": lambda: _with(""),
    "3,000 paragraphs": lambda: _with("".join(f"<p>{SENTENCE}</p>" for _ in range(3000))),
    "500 nested elements": lambda: _with("<div>" * 500 + "a"),
    "20,000 nested elements": lambda: _with("<div>" * 20_000 + "a"),
    "100,000 nested quotes": lambda: "<blockquote>" * 100_000 + TEXT,
    "20,000 unclosed <font>": lambda: _with("<font>a" * 20_000),
    "100,000 attributes": lambda: _with("<p " + " ".join(f'a{n}="{n}"' for n in range(100_000)) + ">a</p>"),
    "1 MB class": lambda: _with(f'<p class="{"tin-lien-quan " * 70_000}">{SENTENCE}</p>'),
    "60,000 <br>": lambda: _with("<br>a" * 59_000),
    "60,000 <br> in bold": lambda: _with("<b>" + "<br>a" * 59_000 + "</b>"),
    "400,000 unclosed <p>": lambda: _with("<p>a" * 400_000),
    "50,000 links": lambda: _with('<a href="/x">Tin khác trong ngày hôm nay</a>' * 50_000),
    "20,000 table cells": lambda: _with("<table>" + "<tr><td>a<td>b" * 10_000 + "</table>"),
    "tables in tables, 180 deep": lambda: _with("<table><tr><td>" * 180 + SENTENCE),
    "2 MB of <": lambda: "<" * 2_000_000,
    "2 MB of &": lambda: _with("&" * 2_000_000),
    "1 MB in one run": lambda: _with(SENTENCE * 12_000),
    "4 MB JSON-LD": lambda: '<script type="application/ld+json">' + '{"@graph":[' * 380_000 + "</script>" + TEXT,
    "2 MB of spaces": lambda: _with(" " * 2_000_000),
    "2 MB of combining marks": lambda: _with("<p>a" + "\u0301" * 1_000_000 + "</p>"),
    "20 MB page": lambda: _with("<p>" + SENTENCE * 240_000),
    "9 MB page": lambda: _with("".join(f"<p>{SENTENCE * 20}</p>" for _ in range(5200))),
    "entity bomb": lambda: '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + _with("&b;" * 100_000),
}


def measured(worker: ParsingWorker, body: bytes) -> tuple[str, float, int, int]:
    """Read one page.

    Returns:
        What became of it, the seconds, the process's most memory in bytes, and the blocks that were found.
    """
    page = Page(body=body, name="page", identity="page", form=PageForm.HTML)
    worker.article(Page(body=_with("").encode(), name="warm", identity="warm", form=PageForm.HTML))
    begin = time.monotonic()
    try:
        blocks = len(worker.article(page).blocks)
        outcome = "read"
    except BadInput as error:
        blocks, outcome = 0, error.code
    return outcome, time.monotonic() - begin, worker.peak(), blocks


def main() -> int:
    """Print the table."""
    bad = 0
    print(f"{'page':<28} {'bytes':>11} {'outcome':<22} {'seconds':>8} {'MB':>6} {'blocks':>7}")
    for name, make in PAGES.items():
        body = make().encode()
        with ParsingWorker() as worker:
            outcome, seconds, memory, blocks = measured(worker, body)
        fails = seconds > MOST_SECONDS + 0.5 or memory > MOST_BYTES or (outcome == "read" and not blocks)
        bad += fails
        print(f"{name:<28} {len(body):>11,} {outcome:<22} {seconds:>8.2f} {memory / 1e6:>6.0f} {blocks:>7,}{'  <-- too much' if fails else ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
