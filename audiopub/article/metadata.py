"""Title, author, dates, section, address and picture of an article: each from the most trustworthy place that has it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup, Tag

from audiopub.article.bylines import byline_of, person
from audiopub.article.dates import moment
from audiopub.article.linked_data import articles, breadcrumbs, text_of
from audiopub.article.words import begins_with, same_words
from audiopub.source.address import joined, tidied
from audiopub.vietnamese import tidy

_SITE_NAME = re.compile(
    r"^(?:báo|tạp chí|đài|cổng|trang|chuyên trang|kênh|thông tấn xã)\b|"
    r"\b(?:online|điện tử|vnexpress|vietnamnet|vietnamplus|tuổi trẻ|thanh niên|dân trí|ttxvn|vov|vtv|news|media|"
    r"cafef|nhandan|baochinhphu|lao động|tin tức|thời sự)\b|\.vn\b|\.com\b|\.net\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s+(?:[-–—|•·»›:]|::|>>|\|\|)\s+|\s*\|\s*")
_PUBLISHED = ("article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "article:published", "its_publication",
              "dc.date.issued",               "dc.date", "dc.created", "dcterms.created", "date", "cxenseparse:publishtime",
              "parsely-pub-date", "sailthru.date")  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "modified")
_IMAGES = ("og:image", "og:image:url", "twitter:image", "twitter:image:src")
_OWN_PICTURE = re.compile(r"(?<![a-z])(?:logo|default|favicon|no-?(?:image|photo|img)|placeholder|share-?(?:default|fb|facebook))(?![a-z])", re.IGNORECASE)
"""Names of the pictures a newspaper gives to an article without one."""

_AUTHORS = frozenset({"author", "article:author", "dable:author", "dc.creator", "parsely-author", "sailthru.author"})
_TAGS = frozenset({"article:tag", "keywords", "news_keywords"})
_MOST_TAGS = 20
_HOME = re.compile(r"trang (?:chủ|nhất)|home|báo\b.*|.*\.vn", re.IGNORECASE)
_LONGEST_CATEGORY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page says of its article outside the article's own text."""

    titles: tuple[str, ...] = ()
    """Candidates, most trustworthy first, site's name already off."""

    page_title: str = ""
    """The ``<title>`` as printed."""

    only_page_title: bool = False
    """Whether nothing but the ``<title>`` names the page; it may then be the site's and not the article's."""

    description: str | None = None
    author: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    canonical_url: str | None = None
    next_page: str | None = None
    image_url: str | None = None


@dataclass(slots=True)
class _Head:
    """The elements of a page that speak to machines, from one walk over it."""

    metas: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    times: list[str] = field(default_factory=list)
    title: str = ""
    base: str | None = None


def metadata(soup: BeautifulSoup, address: str | None = None) -> Metadata:
    """Read a page's metadata.

    Args:
        soup: the page, nothing taken out of it yet.
        address: where it was fetched from, for addresses that are relative to it.
    """
    head = _read(soup)
    base = joined(address, head.base or "") or address or _own_address(head)
    metas = head.metas
    page_title = " ".join(tidy(head.title).split())
    linked = _of_this_page(articles(head.scripts), [metas.get("og:title", ""), page_title])
    site = metas.get("og:site_name", "")
    titles = [metas.get("og:title", ""), *(text_of(item.get("headline") or item.get("name")) for item in linked[:1]), metas.get("twitter:title", ""), page_title]
    described = metas.get("og:description") or metas.get("description") or (text_of(linked[0].get("description")) if linked else "")
    return Metadata(
        titles=tuple(dict.fromkeys(cleaned for title in titles if (cleaned := without_site(" ".join(tidy(text_of(title)).split()), site)))),
        page_title=page_title,
        only_page_title=not any(titles[:-1]),
        description=" ".join(tidy(text_of(described)).split()) or None,
        author=_author(linked, metas, head.authors),
        published=_first_moment([*(text_of(item.get("datePublished")) for item in linked[:1]), *(metas.get(key, "") for key in _PUBLISHED), *head.times[:1]]),
        modified=_first_moment([*(text_of(item.get("dateModified")) for item in linked[:1]), *(metas.get(key, "") for key in _MODIFIED)]),
        category=_category(linked, metas, breadcrumbs(head.scripts)),
        tags=_tags(linked, head.tags),
        canonical_url=_canonical(head, base),
        next_page=joined(base, head.links.get("next", "")) if head.links.get("next") else None,
        image_url=_image(linked, metas, base),
    )


def _own_address(head: _Head) -> str | None:
    """Give the address a page kept as a file says it has, for the references that are relative to it."""
    return next((whole for said in (head.links.get("canonical", ""), head.metas.get("og:url", "")) if (whole := joined(None, said))), None)


def _read(soup: BeautifulSoup) -> _Head:
    head = _Head()
    for tag in soup.find_all(["meta", "script", "link", "time", "title", "base"]):
        _note(head, tag)
    return head


def _note(head: _Head, tag: Tag) -> None:
    if tag.name == "meta":
        _note_meta(head, tag)
    elif tag.name == "script" and "ld+json" in str(tag.get("type") or "").lower():
        head.scripts.append(tag.get_text())
    elif tag.name == "link":
        for relation in tag.get_attribute_list("rel"):
            head.links.setdefault(str(relation).lower(), str(tag.get("href") or ""))
    elif tag.name == "time":
        # The time that calls itself the publication's comes before those of teasers.
        head.times.insert(0 if "datepublished" in str(tag.get("itemprop") or "").lower() else len(head.times), str(tag.get("datetime") or ""))
    elif tag.name == "title":
        head.title = head.title or tag.get_text(" ")
    elif tag.name == "base":
        head.base = head.base or str(tag.get("href") or "")


def _note_meta(head: _Head, tag: Tag) -> None:
    key = str(tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower().strip()
    content = str(tag.get("content") or "").strip()
    if key and content:
        head.metas.setdefault(key, content)
        if key in _AUTHORS:
            head.authors.append(content)
        if key in _TAGS:
            head.tags.append(content)


def _of_this_page(linked: list[dict[str, Any]], titles: list[str]) -> list[dict[str, Any]]:
    """Put the object of this page's article first: a page may describe related articles before its own."""

    def is_own(item: dict[str, Any]) -> bool:
        headline = text_of(item.get("headline") or item.get("name"))
        return any(headline and (begins_with(title, headline) or begins_with(headline, title)) for title in titles if title)

    return sorted(linked, key=lambda item: not is_own(item))


def without_site(title: str, site: str = "") -> str:
    """Take a site's name off a page's title, before or after.

    >>> without_site("Chợ phiên họp sớm | Báo Vùng Cao"), without_site("Trang chủ - Báo Vùng Cao")
    ('Chợ phiên họp sớm', '')
    """
    if re.fullmatch(r"[\w.-]+\.(?:html?|aspx?|php|jsp)", title):
        return ""
    separators = [match[0] for match in _SEPARATOR.finditer(title)]
    pieces = _SEPARATOR.split(title)
    while len(pieces) > 1 and _names_site(pieces[-1], pieces[:-1], site):
        pieces.pop()
        separators.pop()
    while len(pieces) > 1 and (same_words(pieces[0], site) or (_SITE_NAME.search(pieces[0]) and len(pieces[0].split()) <= 6)):  # noqa: PLR2004
        pieces.pop(0)
        separators.pop(0)
    if len(pieces) == 1 and (same_words(pieces[0], site) or (_SITE_NAME.search(pieces[0]) and len(pieces[0].split()) <= 5)):  # noqa: PLR2004
        return ""
    return "".join(piece + (separators[place] if place < len(separators) else "") for place, piece in enumerate(pieces)).strip()


def _names_site(piece: str, before: list[str], site: str) -> bool:
    if same_words(piece, site) or _SITE_NAME.search(piece) or re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", piece):
        return True
    return len(piece.split()) <= 5 and len(piece) < 0.5 * sum(map(len, before))  # noqa: PLR2004


def _author(linked: list[dict[str, Any]], metas: dict[str, str], said: list[str]) -> str | None:
    for item in linked[:1]:
        authors = item.get("author")
        listed = authors if isinstance(authors, list) else [authors]
        names = [name for author in listed if (name := _person(author))]
        if names:
            return ", ".join(dict.fromkeys(names))
    for text in (*said, metas.get("twitter:creator", "")):
        if name := byline_of(text_of(text)):
            return name
    return None


def _person(author: object) -> str | None:
    if isinstance(author, str):
        return byline_of(text_of(author))
    if isinstance(author, dict) and author.get("@type") in {None, "Person"}:
        return byline_of(text_of(author.get("name"))) or person(text_of(author.get("name")))
    return None


def _first_moment(texts: list[str]) -> datetime | None:
    return next((found for text in texts if text and (found := moment(text))), None)


def _category(linked: list[dict[str, Any]], metas: dict[str, str], crumbs: list[str]) -> str | None:
    said = [text_of(item.get("articleSection")) for item in linked[:1]] + [metas.get("article:section", ""), metas.get("category", "")]
    trail = [crumb for crumb in crumbs if len(crumb) <= _LONGEST_CATEGORY and not _HOME.fullmatch(crumb)]
    return next((text for text in [*said, *trail[-1:]] if 1 < len(text) <= _LONGEST_CATEGORY and not text.startswith("http")), None)


def _tags(linked: list[dict[str, Any]], metas: list[str]) -> tuple[str, ...]:
    """Give the newspaper's keywords for the article, each once, in its order."""
    said = linked[0].get("keywords") if linked else None
    words = [*(said if isinstance(said, list) else [said]), *metas]
    found = [" ".join(tidy(tag).split()) for text in words if isinstance(text, str) for tag in text.split(",")]
    return tuple({tag.casefold(): tag for tag in reversed(found) if 1 < len(tag) <= _LONGEST_CATEGORY}.values())[::-1][:_MOST_TAGS]


def _canonical(head: _Head, base: str | None) -> str | None:
    for reference in (head.links.get("canonical", ""), head.metas.get("og:url", "")):
        address = joined(base, reference) if reference else None
        # A canonical address that is the site's front page says nothing of the article.
        if address and re.match(r"https?://[^/]+/.", address):
            return tidied(address)
    return None


def _image(linked: list[dict[str, Any]], metas: dict[str, str], base: str | None) -> str | None:
    """Give the article's picture: the first that is not by its name the newspaper's own."""
    said = [*(metas.get(key, "") for key in _IMAGES), text_of(_picture(linked[0])) if linked else ""]
    whole = [address for image in said if image and (address := joined(base, image))]
    return next((address for address in whole if not _OWN_PICTURE.search(address.rpartition("/")[2])), None)


def _picture(item: dict[str, Any]) -> object:
    image = item.get("image")
    first = image[0] if isinstance(image, list) and image else image
    return first.get("url") if isinstance(first, dict) else first
