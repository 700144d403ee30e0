"""Opus and M4B beside the MP3: heard by other decoders, in their places, named by the feed."""

import io
from dataclasses import replace
from typing import Any

import av
import mutagen
import numpy as np
import pytest
from lxml import etree

from audiopub.adapters.memory import MemoryStore
from audiopub.adapters.other_formats import AvEncoder
from audiopub.episode import Chapter, Run
from audiopub.pipeline import Outcome, render
from audiopub.publish.encoder import Tags
from audiopub.units import Hertz, Milliseconds, Samples
from tests.articles import text_page
from tests.conftest import NOW, make_studio

MARKS = (Chapter(title="Mở đầu", start=Milliseconds(0), end=Milliseconds(2000)), Chapter(title="Phần hai", start=Milliseconds(2000), end=Milliseconds(5005)))
TAGS = Tags(
    title="Chợ phiên",
    artist="Báo Thử",
    album="Bản tin",
    date="2026-11-24",
    language="vie",
    url=None,
    comment="Tóm tắt",
    length=Milliseconds(5005),
    cover=b"",
    chapters=MARKS,
)
PODCAST = "https://podcastindex.org/namespace/1.0"


def written(form: str, rate: int = 22_050) -> tuple[bytes, Any]:
    """Encode a tone that begins after 150 ms, in two runs of odd sizes."""
    count = 5 * rate + 123
    sound = (0.3 * np.sin(np.arange(count) / 9)).astype(np.float32)
    sound[: int(0.15 * rate)] = 0
    parts = (sound[: rate + 17], sound[rate + 17 :])
    runs = [Run(key="", length=Samples(len(part)), pieces=lambda part=part: iter([part[:1000], part[1000:]])) for part in parts]  # type: ignore[misc]
    sink = io.BytesIO()
    AvEncoder(form, 48).encode(runs, Hertz(rate), TAGS, sink)
    return sink.getvalue(), sound


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000])
@pytest.mark.parametrize("form", ["opus", "m4b"])
def test_another_form_is_heard_in_its_place(form: str, rate: int) -> None:
    """What is decoded is as long as what went in, to a frame at most, and begins where it began, to 5 ms."""
    body, sound = written(form, rate)
    with av.open(io.BytesIO(body)) as container:
        stream = container.streams.audio[0]
        heard = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
        marks = [(float(chapter["start"] * chapter["time_base"]), chapter["metadata"]["title"]) for chapter in container.chapters()]
    assert abs(len(heard) / stream.rate - len(sound) / rate) < (0.001 if form == "opus" else 1100 / rate)
    assert abs(int(np.argmax(np.abs(heard) > 0.05)) / stream.rate - 0.15) < 0.005
    assert marks == [(0.0, "Mở đầu"), (2.0, "Phần hai")]


@pytest.mark.parametrize("form", ["opus", "m4b"])
def test_another_form_is_the_same_each_time(form: str) -> None:
    """No time, no chance: the same sound gives the same bytes."""
    assert written(form)[0] == written(form)[0]


@pytest.mark.parametrize(("form", "title"), [("opus", "title"), ("m4b", "\xa9nam")])
def test_another_form_has_its_tags(form: str, title: str) -> None:
    """A tag reader finds the title."""
    found = mutagen.File(io.BytesIO(written(form)[0]))
    assert found is not None
    assert found[title] == ["Chợ phiên"]


def test_the_feed_offers_the_other_forms() -> None:
    """MP3 stays the enclosure; the others stand beside it with type, size and address, and their files are there."""
    studio = replace(make_studio(), others=(AvEncoder("opus", 32), AvEncoder("m4b", 48)))
    episode = render(studio, text_page(), now=NOW, progress=lambda *_: None).episode
    assert episode and isinstance(studio.store, MemoryStore)
    feed = etree.fromstring(studio.store.files["thu/feed.xml"])
    assert [one.get("type") for one in feed.iter("enclosure")] == ["audio/mpeg"]
    others = list(feed.iter(f"{{{PODCAST}}}alternateEnclosure"))
    offered = [(other.get("type"), other.get("length"), next(other.iter(f"{{{PODCAST}}}source")).get("uri")) for other in others]
    assert [kind for kind, _, _ in offered] == ["audio/ogg", "audio/mp4"]
    for _, length, address in offered:
        assert len(studio.store.files["thu/" + str(address).rpartition("/")[2]]) == int(str(length))


def test_a_lost_other_form_is_made_again() -> None:
    """An episode whose Opus is gone is not unchanged."""
    studio = replace(make_studio(), others=(AvEncoder("opus", 32),))
    first = render(studio, text_page(), now=NOW, progress=lambda *_: None)
    assert render(studio, text_page(), now=NOW, progress=lambda *_: None).outcome is Outcome.UNCHANGED
    assert first.episode
    studio.store.remove(f"thu/{first.episode.alternates[0].file}")
    assert render(studio, text_page(), now=NOW, progress=lambda *_: None).outcome is Outcome.UPDATED
    assert studio.store.size(f"thu/{first.episode.alternates[0].file}") == first.episode.alternates[0].bytes
