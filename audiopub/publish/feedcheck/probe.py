"""The questions a check asks of servers; the answers are judged elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from audiopub.errors import FetchFailed
from audiopub.messages import Language
from audiopub.publish.feedcheck.channel import cover_of
from audiopub.publish.feedcheck.enclosure import attribute
from audiopub.publish.feedcheck.files import named_files
from audiopub.publish.feedcheck.model import Feed, FeedPage, ServedFeed, ServedFile, links, where
from audiopub.publish.feedcheck.parse import parsed
from audiopub.publish.feedcheck.web import Answer, Question, Web

AGENTS = {"gPodder": "gPodder/3.11.1 (http://gpodder.org/) Linux", "AntennaPod": "AntennaPod/3.9.0", "Apple Podcasts": "iTMS"}
"""User agents that begin as those of apps do (gPodder's from its source, the others as servers log them): a server may not refuse one of them."""

MOST_OF_FEED = 10_000_000
"""Bytes of a feed that are read."""

_LARGEST_FILE = 500_000_000
_WANTED = "application/rss+xml, application/xml;q=0.9, */*;q=0.8"
_STALE = '"no-such-version"'


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one thing after the other; a question that fails is an answer too."""

    web: Web
    language: Language = "en"

    def ask(self, url: str, method: str = "GET", most: int = MOST_OF_FEED, **headers: str) -> Answer:
        """Ask, with headers as keywords: ``If_None_Match`` for ``If-None-Match``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return self.web.ask(Question(url=url, method=method, headers={"Accept-Encoding": "identity"} | named, most=most))
        except FetchFailed as error:
            return Answer(url=url, status=0, failure=error.sentence(self.language))


def asked_feed(asker: Asker, url: str) -> ServedFeed:
    """Ask for a feed as apps do, in up to a dozen requests."""
    plain = asker.ask(url, Accept=_WANTED)
    if not plain.status:
        return ServedFeed(plain=plain, again=plain, head=plain, packed=plain, stale=plain)
    packed = asker.ask(url, Accept_Encoding="gzip")
    etag, date = plain.headers.get("etag"), plain.headers.get("last-modified")
    return ServedFeed(
        plain=plain, again=asker.ask(url, Accept=_WANTED), head=asker.ask(url, "HEAD"), packed=packed, stale=asker.ask(url, If_None_Match=_STALE),
        by_etag=asker.ask(url, If_None_Match=etag) if etag else None, by_date=asker.ask(url, If_Modified_Since=date) if date else None,
        packed_by_etag=_packed_by_etag(asker, url, packed),
        agents={name: asker.ask(url, most=1000, User_Agent=f"{agent} (audiopub feed check)") for name, agent in AGENTS.items()},
    )  # fmt: skip


def _packed_by_etag(asker: Asker, url: str, packed: Answer) -> Answer | None:
    etag = packed.headers.get("etag") if packed.headers.get("content-encoding") == "gzip" else None
    return asker.ask(url, Accept_Encoding="gzip", If_None_Match=etag) if etag else None


def asked_files(asker: Asker, feed: Feed, most: int) -> Iterator[ServedFile]:
    """Ask for the cover and the files of the newest episodes: HEAD and a range of two bytes, and more of the first audio of each host."""
    if feed.channel is None:
        return
    cover = cover_of(feed.channel)
    if cover:
        yield ServedFile(kind="cover", where="cover", url=cover, head=asker.ask(cover, "HEAD", most=0))
    hosts: set[str] = set()
    for kind, item, url, said in named_files(feed.items[:most]):
        asked = ServedFile(kind=kind, where=where(item), url=url, type=said, head=asker.ask(url, "HEAD", most=0, Origin="https://player.example"))
        if kind == "audio":
            asked = _audio(asker, replace(asked, length=attribute(item, "length")), thorough=_host(url) not in hosts)
            hosts.add(_host(url))
        yield asked


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _audio(asker: Asker, file: ServedFile, *, thorough: bool) -> ServedFile:
    first = asker.ask(file.url, most=2, Range="bytes=0-1")
    if not thorough or not first.status:
        return replace(file, first=first)
    total = first.headers.get("content-range", "").rpartition("/")[2]
    size = total if total.isdigit() else file.head.headers.get("content-length", "")
    return replace(
        file, first=first, suffix=asker.ask(file.url, most=2, Range="bytes=-2"),
        past=asker.ask(file.url, most=2, Range=f"bytes={size}-") if size.isdigit() else None,
        other_version=asker.ask(file.url, most=2, Range="bytes=0-1", If_Range=_STALE),
    )  # fmt: skip


def asked_pages(asker: Asker, feed: Feed, url: str, most: int) -> Iterator[FeedPage]:
    """Follow the links to older episodes, at most so many pages, and none twice."""
    following = next(iter(links(feed.channel, "next")), "") if feed.channel is not None else ""
    known = {url, *(links(feed.channel, "self") if feed.channel is not None else ())}
    for _ in range(most):
        if not following:
            return
        if following in known:
            yield FeedPage(following, Answer(url=following, status=200), (), again=True)
            return
        known.add(following)
        answer = asker.ask(following, Accept=_WANTED)
        page = parsed(answer.body, feed.now) if answer.status else None
        after = next(iter(links(page.channel, "next")), "") if page is not None and page.channel is not None else ""
        yield FeedPage(following, answer, page.items if page else ())
        following = after


def whole_file(asker: Asker, url: str) -> bytes | None:
    """Fetch a whole file; None where it cannot be had."""
    answer = asker.ask(url, most=_LARGEST_FILE)
    return answer.body if answer.status == 200 else None  # noqa: PLR2004
