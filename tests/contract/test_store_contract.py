"""One contract a port, asked of the adapter on disk or on the wire and of the one in memory."""

import io
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from audiopub.adapters.files import LocalStore
from audiopub.adapters.http import GuardedFetcher
from audiopub.adapters.memory import MemoryCache, MemoryCatalog, MemoryFetcher, MemoryStore
from audiopub.adapters.object_store import ObjectStore
from audiopub.adapters.segment_files import FileCache
from audiopub.audio import Mark, Pcm
from audiopub.episode import Chapter
from audiopub.errors import ConfigInvalid, FetchFailed, Overtaken, TryAgain
from audiopub.publish.catalog import Catalog
from audiopub.publish.model import Episode
from audiopub.publish.store import Store
from audiopub.source import Fetcher, PageForm
from audiopub.speech import SegmentCache
from audiopub.units import Hertz, Milliseconds, Samples
from tests.catalogs import catalog_in
from tests.s3_stand_in import BUCKET, s3
from tests.sounds import take

BIG = 200_000
PAGE = "<html><body><h1>Chợ phiên</h1></body></html>".encode()
EPISODE = Episode(
    id="0123456789abcdef", guid="3f0e6f0a-0000-5000-8000-000000000000", name="2026-11-24-cho-phien-012345", title="Chợ phiên “vùng cao” & <những> người bán",
    author="Nguyễn Văn Ổi", description="Tóm tắt", article_url="https://bao.example/bai", published=datetime(2026, 11, 24, 7, 30, tzinfo=timezone(timedelta(hours=7))),
    updated=datetime(2026, 11, 24, 7, 30, tzinfo=timezone(timedelta(hours=7))), revision=1, audio="2026-11-24-cho-phien-012345-89abcdef.mp3", audio_bytes=12_345,
    duration=Milliseconds(60_000), chapters=(Chapter(title="Mở đầu", start=Milliseconds(0), end=Milliseconds(60_000)),), voice="espeak", fallback=True,
    fingerprint="f" * 64, former_audio=("cu.mp3",),
)  # fmt: skip


# The store


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """Serve S3, two of five writing requests refused with 503."""
    with s3(refused=0.4) as environment:
        yield environment


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Give each store, empty."""
    if request.param == "s3":
        return ObjectStore(f"s3://{BUCKET}/{tmp_path.name}", request.getfixturevalue("bucket"))
    return LocalStore(tmp_path / "output") if request.param == "local" else MemoryStore()


def test_a_store_gives_back_what_was_put(store: Store) -> None:
    """Bytes come back whole, and so does their number."""
    store.put("show/a.txt", b"m\xe1\0t")
    assert store.get("show/a.txt") == b"m\xe1\0t"
    assert store.size("show/a.txt") == 4


def test_a_store_knows_nothing_of_what_was_not_put(store: Store) -> None:
    """An absent file has no bytes and no size, and removing it is no error."""
    assert store.get("show/none") is None
    assert store.size("show/none") is None
    store.remove("show/none")


@pytest.mark.parametrize("form", ["bytes", "file"])
def test_putting_the_same_again_changes_nothing(store: Store, form: str) -> None:
    """``put`` tells whether the bytes are new, for bytes and for file objects."""

    def put(content: bytes) -> bool:
        return store.put("show/a.bin", content if form == "bytes" else io.BytesIO(content))

    assert put(b"one")
    assert not put(b"one")
    assert put(b"two")  # of the same length
    assert put(b"")
    assert not put(b"")
    assert put(b"one")
    assert store.get("show/a.bin") == b"one"


def test_bytes_and_files_are_alike(store: Store) -> None:
    """What was put as bytes is recognised as a file object and the other way round."""
    assert store.put("show/a.bin", b"x" * 3_000_000)
    assert not store.put("show/a.bin", io.BytesIO(b"x" * 3_000_000))
    assert store.put("show/b.bin", io.BytesIO(b"y"))
    assert not store.put("show/b.bin", b"y")


def test_a_file_object_is_put_from_where_it_stands(store: Store) -> None:
    """What was read of a file object before does not belong to the file that is put, the first time and the next."""
    for _ in range(2):
        body = io.BytesIO(b"skippedkept")
        body.seek(7)
        store.put("show/a.bin", body)
        assert store.get("show/a.bin") == b"kept"


def test_removed_files_are_gone(store: Store) -> None:
    """A removed file is absent and may be put anew."""
    store.put("show/a.txt", b"a")
    store.remove("show/a.txt")
    assert store.get("show/a.txt") is None
    assert store.put("show/a.txt", b"a")


def test_keys_are_kept_apart(store: Store) -> None:
    """Files of different keys do not touch each other."""
    store.put("one/a.txt", b"1")
    store.put("two/a.txt", b"2")
    store.remove("one/a.txt")
    assert store.get("two/a.txt") == b"2"


def test_a_file_is_replaced_only_as_it_was_seen(store: Store) -> None:
    """Whoever looked before another writer put the file is refused, and nothing of his is there; whoever looks again is not."""
    assert store.seen("show/feed.xml") is None
    assert store.replace("show/feed.xml", b"one", None)
    with pytest.raises(Overtaken):
        store.replace("show/feed.xml", b"late", None)
    seen = store.seen("show/feed.xml")
    store.put("show/feed.xml", b"two")
    with pytest.raises(Overtaken):
        store.replace("show/feed.xml", b"late", seen)
    assert store.get("show/feed.xml") == b"two"
    assert store.replace("show/feed.xml", b"three", store.seen("show/feed.xml"))
    assert not store.replace("show/feed.xml", b"three", store.seen("show/feed.xml"))
    assert store.get("show/feed.xml") == b"three"


def test_files_are_listed_sized_and_opened(store: Store) -> None:
    """What was put is listed under its prefix with its size, and can be read piece by piece."""
    for key, body in (("show/a.txt", b"a"), ("show/b.txt", b"bb"), ("shows/c.txt", b"ccc")):
        store.put(key, body)
    assert [(stored.key, stored.size) for stored in store.keys("show/")] == [("show/a.txt", 1), ("show/b.txt", 2)]
    assert all(stored.changed.tzinfo for stored in store.keys("show/"))
    assert store.sizes(["show/a.txt", "show/none", "shows/c.txt"]) == {"show/a.txt": 1, "show/none": None, "shows/c.txt": 3}
    opened = store.open("show/b.txt")
    assert opened is not None
    with opened:
        assert (opened.read(1), opened.read()) == (b"b", b"b")
    assert store.open("show/none") is None


def test_a_reader_never_sees_half_a_file(store: Store) -> None:
    """During many puts of 200 kB a reader meets whole versions only, and no missing file between them."""
    versions = [bytes([number % 256]) * BIG for number in range(25 if isinstance(store, ObjectStore) else 200)]
    store.put("show/feed.xml", versions[0])
    done, seen = threading.Event(), set[tuple[int, int, int]]()

    def read() -> None:
        while not done.is_set():
            content = store.get("show/feed.xml")
            seen.add((-1, 0, 0) if content is None else (content[0], content.count(content[:1]), len(content)) if content else (-2, 0, 0))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for version in versions:
            store.put("show/feed.xml", version)
    finally:
        done.set()
        reader.join()
    assert seen
    assert {(count, length) for _, count, length in seen} == {(BIG, BIG)}


def test_a_local_store_leaves_nothing_beside_its_files(tmp_path: Path) -> None:
    """After puts, good and failed, there is nothing in the folder but what was put, readable by any web server."""

    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            del size
            raise OSError(5, "Input/output error")

    store = LocalStore(tmp_path)
    store.put("show/a.txt", b"a")
    with pytest.raises(ConfigInvalid):
        store.put("show/b.txt", Torn())
    assert [path.name for path in (tmp_path / "show").iterdir()] == ["a.txt"]
    assert (tmp_path / "show" / "a.txt").stat().st_mode & 0o777 == 0o644


def test_a_put_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """Where a put breaks off, readers go on seeing what was there."""

    class Torn(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            del size
            self.reads += 1
            if self.reads > 1:
                raise OSError(5, "Input/output error")
            return b"half"

        def readinto(self, buffer: object, /) -> int:
            del buffer
            return 0

    store = LocalStore(tmp_path)
    store.put("a.txt", b"old")
    with pytest.raises(ConfigInvalid):
        store.put("a.txt", Torn(b"new"))
    assert store.get("a.txt") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_an_unchanged_file_is_not_written(tmp_path: Path) -> None:
    """Putting the same bytes keeps the very file, so that a server's cache stays warm."""
    store = LocalStore(tmp_path)
    store.put("a.txt", b"a")
    before = (tmp_path / "a.txt").stat()
    store.put("a.txt", b"a")
    after = (tmp_path / "a.txt").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_store_below_a_file_is_a_matter_of_configuration(tmp_path: Path) -> None:
    """A folder that cannot exist is an error that names it, and nothing is there to be read."""
    (tmp_path / "output").write_text("a file stands in the way")
    store = LocalStore(tmp_path / "output")
    with pytest.raises(ConfigInvalid) as failure:
        store.put("show/a.txt", b"a")
    assert failure.value.code == "config.unwritable"
    assert store.get("show/a.txt") is None
    assert store.size("show/a.txt") is None


def test_an_alias_answers_with_the_other_files_bytes(store: Store) -> None:
    """A key that is another's alias has its bytes; what is put under either later leaves the other as it was."""
    store.put("a/moi.mp3", b"moi")
    store.put("a/cu.mp3", b"cu")
    store.alias("a/cu.mp3", "a/moi.mp3")
    store.alias("b/khac.mp3", "a/moi.mp3")
    store.alias("b/khac.mp3", "a/moi.mp3")
    assert (store.get("a/cu.mp3"), store.get("b/khac.mp3"), store.size("a/cu.mp3")) == (b"moi", b"moi", 3)
    store.put("a/moi.mp3", b"moi hon")
    assert (store.get("a/cu.mp3"), store.get("a/moi.mp3")) == (b"moi", b"moi hon")
    store.remove("a/moi.mp3")
    assert store.get("a/cu.mp3") == b"moi"


def test_a_bucket_tells_browsers_what_it_holds() -> None:
    """Files in a bucket have the types and the caching that a web server would give them."""
    with s3() as environment:
        store = ObjectStore(f"s3://{BUCKET}", environment)
        for name, kind, rule in (("feed.xml", "application/rss+xml; charset=utf-8", "max-age=300"), ("a.chapters.json", "application/json+chapters", "max-age=300"),
                                 ("a-0123abcd.mp3", "audio/mpeg", "max-age=86400")):  # fmt: skip
            store.put(name, b"x")
            with urllib.request.urlopen(store._api.sign(store._store, "GET", name, timedelta(minutes=1)), timeout=10) as answer:
                assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (kind, rule)


def test_a_store_that_is_down_is_no_mistake_of_the_input() -> None:
    """A server that answers nothing but 503 is an error that says try again, after a bounded time, and names the file."""
    with s3(refused=1.0) as environment:
        store = ObjectStore(f"s3://{BUCKET}", environment, patience=timedelta(seconds=1))
        with pytest.raises(TryAgain) as failure:
            store.put("show/a.mp3", b"a")
    assert failure.value.code == "again.store" and "show/a.mp3" in failure.value.sentence("vi")


# The catalog


@pytest.fixture(params=["file", "memory"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Catalog:
    """Give each catalog, empty."""
    return catalog_in(tmp_path / "catalog") if request.param == "file" else MemoryCatalog()


def test_a_catalog_gives_back_what_was_committed(catalog: Catalog) -> None:
    """An episode comes back equal in every field, types included."""
    catalog.commit("ban-tin", EPISODE)
    found = catalog.find("ban-tin", EPISODE.id)
    assert found == EPISODE
    assert found is not None
    assert found.published.utcoffset() == timedelta(hours=7)
    assert isinstance(found.chapters, tuple)
    assert catalog.episodes("ban-tin") == (EPISODE,)


def test_an_empty_catalog_has_nothing(catalog: Catalog) -> None:
    """A show that nobody published in has no episodes, and none is found."""
    assert catalog.episodes("ban-tin") == ()
    assert catalog.find("ban-tin", EPISODE.id) is None


def test_a_revision_takes_the_place_of_the_earlier_one(catalog: Catalog) -> None:
    """An id is listed once, as it was committed last."""
    catalog.commit("ban-tin", EPISODE)
    catalog.commit("ban-tin", replace(EPISODE, revision=2, title="Tít mới"))
    assert [(episode.revision, episode.title) for episode in catalog.episodes("ban-tin")] == [(2, "Tít mới")]


def test_episodes_come_newest_first_whatever_their_zone(catalog: Catalog) -> None:
    """Episodes are sorted by the moment of publication, then by id, not by the order of committing."""
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    moments = {"b": noon, "c": noon, "a": noon.astimezone(timezone(timedelta(hours=7))) + timedelta(hours=1), "d": noon - timedelta(days=1)}
    for name, moment in moments.items():
        catalog.commit("ban-tin", replace(EPISODE, id=name, published=moment))
    assert [episode.id for episode in catalog.episodes("ban-tin")] == ["a", "c", "b", "d"]


def test_shows_are_kept_apart(catalog: Catalog) -> None:
    """A show's episodes are its own."""
    catalog.commit("one", EPISODE)
    assert catalog.episodes("two") == ()
    assert catalog.find("two", EPISODE.id) is None


def test_absent_values_stay_absent(catalog: Catalog) -> None:
    """An episode without author, address, chapters and earlier audio comes back without them."""
    bare = replace(EPISODE, author=None, article_url=None, chapters=(), former_audio=())
    catalog.commit("ban-tin", bare)
    assert catalog.find("ban-tin", bare.id) == bare


def test_catalogs_of_two_processes_see_each_other(tmp_path: Path) -> None:
    """What one commits the other finds, also where it had read the show before."""
    one, other = catalog_in(tmp_path / "catalog"), catalog_in(tmp_path / "catalog")
    one.commit("ban-tin", EPISODE)
    assert other.episodes("ban-tin") == (EPISODE,)
    one.commit("ban-tin", replace(EPISODE, title="Tên khác"))
    assert [episode.title for episode in other.episodes("ban-tin")] == ["Tên khác"]


# The cache


@pytest.fixture(params=["file", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentCache:
    """Give each cache, empty."""
    return FileCache(tmp_path / "cache") if request.param == "file" else MemoryCache()


def sound(*samples: int, rate: int = 22_050) -> Pcm:
    """Make a sound of given samples."""
    return Pcm(np.array(samples, dtype=np.int16), Hertz(rate))


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 48_000])
def test_a_cache_gives_back_sound_rate_and_marks(cache: SegmentCache, rate: int) -> None:
    """Samples come back one for one, at their rate, with their words' places and their levels."""
    marks = (Mark(Samples(0), 0), Mark(Samples(2), 7))
    kept = take(replace(sound(-32_768, 0, 32_767, rate=rate), marks=marks))
    cache.put("a" * 64, kept)
    found = cache.get("a" * 64)
    assert found is not None
    assert (found.pcm.samples.tolist(), int(found.pcm.rate), found.pcm.marks) == ([-32_768, 0, 32_767], rate, marks)
    assert found.pcm.samples.dtype == np.int16
    assert np.array_equal(found.levels.energies, kept.levels.energies) and np.array_equal(found.levels.peaks, kept.levels.peaks)


def test_a_glance_knows_all_but_the_samples(cache: SegmentCache) -> None:
    """What is known of a sound without reading it is what is known with it."""
    kept = take(Pcm(np.arange(900, dtype=np.int16), Hertz(24_000), (Mark(Samples(3), 1),)))
    cache.put("a" * 64, kept)
    glance = cache.glance("a" * 64)
    assert glance is not None
    assert (glance.rate, glance.length, glance.marks) == (24_000, 900, kept.pcm.marks)
    assert np.array_equal(glance.levels.energies, kept.levels.energies) and np.array_equal(glance.levels.peaks, kept.levels.peaks)


def test_a_cache_has_nothing_under_another_key(cache: SegmentCache) -> None:
    """Sound is given out under its own key only."""
    cache.put("a" * 64, take(sound(1)))
    assert cache.get("a" * 63 + "b") is None
    assert cache.glance("a" * 63 + "b") is None


def test_the_last_sound_of_a_key_counts(cache: SegmentCache) -> None:
    """Sound that is put again takes the place of what was there."""
    cache.put("a" * 64, take(sound(1, 2, 3)))
    cache.put("a" * 64, take(sound(4)))
    kept = cache.get("a" * 64)
    assert kept is not None
    assert kept.pcm.samples.tolist() == [4]


def test_a_cache_gives_back_encoded_pieces(cache: MemoryCache | FileCache) -> None:
    """Encoded pieces come back to the byte, and apart from segments of the same key."""
    cache.keep_frames("a" * 64, b"\xff\xf3\0")
    assert (cache.frames("a" * 64), cache.frames("b" * 64), cache.get("a" * 64)) == (b"\xff\xf3\0", None, None)


# The fetcher


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/bai.html"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE if found else b"<p>404</p>")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(params=["guarded", "memory"])
def fetcher(request: pytest.FixtureRequest) -> Iterator[tuple[Fetcher, str]]:
    """Give each fetcher and the address of a site with one page."""
    if request.param == "memory":
        yield MemoryFetcher({"https://bao.example/bai.html": PAGE}), "https://bao.example"
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        host = f"127.0.0.1:{server.server_address[1]}"
        yield GuardedFetcher(frozenset({host})), f"http://{host}"
        server.shutdown()
        thread.join()


def test_a_fetcher_gives_a_page_as_it_came(fetcher: tuple[Fetcher, str]) -> None:
    """A page has the bytes that were served, markup as its form, and its address as name and identity."""
    fetch, site = fetcher
    page = fetch.fetch(f"{site}/bai.html")
    assert (page.body, page.form) == (PAGE, PageForm.HTML)
    assert page.name == page.identity == page.url == f"{site}/bai.html"


def test_a_page_that_is_not_there_is_a_failed_fetch(fetcher: tuple[Fetcher, str]) -> None:
    """A missing page is an error with the status and the address in its sentence."""
    fetch, site = fetcher
    with pytest.raises(FetchFailed) as failure:
        fetch.fetch(f"{site}/khong-co.html")
    assert (failure.value.code, failure.value.exit_code) == ("fetch.status", 4)
    for language in ("vi", "en"):
        assert "404" in failure.value.sentence(language)
        assert f"{site}/khong-co.html" in failure.value.sentence(language)
