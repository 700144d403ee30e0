"""Pages from the web, by a client that connects only to addresses it has vetted.

ssrfguard resolves a name once, refuses private and special addresses, and connects to the address it
checked. Every redirect is a request of its own here and passes the same check. Size, packed size, type
and time are limited on the wire: httpcore gives the bytes as they come, and each wait for the network is
no longer than what is left of the whole fetch's time, so that neither a head nor a body can drip past it.
"""

import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from functools import cached_property
from typing import Any

import httpcore
import httpx
import ssrfguard
import ssrfguard.httpx

from audiopub.adapters.unpacking import limited, unpacked
from audiopub.errors import FetchFailed
from audiopub.publish.feedcheck.web import Answer, Hop, Question
from audiopub.source import Page, PageForm

LARGEST_WIRE = 5_000_000
"""Bytes of an answer as it comes. The largest newspaper page measured has 508 kB."""

LARGEST_BODY = 10_000_000
"""Bytes after unpacking."""

_DEADLINE = 20.0
_LONG_DEADLINE = 600.0
"""Seconds for a file that is asked for whole."""

_CONNECT = 5.0
_MOST_HOPS = 3
_MOST_HOPS_ASKED = 8
"""Audio may pass several services that count it."""

AGENT = "audiopub/0.1 (+newspaper articles to podcast episodes)"
_TYPES = frozenset({
    "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml",
})  # fmt: skip
_ACCEPTED = "text/html,application/xhtml+xml,text/plain,application/rss+xml,application/atom+xml,application/xml;q=0.8"
_PACKED_TYPES = frozenset({"application/gzip", "application/x-gzip"})
BROKEN_OFF = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
"""What ends an answer in its middle."""

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}


class GuardedFetcher:
    """Fetches pages from public addresses, and from the hosts a newsroom allows by name."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: Callable[..., Any] | None = None,
    ) -> None:
        """Make a fetcher.

        Args:
            allow_hosts: ``host`` or ``host:port`` on private networks that may be asked all the same: the
                newsroom's own CMS.
            clock: seconds that never go back, for the deadline.
            now: the present moment, which the page keeps.
            resolver: used instead of the system's ``getaddrinfo``.
        """
        self._allowed = frozenset(host.lower().replace("[", "").replace("]", "") for host in allow_hosts)
        self._clock = clock
        self._now = now
        self._resolver = resolver

    def fetch(self, url: str, kept: Page | None = None) -> Page:
        """Fetch a page."""
        with failures(url):
            return self._fetch(url, kept, Deadline(self._clock, _DEADLINE))

    def ask(self, question: Question) -> Answer:
        """Ask, and give the answer as it came, whatever its status; redirects pass the same guard as those of a page."""
        with failures(question.url):
            return self._ask(question, Deadline(self._clock, _LONG_DEADLINE if question.most > LARGEST_BODY else _DEADLINE))

    def _ask(self, question: Question, deadline: "Deadline") -> Answer:
        address = parsed(question.url, question.url)
        hops: tuple[Hop, ...] = ()
        while True:
            headers = httpx.Headers(_headers(address, None))
            headers.update(question.headers)
            with self.pool(address, deadline) as pool, pool.stream(question.method, str(address), headers=headers.multi_items()) as answer:
                given = httpx.Headers(answer.headers)
                if answer.status not in _REDIRECTS or "location" not in given:
                    body = _beginning(deadline.watched(answer.iter_stream()), question.most)
                    return Answer(url=str(address), status=answer.status, headers=dict(given), body=body, hops=hops)
                if len(hops) == _MOST_HOPS_ASKED:
                    raise FetchFailed("fetch.too_many_redirects", url=question.url, most=_MOST_HOPS_ASKED)
                hops = (*hops, Hop(answer.status, str(address)))
                address = self._hop(question.url, address, given["location"])

    def _fetch(self, url: str, kept: Page | None, deadline: "Deadline") -> Page:
        address, hops = parsed(url, url), 0
        while True:
            with self.pool(address, deadline) as pool, pool.stream("GET", str(address), headers=_headers(address, kept)) as answer:
                headers = httpx.Headers(answer.headers)
                if answer.status in _REDIRECTS and "location" in headers:
                    if hops == _MOST_HOPS:
                        raise FetchFailed("fetch.too_many_redirects", url=url, most=_MOST_HOPS)
                    address, hops = self._hop(url, address, headers["location"]), hops + 1
                    continue
                if answer.status == _NOT_MODIFIED and kept is not None:
                    return kept
                return self._page(url, str(address), answer.status, headers, deadline.watched(answer.iter_stream()))

    def _hop(self, url: str, address: httpx.URL, location: str) -> httpx.URL:
        """Give the next address of a redirect; an allowed host sends us nowhere else, and nobody from https to http."""
        following = parsed(url, str(address.join(parsed(url, location))))
        if self._is_allowed(address) and not self._is_allowed(following):
            raise FetchFailed("fetch.refused", url=url, reason=f"an allowed host redirects to {following.host}, which is not allowed")
        if address.scheme == "https" and following.scheme == "http":
            raise FetchFailed("fetch.refused", url=url, reason=f"it redirects from https to http ({following.host})")
        return following

    def _is_allowed(self, url: httpx.URL) -> bool:
        host = url.host.lower()
        return host in self._allowed or f"{host}:{url.port or _PORTS.get(url.scheme)}" in self._allowed

    def pool(self, url: httpx.URL, deadline: "Deadline") -> httpcore.ConnectionPool:
        """Make a client for one request: guarded, or free for an allowed host."""
        backend: httpcore.NetworkBackend = httpcore.SyncBackend()
        if not self._is_allowed(url):
            policy = ssrfguard.Policy()
            policy.check_url(str(url))
            backend = ssrfguard.httpx.SafeBackend(policy=policy, resolver=deadline.bounded(self._resolver))
        return httpcore.ConnectionPool(ssl_context=self._ssl, network_backend=_DeadlineBackend(backend, deadline), max_connections=1)

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return httpx.create_ssl_context(trust_env=False)

    def _page(self, url: str, final: str, status: int, headers: httpx.Headers, chunks: Iterator[bytes]) -> Page:
        if status != _OK:
            raise FetchFailed("fetch.status", url=url, status=status)
        kind, charset = _content_type(headers.get("content-type", "text/html"))
        if kind not in _TYPES | _PACKED_TYPES:
            raise FetchFailed("fetch.not_a_page", url=url, type=kind)
        packing = headers.get("content-encoding", "identity").strip().lower()
        body = b"".join(limited(url, unpacked(url, packing, limited(url, chunks, LARGEST_WIRE)), LARGEST_BODY))
        if kind in _PACKED_TYPES:
            body = b"".join(limited(url, unpacked(url, "gzip", iter([body])), LARGEST_BODY))
        return Page(
            body=body, name=url, identity=final, form=PageForm.TEXT if kind == "text/plain" else PageForm.HTML, url=final, charset=charset,
            fetched=self._now(), etag=headers.get("etag"), last_modified=headers.get("last-modified"),
        )  # fmt: skip


class Deadline:
    """What is left of the time for one fetch."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        """Begin now, for so many seconds."""
        self._clock = clock
        self._end = clock() + seconds

    def left(self, most: float | None) -> float:
        """Give how long the next wait may last.

        Raises:
            httpcore.ReadTimeout: nothing is left.
        """
        left = self._end - self._clock()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if most is None else min(left, most)

    def watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass chunks on as long as there is time."""
        for chunk in chunks:
            self.left(None)
            yield chunk

    def bounded(self, resolver: Callable[..., Any] | None) -> Callable[..., Any]:
        """Give a resolver that does not outlast the fetch; the system's own has no time limit."""
        import socket  # noqa: PLC0415  only what resolves needs it

        def resolve(*args: Any, **options: Any) -> Any:
            helper = ThreadPoolExecutor(1, thread_name_prefix="resolve")
            try:
                return helper.submit(resolver or socket.getaddrinfo, *args, **options).result(self.left(None))
            finally:
                helper.shutdown(wait=False)

        return resolve


class _DeadlineBackend(httpcore.NetworkBackend):
    """A network backend whose every wait ends with the fetch's time."""

    def __init__(self, inner: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None) -> httpcore.NetworkStream:
        """Connect, in what time is left."""
        stream = self._inner.connect_tcp(host, port, self._deadline.left(min(timeout or _CONNECT, _CONNECT)), local_address, socket_options)
        return _DeadlineStream(stream, self._deadline)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the fetch's time."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        """Begin encryption, for the name and not for the address that was vetted."""
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Pass on what httpcore asks of the connection."""
        return self._inner.get_extra_info(info)


@contextmanager
def failures(url: str, seconds: float = _DEADLINE) -> Iterator[None]:
    """Say in our words why nothing came in so many seconds."""
    try:
        yield
    except ssrfguard.SSRFGuardError as error:
        raise FetchFailed("fetch.refused", url=url, reason=str(error)) from error
    except (httpcore.TimeoutException, FutureTimeout) as error:
        raise FetchFailed("fetch.too_slow", url=url, seconds=round(seconds)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ssl.SSLError, zlib.error) as error:
        raise FetchFailed("fetch.unreachable", url=url, reason=str(error) or type(error).__name__) from error


def _beginning(chunks: Iterable[bytes], most: int) -> bytes:
    """Give what comes first, and leave the rest."""
    got = bytearray()
    for chunk in chunks if most else ():
        got += chunk
        if len(got) >= most:
            break
    return bytes(got[:most])


def parsed(url: str, text: str) -> httpx.URL:
    """Read an address, or the next one of a redirect.

    Raises:
        FetchFailed: it is none that we ask.
    """
    try:
        address = httpx.URL(text)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise FetchFailed("fetch.refused", url=url, reason=str(error)) from error
    if address.userinfo or (address.is_absolute_url and address.scheme not in _PORTS):
        reason = "it carries a user name" if address.userinfo else f"{address.scheme} is neither http nor https"
        raise FetchFailed("fetch.refused", url=url, reason=reason)
    return address


def _headers(address: httpx.URL, kept: Page | None) -> list[tuple[str, str]]:
    headers = [("Host", address.netloc.decode("ascii").rsplit("@", 1)[-1]), ("User-Agent", AGENT), ("Accept-Encoding", "gzip, deflate"),
               ("Accept", _ACCEPTED), ("Connection", "close")]  # fmt: skip
    if kept is not None and kept.url == str(address):
        headers += [(name, value) for name, value in (("If-None-Match", kept.etag), ("If-Modified-Since", kept.last_modified)) if value]
    return headers


def _content_type(header: str) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = header
    return message.get_content_type(), message.get_content_charset()
