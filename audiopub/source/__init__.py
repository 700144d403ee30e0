"""Where pages come from: pages as bytes, lists of articles, and the ports that fetch and keep them."""

from audiopub.source.archive import PageArchive
from audiopub.source.fetcher import Fetcher
from audiopub.source.gather import Gathered, Wanted, fetch_kept, gather
from audiopub.source.listing import Entry, ListingKind, entries, listing_kind
from audiopub.source.page import Page, PageForm
from audiopub.source.polite import PoliteFetcher

__all__ = ["Entry", "Fetcher", "Gathered", "ListingKind", "Page", "PageArchive", "PageForm", "PoliteFetcher", "Wanted", "entries", "fetch_kept", "gather", "listing_kind"]
