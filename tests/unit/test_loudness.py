"""Loudness and peaks against meters that are not ours: pyloudnorm, FFmpeg's ebur128, and peaks found by Fourier interpolation."""

import io
import os
import wave
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyloudnorm
import pytest

from audiopub.adapters.jingle import jingle
from audiopub.adapters.memory import MemoryCache
from audiopub.adapters.mp3 import LameEncoder
from audiopub.audio import Pcm, integrated, limited, measured
from audiopub.audio.pcm import from_floats
from audiopub.bootstrap import spoken_sound
from audiopub.engines.espeak import EspeakEngine
from audiopub.episode import Timeline, Voiced, mastered, placed, runs
from audiopub.episode.master import CEILING, TARGET
from audiopub.publish.encoder import Tags
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import narrate
from audiopub.units import Hertz, Milliseconds, Samples
from audiopub.vietnamese import read
from tests.sounds import one_run

RATES = [22_050, 24_000]
TEXTS = (
    "Chợ phiên vùng cao đổi mới.",
    "Từ bãi đất lầy lội mỗi khi mưa xuống, chợ phiên nay đã có mái che, có mã quét thanh toán và những gian hàng ngăn nắp.",
    "Vì sao?",
    "Bí thư Đảng ủy xã nhấn mạnh, chợ có hiện đại đến đâu cũng phải giữ được tiếng khèn, bộ váy lanh và cái bắt tay chân tình giữa những người lâu ngày gặp lại.",
    "Người cao tuổi, người khuyết tật cần hỗ trợ chỉ việc gọi điện, cán bộ sẽ mang máy tính bảng đến tận nhà.",
    "Sáng sớm, sương còn phủ kín các vách đá; gùi ngô, gùi cải, lồng gà đã nối nhau trên con đường bê tông.",
)
VOICES = ["vi", "vi-vn-x-central", "vi-vn-x-south"]


def _sine(rate: int, frequency: float, level: float, seconds: float = 6) -> Any:
    return level * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)


def _noise(rate: int, level: float, seconds: float = 6, cut: float = 0.5) -> Any:
    """Make noise without anything above a share of the rate."""
    count = int(rate * seconds)
    spectrum = np.fft.rfft(np.random.default_rng(20_261_124).standard_normal(count))
    spectrum[int(cut * count) :] = 0
    noise = np.fft.irfft(spectrum, count)
    return level * noise / np.abs(noise).max()


def _speech(rate: int, voice: str = "vi") -> Any:
    """Let espeak read all texts, with pauses, at a rate."""
    engine = EspeakEngine(voice)
    pieces = [np.concatenate([engine.speak(text).floats, np.zeros(9000, np.float32)]) for text in TEXTS]
    return _resampled(np.concatenate(pieces), engine.speak("a").rate, rate)


def _resampled(samples: Any, rate: int, wanted: int) -> Any:
    """Change the rate by Fourier interpolation."""
    whole = np.pad(samples.astype(np.float64), (0, -len(samples) % 441))
    count = len(whole) * wanted // rate
    return np.fft.irfft(np.fft.rfft(whole), count) * count / len(whole)


SIGNALS = {
    "sine 100 Hz": lambda rate: _sine(rate, 100, 0.3),
    "sine 997 Hz": lambda rate: _sine(rate, 997, 0.5),
    "sine 5 kHz": lambda rate: _sine(rate, 5000, 0.1),
    "white noise": lambda rate: _noise(rate, 0.7),
    "dull noise": lambda rate: _noise(rate, 0.4, cut=0.05),
    "loud, then soft, then silence": lambda rate: np.concatenate([_noise(rate, 0.8, 3), _noise(rate, 0.1, 4), np.zeros(3 * rate)]),
    "speech, northern": _speech,
    "speech, southern": lambda rate: _speech(rate, "vi-vn-x-south"),
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", SIGNALS)
def test_loudness_is_ffmpegs(name, rate):
    """Integrated loudness is within 0.1 LU of what FFmpeg's meter says."""
    samples = SIGNALS[name](rate)
    assert abs(_ours(samples, rate) - _ffmpeg(samples, rate)[0]) <= 0.1


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", SIGNALS)
def test_loudness_is_pyloudnorms(name, rate):
    """Integrated loudness is within 0.15 LU of what pyloudnorm says, whose filters are made in another way."""
    samples = SIGNALS[name](rate)
    assert abs(_ours(samples, rate) - pyloudnorm.Meter(rate).integrated_loudness(samples)) <= 0.15


@pytest.mark.parametrize("rate", RATES)
def test_reference_tone(rate):
    """A sine of 997 Hz at -20 dBFS is -23.0 LUFS in one channel, by the standard's own definition."""
    assert abs(_ours(_sine(rate, 997, 0.1), rate) + 23.0) <= 0.05


@pytest.mark.parametrize("rate", RATES)
def test_pieces_measure_as_the_whole(rate):
    """Sound measured piece by piece, with silence between, is as loud as measured at once."""
    engine, start, pieces = EspeakEngine(), 1234, []
    whole = np.zeros(60 * rate)
    for text in TEXTS:
        piece = _resampled(engine.speak(text).floats, 22_050, rate)
        whole[start : start + len(piece)] = piece
        pieces.append(measured(piece.astype(np.float32), Samples(start), Hertz(rate)))
        start += len(piece) + rate // 3
    whole = whole[: start // (rate // 10) * (rate // 10)]
    assert abs(integrated(pieces, Samples(len(whole)), Hertz(rate)) - _ours(whole, rate)) <= 0.01
    assert abs(integrated(pieces, Samples(len(whole)), Hertz(rate)) - _ffmpeg(whole, rate)[0]) <= 0.1


@pytest.mark.parametrize("voice", VOICES)
def test_episode_loudness(voice):
    """What a player decodes of an episode is at -16 LUFS, half a unit either way, and at most -1 dBTP, by FFmpeg's meter."""
    loudness, peak = _ffmpeg(*_decoded(_episode(voice)))
    assert abs(loudness + 16) <= 0.5
    assert peak <= -1


@pytest.mark.parametrize("voice", VOICES)
def test_episode_before_encoding(voice):
    """Before encoding, an episode is within 0.1 LU of its target, by FFmpeg's meter, and its true peak is at its ceiling at most."""
    timeline, samples = _mastered(voice)
    floats = samples / 32_768
    loudness, peak = _ffmpeg(floats, timeline.rate)
    assert abs(loudness - TARGET) <= 0.1
    assert peak <= CEILING + 0.1
    assert _decibels(_true_peak(floats)) <= CEILING + 0.1


@pytest.mark.parametrize("kilobits", [32, 48, 64, 160])
@pytest.mark.parametrize("rate", RATES)
def test_encoding_keeps_the_level(rate, kilobits):
    """What is decoded is as loud as what was encoded: LAME, left alone, turns everything down by 0.45 dB."""
    samples = (0.5 * _speech(rate)).astype(np.float32)
    decoded, _ = _decoded(_encoded(from_floats(samples, Hertz(rate)), kilobits))
    assert len(decoded) == len(samples)
    assert abs(_decibels(float(decoded @ samples) / float(samples @ samples))) <= 0.06


@pytest.mark.parametrize("gain", [1.5, 3.0, 8.0])
@pytest.mark.parametrize("kind", ["speech", "noise", "quarter", "clicks"])
def test_limiter_keeps_its_ceiling(kind, gain):
    """Whatever comes in, the true peak that goes out is at most the ceiling, by a meter that interpolates in another way."""
    ceiling = 10 ** (CEILING / 20)
    samples = _troublesome(kind)
    out = limited((samples / np.abs(samples).max() * ceiling * gain).astype(np.float32), ceiling)
    assert _decibels(_true_peak(out) / ceiling) <= (0.2 if gain > 5 else 0.05)


def test_limiter_leaves_the_rest_alone():
    """Sound below the ceiling comes back bit for bit, and around a loud moment only its neighbourhood is turned down."""
    ceiling = 0.8
    samples = (_noise(22_050, 0.5, 3, 0.3)).astype(np.float32)
    assert np.array_equal(limited(samples, ceiling), samples)
    samples[30_000:30_050] = np.hanning(50) * 2
    touched = np.flatnonzero(limited(samples, ceiling) != samples)
    assert touched.min() > 30_000 - 500
    assert touched.max() < 30_050 + 500


def test_limiter_does_not_pump():
    """The gain of neighbouring samples differs by less than a hundredth, so nothing crackles."""
    samples = (_speech(22_050) * 4).astype(np.float32)
    out = limited(samples, 0.8)
    heard = np.abs(samples) > 0.05
    gains = np.where(heard, out / np.where(heard, samples, 1), np.nan)
    assert np.nanmax(np.abs(np.diff(gains))) < 0.01
    assert np.nanmin(gains) > 0


@pytest.mark.parametrize("rate", RATES)
def test_jingle(tmp_path, rate):
    """A stereo jingle at 44.1 kHz comes in one channel at the episode's rate, as long as it was, with room above, and silent at its ends."""
    path = tmp_path / "intro.wav"
    _write_wav(path, np.stack([_sine(44_100, 440, 0.9, 2), _sine(44_100, 660, 0.5, 2)], axis=1), 44_100)
    pcm = jingle(path, Hertz(rate))
    assert (pcm.rate, pcm.samples.ndim, pcm.samples.dtype) == (rate, 1, np.int16)  # type: ignore[comparison-overlap]
    assert abs(len(pcm) - 2 * rate) <= 2
    assert -3.5 <= _decibels(np.abs(pcm.floats).max()) <= -2.9
    assert max(abs(int(pcm.samples[0])), abs(int(pcm.samples[-1]))) <= 64
    spectrum = np.abs(np.fft.rfft(pcm.floats[: rate // 2 * 2]))
    assert set(np.argsort(spectrum)[-2:] * rate // (rate // 2 * 2)) == {440, 660}


@pytest.mark.parametrize("voice", VOICES)
def test_no_clicks(voice):
    """Every segment begins and ends at nothing, so that joining it to silence makes no click."""
    cache = MemoryCache()
    narrate(_script(), EspeakEngine(voice), cache, voice, lambda *_: None)
    edges = [abs(int(pcm.samples[place])) for pcm in (take.pcm for take in cache.takes.values()) for place in (0, -1)]
    assert len(edges) == 2 * len(TEXTS)
    assert max(edges) <= 16


@pytest.mark.parametrize("voice", VOICES)
def test_no_clicks_after_levelling(voice):
    """Turned up and limited, segments still begin and end at nothing, next to silence that is exactly zero."""
    timeline, samples = _mastered(voice)
    for row in timeline.rows:
        assert max(abs(int(samples[row.start])), abs(int(samples[row.end - 1]))) <= 64
        assert not samples[row.end : row.end + row.pause].any()


def _ours(samples: Any, rate: int) -> float:
    return float(integrated([measured(samples.astype(np.float32), Samples(0), Hertz(rate))], Samples(len(samples)), Hertz(rate)))


def _ffmpeg(samples: Any, rate: int) -> tuple[float, float]:
    """Give LUFS and dBTP as FFmpeg's ebur128 filter finds them."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate, format="flt", layout="mono")
    graph.link_nodes(source, graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")).configure()
    found: dict[str, str] = {}
    # Silence after the end lets the meter finish its last 100 ms.
    whole = np.concatenate([samples, np.zeros(-len(samples) % (rate // 10))]).astype(np.float32)
    for start in range(0, len(whole), rate):
        frame = av.AudioFrame.from_ndarray(whole[None, start : start + rate], format="flt", layout="mono")
        frame.sample_rate, frame.pts = rate, start
        graph.push(frame)
        found.update(_drained(graph))
    graph.push(None)
    found.update(_drained(graph))
    return float(found["lavfi.r128.I"]), _decibels(float(found["lavfi.r128.true_peak"]))


def _drained(graph: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    while True:
        try:
            found.update(graph.pull().metadata)
        except (av.BlockingIOError, av.EOFError):
            return found


def _true_peak(samples: Any) -> float:
    """Give the largest value at four times the rate, by Fourier interpolation."""
    padded = np.pad(np.asarray(samples, dtype=np.float64), 4096)
    return float(np.abs(np.fft.irfft(np.fft.rfft(padded), 4 * len(padded)) * 4).max())


def _decibels(amplitude: float) -> float:
    return 20 * float(np.log10(max(amplitude, 1e-10)))


def _troublesome(kind: str) -> Any:
    rate, fade = 22_050, np.minimum(1, np.minimum(np.arange(44_100), np.arange(44_100)[::-1]) / 200)
    if kind == "speech":
        return _speech(rate)
    if kind == "noise":
        return _noise(rate, 1, 2, 0.4) * fade
    if kind == "quarter":
        return np.sin(np.pi / 2 * np.arange(44_100) + np.pi / 4) * fade
    random = np.random.default_rng(7)
    return (random.random(44_100) > 0.999) * random.standard_normal(44_100)


def _script() -> Script:
    segments = [Segment(section=0, kind=SegmentKind.SENTENCE, written=text, spoken=text.lower(), pause_after=Milliseconds(400)) for text in TEXTS]
    return Script(title=TEXTS[0], headings=(), segments=tuple(segments))


@cache
def _mastered(voice: str) -> tuple[Timeline, Any]:
    """Read the texts and level them, as an episode is."""
    sounds = MemoryCache()
    script = _script()
    told = narrate(script, EspeakEngine(voice), sounds, voice, lambda *_: None)
    voiced = [Voiced(key=key, length=length, voice=voice) for key, length in zip(told.keys, told.lengths, strict=True)]
    timeline = placed(script, voiced, told.rate, Milliseconds(250))
    master = mastered(timeline, lambda row: sounds.takes[row.key].levels)
    pieces = [piece for run in runs(timeline, lambda row: sounds.takes[row.key], master) for piece in run.pieces()]
    return timeline, from_floats(np.concatenate(pieces), timeline.rate).samples


def _episode(voice: str) -> bytes:
    timeline, samples = _mastered(voice)
    return _encoded(Pcm(samples, timeline.rate))


def _encoded(pcm: Pcm, kilobits: int = 64) -> bytes:
    tags = Tags(title="a", artist="a", album="a", date="2026-11-24", language="vie", url=None, comment="", length=pcm.length, cover=b"", chapters=())
    sink = io.BytesIO()
    LameEncoder(kilobits).encode(one_run(pcm), pcm.rate, tags, sink)
    return sink.getvalue()


def _decoded(mp3: bytes) -> tuple[Any, int]:
    with av.open(io.BytesIO(mp3)) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]), frames[0].sample_rate


def _write_wav(path: Path, samples: Any, rate: int) -> None:
    pcm: Pcm = from_floats(samples.reshape(-1).astype(np.float32), Hertz(rate))
    with wave.open(os.fspath(path), "wb") as sound:
        sound.setnchannels(samples.shape[1])
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(pcm.raw)


@pytest.mark.parametrize("text", ["h", "x", "Um"])
def test_a_word_that_is_hardly_a_sound(text):
    """What is too short to have a loudness of its own is spoken all the same, at a gain that is a number."""
    sound, length = spoken_sound(read(text), ["espeak"], lambda _name: EspeakEngine())
    assert len(sound) > 500
    assert 100 < length < 3000
