"""What holds of every episode: its rows tile it, its cues and chapters lie inside it."""

import json
from itertools import pairwise

import miniaudio
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audiopub.adapters.memory import MemoryStore
from audiopub.adapters.mp3_info import count_frames, first_frames
from audiopub.episode import Joints, Timeline, Voiced, chapters, cues, placed
from audiopub.pipeline import render
from audiopub.publish.text import one_line, xml_safe
from audiopub.script import Script, Segment, SegmentKind
from audiopub.units import Hertz, Milliseconds, Samples, samples_in
from tests.articles import BODY, text_page
from tests.conftest import NOW, make_studio

SEGMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90_000), st.integers(0, 3_000), st.booleans()), min_size=1, max_size=30)
JOINTS = Joints(step=Samples(576), silence=Samples(2257))
RATES = st.sampled_from([22_050, 24_000, 44_100])


def timeline_of(rows: list[tuple[int, int, int, bool]], rate: int) -> tuple[Timeline, Script]:
    section = 0
    segments = []
    for number, (_, _, pause, heading) in enumerate(rows):
        section += heading and number > 0
        kind = SegmentKind.HEADING if heading and number > 0 else SegmentKind.SENTENCE
        segments.append(Segment(section=section, kind=kind, written=f"Câu {number}", spoken="câu", pause_after=Milliseconds(pause)))
    headings = tuple(segment.written for segment in segments if segment.kind is SegmentKind.HEADING)
    script = Script(title="Tít", headings=headings, segments=tuple(segments))
    voiced = [Voiced(key="k", length=Samples(length)) for _, length, _, _ in rows]
    return placed(script, voiced, Hertz(rate), Milliseconds(150), JOINTS), script


@given(SEGMENTS, RATES)
def test_rows_tile_the_episode(rows: list[tuple[int, int, int, bool]], rate: int) -> None:
    """Silence before, then sound and pause by turns, to the last sample, with no gap and no overlap."""
    timeline, _ = timeline_of(rows, rate)
    assert timeline.rows[0].start == timeline.before
    assert all(second.start == first.end + first.pause for first, second in pairwise(timeline.rows))
    assert timeline.total == timeline.before + sum(row.samples + row.pause for row in timeline.rows)


@given(SEGMENTS, RATES)
def test_cues_and_chapters_lie_inside(rows: list[tuple[int, int, int, bool]], rate: int) -> None:
    """Cues are in order and apart; chapters begin at 0, follow each other and end with the episode."""
    timeline, script = timeline_of(rows, rate)
    heard, marks = tuple(cues(timeline)), chapters(timeline, script, "Mở đầu")
    assert all(first.end <= second.start for first, second in pairwise(heard))
    assert heard[-1].end <= timeline.time(timeline.total)
    assert (marks[0].start, marks[-1].end) == (0, timeline.time(timeline.total))
    assert all(first.end == second.start for first, second in pairwise(marks))
    assert [mark.title for mark in marks][1:] == list(script.headings)


@given(SEGMENTS, RATES)
def test_borders_are_whole_frames_apart_and_behind_silence(rows: list[tuple[int, int, int, bool]], rate: int) -> None:
    """From one border to the next lie whole frames, and before each lies the silence that the encoder asked for."""
    timeline, _ = timeline_of(rows, rate)
    places = [border.place for border in timeline.borders]
    assert all((second - first) % JOINTS.step == 0 and second > first for first, second in pairwise([0, *places]))
    for border in timeline.borders:
        row = timeline.rows[border.row]
        assert row.end + JOINTS.silence <= border.place <= row.end + row.pause
        assert timeline.rows[border.row + 1].start - border.place == samples_in(row.segment.pause_after, Hertz(rate)) - JOINTS.silence


WORDS = st.lists(st.sampled_from("đường làng bản mới sạch đẹp nước lúa chè trường học sinh 15 2/9 TP UBND".split()), min_size=3, max_size=25).map(" ".join)


@settings(max_examples=12)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_audio_is_as_long_as_the_table_says(extra: list[str]) -> None:
    """What a gapless player decodes is exactly the samples of the segment table."""
    studio = make_studio()
    episode = render(studio, text_page(*BODY, *(f"{text}." for text in extra)), now=NOW, progress=lambda *_: None).episode
    assert episode and isinstance(studio.store, MemoryStore)
    record = json.loads(studio.store.files[f"thu/{episode.file('.json')}"])
    sound = miniaudio.decode(studio.store.files[f"thu/{episode.audio}"], nchannels=1, sample_rate=record["audio"]["rate"])
    assert sound.num_frames == record["audio"]["samples"]
    last = record["segments"][-1]
    assert last["start"] + last["samples"] + round(last["pause_after_ms"] * record["audio"]["rate"] / 1000) == record["audio"]["samples"]


@given(st.integers(1, 40), st.integers(0, 575))
def test_frames_are_counted_and_cut(frames: int, more: int) -> None:
    """A stream has a frame for every 576 samples at half rates, and its first frames are a stream of so many."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(22_050)
    encoder.set_channels(1)
    stream = bytes(encoder.encode(np.zeros(576 * frames + more, dtype=np.int16).tobytes())) + bytes(encoder.flush())
    whole = count_frames(stream)
    assert whole >= frames
    for count in {1, frames, whole}:
        assert count_frames(first_frames(stream, count)) == count
        assert stream.startswith(first_frames(stream, count))


@given(st.text(max_size=300))
def test_titles_are_safe_everywhere(text: str) -> None:
    """A title is one line, short, without control characters and without anything that reads as markup."""
    line = one_line(text)
    assert len(line) <= 255 and "\n" not in line and "<" not in line
    assert xml_safe(line) == line
