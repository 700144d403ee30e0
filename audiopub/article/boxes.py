"""What a box of the page is for: related articles, teasers, figures of a table, the margin."""

from collections import defaultdict
from dataclasses import dataclass, field

from audiopub.article import labels
from audiopub.article.boilerplate import is_furniture, stops_article
from audiopub.article.dates import without_date
from audiopub.article.layout import Box, Layout, Run

_LARGEST_VIDEO_BOX = 250
_LARGEST_FORM_BOX = 300
_LARGEST_TITLED_BOX = 700
_LARGEST_INFO_BOX = 320
_LONGEST_INFO = 80
_RELATED_SHARE = 0.3
"""A box with most of the container's text is the article, whatever its class says."""

_LINK_BOXES = frozenset({"div", "aside", "table", "section", "ul", "ol", "td", "dl", "nav", "li", "figure", "article", "blockquote"})
_LARGEST_LINK_BOX = 2500
_LINK_SHARE = 0.3
_LARGEST_CELL = 160
_FEWEST_CELLS = 4
_LONGEST_TABLE_NOTE = 140
_FEWEST_TEASERS = 3
_LARGEST_TEASER = 600
_SHORTEST_HEADLINE = 18


def teasers(layout: Layout) -> frozenset[Box]:
    """Find the teasers of other articles: three or more boxes side by side, alike, each beginning with a headline that is a link.

    Their texts may be whole sentences, so neither length nor the share of links would tell.
    """
    groups: dict[tuple[Box, str, str], list[Box]] = defaultdict(list)
    for box in layout.boxes:
        if box.parent is not None and 0 < box.size <= _LARGEST_TEASER:
            groups[box.parent, box.name, box.label].append(box)
    return frozenset(
        box
        for group in groups.values()
        if len(group) >= _FEWEST_TEASERS and sum(_begins_with_headline(box, layout) for box in group) >= 0.7 * len(group)
        for box in group
    )


def _begins_with_headline(box: Box, layout: Layout) -> bool:
    runs = layout.inside(box)[:3]
    return any(run.is_link and len(run.text) >= _SHORTEST_HEADLINE for run in runs)


@dataclass(slots=True)
class Boxes:
    """Judgements about the boxes of one container, each made once."""

    layout: Layout
    container: Box
    teasers: frozenset[Box]
    _related: dict[Box, bool] = field(default_factory=dict)
    _info: dict[Box, bool] = field(default_factory=dict)
    _tables: dict[Box, bool] = field(default_factory=dict)

    def related(self, run: Run) -> str | None:
        """Give the rule by which a box between the run and the container is not the article's; None where none is."""
        for box in run.box.chain():
            if box is self.container:
                return None
            if box in self.teasers:
                return "box.teaser"
            if box not in self._related:
                self._related[box] = self._is_related(box)
            if self._related[box]:
                return "box.related"
            if box not in self._info:
                self._info[box] = _is_info(box, self.layout)
            if self._info[box]:
                return "box.info"
        return None

    def _is_related(self, box: Box) -> bool:
        if box.name in {"nav", "footer"} and box.size < _RELATED_SHARE * self.container.size:
            return True
        if box.label and labels.RELATED.search(box.label) and box.size < _RELATED_SHARE * self.container.size:
            return True
        if box.size <= _LARGEST_TITLED_BOX and self._is_titled(box):
            return True
        if box.forms and box.size <= _LARGEST_FORM_BOX:
            return True
        if box.label and box.size <= _LARGEST_VIDEO_BOX and labels.VIDEO.search(box.label):
            return True
        return box.name in _LINK_BOXES and box.size <= _LARGEST_LINK_BOX and box.headline_links >= _LINK_SHARE * box.size > 0

    def _is_titled(self, box: Box) -> bool:
        """Tell whether a box begins with words such as "related news", and so holds them."""
        runs = self.layout.inside(box)
        return len(runs) > 1 and box.headline_links > 0 and (is_furniture(runs[0].text) or stops_article(runs[0].text))

    def beside_table(self, run: Run) -> bool:
        """Tell whether a run is the title or the note of a table of figures: short, and alone with it in a box."""
        if len(run.text) > _LONGEST_TABLE_NOTE:
            return False
        for box in list(run.box.chain())[1:3]:
            if box is self.container or box.size > _LARGEST_LINK_BOX:
                return False
            tables = _tables_in(box, self.layout)
            if tables and all(self._is_table(table) for table in tables) and box.size - sum(table.size for table in tables) <= 2 * _LONGEST_TABLE_NOTE:
                return True
        return False

    def _is_table(self, box: Box) -> bool:
        if box not in self._tables:
            self._tables[box] = _is_data_table(box, self.layout)
        return self._tables[box]

    def data_table(self, run: Run) -> Box | None:
        """Give the table of figures that holds the run; None where none does, or the table only lays out the page."""
        for box in run.box.chain():
            if box is self.container:
                return None
            if box.name == "table" and self._is_table(box):
                return box
        return None


def _tables_in(box: Box, layout: Layout) -> list[Box]:
    return list(dict.fromkeys(table for run in layout.inside(box) if (table := run.within("table")) is not None and table.depth > box.depth))


def _is_info(box: Box, layout: Layout) -> bool:
    """Tell a box that lists when, where and how often an article was printed and read."""
    if not 0 < box.size <= _LARGEST_INFO_BOX or box.last - box.first < 3 or (box.name != "dl" and not labels.INFO.search(box.label)):  # noqa: PLR2004
        return False
    runs = layout.inside(box)
    return all(len(run.text) <= _LONGEST_INFO for run in runs) and any(without_date(run.text) == "" for run in runs)


def _is_data_table(table: Box, layout: Layout) -> bool:
    """Tell a table of figures from one that only lays out the page: several rows of several short cells, no pictures."""
    rows: dict[Box, int] = {}
    for run in layout.inside(table):
        cell = run.within("td", "th")
        row = cell.parent if cell else None
        if cell is None or row is None or cell.depth <= table.depth:
            continue
        if len(run.text) > _LARGEST_CELL:
            return False
        rows[row] = rows.get(row, 0) + 1
    wide = [count for count in rows.values() if count > 1]
    return len(rows) > 1 and len(wide) >= 0.5 * len(rows) and sum(rows.values()) >= _FEWEST_CELLS and table.pictures <= len(rows) // 2
