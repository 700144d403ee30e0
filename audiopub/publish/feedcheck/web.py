"""The port through which a feed's server is asked, question by question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    most: int = 10_000_000
    """Bytes of the answer's body to read; the rest is left."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect on the way to an answer."""

    status: int
    url: str
    """The address that redirects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, whatever its status, as it came over the wire."""

    url: str
    """Where it came from in the end."""

    status: int
    """0 where no answer came."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    body: bytes = b""
    """Not unpacked; at most what was asked for."""

    hops: tuple[Hop, ...] = ()
    failure: str = ""
    """Why no answer came."""

    @property
    def type(self) -> str:
        """Give the media type, lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Web(Protocol):
    """Asks servers; every question passes the same guard as a page does."""

    def ask(self, question: Question) -> Answer:
        """Ask, follow redirects, and give the last answer.

        Raises:
            FetchFailed: the address is refused, or no answer came.
        """
