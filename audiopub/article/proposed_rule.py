"""A first rule for a site, proposed from one of its pages: selectors of the places where the finders saw the parts."""

import re
from collections.abc import Iterator, Sequence

import soupsieve
from bs4 import BeautifulSoup, Tag

from audiopub.article.extract import PageReading, extract
from audiopub.article.layout import Run
from audiopub.article.model import SPOKEN_KINDS, Article, BlockKind
from audiopub.article.words import same_words
from audiopub.source import Page

_UNSTABLE = re.compile(
    r"\d{3,}|^css-|__[\w-]{4,}$|^[a-z]{1,2}\d|^(?:active|open|show|first|last|clearfix|col(?:-\w+)*|row|mb-\d|mt-\d|p[xytblr]?-\d|text-\w+|font-\w+|flex|grid|block|hidden)$",
    re.IGNORECASE,
)
"""Names that a build tool makes, or that say how a thing looks and not what it is."""


def proposed_rule(host: str, page: Page, reading: PageReading) -> str:
    """Write a rule file for a host from one page.

    Returns:
        TOML with the selectors that were found, one test entry for the page, and a line for what was not found.
    """
    article = extract(page)
    selectors = dict(_selectors(reading, article))
    paragraphs = [paragraph for section in article.sections for paragraph in section.paragraphs]
    lines = [f"# {host}: proposed from one page. Look at each selector, and add tests of other pages.", f'hosts = ["{host}"]', "", "[[layout]]"]
    lines += [f"{name} = [{_quoted(selectors[name])}]" if name in selectors else f"# {name} = []  # not found: the heuristics look for it" for name in _ORDER]
    lines += ["", "[[test]]", f"page = {_quoted(page.name)}", f"title = {_quoted(article.title)}"]
    if paragraphs:
        lines.append(f"must_contain = [{_quoted(paragraphs[0][:60])}, {_quoted(paragraphs[-1][:60])}]")
    lines += [f"headings = {sum(block.kind is BlockKind.HEADING for block in article.blocks)}", f"paragraphs = {len(paragraphs)}", ""]
    return "\n".join(lines)


_TEXT = SPOKEN_KINDS | {BlockKind.HEADING, BlockKind.LEAD}
_ORDER = ("title", "lead", "author", "published", "body", "strip", "caption")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _selectors(reading: PageReading, article: Article) -> Iterator[tuple[str, str]]:
    page = reading.layout.runs
    for name, text in (("title", article.title), ("lead", article.lead), ("author", article.author)):
        run = _run_of(page, text)
        # A line between <br> has no element of its own: a selector would mean all that stands around it.
        if run is not None and same_words(run.box.tag.get_text(" "), run.text) and (selector := _selector(run.box.tag, reading.soup)):
            yield name, selector
    body = _selector(reading.container.box.tag, reading.soup)
    if body:
        yield "body", body
    for name, kind in (("strip", BlockKind.FURNITURE), ("caption", BlockKind.CAPTION)):
        found = next((selector for run in _runs_of(reading, kind) if (selector := _named(run, reading)) and not _holds_text(selector, reading)), None)
        if found:
            yield name, found


def _run_of(page: Sequence[Run], text: str | None) -> Run | None:
    return next((run for run in page if text and same_words(run.text, text)), None)


def _runs_of(reading: PageReading, kind: BlockKind) -> Iterator[Run]:
    yield from (item.run for item in reading.typed if item.block.kind is kind and item.block.rule.startswith(("box.", "caption.")))


def _named(run: Run, reading: PageReading) -> str | None:
    """Give a selector of the nearest named box around a run, inside the container."""
    for box in run.box.chain():
        if box is reading.container.box:
            return None
        name = _own_name(box.tag)
        if name:
            return name
    return None


def _holds_text(selector: str, reading: PageReading) -> bool:
    """Tell whether a selector also means elements that hold text of the article."""
    meant = {id(tag) for tag in soupsieve.select(selector, reading.container.box.tag)}
    return any(id(box.tag) in meant for item in reading.typed if item.block.kind in _TEXT for box in item.run.box.chain())


def _own_name(tag: Tag) -> str | None:
    if tag.get("id") and not _UNSTABLE.search(str(tag["id"])):
        return f"{tag.name}#{soupsieve.escape(str(tag['id']))}"
    classes = [str(name) for name in tag.get_attribute_list("class") if name and not _UNSTABLE.search(str(name))]
    return tag.name + "".join(f".{soupsieve.escape(name)}" for name in classes[:2]) if classes else None


def _selector(tag: Tag, soup: BeautifulSoup) -> str | None:
    """Give a selector that finds a tag first: its own name, else its name below the nearest ancestor that has one."""
    own = _own_name(tag)
    candidates = [own] if own else []
    candidates += [f"{above} {own or tag.name}" for parent in tag.parents if (above := _own_name(parent))]
    candidates.append(tag.name)
    return next((selector for selector in candidates if soupsieve.select_one(selector, soup) is tag), None)
