"""The port to the pages that were had before: raw bytes, so that any of them can be extracted again."""

from typing import Protocol

from audiopub.source.page import Page


class PageArchive(Protocol):
    """Keeps every version of every page that was fetched, by the address that was asked for."""

    def kept(self, url: str) -> Page | None:
        """Give the latest version of a page; None where it was never kept."""

    def keep(self, page: Page) -> bool:
        """Keep a page under its name.

        Returns:
            Whether its bytes differ from the version before; True for the first.
        """
