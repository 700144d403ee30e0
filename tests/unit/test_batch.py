"""Many articles at once: order, faults, twins, and the feed."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audiopub.adapters.memory import MemoryStore
from audiopub.audio import Pcm
from audiopub.batch import Batch, Order
from audiopub.engines.silent import SilentEngine
from audiopub.errors import AudiopubError, BadInput, EngineUnavailable
from audiopub.pipeline import Outcome, Result, Studio
from audiopub.source import Entry, Gathered, Page
from audiopub.speech import VoiceChain
from tests.articles import BODY, text_page
from tests.conftest import NOW, make_studio

TOPICS = ("trường học", "bệnh viện", "con đường", "cây cầu", "khu chợ", "nhà máy", "hồ nước", "cánh rừng")


def pages(count: int) -> list[Page]:
    """Make articles that differ in every paragraph."""
    return [
        text_page(*(f"{text} Đó là chuyện của {TOPICS[number % 8]} thứ {number}, {part}." for part, text in enumerate(BODY)), title=f"Chuyện {TOPICS[number % 8]} số {number}", name=f"{number}.txt")
        for number in range(count)
    ]  # fmt: skip


def gathered(found: Iterable[Page | AudiopubError]) -> list[Gathered]:
    """Make what a source gives."""
    return [
        Gathered(source="thử", entry=Entry(url=one.name), page=one) if isinstance(one, Page) else Gathered(source="thử", entry=Entry(url="hong"), error=one)
        for one in found
    ]


def order(workers: int = 3, clock: Callable[[], float] = time.monotonic, **wishes: Any) -> Order:
    """Make an order of the test's moment."""
    return Order(now=lambda: NOW, clock=clock, workers=workers, **wishes)


def rendered(studio: Studio, found: Iterable[Page | AudiopubError], **wishes: Any) -> list[tuple[str, Result | AudiopubError]]:
    """Render pages."""
    return list(Batch(studio, order(**wishes)).render(gathered(found)))


class Slow(SilentEngine):
    """Hums after a while, and counts how many ask at once."""

    lock = threading.Lock()
    now = most = 0

    def speak(self, utterance: str) -> Pcm:
        with self.lock:
            type(self).now += 1
            type(self).most = max(self.most, self.now)
        time.sleep(0.002)
        try:
            return super().speak(utterance)
        finally:
            with self.lock:
                type(self).now -= 1


def test_outcomes_stand_in_the_order_of_the_pages() -> None:
    """Whatever is done first, outcomes come as the pages came, and articles are spoken side by side."""
    Slow.most = 0
    studio = make_studio(chain=VoiceChain(["slow"], lambda _name: Slow()))
    found = rendered(studio, pages(9))
    assert [name for name, _ in found] == [f"{number}.txt" for number in range(9)]
    assert all(isinstance(outcome, Result) and outcome.outcome is Outcome.PUBLISHED for _, outcome in found)
    assert Slow.most > 1


def test_many_at_once_give_what_one_after_the_other_gives() -> None:
    """The files of a batch are to the byte those that a single worker makes."""
    one, three = make_studio(), make_studio()
    rendered(one, pages(6), workers=1)
    rendered(three, pages(6), workers=4)
    assert isinstance(one.store, MemoryStore) and isinstance(three.store, MemoryStore)
    assert one.store.files == three.store.files


def test_a_failed_article_stops_no_other() -> None:
    """Pages that cannot be had, are no articles, or cannot be spoken are outcomes among the others, and the feed has the rest."""

    class Picky(SilentEngine):
        def speak(self, utterance: str) -> Pcm:
            if "số hai" in utterance:
                raise EngineUnavailable("speech.unavailable", engine="picky", reason="thử")
            return super().speak(utterance)

    studio = make_studio(chain=VoiceChain(["picky"], lambda _name: Picky()))
    first, _, second, *_ = pages(3)
    found = rendered(studio, [first, BadInput("source.empty", source="hong"), second, text_page("Ngắn.", name="ngan.txt"), *pages(5)[3:]])
    outcomes = [outcome.outcome if isinstance(outcome, Result) else outcome.code for _, outcome in found]
    assert outcomes == ["published", "source.empty", "speech.all_failed", "article.too_short", "published", "published"]
    assert len(studio.catalog.episodes("thu")) == 3
    assert (studio.store.get("thu/feed.xml") or b"").count(b"<item>") == 3


def test_one_article_twice_is_one_episode() -> None:
    """The same article under two names, or its correction, waits for the first and becomes its next revision or nothing."""
    studio = make_studio()
    page = pages(1)[0]
    corrected = replace(page, body=page.body.replace("thứ 0, 1".encode(), "thứ nhất, 1".encode()))
    found = rendered(studio, [page, replace(page, name="khac.txt", identity="file:khac.txt"), corrected, *pages(3)[1:]])
    outcomes = [outcome.outcome for _, outcome in found if isinstance(outcome, Result)]
    assert outcomes == ["published", "unchanged", "updated", "published", "published"]
    assert [episode.revision for episode in studio.catalog.episodes("thu")].count(2) == 1
    assert len(studio.catalog.episodes("thu")) == 3


class Counting(MemoryStore):
    """Counts how often the feed is written."""

    feeds = 0

    def put(self, key: str, body: Any) -> bool:
        self.feeds += key.endswith("feed.xml")
        return super().put(key, body)


@pytest.mark.parametrize(("gap", "written"), [(0.0, 1), (8.0, 4), (30.0, 9)], ids=["quick", "long", "very slow"])
def test_the_feed_is_written_as_the_night_goes_on(gap: float, written: int) -> None:
    """A quick batch writes its feed once, at the end; a long one now and then, so that what is done can be heard."""
    moments = [0.0]

    def coming() -> Iterator[Gathered]:
        for one in gathered(pages(9)):
            moments[0] += gap
            yield one

    store = Counting()
    list(Batch(replace(make_studio(), store=store), order(workers=1, clock=lambda: moments[0])).render(coming()))
    assert store.feeds == written
    assert store.files["thu/feed.xml"].count(b"<item>") == 9


def test_a_batch_tells_what_became_of_the_feed() -> None:
    """A first run changes the feed, a second does not, and names the audio that is gone meanwhile."""
    studio = make_studio()
    assert isinstance(studio.store, MemoryStore)
    first = Batch(studio, order())
    episodes = [outcome.episode for _, outcome in first.render(gathered(pages(3))) if isinstance(outcome, Result)]
    assert (first.feed_changed, first.missing) == (True, ())
    assert episodes[0] is not None
    studio.store.remove(f"thu/{episodes[0].audio}")
    again = Batch(studio, order())
    list(again.render(gathered(pages(3)[1:])))
    assert (again.feed_changed, again.missing) == (False, (episodes[0].audio,))


def test_progress_is_told_for_each_article() -> None:
    """Every article has a listener of its own, who hears every stage."""
    heard: dict[str, list[str]] = {}
    rendered(make_studio(), pages(3), progress_of=lambda name: lambda stage, _done, _of: heard.setdefault(name, []).append(stage))
    assert set(heard) == {"0.txt", "1.txt", "2.txt"}
    assert all(dict.fromkeys(stages) == dict.fromkeys(["extracting", "speaking", "measuring", "encoding", "publishing"]) for stages in heard.values())


def test_a_correction_a_day_later_in_a_batch() -> None:
    """A batch renders what changed and leaves the rest as it is."""
    studio = make_studio()
    rendered(studio, pages(4))
    changed = pages(4)
    changed[2] = replace(changed[2], body=changed[2].body.replace(b"92,4", b"93,4"))
    found = list(Batch(studio, replace(order(), now=lambda: NOW + timedelta(days=1))).render(gathered(changed)))
    assert [outcome.outcome for _, outcome in found if isinstance(outcome, Result)] == ["unchanged", "unchanged", "updated", "unchanged"]


def test_a_slow_voice_blocks_no_other_article() -> None:
    """While one article waits for its voice, the next ones are spoken, encoded and published."""
    published = threading.Event()
    waited: list[str] = []

    class Waiting(SilentEngine):
        def speak(self, utterance: str) -> Pcm:
            if "số không" in utterance:
                waited.append(utterance)
            if "số không" in utterance and not published.wait(20):
                raise EngineUnavailable("speech.unavailable", engine="waiting", reason="nobody else was published")
            return super().speak(utterance)

    studio = make_studio(chain=VoiceChain(["waiting"], lambda _name: Waiting()))

    def progress_of(name: str) -> Any:
        return lambda stage, _done, _of: published.set() if (name, stage) == ("1.txt", "publishing") else None

    found = rendered(studio, pages(3), workers=2, progress_of=progress_of)
    assert [outcome.outcome for _, outcome in found if isinstance(outcome, Result)] == ["published"] * 3
    assert waited
