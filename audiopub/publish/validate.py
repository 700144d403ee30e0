"""What podcast apps demand of a feed, checked from the outside: on the bytes, the files and the server's answers, not on our own objects."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from audiopub.publish.feedcheck import channel, document, enclosure, files, identity, item, media, notes, paging, served
from audiopub.publish.feedcheck.files import seen_files
from audiopub.publish.feedcheck.model import Feed, FileOf, Finding, Need, Report, Rule, links
from audiopub.publish.feedcheck.parse import parsed

_OK = 200

RULES: tuple[Rule, ...] = tuple(rule for subject in (document, channel, item, enclosure, identity, notes, files, served, media, paging) for rule in subject.RULES)
"""Every rule; what is known of each stands in ``feedcheck.table``."""


def validated(raw: bytes, file_of: FileOf | None, now: datetime, previous: Feed | None = None, items: int | None = None) -> Report:
    """Check a feed and, where they can be had, its files.

    Args:
        raw: the feed; what is no feed at all is a finding too.
        file_of: looks up its files; None to leave them out.
        now: an episode of the future is a fault.
        previous: the feed as it was before; None to leave the comparison out.
        items: first episodes whose files are looked at; None for all.
    """
    feed = replace(parsed(raw, now), previous=previous)
    return examined(replace(feed, files=seen_files(feed, file_of, items)) if file_of else feed)


def examined(feed: Feed) -> Report:
    """Apply every rule for which there is something to look at; the page that comes with an error is no feed."""
    came = feed.served is None or feed.served.plain.status == _OK
    there: Mapping[Need, bool] = {
        Need.BYTES: came, Need.FEED: feed.channel is not None, Need.FILES: feed.files is not None and feed.channel is not None, Need.SERVED: feed.served is not None,
        Need.PAGES: feed.pages is not None, Need.PREVIOUS: feed.previous is not None and feed.channel is not None,
    }  # fmt: skip
    applied = [rule for rule in RULES if there[rule.need]]
    return Report(len(applied), tuple(Finding(rule.name, where, found) for rule in applied for where, found in rule.broken(feed)))


def own_address(raw: bytes) -> str:
    """Give the address a feed says is its own; empty where it says none."""
    channel = parsed(raw, datetime.min.replace(tzinfo=UTC)).channel
    return next(iter(links(channel, "self")), "") if channel is not None else ""


def path_of(url: str) -> str:
    """Give the path of an address, decoded, without its first slash."""
    try:
        return unquote(urlsplit(url).path).lstrip("/")
    except ValueError:
        return ""
