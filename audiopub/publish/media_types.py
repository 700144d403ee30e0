"""What each kind of published file is called on the web, and how long it may be kept by those in between."""

from audiopub.publish.model import AUDIO_TYPES

MEDIA_TYPES = {
    ".chapters.json": "application/json+chapters",
    ".json": "application/json",
    ".xml": "application/rss+xml; charset=utf-8",
    ".xsl": "text/xsl; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".woff2": "font/woff2",
    **AUDIO_TYPES,
}
"""By the endings of files, longer ones first. A table of our own: the system's knows half of these, and differs from machine to machine."""

SHORT, LONG = "max-age=300", "max-age=86400"
"""Minutes for what a correction changes; a day for audio, since former names of a corrected episode change their content."""


def media_type(name: str) -> str:
    """Give a file's media type.

    >>> media_type("a.chapters.json"), media_type("a.json"), media_type("a.gone")
    ('application/json+chapters', 'application/json', 'application/octet-stream')
    """
    return next((kind for ending, kind in MEDIA_TYPES.items() if name.endswith(ending)), "application/octet-stream")


def cache_rule(name: str) -> str:
    """Give a file's ``Cache-Control``."""
    return LONG if name.endswith((*AUDIO_TYPES, ".png", ".jpg", ".woff2")) else SHORT
