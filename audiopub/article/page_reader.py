"""A page read once, in document order, into runs of text and boxes.

Scripts, forms, comments and hidden elements are left out. One pass over the tree, linear in its size, however deep or
crooked it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from audiopub.article.layout import Box, Layout, Run
from audiopub.article.legacy_fonts import named_font, read_in_font
from audiopub.article.tree import is_hidden, is_machinery
from audiopub.vietnamese import tidy

BLOCK_TAGS = frozenset(
    """p div h1 h2 h3 h4 h5 h6 li td th tr table tbody thead tfoot section article main aside header footer figure figcaption blockquote
    ul ol dl dt dd pre center address hr body fieldset details summary caption form nav""".split()
)
"""Elements that begin and end a block of text."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD_TAGS = _HEADINGS | {"b", "strong", "th"}
_ITALIC_TAGS = frozenset({"i", "em"})
_RAISED = frozenset({"sup", "sub"})
_PICTURES = frozenset({"img", "amp-img", "picture", "video", "amp-video"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00|normal|lighter|[1-5]00)|font\s*:\s*bold", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_NAMING = ("class", "id", "itemprop", "data-role", "type")
_LINES_STYLE = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_LINES_CLASS = re.compile(r"(?:^|\s)whitespace-pre(?:-line|-wrap)?(?:$|\s)", re.IGNORECASE)
_ALIGN_STYLE = re.compile(r"text-align\s*:\s*(right|end|center)", re.IGNORECASE)
_BOLD_CLASS = re.compile(r"(?:^|[\s_-])(?:bold|semibold|strong|font-(?:bold|semibold|extrabold|black)|fw-?(?:bold|[6-9]00))(?:$|[\s_])", re.IGNORECASE)
_ITALIC_CLASS = re.compile(r"(?:^|[\s_-])italic(?:$|[\s_])", re.IGNORECASE)
_RIGHT_CLASS = re.compile(r"(?:^|\s)(?:text-right|text-end|align-?right|alignright|t-?right|right-align)(?:$|\s)", re.IGNORECASE)
_CENTER_CLASS = re.compile(r"(?:^|\s)(?:text-center|align-?center|aligncenter|center)(?:$|\s)", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[(\[]?\s*(?:\d{1,3}|[*†])\s*[)\]]?")
_MORE = re.compile(r"(?:[>»]+\s*)?(?:xem|đọc|tìm hiểu) (?:thêm|tiếp|chi tiết)\b|chi tiết(?: tại đây| xem tại đây)?$", re.IGNORECASE)
_LONG_LINK = 18
"""Characters of a link's text from which it can be another article's headline."""


def laid_out(soup: BeautifulSoup) -> Layout:
    """Read a page."""
    root = soup.body or soup
    reader = _Reader(root)
    reader.read()
    if reader.hidden > reader.boxes[0].size:
        # Some pages keep the article hidden until a script shows it.
        reader = _Reader(root, everything=True)
        reader.read()
    return Layout(tuple(reader.runs), tuple(reader.boxes), reader.named)


@dataclass(slots=True)
class _State:
    """How text looks at one place of the tree, and where it stands."""

    box: Box
    bold: bool = False
    italic: bool = False
    link: str | None = None
    """Where the link around it leads; None outside of links."""

    font: str | None = None
    """The old encoding of the font around it, if it is one."""

    label: str = ""
    """Class and id of the inline elements around it, inside its box."""

    tag: Tag | None = None
    """The innermost element."""

    lines: bool = False
    """Whether line breaks of the markup are line breaks of the text."""


class _Reader:
    """One pass over the tree."""

    def __init__(self, root: Tag, *, everything: bool = False) -> None:
        self.root = root
        self.everything = everything
        self.hidden = 0
        """Characters that were left out because nobody sees them."""

        self.runs: list[Run] = []
        self.named: dict[str, list[Tag]] = {}
        self.boxes: list[Box] = []
        self._current: Run | None = None
        self._picture = False
        self._last_tag: Tag | None = None

    def read(self) -> None:
        """Walk the tree without recursion: a page may be thousands of elements deep."""
        stack: list[tuple[Iterator[object], _State]] = [(iter(self.root.contents), _State(self._opened(self.root, None)))]
        while stack:
            children, state = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._left(state, stack[-1][1] if stack else None)
            elif isinstance(child, Tag):
                self._entered(child, state, stack)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._text(str(child), state)
        self._close_run()

    def _entered(self, tag: Tag, state: _State, stack: list[tuple[Iterator[object], _State]]) -> None:
        if tag.name == "br":
            self._broken(state)
        elif not self._is_left_out(tag, state):
            if tag.name in _PICTURES:
                self._see_picture(state.box)
            if tag.attrs:
                self._note_names(tag)
            stack.append((iter(tag.contents), self._inner(tag, state)))

    def _broken(self, state: _State) -> None:
        if self._current is not None and state.box.name in _HEADINGS:
            self._current.pieces.append((" ", False))  # a long heading set in two lines is one heading
        else:
            self._close_run()

    def _is_left_out(self, tag: Tag, state: _State) -> bool:
        if is_machinery(tag) or _is_note_mark(tag):
            state.box.forms += tag.name in {"form", "input"}
            return True
        if not self.everything and is_hidden(tag):
            self.hidden += len(tag.get_text(" ", strip=True))
            return True
        return False

    def _inner(self, tag: Tag, state: _State) -> _State:
        """Give how text looks inside an element."""
        name = tag.name
        if name in BLOCK_TAGS or "-" in name:  # elements of a site's own are boxes of its layout
            self._close_run()
            # Weight is inherited through boxes as a browser does it: a bold div makes its paragraphs bold.
            inner = _State(self._opened(tag, state.box), state.bold, state.italic, state.link, state.font, lines=state.lines or name == "pre")
        else:
            inner = _State(state.box, state.bold, state.italic, state.link, state.font, _inline_label(state.label, tag), tag, state.lines)
        if name == "a":
            inner.link = str(tag.get("href") or "") or state.link or "#"
        elif tag.attrs and (tag.attrs.get("role") == "link" or "data-href" in tag.attrs):
            inner.link = inner.link or "#"  # a link by script
        _restyle(inner, tag)
        return inner

    def _note_names(self, tag: Tag) -> None:
        for key in _NAMING:
            value = tag.attrs.get(key)
            if value:
                for word in value.split() if isinstance(value, str) else value:
                    self.named.setdefault(word, []).append(tag)

    def _left(self, state: _State, outer: _State | None) -> None:
        if outer is None or outer.box is not state.box:
            self._close_run()
            box = state.box
            box.last = len(self.runs)
            if box.parent is not None:
                box.parent.size += box.size
                box.parent.linked += box.linked
                box.parent.headline_links += box.headline_links
                box.parent.pictures += box.pictures
                box.parent.forms += box.forms
                box.parent.headings += box.headings + (box.name in {"h1", "h2"})

    def _opened(self, tag: Tag, parent: Box | None) -> Box:
        attributes = tag.attrs
        label = ""
        if attributes:
            classes = attributes.get("class") or ()
            parts = [classes] if isinstance(classes, str) else list(classes)
            parts += [str(attributes[key]) for key in ("id", "type", "role", "itemprop", "data-role", "data-component") if key in attributes]
            label = " ".join(parts).lower()
        box = Box(tag, parent, parent.depth + 1 if parent else 0, label, align=parent.align if parent and parent.depth else "", first=len(self.runs))
        if attributes or tag.name == "center":
            box.align = _alignment(tag, label) or box.align
        self.boxes.append(box)
        return box

    def _see_picture(self, box: Box) -> None:
        self._close_run()
        self._picture = True
        box.pictures += 1
        if self.runs:
            self.runs[-1].before_picture = True

    def _text(self, text: str, state: _State) -> None:
        if not state.lines:
            self._piece(text, state)
            return
        for line in text.splitlines():
            self._piece(line, state)
            self._close_run()

    def _piece(self, text: str, state: _State) -> None:
        size = len(text.strip())
        run = self._current
        if run is None:
            if not size:
                return
            run = self._current = Run(state.box, number=len(self.runs), after_picture=self._picture, label=state.label)
            self._picture = False
            self.runs.append(run)
        if state.font:
            text = read_in_font(text, state.font)
        raised = state.tag is not None and state.tag.name in _RAISED  # the 2 of m2 belongs to its unit
        if state.tag is not self._last_tag and run.pieces and not raised and _is_edge(run.pieces[-1][0][-1:], text[:1]):
            text = " " + text  # two elements side by side, a name and a date: a browser shows them apart
        self._last_tag = state.tag
        run.pieces.append((text, state.link is not None))
        if state.bold and run.bold_start == run.seen:
            run.bold_start += size
        run.seen += size
        run.bold += size * state.bold
        run.italic += size * state.italic
        if state.link is not None:
            run.linked += size
            run.link = run.link or state.link

    def _close_run(self) -> None:
        run = self._current
        if run is None:
            return
        self._current = None
        run.text = " ".join(tidy("".join(text for text, _ in run.pieces)).split())
        if not run.text:
            self.runs.pop()
            return
        box = run.box
        box.size += len(run.text)
        box.linked += min(run.linked, len(run.text))
        if run.linked >= _LONG_LINK:
            box.headline_links += run.linked


def _is_edge(left: str, right: str) -> bool:
    """Tell whether two letters that touch cannot be inside one word: a small one before a capital, a digit or a bracket."""
    return (left.islower() or left == ")") and (right.isupper() or right.isdigit() or right == "(")


def _is_note_mark(tag: Tag) -> bool:
    """Tell whether an element is the mark of a footnote, or a link inside a sentence that only says "read more"."""
    if tag.name == "sup":
        # Square metres are no footnotes: a mark is a link, or stands in brackets.
        text = tag.get_text().strip()
        return bool(_NOTE_MARK.fullmatch(text)) and (tag.find("a") is not None or not text.isdigit())
    if tag.name == "span" and "location-stamp" in (tag.attrs.get("class") or ()):
        return True
    return tag.name == "a" and bool(_MORE.match(tag.get_text().strip()[:40]))


def _inline_label(outer: str, tag: Tag) -> str:
    attributes = tag.attrs
    if not attributes or not any(key in attributes for key in ("class", "id", "itemprop", "rel")):
        return outer
    parts = [outer]
    for key in ("class", "id", "itemprop", "rel"):
        value = attributes.get(key) or ""
        parts.append(value if isinstance(value, str) else " ".join(value))
    return " ".join(filter(None, parts)).lower()


def _restyle(state: _State, tag: Tag) -> None:
    name, attributes = tag.name, tag.attrs
    if name in _BOLD_TAGS:
        state.bold = True
    elif name in _ITALIC_TAGS:
        state.italic = True
    if not attributes:
        return
    style = attributes.get("style")
    if style or "face" in attributes:
        state.font = named_font(f"{style} {attributes.get('face')}") or (None if "face" in attributes else state.font)
    if style:
        weight = _BOLD_STYLE.search(str(style))
        if weight:
            state.bold = not weight[1] or weight[1].lower() in {"bold", "bolder"} or weight[1][0] in "6789"
        state.italic = state.italic or bool(_ITALIC_STYLE.search(str(style)))
        state.lines = state.lines or bool(_LINES_STYLE.search(str(style)))
    classes = attributes.get("class")
    if classes:
        joined = classes if isinstance(classes, str) else " ".join(classes)
        state.bold = state.bold or bool(_BOLD_CLASS.search(joined))
        state.italic = state.italic or bool(_ITALIC_CLASS.search(joined))
        state.lines = state.lines or bool(_LINES_CLASS.search(joined))


def _alignment(tag: Tag, label: str) -> str:
    if tag.name == "center":
        return "center"
    align = str(tag.attrs.get("align") or "").lower()
    if align in {"right", "center"}:
        return align
    styled = _ALIGN_STYLE.search(str(tag.attrs.get("style") or ""))
    if styled:
        return "center" if styled[1].lower() == "center" else "right"
    if label:
        return "right" if _RIGHT_CLASS.search(label) else "center" if _CENTER_CLASS.search(label) else ""
    return ""
