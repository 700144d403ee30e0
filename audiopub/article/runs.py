"""The tree read in document order as runs of text: what stands in one block, and how it looks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString

from audiopub.article.tree import BLOCK_TAGS
from audiopub.vietnamese import tidy

_BOLD_TAGS = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
_ITALIC_TAGS = frozenset({"i", "em"})
_PICTURES = frozenset({"img", "amp-img", "picture", "figure"})
_MARKED = 0.9
"""Share of a run's characters that must be bold (or italic, or linked) for the whole to count as such."""


@dataclass(slots=True)
class Run:
    """The text of one block of the page. Mutable while it is being read, not afterwards."""

    element: Tag
    """The block-level element that holds it."""

    text: str = ""
    bold: int = 0
    italic: int = 0
    linked: int = 0
    after_picture: bool = False
    """A picture stands between this run and the one before it."""

    number: int = 0
    """Place in document order."""

    @property
    def is_bold(self) -> bool:
        """Tell whether practically all of it is bold."""
        return self.bold >= _MARKED * len(self.text) > 0

    @property
    def is_italic(self) -> bool:
        """Tell whether practically all of it is italic."""
        return self.italic >= _MARKED * len(self.text) > 0

    @property
    def is_link(self) -> bool:
        """Tell whether practically all of it leads to another page."""
        return self.linked >= 0.8 * len(self.text) > 0

    @property
    def aligned(self) -> str:
        """Give "right", "center" or "" as the markup says."""
        for tag in (self.element, self.element.parent):
            if isinstance(tag, Tag):
                style = str(tag.get("style") or "").replace(" ", "").lower()
                align = str(tag.get("align") or "").lower()
                for side in ("right", "center"):
                    if align == side or f"text-align:{side}" in style:
                        return side
        return ""

    def within(self, *names: str) -> Tag | None:
        """Give the nearest element of one of the names that holds the run."""
        if self.element.name in names:
            return self.element
        return self.element.find_parent(names)


def runs(root: Tag) -> list[Run]:
    """Read the text below an element as runs, in document order, empty ones left out."""
    found: list[Run] = []
    picture = False
    current: Run | None = None
    for node in _walk(root):
        if isinstance(node, Tag):
            picture = picture or node.name in _PICTURES
            if node.name in BLOCK_TAGS:
                current = None
            continue
        holder = _holder(node, root)
        if current is None or current.element is not holder:
            if not node.strip():
                continue
            current = Run(holder, after_picture=picture, number=len(found))
            picture = False
            found.append(current)
        _add(current, node, root)
    return [_finished(run) for run in found if run.text.strip()]


def _walk(root: Tag) -> Iterator[Tag | NavigableString]:
    for node in root.descendants:
        if isinstance(node, Tag | NavigableString):
            yield node


def _holder(node: NavigableString, root: Tag) -> Tag:
    parent = node.parent
    while isinstance(parent, Tag) and parent is not root and parent.name not in BLOCK_TAGS:
        parent = parent.parent
    return parent if isinstance(parent, Tag) else root


def _add(run: Run, node: NavigableString, root: Tag) -> None:
    text = str(node)
    size = len(text.strip())
    run.text += text
    seen = {"bold": False, "italic": False, "linked": False}
    parent = node.parent
    while isinstance(parent, Tag):
        seen["bold"] |= parent.name in _BOLD_TAGS or bool(_BOLD_STYLE.search(str(parent.get("style") or "")))
        seen["italic"] |= parent.name in _ITALIC_TAGS
        seen["linked"] |= parent.name == "a"
        if parent is run.element or parent is root:
            break
        parent = parent.parent
    run.bold += size * seen["bold"]
    run.italic += size * seen["italic"]
    run.linked += size * seen["linked"]


def _finished(run: Run) -> Run:
    run.text = " ".join(tidy(run.text).split())
    return run
