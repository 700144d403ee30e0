"""How well articles are found in pages: `python benchmarks/extraction.py [--raise]`.

Over the pages of our own under tests/golden, each with its answer in expect.json: F1 of paragraphs, recall and
precision of headings, share of the page's furniture that leaks in, and title, lead, author, date and captions.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.article import Article, extract
from audiopub.source import Page, PageForm
from benchmarks.floors import judged

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"


def figures() -> dict[str, float]:
    """Give the mean of every measure over all pages."""
    rows = [dict(measured(case)) for case in cases()]
    names = {name for row in rows for name in row}
    return {name: mean(row[name] for row in rows if name in row) for name in sorted(names)}


def cases() -> list[Path]:
    """List the folders that hold a page and its answer."""
    return sorted(path.parent for path in GOLDEN.glob("*/expect.json"))


def measured(case: Path) -> Iterator[tuple[str, float]]:
    """Score one page."""
    wanted = json.loads((case / "expect.json").read_text(encoding="utf-8"))
    article = article_of(case)
    found, gold = [_words(p) for s in article.sections for p in s.paragraphs], [_words(p) for s in wanted["sections"] for p in s["paragraphs"]]
    yield "paragraph_f1", _f1(found, gold)
    headings, gold_headings = [_words(s.heading) for s in article.sections if s.heading], [_words(s["heading"]) for s in wanted["sections"] if s["heading"]]
    if gold_headings:
        yield "heading_recall", sum(heading in headings for heading in gold_headings) / len(gold_headings)
        yield "in_right_section", _placed(article, wanted)
    if headings:
        yield "heading_precision", sum(heading in gold_headings for heading in headings) / len(headings)
    body = " ".join([*(text for text in found), *headings])
    yield "furniture_kept_out", mean(_words(text) not in body for text in wanted["must_not_contain"])
    yield from _about(article, wanted)


def article_of(case: Path) -> Article:
    """Extract the article of a case."""
    path = next(case.glob("page.*"))
    form = PageForm.HTML if path.suffix == ".html" else PageForm.TEXT
    return extract(Page(body=path.read_bytes(), name=path.name, identity=case.name, form=form))


def _about(article: Article, wanted: dict[str, Any]) -> Iterator[tuple[str, float]]:
    published = article.published.isoformat() if article.published else None
    for name, found in (("title", article.title), ("lead", article.lead), ("author", article.author)):
        yield name, float(_words(found) == _words(wanted[name]))
    yield "published", float(published == wanted["published"])
    if wanted["captions"]:
        yield "captions", mean(any(_words(caption) == _words(text) for text in article.captions) for caption in wanted["captions"])


def _words(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", text or "")).casefold()


def _f1(found: list[str], gold: list[str]) -> float:
    both = sum(min(found.count(text), gold.count(text)) for text in set(gold))
    return 2 * both / (len(found) + len(gold)) if found or gold else 1.0


def _placed(article: Article, wanted: dict[str, Any]) -> float:
    where = {_words(paragraph): _words(section.heading) for section in article.sections for paragraph in section.paragraphs}
    pairs = [(_words(paragraph), _words(section["heading"])) for section in wanted["sections"] for paragraph in section["paragraphs"]]
    return sum(where.get(paragraph) == heading for paragraph, heading in pairs) / len(pairs)


def main() -> int:
    """Print the figures; exit 1 below a floor."""
    scores = figures()
    for name, score in scores.items():
        print(f"{name:<20} {score:.3f}")
    print(f"over {len(cases())} pages")
    return not judged("extraction", scores, pin="--raise" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
