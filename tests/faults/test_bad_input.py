"""What people really give a command line: no article, no page, no show, no room. Nothing of it may reach a listener."""

import contextlib
import io
import json
import os
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from audiopub.adapters.memory import MemoryCache
from audiopub.audio import Pcm, silence
from audiopub.bootstrap import studio
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings, read_show
from audiopub.engines.silent import SilentEngine
from audiopub.errors import SpeechFailed
from audiopub.pipeline import render
from audiopub.source import Page, PageForm
from audiopub.speech import Engine, VoiceChain
from audiopub.units import Hertz, Samples
from tests.conftest import NOW
from tests.google_stand_in import Behaviour, dead_proxy, google_stand_in

SHOW = """\
title = "Bản tin thử"
description = "Tin bài của báo."
author = "Tòa soạn báo"
base_url = "http://127.0.0.1:8000"

[owner]
name = "Tòa soạn"
email = "toasoan@bao.example"

[voice]
chain = ["silent"]
"""
TITLE = "Chợ phiên họp sớm"
BODY = (
    "Sáng chủ nhật, người bán rau, người bán vải và người bán gà đã đến chợ từ khi trời còn tối. Năm nay sương xuống dày, đường lên bản trơn, nhưng "
    "hàng hóa vẫn về đủ. Ban quản lý chợ cho biết số gian hàng nhiều hơn mọi năm, giá cả không đổi, và nhà nào cũng bán hết trước buổi trưa. "
    "Người mua đến từ các xã bên, có người đi bộ ba tiếng đồng hồ chỉ để mua một con dao và gặp lại bạn cũ."
)
ENGLISH = "The market on the mountain opens before sunrise, and the people who sell there arrive in the middle of the night. " * 8
ARTICLE = f"{TITLE}\n\n{BODY}\n"


@dataclass(frozen=True)
class Run:
    """What one run of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Read standard output as the one JSON document it must be."""
        return json.loads(self.out)


Runner = Callable[..., Run]


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project folder with one show and one good article, and stand in it."""
    for name in [name for name in os.environ if name.startswith("AUDIOPUB_")]:
        monkeypatch.delenv(name)
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "ban-tin.toml").write_text(SHOW, encoding="utf-8")
    (tmp_path / "tot.txt").write_text(ARTICLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def audiopub(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> Runner:
    """Run the command line in the newsroom."""
    del newsroom  # only has to be where we stand

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        code = exit_code_of(main_group, arguments)
        return Run(code, *capsys.readouterr())

    return run


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a web server that has nothing but errors and pictures, and allow it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        host = f"127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("AUDIOPUB_ALLOW_HOSTS", host)
        yield f"http://{host}"
        server.shutdown()
        thread.join()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind, body = {"/anh.png": (200, "image/png", _png()), "/bai.txt": (200, "text/plain; charset=utf-8", ARTICLE.encode())}.get(
            self.path, (404, "text/html", b"<h1>404</h1>")
        )
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def _png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def _pdf() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bai.txt", ARTICLE)
    return packed.getvalue()


def page(title: str = TITLE, body: str = f"<p>{BODY}</p>", head: str = "") -> str:
    """Make a page as a newspaper's system does."""
    return f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


def nothing_half_made(root: Path) -> None:
    """See that there is no file in the making, and no audio that neither the feed names nor, as an earlier revision's, the catalog."""
    assert list(root.rglob(".tmp-*")) == []
    named = "".join(path.read_text(encoding="utf-8") for path in (root / "output").rglob("feed.xml"))
    if (root / ".audiopub/catalog.sqlite").exists():
        with contextlib.closing(sqlite3.connect(root / ".audiopub/catalog.sqlite")) as database:
            named += "".join(record for (record,) in database.execute("SELECT record FROM episodes"))
    assert [path.name for path in (root / "output").rglob("*.mp3") if path.name not in named] == []


def snapshot(root: Path) -> dict[str, bytes]:
    """Read every published file."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "output").rglob("*")) if path.is_file()}


def refused(audiopub: Runner, root: Path, source: str, exit_code: int, code: str) -> Run:
    """Render a bad source in both languages and as JSON; see that all three say the same and nothing is published."""
    before = snapshot(root)
    vietnamese, english, machine = audiopub("render", source), audiopub("--lang", "en", "render", source), audiopub("--lang=en", "render", "--json", source)
    assert (vietnamese.code, english.code, machine.code) == (exit_code,) * 3
    assert (vietnamese.out, english.out, machine.err) == ("", "", "")
    assert vietnamese.err.startswith("Hỏng: ")
    assert english.err.startswith("Failed: ")
    assert "Traceback" not in vietnamese.err + english.err
    (result,) = machine.document["results"]
    assert (result["outcome"], result["code"], result["source"]) == ("failed", code, source)
    assert result["message"] in english.err
    assert snapshot(root) == before
    nothing_half_made(root)
    return english


# Files

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "trong.txt": (b"", "source.empty"), "trang.txt": (b" \r\n\t\n\xef\xbb\xbf"[:5], "source.empty"), "anh.png": (_png(), "source.binary"), "anh.html": (_png(), "source.binary"),
    "bai.pdf": (_pdf(), "source.binary"), "bai.docx": (_zip(), "source.binary"), "so.bin": (bytes(range(256)) * 8, "source.binary"),
    "chu.txt": ("Chợ".encode(), "article.too_short"), "vo.html": (b"<html><body><nav><a href='/'>A</a></nav></body></html>", "article.no_title"),
    "menu.html": (page(body="<ul><li><a href='/a'>Thời sự</a></li><li><a href='/b'>Thế giới</a></li></ul>").encode(), "article.too_short"),
    "tra-phi.html": (page(body=f"<p>{BODY[:230]}</p><p>Bạn cần đăng nhập và mua gói để đọc tiếp bài viết này.</p>").encode(), "article.paywall"),
    "tra-phi-dai.html": (page(body=f"<p>{BODY}</p><p>Nội dung này chỉ dành cho thành viên VIP.</p>").encode(), "article.paywall"),
    "tra-phi-khung.html": (page(body=f"<p>{BODY[:230]}</p><p>{BODY[230:]}</p><div class='box'>Nội dung này chỉ dành cho thành viên VIP.</div>").encode(), "article.paywall"),
    "english.txt": (f"A market in the mountains\n\n{ENGLISH}".encode(), "article.not_vietnamese"),
    "english.html": (page("A market in the mountains", f"<p>{ENGLISH}</p>").encode(), "article.not_vietnamese"),
    "vo-chu.txt": (f"{TITLE}\n\n".encode() + BODY.encode().decode("latin-1").encode().replace(b"\xc3\xa1\xc2\xba", "\ufffd\ufffd".encode()), "article.mojibake"),
    "js.html": (b"<html><head><title>Ch\xe1\xbb\xa3 phi\xc3\xaan h\xe1\xbb\x8dp</title></head><body><div id=root></div><script>render()</script></body></html>", "article.too_short"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), [(name, *rest) for name, rest in BAD_FILES.items()], ids=BAD_FILES)
def test_a_file_that_is_no_article_is_refused(audiopub: Runner, newsroom: Path, name: str, content: bytes, code: str) -> None:
    """What is no article ends with exit code 3 and a sentence that names the file, in either language."""
    (newsroom / name).write_bytes(content)
    assert name in refused(audiopub, newsroom, name, 3, code).err


@pytest.mark.parametrize(
    ("source", "code"),
    [("khong-co.txt", "source.not_found"), ("feeds", "source.empty_folder"), ("file:///etc/passwd", "source.bad_scheme"), ("ftp://bao.example/bai", "source.bad_scheme"),
     ("gopher://x/", "source.bad_scheme"), ("tot.txt/bai.txt", "source.unreadable"), ("a" * 300, "source.unreadable"), ("nul\0.txt", "source.unreadable"), ("", "source.is_folder")],
    ids=ascii,
)  # fmt: skip
def test_a_source_that_is_no_file_is_refused(audiopub: Runner, newsroom: Path, source: str, code: str) -> None:
    """What cannot be read at all ends with exit code 3 and its reason."""
    refused(audiopub, newsroom, source, 3, code)


@pytest.mark.parametrize("charset", ["undefined", "idna", "base64", "x" * 20])
def test_an_impossible_charset_is_no_crash(audiopub: Runner, newsroom: Path, charset: str) -> None:
    """A page that lies about its letters is read or refused, with a documented exit code."""
    (newsroom / "bai.html").write_bytes(f"<html><meta charset={charset}><h1>{TITLE}</h1><p>{BODY}</p>".encode("cp1258", "ignore"))
    assert audiopub("render", "bai.html").code in {0, 3}
    nothing_half_made(newsroom)


# The web


@pytest.mark.parametrize(("path", "code"), [("/mat.html", "fetch.status"), ("/anh.png", "fetch.not_a_page")], ids=["404", "picture"])
def test_an_address_without_an_article_is_refused(audiopub: Runner, newsroom: Path, site: str, path: str, code: str) -> None:
    """A page that is not there and a picture end with exit code 4."""
    assert site in refused(audiopub, newsroom, site + path, 4, code).err


def test_a_page_of_an_allowed_host_is_published(audiopub: Runner, newsroom: Path, site: str) -> None:
    """The newsroom's own system may be read, once it is named."""
    assert audiopub("render", f"{site}/bai.txt").code == 0
    nothing_half_made(newsroom)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://169.254.169.254/", "http://[::1]/", "http://localhost/", "http://0x7f000001/", "HTTP://LOCALHOST/", "http://[::1", "http:///bai"],
)
def test_private_and_broken_addresses_are_refused(audiopub: Runner, newsroom: Path, url: str) -> None:
    """A place on our own networks is not read for anybody, and a broken address is an error, not a crash: exit code 4."""
    english = refused(audiopub, newsroom, url, 4, "fetch.refused")
    assert url in english.err


def test_the_refusal_says_how_to_allow(audiopub: Runner) -> None:
    """The sentence names the setting that lets a newsroom read its own system, in both languages."""
    for language in ("vi", "en"):
        assert "AUDIOPUB_ALLOW_HOSTS" in audiopub("--lang", language, "render", "http://127.0.0.1:1/").err


# Titles that hurt


@pytest.mark.parametrize("name", ["bai.txt", "bai.html"])
@pytest.mark.parametrize("mark", ["\0", "\x07", "\x1b[31m", "\ufffe", "\u202e", "\x0b", "&#0;", "&#x1b;"], ids=ascii)
def test_a_control_letter_in_a_title_does_no_harm(audiopub: Runner, newsroom: Path, name: str, mark: str) -> None:
    """Letters that XML forbids do not reach the feed, whose check passes."""
    title = f"Chợ phiên{mark} họp sớm"
    (newsroom / name).write_text(page(title) if name.endswith("html") else f"{title}\n\n{BODY}\n", encoding="utf-8")
    run = audiopub("--lang", "en", "render", name)
    assert run.code == 0, run.err
    feed = newsroom / "output" / "ban-tin" / "feed.xml"
    assert not set(map(chr, [0, 7, 11, 0x1B, 0xFFFE])) & set(feed.read_text(encoding="utf-8"))
    assert audiopub("feed", "check", str(feed)).code == 0
    nothing_half_made(newsroom)


@pytest.mark.parametrize(
    "title", ["Chợ <script>alert(1)</script> phiên", "]]> &amp; <b>Chợ", "Chợ \"phiên\" 'họp' {{ 7*7 }} {show}", "../../etc/passwd và chợ phiên"], ids=ascii
)
def test_a_title_is_text_and_nothing_else(audiopub: Runner, newsroom: Path, title: str) -> None:
    """Markup, templates and paths in a title are letters: on no page do they run, and no file leaves its folder."""
    (newsroom / "bai.txt").write_text(f"{title}\n\n{BODY}\n", encoding="utf-8")
    run = audiopub("render", "--json", "bai.txt")
    assert run.code == 0, run.err
    folder = newsroom / "output" / "ban-tin"
    for path in folder.glob("*.html"):
        assert "<script>alert" not in path.read_text(encoding="utf-8")
        assert "{{" not in path.read_text(encoding="utf-8") or "49" not in title
    assert Path(run.document["results"][0]["audio"]).resolve().parent == folder
    assert audiopub("feed", "check", str(folder / "feed.xml")).code == 0


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "\u200b\u200b", "***", "…", "!?"], ids=ascii)
def test_a_wished_title_without_words_is_no_crash(audiopub: Runner, newsroom: Path, title: str) -> None:
    """A title from the command line that cannot be said is published without saying it, or refused."""
    run = audiopub("--lang", "en", "render", "tot.txt", "--title", title)
    assert run.code in {0, 3}, run.err
    nothing_half_made(newsroom)


def test_paragraphs_without_words_are_not_said(audiopub: Runner, newsroom: Path) -> None:
    """Stars and dots between paragraphs do not stop a real voice."""
    (newsroom / "bai.txt").write_text(f"{TITLE}\n\n{BODY}\n\n***\n\n…\n\n“?!”\n\n– – –\n\nHết phiên, chợ lại vắng như chưa từng có ai.\n", encoding="utf-8")
    run = audiopub("--lang", "en", "render", "bai.txt", "--voice", "espeak")
    assert run.code == 0, run.err


# Voices


class Mute:
    """An engine that answers with nothing."""

    identity = "mute/1"
    longest = 100
    parallel = 1

    def __init__(self, length: int = 0) -> None:
        self._length = length

    def speak(self, utterance: str) -> Pcm:
        """Say nothing, or only silence."""
        del utterance
        return silence(Samples(self._length), Hertz(22_050))


@pytest.mark.parametrize("length", [0, 1, 22_050], ids=["nothing", "one sample", "a second of silence"])
def test_a_voice_that_returns_nothing_publishes_nothing(newsroom: Path, length: int) -> None:
    """No sound is an error of the voice: nothing is published and nothing is kept."""
    made = studio(read_show(newsroom / "feeds" / "ban-tin.toml"), Settings())
    cache = MemoryCache()
    mute = replace(made, chain=VoiceChain(["mute"], lambda _name: Mute(length)), cache=cache)
    with pytest.raises(SpeechFailed) as failure:
        render(mute, Page(body=ARTICLE.encode(), name="tot.txt", identity="file:tot.txt", form=PageForm.TEXT), now=NOW, progress=lambda *_: None)
    assert failure.value.code == "speech.all_failed"
    assert (cache.takes, snapshot(newsroom)) == ({}, {})


def test_the_next_voice_reads_for_a_mute_one(newsroom: Path) -> None:
    """Where a voice returns nothing, the next one reads the episode and the record names the first."""
    made = studio(read_show(newsroom / "feeds" / "ban-tin.toml"), Settings())
    voices: dict[str, Engine] = {"mute": Mute(), "silent": SilentEngine()}
    chain = VoiceChain(list(voices), voices.__getitem__)
    result = render(
        replace(made, chain=chain), Page(body=ARTICLE.encode(), name="tot.txt", identity="file:tot.txt", form=PageForm.TEXT), now=NOW, progress=lambda *_: None
    )
    assert result.episode is not None
    assert (result.episode.voice, result.episode.fallback, list(result.refused)) == ("silent", True, ["mute"])


def test_a_dead_google_alone_is_exit_code_5(audiopub: Runner, newsroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A show whose only voice returns no sound publishes nothing and says so."""
    monkeypatch.setenv("AUDIOPUB_REQUESTS_A_SECOND", "1000")
    with google_stand_in() as google:
        google.order(afterwards=Behaviour.EMPTY_AUDIO)
        for name, value in google.environment.items():
            monkeypatch.setenv(name, value)
        run = audiopub("render", "--json", "tot.txt", "--voice", "gtts")
    assert (run.code, run.document["results"][0]["code"]) == (5, "speech.all_failed")
    assert snapshot(newsroom) == {}
    nothing_half_made(newsroom)


def test_an_unreachable_google_gives_way_and_the_listener_is_told_who_reads(audiopub: Runner, newsroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a connection the next voice reads: exit code 0, and the output names the voice that stood in."""
    monkeypatch.setenv("AUDIOPUB_REQUESTS_A_SECOND", "1000")
    with dead_proxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        run = audiopub("--lang", "en", "render", "tot.txt", "--voice", "gtts", "--voice", "silent")
    assert run.code == 0
    assert "fallback voice" in run.out
    assert "silent" in run.out
    nothing_half_made(newsroom)


@pytest.mark.parametrize("voice", ["festival", "espeak:vi-x-moon", ":", "silent:"], ids=ascii)
def test_an_unknown_voice_is_exit_code_8_or_the_usual_one(audiopub: Runner, newsroom: Path, voice: str) -> None:
    """A voice that does not exist is refused in a sentence with the known ones; an engine named with no voice uses its usual one."""
    run = audiopub("--lang", "en", "render", "tot.txt", "--voice", voice)
    assert run.code == (0 if voice == "silent:" else 8)
    assert voice == "silent:" or "espeak" in run.err or "vi-vn-x-south" in run.err


# Shows, settings, folders

BAD_SHOWS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "no TOML": ("title = 'x", "config.bad_toml", ("ban-tin.toml",)),
    "unknown key": (SHOW.replace("author", "autor"), "config.unknown_key", ("autor", "author")),
    "unknown key in a table": (SHOW.replace("email =", "e_mail ="), "config.unknown_key", ("owner.e_mail", "owner.email")),
    "unknown key far from all": (SHOW + "\n[audio]\nbit_rates = 3\n", "config.unknown_key", ("audio.bit_rates", "audio.bitrate")),
    "unknown table": (SHOW + "\n[voices]\nchain = []\n", "config.unknown_key", ("voices", "voice")),
    "missing key": (SHOW.replace('title = "Bản tin thử"\n', ""), "config.missing_key", ("title",)),
    "wrong category": (SHOW.replace("base_url", 'category = "Báo chí"\nbase_url'), "config.bad_value", ("category", "Báo chí", "News")),
    "wrong subcategory": (SHOW.replace("base_url", 'subcategory = "Weekly"\nbase_url'), "config.bad_value", ("subcategory", "Weekly", "Daily News")),
    "wrong email": (SHOW.replace("toasoan@bao.example", "toasoan"), "config.bad_value", ("owner.email", "toasoan")),
    "no voice": (SHOW.replace('["silent"]', "[]"), "config.bad_value", ("voice.chain",)),
    "wrong type": (SHOW.replace("[owner]", "explicit = 'perhaps'\n[owner]"), "config.bad_value", ("explicit", "perhaps")),
    "unknown placeholder": (SHOW + "\n[furniture]\nopening = '{tua}'\n", "config.bad_value", ("furniture.opening", "{show}")),
    "attribute of a placeholder": (SHOW + "\n[furniture]\nopening = '{show.x}'\n", "config.bad_value", ("furniture.opening", "{show}")),
    "address with a space": (SHOW.replace("http://127.0.0.1:8000", "http://bao .example"), "config.bad_value", ("base_url",)),
    "bitrate": (SHOW + "\n[audio]\nbitrate = 1000\n", "config.bad_value", ("audio.bitrate", "1000")),
    "no cover": (SHOW.replace("[owner]", "cover = 'khong-co.jpg'\n[owner]"), "config.bad_cover", ("khong-co.jpg",)),
}  # fmt: skip


def config_error(run: Run, *words: str) -> None:
    """See that a run ended with a configuration error whose one sentence has certain words."""
    assert (run.code, run.out) == (8, ""), run.err
    assert "Traceback" not in run.err
    assert all(word in run.err for word in words), run.err


@pytest.mark.parametrize(("text", "words"), [(text, words) for text, _, words in BAD_SHOWS.values()], ids=BAD_SHOWS)
def test_a_wrong_show_file_is_exit_code_8(audiopub: Runner, newsroom: Path, text: str, words: tuple[str, ...]) -> None:
    """What is wrong in a show file is named, in both languages, with what would be right; nothing is published."""
    (newsroom / "feeds" / "ban-tin.toml").write_text(text, encoding="utf-8")
    for arguments in (("render", "tot.txt"), ("--lang", "en", "render", "tot.txt"), ("render", "--json", "tot.txt")):
        config_error(audiopub(*arguments), *words)
    assert snapshot(newsroom) == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [(lambda feeds: (feeds / "ban-tin.toml").unlink(), ("audiopub init",)), (lambda feeds: (feeds / "b.toml").write_text(SHOW, encoding="utf-8"), ("b, ban-tin", "--show")),
     (lambda feeds: (feeds / "ban-tin.toml").rename(feeds / "Bản tin.toml"), ("a-z",)), (lambda feeds: (feeds / "ban-tin.toml").write_bytes(b"title = '\xff'"), ("ban-tin.toml",)),
     (lambda feeds: ((feeds / "ban-tin.toml").unlink(), (feeds / "ban-tin.toml").mkdir()), ("ban-tin.toml",))],
    ids=["none", "two", "name", "latin", "folder"],
)  # fmt: skip
def test_shows_that_cannot_be_found_are_exit_code_8(audiopub: Runner, newsroom: Path, change: Callable[[Path], object], words: tuple[str, ...]) -> None:
    """No show, two shows, an impossible name and damaged letters are explained."""
    change(newsroom / "feeds")
    config_error(audiopub("--lang", "en", "render", "tot.txt"), *words)


@pytest.mark.parametrize(
    ("name", "value"), [("REQUEST_TIMEOUT", "soon"), ("REQUEST_TIMEOUT", "-1"), ("REQUESTS_A_SECOND", "0"), ("REQUESTS_A_SECOND", "nan"), ("REQUEST_TIMEOUT", "inf")]
)
def test_a_wrong_setting_is_exit_code_8(audiopub: Runner, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A variable that cannot be used is named with its value."""
    monkeypatch.setenv(f"AUDIOPUB_{name}", value)
    config_error(audiopub("render", "tot.txt"), f"AUDIOPUB_{name}", value)


def test_an_output_that_cannot_be_written_is_exit_code_8(audiopub: Runner, newsroom: Path) -> None:
    """An output below a file is an error that names the folder, and the file stays as it is."""
    run = audiopub("--lang", "en", "render", "tot.txt", "--output", "tot.txt/output")
    assert (run.code, run.out) == (8, ""), run.err
    assert "tot.txt/output" in run.err
    assert (newsroom / "tot.txt").read_text(encoding="utf-8") == ARTICLE
    nothing_half_made(newsroom)


def test_a_state_that_cannot_be_written_is_exit_code_8(audiopub: Runner, newsroom: Path) -> None:
    """A state folder that is a file is an error that names it."""
    (newsroom / ".audiopub").write_text("a file stands in the way")
    config_error(audiopub("--lang", "en", "render", "tot.txt"), ".audiopub")


def test_a_cache_that_cannot_be_written_is_exit_code_8(audiopub: Runner, newsroom: Path) -> None:
    """A cache folder that is a file is an error that names it."""
    (newsroom / ".audiopub").mkdir()
    (newsroom / ".audiopub" / "cache").write_text("a file stands in the way")
    run = audiopub("--lang", "en", "render", "tot.txt")
    assert (run.code, run.out) == (8, ""), run.err
    assert "cache" in run.err
    nothing_half_made(newsroom)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"id": 1}', b"\xff\xfe"], ids=ascii)
def test_a_damaged_record_is_no_crash(audiopub: Runner, newsroom: Path, damage: bytes) -> None:
    """A record of the catalog that cannot be read is named with a documented exit code, and the feed stays as it was."""
    audiopub("render", "tot.txt")
    before = snapshot(newsroom)
    with contextlib.closing(sqlite3.connect(newsroom / ".audiopub/catalog.sqlite")) as database:
        ((identity,),) = database.execute("SELECT id FROM episodes")
        database.execute("UPDATE episodes SET record = ?, version = version + 1", (damage.decode("latin-1"),))
        database.commit()
    run = audiopub("--lang", "en", "render", "tot.txt")
    assert "Traceback" not in run.err
    assert run.code != 1
    if run.code != 0:
        assert identity in run.err
        assert snapshot(newsroom) == before


@pytest.mark.parametrize("option", ["--output", "--show", "--title", "--voice", "--feeds"])
def test_an_option_without_its_value_is_exit_code_2(audiopub: Runner, option: str) -> None:
    """A command line that breaks off is a usage error that points at the help."""
    run = audiopub("render", "tot.txt", option)
    assert (run.code, run.out) == (2, "")
    assert "--help" in run.err


# Several sources


def test_a_bad_source_does_not_stop_a_good_one(audiopub: Runner, newsroom: Path) -> None:
    """Of two sources the good one is published and the bad one named: exit code 6, and one clean JSON document."""
    run = audiopub("render", "--json", "khong-co.txt", "tot.txt")
    assert (run.code, run.err) == (6, "")
    assert [(result["source"], result["outcome"]) for result in run.document["results"]] == [("khong-co.txt", "failed"), ("tot.txt", "published")]
    assert "<item>" in (newsroom / "output" / "ban-tin" / "feed.xml").read_text(encoding="utf-8")
    nothing_half_made(newsroom)


def test_a_partial_run_speaks_to_the_right_streams(audiopub: Runner) -> None:
    """What was published is on standard output, what failed on standard error."""
    run = audiopub("render", "tot.txt", "khong-co.txt")
    assert run.code == 6
    assert TITLE in run.out
    assert "khong-co.txt" not in run.out
    assert run.err.count("Hỏng: khong-co.txt") == 1


def test_two_bad_sources_give_the_first_ones_code(audiopub: Runner, newsroom: Path) -> None:
    """Where all fail, the exit code is the first failure's own."""
    assert audiopub("render", "http://127.0.0.1:1/", "khong-co.txt").code == 4
    assert audiopub("render", "khong-co.txt", "http://127.0.0.1:1/").code == 3
    assert snapshot(newsroom) == {}


@pytest.mark.parametrize("bad", ["khong-co.txt", "http://127.0.0.1:1/", "anh.png", "feeds"])
def test_a_failed_source_leaves_what_is_published_as_it_was(audiopub: Runner, newsroom: Path, bad: str) -> None:
    """After a failure every published file is the same to the byte, the feed first of all."""
    (newsroom / "anh.png").write_bytes(_png())
    assert audiopub("render", "tot.txt").code == 0
    before = snapshot(newsroom)
    assert "ban-tin/feed.xml" in "".join(before)
    assert audiopub("render", bad).code in {3, 4}
    assert snapshot(newsroom) == before


def test_a_voice_that_fails_leaves_the_present_revision(audiopub: Runner, newsroom: Path) -> None:
    """An article that was changed and cannot be read any more stays published as it was."""
    assert audiopub("render", "tot.txt").code == 0
    before = snapshot(newsroom)
    (newsroom / "tot.txt").write_text(ARTICLE.replace("Sáng chủ nhật", "Sáng thứ bảy"), encoding="utf-8")
    assert audiopub("render", "tot.txt", "--voice", "festival").code == 8
    assert snapshot(newsroom) == before
    assert audiopub("render", "tot.txt").code == 0
    nothing_half_made(newsroom)


@pytest.mark.parametrize("source", ["khong-co.txt", "anh.png", "http://127.0.0.1:1/"])
def test_a_dry_run_judges_as_a_real_one(audiopub: Runner, newsroom: Path, source: str) -> None:
    """A dry run refuses what a render refuses, and writes nothing at all."""
    (newsroom / "anh.png").write_bytes(_png())
    run = audiopub("render", "--dry-run", source)
    assert run.code == audiopub("render", source).code
    assert snapshot(newsroom) == {}


@pytest.mark.parametrize(("name", "code"), [("anh.png", 3), ("khong-co.txt", 3), ("english.txt", 3)])
def test_extract_ends_as_render_does(audiopub: Runner, newsroom: Path, name: str, code: int) -> None:
    """``extract`` gives the exit code that ``render`` would, with at most one JSON document on standard output."""
    (newsroom / "anh.png").write_bytes(_png())
    (newsroom / "english.txt").write_text(f"A market in the mountains\n\n{ENGLISH}", encoding="utf-8")
    run = audiopub("--lang", "en", "extract", "--json", name)
    assert run.code == code
    assert name in run.err
    assert not run.out or run.document["title"]
