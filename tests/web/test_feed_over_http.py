"""The feed check over real HTTP: our own site breaks nothing, and each fault of a server breaks exactly its rule."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audiopub.adapters.http import GuardedFetcher
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.publish.feedcheck.gather import Extent, gathered
from audiopub.publish.feedcheck.model import Need
from audiopub.publish.feedcheck.probe import Asker
from audiopub.publish.validate import RULES, examined
from tests.faulty_site import FaultySite, Request, Response, packed, served
from tests.shows import publish_all

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FEED = "/feed.xml"
FIRST, SECOND = "/2018-06-06-diem-tin-sang.mp3", "/2018-06-05-gdp-tang-6-93.mp3"
Ask = Callable[[Request], Request | Response]
Tell = Callable[[Request, Response], Response]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FaultySite, str]]:
    """Serve three episodes; the feed is large enough to be worth compressing."""
    folder = tmp_path_factory.mktemp("show") / "site"
    publish_all(folder)
    with served(folder) as (site, origin):
        feed = folder / "feed.xml"
        text = feed.read_text(encoding="utf-8").replace("http://127.0.0.1:8791", origin)
        feed.write_text(text.replace("</channel>", f"<!--{'.' * 20_000}--></channel>"), encoding="utf-8")
        yield site, origin


@pytest.fixture
def site(running: tuple[FaultySite, str]) -> FaultySite:
    """The site with nothing broken."""
    running[0].ask, running[0].tell = lambda request: request, lambda _request, response: response
    return running[0]


@pytest.fixture
def origin(running: tuple[FaultySite, str]) -> str:
    return running[1]


USUAL = Extent()


def broken(url: str, extent: Extent = USUAL) -> list[str]:
    """Check an address, and give the rules that are broken, each once."""
    host = url.removeprefix("http://").partition("/")[0]
    asker = Asker(GuardedFetcher(frozenset({host})))
    report = examined(gathered(asker, url, NOW, extent))
    return sorted({finding.rule for finding in report.findings})


def test_our_own_site_breaks_nothing(site: FaultySite, origin: str) -> None:
    """Feed and files as we serve them pass, looked into or not."""
    assert broken(origin + FEED) == []
    assert broken(origin + FEED, Extent(deep=True)) == []


def drop(*names: str, path: str = FEED, when: Callable[[Request], bool] = lambda _: True) -> Ask:
    """Have the site not see headers of a request."""

    def ask(request: Request) -> Request:
        if request.path == path and when(request):
            request.headers = {name: value for name, value in request.headers.items() if name not in names}
        return request

    return ask


def answer(status: int, path: str, when: Callable[[Request], bool] = lambda _: True, **headers: str) -> Ask:
    """Have a status instead of what is there."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: Response(status, named, b"") if request.path == path and when(request) else request


def change(path: str, how: Callable[[Response], Response], when: Callable[[Request], bool] = lambda _: True) -> Tell:
    """Change the answers for a path."""
    return lambda request, response: how(response) if request.path.endswith(path) and when(request) else response


def leave(_request: Request, response: Response) -> Response:
    """Change nothing."""
    return response


def same(request: Request) -> Request:
    return request


def is_head(request: Request) -> bool:
    return request.method == "HEAD"


def is_packed(request: Request) -> bool:
    return request.headers.get("accept-encoding") == "gzip"


def counted() -> Tell:
    """Have every answer differ from the one before."""
    count = iter(range(1000))

    def tell(request: Request, response: Response) -> Response:
        if request.path == FEED and response.body and "content-encoding" not in response.headers:
            return Response(response.status, response.headers, response.body + b"<!-- %03d -->" % next(count))
        return response

    return tell


def after(path: str, hops: int) -> Ask:
    """Have an audio file come after some redirects."""

    def ask(request: Request) -> Request | Response:
        found = re.fullmatch(rf"(?:/hop(\d))?{re.escape(path)}", request.path)
        hop = int(found[1] or 0) if found else hops
        request.path = path if found else request.path
        return Response(302, {"location": f"/hop{hop + 1}{path}"}, b"") if hop < hops else request

    return ask


def past_end(request: Request) -> bool:
    return bool(re.fullmatch(r"bytes=[1-9]\d{3,}-", request.headers.get("range", "")))


FAULTS: list[tuple[str, str, Ask, Tell]] = [
    ("served.status", "broken", answer(500, FEED), leave),
    ("served.status", "forbidden", answer(403, FEED), leave),
    ("served.type", "plain", same, change(FEED, lambda r: r.having(content_type="text/plain"))),
    ("served.type_rss", "xml", same, change(FEED, lambda r: r.having(content_type="application/xml"))),
    ("served.charset", "text", same, change(FEED, lambda r: r.having(content_type="text/xml"))),
    ("served.validators", "none", same, change(FEED, lambda r: r.without("etag", "last-modified"))),
    ("served.etag", "ignored", drop("if-none-match", when=lambda r: not is_packed(r)), leave),
    ("served.date", "ignored", drop("if-modified-since"), leave),
    ("served.packed_etag", "ignored", drop("if-none-match", when=is_packed), leave),
    ("served.stale", "always-304", answer(304, FEED, lambda r: "if-none-match" in r.headers), leave),
    ("served.stable", "counted", same, counted()),
    ("served.head", "refused", answer(405, FEED, is_head), leave),
    ("served.gzip", "never", drop("accept-encoding"), leave),
    ("served.gzip_body", "other", same, change(FEED, lambda r: Response(r.status, r.headers, packed(b"<rss/>") if r.body else b""), is_packed)),
    ("served.gzip_body", "damaged", same, change(FEED, lambda r: Response(r.status, r.headers, b"no gzip" if r.body else b""), is_packed)),
    ("served.vary", "none", same, change(FEED, lambda r: r.without("vary"))),
    ("served.cache", "none", same, change(FEED, lambda r: r.without("cache-control"))),
    ("served.cookie", "session", same, change(FEED, lambda r: r.having(set_cookie="id=1"))),
    ("served.agent", "gpodder", answer(403, FEED, lambda r: "gPodder" in r.headers["user-agent"]), leave),
    ("media.status", "gone", answer(404, SECOND), leave),
    ("media.status", "transcript", answer(404, "/2018-06-06-diem-tin-sang.vtt"), leave),
    ("media.head", "audio", answer(405, SECOND, is_head), leave),
    ("media.length", "other", same, change(SECOND, lambda r: r.having(content_length="12345"), is_head)),
    ("media.type", "page", same, change(SECOND, lambda r: r.having(content_type="text/html"))),
    ("media.range", "none", drop("range", path=SECOND), leave),
    ("media.suffix", "none", drop("range", path=FIRST, when=lambda r: r.headers.get("range") == "bytes=-2"), leave),
    ("media.past_end", "whole", drop("range", path=FIRST, when=past_end), leave),
    ("media.validator", "none", same, change(SECOND, lambda r: r.without("etag", "last-modified"))),
    ("media.if_range", "ignored", drop("if-range", path=FIRST), leave),
    ("media.encoding", "gzip", same, change(SECOND, lambda r: r.having(content_encoding="gzip"), is_head)),
    ("media.redirects", "one", after(SECOND, 1), leave),
    ("media.prefixes", "five", after(SECOND, 5), leave),
    ("media.cover_type", "octets", same, change("cover.jpg", lambda r: r.having(content_type="application/octet-stream"))),
    ("media.text_type", "plain", same, change(".vtt", lambda r: r.having(content_type="text/plain"))),
    ("media.cors", "none", same, change(".chapters.json", lambda r: r.without("access-control-allow-origin"))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "ask", "tell"), [(rule, ask, tell) for rule, _, ask, tell in FAULTS], ids=[f"{rule}-{name}" for rule, name, *_ in FAULTS])
def test_fault_breaks_its_rule_alone(site: FaultySite, origin: str, rule: str, ask: Ask, tell: Tell) -> None:
    """One thing is broken on the way, and its rule alone says so."""
    site.ask, site.tell = ask, tell
    assert broken(origin + FEED) == [rule]


def moved(status: int) -> Ask:
    return answer(status, "/cu.xml", location="/feed.xml")


def test_moved_for_good(site: FaultySite, origin: str) -> None:
    """A permanent move is noted, and a feed that does not say so itself is warned of."""
    site.ask = moved(301)
    assert broken(origin + "/cu.xml") == ["served.moved", "served.new_feed_url"]
    site.tell = change(
        FEED,
        lambda r: Response(r.status, r.headers, r.body.replace(b"<channel>", b"<channel><itunes:new-feed-url>%s/feed.xml</itunes:new-feed-url>" % origin.encode())),
        lambda r: not is_packed(r),
    )
    assert "served.new_feed_url" not in broken(origin + "/cu.xml")


def test_moved_for_the_time_being(site: FaultySite, origin: str) -> None:
    """A temporary redirect is warned of."""
    site.ask = moved(302)
    assert broken(origin + "/cu.xml") == ["served.redirect"]


def test_found_elsewhere_than_it_says(site: FaultySite, origin: str) -> None:
    """A feed that names another address as its own is warned of."""

    def copy(request: Request) -> Request:
        request.path = FEED if request.path == "/ban-sao.xml" else request.path
        return request

    site.ask = copy
    assert broken(origin + "/ban-sao.xml") == ["served.self"]


def paged(pages: dict[str, bytes]) -> Tell:
    """Put pages behind the feed, which leads to /2.xml."""

    def tell(request: Request, response: Response) -> Response:
        body = pages.get(request.path)
        if request.path == FEED and "content-encoding" not in response.headers:
            link = f'<channel><atom:link rel="next" href="http://{request.headers["host"]}/2.xml"/>'
            return Response(response.status, response.headers, response.body.replace(b"<channel>", link.encode()))
        return response if body is None else Response(200, {"content-type": "application/rss+xml"}, body.replace(b"HOST", request.headers["host"].encode()))

    return tell


def page(*items: tuple[str, str], following: str = "") -> bytes:
    """Write a page of episodes: guid and day of May 2018."""
    link = f'<atom:link rel="next" href="http://HOST{following}"/>' if following else ""
    told = "".join(f"<item><guid>{guid}</guid><pubDate>{date}</pubDate></item>" for guid, date in items)
    return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{link}{told}</channel></rss>'.encode()


OLD, OLDER, NEW = "Tue, 01 May 2018 05:00:00 +0700", "Sun, 01 Apr 2018 05:00:00 +0700", "Sun, 01 Jul 2018 05:00:00 +0700"
PAGES: list[tuple[str, dict[str, bytes]]] = [
    ("paging.status", {}),
    ("paging.empty", {"/2.xml": page()}),
    ("paging.loop", {"/2.xml": page(("a", OLD), following="/3.xml"), "/3.xml": page(("b", OLDER), following="/2.xml")}),
    ("paging.repeated", {"/2.xml": page(("audiopub:2018-06-04-nuoc-sach", "Mon, 04 Jun 2018 07:00:00 +0700"), ("a", OLD))}),
    ("paging.order", {"/2.xml": page(("a", NEW))}),
]


@pytest.mark.parametrize(("rule", "pages"), PAGES, ids=[rule for rule, _ in PAGES])
def test_fault_of_a_page(site: FaultySite, origin: str, rule: str, pages: dict[str, bytes]) -> None:
    """A fault on the pages of older episodes breaks its rule; the packed feed of this server differs, which is told too."""
    site.tell = paged(pages)
    assert set(broken(origin + FEED)) - {"served.gzip_body"} == {rule}


def test_good_pages_break_nothing(site: FaultySite, origin: str) -> None:
    """Two pages of older episodes are followed to their end; with none to follow, none is asked for."""
    site.tell = paged({"/2.xml": page(("a", OLD), following="/3.xml"), "/3.xml": page(("b", OLDER))})
    assert set(broken(origin + FEED)) - {"served.gzip_body"} == set()
    site.tell = paged({})
    assert "paging.status" not in broken(origin + FEED, Extent(pages=0))


def test_every_rule_of_the_web_has_a_fault() -> None:
    """No rule about servers is there that nothing has been seen to break."""
    tried = {rule for rule, *_ in FAULTS} | {rule for rule, _ in PAGES} | {"served.moved", "served.new_feed_url", "served.redirect", "served.self"}
    assert {rule.name for rule in RULES if rule.need in {Need.SERVED, Need.PAGES}} == tried


def test_private_hosts_are_not_asked(site: FaultySite, origin: str) -> None:
    """A feed on a private host is not asked for unless the host is allowed by name."""
    report = examined(gathered(Asker(GuardedFetcher()), origin + FEED, NOW, Extent()))
    assert "served.status" in {finding.rule for finding in report.findings}


@pytest.mark.parametrize("allowed", ["", "allowed"])
def test_an_address_on_the_command_line(
    site: FaultySite, origin: str, allowed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The command checks an address, under the same guard as every other request."""
    monkeypatch.chdir(tmp_path)
    if allowed:
        monkeypatch.setenv("AUDIOPUB_ALLOW_HOSTS", origin.removeprefix("http://"))
    code = exit_code_of(main_group, ["--lang", "en", "feed", "check", origin + FEED, "--json", "--items", "1"])
    document = json.loads(capsys.readouterr().out)
    assert (code, document["verdict"], document["errors"]) == ((0, "fine", 0) if allowed else (7, "broken", 1))
    if not allowed:
        assert "AUDIOPUB_ALLOW_HOSTS" in next(finding["what"] for finding in document["findings"] if finding["rule"] == "served.status")
