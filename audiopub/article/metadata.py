"""Title, author, date, address and picture of an article: each from the most trustworthy place that has it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from bs4 import BeautifulSoup

from audiopub.vietnamese import bare, tidy

INDOCHINA = timezone(timedelta(hours=7))
"""Vietnam's zone, assumed for a time that is printed without one. It has no daylight saving."""

_ORGANISATION = re.compile(
    r"\b(?:báo|tạp chí|đài|thông tấn|vnexpress|tuổi trẻ|thanh niên|dân trí|vietnamnet|online|điện tử|toà soạn|tòa soạn|ban biên tập|ttxvn|vov|vtv|news|admin|"
    r"cafef|cổng|chính phủ|nhandan|lao động|tin tức|media|jsc|công ty)\b|[@./\d]|\.vn|\.com",
    re.IGNORECASE,
)
_LONGEST_NAME = 14
"""Words; several authors are named in one line."""

_SITE_SUFFIX = re.compile(r"\s+[-–—|]\s+")
_PRINTED_DATE = re.compile(
    r"(?:(?P<h1>\d{1,2})[:hg](?P<m1>\d{2})\s*(?:,|-|\||ngày)?\s*)?(?<!\d)(?P<d>\d{1,2})[/\-.](?P<mo>\d{1,2})[/\-.](?P<y>20\d{2})"
    r"(?:\s*(?:,|-|\||lúc)?\s*(?P<h2>\d{1,2})[:hg](?P<m2>\d{2}))?"
)
_META_DATES = ("article:published_time", "pubdate", "publishdate", "og:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
               "article:published", "its_publication", "publish-date", "dc.created")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page says of its article outside the article's own text."""

    titles: tuple[str, ...]
    """Candidates, most trustworthy first, site's name already off."""

    page_title: str
    """The ``<title>`` as printed."""

    description: str | None
    author: str | None
    published: datetime | None
    canonical_url: str | None
    image_url: str | None


def metadata(soup: BeautifulSoup) -> Metadata:
    """Read a page's metadata. Call it before scripts are stripped: JSON-LD is one."""
    linked = list(_linked_data(soup))
    metas = _metas(soup)
    page_title = tidy(soup.title.get_text(" ")).strip() if soup.title else ""
    titles = [metas.get("og:title", ""), *(str(item.get("headline") or "") for item in linked), _without_site(page_title)]
    return Metadata(
        titles=tuple(dict.fromkeys(cleaned for title in titles if (cleaned := " ".join(tidy(title).split())))),
        page_title=" ".join(page_title.split()),
        description=_text(metas.get("og:description") or metas.get("description") or next((str(i["description"]) for i in linked if i.get("description")), "")),
        author=_author(linked, metas),
        published=_published(linked, metas, soup),
        canonical_url=_canonical(soup, metas),
        image_url=metas.get("og:image") or None,
    )


def person(name: str) -> str | None:
    """Give a person's name, or None where it is an organisation, an address or no name at all.

    >>> person("Nguyễn Văn An"), person("Báo Nhân Dân"), person("VnExpress")
    ('Nguyễn Văn An', None, None)
    """
    tidied = " ".join(tidy(name).split()).strip(" -–,.;:|")
    if not 1 < len(tidied.split()) <= _LONGEST_NAME or _ORGANISATION.search(tidied):
        return None
    return tidied


def printed_date(text: str) -> datetime | None:
    """Find a printed date with or without a time, as newspapers print it under a title.

    >>> printed_date("Thứ Sáu, 12/10/2018, 09:15 (GMT+7)").isoformat()
    '2018-10-12T09:15:00+07:00'
    """
    match = _PRINTED_DATE.search(text)
    if not match:
        return None
    hour, minute = (match["h1"], match["m1"]) if match["h1"] else (match["h2"], match["m2"])
    try:
        return datetime(int(match["y"]), int(match["mo"]), int(match["d"]), int(hour or 0), int(minute or 0), tzinfo=INDOCHINA)
    except ValueError:
        return None


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts have the same words, whatever their case, marks and punctuation."""
    return _words(one) == _words(other) != []


def begins_with(text: str, start: str) -> bool:
    """Tell whether a text begins with the words of another."""
    words, first = _words(text), _words(start)
    return bool(first) and words[: len(first)] == first


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", bare(text).lower())


def _text(value: str) -> str | None:
    return " ".join(tidy(re.sub(r"<[^<>]{0,200}>", " ", value)).split()) or None


def _without_site(page_title: str) -> str:
    pieces = _SITE_SUFFIX.split(page_title)
    while len(pieces) > 1 and (_ORGANISATION.search(pieces[-1]) or len(pieces[-1]) < 0.5 * len(pieces[0])):
        pieces.pop()
    if len(pieces) > 1 and re.match(r"(?:báo|tạp chí|đài|cổng)\b", pieces[0], re.IGNORECASE):
        pieces.pop(0)
    title = " - ".join(pieces)
    return "" if len(pieces) == 1 and _ORGANISATION.search(title) and len(title.split()) <= 6 else title  # noqa: PLR2004


def _metas(soup: BeautifulSoup) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        key = str(tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        content = str(tag.get("content") or "").strip()
        if key and content:
            found.setdefault(key, content)
    return found


def _linked_data(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """Yield JSON-LD objects that describe an article."""
    for script in soup.find_all("script", type=re.compile("ld\\+json", re.IGNORECASE)):
        try:
            loaded = json.loads(script.get_text(), strict=False)
        except ValueError:
            continue
        pending = [loaded]
        while pending:
            item = pending.pop()
            if isinstance(item, list):
                pending.extend(item[:50])
            elif isinstance(item, dict):
                pending.extend(v for k, v in item.items() if k in {"@graph", "mainEntity"})
                if "Article" in str(item.get("@type")) or "Posting" in str(item.get("@type")):
                    yield item


def _author(linked: list[dict[str, Any]], metas: dict[str, str]) -> str | None:
    for item in linked:
        authors = item.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if isinstance(author, dict) and author.get("@type") in {None, "Person"} and (name := person(str(author.get("name") or ""))):
                return name
    for key in ("article:author", "author", "dable:author"):
        if name := person(metas.get(key, "")):
            return name
    return None


def _published(linked: list[dict[str, Any]], metas: dict[str, str], soup: BeautifulSoup) -> datetime | None:
    candidates = [str(item.get("datePublished") or "") for item in linked]
    candidates += [metas.get(key, "") for key in _META_DATES]
    candidates += [str(tag.get("datetime") or "") for tag in soup.find_all("time")[:3]]
    return next((moment for text in candidates if (moment := _moment(text))), None)


def _moment(text: str) -> datetime | None:
    compact = re.sub(r"\s+(?=[+\-]\d{2}:?\d{2}$)", "", text.strip())
    try:
        moment = datetime.fromisoformat(compact)
    except ValueError:
        return printed_date(text)
    return moment.astimezone(INDOCHINA) if moment.tzinfo else moment.replace(tzinfo=INDOCHINA)


def _canonical(soup: BeautifulSoup, metas: dict[str, str]) -> str | None:
    link = soup.find("link", rel="canonical")
    address = str(link.get("href") or "") if link else ""
    address = address or metas.get("og:url", "")
    return address if re.match(r"https?://[^\s/]+/.", address) else None
