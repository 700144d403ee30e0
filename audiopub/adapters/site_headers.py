"""What is said of each served file: its type, how long it may be kept, and who may use it.

The same table stands in ``examples/nginx.conf`` and ``examples/Caddyfile``; one contract suite asks all three.
"""

import re

from audiopub.publish.model import AUDIO_TYPES
from audiopub.publish.served import POLICY

_TYPES = {
    ".chapters.json": "application/json+chapters",
    ".json": "application/json",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    **AUDIO_TYPES,
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xsl": "text/xsl; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
"""A table of our own: the system's knows half of these, and differs from machine to machine. The first ending that fits counts."""

FEED_TYPE = "application/rss+xml; charset=utf-8"
FEED_IN_A_BROWSER = "text/xml; charset=utf-8"
"""For those who take HTML: Chromium shows a feed by its style sheet only so, and as bare text else. No podcast app asks for HTML."""

_FEED = re.compile(r"(?:.*/)?feed(?:-[^/]*)?\.xml")
_HASHED = re.compile(r".*-[0-9a-f]{8}\.(?:css|js|xsl|svg|jpg|png|ico|woff2)")
_TEXTS = (".xml", ".xsl", ".html", ".json", ".vtt", ".srt", ".css", ".js", ".tsv", ".txt", ".svg")

SHORT = "max-age=300"
_DAY, _FOR_EVER = "max-age=86400", "public, max-age=31536000, immutable"
EVERYWHERE = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer: whatever is served is public, and is what it says it is."""


def type_of(name: str) -> str:
    """Give a file's media type.

    >>> type_of("ban-tin/feed-2.xml"), type_of("sitemap.xml"), type_of("a.chapters.json")
    ('application/rss+xml; charset=utf-8', 'application/xml; charset=utf-8', 'application/json+chapters')
    """
    if _FEED.fullmatch(name):
        return FEED_TYPE
    return next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), "application/octet-stream")


def headers_of(name: str) -> dict[str, str]:
    """Give the headers of a file that is served, by its name; a player page (``.embed.html``) may stand in frames of other sites."""
    headers = {**EVERYWHERE, "Content-Type": type_of(name), "Cache-Control": _kept(name)}
    if name.endswith(".html"):
        frames = "*" if name.endswith(".embed.html") else "'self'"
        headers["Content-Security-Policy"] = f"{POLICY}; frame-ancestors {frames}"
    else:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if is_text(name):
        headers["Vary"] = "Accept, Accept-Encoding" if _FEED.fullmatch(name) else "Accept-Encoding"
    return headers


def is_text(name: str) -> bool:
    """Tell whether a file is worth compressing; audio never is, whose ranges and lengths must stay those of the file."""
    return name.endswith(_TEXTS)


def _kept(name: str) -> str:
    """Give the Cache-Control.

    Audio has a hash in its name and may still not be kept for ever: the former names of a corrected episode hold the corrected sound.
    """
    if name.endswith(tuple(AUDIO_TYPES)):
        return _DAY
    if _HASHED.fullmatch(name):
        return _FOR_EVER
    return _DAY if name.endswith((".png", ".jpg", ".woff2")) else SHORT
