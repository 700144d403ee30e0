"""Rules about identity: by what an app tells episodes apart, and knows them again in the next feed."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from audiopub.publish.feedcheck.enclosure import attribute
from audiopub.publish.feedcheck.item import pub_date, seconds_of
from audiopub.publish.feedcheck.model import Faults, Feed, Need, each, is_absolute, rules, shown, text_of, where
from audiopub.publish.namespaces import ITUNES, PODCAST

_AS_LONG = 600
"""Seconds. Source: AntennaPod, FeedItemDuplicateGuesser."""


def _guid(item: Any) -> str | None:
    return None if text_of(item, "guid").strip() else ""


def _padded(item: Any) -> str | None:
    guid = text_of(item, "guid")
    return shown(guid) if guid.strip() and guid != guid.strip() else None


def _permalink(item: Any) -> str | None:
    element, guid = item.find("guid"), text_of(item, "guid").strip()
    return shown(guid) if guid and element.get("isPermaLink", "true").lower() != "false" and not is_absolute(guid) else None


def _twice(values: Iterator[str]) -> Faults:
    for value, count in Counter(filter(None, values)).items():
        if count > 1:
            yield value[:80], str(count)


def _guid_twice(feed: Feed) -> Faults:
    return _twice(text_of(item, "guid").strip() for item in feed.items)


def _enclosure_twice(feed: Feed) -> Faults:
    return _twice(attribute(item, "url") for item in feed.items)


def _title_key(item: Any) -> str:
    """Give a title as AntennaPod compares it: quotation marks and dashes alike."""
    return re.sub("[“”„»«]", '"', text_of(item, "title")).replace("—", "-").replace("–", "-").strip()


def _same_day(feed: Feed) -> Faults:
    seen: dict[tuple[str, Any, str], int] = {}
    for item in feed.items:
        moment, seconds = pub_date(item), seconds_of(text_of(item, "duration", ITUNES).strip())
        if moment is None or seconds is None:
            continue
        key = (_title_key(item), moment.astimezone(UTC).date(), attribute(item, "type").partition("/")[0])
        if key in seen and abs(seen[key] - seconds) < _AS_LONG:
            yield where(item), shown(text_of(item, "title"))
        seen[key] = seconds


def _by_guid(feed: Feed) -> dict[str, Any]:
    return {text_of(item, "guid").strip(): item for item in feed.items if text_of(item, "guid").strip()}


def _kept(feed: Feed) -> Iterator[tuple[str, Any, Any]]:
    """Give the episodes that are in both feeds: guid, the former item, the present one."""
    present = _by_guid(feed)
    for guid, item in _by_guid(feed.previous).items() if feed.previous else ():
        if guid in present:
            yield guid[:48], item, present[guid]


def _show_changed(feed: Feed) -> Faults:
    former = text_of(feed.previous.channel, "guid", PODCAST).strip() if feed.previous else ""
    now = text_of(feed.channel, "guid", PODCAST).strip()
    if former and former != now:
        yield "channel", f"{former} -> {now or '-'}"


def _renamed(feed: Feed) -> dict[str, str]:
    """Find episodes whose audio is in both feeds under two guids: former guid to present one."""
    present, former = _by_guid(feed), _by_guid(feed.previous) if feed.previous else {}
    by_url = {attribute(item, "url"): guid for guid, item in present.items() if guid not in former}
    return {guid: by_url[attribute(item, "url")] for guid, item in former.items() if guid not in present and attribute(item, "url") in by_url}


def _guid_changed(feed: Feed) -> Faults:
    yield from ((former[:48], now) for former, now in _renamed(feed).items())


def _date_moved(feed: Feed) -> Faults:
    for guid, former, now in _kept(feed):
        if pub_date(former) != pub_date(now):
            yield guid, f"{text_of(former, 'pubDate').strip()} -> {text_of(now, 'pubDate').strip() or '-'}"


def _enclosure_changed(feed: Feed) -> Faults:
    for guid, former, now in _kept(feed):
        if attribute(former, "url") != attribute(now, "url"):
            yield guid, f"{attribute(former, 'url')} -> {attribute(now, 'url') or '-'}"


def _bytes_changed(feed: Feed) -> Faults:
    for guid, former, now in _kept(feed):
        lengths = attribute(former, "length"), attribute(now, "length")
        if attribute(former, "url") == attribute(now, "url") and lengths[0] != lengths[1]:
            yield guid, " -> ".join(lengths)


def _gone(feed: Feed) -> Faults:
    if not feed.previous:
        return
    present, renamed = _by_guid(feed), _renamed(feed)
    oldest = min((moment for moment in map(pub_date, feed.items) if moment), default=None)
    for guid, item in _by_guid(feed.previous).items():
        moment = pub_date(item)
        aged = oldest is not None and moment is not None and moment <= oldest
        # What is older than everything in the feed has left it at its end, as it does where a feed holds the newest only.
        if guid not in present and guid not in renamed and not aged:
            yield guid[:48], shown(text_of(item, "title"))


RULES = (
    *rules(
        Need.FEED,
        {
            "identity.guid": each(_guid),
            "identity.guid_padded": each(_padded),
            "identity.guid_permalink": each(_permalink),
            "identity.guid_twice": _guid_twice,
            "identity.enclosure_twice": _enclosure_twice,
            "identity.same_day": _same_day,
        },
    ),
    *rules(
        Need.PREVIOUS,
        {
            "previous.show": _show_changed,
            "previous.guid": _guid_changed,
            "previous.date": _date_moved,
            "previous.enclosure": _enclosure_changed,
            "previous.bytes": _bytes_changed,
            "previous.gone": _gone,
        },
    ),
)
