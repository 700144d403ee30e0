"""What is written, as other people's programs read it: feed readers, tag readers, decoders, caption readers."""

import calendar
import io
import json
import os
import struct
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import av
import feedparser
import miniaudio
import mutagen.id3
import mutagen.mp3
import numpy as np
import podcastparser
import pytest
import webvtt
from lxml import etree

from audiopub.adapters.mp3 import LameEncoder
from audiopub.audio import Pcm
from audiopub.bootstrap import studio
from audiopub.config import Settings, read_show
from audiopub.pipeline import render
from audiopub.publish.encoder import Tags
from audiopub.publish.model import Episode
from audiopub.sources import Sources
from audiopub.units import Hertz, Milliseconds
from tests.sounds import one_run

ROOT = Path(__file__).parents[2]
EXAMPLES = ("cho-phien-vung-cao.html", "nuoc-sach-ve-ban.txt", "chuyen-doi-so-o-xa.html")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SILENT, SOUNDING = -75.0, -35.0
"""dBFS of the mean square: nothing anybody hears, and speech."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """An episode with its files."""

    episode: Episode
    folder: Path

    def read(self, suffix: str) -> bytes:
        """Give the bytes of one of its files."""
        return (self.folder / (self.episode.audio if suffix == ".mp3" else self.episode.file(suffix))).read_bytes()

    @property
    def record(self) -> dict[str, Any]:
        """Give its manifest."""
        return dict(json.loads(self.read(".json")))

    @property
    def mp3(self) -> str:
        """Give the path of its audio."""
        return os.fspath(self.folder / self.episode.audio)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> list[Published]:
    """Render the examples once."""
    home = tmp_path_factory.mktemp("outside")
    settings = Settings(output=home / "output", state=home / "state")
    made = studio(read_show(ROOT / "feeds" / "ban-tin-doi-che.toml"), settings, ("espeak",))
    results = [render(made, Sources(settings, bytes).page(os.fspath(ROOT / "examples" / name)), now=NOW, progress=lambda *_: None) for name in EXAMPLES]
    return [Published(episode=result.episode, folder=home / "output" / "ban-tin-doi-che") for result in results if result.episode]


@pytest.fixture(params=range(len(EXAMPLES)), ids=[name.split(".")[0] for name in EXAMPLES])
def one(request, published) -> Published:
    """Give each of the episodes in turn."""
    return published[request.param]


@pytest.fixture
def newest_first(published) -> list[Published]:
    """Give the episodes as a feed lists them."""
    return sorted(published, key=lambda one: one.episode.published, reverse=True)


def test_podcastparser_reads_the_feed(newest_first):
    """gPodder's parser finds every episode with its title, identity, audio, size, time, length and chapters."""
    address = "http://127.0.0.1:8000/ban-tin-doi-che/feed.xml"
    feed = podcastparser.parse(address, io.BytesIO((newest_first[0].folder / "feed.xml").read_bytes()))
    assert (feed["title"], feed["language"], feed["type"], feed["itunes_categories"]) == ("Bản tin Đồi Chè", "vi", "episodic", [["News", "Daily News"]])
    found = [(e["title"], e["guid"], e["published"], e["total_time"], e["enclosures"], e["chapters"]) for e in feed["episodes"]]
    assert found == [_as_podcastparser(one.episode) for one in newest_first]


def test_feedparser_reads_the_feed(newest_first):
    """The universal feed parser finds nothing to mend, and the same episodes."""
    feed = feedparser.parse((newest_first[0].folder / "feed.xml").read_bytes())
    assert (feed.bozo, feed.version, feed.feed.title, feed.feed.language) == (False, "rss20", "Bản tin Đồi Chè", "vi")
    for entry, one in zip(feed.entries, newest_first, strict=True):
        episode = one.episode
        assert (entry.title, entry.id, entry.guidislink) == (episode.title, episode.guid, False)
        assert calendar.timegm(entry.published_parsed) == int(episode.published.timestamp())
        assert [(e.href.rsplit("/", 1)[-1], int(e.length), e.type) for e in entry.enclosures] == [(episode.audio, len(one.read(".mp3")), "audio/mpeg")]
        assert int(entry.itunes_duration) == round(one.record["audio"]["samples"] / one.record["audio"]["rate"])
        assert entry.link.endswith(episode.file(".html"))


def test_ffmpeg_decodes_every_sample_and_no_more(one):
    """FFmpeg decodes exactly the samples that went in: the encoder's delay and padding are cut off."""
    samples, rate = _decoded(one)
    assert (len(samples), rate) == (one.record["audio"]["samples"], one.record["audio"]["rate"])


def test_miniaudio_decodes_the_same_samples(one):
    """A second, unrelated decoder gives as many samples, and the same ones."""
    sound = miniaudio.mp3_read_f32(one.read(".mp3"))
    samples, rate = _decoded(one)
    assert (sound.nchannels, sound.sample_rate, len(sound.samples)) == (1, rate, len(samples))
    assert float(np.abs(np.asarray(sound.samples) - samples).max()) < 1e-3


def test_all_lengths_agree(one):
    """Record, ID3 tag, tag reader, container and feed name the same length, to the millisecond."""
    audio = one.record["audio"]
    exact = audio["samples"] * 1000 / audio["rate"]
    with av.open(one.mp3) as container:
        lengths = [container.duration / 1000, float(container.streams.audio[0].duration * container.streams.audio[0].time_base) * 1000]
    file = mutagen.mp3.MP3(one.mp3)
    lengths += [file.info.length * 1000, float(str(file.tags["TLEN"])), audio["duration_ms"], one.episode.duration]
    assert max(abs(length - exact) for length in lengths) <= 1


def test_tags(one):
    """A tag reader finds title, artist, show, date, language, genre and the article's address."""
    tags = mutagen.id3.ID3(one.mp3)
    assert (tags.version, str(tags["TIT2"]), str(tags["TPE1"]), str(tags["TALB"])) == ((2, 3, 0), one.episode.title, "Báo Đồi Chè", "Bản tin Đồi Chè")
    assert (str(tags["TDRC"]), str(tags["TLAN"]), str(tags["TCON"])) == (f"{one.episode.published:%Y-%m-%d}", "vie", "Podcast")
    assert [comment.text for comment in tags.getall("COMM")] == [[one.episode.description]]
    assert [frame.url for frame in tags.getall("WOAF")] == ([one.episode.article_url] if one.episode.article_url else [])


def test_tag_has_only_frames_of_its_version(one):
    """The tag is ID3v2.3 throughout: its date stands in TYER and TDAT, which that version has, not in TDRC, which old players do not know."""
    names = _frame_names(one.read(".mp3"))
    assert {"TYER", "TDAT"} <= set(names)
    assert set(names) <= {"TIT2", "TPE1", "TALB", "TYER", "TDAT", "TLAN", "TCON", "TLEN", "COMM", "APIC", "WOAF", "CHAP", "CTOC"}


def test_cover_in_the_audio(one):
    """The audio carries the show's cover as a front cover, and FFmpeg sees it as a picture of that size."""
    (picture,) = mutagen.id3.ID3(one.mp3).getall("APIC")
    assert (picture.type, picture.mime, picture.data) == (mutagen.id3.PictureType.COVER_FRONT, "image/jpeg", (one.folder / "cover.jpg").read_bytes())
    with av.open(one.mp3) as container:
        (stream,) = container.streams.video
        assert (stream.codec_context.name, stream.codec_context.width, stream.codec_context.height) == ("mjpeg", 1400, 1400)


def test_chapters_in_the_tag(one):
    """ID3 chapters have the record's titles and times and are listed in a table of contents, in order."""
    tags = mutagen.id3.ID3(one.mp3)
    (contents,) = tags.getall("CTOC")
    listed = [tags[f"CHAP:{name}"] for name in contents.child_element_ids]
    found = [{"title": str(chapter.sub_frames["TIT2"]), "start_ms": chapter.start_time, "end_ms": chapter.end_time} for chapter in listed]
    assert found == one.record["chapters"]


def test_chapters_stand_in_order(one):
    """Players that do not read the table of contents, such as those built on FFmpeg, meet the chapters in order too."""
    with av.open(one.mp3) as container:
        found = [(chapter["metadata"]["title"], chapter["start"], chapter["end"]) for chapter in container.chapters()]
    assert found == [(chapter["title"], chapter["start_ms"], chapter["end_ms"]) for chapter in one.record["chapters"]]


def test_chapters_are_the_same_everywhere(one):
    """Feed, chapters file and record have the same chapters at the same times; they tile the audio."""
    record = one.record
    expected = [(chapter["title"], chapter["start_ms"]) for chapter in record["chapters"]]
    file = json.loads(one.read(".chapters.json"))
    assert [(mark["title"], round(mark["startTime"] * 1000)) for mark in file["chapters"]] == expected
    assert _podlove(one) == expected
    ends = [chapter["end_ms"] for chapter in record["chapters"]]
    assert [start for _, start in expected] == [0, *ends[:-1]]
    assert ends[-1] == record["audio"]["duration_ms"]


def test_info_frame(one):
    """The MP3 begins with an Info frame whose counts are those of the file and whose delay and padding leave the samples that went in."""
    body = one.read(".mp3")
    stream = body[_tag_length(body) :]
    assert stream[0] == 0xFF
    assert stream[13:17] == b"Info"
    flags, frames, size = struct.unpack(">III", stream[17:29])
    assert (flags, size) == (0x0F, len(stream))
    delay, padding = divmod(int.from_bytes(stream[154:157], "big"), 1 << 12)
    assert frames * 576 - delay - padding == one.record["audio"]["samples"]
    assert stream[133:137] == b"LAME"
    with av.open(one.mp3) as container:
        assert sum(1 for packet in container.demux(audio=0) if packet.size) == frames


@pytest.mark.parametrize("rate", [22_050, 24_000, 44_100])
@pytest.mark.parametrize("kilobits", [32, 40, 48, 56, 64, 160])
def test_every_bitrate_is_gapless(kilobits, rate):
    """At every bitrate a show may choose, both decoders give exactly the samples that went in, and the tag reader the right bitrate."""
    count = 3 * rate + 123
    tags = Tags(title="a", artist="a", album="a", date="2026-11-24", language="vie", url=None, comment="", length=Milliseconds(3000), cover=b"", chapters=())
    sink = io.BytesIO()
    tone = (9000 * np.sin(2 * np.pi * 440 * np.arange(count) / rate)).astype(np.int16)
    LameEncoder(kilobits).encode(one_run(Pcm(tone, Hertz(rate))), Hertz(rate), tags, sink)
    with av.open(io.BytesIO(sink.getvalue())) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == count
    assert len(miniaudio.mp3_read_f32(sink.getvalue()).samples) == count
    info = mutagen.mp3.MP3(io.BytesIO(sink.getvalue())).info
    assert (round(info.bitrate, -3), round(info.length * rate)) == (kilobits * 1000, count)


def test_mutagen_reads_the_header(one):
    """A tag reader sees constant bitrate, one channel, and no guess at the length."""
    info = mutagen.mp3.MP3(one.mp3).info
    assert (info.bitrate_mode, info.bitrate, info.channels, info.sketchy, info.version) == (mutagen.mp3.BitrateMode.CBR, 64_000, 1, False, 2)


@pytest.mark.parametrize(("suffix", "reader"), [(".vtt", webvtt.from_buffer), (".srt", None)])
def test_transcripts(one, suffix, reader):
    """A caption reader finds a cue a sentence, as printed, one after the other, inside the audio."""
    text = one.read(suffix).decode()
    cues = reader(io.StringIO(text)) if reader else webvtt.from_buffer(io.StringIO(text), format="srt")
    segments = [segment for segment in one.record["segments"] if segment["kind"] != "jingle"]
    assert [" ".join(cue.text.split()) for cue in cues] == [" ".join(segment["written"].split()) for segment in segments]
    times = [place for cue in cues for place in (_milliseconds(cue.start), _milliseconds(cue.end))]
    assert times == sorted(times)
    assert times[-1] <= one.record["audio"]["duration_ms"]
    assert all(end - start >= 100 for start, end in zip(times[::2], times[1::2], strict=True))


def test_silence_is_where_the_cues_say(one):
    """In the decoded audio it is silent before the first cue, between any two, and after the last."""
    samples, rate = _decoded(one)
    places = _places(one, rate)
    gaps = zip([0, *(end for _, end in places)], [*(start for start, _ in places), len(samples)], strict=True)
    levels = [_level(samples[start:end]) for start, end in gaps]
    assert max(levels) < SILENT, levels


def test_sound_is_where_the_cues_say(one):
    """In the decoded audio every cue has speech in it, which begins and ends within 50 ms of the cue's own times."""
    samples, rate = _decoded(one)
    near = rate // 20
    for start, end in _places(one, rate):
        assert _level(samples[start:end]) > SOUNDING
        assert _level(samples[start : start + near]) > SILENT + 20
        assert _level(samples[end - near : end]) > SILENT + 20


def _as_podcastparser(episode: Episode) -> tuple[object, ...]:
    url = f"http://127.0.0.1:8000/ban-tin-doi-che/{episode.audio}"
    enclosures = [{"url": url, "file_size": episode.audio_bytes, "mime_type": "audio/mpeg"}]
    chapters = [{"start": chapter.start // 1000, "title": chapter.title} for chapter in episode.chapters]
    return episode.title, episode.guid, int(episode.published.timestamp()), round(episode.duration / 1000), enclosures, chapters


def _decoded(one: Published) -> tuple[Any, int]:
    """Decode with FFmpeg."""
    with av.open(one.mp3) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]), frames[0].sample_rate


def _places(one: Published, rate: int) -> list[tuple[int, int]]:
    """Give where cues begin and end, in samples, as the transcript says."""
    cues = webvtt.from_buffer(io.StringIO(one.read(".vtt").decode()))
    return [(_milliseconds(cue.start) * rate // 1000, -(-_milliseconds(cue.end) * rate // 1000)) for cue in cues]


def _milliseconds(stamp: str) -> int:
    hours, minutes, seconds = stamp.replace(",", ".").split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def _level(samples: Any) -> float:
    return 10 * float(np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


def _podlove(one: Published) -> list[tuple[str, int]]:
    space = {"psc": "http://podlove.org/simple-chapters"}
    root = etree.fromstring((one.folder / "feed.xml").read_bytes())
    (item,) = (item for item in root.iter("item") if item.findtext("guid") == one.episode.guid)
    return [(str(mark.get("title")), _milliseconds(str(mark.get("start")))) for mark in item.iterfind("psc:chapters/psc:chapter", space)]


def _tag_length(body: bytes) -> int:
    """Give the length of the ID3 tag, header included."""
    assert body[:3] == b"ID3"
    return 10 + sum(byte << 7 * (3 - place) for place, byte in enumerate(body[6:10]))


def _frame_names(body: bytes) -> list[str]:
    """Give the names of the frames of an ID3v2.3 tag, in order."""
    names, at, end = [], 10, _tag_length(body)
    while at + 10 <= end and body[at] != 0:
        names.append(body[at : at + 4].decode())
        at += 10 + int.from_bytes(body[at + 4 : at + 8], "big")
    return names
