"""What podcast apps demand of a feed, checked from the outside: on the bytes and the files, not on our own objects."""

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from audiopub.errors import FeedInvalid
from audiopub.publish.feed_rule import Feed, FileOf, Finding, Report, Rule, is_absolute, text_of, where
from audiopub.publish.namespaces import ITUNES, PODCAST, PODLOVE
from audiopub.publish.validate_files import RULES as FILE_RULES

_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_ATOM = "http://www.w3.org/2005/Atom"
_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
_MARKUP = re.compile(r"<[^\s<>][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE)
_ODD = re.compile("[\u0080-\u009f\u2028\u2029\ufeff\ufffd\ue000-\uf8ff]")
_ALLOWED_TAGS = frozenset(["p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"])
_MOST_BYTES = 4000


def validated(raw: bytes, file_of: FileOf | None, now: datetime, name: str = "feed") -> Report:
    """Check a feed and, where they can be had, its files.

    Args:
        raw: the feed.
        file_of: looks up its files; None to leave them out.
        now: an episode of the future is a fault.
        name: what to call the feed in an error.

    Raises:
        FeedInvalid: it is no RSS 2.0 document at all.
    """
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise FeedInvalid("feed.unreadable", path=name, reason=str(error)) from error
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise FeedInvalid("feed.unreadable", path=name, reason="no <rss> with a <channel>")
    feed = Feed(raw, channel, channel.findall("item"), file_of, now)
    rules = [rule for rule in RULES if file_of is not None or not rule.name.startswith("file.")]
    findings = [Finding(rule.name, where, what) for rule in rules for where, what in rule.broken(feed)]
    return Report(len(rules), tuple(findings))


def _each(test: Callable[[Any], str | None]) -> Callable[[Feed], Iterator[tuple[str, str]]]:
    """Make a rule of a test on one item, which says what is wrong or None."""

    def broken(feed: Feed) -> Iterator[tuple[str, str]]:
        for item in feed.items:
            what = test(item)
            if what is not None:
                yield where(item), what

    return broken


def _of_channel(test: Callable[[Any], str | None]) -> Callable[[Feed], Iterator[tuple[str, str]]]:
    def broken(feed: Feed) -> Iterator[tuple[str, str]]:
        what = test(feed.channel)
        if what is not None:
            yield "channel", what

    return broken


def _bytes_first(feed: Feed) -> Iterator[tuple[str, str]]:
    if not feed.raw.startswith(b"<") or b"<!DOCTYPE" in feed.raw[:2000]:
        yield "feed", "something stands before the XML declaration, or there is a DOCTYPE"


def _clean_text(feed: Feed) -> Iterator[tuple[str, str]]:
    for element in feed.channel.iter(etree.Element):
        for text in (element.text or "", *element.attrib.values()):
            if not unicodedata.is_normalized("NFC", text):
                yield etree.QName(element).localname, f"not NFC: {text[:40]!r}"
            if _ODD.search(text):
                yield etree.QName(element).localname, f"control or private-use character in {text[:40]!r}"


def _title(element: Any) -> str | None:
    title = text_of(element, "title")
    if not title or title != title.strip() or "\n" in title or len(title) > 255:  # noqa: PLR2004
        return f"title empty, padded, broken or over 255 characters: {title[:60]!r}"
    return f"markup in title {title[:60]!r}" if _MARKUP.search(title) else None


def _link(channel: Any) -> str | None:
    own = [link.get("href") for link in channel.findall(f"{{{_ATOM}}}link") if link.get("rel") == "self"]
    link = text_of(channel, "link")
    if len(own) != 1 or not is_absolute(own[0] or ""):
        return "not one absolute atom:link rel=self"
    return None if is_absolute(link) and link != own[0] else f"link is no page of its own: {link!r}"


def _description(element: Any) -> str | None:
    size = len(text_of(element, "description").encode())
    return None if 0 < size <= _MOST_BYTES else f"description of {size} bytes (1 to {_MOST_BYTES})"


def _notes(item: Any) -> str | None:
    for text in (text_of(item, "description"), text_of(item, "encoded", _CONTENT)):
        odd = {tag.lower() for tag in re.findall(r"</?\s*([a-zA-Z][a-zA-Z0-9]*)", text)} - _ALLOWED_TAGS
        if odd:
            return f"tags that apps drop or run: {', '.join(sorted(odd))}"
        if re.search(r"<[^a-zA-Z/!]|<[a-zA-Z][^>]*$", text):
            return "a bare < that is no tag"
    return None


def _enclosure(item: Any) -> str | None:
    found = item.findall("enclosure")
    if len(found) != 1:
        return f"{len(found)} enclosures"
    url, length, kind = (found[0].get(name) or "" for name in ("url", "length", "type"))
    if not is_absolute(url) or re.search(r"%(?:C[3-6CD]|E1%B[AB])", url, re.IGNORECASE):
        return f"enclosure address is not plain absolute ASCII: {url!r}"
    if kind != "audio/mpeg" or not urlsplit(url).path.endswith(".mp3"):
        return f"enclosure type {kind!r} for {url!r}"
    return None if length.isdigit() and int(length) > 0 else f"enclosure length {length!r}"


def _unique(feed: Feed) -> Iterator[tuple[str, str]]:
    for name, values in (("guid", [text_of(i, "guid") for i in feed.items]), ("enclosure", [e.get("url") for i in feed.items for e in i.findall("enclosure")])):
        for value, count in Counter(values).items():
            if count > 1:
                yield str(value)[:48], f"{name} used {count} times"


def _guid(item: Any) -> str | None:
    guid = text_of(item, "guid")
    element = item.find("guid")
    if not guid or guid != guid.strip():
        return "guid missing or padded"
    return None if element.get("isPermaLink") == "false" or is_absolute(guid) else "isPermaLink is not false and the guid is no address"


def _date(text: str) -> datetime | None:
    if not _DATE.fullmatch(text):
        return None
    moment = parsedate_to_datetime(text)
    return moment if f"{moment:%a}" == text[:3] else None


def _dates(feed: Feed) -> Iterator[tuple[str, str]]:
    previous: datetime | None = None
    for item in feed.items:
        moment = _date(text_of(item, "pubDate"))
        if moment is None:
            yield where(item), f"pubDate {text_of(item, 'pubDate')!r} is not RFC 2822 with a numeric zone"
            continue
        if moment.astimezone(UTC) > feed.now.astimezone(UTC) + timedelta(minutes=5):
            yield where(item), "pubDate lies in the future"
        if previous is not None and moment > previous:
            yield where(item), "not newest first"
        previous = moment


def _same_day(feed: Feed) -> Iterator[tuple[str, str]]:
    seen: dict[tuple[str, Any], int] = {}
    for item in feed.items:
        moment, seconds = _date(text_of(item, "pubDate")), text_of(item, "duration", ITUNES)
        if moment and seconds.isdigit():
            key = (text_of(item, "title"), moment.astimezone(UTC).date())
            if key in seen and abs(seen[key] - int(seconds)) < 600:  # noqa: PLR2004
                yield where(item), "same title and day as another, and about as long: AntennaPod takes them for one"
            seen[key] = int(seconds)


def _itunes(channel: Any) -> str | None:
    image = channel.find(f"{{{ITUNES}}}image")
    if text_of(channel, "explicit", ITUNES) not in {"true", "false"}:
        return "itunes:explicit is not true or false"
    if not text_of(channel, "author", ITUNES).strip():
        return "no itunes:author"
    if image is None or not is_absolute(image.get("href") or "") or not image.get("href").endswith((".jpg", ".png")):
        return "no itunes:image that ends in .jpg or .png"
    if channel.find(f"{{{ITUNES}}}category") is None:
        return "no itunes:category"
    owner = channel.find(f"{{{ITUNES}}}owner")
    return None if owner is not None and "@" in text_of(owner, "email", ITUNES) else "no owner's address"


def _podcast(channel: Any) -> str | None:
    try:
        version = uuid.UUID(text_of(channel, "guid", PODCAST)).version
    except ValueError:
        version = None
    if version != 5:  # noqa: PLR2004
        return "podcast:guid is no UUIDv5"
    if text_of(channel, "locked", PODCAST) not in {"yes", "no"}:
        return "podcast:locked is not yes or no"
    purposes = {txt.get("purpose") for txt in channel.findall(f"{{{PODCAST}}}txt")}
    return None if "ai-content" in purposes else "no podcast:txt purpose=ai-content, though the voice is synthetic"


def _language(channel: Any) -> str | None:
    language = text_of(channel, "language")
    return None if re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language) else f"language {language!r}"


def _duration(item: Any) -> str | None:
    text = text_of(item, "duration", ITUNES)
    return None if text.isdigit() and int(text) > 0 else f"itunes:duration {text!r} is not whole seconds"


def _chapters(item: Any) -> str | None:
    marks = [(c.get("start") or "", c.get("title") or "") for c in item.findall(f"{{{PODLOVE}}}chapters/{{{PODLOVE}}}chapter")]
    starts = [start for start, _ in marks]
    return None if starts == sorted(set(starts)) and all(title for _, title in marks) else "psc:chapters not ascending or untitled"


def _extras(item: Any) -> str | None:
    for tag, kinds in (("transcript", {"text/vtt", "application/x-subrip", "text/html", "application/json"}), ("chapters", {"application/json+chapters"})):
        for element in item.findall(f"{{{PODCAST}}}{tag}"):
            if element.get("type") not in kinds or not is_absolute(element.get("url") or ""):
                return f"podcast:{tag} {dict(element.attrib)}"
    return None


def _has_items(channel: Any) -> str | None:
    return None if channel.find("item") is not None else "no episodes: Apple and Spotify refuse an empty feed"


RULES: tuple[Rule, ...] = (
    Rule("xml.start", "PSP-1", _bytes_first),
    Rule("text.clean", "XML 1.0 Char; Unicode NFC", _clean_text),
    Rule("channel.title", "Apple; PSP-1", _of_channel(_title)),
    Rule("channel.link", "PSP-1; W3C feed validator", _of_channel(_link)),
    Rule("channel.description", "Apple: 4000 bytes", _of_channel(_description)),
    Rule("channel.language", "Apple; ISO 639", _of_channel(_language)),
    Rule("channel.itunes", "Apple, Podcast RSS feed requirements", _of_channel(_itunes)),
    Rule("channel.podcast", "podcast-namespace: guid, locked, txt", _of_channel(_podcast)),
    Rule("channel.items", "Apple", _of_channel(_has_items)),
    Rule("item.title", "PSP-1; AntennaPod reads titles as HTML", _each(_title)),
    Rule("item.guid", "RSS 2.0; Apple", _each(_guid)),
    Rule("item.unique", "Apple ignores a repeated enclosure", _unique),
    Rule("item.enclosure", "Apple: ASCII address, length, type", _each(_enclosure)),
    Rule("item.date", "RFC 2822; Pocket Casts wants newest first", _dates),
    Rule("item.same_day", "AntennaPod, FeedItemDuplicateGuesser", _same_day),
    Rule("item.duration", "PSP-1", _each(_duration)),
    Rule("item.description", "Apple: 4000 bytes", _each(_description)),
    Rule("item.notes", "Apple: p ol ul li a", _each(_notes)),
    Rule("item.chapters", "Podlove Simple Chapters", _each(_chapters)),
    Rule("item.extras", "podcast-namespace: transcript, chapters", _each(_extras)),
    *FILE_RULES,
)
"""Every rule with the source that demands it."""


def own_address(raw: bytes) -> str:
    """Give the address a feed says is its own; empty where it says none."""
    found = re.search(rb'<atom:link[^>]*href="([^"]+)"[^>]*rel="self"|<atom:link[^>]*rel="self"[^>]*href="([^"]+)"', raw)
    return (found[1] or found[2]).decode("utf-8", "replace") if found else ""


def path_of(url: str) -> str:
    """Give the path of an address, decoded, without its first slash."""
    return unquote(urlsplit(url).path).lstrip("/")
