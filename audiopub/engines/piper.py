"""Piper's neural voices in this process, from models that were installed (`audiopub voices install`): no network.

A model is loaded once a process, whatever number of shows and threads use it; it speaks one utterance at a time, on all cores.
"""

import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from audiopub.audio import Mark, Pcm
from audiopub.errors import ConfigInvalid, EngineUnavailable, EngineUnknown, UtteranceRejected
from audiopub.speech import EngineSettings, Voice
from audiopub.units import Hertz, Samples

_EMPTY = EngineSettings()
_LEVEL = 0.7
"""Piper brings every sentence to full scale, or leaves it as the model made it; the latter keeps sentences of one loudness. Turned down,
so that none of its peaks is cut."""

_STILL = "0"
"""Chance in timbre and rhythm: with none, the same text always sounds the same."""

_WORDS = {" ", "^", "$"}
"""Phonemes that stand between words."""


class PiperEngine:
    """Speaks in an installed Piper voice."""

    online = False
    parallel = 1
    longest = 500

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine; the model is loaded with the first utterance.

        Args:
            voice: name of an installed voice, such as ``vi_VN-vais1000-medium``, or the path of its ``.onnx`` file; the first installed one
                where none is named.
            settings: pace; folder of the voices; the options ``noise`` and ``rhythm`` (chance in timbre and rhythm, 0 to 1; 0 is the
                usual: with more it sounds livelier, and never twice the same).

        Raises:
            EngineUnknown: no such voice is installed.
            ConfigInvalid: an option that is no number from 0 to 1.
            EngineUnavailable: the package piper-tts is not installed.
        """
        try:
            import piper  # noqa: F401, PLC0415
        except ImportError as error:
            raise EngineUnavailable("speech.not_installed", engine="piper", extra="piper") from error
        self._path = _model(voice, settings)
        self._slowness = 1 / settings.speed
        self._noise, self._rhythm = _share(settings, "noise"), _share(settings, "rhythm")

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List what is installed."""
        return tuple(Voice(engine="piper", name=path.stem, description="Piper", licence="GPL-3.0-or-later", cost="free") for path in _installed(settings))

    @property
    def identity(self) -> str:
        """Name model and settings."""
        return f"piper/{self._path.stem}/{self._path.stat().st_size}/{self._slowness:g}/{self._noise:g}/{self._rhythm:g}/1"

    def speak(self, utterance: str) -> Pcm:
        """Synthesise an utterance at the model's rate; its words come with their times where they can be told apart."""
        from piper import SynthesisConfig  # noqa: PLC0415

        voice, lock = _loaded(str(self._path))
        manner = SynthesisConfig(length_scale=self._slowness, noise_scale=self._noise, noise_w_scale=self._rhythm, normalize_audio=False, volume=1.0)
        try:
            with lock:
                chunks = list(voice.synthesize(utterance, manner, include_alignments=True))
        except (RuntimeError, ValueError, KeyError) as error:
            raise EngineUnavailable("speech.unavailable", engine="piper", reason=str(error)) from error
        if not chunks:
            raise UtteranceRejected("speech.rejected", engine="piper", text=utterance[:60])
        samples = np.concatenate([np.asarray(chunk.audio_float_array, dtype=np.float32) for chunk in chunks])
        scaled = np.clip(np.rint(samples * np.float32(_LEVEL * 32767)), -32768, 32767).astype(np.int16)
        return Pcm(scaled, Hertz(voice.config.sample_rate), _marks(chunks, utterance))


def _installed(settings: EngineSettings) -> list[Path]:
    return sorted(path for path in Path(settings.models).glob("*.onnx") if Path(f"{path}.json").exists()) if settings.models else []


def _model(voice: str | None, settings: EngineSettings) -> Path:
    found = _installed(settings)
    if voice and voice.endswith(".onnx") and Path(voice).exists() and Path(f"{voice}.json").exists():
        return Path(voice)
    wanted = [path for path in found if voice in {None, path.stem}]
    if not wanted:
        known = ", ".join(path.stem for path in found) or "audiopub voices install vi_VN-vais1000-medium"
        raise EngineUnknown("speech.unknown_voice", engine="piper", voice=voice or "", known=known)
    return wanted[0]


def _share(settings: EngineSettings, name: str) -> float:
    given = settings.options.get(name, _STILL)
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ConfigInvalid("config.bad_setting", key=name, value=given, reason="0–1")
    return value


_LOADING = threading.Lock()


def _loaded(path: str) -> tuple[Any, threading.Lock]:
    with _LOADING:
        return _load(path)


@cache
def _load(path: str) -> tuple[Any, threading.Lock]:
    from piper import PiperVoice  # noqa: PLC0415

    try:
        import onnx  # noqa: F401, PLC0415  the alignment of words needs it

        aligned = True
    except ImportError:
        aligned = False
    try:
        return PiperVoice.load(path, include_alignments=aligned), threading.Lock()
    except Exception as error:  # onnxruntime raises many unrelated kinds for a damaged model
        raise EngineUnavailable("speech.unavailable", engine="piper", reason=f"{path}: {error}") from error


def _marks(chunks: list[Any], utterance: str) -> tuple[Mark, ...]:
    """Give the words' places, where there are as many groups of phonemes as words; a voice that says a word as several tells nothing."""
    starts: list[int] = []
    before = 0
    for chunk in chunks:
        if not chunk.phoneme_alignments:
            return ()
        starts += _word_starts(chunk.phoneme_alignments, before)
        before += len(chunk.audio_float_array)
    places = [place for place, letter in enumerate(utterance) if letter.isalnum() and not utterance[place - 1 : place].isalnum()]
    return tuple(Mark(Samples(start), place) for start, place in zip(starts, places, strict=True)) if len(starts) == len(places) else ()


def _word_starts(alignments: list[Any], place: int) -> list[int]:
    starts: list[int] = []
    outside = True
    for alignment in alignments:
        between = alignment.phoneme in _WORDS or not any(map(str.isalnum, alignment.phoneme))
        if outside and not between:
            starts.append(place)
        outside = alignment.phoneme in _WORDS or (outside and between)
        place += int(alignment.num_samples)
    return starts
