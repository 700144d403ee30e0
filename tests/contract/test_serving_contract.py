"""One contract for whoever serves an output folder: ``audiopub serve``, and nginx and Caddy with the files of ``examples``."""

import gzip
import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.web_servers import SERVERS, program

CANNOT = {
    ("caddy", "links"): "its file_server follows links wherever they lead, and has no setting for it",
    ("caddy", "odd names"): "a name that no file can have is an error 500 to its file_server",
    ("caddy", "empty suffix"): "Go's http.ServeContent answers the last 0 bytes with 206",
    ("caddy", "units"): "Go's http.ServeContent answers another unit than bytes with 416",
    ("caddy", "two forms"): "Caddy 2.6 gives the compressed form the tag of the plain one",
    ("caddy", "combined"): "Caddy's log is JSON",
    ("caddy", "fine tags"): "its tag is the second of change and the size",
    ("nginx", "fine tags"): "its tag is the second of change and the size",
    ("caddy", "refusals uncached"): "Go's http.ServeContent leaves the file's Cache-Control on a 416",
    ("nginx", "refusals uncached"): "the answer turns into a 416 after its headers were made",
    ("caddy", "front"): "only audiopub serve makes up a front page",
    ("nginx", "front"): "only audiopub serve makes up a front page",
}
"""What a server cannot do, and why; the contract asks it of the others."""

AUDIO = bytes(range(256)) * 300
LONG = "điểm tin " * 500
KINDS = {
    "feed.xml": ("application/rss+xml; charset=utf-8", "max-age=300"), "feed-2.xml": ("application/rss+xml; charset=utf-8", "max-age=300"),
    "sitemap.xml": ("application/xml; charset=utf-8", "max-age=300"), "index.html": ("text/html; charset=utf-8", "max-age=300"),
    "a.html": ("text/html; charset=utf-8", "max-age=300"), "a.embed.html": ("text/html; charset=utf-8", "max-age=300"),
    "a.vtt": ("text/vtt; charset=utf-8", "max-age=300"), "a.srt": ("application/x-subrip; charset=utf-8", "max-age=300"),
    "a.chapters.json": ("application/json+chapters", "max-age=300"), "a.transcript.json": ("application/json", "max-age=300"),
    "a.segments.json": ("application/json", "max-age=300"), "a.oembed.json": ("application/json", "max-age=300"), "a.json": ("application/json", "max-age=300"),
    "a.script.tsv": ("text/tab-separated-values; charset=utf-8", "max-age=300"), "robots.txt": ("text/plain; charset=utf-8", "max-age=300"),
    "style.css": ("text/css; charset=utf-8", "max-age=300"), "audiopub-player.js": ("text/javascript; charset=utf-8", "max-age=300"),
    "feed.xsl": ("text/xsl; charset=utf-8", "max-age=300"), "icon.svg": ("image/svg+xml", "max-age=300"),
    "cover.jpg": ("image/jpeg", "max-age=86400"), "a.png": ("image/png", "max-age=86400"), "be.woff2": ("font/woff2", "max-age=86400"),
    "a-89abcdef.mp3": ("audio/mpeg", "max-age=86400"), "a-89abcdef.m4b": ("audio/mp4", "max-age=86400"), "a-89abcdef.opus": ("audio/ogg", "max-age=86400"),
    "style-01234567.css": ("text/css; charset=utf-8", "public, max-age=31536000, immutable"),
    "player-89abcdef.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    "be-89abcdef.woff2": ("font/woff2", "public, max-age=31536000, immutable"), "cover-89abcdef.jpg": ("image/jpeg", "public, max-age=31536000, immutable"),
    "cho-phien-b29242.png": ("image/png", "max-age=86400"), "bao-20261117.html": ("text/html; charset=utf-8", "max-age=300"),
}  # fmt: skip
"""Every kind of file: its type, and how long it may be kept."""

BINARY = (".mp3", ".m4b", ".opus", ".jpg", ".png", ".woff2")


@dataclass(frozen=True, kw_only=True)
class Site:
    """A folder and who serves it."""

    server: str
    folder: Path
    home: Path
    port: int
    client: httpx.Client

    def needs(self, ability: str) -> None:
        """Skip for a server that cannot do it, and say why."""
        if reason := CANNOT.get((self.server, ability)):
            pytest.skip(f"{self.server}: {reason}")

    def get(self, name: str, **headers: str) -> httpx.Response:
        """Ask for a file of the show, uncompressed."""
        return self.client.get(f"/ban-tin/{name}", headers={"Accept-Encoding": "identity", **headers})

    def raw(self, path: str) -> tuple[int, bytes]:
        """Ask for a path exactly as written, which clients would tidy first; give the status and all that came."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: line.recv(65_536), b""))
        return int(answer.split()[1]) if answer else 0, answer


@pytest.fixture(scope="module", params=SERVERS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a folder that holds every kind of file."""
    if request.param != "audiopub" and not program(request.param):
        pytest.skip(f"{request.param} is not installed")
    home = tmp_path_factory.mktemp(request.param)
    folder = home / "output"
    _fill(folder)
    with SERVERS[request.param](folder, home) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
        yield Site(server=request.param, folder=folder, home=home, port=port, client=client)


def _fill(folder: Path) -> None:
    show = folder / "ban-tin"
    (folder / "k").mkdir(parents=True)
    (show / "khong").mkdir(parents=True)
    for name in KINDS:
        (show / name).write_bytes(AUDIO if name.endswith(BINARY) else LONG.encode())
    for name in ("bo.html", "bo.mp3", "bo.vtt"):
        (show / f"{name}.gone").touch()
    (folder / "k" / "bo.mp3.gone").touch()
    (show / "con.html").write_text("still there", encoding="utf-8")
    (show / "con.html.gone").touch()
    (show / "410.html").write_text("<p>Đã gỡ", encoding="utf-8")
    for place in (folder.parent / "secret", folder / ".secret", show / ".secret", show / ".an" / "feed.xml"):
        place.parent.mkdir(exist_ok=True)
        place.write_text("a secret", encoding="utf-8")
    (show / "ra.txt").symlink_to(folder.parent / "secret")
    (show / "ra").symlink_to(folder.parent)
    (show / "an.txt").symlink_to(show / ".secret")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=1000-1999", 1000, 1999), ("bytes=0-0", 0, 0), ("bytes=-500", -500, -1), ("bytes=5000-", 5000, -1), ("bytes=5000-99999999", 5000, -1),
     ("bytes=-99999999", 0, -1), ("bytes=0-9,99999999-", 0, 9)],
)  # fmt: skip
def test_one_range(site: Site, asked: str, first: int, last: int) -> None:
    """A range from the front, to the end or of the last bytes comes as 206 with exactly those bytes; of two, the one that can be had."""
    first, last = first % len(AUDIO), last % len(AUDIO)
    answer = site.get("a-89abcdef.mp3", Range=asked)
    assert (answer.status_code, answer.content) == (206, AUDIO[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(AUDIO)}"
    assert (answer.headers["content-length"], answer.headers["content-type"]) == (str(last - first + 1), "audio/mpeg")


def test_several_ranges(site: Site) -> None:
    """Two ranges come as one multipart answer with both, each with its place."""
    answer = site.get("a-89abcdef.mp3", Range="bytes=0-49,1000-1099")
    kind, _, boundary = answer.headers["content-type"].partition("; boundary=")
    parts = [part.split(b"\r\n\r\n", 1) for part in answer.content.split(b"--" + boundary.encode())[1:-1]]
    assert (answer.status_code, kind, int(answer.headers["content-length"])) == (206, "multipart/byteranges", len(answer.content))
    assert [body[:-2] for _, body in parts] == [AUDIO[:50], AUDIO[1000:1100]]
    assert [re.findall(rb"bytes [\d/-]+", head) for head, _ in parts] == [[b"bytes 0-49/76800"], [b"bytes 1000-1099/76800"]]


@pytest.mark.parametrize("asked", [f"bytes={len(AUDIO)}-", "bytes=99999999-99999999999", "bytes=-0", "bytes=99999999-,88888888-"])
def test_no_range_that_exists(site: Site, asked: str) -> None:
    """Where nothing of what is asked exists, the answer is 416 with the length of the file."""
    if asked == "bytes=-0":
        site.needs("empty suffix")
    answer = site.get("a-89abcdef.mp3", Range=asked)
    assert (answer.status_code, answer.headers.get("content-range")) == (416, f"bytes */{len(AUDIO)}")
    site.needs("refusals uncached")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=a-b", "bytes=", "bytes=1_0-2_0", "bytes=--5", "bytes=" + "0-," * 2000])
def test_a_range_that_makes_no_sense(site: Site, asked: str) -> None:
    """A range that cannot be read gives the whole file or a refusal, never a piece."""
    assert site.get("a-89abcdef.mp3", Range=asked).status_code in {200, 400, 416}


def test_another_unit(site: Site) -> None:
    """A range in a unit that nobody knows is ignored."""
    site.needs("units")
    assert site.get("a-89abcdef.mp3", Range="seconds=1-2").content == AUDIO


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_if_range(site: Site, validator: str) -> None:
    """A range of the same file comes as a range, of a file that changed as the whole file."""
    fresh = site.get("a-89abcdef.mp3").headers[validator]
    stale = '"0-0"' if validator == "etag" else "Thu, 01 Jan 2015 00:00:00 GMT"
    assert site.get("a-89abcdef.mp3", Range="bytes=0-9", **{"If-Range": fresh}).content == AUDIO[:10]
    answer = site.get("a-89abcdef.mp3", Range="bytes=0-9", **{"If-Range": stale})
    assert (answer.status_code, answer.content) == (200, AUDIO)
    assert site.get("a-89abcdef.mp3", Range="bytes=99999999-", **{"If-Range": stale}).status_code == 200


@pytest.mark.parametrize("name", ["a-89abcdef.mp3", "feed.xml", "a.html"])
def test_head(site: Site, name: str) -> None:
    """HEAD gives the headers of GET, the true length and no body; of a range too."""
    for headers in ({"Accept-Encoding": "identity"}, {"Accept-Encoding": "identity", "Range": "bytes=5-9"}):
        head, whole = (site.client.request(method, f"/ban-tin/{name}", headers=headers) for method in ("HEAD", "GET"))
        assert head.content == b""
        assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("name", ["a-89abcdef.mp3", "feed.xml", "a.html"])
def test_not_modified(site: Site, name: str, coding: str) -> None:
    """Whoever shows either validator hears 304, with the headers a cache refreshes, and gets nothing."""
    answer = site.get(name, **{"Accept-Encoding": coding})
    for given, asked in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")):
        again = site.get(name, **{"Accept-Encoding": coding, asked: answer.headers[given]})
        assert (again.status_code, again.content) == (304, b"")
        kept = ("cache-control", "access-control-allow-origin")
        assert [again.headers[header] for header in kept] == [answer.headers[header] for header in kept]
    assert site.get(name, **{"If-None-Match": '"0"', "If-Modified-Since": answer.headers["last-modified"]}).status_code == 200
    assert site.get(name, **{"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}).status_code == 200


def test_tags_change_with_the_file(site: Site) -> None:
    """A file that is put anew has another tag, even in the same second and of the same length."""
    place = site.folder / "ban-tin" / "moi.txt"
    tags = []
    for content in ("một", "mật", "mật ong"):
        aside = place.with_suffix(".aside")
        aside.write_text(content, encoding="utf-8")
        os.utime(aside, (1_700_000_000, 1_700_000_000))
        aside.replace(place)
        tags.append(site.get("moi.txt").headers["etag"])
    assert tags[1] != tags[2]
    site.needs("fine tags")
    assert len(set(tags)) == 3


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file(site: Site, name: str) -> None:
    """Every kind of file has its type and its time to be kept, may be used by players elsewhere, and comes whole."""
    answer = site.get(name, Origin="https://bao.example")
    kind, kept = KINDS[name]
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, kind, kept)
    assert (answer.headers["access-control-allow-origin"], answer.headers["x-content-type-options"]) == ("*", "nosniff")
    assert answer.content == (site.folder / "ban-tin" / name).read_bytes()
    assert answer.headers.get("cross-origin-resource-policy") == (None if name.endswith(".html") else "cross-origin")
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("name", KINDS)
def test_compression(site: Site, name: str) -> None:
    """Text is compressed for those who take it and says so to caches; nothing else ever is."""
    with site.client.stream("GET", f"/ban-tin/{name}", headers={"Accept-Encoding": "gzip, br"}) as answer:
        body = b"".join(answer.iter_raw())
    if name.endswith(BINARY):
        assert ("content-encoding" in answer.headers, body) == (False, AUDIO)
        return
    assert (answer.headers["content-encoding"], gzip.decompress(body)) == ("gzip", LONG.encode())
    varies = {"accept", "accept-encoding"} if name.startswith("feed") and name.endswith(".xml") else {"accept-encoding"}
    for headers in (site.get(name).headers, answer.headers):
        assert {said.strip().lower() for said in headers["vary"].split(",")} == varies
    assert site.client.get(f"/ban-tin/{name}", headers={"Accept-Encoding": "gzip;q=0"}).headers.get("content-encoding") is None


@pytest.mark.parametrize("name", ["feed.xml", "feed-2.xml"])
def test_a_feed_in_a_browser(site: Site, name: str) -> None:
    """Whoever takes HTML gets the feed as XML, which a browser shows by its style sheet; apps and other files are not touched."""
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert site.get(name, Accept=browser).headers["content-type"] == "text/xml; charset=utf-8"
    assert site.get(name, Accept="application/rss+xml, */*;q=0.1").headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert site.get("sitemap.xml", Accept=browser).headers["content-type"] == "application/xml; charset=utf-8"
    assert site.get(name, Accept=browser, **{"Accept-Encoding": "identity"}).content == LONG.encode()


def test_two_forms_have_two_tags(site: Site) -> None:
    """The compressed form does not claim to be the plain one byte for byte: a range of one would continue the other."""
    site.needs("two forms")
    packed, plain = (site.get("feed.xml", **{"Accept-Encoding": coding}).headers["etag"] for coding in ("gzip", "identity"))
    assert packed.startswith("W/") or packed != plain


def test_a_range_of_text(site: Site) -> None:
    """A range of a text counts the bytes of the file; who takes gzip gets that range, or the whole."""
    assert site.get("feed.xml", Range="bytes=10-1999").content == LONG.encode()[10:2000]
    answer = site.get("feed.xml", Range="bytes=10-1999", **{"Accept-Encoding": "gzip"})
    assert answer.content == (LONG.encode()[10:2000] if answer.status_code == 206 else LONG.encode())


@pytest.mark.parametrize(("name", "frames"), [("", "'self'"), ("index.html", "'self'"), ("a.html", "'self'"), ("a.embed.html", "*")])
def test_pages(site: Site, name: str, frames: str) -> None:
    """Pages forbid foreign and inline scripts; only player pages may stand in frames of other sites."""
    answer = site.get(name)
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert (rules["default-src"], rules["script-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'", "'self'", "'none'", frames)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize("path", ["/ban-tin/bo.html", "/ban-tin/bo.mp3", "/ban-tin/bo.vtt", "/ban-tin/con.html", "/k/bo.mp3"])
def test_withdrawn(site: Site, path: str) -> None:
    """What was withdrawn is gone, by the page of its folder or in a sentence, even where the file is still there; caches hear of it soon."""
    answer = site.client.get(path, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.headers["cache-control"]) == (410, "max-age=300")
    assert ("Đã gỡ" if path.startswith("/ban-tin") else "This was withdrawn by its publisher.") in answer.text
    assert answer.headers["content-type"].startswith("text/html" if path.startswith("/ban-tin") else "text/plain")
    head = site.client.head(path)
    assert (head.status_code, head.content) == (410, b"")
    assert site.client.get(f"{path}.gone").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/.secret", "/ban-tin/.secret", "/ban-tin/.an/feed.xml", "/%2esecret", "/ban-tin/%2Esecret", "/ban-tin/.secret/", "/./.secret", "/%2e%2e/secret", "/..%2fsecret",
        "/%2e%2e%2fsecret", "/..%5csecret", "/%5c..%5csecret", "/../secret", "/ban-tin/../../secret", "/ban-tin/%2e%2e/%2e%2e/secret", "/ban-tin/..%252f..%252fsecret",
        "//etc/passwd", "///etc/passwd", "/ban-tin//etc/passwd", "/%2fetc/passwd", "/ban-tin/feed.xml%00.html", "/nichts", "/ban-tin/nichts.mp3", "/ban-tin/feed.xml/",
        "/ban-tin/a-89abcdef.mp3/", "/ban-tin/khong/", "/C:%5cWindows%5cwin.ini", "/ban-tin/" + "a" * 5000, "/ban-tin/%ff%fe", "/ban-tin/feed.xml/../../../secret",
    ],
)  # fmt: skip
def test_closed_doors(site: Site, path: str) -> None:
    """Hidden files, paths out of the folder in any spelling, folders without a page and what is not there are refused, and never kept as found."""
    status, answer = site.raw(path)
    assert b"a secret" not in answer and b"root:" not in answer and b"max-age" not in answer.lower()
    if status == 500:
        site.needs("odd names")
    assert status in {400, 404}


@pytest.mark.parametrize("name", ["ra.txt", "ra/secret", "an.txt"])
def test_links_lead_nowhere(site: Site, name: str) -> None:
    """A link out of the folder, or to a hidden file, is not there."""
    site.needs("links")
    answer = site.get(name)
    assert (answer.status_code, b"secret" in answer.content) == (404, False)


@pytest.mark.parametrize("path", ["/ban-tin", "//ban-tin", "/ban-tin?from=feed"])
def test_a_folder_without_its_slash(site: Site, path: str) -> None:
    """A folder's address leads to the one with the slash, on this host whatever was asked."""
    _, answer = site.raw(path)
    assert re.search(rb"^HTTP/1.1 30[18] .*\r\n[Ll]ocation: /ban-tin/(\?from=feed)?\r\n", answer, re.DOTALL)
    assert site.get("").text == LONG


def test_the_front(site: Site) -> None:
    """The root of a site with one show leads to its page."""
    site.needs("front")
    assert site.client.get("/").headers["location"] == "/ban-tin/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_for_reading(site: Site, method: str) -> None:
    """Other methods than GET and HEAD are refused, and the answer says which are taken."""
    answer = site.client.request(method, "/ban-tin/feed.xml", content=b"x" * 10_000)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_slow_and_broken_clients_hurt_nobody(site: Site) -> None:
    """Clients that send half a request, read nothing, send nonsense or leave in the middle do not keep others waiting."""
    beginnings = (b"GET /ban-tin/a-89abcdef.mp3 HT", b"GET /ban-tin/a-89abcdef.mp3 HTTP/1.1\r\nHost: x\r\n\r\n" * 30, b"\x16\x03\x01\x00nonsense\r\n\r\n", b"")
    lines = [socket.create_connection(("127.0.0.1", site.port), timeout=20) for _ in range(80)]
    try:
        for number, line in enumerate(lines):
            line.sendall(beginnings[number % 4])
        for line in lines[1::8]:
            line.close()
        began = time.monotonic()
        assert all(site.get("a-89abcdef.mp3").content == AUDIO for _ in range(10))
        assert time.monotonic() - began < 10
    finally:
        for line in lines:
            line.close()


def test_small_answers_do_not_wait(site: Site) -> None:
    """Answers on one connection do not wait for the client's delayed acknowledgement, which takes 40 ms each time."""
    times = []
    for _ in range(30):
        began = time.perf_counter()
        site.get("a-89abcdef.mp3", Range="bytes=0-999")
        times.append(time.perf_counter() - began)
    assert sorted(times)[15] < 0.03


def test_access_log(site: Site) -> None:
    """Each answer is a line in the combined format, with the asked and the given range behind; nothing asked can forge a line."""
    site.needs("combined")
    site.client.get("/ban-tin/a-89abcdef.mp3?log", headers={"Range": "bytes=0-99,99999999-", "User-Agent": 'App "1" \\x', "Referer": "https://bao.example/"})
    site.get("nichts?log")
    lines: list[str] = []
    for _ in range(100):
        if len(lines) == 2:
            break
        time.sleep(0.05)
        lines = [line for line in (site.home / "access.log").read_text(encoding="utf-8").splitlines() if "?log " in line]
    lines.sort(key=lambda line: "nichts" in line)  # a line is written when the answer is over and done with, not when the client has it
    first = re.fullmatch(r'127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "(.*)" 206 100 "(.*)" "(.*)" "(.*)" "(.*)"', lines[0])
    assert first
    assert first.groups() == ("GET /ban-tin/a-89abcdef.mp3?log HTTP/1.1", "https://bao.example/", r"App \x221\x22 \x5Cx", "bytes=0-99,99999999-", "bytes 0-99/76800")
    assert re.search(r'" 404 \d+ "-" "[^"]+" "-" "-"$', lines[1])


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_page_shows_the_files(name: str) -> None:
    """docs/serving.md shows the files of ``examples`` as they are."""
    root = Path(__file__).parents[2]
    assert (root / "examples" / name).read_text(encoding="utf-8") + "```\n" in (root / "docs" / "serving.md").read_text(encoding="utf-8")
