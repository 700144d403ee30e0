"""A page as runs of text and the boxes they stand in, in document order. Everything later works on these."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import Tag

_MARKED = 0.9
"""Share of a run's characters that must be bold (or italic) for the whole to count as such."""

_LINKED = 0.8


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element, with what is known of all the text in it once the page has been read."""

    tag: Tag
    parent: "Box | None"
    depth: int
    label: str
    """Class, id, type, role and itemprop, small letters, separated by spaces."""

    align: str = ""
    """"right", "center" or "", as the markup says here or above."""

    size: int = 0
    """Characters of text inside."""

    linked: int = 0
    """Characters of it inside links."""

    headline_links: int = 0
    """Characters of links that are long enough to be headlines."""

    pictures: int = 0
    forms: int = 0
    """How many forms were left out of it."""

    headings: int = 0
    """How many ``h1`` and ``h2`` are inside."""

    first: int = 0
    """Number of the first run inside."""

    last: int = 0
    """Number after the last run inside."""

    @property
    def name(self) -> str:
        """Give the element's name."""
        return self.tag.name

    def chain(self) -> "Iterator[Box]":
        """Give the box and all around it, innermost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent

    def within(self, *names: str) -> "Box | None":
        """Give the nearest box of one of the names, itself included."""
        return next((box for box in self.chain() if box.tag.name in names), None)


@dataclass(slots=True, eq=False)
class Run:
    """The text of one block of the page. Changed only while it is being read."""

    box: Box
    """The innermost block-level element that holds it."""

    number: int = 0
    """Place in document order."""

    text: str = ""
    """NFC, single spaces."""

    bold: int = 0
    italic: int = 0
    linked: int = 0
    bold_start: int = 0
    """Characters at its beginning that are bold without a break."""

    seen: int = 0
    """Characters read so far."""

    after_picture: bool = False
    """A picture stands between this run and the one before it."""

    before_picture: bool = False
    """A picture stands between this run and the next one."""

    link: str | None = None
    """Where its first link leads."""

    label: str = ""
    """Class and id of the inline elements around its first words, small letters."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    """Text as written, with whether it is a link."""

    @property
    def name(self) -> str:
        """Give the name of the element that holds it."""
        return self.box.tag.name

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
        return self.linked >= _LINKED * len(self.text) > 0

    @property
    def aligned(self) -> str:
        """Give "right", "center" or "" as the markup says."""
        return self.box.align

    def within(self, *names: str) -> Box | None:
        """Give the nearest box of one of the names that holds the run."""
        return self.box.within(*names)

    @property
    def heading_level(self) -> int:
        """Give 1 to 6 inside ``h1`` to ``h6``, else 0."""
        holder = self.box.within("h1", "h2", "h3", "h4", "h5", "h6")
        return int(holder.name[1]) if holder else 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A page as runs and boxes."""

    runs: tuple[Run, ...]
    boxes: tuple[Box, ...]
    """In document order, the root first."""

    named: dict[str, list[Tag]]
    """Elements by each of their classes, ids and the like, in document order."""

    @property
    def root(self) -> Box:
        """Give the box around everything."""
        return self.boxes[0]

    def inside(self, box: Box) -> tuple[Run, ...]:
        """Give the runs inside a box."""
        return self.runs[box.first : box.last]

    def before(self, box: Box) -> tuple[Run, ...]:
        """Give the runs before a box."""
        return tuple(run for run in self.runs if run.number < box.first)

    def box_of(self, tag: Tag) -> Box | None:
        """Give the box of an element; for an inline one the box that holds it."""
        wanted = {id(tag), *(id(above) for above in tag.parents)}
        return max((box for box in self.boxes if id(box.tag) in wanted), key=lambda box: box.depth, default=None)
