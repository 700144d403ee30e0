"""Rules about what is shown beside the audio: notes, transcripts, chapters, people and places."""

import re
from typing import Any

from audiopub.publish.feedcheck.item import seconds_of
from audiopub.publish.feedcheck.model import CONTENT, Faults, Feed, Need, each, is_absolute, is_plain, rules, shown, text_of
from audiopub.publish.feedcheck.words import MOST_BYTES
from audiopub.publish.namespaces import ITUNES, PODCAST, PODLOVE

_TAGS = frozenset(["p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"])
"""Source: Apple names p, ol, ul, li and a; PSP-1 names b, i, strong and em too; br is read by all that were looked at."""

_TAG = re.compile(r"</?\s*([a-zA-Z][a-zA-Z0-9]{0,30})")
_BARE = re.compile(r"<[^a-zA-Z/!]|<[a-zA-Z][^<>]*(?:<|$)")
_TARGET = re.compile(r"(?:href|src)\s{0,5}=\s{0,5}[\"']([^\"']{0,2000})", re.IGNORECASE)
_TRANSCRIPTS = frozenset({"text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip", "application/srt"})
_CHAPTERS = "application/json+chapters"
_START = re.compile(r"(?:\d{1,3}:)?\d{1,3}:\d\d(?:\.\d{1,3})?|\d{1,6}(?:\.\d{1,3})?")
_FEWEST_CHAPTERS, _LONGEST_CHAPTER = 3, 40
"""Source: Spotify, chapters."""

_LONGEST_NAME = 128
_GEO = re.compile(r"geo:-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?(?:[,;].*)?")


def _description(item: Any) -> str | None:
    return None if text_of(item, "description").strip() else ""


def _description_long(item: Any) -> str | None:
    size = len(text_of(item, "description").encode("utf-8", "surrogatepass"))
    return str(size) if size > MOST_BYTES else None


def _texts(item: Any) -> tuple[str, str]:
    return text_of(item, "description"), text_of(item, "encoded", CONTENT)


def _tags(item: Any) -> str | None:
    odd = {tag.lower() for text in _texts(item) for tag in _TAG.findall(text)} - _TAGS
    return ", ".join(sorted(odd)[:6]) if odd else None


def _bare(item: Any) -> str | None:
    found = next((match for match in map(_BARE.search, _texts(item)) if match), None)
    return shown(found.string[found.start() : found.start() + 40]) if found else None


def _relative(item: Any) -> str | None:
    for text in _texts(item):
        for target in _TARGET.findall(text):
            if not re.match(r"https?://|mailto:", target):
                return shown(target)
    return None


def _transcripts(item: Any) -> list[Any]:
    return list(item.findall(f"{{{PODCAST}}}transcript"))


def _no_transcript(item: Any) -> str | None:
    return None if _transcripts(item) else ""


def _wrong_link(element: Any, kinds: frozenset[str]) -> bool:
    url = (element.get("url") or "").strip()
    return element.get("type") not in kinds or not (is_absolute(url) and is_plain(url))


def _transcript_form(item: Any) -> str | None:
    return next((f"{element.get('type')} {shown(element.get('url') or '')}" for element in _transcripts(item) if _wrong_link(element, _TRANSCRIPTS)), None)


def _chapters(item: Any) -> list[Any]:
    return list(item.findall(f"{{{PODCAST}}}chapters"))


def _chapters_form(item: Any) -> str | None:
    wrong = (element for element in _chapters(item) if _wrong_link(element, frozenset({_CHAPTERS})))
    return next((f"{element.get('type')} {shown(element.get('url') or '')}" for element in wrong), None)


def _chapters_twice(item: Any) -> str | None:
    count = len(_chapters(item))
    return str(count) if count > 1 else None


def podlove_of(item: Any) -> list[tuple[str, str]]:
    """Give the start and title of each chapter that stands in the feed itself."""
    found = item.findall(f"{{{PODLOVE}}}chapters/{{{PODLOVE}}}chapter")
    return [((chapter.get("start") or "").strip(), (chapter.get("title") or "").strip()) for chapter in found]


def _start(text: str) -> float | None:
    if not _START.fullmatch(text):
        return None
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return total


def _podlove(item: Any) -> str | None:
    marks = podlove_of(item)
    starts = [start for start in (_start(text) for text, _ in marks) if start is not None]
    length = seconds_of(text_of(item, "duration", ITUNES).strip())
    good = len(starts) == len(marks) and starts == sorted(set(starts)) and all(title for _, title in marks)
    past = bool(length and starts and starts[-1] >= length)
    return None if good and not past else ", ".join(text for text, _ in marks)[:80]


def _podlove_few(item: Any) -> str | None:
    count = len(podlove_of(item))
    return str(count) if 0 < count < _FEWEST_CHAPTERS else None


def _podlove_long(item: Any) -> str | None:
    return next((shown(title) for _, title in podlove_of(item) if len(title) >= _LONGEST_CHAPTER), None)


def _people(feed: Feed) -> Faults:
    for person in feed.channel.iter(f"{{{PODCAST}}}person"):
        name = (person.text or "").strip()
        if not 0 < len(name) <= _LONGEST_NAME:
            yield "podcast:person", shown(name)


def _places(feed: Feed) -> Faults:
    for place in feed.channel.iter(f"{{{PODCAST}}}location"):
        geo = place.get("geo")
        if not (place.text or "").strip() or (geo is not None and not _GEO.fullmatch(geo)):
            yield "podcast:location", f"{shown(place.text or '')} geo={geo}"


def _licences(feed: Feed) -> Faults:
    for licence in feed.channel.iter(f"{{{PODCAST}}}license"):
        slug = (licence.text or "").strip()
        # A licence that is no lower-case identifier is one of the publisher's own, and needs an address to be read at.
        if not slug or (not re.fullmatch(r"[a-z0-9.+-]+", slug) and not is_absolute(licence.get("url") or "")):
            yield "podcast:license", shown(slug)


def _pictures(feed: Feed) -> Faults:
    for _ in feed.channel.iter(f"{{{PODCAST}}}images"):
        yield "podcast:images", ""


RULES = rules(
    Need.FEED,
    {
        "notes.missing": each(_description),
        "notes.long": each(_description_long),
        "notes.tags": each(_tags),
        "notes.bare": each(_bare),
        "notes.relative": each(_relative),
        "notes.transcript": each(_no_transcript),
        "notes.transcript_form": each(_transcript_form),
        "notes.chapters_form": each(_chapters_form),
        "notes.chapters_twice": each(_chapters_twice),
        "notes.podlove": each(_podlove),
        "notes.podlove_few": each(_podlove_few),
        "notes.podlove_long": each(_podlove_long),
        "notes.person": _people,
        "notes.location": _places,
        "notes.licence": _licences,
        "notes.images": _pictures,
    },
)
