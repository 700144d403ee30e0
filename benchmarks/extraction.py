"""How well articles are found in pages: `python benchmarks/extraction.py [--raise] [--pages] [--cost FOLDER]`.

Over the pages of our own under tests/golden and tests/gate/pages, each with its answer beside it:

* `extraction`: as they are.
* `extraction hard`: pages under tests/gate/hard, most written by others, who did not know the rules; some are not read perfectly.
* `extraction hashed`: every class, id and data attribute replaced by its hash, as on a site nobody has seen.
* `structures`: F1 of paragraphs with the markup rebuilt: paragraphs as `div`, as lines between `<br>`, in a section each,
  and without any class, id or semantic element.
* `headings`: those of every page that has some, rewritten in eight styles.

Measures: F1 of paragraphs (word for word), recall and precision of headings, share of paragraphs under the right heading,
share of the page's furniture that is kept out, captions kept out of the text, and title, lead, author, date.
`--pages` prints every page that is not perfect; `--cost FOLDER` measures the processor time on other pages.
"""

import gc
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bs4 import BeautifulSoup, Tag

from audiopub.article import Article, extract
from audiopub.article.decode import decoded
from audiopub.article.repair import repaired
from audiopub.source import Page, PageForm
from benchmarks.floors import judged

TESTS = Path(__file__).parent.parent / "tests"
STYLES = ("h2", "h4", "p>strong", "p>span>b", "div>b", "p css", "p plain", "p capitals")
_NAMES = re.compile(rb"""(\b(?:class|id|data-[\w-]+)\s*=\s*)(["'])(.*?)\2""")
_MACHINE = re.compile(rb"ld\+json|javascript|canonical|next|stylesheet|hidden")


def figures(pages: Sequence[tuple[Path, dict[str, Any]]] = (), *, hashed: bool = False) -> dict[str, float]:
    """Give the mean of every measure over some pages, our own where none are given."""
    rows = [dict(measured(page, wanted, hashed=hashed)) for page, wanted in pages or cases()]
    names = {name for row in rows for name in row}
    return {name: mean(row[name] for row in rows if name in row) for name in sorted(names)}


def cases() -> list[tuple[Path, dict[str, Any]]]:
    """List the pages with their answers."""
    golden = [(next(path.parent.glob("page.*")), path) for path in sorted(TESTS.glob("golden/*/expect.json"))]
    gate = [(path.with_suffix(".html"), path) for path in sorted(TESTS.glob("gate/pages/*.json"))]
    return [(page, json.loads(answer.read_text(encoding="utf-8"))) for page, answer in (*golden, *gate)]


def hard_cases() -> list[tuple[Path, dict[str, Any]]]:
    """List the pages written to be hard, most by others who did not know the rules, with their answers."""
    return [(path.with_suffix(".html"), json.loads(path.read_text(encoding="utf-8"))) for path in sorted(TESTS.glob("gate/hard/*.json"))]


def article_of(path: Path, *, hashed: bool = False) -> Article:
    """Extract the article of a page."""
    body = path.read_bytes()
    form = PageForm.HTML if path.suffix == ".html" else PageForm.TEXT
    return extract(Page(body=nameless(body) if hashed else body, name=path.name, identity=path.stem, form=form))


def nameless(body: bytes) -> bytes:
    """Give a page with every class, id and data attribute replaced by its hash."""
    return _NAMES.sub(_hashed, body)


def _hashed(match: re.Match[bytes]) -> bytes:
    if _MACHINE.search(match[3]):
        return match[0]
    return match[1] + match[2] + b" ".join(b"x" + hashlib.sha256(word).hexdigest()[:6].encode() for word in match[3].split()) + match[2]


def measured(path: Path, wanted: dict[str, Any], *, hashed: bool = False) -> Iterator[tuple[str, float]]:
    """Score one page."""
    article = article_of(path, hashed=hashed)
    found, gold = [_words(p) for s in article.sections for p in s.paragraphs], [_words(p) for s in wanted["sections"] for p in s["paragraphs"]]
    if gold:
        yield "paragraph_f1", _f1(found, gold)
    headings, gold_headings = [_words(s.heading) for s in article.sections if s.heading], _gold_headings(wanted)
    if gold_headings:
        yield "heading_recall", sum(heading in headings for heading in gold_headings) / len(gold_headings)
        yield "in_right_section", _placed(article, wanted)
    if headings:
        yield "heading_precision", sum(heading in gold_headings for heading in headings) / len(headings)
    body = " ".join([*found, *headings, *map(_words, article.captions)])
    if wanted["must_not_contain"]:
        yield "furniture_kept_out", mean(_words(text) not in body for text in wanted["must_not_contain"])
    yield from _about(article, wanted, found)


def _gold_headings(wanted: dict[str, Any]) -> list[str]:
    return [_words(section["heading"]) for section in wanted["sections"] if section["heading"]]


def _about(article: Article, wanted: dict[str, Any], found: list[str]) -> Iterator[tuple[str, float]]:
    for name, text in (("title", article.title), ("lead", article.lead), ("author", article.author)):
        yield name, float(_words(text) == _words(wanted[name]))
    if wanted["published"]:
        yield "published", float(bool(article.published) and str(article.published and article.published.isoformat()) == wanted["published"])
    if wanted["captions"]:
        yield "captions", mean(any(_words(caption) == _words(text) for text in article.captions) for caption in wanted["captions"])
        yield "captions_kept_out", mean(_words(caption) not in found for caption in wanted["captions"])


def _words(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", text or "")).casefold()


def _f1(found: list[str], gold: list[str]) -> float:
    both = sum(min(found.count(text), gold.count(text)) for text in set(gold))
    return 2 * both / (len(found) + len(gold)) if found or gold else 1.0


def _placed(article: Article, wanted: dict[str, Any]) -> float:
    where = {_words(paragraph): _words(section.heading) for section in article.sections for paragraph in section.paragraphs}
    pairs = [(_words(paragraph), _words(section["heading"])) for section in wanted["sections"] for paragraph in section["paragraphs"]]
    return sum(where.get(paragraph) == heading for paragraph, heading in pairs) / len(pairs)


def structure_figures() -> dict[str, float]:
    """Give F1 of paragraphs over all pages, their markup rebuilt in several ways."""
    return {
        f"paragraph_f1 with {name}": mean(_rebuilt(path, wanted, change) for path, wanted in cases() if path.suffix == ".html") for name, change in STRUCTURES.items()
    }


def _rebuilt(path: Path, wanted: dict[str, Any], change: Callable[[BeautifulSoup], object]) -> float:
    soup = BeautifulSoup(repaired(decoded(path.read_bytes())[0])[0], "lxml")
    change(soup)
    article = extract(Page(body=str(soup).encode(), name=path.name, identity=path.stem, form=PageForm.HTML))
    gold = [_words(p) for s in wanted["sections"] for p in s["paragraphs"]]
    return _f1([_words(p) for s in article.sections for p in s.paragraphs], gold) if gold else 1.0


def _as_div(soup: BeautifulSoup) -> None:
    for tag in soup.find_all("p"):
        tag.name = "div"


def _as_lines(soup: BeautifulSoup) -> None:
    for tag in soup.find_all("p"):
        tag.insert_after(soup.new_tag("br"))
        tag.insert_after(soup.new_tag("br"))
        tag.unwrap()


def _in_sections(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(["p", "h2", "h3"]):
        tag.wrap(soup.new_tag("section"))


def _nameless(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(True):
        if tag.name in {"header", "footer", "nav", "aside", "main", "article", "section", "figure", "figcaption"}:
            tag.name = "div"
        for name in set(tag.attrs) - {"href", "src", "content", "property", "name", "rel", "datetime", "type", "style", "align"}:
            del tag[name]


STRUCTURES: dict[str, Callable[[BeautifulSoup], object]] = {"div": _as_div, "br": _as_lines, "sections": _in_sections, "no names": _nameless}


def style_figures(pages: Sequence[tuple[Path, dict[str, Any]]] = ()) -> dict[str, float]:
    """Give recall and precision of headings in each style, over all headings of some pages, our own where none are given."""
    scores: dict[str, float] = {}
    for style in STYLES:
        right = wanted_count = found_count = 0
        for path, wanted in pages or cases():
            gold = _gold_headings(wanted)
            if path.suffix != ".html" or not gold:
                continue
            article = _restyled(path, [section["heading"] for section in wanted["sections"] if section["heading"]], style)
            found = [_words(section.heading) for section in article.sections if section.heading]
            right += sum(heading in gold for heading in found)
            wanted_count += len(gold)
            found_count += len(found)
        scores[f"recall in {style}"] = right / wanted_count
        scores[f"precision in {style}"] = right / found_count
    return scores


def _restyled(path: Path, headings: list[str], style: str) -> Article:
    soup = BeautifulSoup(repaired(decoded(path.read_bytes())[0])[0], "lxml")
    for heading in headings:
        element = _element(soup, heading)
        if element is not None:
            element.replace_with(_in_style(soup, heading, style))
    return extract(Page(body=str(soup).encode(), name=path.name, identity=path.stem, form=PageForm.HTML))


def _element(soup: BeautifulSoup, heading: str) -> Tag | None:
    """Find the outermost element that holds a heading and nothing else."""
    same = (tag for tag in soup.find_all(["h1", "h2", "h3", "h4", "p", "div", "b", "strong", "span"]) if _words(tag.get_text(" ")) == _words(heading))
    element = next(same, None)
    while element is not None and element.parent is not None and element.parent.name not in {"body", "td"} and _words(element.parent.get_text(" ")) == _words(heading):
        element = element.parent
    return element


def _in_style(soup: BeautifulSoup, heading: str, style: str) -> Tag:
    name, _, manner = style.partition(" ")
    names = name.split(">")
    outer = inner = soup.new_tag(names[0], attrs={"style": "font-weight:bold"} if manner == "css" else {})
    for below in names[1:]:
        child = soup.new_tag(below)
        inner.append(child)
        inner = child
    inner.string = heading.upper() if manner == "capitals" else heading
    return outer


def _seconds(work: Callable[[], object]) -> float:
    """Give the processor time of some work; the garbage of the work before it is swept up first, so that nobody pays for another."""
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def cost(folder: Path | None) -> float:
    """Give the processor time of extraction as a multiple of parsing the same pages with Beautiful Soup, in one run."""
    pages = sorted(folder.glob("*.html")) if folder else [path for path, _ in cases() if path.suffix == ".html"]
    texts = [decoded(path.read_bytes())[0] for path in pages]
    article_of(pages[0])  # libraries are loaded before the clock runs
    spent = [0.0, 0.0]
    for _ in range(3):
        for path, text in zip(pages, texts, strict=True):
            spent[0] += _seconds(partial(BeautifulSoup, text, "lxml"))
            spent[1] += _seconds(partial(article_of, path))
    return spent[1] / spent[0]


GATES: dict[str, Callable[[], dict[str, float]]] = {
    "extraction": figures, "extraction hard": lambda: figures(hard_cases()), "extraction hashed": lambda: figures(hashed=True),
    "structures": structure_figures, "headings": style_figures,
}  # fmt: skip


def main() -> int:
    """Print the figures; exit 1 below a floor."""
    well = True
    for gate, measure in GATES.items():
        scores = measure()
        print(f"\n{gate}")
        for name, score in scores.items():
            print(f"  {name:<24} {score:.3f}")
        well &= judged(gate, scores, pin="--raise" in sys.argv)
    folder = Path(sys.argv[sys.argv.index("--cost") + 1]) if "--cost" in sys.argv else None
    print(f"\nover {len(cases())} pages; {cost(folder):.1f} times the processor time of a bare parse of the same pages ({folder or 'our own, which are small'})")
    if "--pages" in sys.argv:
        for path, wanted in (*cases(), *hard_cases()):
            poor = {name: round(score, 2) for name, score in measured(path, wanted) if score < 1}
            if poor:
                print(path.relative_to(TESTS), poor)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
