"""All that is asked about a feed on the web, in order: the feed, its older pages, its files."""

from dataclasses import dataclass, replace
from datetime import datetime

from audiopub.publish.feedcheck.files import seen_files
from audiopub.publish.feedcheck.model import Feed
from audiopub.publish.feedcheck.parse import parsed
from audiopub.publish.feedcheck.probe import MOST_OF_FEED, Asker, asked_feed, asked_files, asked_pages, whole_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How far a check goes."""

    items: int = 10
    """Newest episodes whose files are asked for."""

    pages: int = 5
    """Pages of older episodes that are followed at most."""

    deep: bool = False
    """Whether files are fetched whole and looked into."""


def gathered(asker: Asker, url: str, now: datetime, extent: Extent) -> Feed:
    """Ask for a feed and for what it names; what does not come is an answer too.

    Args:
        asker: whom to ask through.
        url: of the feed.
        now: the present moment.
        extent: how far to go. By default some ten requests for the feed, and three for each of ten episodes.
    """
    served = asked_feed(asker, url)
    feed = replace(parsed(served.plain.body, now), served=served)
    if len(served.plain.body) >= MOST_OF_FEED:
        # Its end was not read, so that it is cut off is our doing; that it is too large is told by another rule.
        feed = replace(feed, trouble="")
    feed = replace(feed, pages=tuple(asked_pages(asker, feed, served.plain.url, extent.pages)), media=tuple(asked_files(asker, feed, extent.items)))
    return replace(feed, files=seen_files(feed, lambda address: whole_file(asker, address), extent.items)) if extent.deep else feed
