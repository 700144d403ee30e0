"""What feedgen does not know: the podcast: and psc: namespaces, and iTunes values as Apple wants them."""

from collections.abc import Mapping, Sequence
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODLOVE = "http://podlove.org/simple-chapters"

Tag = tuple[str, str, Mapping[str, str], str | None]
"""Namespace, name, attributes and text of one element."""


class ShowTags(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Elements of the channel, written in the order in which they were added."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tags: list[Tag] = []
        self._nested: list[tuple[str, Mapping[str, str], Sequence[Tag]]] = []

    def extend_ns(self) -> dict[str, str]:
        """Give the namespaces for the document's root."""
        return {"podcast": PODCAST, "itunes": ITUNES, "psc": PODLOVE}

    def add(self, namespace: str, name: str, text: str | None = None, attributes: Mapping[str, str] | None = None) -> None:
        """Add an element."""
        self._tags.append((namespace, name, attributes or {}, text))

    def nested(self, name: str, attributes: Mapping[str, str], children: Sequence[Tag]) -> None:
        """Add an iTunes element that holds others: owner, category."""
        self._nested.append((name, attributes, children))

    def extend_rss(self, feed: Any) -> Any:
        """Write the elements into the channel; feedgen calls this."""
        channel = feed.find("channel")
        _write(self._tags, channel)
        for name, attributes, children in self._nested:
            _write(children, etree.SubElement(channel, f"{{{ITUNES}}}{name}", dict(attributes)))
        return feed


class EpisodeTags(BaseEntryExtension):  # type: ignore[misc]
    """Elements of an item."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tags: list[Tag] = []
        self._chapters: Sequence[Mapping[str, str]] = ()
        self._alternates: Sequence[tuple[Mapping[str, str], str]] = ()

    def add(self, namespace: str, name: str, text: str | None = None, attributes: Mapping[str, str] | None = None) -> None:
        """Add an element."""
        self._tags.append((namespace, name, attributes or {}, text))

    def chapters(self, chapters: Sequence[Mapping[str, str]]) -> None:
        """Set the Podlove chapters: start and title of each."""
        self._chapters = chapters

    def alternates(self, alternates: Sequence[tuple[Mapping[str, str], str]]) -> None:
        """Set other forms of the audio: attributes and address of each."""
        self._alternates = alternates

    def extend_rss(self, entry: Any) -> Any:
        """Write the elements into the item; feedgen calls this."""
        _write(self._tags, entry)
        for attributes, address in self._alternates:
            other = etree.SubElement(entry, f"{{{PODCAST}}}alternateEnclosure", dict(attributes))
            etree.SubElement(other, f"{{{PODCAST}}}source", uri=address)
        if self._chapters:
            parent = etree.SubElement(entry, f"{{{PODLOVE}}}chapters", version="1.2")
            for chapter in self._chapters:
                etree.SubElement(parent, f"{{{PODLOVE}}}chapter", dict(chapter))
        return entry


def _write(tags: Sequence[Tag], parent: Any) -> None:
    for namespace, name, attributes, text in tags:
        element = etree.SubElement(parent, f"{{{namespace}}}{name}", dict(attributes))
        element.text = text
