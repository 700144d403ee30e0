"""The port through which pages are had from other machines."""

from typing import Protocol

from audiopub.source.page import Page


class Fetcher(Protocol):
    """Fetches one page; every request audiopub makes for a user passes through one of these."""

    def fetch(self, url: str, kept: Page | None = None) -> Page:
        """Fetch a page.

        Args:
            url: absolute http or https address.
            kept: the page as it was had before. Where the server says that it has not changed, this very
                object is given back.

        Raises:
            FetchFailed: the address is refused, unreachable, answers an error, or is too large or slow.
        """
