"""An episode in pieces that are encoded by themselves: joined they are one, and only what changed is encoded again."""

import io
from dataclasses import replace
from itertools import pairwise
from typing import Any

import av
import miniaudio
import numpy as np
import pytest

from audiopub.adapters.memory import MemoryCache
from audiopub.adapters.mp3 import LameEncoder
from audiopub.adapters.mp3_info import count_frames, frame_samples
from audiopub.audio import Pcm, joined, levels_of
from audiopub.audio.pcm import from_floats
from audiopub.engines.espeak import EspeakEngine
from audiopub.episode import Joints, Row, Run, Timeline, Voiced, beds, mastered, placed, runs
from audiopub.publish.encoder import Tags
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import Take, narrate
from audiopub.units import Decibels, Hertz, Milliseconds, Samples
from benchmarks.texts import sentences

TAGS = Tags(title="a", artist="a", album="a", date="2026-11-24", language="vie", url=None, comment="", length=Milliseconds(0), cover=b"", chapters=())


def script(texts: list[str], kinds: dict[int, SegmentKind] | None = None) -> Script:
    """Make a script of paragraphs of two sentences."""
    segments = [
        Segment(
            section=0, paragraph=number // 2, kind=(kinds or {}).get(number, SegmentKind.SENTENCE), written=text, spoken=text,
            pause_after=Milliseconds(2500 if number in (kinds or {}) else 350 + 200 * (number % 2)),
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return Script(title="a", headings=(), segments=tuple(segments))


def laid(
    texts: list[str], cache: MemoryCache, joints: Joints | None, music: Pcm | None = None, kinds: dict[int, SegmentKind] | None = None
) -> tuple[Timeline, tuple[Run, ...]]:
    """Read texts, lay them out and cut them into runs."""
    engine = EspeakEngine()
    told = narrate(script(texts, kinds), engine, cache, "espeak", lambda *_: None)
    voiced = [Voiced(key=key, length=length, voice="espeak") for key, length in zip(told.keys, told.lengths, strict=True)]
    unbroken = frozenset({SegmentKind.OPENING, SegmentKind.CLOSING}) if music else frozenset[SegmentKind]()
    timeline = placed(script(texts, kinds), voiced, told.rate, Milliseconds(150), joints, unbroken)

    def take_of(row: Row) -> Take:
        return cache.takes[row.key]

    under = beds(timeline, music)
    master = mastered(timeline, lambda row: take_of(row).levels, under)
    return timeline, runs(timeline, take_of, master, under)


def texts_of(count: int) -> list[str]:
    """Give sentences."""
    source = sentences(11)
    return [next(source) for _ in range(count)]


def encoded(pieces: tuple[Run, ...], rate: int = 22_050, kilobits: int = 64, **options: Any) -> bytes:
    """Encode runs."""
    sink = io.BytesIO()
    LameEncoder(kilobits, **options).encode(pieces, Hertz(rate), TAGS, sink)
    return sink.getvalue()


def heard(mp3: bytes) -> Any:
    """Decode as FFmpeg does."""
    with av.open(io.BytesIO(mp3)) as container:
        return np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])


def samples_of(pieces: tuple[Run, ...]) -> Any:
    """Give what went in."""
    return np.concatenate([piece for run in pieces for piece in run.pieces()])


def ratio(sound: Any, coded: Any) -> float:
    """Give the signal-to-noise ratio in dB."""
    return float(10 * np.log10(np.square(sound).sum() / np.square(sound - coded).sum()))


@pytest.mark.parametrize("kilobits", [32, 64, 160])
def test_joined_runs_are_heard_as_one(kilobits: int) -> None:
    """As long as what went in, to the sample, and as near to it as the same sound encoded in one go, everywhere and at the borders too."""
    timeline, pieces = laid(texts_of(10), MemoryCache(), LameEncoder().joints(Hertz(22_050)))
    assert len(pieces) > 3
    source = samples_of(pieces)
    whole = [Run(key="", length=Samples(len(source)), pieces=lambda: iter([source.copy()]))]
    many, one = heard(encoded(pieces, kilobits=kilobits)), heard(encoded(tuple(whole), kilobits=kilobits))
    assert len(many) == len(one) == len(source) == timeline.total
    assert ratio(source, many) > ratio(source, one) - 0.3
    for border in timeline.borders:
        around = slice(border.place - 4000, border.place + 20_000)
        assert ratio(source[around], many[around]) > ratio(source[around], one[around]) - 1.5
        assert np.abs(many[border.place - 1000 : border.place + 1000]).max() < 0.003


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_runs_join_at_every_rate(rate: int) -> None:
    """Whatever the rate, two decoders give exactly the samples that went in, in their places."""
    joints = LameEncoder().joints(Hertz(rate))
    chance = np.random.default_rng(3)
    pieces = []
    for number in range(4):
        count = joints.step * 40 if number < 3 else 12_345
        sound = np.zeros(count, np.float32)
        spoken = count - joints.silence - 500
        sound[300 : spoken - 300] = 0.3 * np.sin(np.cumsum(0.02 + 0.01 * chance.standard_normal(spoken - 600)))
        pieces.append(Run(key=str(number), length=Samples(count), pieces=lambda sound=sound: iter([sound.copy()])))  # type: ignore[misc]
    mp3 = encoded(tuple(pieces), rate, 128)
    source = samples_of(tuple(pieces))
    assert len(heard(mp3)) == len(source)
    assert len(miniaudio.mp3_read_f32(mp3).samples) == len(source)
    assert ratio(source, heard(mp3)) > 25


def test_the_number_of_workers_changes_no_byte() -> None:
    """Encoded one after the other or side by side, an episode is the same to the byte."""
    _, pieces = laid(texts_of(10), MemoryCache(), LameEncoder().joints(Hertz(22_050)))
    assert encoded(pieces) == encoded(pieces, workers=3)


def revised(texts: list[str], cache: MemoryCache, former: Decibels | None) -> tuple[Decibels, tuple[Run, ...]]:
    """Lay texts out as a revision that had a gain before."""
    told = narrate(script(texts), EspeakEngine(), cache, "espeak", lambda *_: None)
    voiced = [Voiced(key=key, length=length, voice="espeak") for key, length in zip(told.keys, told.lengths, strict=True)]
    timeline = placed(script(texts), voiced, told.rate, Milliseconds(150), LameEncoder().joints(told.rate))
    master = mastered(timeline, lambda row: cache.takes[row.key].levels, former=former)
    return master.gain, runs(timeline, lambda row: cache.takes[row.key], master)


@pytest.mark.parametrize("place", [1, 6, 13])
def test_a_changed_sentence_is_encoded_with_its_run_alone(place: int) -> None:
    """After a correction the gain stays, only the run with the new sentence is encoded, and the result is that of a fresh cache."""
    cache, frames, texts = MemoryCache(), MemoryCache(), texts_of(14)
    gain, before = revised(texts, cache, None)
    first = encoded(before, cache=frames)
    kept = set(frames.encoded)
    again_gain, after = revised([*texts[:place], "Tin mới nhận: " + texts[place], *texts[place + 1 :]], cache, gain)
    again = encoded(after, cache=frames)
    assert again_gain == gain
    assert len(set(frames.encoded) - kept) == 1
    assert again == encoded(after) != first
    assert len(heard(again)) == sum(run.length for run in after)


def test_a_revision_that_would_be_too_loud_gets_another_gain() -> None:
    """Where the gain of before would miss the loudness, it is found anew."""
    cache, texts = MemoryCache(), texts_of(6)
    gain, _ = revised(texts, cache, None)
    assert revised(texts, cache, Decibels(gain + 3))[0] == gain


def test_a_damaged_piece_is_encoded_anew() -> None:
    """What the cache of encoded pieces lost is made again."""
    frames = MemoryCache()
    _, pieces = laid(texts_of(8), MemoryCache(), LameEncoder().joints(Hertz(22_050)))
    first = encoded(pieces, cache=frames)
    frames.encoded.pop(next(iter(frames.encoded)))
    assert encoded(pieces, cache=frames) == first


def test_pieces_have_whole_frames() -> None:
    """Every piece but the last has a frame for each 576 samples, and no more."""
    frames = MemoryCache()
    _, pieces = laid(texts_of(8), MemoryCache(), LameEncoder().joints(Hertz(22_050)))
    encoded(pieces, cache=frames)
    counts = [count_frames(body) for body in frames.encoded.values()]
    assert counts[:-1] == [run.length // frame_samples(22_050) for run in pieces[:-1]]


# Music and voices


def music(seconds: float = 4.0, rate: int = 22_050) -> Pcm:
    """Make a chord."""
    time = np.arange(int(seconds * rate)) / rate
    chord = np.sum([np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330)], axis=0)
    return from_floats((0.2 * chord).astype(np.float32), Hertz(rate))


def test_music_lies_under_the_ends_and_steps_back_for_the_voice() -> None:
    """Music sounds before, under and after the opening and the closing and nowhere else; under the voice it is much softer; no peak is too high."""
    kinds = {0: SegmentKind.OPENING, 9: SegmentKind.CLOSING}
    cache, texts = MemoryCache(), texts_of(10)
    timeline, pieces = laid(texts, cache, None, music(), kinds)
    bare_timeline, bare = laid(texts, cache, None, None, kinds)
    assert timeline.rows == bare_timeline.rows
    under = beds(timeline, music())
    assert [(bed.start, bed.end) for bed in under] == [(0, timeline.rows[1].start), (timeline.rows[9].start, timeline.total)]
    sound = samples_of(pieces)
    assert np.abs(sound).max() <= 10 ** (-3 / 20) + 0.002
    first = timeline.rows[0]
    gap = slice(first.end + 5500, first.end + 15_500)
    spoken = under[0].samples[first.start + 9000 : first.end - 9000]
    assert np.sqrt(np.mean(np.square(sound[gap]))) > 0.01
    assert np.abs(spoken).max() < 0.35 * np.abs(under[0].samples).max()
    middle = slice(timeline.rows[3].end + 100, timeline.rows[3].end + 5000)
    assert not sound[middle].any()
    assert samples_of(bare)[gap].any() == np.False_


def test_two_voices_are_equally_loud() -> None:
    """A second voice, twelve decibels softer by itself, comes out as loud as the first."""
    texts = texts_of(8)
    loud, soft = EspeakEngine(), EspeakEngine("vi-vn-x-south")
    takes = {}
    voiced = []
    for number, text in enumerate(texts):
        pcm = (soft if number % 2 else loud).speak(text)
        pcm = from_floats(pcm.floats * np.float32(0.25), pcm.rate) if number % 2 else pcm
        takes[str(number)] = Take(pcm=pcm, levels=levels_of(pcm))
        voiced.append(Voiced(key=str(number), length=Samples(len(pcm)), voice="b" if number % 2 else "a"))
    timeline = placed(script(texts), voiced, Hertz(22_050), Milliseconds(150))
    master = mastered(timeline, lambda row: takes[row.key].levels)
    assert master.offsets["b"] > 8
    sound = samples_of(runs(timeline, lambda row: takes[row.key], master))
    levels = [float(np.sqrt(np.mean(np.square(sound[row.start : row.end])))) for row in timeline.rows]
    assert abs(20 * np.log10(np.mean(levels[::2]) / np.mean(levels[1::2]))) < 2


def test_jingles_stay_below_the_voice() -> None:
    """Music between sentences is brought two units below the voice, however loud its file is."""
    texts = texts_of(3)
    segments = [*script(texts).segments]
    segments.insert(0, replace(segments[0], kind=SegmentKind.JINGLE, written="", spoken=""))
    jingle = from_floats(music().floats * np.float32(1.6), Hertz(22_050))
    sounds = [jingle, *(EspeakEngine().speak(text) for text in texts)]
    takes = {str(number): Take(pcm=pcm, levels=levels_of(pcm)) for number, pcm in enumerate(sounds)}
    voiced = [Voiced(key=str(number), length=Samples(len(pcm)), voice="espeak" if number else "") for number, pcm in enumerate(sounds)]
    timeline = placed(replace(script(texts), segments=tuple(segments)), voiced, Hertz(22_050), Milliseconds(150))
    master = mastered(timeline, lambda row: takes[row.key].levels)
    assert master.offsets[""] < 0


def test_borders_are_apart_from_music() -> None:
    """No border stands beside a sentence with music under it."""
    kinds = {0: SegmentKind.OPENING, 1: SegmentKind.OPENING, 9: SegmentKind.CLOSING}
    timeline, _ = laid(texts_of(10), MemoryCache(), LameEncoder().joints(Hertz(22_050)), music(), kinds)
    assert timeline.borders
    beside = {timeline.rows[row].segment.kind for border in timeline.borders for row in (border.row, border.row + 1)}
    assert beside == {SegmentKind.SENTENCE}


def test_whole_runs_tile_an_episode() -> None:
    """Runs follow each other without gap or overlap, and give as many samples as they say."""
    timeline, pieces = laid(texts_of(10), MemoryCache(), LameEncoder().joints(Hertz(22_050)))
    assert [sum(map(len, run.pieces())) for run in pieces] == [run.length for run in pieces]
    assert sum(run.length for run in pieces) == timeline.total
    places = [0, *(border.place for border in timeline.borders), timeline.total]
    assert [second - first for first, second in pairwise(places)] == [run.length for run in pieces]
    assert len(joined([from_floats(piece, timeline.rate) for run in pieces for piece in run.pieces()], timeline.rate)) == timeline.total
