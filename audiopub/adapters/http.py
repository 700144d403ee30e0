"""Pages from the web, by a client that connects only to addresses it has vetted.

ssrfguard resolves a name once, refuses private and special addresses, and connects to the address it
checked; redirects go through the same check. Size, type and time are limited on the wire.
"""

import time
from collections.abc import Callable
from email.message import Message

import httpx
import ssrfguard
import ssrfguard.httpx

from audiopub.errors import FetchFailed
from audiopub.source import Page, PageForm

_LARGEST = 5_000_000
_DEADLINE = 20.0
_AGENT = "audiopub/0.1 (+newspaper articles to podcast episodes)"
_OK = 200
_PORTS = {"http": 80, "https": 443}


class GuardedFetcher:
    """Fetches pages from public addresses, and from the hosts a newsroom allows by name."""

    def __init__(self, allow_hosts: frozenset[str] = frozenset(), clock: Callable[[], float] = time.monotonic) -> None:
        """Make a fetcher.

        Args:
            allow_hosts: ``host`` or ``host:port`` on private networks that may be asked all the same: the
                newsroom's own CMS.
            clock: seconds that never go back, for the deadline.
        """
        self._allowed = frozenset(host.lower().replace("[", "").replace("]", "") for host in allow_hosts)
        self._clock = clock

    def fetch(self, url: str) -> Page:
        """Fetch a page."""
        try:
            parts = httpx.URL(url)
        except (httpx.InvalidURL, TypeError) as error:
            raise FetchFailed("fetch.refused", url=url, reason=str(error)) from error
        end = self._clock() + _DEADLINE
        with self._client(parts) as client:
            try:
                with client.stream("GET", url, headers={"User-Agent": _AGENT, "Accept": "text/html,application/xhtml+xml,text/plain"}) as answer:
                    return self._page(url, answer, end)
            except ssrfguard.SSRFGuardError as error:
                raise FetchFailed("fetch.refused", url=url, reason=str(error)) from error
            except httpx.TimeoutException as error:
                raise FetchFailed("fetch.too_slow", url=url, seconds=round(_DEADLINE)) from error
            except httpx.HTTPError as error:
                raise FetchFailed("fetch.unreachable", url=url, reason=str(error) or type(error).__name__) from error

    def _client(self, url: httpx.URL) -> httpx.Client:
        timeout = httpx.Timeout(_DEADLINE, connect=5.0)
        host = url.host.lower()
        if host in self._allowed or f"{host}:{url.port or _PORTS.get(url.scheme)}" in self._allowed:
            # No redirects: an allowed host may not send us on to one that is not.
            return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)
        return ssrfguard.httpx.Client(policy=ssrfguard.Policy(), timeout=timeout, follow_redirects=True, trust_env=False)

    def _page(self, url: str, answer: httpx.Response, end: float) -> Page:
        if answer.status_code != _OK:
            raise FetchFailed("fetch.status", url=url, status=answer.status_code)
        kind, charset = _content_type(answer.headers.get("content-type", "text/html"))
        if kind not in {"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"}:
            raise FetchFailed("fetch.not_a_page", url=url, type=kind)
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > _LARGEST:
                raise FetchFailed("fetch.too_large", url=url, limit=_LARGEST // 1_000_000)
            if self._clock() > end:
                raise FetchFailed("fetch.too_slow", url=url, seconds=round(_DEADLINE))
        form = PageForm.TEXT if kind == "text/plain" else PageForm.HTML
        return Page(body=bytes(body), name=url, identity=str(answer.url), form=form, url=str(answer.url), charset=charset)


def _content_type(header: str) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = header
    return message.get_content_type(), message.get_content_charset()
