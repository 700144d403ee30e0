"""The feed: pages of older episodes, titles that no app takes for one, tags of Podcasting 2.0, one bad episode among good ones."""

import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs

import podcastparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from audiopub.adapters.memory import MemoryCatalog, MemoryStore
from audiopub.adapters.web_sub import announced
from audiopub.episode import Chapter
from audiopub.errors import Overtaken
from audiopub.pipeline import episode_id
from audiopub.publish.feed import feed_page, feed_xml
from audiopub.publish.model import Act, Channel, Episode, Event, State
from audiopub.publish.paging import NEWEST, paged
from audiopub.publish.podcasting import Frequency, Funding, License, Person, Place, Podcasting, RemoteItem, Txt
from audiopub.publish.rebuild import rebuild
from audiopub.publish.selection import Outlet, Selection
from audiopub.publish.titles import told_apart
from audiopub.units import Milliseconds
from tests.conftest import NOW, make_channel
from tests.wires import site

PODCAST = "{https://podcastindex.org/namespace/1.0}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
ATOM = "{http://www.w3.org/2005/Atom}"


def episode(number: int, /, **values: Any) -> Episode:
    """Make an episode of a long show, one every two hours."""
    moment = NOW - timedelta(hours=2 * number)
    found = Episode(
        id=episode_id(f"bai-{number}"), guid=f"guid-{number}", name=f"{moment:%Y-%m-%d}-bai-{number}", title=f"Bài số {number}", author="Nguyễn Văn Ổi",
        description="Tóm tắt.", article_url=f"https://bao.example/bai-{number}.html", published=moment, updated=moment, revision=1, audio=f"bai-{number}-01234567.mp3",
        audio_bytes=480_000, duration=Milliseconds(60_000), voice="silent", fallback=False, fingerprint="f", show="thu",
        chapters=(Chapter(title="Mở đầu", start=Milliseconds(0), end=Milliseconds(60_000)),), history=(Event(at=moment, act=Act.PUBLISHED, revision=1, audio=""),),
    )  # fmt: skip
    return replace(found, **values)


def parsed(body: bytes) -> Any:
    return etree.fromstring(body).find("channel")


def walked(files: dict[str, bytes]) -> list[str]:
    """Follow a feed as an app does, by its ``next`` links, and give the guids in order."""
    guids: list[str] = []
    name: str | None = "feed.xml"
    while name:
        channel = parsed(files[f"thu/{name}"])
        guids += [item.findtext("guid") for item in channel.findall("item")]
        name = next((link.get("href").rpartition("/")[2] for link in channel.findall(f"{ATOM}link") if link.get("rel") == "next"), None)
    return guids


def publish(catalog: MemoryCatalog, store: MemoryStore, episodes: list[Episode]) -> None:
    for one in episodes:
        catalog.commit("thu", one)
        store.files[f"thu/{one.audio}"] = b"\0" * one.audio_bytes


@given(st.integers(0, 2_000), st.integers(1, 300))
def test_every_episode_stands_in_one_page(count: int, newest: int) -> None:
    """Pages hold all episodes, each once, newest first, and name their neighbours."""
    episodes = [episode(number) for number in range(count)]
    pages = paged(random.Random(count).sample(episodes, count), newest)
    assert [one.id for page in pages for one in page.episodes] == [one.id for one in episodes]
    assert len(pages[0].episodes) == min(count, newest) and all(0 < len(page.episodes) <= 300 for page in pages[1:])
    assert [(page.older, following.newer) for page, following in pairwise(pages)] == [(following.mark, page.mark) for page, following in pairwise(pages)]
    assert pages[0].mark == "" and len({page.mark for page in pages}) == len(pages)


def test_a_feed_of_ten_thousand() -> None:
    """The feed has the newest 300; an app that follows ``next`` meets all 10,000, each once, newest first; each page names itself and the first."""
    catalog, store, archive = MemoryCatalog(), MemoryStore(), MemoryStore()
    episodes = [replace(episode(number), audio_bytes=1) for number in range(10_000)]
    publish(catalog, store, episodes)
    rebuilt = rebuild(Outlet(channel=make_channel()), store, archive, catalog)
    assert (rebuilt.episodes, rebuilt.missing, rebuilt.refused) == (10_000, (), ())
    assert walked(store.files) == [one.guid for one in episodes]
    assert len(parsed(store.files["thu/feed.xml"]).findall("item")) == NEWEST and len(store.files["thu/feed.xml"]) < 1_000_000
    for name, body in store.files.items():
        if "/feed" in name and name.endswith(".xml"):
            links = {link.get("rel"): link.get("href") for link in parsed(body).findall(f"{ATOM}link")}
            assert links["self"] == f"http://127.0.0.1:8000/{name}" and links["first"] == "http://127.0.0.1:8000/thu/feed.xml"


def test_one_change_writes_few_pages() -> None:
    """A correction in the oldest page, a withdrawal in the middle, a new episode: each writes its own page and at most a few others."""
    catalog, store, archive = MemoryCatalog(), MemoryStore(), MemoryStore()
    publish(catalog, store, [replace(episode(number), audio_bytes=1) for number in range(4_000)])
    outlet = Outlet(channel=make_channel())
    whole = rebuild(outlet, store, archive, catalog).pages
    assert rebuild(outlet, store, archive, catalog).pages == 0
    before = dict(store.files)
    oldest = episode(3_999, audio_bytes=1, revision=2, title="Bài cũ, nay đã sửa")
    publish(catalog, store, [oldest])
    assert rebuild(outlet, store, archive, catalog).pages == 1
    changed = {name for name in before if store.files.get(name) != before[name]}
    assert len(changed) == 2 and "thu/feed.xml" not in changed
    publish(catalog, store, [episode(2_000, audio_bytes=1, state=State.WITHDRAWN)])
    assert 1 <= rebuild(outlet, store, archive, catalog).pages <= 4 < whole
    publish(catalog, store, [episode(-1, audio_bytes=1)])
    assert 1 <= rebuild(outlet, store, archive, catalog).pages <= 4
    assert len(walked(store.files)) == 4_000
    assert {name for name in store.files if name.endswith(".xml")} == {f"thu/{page.file('feed', '.xml')}" for page in paged(outlet.episodes(catalog))}


def test_a_page_that_is_gone_is_written_again() -> None:
    """A page that somebody deleted comes back, although nothing changed; so does everything where it is not known what was written."""
    catalog, store, archive = MemoryCatalog(), MemoryStore(), MemoryStore()
    publish(catalog, store, [replace(episode(number), audio_bytes=1) for number in range(1_000)])
    outlet = Outlet(channel=make_channel())
    rebuild(outlet, store, archive, catalog)
    before = dict(store.files)
    victim = next(name for name in before if "/feed-" in name)
    del store.files[victim]
    assert rebuild(outlet, store, archive, catalog).pages == 1 and store.files == before
    archive.files = {"pages/thu.json": b"{broken"}
    assert rebuild(outlet, store, archive, catalog).pages > 3 and store.files == before


class Racing(MemoryStore):
    """A store in which somebody else writes the feed while ours is being made."""

    others = 0

    def replace(self, key: str, body: bytes, seen: str | None) -> bool:
        if self.others:
            self.others -= 1
            self.files[key] = f"another writer's {self.others}".encode()
        return super().replace(key, body, seen)


def test_whoever_comes_second_reads_the_catalog_again() -> None:
    """A feed that somebody else wrote meanwhile is not overwritten unseen: it is made again, and after several such times given up."""
    for others, fails in ((2, False), (9, True)):
        catalog, store = MemoryCatalog(), Racing()
        store.others = others
        publish(catalog, store, [replace(episode(1), audio_bytes=1)])
        if fails:
            with pytest.raises(Overtaken):
                rebuild(Outlet(channel=make_channel()), store, MemoryStore(), catalog)
        else:
            rebuild(Outlet(channel=make_channel()), store, MemoryStore(), catalog)
            assert walked(store.files) == ["guid-1"]


def test_titles_of_one_day_are_told_apart() -> None:
    """Two bulletins of one day get their times; two of one minute a number; those of different days, and different titles, keep what they have."""
    same = {
        "first": episode(0, id="a" * 16, title="Điểm tin sáng"), "later": episode(0, id="b" * 16, title="“Điểm tin  sáng”", published=NOW + timedelta(hours=2)),
        "third": episode(0, id="c" * 16, title="ĐIỂM TIN SÁNG", published=NOW + timedelta(hours=2)),
        "next day": episode(0, id="d" * 16, title="Điểm tin sáng", published=NOW + timedelta(days=1, hours=3)),
        "another": episode(0, id="e" * 16, title="Điểm tin tối"),
    }  # fmt: skip
    titles = told_apart(same.values())
    assert [titles["thu", one.id] for one in same.values()] == [
        "Điểm tin sáng", "“Điểm tin sáng” (22:00)", "ĐIỂM TIN SÁNG (22:00, 2)", "Điểm tin sáng", "Điểm tin tối",
    ]  # fmt: skip
    assert len({title.casefold().strip("“”") for title in titles.values()}) >= 4


def test_the_feed_and_its_page_use_those_titles() -> None:
    """Two episodes of one title and day have different titles in the feed and on the show's page."""
    catalog, store = MemoryCatalog(), MemoryStore()
    publish(catalog, store, [episode(0, title="Điểm tin", audio_bytes=1), episode(1, title="Điểm tin", audio_bytes=1)])
    rebuild(Outlet(channel=make_channel()), store, MemoryStore(), catalog)
    assert [item.findtext("title") for item in parsed(store.files["thu/feed.xml"]).findall("item")] == ["Điểm tin (20:00)", "Điểm tin"]
    assert "Điểm tin (20:00)</a>" in store.files["thu/index.html"].decode()


@given(st.lists(st.tuples(st.sampled_from(["Điểm tin", "điểm  tin", "Tin tối"]), st.integers(0, 4_000)), max_size=30))
def test_no_two_titles_of_a_day_are_alike(made: list[tuple[str, int]]) -> None:
    """Whatever is published when, no two episodes within a day have one title, case apart."""
    episodes = [episode(0, id=episode_id(str(place)), title=title, published=NOW + timedelta(minutes=minutes)) for place, (title, minutes) in enumerate(made)]
    titles = told_apart(episodes)
    for place, one in enumerate(episodes):
        for other in episodes[:place]:
            if abs(one.published - other.published) < timedelta(hours=24):
                assert titles["thu", one.id] != titles["thu", other.id]


@pytest.mark.parametrize("bad", [{"published": datetime(2026, 11, 24, 6)}, {"duration": None}, {"title": None}], ids=["no zone", "no length", "no title"])  # noqa: DTZ001
def test_one_bad_episode_stops_no_other(bad: dict[str, Any]) -> None:
    """An episode that cannot be written is left out and named; the others are there."""
    good = [episode(1), episode(3)]
    page = replace(paged(good)[0], episodes=(good[0], episode(2, **bad), good[1]))
    written = feed_page(make_channel(), page, {("thu", one.id): one.title for one in page.episodes})
    assert [item.findtext("guid") for item in parsed(written.xml).findall("item")] == ["guid-1", "guid-3"]
    assert [(one.guid, bool(reason)) for one, reason in written.refused] == [("guid-2", True)]


def full_channel() -> Channel:
    more = Podcasting(
        locked=False, medium="newsletter", persons=(Person(name="Lò Thị Ổi", role="editor", group="writing", url="https://bao.example/oi"),),
        places=(Place(name="Thái Nguyên", geo="geo:21.59,105.84", osm="R1903516", country="VN"),), license=License(name="cc-by-nc-4.0"),
        funding=(Funding(url="https://bao.example/ung-ho", text="Ủng hộ tòa soạn"),), podroll=(RemoteItem(guid="9b024349-ccf0-5f69-a609-6b82873eab3c", title="Bạn"),),
        frequency=Frequency(text="Hằng ngày", rrule="FREQ=DAILY"), txt=(Txt(text="ma-xac-minh", purpose="verify"),), hub="https://hub.example/", moved_to="https://moi.example/feed.xml",
        prefix="https://op3.dev/e/", season_names=True,
    )  # fmt: skip
    return replace(make_channel(), base_url="https://podcast.bao.example", more=more)


def test_what_a_show_may_say_is_said() -> None:
    """Every value of a show's podcasting stands in its feed, where the name space puts it."""
    channel = parsed(feed_xml(full_channel(), [episode(1, season=2026, number=7)]))
    item = channel.find("item")
    assert channel.findtext(f"{PODCAST}locked") == "no" and channel.findtext(f"{PODCAST}medium") == "newsletter"
    assert [(one.text, one.get("role"), one.get("href")) for one in channel.findall(f"{PODCAST}person")] == [("Lò Thị Ổi", "editor", "https://bao.example/oi")]
    assert dict(channel.find(f"{PODCAST}location").attrib) == {"rel": "subject", "geo": "geo:21.59,105.84", "osm": "R1903516", "country": "VN"}
    assert (channel.findtext(f"{PODCAST}license"), channel.find(f"{PODCAST}funding").get("url")) == ("cc-by-nc-4.0", "https://bao.example/ung-ho")
    assert channel.find(f"{PODCAST}podroll/{PODCAST}remoteItem").get("feedGuid") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert (channel.findtext(f"{PODCAST}updateFrequency"), channel.find(f"{PODCAST}updateFrequency").get("rrule")) == ("Hằng ngày", "FREQ=DAILY")
    assert {one.get("purpose"): one.text for one in channel.findall(f"{PODCAST}txt")} == {"ai-content": "true", "verify": "ma-xac-minh"}
    assert [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "hub"] == ["https://hub.example/"]
    assert channel.findtext(f"{ITUNES}new-feed-url") == "https://moi.example/feed.xml"
    assert item.find("enclosure").get("url") == "https://op3.dev/e/podcast.bao.example/thu/bai-1-01234567.mp3"
    assert (item.findtext(f"{ITUNES}season"), item.findtext(f"{ITUNES}episode")) == ("2026", "7")
    assert (item.find(f"{PODCAST}season").get("name"), item.find(f"{PODCAST}episode").get("display")) == ("Năm 2026", "Số 7")
    assert [one.text for one in item.findall(f"{PODCAST}person")] == ["Lò Thị Ổi", "Nguyễn Văn Ổi"]


def test_a_prefix_is_never_kept() -> None:
    """Taking the prefix away gives back the very feed that was there without it: guids, dates, files do not know it."""
    plain = replace(full_channel(), more=replace(full_channel().more, prefix=""))
    episodes = [episode(number) for number in range(3)]
    assert feed_xml(full_channel(), episodes).replace(b"https://op3.dev/e/podcast", b"https://podcast") == feed_xml(plain, episodes)
    insecure = replace(full_channel(), base_url="http://podcast.bao.example")
    assert b'url="https://op3.dev/e/http://podcast.bao.example/thu/bai-1-' in feed_xml(insecure, [episode(1)])


def test_the_locale_of_the_process_is_left_alone() -> None:
    """Four threads that write feeds at once leave the process's locale as it was, and each other's bytes too."""
    import locale

    before, episodes = locale.setlocale(locale.LC_ALL), [episode(number) for number in range(40)]
    want, seen = feed_xml(make_channel(), episodes), []
    threads = [threading.Thread(target=lambda: seen.append(feed_xml(make_channel(), episodes))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [want] * 4 and locale.setlocale(locale.LC_ALL) == before


def test_an_outside_reader_sees_chapters_and_corrections() -> None:
    """gPodder's parser reads the chapters; the notes have times from 00:00, one a line, and the dated correction."""
    marks = tuple(Chapter(title=f"Phần {n}", start=Milliseconds(n * 20_000), end=Milliseconds(n * 20_000 + 20_000), url=f"https://bao.example/{n}") for n in range(3))
    told = Event(at=NOW, act=Act.CORRECTED, revision=2, audio="", note="Số liệu đúng là 45 tỷ.")
    feed = podcastparser.parse("http://127.0.0.1:8000/thu/feed.xml", __import__("io").BytesIO(feed_xml(make_channel(), [episode(1, chapters=marks, history=(told,))])))
    [one] = feed["episodes"]
    assert [(mark["start"], mark["title"], mark["href"]) for mark in one["chapters"]] == [(n * 20, f"Phần {n}", f"https://bao.example/{n}") for n in range(3)]
    assert '<li>00:00 <a href="https://bao.example/0">Phần 0</a></li><li>00:20 ' in one["description_html"]
    assert "Đính chính, 20:00 24/11/2026: Số liệu đúng là 45 tỷ." in one["description_html"]


def test_a_show_selects_from_others() -> None:
    """A selecting show lists the episodes that fit, with the addresses of the show that made them; conditions all have to hold."""
    catalog, store = MemoryCatalog(), MemoryStore()
    publish(catalog, store, [
        episode(1, audio_bytes=1, section="Kinh tế", tags=("Chè",)), episode(2, audio_bytes=1, section="Kinh tế"), episode(3, audio_bytes=1, section="Thể thao", tags=("chè",)),
        episode(4, audio_bytes=1, section="kinh tế", tags=("CHÈ",), state=State.WITHDRAWN),
    ])  # fmt: skip
    chosen = Selection(shows=("thu",), sections=frozenset({"kinh tế"}), tags=frozenset({"chè"}))
    outlet = Outlet(channel=make_channel("kinh-te"), selection=chosen)
    rebuild(outlet, store, MemoryStore(), catalog)
    [item] = parsed(store.files["kinh-te/feed.xml"]).findall("item")
    assert (item.findtext("guid"), item.find("enclosure").get("url")) == ("guid-1", "http://127.0.0.1:8000/thu/bai-1-01234567.mp3")
    assert b"http://127.0.0.1:8000/thu/" in store.files["kinh-te/index.html"]
    for condition, fits in (
        ({"authors": frozenset({"nguyễn văn ổi"})}, True),
        ({"authors": frozenset({"ai khác"})}, False),
        ({"words": ("số 1",)}, True),
        ({"words": ("số 9",)}, False),
    ):
        assert replace(chosen, **condition).takes(episode(1, section="Kinh tế", tags=("Chè",))) is fits


def test_a_hub_is_told() -> None:
    """A hub gets the feed's address as WebSub wants it; one that is down or refuses costs nothing but its reason."""
    bodies: list[bytes] = []
    with site(lambda _path: (202, {}, b"")) as (address, asked):
        assert announced(address, "https://podcast.bao.example/thu/feed.xml") == "HTTP 501"  # this stand-in answers GET only
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Hub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Hub) as hub:
        thread = threading.Thread(target=hub.handle_request)
        thread.start()
        assert announced(f"http://127.0.0.1:{hub.server_address[1]}/", "https://podcast.bao.example/thu/feed.xml") is None
        thread.join()
    assert parse_qs(bodies[0].decode()) == {"hub.mode": ["publish"], "hub.url": ["https://podcast.bao.example/thu/feed.xml"]}
    assert "refused" in (announced("http://127.0.0.1:1/", "x") or "")
    del asked
