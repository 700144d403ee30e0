"""A newspaper of our own writing on loopback: pages, a feed and a sitemap, as many articles as are wanted, always the same.

What can go wrong with a newspaper can be switched on: an article is corrected, taken down, broken, slow, there twice, or no article at all.
`python benchmarks/newsroom.py [ARTICLES]` serves one until it is interrupted.
"""

import hashlib
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.texts import heading, headline, sentence

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 20, 0, tzinfo=VIETNAM)
"""A moment after all articles have appeared, for those who order episodes of them."""

NEWEST = NOW - timedelta(hours=2)
BETWEEN = timedelta(minutes=7)
SITE = "https://baothu.example"
"""Where the newspaper says that it is: its canonical addresses do not change with the port that it is served on."""

_AUTHORS = ("Nguyễn Thị Ổi", "Lò Văn Thịnh", "Vàng Thị Páo", "Hà Minh Châu", "Trần Quốc Bảo")
_SECTIONS = ("Kinh tế", "Xã hội", "Văn hóa", "Giáo dục", "Môi trường")
_MEASURED = (
    "Theo thống kê của xã, tỷ lệ hộ dùng nước sạch đạt {share}%, tăng {growth}% so với cùng kỳ năm 2025.",
    "Tổng kinh phí là {money} tỷ đồng, trong đó người dân góp {share}%.",
    "Từ ngày {day}/10/2026 đến nay, hơn {people} lượt người đã tham gia.",
    "Diện tích được chăm sóc là {area} ha, năng suất bình quân {yields} tạ/ha.",
)
_LONGEST = 40
"""Sentences of one article, at most; so many numbers of sentences belong to each."""

_NO_ARTICLE = "<p>Trang này chỉ có ảnh.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as the newspaper has it."""

    number: int
    title: str
    lead: str
    author: str
    section: str
    published: datetime
    modified: datetime
    body: tuple[tuple[str, str], ...]
    """``h2`` or ``p``, and the text."""

    version: int = 1

    @property
    def path(self) -> str:
        """Give the page's path; a correction does not change it."""
        return f"/tin/bai-{self.number}.html"

    @property
    def canonical(self) -> str:
        """Give the address that the page itself names."""
        return SITE + self.path

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Give the paragraphs without the headings."""
        return tuple(text for tag, text in self.body if tag == "p")

    @property
    def headings(self) -> tuple[str, ...]:
        """Give the headings."""
        return tuple(text for tag, text in self.body if tag == "h2")


def written(number: int, seed: int = 1, version: int = 1) -> Article:
    """Write an article. Its sentences are in no other article, but for some with figures; its headings may be.

    Args:
        number: of the article; each is a little older than the one before.
        seed: of all chances.
        version: later ones have another last paragraph.
    """
    chance = random.Random(f"{seed}/{number}")
    source = (sentence(number * _LONGEST + place) for place in range(_LONGEST))
    body: list[tuple[str, str]] = []
    lead, count = next(source), chance.randint(6, 12)
    for place in range(count):
        if place % 3 == 0:
            body.append(("h2", heading(chance.randrange(100))))
        said = [next(source) for _ in range(chance.randint(1, 2))]
        if chance.random() < 1 / 3:
            said.append(_measured(chance))
        body.append(("p", " ".join(said)))
    appeared = NEWEST - number * BETWEEN
    if version > 1:
        body[-1] = ("p", f"Tòa soạn xin đính chính lần thứ {version - 1}: {_lowered(next(source))}")
    return Article(
        number=number, title=headline(number), lead=lead, author=chance.choice(_AUTHORS), section=chance.choice(_SECTIONS), published=appeared,
        modified=appeared + timedelta(minutes=version - 1), body=tuple(body), version=version,
    )  # fmt: skip


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _measured(chance: random.Random) -> str:
    return chance.choice(_MEASURED).format(
        share=f"{chance.randint(400, 999) / 10:.1f}".replace(".", ","), growth=f"{chance.randint(1, 199) / 10:.1f}".replace(".", ","),
        money=chance.randint(2, 90), day=chance.randint(1, 28), people=f"{chance.randint(1_000, 99_999):,}".replace(",", "."), area=chance.randint(3, 900),
        yields=chance.randint(20, 75),
    )  # fmt: skip


def page(article: Article, canonical: str) -> bytes:
    """Lay an article out as newspapers do: a head full of facts, a menu, the text, what else there is to read."""
    facts = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title, "description": article.lead, "mainEntityOfPage": canonical,
        "datePublished": article.published.isoformat(), "dateModified": article.modified.isoformat(),
        "author": {"@type": "Person", "name": article.author}, "publisher": {"@type": "Organization", "name": "Báo Thử"},
    }  # fmt: skip
    text = "\n".join(f"<{tag}>{escape(said)}</{tag}>" for tag, said in article.body)
    others = "".join(f'<li><a href="/tin/bai-{article.number + far}.html">{escape(headline(article.number + far))}</a></li>' for far in range(1, 4))
    menu = "".join(f'<li><a href="/{place}">{name}</a></li>' for place, name in enumerate(_SECTIONS))
    return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{escape(article.title)} | Báo Thử</title>
<meta property="og:type" content="article"><meta property="og:title" content="{escape(article.title)}">
<meta property="og:description" content="{escape(article.lead)}">
<meta property="article:published_time" content="{article.published.isoformat()}"><meta property="article:section" content="{article.section}">
<link rel="canonical" href="{canonical}"><script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script></head>
<body><header><a href="/">Báo Thử</a><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{escape(article.title)}</h1>
<p class="sapo"><strong>{escape(article.lead)}</strong></p>
{text}
<p class="tac-gia"><strong>{article.author}</strong></p></article></main>
<aside><h3>Tin khác</h3><ul>{others}</ul></aside><footer><p>© Báo Thử</p></footer></body></html>
""".encode()


@dataclass
class Newsroom:
    """A newspaper, and what is wrong with it at the moment. Every method may be called while it is served."""

    count: int
    """Articles that have a page."""

    seed: int = 1
    listed: int | None = None
    """Of those, how many are in the feed and the sitemap, the newest first; None for all."""

    origin: str = ""
    """Where it is served."""

    requests: Counter[str] = field(default_factory=Counter)
    """By path, whatever was answered."""

    unchanged: Counter[str] = field(default_factory=Counter)
    """Of those, answered with 304."""

    _versions: dict[int, int] = field(default_factory=dict)
    _statuses: dict[int, int] = field(default_factory=dict)
    _spoilt: set[int] = field(default_factory=set)
    _twins: set[int] = field(default_factory=set)
    _slow: dict[int, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def article(self, number: int) -> Article:
        """Give an article as it is now."""
        return written(number, self.seed, self._versions.get(number, 1))

    def url(self, number: int) -> str:
        """Give the address under which a page is served."""
        return f"{self.origin}/tin/bai-{number}.html"

    @property
    def feed(self) -> str:
        """Give the address of its feed."""
        return f"{self.origin}/rss.xml"

    @property
    def sitemap(self) -> str:
        """Give the address of its sitemap."""
        return f"{self.origin}/sitemap.xml"

    @property
    def host(self) -> str:
        """Give its host and port, for ``AUDIOPUB_ALLOW_HOSTS``."""
        return self.origin.removeprefix("http://")

    def correct(self, number: int) -> Article:
        """Print an article anew, with another last paragraph."""
        self._versions[number] = self._versions.get(number, 1) + 1
        return self.article(number)

    def remove(self, number: int) -> None:
        """Take an article down: its address answers 410, no list names it."""
        self._statuses[number] = 410

    def fail(self, number: int, status: int = 500) -> None:
        """Let a page that is still listed answer with an error."""
        self._statuses[number] = status

    def spoil(self, number: int) -> None:
        """Let a page hold no article."""
        self._spoilt.add(number)

    def twin(self, number: int) -> str:
        """Have the text of an article under a second address, which calls itself canonical; give that."""
        self._twins.add(number)
        return f"{self.origin}/m/bai-{number}.html"

    def slow(self, number: int, seconds: float) -> None:
        """Let a page be late."""
        self._slow[number] = seconds

    def mend(self, number: int) -> None:
        """End whatever is wrong with a page; a correction stays."""
        self._statuses.pop(number, None)
        self._slow.pop(number, None)
        self._spoilt.discard(number)
        self._twins.discard(number)

    def forget(self) -> None:
        """Begin to count requests anew."""
        with self._lock:
            self.requests.clear()
            self.unchanged.clear()

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve it on loopback until the block ends; give its origin."""
        with _Server(self) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            self.origin = f"http://127.0.0.1:{server.server_address[1]}"
            try:
                yield self.origin
            finally:
                server.shutdown()
                thread.join()

    def entries(self) -> list[tuple[str, Article]]:
        """Give what its lists name: addresses, and the articles behind them."""
        found = []
        for number in range(self.count if self.listed is None else self.listed):
            if self._statuses.get(number) != 410:  # noqa: PLR2004  gone
                found.append((self.url(number), self.article(number)))
            if number in self._twins:
                found.append((f"{self.origin}/m/bai-{number}.html", self.article(number)))
        return found

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Give status, type and body of what lies at a path; 404 for what does not."""
        with self._lock:
            self.requests[path] += 1
        if path in {"/rss.xml", "/sitemap.xml"}:
            body = _rss(self.entries()) if path == "/rss.xml" else _sitemap(self.entries())
            return 200, "application/xml; charset=utf-8", body
        number = _number(path, self.count)
        if number is None or (path.startswith("/m/") and number not in self._twins):
            return 404, "text/plain; charset=utf-8", b"404"
        time.sleep(self._slow.get(number, 0.0))
        status = self._statuses.get(number, 200)
        if status != 200:  # noqa: PLR2004  all well
            return status, "text/html; charset=utf-8", f"<h1>{status}</h1>".encode()
        article = self.article(number)
        if number in self._spoilt:
            article = replace(article, title="Ảnh", lead="", body=())
            return 200, "text/html; charset=utf-8", f"<html><body><h1>Ảnh</h1>{_NO_ARTICLE}</body></html>".encode()
        return 200, "text/html; charset=utf-8", page(article, SITE + path)

    def note_unchanged(self, path: str) -> None:
        """Count an answer without a body."""
        with self._lock:
            self.unchanged[path] += 1


def _number(path: str, count: int) -> int | None:
    for start in ("/tin/bai-", "/m/bai-"):
        digits = path.removeprefix(start).removesuffix(".html")
        if path == f"{start}{digits}.html" and digits.isdecimal() and int(digits) < count:
            return int(digits)
    return None


def _rss(entries: Sequence[tuple[str, Article]]) -> bytes:
    items = "\n".join(
        f"<item><title>{escape(article.title)}</title><link>{url}</link><guid>{url}</guid><pubDate>{format_datetime(article.modified)}</pubDate>"
        f"<description>{escape(article.lead)}</description></item>"
        for url, article in entries
    )
    head = f"<title>Báo Thử</title><link>{SITE}/</link><description>Tin mới</description>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{items}\n</channel></rss>\n'.encode()


def _sitemap(entries: Sequence[tuple[str, Article]]) -> bytes:
    items = "\n".join(f"<url><loc>{url}</loc><lastmod>{article.modified.isoformat()}</lastmod></url>" for url, article in entries)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{items}\n</urlset>\n'.encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a connection that is kept open ends with the process
    request_queue_size = 128

    def __init__(self, newsroom: Newsroom) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newsroom = newsroom

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of those who hang up, such as workers that were killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        newsroom = self.server.newsroom  # type: ignore[attr-defined]  # of our own server
        status, kind, body = newsroom.answer(self.path)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:  # noqa: PLR2004  all well
            newsroom.note_unchanged(self.path)
            status, body = 304, b""
        self.send_response(status)
        if status in {200, 304}:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", kind)
        if status != 304:  # noqa: PLR2004  without a body
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def write_show(folder: Path, slug: str, sources: Sequence[str], engine: str = "espeak", *, more: str = "") -> Path:
    """Write a show file; give its path.

    Args:
        folder: of show files.
        slug: the show's name in addresses.
        sources: where its articles come from.
        engine: the voice, ``engine`` or ``engine:voice``.
        more: further lines of TOML, from the top level on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug}.toml"
    lines = [
        'title = "Bản tin Báo Thử"', 'description = "Tin bài của Báo Thử, đọc bằng tiếng Việt."', 'author = "Báo Thử"', 'base_url = "https://podcast.baothu.example"',
        f"sources = {json.dumps(list(sources), ensure_ascii=False)}", more, '[owner]\nname = "Tòa soạn"\nemail = "toasoan@baothu.example"',
        f"[voice]\nchain = {json.dumps([engine])}",
    ]  # fmt: skip
    path.write_text("\n".join(filter(None, lines)) + "\n", encoding="utf-8")
    return path


def main() -> None:
    newsroom = Newsroom(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
    with newsroom.served():
        print(f"{newsroom.count} articles: {newsroom.feed} {newsroom.sitemap}\nAUDIOPUB_ALLOW_HOSTS={newsroom.host}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
