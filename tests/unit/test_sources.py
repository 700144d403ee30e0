"""From what a person names to the pages of its articles, over real sockets where the web is asked."""

import gzip
import io
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feedparser
import pytest
from feedgen.feed import FeedGenerator
from hypothesis import given
from hypothesis import strategies as st

from audiopub.adapters.memory import MemoryArchive, MemoryFetcher
from audiopub.adapters.pages import FileArchive
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings
from audiopub.errors import BadInput, FetchFailed
from audiopub.source import Entry, ListingKind, Page, PageArchive, PageForm, PoliteFetcher, Wanted, entries, gather, listing_kind
from audiopub.source.address import host_of, tidied
from audiopub.sources import Sources
from tests.articles import BODY, html_page, text_page

SITE = "https://bao.example"
DAY = datetime(2026, 11, 24, 8, tzinfo=timezone(timedelta(hours=7)))


def page(body: bytes | str, url: str = f"{SITE}/tin.rss") -> Page:
    """Make a fetched page."""
    return Page(body=body.encode() if isinstance(body, str) else body, name=url, identity=url, form=PageForm.HTML, url=url)


def feed(count: int = 5, *, atom: bool = False) -> bytes:
    """Make a feed with one entry a day, newest first, by a library of other people."""
    made = FeedGenerator()
    made.id(SITE)
    made.title("Báo Thử")
    made.link(href=SITE)
    made.description("Tin mới")
    for number in range(count):
        item = made.add_entry(order="append")
        item.id(f"{SITE}/bai-{number}.html")
        item.title(f"Bài số {number} & bạn")
        item.link(href=f"{SITE}/bai-{number}.html?utm_source=rss")
        item.published(DAY - timedelta(days=number))
        item.updated(DAY - timedelta(days=number))
    return bytes(made.atom_str() if atom else made.rss_str())


SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{SITE}/a.html</loc><news:news><news:publication><news:name>Báo Thử</news:name><news:language>vi</news:language></news:publication>
<news:publication_date>2026-11-24T07:30:00+07:00</news:publication_date><news:title>Bài A</news:title></news:news></url>
<url><loc> {SITE}/b.html </loc><lastmod>2026-11-20</lastmod></url></urlset>"""


# Lists


@pytest.mark.parametrize(
    ("body", "kind"),
    [(feed(), ListingKind.FEED), (feed(atom=True), ListingKind.FEED), (SITEMAP, ListingKind.SITEMAP), ("<sitemapindex/>", ListingKind.SITEMAP_INDEX),
     (f"# tin sáng\n{SITE}/a.html\n\n{SITE}/b.html\n", ListingKind.ADDRESSES), (f"\ufeff{SITE}/a.html", ListingKind.ADDRESSES),
     ("<!-- x --><?xml-stylesheet href='a'?><rss><channel/></rss>", ListingKind.FEED), ("<html><body>rss</body></html>", None), ("<!doctype html><html>", None),
     ("Bài báo\n\nXem https://bao.example", None), ("", None), ("# chỉ có ghi chú", None), ("<div><rss></rss></div>", None)],
)  # fmt: skip
def test_lists_are_told_from_articles(body: bytes | str, kind: ListingKind | None) -> None:
    """What a page is, its beginning tells: a feed, a sitemap, a list of addresses, or an article."""
    assert listing_kind(page(body)) is kind


@pytest.mark.parametrize("atom", [False, True], ids=["rss", "atom"])
def test_a_feed_gives_its_entries(atom: bool) -> None:  # noqa: FBT001  a parameter of the test
    """Addresses, titles and times come out as feedparser, an outside reader, has them."""
    found = entries(page(feed(atom=atom)))
    assert [(entry.url, entry.title, entry.when) for entry in found] == [
        (f"{SITE}/bai-{n}.html?utm_source=rss", f"Bài số {n} & bạn", DAY - timedelta(days=n)) for n in range(5)
    ]


def test_a_news_sitemap_gives_its_entries() -> None:
    """The publication date and title of Google's extension, else the last change."""
    first, second = entries(page(SITEMAP))
    assert first == Entry(url=f"{SITE}/a.html", title="Bài A", when=datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    assert (second.url, second.when and second.when.utcoffset()) == (f"{SITE}/b.html", timedelta(hours=7))


def test_relative_links_of_a_feed_are_joined_and_others_left_out() -> None:
    """A link counts from the feed's own address; what cannot be fetched is no entry."""
    body = "<rss><channel><item><link>/x.html</link></item><item><link>javascript:1</link></item><item><title>không có</title></item></channel></rss>"
    assert [entry.url for entry in entries(page(body))] == [f"{SITE}/x.html"]


def test_a_damaged_feed_is_still_read() -> None:
    """An ampersand alone and a missing end do not lose the entries before them."""
    body = f"<rss><channel><item><title>Tom & Jerry</title><link>{SITE}/a.html</link></item><item><link>{SITE}/b.html</link>"
    assert [entry.url for entry in entries(page(body))] == [f"{SITE}/a.html", f"{SITE}/b.html"]


@pytest.mark.parametrize("body", ["<rss>\0\0", "<urlset", "<sitemapindex><<<"])
def test_what_cannot_be_read_is_refused_or_empty(body: str) -> None:
    """A list without entries is no crash."""
    try:
        assert entries(page(body)) == ()
    except BadInput as error:
        assert error.sentence("vi")  # noqa: PT017


def test_entities_of_a_sitemap_are_not_expanded(tmp_path: Path) -> None:
    """Neither a billion laughs nor a file of the machine comes out of a sitemap; an honest entry beside them does."""
    secret = tmp_path / "secret"
    secret.write_text(f"{SITE}/secret")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    for entity, reference in ((f'<!ENTITY f SYSTEM "file://{secret}">', "&f;"), (f'<!ENTITY e0 "lol">{bomb}', f"{SITE}/&e11;")):
        body = f'<?xml version="1.0"?><!DOCTYPE urlset [{entity}]><urlset><url><loc>{SITE}/a.html</loc></url><url><loc>{reference}</loc></url></urlset>'
        found = [entry.url for entry in entries(page(body))]
        assert found[0] == f"{SITE}/a.html"
        assert not any("secret" in url or "lollol" in url for url in found)


# Addresses


@given(st.from_regex(r"https://[a-z]{1,8}\.vn/[a-z0-9/-]{0,20}(\?([a-z]{1,5}=[a-z0-9]{0,5}&?){0,3})?", fullmatch=True))
def test_tidying_an_address_twice_changes_nothing(url: str) -> None:
    """The form in which addresses are compared is a fixed point."""
    assert tidied(tidied(url)) == tidied(url)


def test_addresses_of_one_article_are_one() -> None:
    """Tracking, fragments, capitals of the host and the usual port make no other article; its own query does."""
    one = tidied(f"{SITE}/bai.html?id=7")
    assert {tidied(url) for url in ("HTTPS://BAO.example:443/bai.html?id=7#a", f"{SITE}/bai.html?utm_medium=x&id=7&fbclid=1")} == {one}
    assert tidied(f"{SITE}/bai.html?id=8") != one
    assert host_of("https://www.bao.example/x") == host_of("https://m.bao.example") == "bao.example"


# Gathering


def gathered(source: Page, wanted: Wanted, pages: dict[str, bytes], archive: PageArchive | None = None) -> list[tuple[str, bool]]:
    """Give address and success of each article of a source."""
    return [(g.entry.url, g.error is None) for g in gather(source, wanted, MemoryFetcher(pages), archive or MemoryArchive(), entries)]


PAGES = {f"{SITE}/bai-{n}.html?utm_source=rss": f"<p>{n}</p>".encode() for n in (0, 1, 3)}


def test_one_missing_page_stops_no_other() -> None:
    """What fails is named, and the next one is fetched."""
    found = gathered(page(feed()), Wanted(), PAGES)
    assert [good for _, good in found] == [True, True, False, True, False]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [(Wanted(limit=2), [0, 1]), (Wanted(since=DAY - timedelta(days=2)), [0, 1, 2]), (Wanted(include=("bai-1", "*bai-4*")), [1, 4]), (Wanted(exclude=("*-0.html*", "bai-2")), [1, 3, 4]),
     (Wanted(include=("/the-thao/",)), []), (Wanted(limit=1, exclude=("bai-0",)), [1])],
)  # fmt: skip
def test_only_what_is_wanted_is_fetched(wanted: Wanted, numbers: list[int]) -> None:
    """Limit, time and patterns choose among a list's articles; the limit counts what is left."""
    found = gathered(page(feed()), wanted, {})
    assert [url for url, _ in found] == [f"{SITE}/bai-{n}.html?utm_source=rss" for n in numbers]


def test_an_address_listed_twice_is_fetched_once() -> None:
    """The same article under two tracking addresses is one."""
    found = gathered(page(f"{SITE}/a.html\n{SITE}/a.html?utm_source=x\n{SITE}/a.html#b"), Wanted(), {f"{SITE}/a.html": b"<p>a</p>"})
    assert found == [(f"{SITE}/a.html", True)]


def test_an_index_of_sitemaps_is_followed_one_step() -> None:
    """Sitemaps below an index give their articles, the newest first; an index below it is not followed."""
    index = f"<sitemapindex><sitemap><loc>{SITE}/cu.xml</loc><lastmod>2026-10-01</lastmod></sitemap><sitemap><loc>{SITE}/moi.xml</loc><lastmod>2026-11-01</lastmod></sitemap><sitemap><loc>{SITE}/vong.xml</loc></sitemap></sitemapindex>"
    pages = {
        f"{SITE}/cu.xml": f"<urlset><url><loc>{SITE}/cu.html</loc></url></urlset>".encode(), f"{SITE}/moi.xml": f"<urlset><url><loc>{SITE}/moi.html</loc></url></urlset>".encode(),
        f"{SITE}/vong.xml": index.encode(), f"{SITE}/cu.html": b"<p>c</p>", f"{SITE}/moi.html": b"<p>m</p>",
    }  # fmt: skip
    assert [url for url, _ in gathered(page(index), Wanted(), pages)] == [f"{SITE}/moi.html", f"{SITE}/cu.html"]


# Manners


class Web:
    """A fetcher that notes when it was asked, and a clock that sleeping moves."""

    def __init__(self, pages: dict[str, bytes], robots: bytes | int = 404) -> None:
        self.now = 0.0
        self.asked: list[tuple[str, float]] = []
        self._pages = pages
        self._robots = robots

    def fetch(self, url: str, kept: Page | None = None) -> Page:
        self.asked.append((url, self.now))
        if url.endswith("/robots.txt"):
            if isinstance(self._robots, int):
                raise FetchFailed("fetch.status", url=url, status=self._robots)
            return page(self._robots, url)
        return page(self._pages.get(url, b"<p>x</p>"), url)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def polite(web: Web) -> PoliteFetcher:
    return PoliteFetcher(web, clock=lambda: web.now, sleep=web.sleep, delay=2.0)


def test_one_host_is_not_asked_again_at_once() -> None:
    """Between two requests to one host passes the delay; another host is asked at once."""
    web = Web({})
    fetch = polite(web)
    for url in (f"{SITE}/1", f"{SITE}/2", "https://khac.example/1"):
        fetch.fetch(url)
    assert [(url.rsplit("/", 1)[-1], when) for url, when in web.asked] == [("robots.txt", 0.0), ("1", 2.0), ("2", 4.0), ("robots.txt", 4.0), ("1", 6.0)]


def test_a_host_that_asks_for_more_time_gets_it_up_to_half_a_minute() -> None:
    """Crawl-delay is kept to, an absurd one only so far."""
    for asked, waited in ((b"User-agent: *\nCrawl-delay: 7", 7.0), (b"User-agent: *\nCrawl-delay: 86400", 30.0)):
        web = Web({}, asked)
        fetch = polite(web)
        fetch.fetch(f"{SITE}/1")
        fetch.fetch(f"{SITE}/2")
        assert web.asked[-1][1] - web.asked[-2][1] == waited


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [(b"User-agent: *\nDisallow: /admin", "/tin.html", True), (b"User-agent: *\nDisallow: /admin", "/admin/x", False), (b"User-agent: audiopub\nDisallow: /\nUser-agent: *\nAllow: /", "/a", False),
     (b"User-agent: *\nDisallow: /*.html$", "/a.html", False), (b"\xff\xfe nonsense", "/a", True), (404, "/a", True), (403, "/a", True), (503, "/a", False)],
)  # fmt: skip
def test_robots_txt_is_obeyed(robots: bytes | int, path: str, allowed: bool) -> None:  # noqa: FBT001
    """What it forbids is not fetched; absent means free, out of order means closed (RFC 9309)."""
    web = Web({}, robots)
    fetch = polite(web)
    if allowed:
        assert fetch.fetch(SITE + path).url == SITE + path
    else:
        with pytest.raises(FetchFailed) as failure:
            fetch.fetch(SITE + path)
        assert failure.value.code == "fetch.robots"
        assert [url for url, _ in web.asked] == [f"{SITE}/robots.txt"]


# The archive


@pytest.fixture(params=["files", "memory"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> PageArchive:
    return FileArchive(tmp_path) if request.param == "files" else MemoryArchive()


def fetched(body: bytes, **more: str) -> Page:
    return Page(
        body=body,
        name=f"{SITE}/a",
        identity=f"{SITE}/b",
        form=PageForm.HTML,
        url=f"{SITE}/b",
        charset="utf-8",
        fetched=DAY,
        etag=more.get("etag"),
        last_modified=more.get("last_modified"),
    )


def test_a_kept_page_comes_back_whole(archive: PageArchive) -> None:
    """Bytes, final address, character set, time and validators are all there again."""
    first = fetched(b"<p>\xff\x00</p>", etag='"1"', last_modified="Mon")
    assert archive.kept(first.name) is None
    assert archive.keep(first)
    assert archive.kept(first.name) == first


def test_the_latest_version_counts_and_sameness_is_told(archive: PageArchive) -> None:
    """The same bytes again are nothing new; other bytes are a new version."""
    assert archive.keep(fetched(b"1"))
    assert not archive.keep(fetched(b"1", etag='"x"'))
    assert archive.keep(fetched(b"2"))
    kept = archive.kept(f"{SITE}/a")
    assert kept is not None and kept.body == b"2"


def test_every_version_stays_on_the_disk(tmp_path: Path) -> None:
    """The history of a page is told, and equal bodies are one file."""
    archive = FileArchive(tmp_path)
    for body in (b"1", b"2", b"1"):
        archive.keep(fetched(body))
    assert [version["sha256"][:4] for version in archive.versions(f"{SITE}/a")] == [fetched(body).sha256[:4] for body in (b"1", b"2", b"1")]
    assert len(list(tmp_path.rglob("*.gz"))) == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"versions": [{}]}', b'{"versions": 7}'])
def test_a_damaged_archive_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    """A damaged index or body loses the page, and no run."""
    archive = FileArchive(tmp_path)
    archive.keep(fetched(b"1"))
    (index,) = (tmp_path / "index").rglob("*.json")
    index.write_bytes(damage)
    assert archive.kept(f"{SITE}/a") is None
    assert archive.keep(fetched(b"1"))
    (body,) = (tmp_path / "bodies").rglob("*.gz")
    body.write_bytes(gzip.compress(b"other"))
    assert archive.kept(f"{SITE}/a") is None


# The command line


def _part(number: int, host: str) -> bytes:
    """Make one page of an article printed on three; the ninth leads to a page that is not there."""
    texts = "".join(f"<p>Trang {number}: {text}</p>" for text in BODY if len(text) > 100)
    following = f'<link rel="next" href="{host}/{"dai-p" if number < 9 else "cut-p"}{number + 1}.html">' if number != 3 else ""
    return html_page(f"<h1>Bài dài của báo</h1><div>{texts}</div>", head=f"<title>Bài dài của báo</title>{following}").body


class Newspaper(BaseHTTPRequestHandler):
    """A newspaper with a feed of three articles: a good one, one that is gone, one that robots may not have."""

    def do_GET(self) -> None:
        host = f"http://{self.headers['Host']}"
        article = html_page(f"<h1>Bài một của báo</h1><div>{''.join(f'<p>{text}</p>' for text in BODY)}</div>", head="<title>Bài một của báo</title>").body
        answers = {
            "/tin.rss": ("application/rss+xml", f"<rss><channel>{''.join(f'<item><link>{host}/{name}</link></item>' for name in ('1.html', '404.html', 'kin/2.html'))}</channel></rss>".encode()),
            "/dai.html": ("text/html", _part(1, host)), "/dai-p2.html": ("text/html", _part(2, host)), "/dai-p3.html": ("text/html", _part(3, host)), "/cut.html": ("text/html", _part(9, host)),
            "/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /kin/"), "/1.html": ("text/html", article), "/kin/2.html": ("text/html", article),
        }  # fmt: skip
        kind, body = answers.get(self.path, ("text/html", b"gone"))
        same = self.path == "/1.html" and self.headers["If-None-Match"] == '"1"'
        self.send_response(304 if same else 200 if self.path in answers else 404)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", '"1"')
        self.end_headers()
        if not same:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def newspaper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run the newspaper, allow its address, stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDIOPUB_HOST_DELAY", "0.01")
    monkeypatch.setenv("AUDIOPUB_LANG", "en")
    with ThreadingHTTPServer(("127.0.0.1", 0), Newspaper) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        host = f"127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("AUDIOPUB_ALLOW_HOSTS", host)
        yield f"http://{host}"
        server.shutdown()
        thread.join()


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run the command line; give its exit code and standard output."""

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = exit_code_of(main_group, arguments)
        return code, capsys.readouterr().out

    return run


def test_gather_fetches_keeps_and_judges(newspaper: str, said: Said) -> None:
    """One line an article, a code for each failure, exit code 6; the second time nothing has changed."""
    states, rows = [], []
    for _ in range(2):
        code, out = said("gather", "--json", f"{newspaper}/tin.rss")
        rows = json.loads(out)["articles"]
        states.append([(row["state"], row.get("code")) for row in rows])
        assert code == 6
    assert states == [
        [("new", None), ("failed", "fetch.status"), ("failed", "fetch.robots")],
        [("same", None), ("failed", "fetch.status"), ("failed", "fetch.robots")],
    ]
    assert rows[0]["title"] == "Bài một của báo"


def test_a_dry_gathering_only_lists(newspaper: str, said: Said, tmp_path: Path) -> None:
    """Nothing is fetched but the list, nothing is kept, and a limit counts."""
    code, out = said("gather", "--json", "--dry-run", "--limit", "2", f"{newspaper}/tin.rss")
    assert (code, [row["state"] for row in json.loads(out)["articles"]]) == (0, ["listed", "listed"])
    assert list(tmp_path.iterdir()) == []


def test_a_kept_page_is_read_again_without_the_web(newspaper: str, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was fetched once can be extracted when the newspaper is out of reach; what was not says so."""
    assert said("extract", f"{newspaper}/1.html")[0] == 0
    monkeypatch.delenv("AUDIOPUB_ALLOW_HOSTS")
    code, out = said("extract", "--kept", "--json", f"{newspaper}/1.html")
    assert (code, json.loads(out)["title"]) == (0, "Bài một của báo")
    assert said("extract", "--kept", f"{newspaper}/2.html")[0] == 3


def test_an_article_on_three_pages_is_read_whole(newspaper: str, said: Said) -> None:
    """The pages are fetched one after the other and joined in order; one that is missing makes the article incomplete."""
    code, out = said("extract", "--json", f"{newspaper}/dai.html")
    texts = [text for section in json.loads(out)["sections"] for text in section["paragraphs"]]
    assert (code, [text[:7] for text in texts]) == (0, [f"Trang {n}" for n in (1, 1, 2, 2, 3, 3)])
    code, out = said("extract", "--json", f"{newspaper}/cut.html")
    assert (code, json.loads(out)["next_page"]) == (3, f"{newspaper}/cut-p10.html")


def test_a_refusal_can_be_accepted_by_a_person(newspaper: str, said: Said, tmp_path: Path) -> None:
    """What is refused is published once somebody has looked and said so by its code; another code does not help."""
    assert said("init", ".")[0] == 0
    out = ""
    for accepted, code in (((), 3), (("--accept", "article.paywall"), 3), (("--accept", "article.incomplete"), 0)):
        run, out = said("render", "--json", "--voice", "silent", *accepted, f"{newspaper}/cut.html")
        assert run == code, out
    assert "article.incomplete" in json.loads(out)["results"][0]["warnings"]
    assert list((tmp_path / "output").rglob("*.mp3"))


def test_rendering_a_feed_renders_its_articles(newspaper: str, said: Said) -> None:
    """A feed as a source gives an episode for each article that can be had, and names the others."""
    assert said("init", ".")[0] == 0
    code, out = said("render", "--json", "--voice", "silent", f"{newspaper}/tin.rss")
    assert (code, [result.get("code", result["outcome"]) for result in json.loads(out)["results"]]) == (6, ["published", "fetch.status", "fetch.robots"])


def test_a_shows_own_sources_are_gathered(newspaper: str, said: Said, tmp_path: Path) -> None:
    """Sources in the show file, with their limits and patterns; what the person asks for counts before."""
    assert said("init", ".")[0] == 0
    (show,) = (tmp_path / "feeds").glob("*.toml")
    text = show.read_text(encoding="utf-8")
    show.write_text(
        text.replace("[owner]", f'sources = ["{newspaper}/1.html", {{ url = "{newspaper}/tin.rss", limit = 1, exclude = ["404.html"] }}]\n\n[owner]', 1), encoding="utf-8"
    )
    code, out = said("gather", "--json")
    assert (code, [row["url"].rsplit("/", 1)[-1] for row in json.loads(out)["articles"]]) == (0, ["1.html", "1.html"])


def test_a_folder_gives_its_pages(tmp_path: Path) -> None:
    """Pages and texts of a folder and the folders in it, by name; nothing hidden, nothing else."""
    for name in ("b.txt", "a.html", "sau/c.htm", "anh.png", ".an/d.txt", "sau/.e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text_page().body)
    origin = Sources(Settings(state=tmp_path / ".audiopub"), bytes)
    found = [Path(g.entry.url).relative_to(tmp_path).as_posix() for g in origin.gather([str(tmp_path)], Wanted())]
    assert found == ["a.html", "b.txt", "sau/c.htm"]


def test_standard_input_may_be_a_list(newspaper: str, tmp_path: Path) -> None:
    """Addresses on standard input are fetched like those of any list."""
    settings = Settings(state=tmp_path / ".audiopub", allow_hosts=frozenset({newspaper.removeprefix("http://")}), host_delay=0.01)
    found = list(Sources(settings, io.BytesIO(f"{newspaper}/1.html\n".encode()).read).gather(["-"], Wanted()))
    assert [g.error for g in found] == [None]
    assert found[0].page and found[0].page.url == f"{newspaper}/1.html"


def test_our_own_feeds_read_back(newspaper: str) -> None:
    """The feed of the test is one that an outside reader reads too."""
    assert len(feedparser.parse(f"{newspaper}/tin.rss").entries) == 3
