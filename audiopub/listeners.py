"""Listening to published episodes: which record belongs to which audio, and what each voice is known to sound like."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from audiopub.adapters.calibrations import CalibrationFiles
from audiopub.adapters.recogniser import VietAsr
from audiopub.adapters.segment_files import FileCache
from audiopub.audio import Pcm, resampled
from audiopub.audio.pcm import from_floats
from audiopub.bootstrap import engine, segment_cache
from audiopub.config import Settings, VoiceTable
from audiopub.episode import levelled
from audiopub.errors import BadInput
from audiopub.listening import RATE, Calibration, Heard, Line, calibrate, listen
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import SegmentCache, narrate
from audiopub.units import Decibels, Hertz, Milliseconds, Samples

Progress = Callable[[str, int, int], None]
"""Told the stage's name, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An episode's record and its audio."""

    record: dict[str, Any]
    audio: Path

    @property
    def lines(self) -> tuple[Line, ...]:
        """Give its sentences, jingles left out."""
        return tuple(
            Line(start=Samples(row["start"]), length=Samples(row["samples"]), spoken=row["spoken"], voice=row["voice"], key=row["key"])
            for row in self.record["segments"]
            if row["kind"] != SegmentKind.JINGLE
        )

    def source(self, cache: SegmentCache) -> Callable[[Line], Pcm | None]:
        """Give what finds the sound a sentence was made from, levelled as the record says."""
        audio = self.record["audio"]

        def found(line: Line) -> Pcm | None:
            take = cache.get(line.key)
            if take is None or take.pcm.rate != audio["rate"]:
                return None
            gain = Decibels(round(audio["gain_db"] + audio["voices_db"].get(line.voice, 0.0), 2))
            return from_floats(levelled(take.pcm, gain), take.pcm.rate)

        return found


def recorded(output: Path, show: str, name: str) -> Recorded:
    """Find an episode by its id, the beginning of its files' names, its audio file, or a piece of its title.

    Raises:
        BadInput: there is none, or more than one.
    """
    folder = output / show
    found = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json")) if path.name.count(".") == 1]
    stem = Path(name).name
    fits = [(path, record) for path, record in found if {name, stem} & {record["id"], record["guid"], record["audio"]["file"], path.stem}]
    fits = fits or [(path, record) for path, record in found if name.casefold() in record["title"].casefold() or path.name.startswith(stem)]
    if len(fits) != 1:
        raise BadInput("listen.no_episode" if not fits else "listen.several", name=name, show=show, titles=" · ".join(record["title"] for _, record in fits[:5]))
    record = fits[0][1]
    return Recorded(record=record, audio=folder / record["audio"]["file"])


@contextmanager
def decoded(audio: Path) -> Iterator[Pcm]:
    """Decode an episode into a file of its own, so that one of any length takes no memory.

    Raises:
        BadInput: it is gone, or no MP3.
    """
    import miniaudio  # noqa: PLC0415  loads a library

    try:
        info = miniaudio.get_file_info(str(audio))
        stream = miniaudio.stream_file(str(audio), nchannels=1, sample_rate=info.sample_rate, frames_to_read=info.sample_rate)
        with tempfile.NamedTemporaryFile(prefix="audiopub-") as raw:
            for piece in stream:
                raw.write(piece.tobytes())
            raw.flush()
            count = raw.tell() // 2
            yield Pcm(np.memmap(raw.name, dtype=np.int16, mode="r", shape=(count,)) if count else np.zeros(0, np.int16), Hertz(info.sample_rate))
    except (miniaudio.MiniaudioError, OSError) as error:
        raise BadInput("listen.no_audio", path=audio, reason=str(error)) from error


class Listener:
    """Listens to episodes; what it learns of a voice is kept."""

    def __init__(self, settings: Settings, wanted: VoiceTable) -> None:
        """Use the settings' folders, and the voices as a show wants them."""
        self._settings, self._wanted = settings, wanted
        self._kept = CalibrationFiles(settings.state / "listening")
        self._cache: FileCache = segment_cache(settings)

    @cached_property
    def _recogniser(self) -> VietAsr:
        return VietAsr()

    def listen(self, episode: Recorded, progress: Progress) -> Heard:
        """Listen to an episode.

        Raises:
            EngineUnavailable: the recogniser is not installed.
            BadInput: the audio is gone.
            SpeechFailed: a voice that has to be learnt first cannot be reached.
        """
        voices = {voice: self._learnt(voice, progress) for voice in sorted({line.voice for line in episode.lines})}
        with decoded(episode.audio) as audio:
            return listen(self._recogniser, voices, audio, episode.lines, episode.source(self._cache), lambda done, of: progress("listening", done, of))

    def _learnt(self, voice: str, progress: Progress) -> Calibration:
        speaker = engine(voice, self._settings, self._wanted)
        known = self._kept.get(speaker.identity, self._recogniser.identity)
        if known is None:
            texts = [text for text in files("audiopub.listening").joinpath("sentences.txt").read_text(encoding="utf-8").splitlines() if text]
            segments = tuple(Segment(section=0, kind=SegmentKind.SENTENCE, written=text, spoken=text, pause_after=Milliseconds(0)) for text in texts)
            told = narrate(Script(title="", headings=(), segments=segments), speaker, self._cache, voice, lambda done, of: progress("learning", done, of))
            takes = [self._cache.get(key) for key in told.keys]
            spoken = [(resampled(take.pcm, RATE).floats, text) for take, text in zip(takes, texts, strict=True) if take]
            known = calibrate(self._recogniser, spoken)
            self._kept.keep(speaker.identity, self._recogniser.identity, known)
        return known
