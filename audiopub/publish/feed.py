"""The feed: a pure function of a show and its episodes. The only module that uses feedgen.

Traps of feedgen 1.0.0 that shape it: it formats dates by changing the locale of the whole process, knows
only ``yes`` and ``no`` for ``itunes:explicit``, makes the last ``link()`` the channel's, stamps the present
time, has no ``podcast:`` namespace, and lets one bad entry stop all others.
"""

import email.utils
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import feedgen.entry
import feedgen.feed
from lxml import etree

from audiopub.publish.chapters import podlove_chapters
from audiopub.publish.feed_tags import channel_nests, channel_tags, item_nests, item_tags
from audiopub.publish.model import Channel, Episode
from audiopub.publish.namespaces import ATOM, EpisodeTags, ShowTags
from audiopub.publish.notes import notes
from audiopub.publish.paging import FeedPage, name_of, paged
from audiopub.publish.text import escaped, one_line, within_bytes, xml_safe
from audiopub.publish.titles import told_apart

_MOST_BYTES = 4000
"""Of a description. Source: Apple, Podcast RSS feed requirements."""

_STYLE = b'<?xml-stylesheet type="text/css" href="feed.css"?>\n'
"""For people who open the feed in a browser. Not XSLT: browsers are giving it up, and Chromium 156 puts a warning over every page made by it."""

for _module in (feedgen.feed, feedgen.entry):
    if hasattr(_module, "formatRFC2822"):
        # feedgen's own calls setlocale(LC_ALL) around every date, which is neither thread-safe nor always undone.
        _module.formatRFC2822 = email.utils.format_datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A page of a feed that was written."""

    xml: bytes
    refused: tuple[tuple[Episode, str], ...] = ()
    """Episodes that could not be written, with the reason; all others are there."""


def feed_xml(channel: Channel, episodes: Sequence[Episode]) -> bytes:
    """Write a show's feed: its newest episodes; older ones are in pages of their own, see :func:`feed_page`.

    Args:
        channel: the show.
        episodes: in any order; the feed has the newest first.

    Returns:
        UTF-8. The same arguments give the same bytes.
    """
    return feed_page(channel, paged(episodes)[0], told_apart(episodes)).xml


def feed_page(channel: Channel, page: FeedPage, titles: dict[tuple[str, str], str]) -> Written:
    """Write one page of a feed.

    Args:
        channel: the show.
        page: its episodes, and its neighbours (RFC 5005, paged feeds).
        titles: what :func:`told_apart` gave for all of the show's episodes.
    """
    root = _channel(channel, page)
    into = root.find("channel")
    refused: list[tuple[Episode, str]] = []
    for episode in page.episodes:
        try:
            into.append(_item(channel, episode, titles[episode.show, episode.id]))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            refused.append((episode, str(error) or type(error).__name__))
    document: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    start = document.index(b"\n") + 1
    return Written(document[:start] + _STYLE + document[start:], tuple(refused))


def _channel(channel: Channel, page: FeedPage) -> Any:
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension("more", ShowTags, EpisodeTags, atom=False)
    generator.title(one_line(channel.title))
    generator.link(href=channel.address(page.file("feed", ".xml")), rel="self", type="application/rss+xml")
    generator.link(href=channel.website or channel.address("index.html"), rel="alternate")
    generator.description(within_bytes(xml_safe(channel.description), _MOST_BYTES))
    generator.language(channel.language)
    generator.copyright(one_line(channel.copyright))
    generator.generator("audiopub")
    built = max((episode.updated for episode in page.episodes), default=None)
    if built is not None:
        generator.lastBuildDate(built)
    for namespace, name, attributes, text in channel_tags(channel):
        generator.more.add(namespace, name, text, attributes)
    for tag, children in channel_nests(channel):
        generator.more.nest(tag, children)
    for rel, address in _neighbours(channel, page):
        generator.more.add(ATOM, "link", None, {"href": address, "rel": rel, **({} if rel == "hub" else {"type": "application/rss+xml"})})
    root, into = generator._create_rss(extensions=True)  # noqa: SLF001  the bytes would have to be parsed again
    if built is None:
        for element in into.findall("lastBuildDate"):
            into.remove(element)  # the present time, which feedgen puts where it knows none
    return root


def _neighbours(channel: Channel, page: FeedPage) -> Iterable[tuple[str, str]]:
    if channel.more.hub:
        yield "hub", channel.more.hub
    if page.older is None and page.newer is None:
        return
    for rel, mark in (("first", ""), ("prev", page.newer), ("next", page.older), ("last", page.last)):
        if mark is not None:
            yield rel, channel.address(name_of("feed", mark, ".xml"))


def _item(channel: Channel, episode: Episode, title: str) -> Any:
    entry = feedgen.entry.FeedEntry()
    entry.register_extension("more", EpisodeTags, atom=False)
    entry.title(title)
    entry.guid(episode.guid, permalink=False)
    entry.link(href=channel.address_of(episode, episode.file(".html")), rel="alternate")
    entry.description(escaped(within_bytes(episode.description, _MOST_BYTES // 2)))
    entry.content(notes(episode, "vi", channel), type="CDATA")
    entry.enclosure(enclosure_address(channel, episode), str(episode.audio_bytes), "audio/mpeg")
    entry.published(episode.published)
    for namespace, name, attributes, text in item_tags(channel, episode):
        entry.more.add(namespace, name, text, attributes)
    for tag, children in item_nests(channel, episode):
        entry.more.nest(tag, children)
    entry.more.chapters(podlove_chapters(episode.chapters))
    return entry.rss_entry()


def enclosure_address(channel: Channel, episode: Episode) -> str:
    """Give the address that apps fetch the audio from, behind the prefix of a service that counts, where there is one."""
    address = channel.address_of(episode, episode.audio)
    # As OP3 and the like want it: their address, then ours; the scheme may be left out where it is https.
    return channel.more.prefix + address.removeprefix("https://") if channel.more.prefix else address
