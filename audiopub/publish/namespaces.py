"""What feedgen does not know: the podcast: and psc: namespaces, and iTunes values as Apple wants them."""

from collections.abc import Mapping, Sequence
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
ATOM = "http://www.w3.org/2005/Atom"
PODLOVE = "http://podlove.org/simple-chapters"

NAMESPACES = {"podcast": PODCAST, "itunes": ITUNES, "psc": PODLOVE}

Tag = tuple[str, str, Mapping[str, str], str | None]
"""Namespace, name, attributes and text of one element."""


class _Tags:
    """Elements in the order in which they were added."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tags: list[tuple[Tag, Sequence[Tag]]] = []

    def add(self, namespace: str, name: str, text: str | None = None, attributes: Mapping[str, str] | None = None) -> None:
        """Add an element."""
        self._tags.append(((namespace, name, attributes or {}, text), ()))

    def nest(self, tag: Tag, children: Sequence[Tag]) -> None:
        """Add an element that holds others."""
        self._tags.append((tag, children))

    def _write(self, parent: Any) -> None:
        for tag, children in self._tags:
            element = _written(tag, parent)
            for child in children:
                _written(child, element)


class ShowTags(_Tags, BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Elements of the channel."""

    def extend_ns(self) -> dict[str, str]:
        """Give the namespaces for the document's root."""
        return NAMESPACES

    def extend_rss(self, feed: Any) -> Any:
        """Write the elements into the channel; feedgen calls this."""
        self._write(feed.find("channel"))
        return feed


class EpisodeTags(_Tags, BaseEntryExtension):  # type: ignore[misc]
    """Elements of an item."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self._chapters: Sequence[Mapping[str, str]] = ()

    def chapters(self, chapters: Sequence[Mapping[str, str]]) -> None:
        """Set the Podlove chapters: start, title and address of each."""
        self._chapters = chapters

    def extend_rss(self, entry: Any) -> Any:
        """Write the elements into the item; feedgen calls this."""
        self._write(entry)
        if self._chapters:
            parent = etree.SubElement(entry, f"{{{PODLOVE}}}chapters", version="1.2")
            for chapter in self._chapters:
                etree.SubElement(parent, f"{{{PODLOVE}}}chapter", dict(chapter))
        return entry


def _written(tag: Tag, parent: Any) -> Any:
    namespace, name, attributes, text = tag
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", dict(attributes))
    element.text = text
    return element
