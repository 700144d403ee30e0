"""Where pages come from: a page as bytes with its address, and the port that fetches one."""

from audiopub.source.fetcher import Fetcher
from audiopub.source.page import Page, PageForm

__all__ = ["Fetcher", "Page", "PageForm"]
