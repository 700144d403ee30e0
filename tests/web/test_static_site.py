"""The served folder over real HTTP: ranges, validators, types, compression, closed doors."""

import gzip
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest

from audiopub.adapters.static_site import static_site

TEXTS = ("", "feed.xml", ".vtt", ".srt", ".chapters.json", ".script.tsv", ".json", ".html", "style.css", "player.js")
TYPES = {
    "feed.xml": "application/rss+xml; charset=utf-8", ".mp3": "audio/mpeg", ".vtt": "text/vtt; charset=utf-8", ".srt": "application/x-subrip; charset=utf-8",
    ".chapters.json": "application/json+chapters", ".json": "application/json", ".html": "text/html; charset=utf-8", "index.html": "text/html; charset=utf-8",
    ".png": "image/png", "cover.jpg": "image/jpeg", "style.css": "text/css; charset=utf-8", ".script.tsv": "text/tab-separated-values; charset=utf-8",
}  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Give a client that keeps to what it is told."""
    with httpx.Client(trust_env=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def audio(site) -> tuple[str, bytes]:
    """Give an MP3's address and bytes."""
    return site.url(site.episodes[0].audio), site.file(site.episodes[0].audio).read_bytes()


def _name(site, ending: str) -> str:
    """Give the full name of a file of the first episode, or of the show."""
    if ending == ".mp3":
        return site.episodes[0].audio
    return site.episodes[0].file(ending) if ending.startswith(".") else ending


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=1000-1999", 1000, 1999), ("bytes=0-0", 0, 0), ("bytes=-500", -500, -1), ("bytes=5000-", 5000, -1), ("bytes=5000-99999999", 5000, -1)],
)
def test_single_range(client, audio, asked, first, last):
    """One range, from the front, to the end or of the last bytes, comes as 206 with exactly those bytes."""
    url, body = audio
    first, last = first % len(body), last % len(body)
    answer = client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, body[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(body)}"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert answer.headers["content-type"] == "audio/mpeg"


def test_range_past_the_end(client, audio):
    """A range that begins past the end is answered with 416 and the length."""
    url, body = audio
    answer = client.get(url, headers={"Range": f"bytes={len(body)}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(body)}")


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=a-b", "bytes=", "seconds=1-2"])
def test_senseless_range(client, audio, asked):
    """A range that makes no sense never breaks the server and never yields a piece."""
    assert client.get(audio[0], headers={"Range": asked}).status_code in {200, 400, 416}


def test_several_ranges(client, audio):
    """Two ranges come as one multipart answer that has both."""
    url, body = audio
    answer = client.get(url, headers={"Range": "bytes=0-49,1000-1099"})
    kind, _, boundary = answer.headers["content-type"].partition("; boundary=")
    parts = [part.split(b"\r\n\r\n", 1)[1] for part in answer.content.split(b"--" + boundary.encode())[1:-1]]
    assert (answer.status_code, kind) == (206, "multipart/byteranges")
    assert [part.rstrip(b"\r\n") for part in parts] == [body[:50].rstrip(b"\r\n"), body[1000:1100].rstrip(b"\r\n")]
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_if_range(client, audio):
    """A range of a file that has changed meanwhile comes as the whole file; of the same file as the range."""
    url, body = audio
    etag = client.head(url).headers["etag"]
    assert client.get(url, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    answer = client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (answer.status_code, answer.content) == (200, body)


@pytest.mark.parametrize("ending", [".mp3", "feed.xml", ".vtt", ".html"])
def test_head(client, site, ending):
    """HEAD gives the headers of GET, the true length, and no body."""
    url = site.url(_name(site, ending))
    plain = {"Accept-Encoding": "identity"}
    head, whole = client.head(url, headers=plain), client.get(url, headers=plain)
    assert (head.status_code, head.content) == (200, b"")
    differing = {name for name in {*head.headers, *whole.headers} - {"date"} if head.headers.get(name) != whole.headers.get(name)}
    assert differing == set()
    assert int(head.headers["content-length"]) == len(whole.content)


@pytest.mark.parametrize("ending", [".mp3", *TEXTS])
@pytest.mark.parametrize(("given", "asked"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")])
def test_not_modified(client, site, ending, given, asked):
    """A client that shows the validator it was given hears 304 and gets nothing, compressed or not."""
    url = site.url(_name(site, ending))
    answer = client.get(url)
    again = client.get(url, headers={asked: answer.headers[given]})
    assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.get(url, headers={"If-None-Match": '"another"'}).status_code == 200


def test_not_modified_keeps_its_headers(client, site):
    """A 304 repeats the caching headers and the validator, and claims no body."""
    url = site.url("feed.xml")
    answer = client.get(url)
    again = client.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert {name: again.headers.get(name) for name in ("etag", "cache-control", "vary")} == {name: answer.headers.get(name) for name in ("etag", "cache-control", "vary")}


@pytest.mark.parametrize(("ending", "kind"), TYPES.items())
def test_types(client, site, ending, kind):
    """Every kind of file has the type that podcast apps expect, text says UTF-8, and nothing may be sniffed."""
    answer = client.get(site.url(_name(site, ending)))
    assert (answer.status_code, answer.headers["content-type"], answer.headers["x-content-type-options"]) == (200, kind, "nosniff")


@pytest.mark.parametrize("ending", ["player.js"])
def test_script_type(client, site, ending):
    """The script has a type browsers run."""
    assert client.get(site.url(ending)).headers["content-type"].split(";")[0] in {"text/javascript", "application/javascript"}


@pytest.mark.parametrize("ending", TEXTS)
def test_text_is_compressed(client, site, ending):
    """Text is compressed for those who take it, tells caches so, and comes whole to those who do not."""
    url = site.url(_name(site, ending))
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.content == plain.content
    assert "content-encoding" not in plain.headers
    if len(plain.content) > 1000:
        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) < len(plain.content)
        assert all(answer.headers["vary"].endswith("Accept-Encoding") for answer in (packed, plain))


def test_compressed_bytes_are_the_file(client, site):
    """What travels is plain gzip of the very file."""
    with client.stream("GET", site.url("feed.xml"), headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(b"".join(answer.iter_raw())) == site.file("feed.xml").read_bytes()


@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-4999"}])
def test_audio_is_never_compressed(client, audio, asked):
    """Audio comes as the file is, whatever a client would take, so that ranges and lengths stay true."""
    answer = client.get(audio[0], headers={"Accept-Encoding": "gzip, br, deflate, zstd", **asked})
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["accept-ranges"] == "bytes"


def test_range_of_text_is_of_the_file(client, site):
    """A range of a text file counts the bytes of the file, never those of its compressed form."""
    answer = client.get(site.url("feed.xml"), headers={"Range": "bytes=10-1999", "Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content) == (206, site.file("feed.xml").read_bytes()[10:2000])


@pytest.mark.parametrize(
    "path",
    [
        "/.secret", "/ban-tin/.secret", "/.hidden/feed.xml", "/%2esecret", "/ban-tin/%2Esecret", "/ban-tin/.secret/", "/./.secret",
        "/%2e%2e/ban-tin.toml", "/..%2fban-tin.toml", "/%2e%2e%2fban-tin.toml", "/..%5cban-tin.toml", "/%5c..%5cban-tin.toml", "/../ban-tin.toml",
        "/ban-tin/../../ban-tin.toml", "/ban-tin/%2e%2e/%2e%2e/ban-tin.toml", "/ban-tin/..%252f..%252fban-tin.toml", "//etc/passwd", "///etc/passwd",
        "/ban-tin//etc/passwd", "/%2fetc/passwd", "/ban-tin/feed.xml%00.html", "/nichts", "/ban-tin/nichts.mp3", "/C:%5cWindows%5cwin.ini",
        "/ban-tin/" + "a" * 5000,
    ],
)  # fmt: skip
def test_closed_doors(site, path):
    """Hidden files, paths out of the folder in any spelling, and what is not there are all 404, and are not cached as found."""
    (site.folder / ".secret").write_text("secret", encoding="utf-8")
    (site.folder / "ban-tin" / ".secret").write_text("secret", encoding="utf-8")
    (site.folder / ".hidden").mkdir(exist_ok=True)
    (site.folder / ".hidden" / "feed.xml").write_text("secret", encoding="utf-8")
    status, head, body = _raw(site.origin, path)
    assert status == 404
    assert b"secret" not in body
    assert b"root:" not in body
    assert b"max-age=86400" not in head


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(client, site, method):
    """The site is for reading only."""
    assert client.request(method, site.url("feed.xml")).status_code == 405


@pytest.mark.parametrize("ending", [".vtt", ".srt", ".chapters.json", "feed.xml", ".mp3"])
def test_players_elsewhere_may_read(client, site, ending):
    """Web players on other hosts may fetch transcripts, chapters, feed and audio."""
    answer = client.get(site.url(_name(site, ending)), headers={"Origin": "https://player.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("name", ["", "index.html", ".html"])
def test_pages_have_a_policy(client, site, name):
    """Every page forbids foreign and inline scripts."""
    policy = client.get(site.url(_name(site, name))).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert (rules["default-src"], rules["script-src"], rules["media-src"], rules["base-uri"]) == ("'none'", "'self'", "'self'", "'none'")
    assert "unsafe" not in policy


def test_front_leads_to_the_only_show(client, site):
    """The root of a site with one show leads to its page."""
    answer = client.get(site.origin + "/")
    assert answer.is_redirect
    assert urlsplit(answer.headers["location"]).path == f"/{site.slug}/"


def test_folder_without_its_slash(client, site):
    """A show's address without the slash at its end leads to its page."""
    answer = client.get(f"{site.origin}/{site.slug}", follow_redirects=True)
    assert (answer.status_code, answer.text) == (200, site.file("index.html").read_text(encoding="utf-8"))


def test_audio_comes_whole(client, audio):
    """A download is the file to the last byte, may be kept for a day, and is not made anew for each client."""
    url, body = audio
    answer = client.get(url)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(body).digest()
    assert answer.headers["cache-control"] == "max-age=86400"
    assert answer.headers["etag"] == client.get(url).headers["etag"]


@pytest.mark.outside
def test_outside_feed_check(site):
    """The feed, with everything it points to, passes the outside gate without a failure."""
    shared = os.environ.get("AUDIOPUB_SHARED")
    if not shared:
        pytest.skip("AUDIOPUB_SHARED names no folder of outside tools")
    tool = Path(shared) / "tools" / "feed_check.py"
    done = subprocess.run([sys.executable, str(tool), site.url("feed.xml"), "--self-any"], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "FAIL" not in done.stdout


def _raw(origin: str, path: str) -> tuple[int, bytes, bytes]:
    """Ask for a path exactly as written; clients would tidy it first."""
    port = urlsplit(origin).port or 80
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


def test_a_file_is_no_folder(client, site):
    """An address that goes on after a file is not there: relative links would break on the page it gave."""
    assert client.get(site.url("feed.xml") + "/").status_code == 404


def test_a_file_that_is_replaced_while_it_is_answered(tmp_path):
    """What is told of a file and what is sent are of one file, also where a correction puts another one in its place in between."""
    (tmp_path / "tap.mp3").write_bytes(b"a" * 1000)
    site: Any = static_site(tmp_path)
    files = site.routes[0].app
    scope = {"type": "http", "method": "GET", "path": "/tap.mp3", "root_path": "", "headers": [(b"range", b"bytes=0-1500")], "query_string": b""}
    told: list[dict[str, Any]] = []
    body: list[dict[str, Any]] = []

    async def receive():
        await anyio.sleep_forever()

    async def send(message):
        (told if message["type"] == "http.response.start" else body).append(message)

    async def ask():
        answer = await files.get_response("tap.mp3", scope)
        (tmp_path / "new").write_bytes(b"b" * 3000)
        (tmp_path / "new").replace(tmp_path / "tap.mp3")
        await answer(scope, receive, send)

    anyio.run(ask)
    headers = dict(told[0]["headers"])
    sent = b"".join(message["body"] for message in body)
    assert (int(headers[b"content-length"]), sent, headers[b"content-range"]) == (1501, b"b" * 1501, b"bytes 0-1500/3000")
