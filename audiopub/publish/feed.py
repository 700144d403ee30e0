"""The feed: a pure function of a show and its episodes. The only module that uses feedgen.

Traps of feedgen 1.0.0 that shape it: it formats dates by changing the locale of the whole process, knows
only ``yes`` and ``no`` for ``itunes:explicit``, makes the last ``link()`` the channel's, stamps the present
time, and has no ``podcast:`` namespace.
"""

import email.utils
import re
from collections.abc import Iterable, Sequence
from typing import Any

import feedgen.entry
import feedgen.feed
from lxml import etree

from audiopub.messages import Language, message
from audiopub.publish.chapters import podlove_chapters
from audiopub.publish.model import Channel, Episode
from audiopub.publish.namespaces import ITUNES, PODCAST, EpisodeTags, ShowTags, Tag
from audiopub.publish.text import clock, escaped, one_line, within_bytes, xml_safe

_MOST_BYTES = 4000
"""Of a description. Source: Apple, Podcast RSS feed requirements."""

for _module in (feedgen.feed, feedgen.entry):
    if hasattr(_module, "formatRFC2822"):
        # feedgen's own calls setlocale(LC_ALL) around every date, which is neither thread-safe nor always undone.
        _module.formatRFC2822 = email.utils.format_datetime


def feed_xml(channel: Channel, episodes: Sequence[Episode]) -> bytes:
    """Write a show's feed.

    Args:
        channel: the show.
        episodes: in any order; the feed has the newest first.

    Returns:
        UTF-8. The same arguments give the same bytes.
    """
    newest_first = sorted(episodes, key=lambda episode: (episode.published, episode.id), reverse=True)
    generator = _channel(channel)
    built = max((episode.updated for episode in episodes), default=None)
    if built is not None:
        generator.lastBuildDate(built)
    for episode in newest_first:
        _item(generator.add_entry(order="append"), channel, episode)
    document = generator.rss_str(pretty=True)
    return document if built is not None else _without_build_date(document)


def _channel(channel: Channel) -> Any:
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension("more", ShowTags, EpisodeTags, atom=False)
    generator.title(one_line(channel.title))
    generator.link(href=channel.feed_url, rel="self", type="application/rss+xml")
    generator.link(href=channel.website or channel.address("index.html"), rel="alternate")
    generator.description(within_bytes(xml_safe(channel.description), _MOST_BYTES))
    generator.language(channel.language)
    generator.copyright(one_line(channel.copyright))
    generator.generator("audiopub")
    for namespace, name, text, attributes in _channel_tags(channel):
        generator.more.add(namespace, name, text, attributes)
    subcategory: list[Tag] = [(ITUNES, "category", {"text": channel.subcategory}, None)] if channel.subcategory else []
    generator.more.nested("category", {"text": channel.category}, subcategory)
    owner: list[Tag] = [(ITUNES, "name", {}, one_line(channel.owner_name)), (ITUNES, "email", {}, channel.owner_email)]
    generator.more.nested("owner", {}, owner)
    return generator


def _channel_tags(channel: Channel) -> Iterable[tuple[str, str, str | None, dict[str, str]]]:
    yield ITUNES, "author", one_line(channel.author), {}
    yield ITUNES, "type", "episodic", {}
    yield ITUNES, "explicit", "true" if channel.explicit else "false", {}
    yield ITUNES, "image", None, {"href": channel.address("cover.jpg")}
    yield PODCAST, "guid", channel.guid, {}
    yield PODCAST, "locked", "yes", {"owner": channel.owner_email}
    yield PODCAST, "medium", "podcast", {}
    yield PODCAST, "txt", "true", {"purpose": "ai-content"}


def _item(entry: Any, channel: Channel, episode: Episode) -> None:
    entry.title(one_line(episode.title))
    entry.guid(episode.guid, permalink=False)
    entry.link(href=channel.address(episode.file(".html")), rel="alternate")
    entry.description(escaped(within_bytes(episode.description, _MOST_BYTES // 2)))
    entry.content(notes(episode, "vi"), type="CDATA")
    entry.enclosure(channel.address(episode.audio), str(episode.audio_bytes), "audio/mpeg")
    entry.published(episode.published)
    for namespace, name, text, attributes in _item_tags(channel, episode):
        entry.more.add(namespace, name, text, attributes)
    entry.more.chapters(podlove_chapters(episode.chapters))
    others = [({"type": other.type, "length": str(other.bytes), "title": other.file.rpartition(".")[2]}, channel.address(other.file)) for other in episode.alternates]
    entry.more.alternates(others)


def _item_tags(channel: Channel, episode: Episode) -> Iterable[tuple[str, str, str | None, dict[str, str]]]:
    if episode.author:
        yield ITUNES, "author", one_line(episode.author), {}
    yield ITUNES, "duration", str(max(1, round(episode.duration / 1000))), {}
    yield ITUNES, "explicit", "true" if channel.explicit else "false", {}
    yield ITUNES, "episodeType", "full", {}
    yield PODCAST, "transcript", None, {"url": channel.address(episode.file(".vtt")), "type": "text/vtt", "language": channel.language}
    yield PODCAST, "transcript", None, {"url": channel.address(episode.file(".srt")), "type": "application/x-subrip", "language": channel.language}
    yield PODCAST, "transcript", None, {"url": channel.address(episode.file(".transcript.json")), "type": "application/json", "language": channel.language}
    yield PODCAST, "chapters", None, {"url": channel.address(episode.file(".chapters.json")), "type": "application/json+chapters"}
    yield PODCAST, "txt", "true", {"purpose": "ai-content"}


def notes(episode: Episode, language: Language) -> str:
    """Write an episode's notes: summary, chapters with their times, the article's address, the voice's disclosure."""
    parts = [f"<p>{escaped(episode.description)}</p>"]
    if len(episode.chapters) > 1:
        marks = "".join(f"<li>{clock(chapter.start)} {escaped(one_line(chapter.title))}</li>" for chapter in episode.chapters)
        parts.append(f"<p>{message('notes.section_list', language)}</p><ul>{marks}</ul>")
    if episode.article_url and re.fullmatch(r"https?://[!-~]+", episode.article_url):
        link = f'<a href="{escaped(episode.article_url)}">{escaped(episode.article_url)}</a>'
        parts.append(f"<p>{message('notes.source', language, url=link)}</p>")
    if episode.corrected:
        when = f"{episode.corrected:%H:%M %d/%m/%Y}"
        parts.append(f"<p>{message('notes.correction', language, when=when)}</p>")
    parts.append(f"<p>{message('notes.ai_voice', language)}</p>")
    return "".join(parts)


def _without_build_date(document: bytes) -> bytes:
    """Take the present time, which feedgen cannot leave out, from a feed that has no episode to date it."""
    root = etree.fromstring(document)
    for channel in root.findall("channel"):
        for element in channel.findall("lastBuildDate"):
            channel.remove(element)
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
