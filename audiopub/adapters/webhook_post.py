"""A message posted to a program, by the same guard that pages are fetched through.

Whoever may name an address must not reach with it what only this machine reaches: names are resolved once, private and special addresses are refused unless the newsroom
allows that host, and nothing is read from the environment. A redirect is an answer like any other, and not gone after.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from audiopub.adapters.http import AGENT, BROKEN_OFF, Deadline, GuardedFetcher, failures, parsed

SECONDS = 10.0
"""That a try may take in all."""

_MOST = 65_536
"""Bytes of an answer that are read. What it says is of no use: only its status is kept, so that nobody reads through us what is not theirs."""


class WebhookPost:
    """Posts messages to public addresses, and to the hosts a newsroom allows by name."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
        resolver: Callable[..., Any] | None = None,
    ) -> None:
        """Be ready to post.

        Args:
            allow_hosts: ``host`` or ``host:port`` on private networks that may be asked all the same.
            seconds: most that one may take.
            clock: seconds that never go back.
            resolver: used instead of the system's ``getaddrinfo``.
        """
        self._guard = GuardedFetcher(allow_hosts, clock=clock, resolver=resolver)
        self._seconds, self._clock = seconds, clock

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post a message of JSON; give the status of the answer.

        Raises:
            FetchFailed: there was none, or the address is refused.
        """
        deadline = Deadline(self._clock, self._seconds)
        with failures(url, self._seconds):
            address = parsed(url, url)
            sent = [("Host", address.netloc.decode("ascii")), ("User-Agent", AGENT), ("Content-Type", "application/json"), ("Content-Length", str(len(body))),
                    ("Accept-Encoding", "identity"), ("Connection", "close"), *headers.items()]  # fmt: skip
            with self._guard.pool(address, deadline) as pool, pool.stream("POST", str(address), headers=sent, content=body) as answer:
                status = int(answer.status)
                self._drain(answer.iter_stream(), deadline)
                return status

    def _drain(self, chunks: Any, deadline: Deadline) -> None:
        """Let the other side say what it has to say, within limits: one that is cut off at once may take it for a failure."""
        read = 0
        try:
            for chunk in deadline.watched(chunks):
                read += len(chunk)
                if read >= _MOST:
                    break
        except BROKEN_OFF:
            return  # it has answered
