"""Addresses of articles: when two are the same, and whether one is wanted."""

import fnmatch
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|zarsrc|zalo_\w+|gidzl|mc_[ce]id|_ga|igshid|vn_source|vn_campaign|vn_medium|vn_term|vn_thumb|fb_\w+|spm|trk", re.IGNORECASE
)
"""Query keys that say where a reader came from, not what he reads. Seen in addresses shared from Vietnamese newspapers."""

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_web(text: str) -> bool:
    """Tell whether a text is an address audiopub could fetch.

    >>> is_web("https://bao.example/bai.html"), is_web("ftp://bao.example/"), is_web("bai.html")
    (True, False, False)
    """
    return bool(re.match(r"https?://[^\s/]", text, re.IGNORECASE))


def tidied(url: str) -> str:
    """Give the address under which an article counts as one: no fragment, no tracking, small letters in its host.

    >>> tidied("HTTPS://Bao.example:443/bai-1.html?utm_source=zalo&id=7#binh-luan")
    'https://bao.example/bai-1.html?id=7'
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)])
    return urlunsplit((scheme, host, parts.path or "/", query, ""))


def joined(base: str | None, reference: str) -> str | None:
    """Give the whole address a page means by a reference, or None where it is none that can be fetched.

    >>> joined("https://bao.example/muc/bai.html", "bai-2.html"), joined(None, "bai-2.html"), joined(None, "javascript:void(0)")
    ('https://bao.example/muc/bai-2.html', None, None)
    """
    if not reference.strip():
        return None
    try:
        whole = urljoin(base or "", reference.strip())
    except ValueError:
        return None
    return whole if is_web(whole) else None


def host_of(url: str) -> str:
    """Give an address's host, small letters, without ``www.`` and the like.

    >>> host_of("https://www.Bao.example/bai.html"), host_of("https://m.bao.example:8443/")
    ('bao.example', 'bao.example')
    """
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return re.sub(r"^(?:www\d?|m|mobile|amp)\.(?=.*\.)", "", host)


def matches(url: str, pattern: str) -> bool:
    """Tell whether an address fits a pattern: with ``*`` or ``?`` in it a whole address, else any piece of one.

    >>> matches("https://bao.example/thoi-su/bai.html", "/thoi-su/"), matches("https://bao.example/a.html", "*.htm")
    (True, False)
    """
    if re.search(r"[*?\[]", pattern):
        return fnmatch.fnmatchcase(url.lower(), pattern.lower())
    return pattern.lower() in url.lower()
