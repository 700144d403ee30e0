"""A well-mannered crawler: what robots.txt forbids is not fetched, and no host is asked again at once."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from audiopub.errors import FetchFailed
from audiopub.source.fetcher import Fetcher
from audiopub.source.page import Page

AGENT = "audiopub"
_LONGEST_DELAY = 30.0
_ROBOTS_LIMIT = 512_000
"""Bytes of a robots.txt that are read. Source: RFC 9309, 2.5: at least 500 KiB."""

_FORBIDS_NOTHING, _FORBIDS_ALL = "", "User-agent: *\nDisallow: /"


class PoliteFetcher:
    """A fetcher that keeps to each host's robots.txt and waits between two requests to one host."""

    def __init__(self, inner: Fetcher, *, clock: Callable[[], float], sleep: Callable[[float], None], delay: float = 1.0) -> None:
        """Wrap a fetcher.

        Args:
            inner: fetches.
            clock: seconds that never go back.
            sleep: waits so many seconds.
            delay: seconds between two requests to one host; a host that asks for more gets it, up to 30.
        """
        self._inner = inner
        self._clock = clock
        self._sleep = sleep
        self._delay = delay
        self._free_at: dict[str, float] = {}
        self._robots: dict[str, str] = {}

    def fetch(self, url: str, kept: Page | None = None) -> Page:
        """Fetch a page.

        Raises:
            FetchFailed: also where robots.txt forbids it, or cannot be had because the host is out of order.
        """
        from protego import Protego  # noqa: PLC0415  only what crawls needs it

        rules = Protego.parse(self._robots_of(url))
        if not rules.can_fetch(url, AGENT):
            raise FetchFailed("fetch.robots", url=url, host=urlsplit(url).netloc)
        return self._paced(url, kept, min(float(rules.crawl_delay(AGENT) or 0.0), _LONGEST_DELAY))

    def _paced(self, url: str, kept: Page | None, asked_delay: float) -> Page:
        host = urlsplit(url).netloc.lower()
        wait = self._free_at.get(host, 0.0) - self._clock()
        if wait > 0:
            self._sleep(wait)
        try:
            return self._inner.fetch(url, kept)
        finally:
            self._free_at[host] = self._clock() + max(self._delay, asked_delay)

    def _robots_of(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.netloc not in self._robots:
            self._robots[parts.netloc] = self._read_robots(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
        return self._robots[parts.netloc]

    def _read_robots(self, address: str) -> str:
        """Give a host's rules. Source: RFC 9309, 2.3.1: absent means free, out of order means closed."""
        try:
            return self._paced(address, None, 0.0).body[:_ROBOTS_LIMIT].decode("utf-8", "replace")
        except FetchFailed as error:
            status = error.details.get("status")
            if error.code == "fetch.not_a_page" or (isinstance(status, int) and status < 500):  # noqa: PLR2004  client errors
                return _FORBIDS_NOTHING
            if error.code == "fetch.refused":
                raise FetchFailed("fetch.refused", **error.details) from error
            return _FORBIDS_ALL
