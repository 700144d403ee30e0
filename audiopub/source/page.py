"""A page as it came: bytes, and where from."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PageForm(StrEnum):
    """What the bytes of a page are meant to be."""

    HTML = "html"
    TEXT = "text"
    ARTICLE = "article"
    """No page any more: the record of an article that a person went over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of one article's page and what is known of them before anybody looks inside."""

    body: bytes
    """As received; neither decoded nor cleaned."""

    name: str
    """What people call the source: the path or address that was given, ``-`` for standard input."""

    identity: str
    """What the episode's identity is made from when the page names no canonical address of its own."""

    form: PageForm
    """Markup or plain text."""

    url: str | None = None
    """Final address after redirects, None for a file."""

    charset: str | None = None
    """Character set that the server declared, lower case; None where it said nothing."""

    fetched: datetime | None = None
    """When it was had from the web, aware; None for a file."""

    etag: str | None = None
    """The server's name for these very bytes, for a conditional request later."""

    last_modified: str | None = None
    """What the server said in Last-Modified, as it said it."""

    @property
    def sha256(self) -> str:
        """Give the hash of the bytes, hexadecimal: the address under which they are kept."""
        return hashlib.sha256(self.body).hexdigest()
