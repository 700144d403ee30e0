"""The guarded fetcher against servers on loopback that do what servers on the web do."""

import gzip
import itertools
import select
import socket
import threading
import tracemalloc
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from audiopub.adapters.http import GuardedFetcher
from audiopub.article import extract
from audiopub.errors import BadInput, FetchFailed
from audiopub.source import PageForm

TITLE = "Chợ phiên vùng cao họp sớm"
HTML = f"<html><body><h1>{TITLE}</h1><p>Sương.</p></body></html>"
LIMIT = 5_000_000
Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each path as the test laid it down, and notes what was asked."""

    server: "Site"
    timeout = 5.0

    def do_GET(self) -> None:
        """Note the path and answer it."""
        self.server.asked.append(self.path)
        self.server.answers[self.path](self)

    def say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Site(ThreadingHTTPServer):
    """A site on loopback."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.sent = 0

    @property
    def host(self) -> str:
        """Give ``host:port``."""
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path: str) -> str:
        """Give a page's address."""
        return f"http://{self.host}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up: it is meant to."""


@contextmanager
def running() -> Iterator[Site]:
    """Run a site until the block ends."""
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """Run a site."""
    with running() as one:
        yield one


@pytest.fixture
def fetcher(site: Site) -> GuardedFetcher:
    """Make a fetcher that may ask the site."""
    return GuardedFetcher(frozenset({site.host}))


def page(kind: str, body: bytes = HTML.encode(), status: int = 200, **headers: str) -> Answer:
    """Make an answer of a content type."""
    return lambda handler: handler.say(status, {"Content-Type": kind} if kind else {} | headers, body)


def refusal(fetcher: GuardedFetcher, url: str) -> FetchFailed:
    """Give the error that a fetch must end with, after looking at its sentences."""
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(url)
    assert failure.value.exit_code == 4
    assert all(url in failure.value.sentence(language) for language in ("vi", "en"))
    return failure.value


# What a page is


def _in_1258(text: str) -> bytes:
    """Encode Vietnamese as old systems did: letters whole, tones apart."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    apart = [unicodedata.normalize("NFD", letter) for letter in text]
    letters = (unicodedata.normalize("NFC", "".join(c for c in one if c not in tones)) + "".join(c for c in one if c in tones) for one in apart)
    return "".join(letters).encode("cp1258")


_SENTENCE = "Sương phủ kín các nếp nhà, người bán hàng đến từ nửa đêm, và chợ đã đông trước khi trời sáng."
_OLD_PAGE = _in_1258(f"<html><body><h1>{TITLE}</h1><p>{_SENTENCE}</p></body></html>")


@pytest.mark.parametrize(
    ("header", "body"),
    [("text/html; charset=windows-1258", _OLD_PAGE), ('text/html; charset="CP1258"', _OLD_PAGE), ("text/html; charset=utf-8", HTML.encode()), ("text/html", HTML.encode()),
     ("text/html; charset=nonsense", HTML.encode()), ("text/html; charset=iso-8859-1", HTML.encode()), ("text/html; charset=utf-16", HTML.encode("utf-16"))],
    ids=["1258", "quoted", "utf-8", "none", "unknown", "wrong", "utf-16"],
)  # fmt: skip
def test_the_servers_charset_is_used_where_the_bytes_allow_it(site: Site, fetcher: GuardedFetcher, header: str, body: bytes) -> None:
    """A page in another character set is read by what the header says; valid UTF-8 is read as such whatever it says."""
    site.answers["/"] = page(header, body)
    got = fetcher.fetch(site.url("/"))
    assert (got.body, got.form) == (body, PageForm.HTML)
    assert TITLE in [block.text for block in extract(got).blocks] + [extract(got).title]


@pytest.mark.parametrize("charset", ["undefined", "idna", "base64", "hex", "rot13", "utf-7", "punycode", "unicode_escape", "'", "utf-8\x00"], ids=ascii)
def test_no_charset_breaks_the_reader(site: Site, fetcher: GuardedFetcher, charset: str) -> None:
    """Whatever a server calls its character set, the page is read or refused in words."""
    site.answers["/"] = page(f"text/html; charset={charset}", _OLD_PAGE.replace(b"<p>", b"<p>xn--a.\\d"))
    try:
        extract(fetcher.fetch(site.url("/")))
    except (BadInput, FetchFailed) as error:
        assert error.sentence("vi")  # noqa: PT017


@pytest.mark.parametrize(
    ("kind", "form"),
    [("text/html", PageForm.HTML), ("application/xhtml+xml", PageForm.HTML), ("TEXT/HTML;charset=utf-8", PageForm.HTML), ("text/plain", PageForm.TEXT), ("", PageForm.HTML)],
    ids=["html", "xhtml", "capitals", "plain", "absent"],
)  # fmt: skip
def test_a_page_has_the_form_its_type_says(site: Site, fetcher: GuardedFetcher, kind: str, form: PageForm) -> None:
    """Plain text is text, every other kind of page is markup."""
    site.answers["/"] = page(kind)
    assert fetcher.fetch(site.url("/")).form is form


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/json", "audio/mpeg", "application/octet-stream"])
def test_what_is_no_page_is_refused(site: Site, fetcher: GuardedFetcher, kind: str) -> None:
    """A file of another type is refused by its name, not read."""
    site.answers["/"] = page(kind, b"\x89PNG")
    error = refusal(fetcher, site.url("/"))
    assert error.code == "fetch.not_a_page"
    assert kind in str(error)


@pytest.mark.parametrize("status", [204, 403, 404, 410, 429, 500, 503])
def test_a_status_other_than_200_is_an_error(site: Site, fetcher: GuardedFetcher, status: int) -> None:
    """An error page is not taken for an article."""
    site.answers["/"] = page("text/html", b"" if status == 204 else HTML.encode(), status)
    error = refusal(fetcher, site.url("/"))
    assert error.code == "fetch.status"
    assert str(status) in str(error)


def test_an_allowed_host_does_not_send_us_elsewhere(site: Site, fetcher: GuardedFetcher) -> None:
    """A redirect from an allowed host is not followed: the place it names is not asked."""
    with running() as other:
        other.answers["/secret"] = page("text/html")
        site.answers["/"] = lambda handler: handler.say(302, {"Location": other.url("/secret")})
        error = refusal(fetcher, site.url("/"))
        assert error.code == "fetch.refused"
        assert other.asked == []


def test_a_redirect_is_followed_and_the_final_address_kept(site: Site, fetcher: GuardedFetcher) -> None:
    """The page's address is where it was found in the end; a relative redirect counts from where it stands."""
    site.answers["/a"] = lambda handler: handler.say(301, {"Location": "/muc/b"})
    site.answers["/muc/b"] = lambda handler: handler.say(302, {"Location": "c?x=1"})
    site.answers["/muc/c?x=1"] = page("text/html")
    got = fetcher.fetch(site.url("/a"))
    assert (got.name, got.url, got.identity) == (site.url("/a"), site.url("/muc/c?x=1"), site.url("/muc/c?x=1"))


def test_redirects_end(site: Site, fetcher: GuardedFetcher) -> None:
    """A loop is left after three redirects."""
    site.answers["/a"] = lambda handler: handler.say(302, {"Location": "/a"})
    assert refusal(fetcher, site.url("/a")).code == "fetch.too_many_redirects"
    assert len(site.asked) == 4


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site, fetcher: GuardedFetcher) -> None:
    """What the server said of the page is said back to it; its 304 gives the very page that was kept."""
    heard: list[tuple[str | None, str | None]] = []

    def answer(handler: Handler) -> None:
        heard.append((handler.headers["If-None-Match"], handler.headers["If-Modified-Since"]))
        known = handler.headers["If-None-Match"] == '"mot"'
        handler.say(
            304 if known else 200, {"Content-Type": "text/html", "ETag": '"mot"', "Last-Modified": "Mon, 02 Nov 2026 01:00:00 GMT"}, b"" if known else HTML.encode()
        )

    site.answers["/"] = answer
    first = fetcher.fetch(site.url("/"))
    assert fetcher.fetch(site.url("/"), kept=first) is first
    assert heard == [(None, None), ('"mot"', "Mon, 02 Nov 2026 01:00:00 GMT")]


def test_a_304_nobody_asked_for_is_an_error(site: Site, fetcher: GuardedFetcher) -> None:
    """Without a page that was kept, "not modified" is no page."""
    site.answers["/"] = lambda handler: handler.say(304, {})
    assert refusal(fetcher, site.url("/")).details["status"] == 304


# Limits


def _endless(block: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.say(200, {"Content-Type": "text/html"})
        for _ in range(2000):
            handler.server.sent += handler.wfile.write(block)

    return answer


def test_a_page_that_does_not_end_is_cut_off(site: Site, fetcher: GuardedFetcher) -> None:
    """A stream past the limit is refused while it still comes, not after it."""
    site.answers["/"] = _endless(b"<p>spam</p>" * 10_000)
    assert refusal(fetcher, site.url("/")).code == "fetch.too_large"
    assert site.sent < 10 * LIMIT


def test_a_page_of_exactly_the_limit_is_taken(site: Site, fetcher: GuardedFetcher) -> None:
    """The limit itself is allowed, one byte more is not."""
    site.answers["/most"] = page("text/html", b"a" * LIMIT)
    site.answers["/more"] = page("text/html", b"a" * (LIMIT + 1))
    assert len(fetcher.fetch(site.url("/most")).body) == LIMIT
    assert refusal(fetcher, site.url("/more")).code == "fetch.too_large"


def test_a_small_answer_that_unpacks_to_a_big_one_is_refused(site: Site, fetcher: GuardedFetcher) -> None:
    """The limit holds for what comes out of the packing: 100 MB in 100 kB are refused."""
    bomb = gzip.compress(b"\0" * 100_000_000, 9)
    assert len(bomb) < 150_000
    site.answers["/"] = lambda handler: handler.say(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, bomb)
    assert refusal(fetcher, site.url("/")).code == "fetch.too_large"


def test_damaged_packing_is_an_unreachable_page(site: Site, fetcher: GuardedFetcher) -> None:
    """An answer that cannot be unpacked is an error in words."""
    site.answers["/"] = lambda handler: handler.say(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"no gzip at all")
    assert refusal(fetcher, site.url("/")).code == "fetch.unreachable"


def test_a_page_cut_short_is_an_unreachable_page(site: Site, fetcher: GuardedFetcher) -> None:
    """An answer that ends before its announced length is not taken for a whole page."""
    site.answers["/"] = lambda handler: handler.say(200, {"Content-Type": "text/html", "Content-Length": "5000"}, HTML.encode())
    assert refusal(fetcher, site.url("/")).code == "fetch.unreachable"


def test_a_bomb_of_500_mebibytes_is_cut_off(site: Site, fetcher: GuardedFetcher) -> None:
    """Half a gibibyte of nothing in half a megabyte is given up at ten megabytes, and takes no more memory than that."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(500)) + packer.flush()
    site.answers["/"] = lambda handler: handler.say(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, bomb)
    tracemalloc.start()
    assert refusal(fetcher, site.url("/")).code == "fetch.too_large"
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "deflate", "raw deflate"])
def test_packed_pages_are_unpacked(site: Site, fetcher: GuardedFetcher, packing: str) -> None:
    """Each packing in use gives the page; deflate has two forms."""
    packer = zlib.compressobj(9, zlib.DEFLATED, {"deflate": 15, "raw deflate": -15}.get(packing, 31))
    packed = packer.compress(HTML.encode()) + packer.flush()
    site.answers["/"] = lambda handler: handler.say(200, {"Content-Type": "text/html", "Content-Encoding": packing.removeprefix("raw ")}, packed)
    assert fetcher.fetch(site.url("/")).body == HTML.encode()


@pytest.mark.parametrize(("packing", "spoil"), [("gzip", 12), ("br", 0)])
def test_packing_that_cannot_be_undone_is_an_error(site: Site, fetcher: GuardedFetcher, packing: str, spoil: int) -> None:
    """A page cut short inside its packing is not taken for whole, and one packed in an unknown way is not read."""
    site.answers["/"] = lambda handler: handler.say(200, {"Content-Type": "text/html", "Content-Encoding": packing}, gzip.compress(HTML.encode())[: -spoil or None])
    assert refusal(fetcher, site.url("/")).code == "fetch.unreachable"


def _drip(handler: Handler) -> None:
    handler.say(200, {"Content-Type": "text/html"})
    _slowly(handler, b"a")


def _drip_head(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _slowly(handler, b"a")


def _slowly(handler: Handler, byte: bytes) -> None:
    while not select.select([handler.connection], [], [], 0.2)[0]:  # until the client hangs up
        handler.server.sent += handler.wfile.write(byte)


@pytest.mark.parametrize("drip", [_drip, _drip_head], ids=["body", "head"])
def test_a_slow_drip_ends_at_the_deadline(site: Site, drip: Answer) -> None:
    """A head or a page that comes byte by byte, each in time, is given up when the whole of it takes too long."""
    ticks = itertools.count(0.0, 2.0)
    site.answers["/"] = drip
    error = refusal(GuardedFetcher(frozenset({site.host}), clock=lambda: next(ticks)), site.url("/"))
    assert error.code == "fetch.too_slow"
    assert site.sent <= 12


def test_a_stalled_name_server_ends_at_the_deadline() -> None:
    """Resolving has no time limit of its own; the fetch has."""
    ticks = itertools.count(0.0, 19.9)
    done = threading.Event()
    error = refusal(GuardedFetcher(clock=lambda: next(ticks), resolver=lambda *_, **__: done.wait(30)), "http://tin.bao.example/")
    done.set()
    assert error.code == "fetch.too_slow"


# Who may be asked


HOSTILE = (
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://0/", "http://localhost./", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://tin.bao.example/", "http://hai.bao.example/",
    "file:///etc/passwd", "http://vnexpress.net@127.0.0.1/", "http://１２７.0.0.1/",
)  # fmt: skip
"""The eighteen kinds of address that fooled fetchers before; the two names are answered by a hostile name server."""

_ANSWERS = {"localhost.": ["127.0.0.1", "::1"], "tin.bao.example": ["127.0.0.1"], "hai.bao.example": ["93.184.216.34", "10.0.0.1"], "doi.bao.example": ["93.184.216.34"]}


class Recorder:
    """Stands in the place of every connection: notes where it would go, and lets none through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.targets: list[str] = []
        monkeypatch.setattr(socket.socket, "connect", self._connect)
        monkeypatch.setattr(socket.socket, "connect_ex", self._connect)

    def _connect(self, address: tuple[str, int]) -> int:
        self.targets.append(address[0])
        raise ConnectionRefusedError


def hostile_names(host: str | bytes, port: object, *_: object, **__: object) -> list[object]:
    """Answer as a hostile name server does; another name is its own address, or the system's business."""
    name = host.decode() if isinstance(host, bytes) else host
    addresses = _ANSWERS.get(name) or [str(entry[4][0]) for entry in socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)]
    return [(socket.AF_INET6 if ":" in str(a) else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_addresses_are_refused_without_a_packet(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Each is refused with its own code, and nothing at all is connected to."""
    recorder = Recorder(monkeypatch)
    assert refusal(GuardedFetcher(resolver=hostile_names), url).code == "fetch.refused"
    assert recorder.targets == []


def test_a_name_that_changes_its_address_reaches_only_the_vetted_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that gives a public address first and loopback afterwards is asked once: only the first address is connected to."""
    recorder = Recorder(monkeypatch)
    asked: list[object] = []

    def changing(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return hostile_names("doi.bao.example" if len(asked) == 1 else "tin.bao.example", port)

    assert refusal(GuardedFetcher(resolver=changing), "http://doi.bao.example/").code == "fetch.unreachable"
    assert (set(recorder.targets), len(asked)) == ({"93.184.216.34"}, 1)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://0.0.0.0/", "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/", "http://[fd00::1]/", "http://[fe80::1]/", "http://0x7f.1/",
     "http://nguoi:khoa@bao.example/", "ftp://bao.example/", "http:///", "http://bao.example:22/"],
)  # fmt: skip
def test_places_that_are_not_public_are_refused(url: str) -> None:
    """Private and special addresses, credentials, other ports and other schemes are refused, each in a sentence."""
    assert refusal(GuardedFetcher(), url).code == "fetch.refused"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/secret", "http://tin.bao.example/", "file:///etc/passwd", "http://a:b@bao.example/", "//localhost/", "http://doi.bao.example:8080/"]
)
def test_a_redirect_into_a_private_place_is_refused(monkeypatch: pytest.MonkeyPatch, site: Site, target: str) -> None:
    """Every hop is vetted as the first address was: a public site cannot send us inside."""
    place_in_public(monkeypatch, site)
    site.answers["/"] = lambda handler: handler.say(302, {"Location": target})
    error = refusal(GuardedFetcher(resolver=hostile_names), "http://doi.bao.example/")
    assert (error.code, site.asked) == ("fetch.refused", ["/"])


def test_a_public_site_is_fetched_through_the_guard(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """The guard lets a public site through, by the name it was asked for."""
    place_in_public(monkeypatch, site)
    site.answers["/"] = page("text/html")
    assert GuardedFetcher(resolver=hostile_names).fetch("http://doi.bao.example/").body == HTML.encode()


def place_in_public(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """Let a site on loopback answer for a public address, as far as this process can tell."""
    connect, peer = socket.socket.connect, socket.socket.getpeername

    def redirected(self: socket.socket, address: tuple[str, int]) -> None:
        connect(self, ("127.0.0.1", site.server_address[1]) if address[0] == "93.184.216.34" else address)

    def pretended(self: socket.socket) -> object:
        return ("93.184.216.34", 80) if peer(self)[1] == site.server_address[1] else peer(self)

    monkeypatch.setattr(socket.socket, "connect", redirected)
    monkeypatch.setattr(socket.socket, "getpeername", pretended)


def test_an_allowance_is_for_its_port_only(site: Site) -> None:
    """Allowing one service of a host does not allow another one on it."""
    with running() as other:
        other.answers["/"] = page("text/html")
        assert refusal(GuardedFetcher(frozenset({site.host})), other.url("/")).code == "fetch.refused"
        assert other.asked == []


def test_an_allowance_without_port_is_for_the_host(site: Site) -> None:
    """A host that is allowed by its name alone may be asked at any port, in any case of letters."""
    site.answers["/"] = page("text/html")
    port = site.server_address[1]
    assert GuardedFetcher(frozenset({"LocalHost"})).fetch(f"http://LOCALHOST:{port}/").body == HTML.encode()


def test_an_allowance_may_name_the_usual_port(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """``host:80`` allows ``http://host/``, which means the same place."""
    _resolve_to(monkeypatch, "cms.bao.example", site.server_address[1])
    site.answers["/"] = page("text/html")
    assert GuardedFetcher(frozenset({"cms.bao.example:80"})).fetch("http://cms.bao.example/").body == HTML.encode()


def test_a_public_name_for_a_private_place_is_refused_unasked(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """A name that looks public and resolves to loopback is refused with no connection made; a client without guard makes one."""
    _resolve_to(monkeypatch, "tin.bao.example", site.server_address[1])
    site.answers["/"] = page("text/html")
    accepted = _connections(monkeypatch, site)
    assert refusal(GuardedFetcher(), "http://tin.bao.example/").code == "fetch.refused"
    assert accepted == []
    assert httpx.get("http://tin.bao.example/", trust_env=False).status_code == 200
    assert len(accepted) == 1


def _connections(monkeypatch: pytest.MonkeyPatch, site: Site) -> list[object]:
    """List the connections that a site's socket accepts from now on."""
    accepted: list[object] = []
    accept = site.get_request

    def noting() -> object:
        request = accept()
        accepted.append(request[1])
        return request

    monkeypatch.setattr(site, "get_request", noting)
    return accepted


def _resolve_to(monkeypatch: pytest.MonkeyPatch, name: str, port: int) -> None:
    """Let the system's resolver give a loopback service for a name, as a hostile name server would."""
    system = socket.getaddrinfo

    def resolver(host: str | bytes, *rest: object, **options: object) -> object:
        if (host.decode() if isinstance(host, bytes) else host) == name:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return system(host, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)


def test_a_name_that_does_not_exist_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without an address is an error of the connection, not a refusal."""

    def resolver(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert refusal(GuardedFetcher(), "http://khong-co.bao.example/").code == "fetch.unreachable"


def test_a_closed_port_is_unreachable() -> None:
    """A refused connection is an error in words."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        assert refusal(GuardedFetcher(frozenset({host})), f"http://{host}/").code == "fetch.unreachable"


@pytest.mark.parametrize("url", ["http://[::1", "http://a b/", "http://bao.example:99999/", "http://" + "a" * 300 + ".example/", "http://bao.example/\0"], ids=ascii)
def test_what_is_no_address_is_refused(url: str) -> None:
    """A malformed address is an error of the fetch, not a crash."""
    with pytest.raises(FetchFailed):
        GuardedFetcher().fetch(url)


def test_a_proxy_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, site: Site, fetcher: GuardedFetcher) -> None:
    """The environment's proxy does not see what a newsroom reads: it would resolve names unguarded."""
    with running() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        site.answers["/"] = page("text/html")
        fetcher.fetch(site.url("/"))
        assert refusal(GuardedFetcher(), "http://10.0.0.1/").code == "fetch.refused"
        assert proxy.asked == []
