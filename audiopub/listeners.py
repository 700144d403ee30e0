"""Listening to published episodes: which record belongs to which audio, and what each voice is known to sound like."""

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from audiopub.adapters.calibrations import CalibrationFiles
from audiopub.adapters.plots import Stretch, Subject, picture
from audiopub.adapters.recogniser import VietAsr
from audiopub.adapters.segment_files import FileCache
from audiopub.audio import Pcm, resampled
from audiopub.audio.pcm import from_floats
from audiopub.bootstrap import engine, segment_cache
from audiopub.config import Settings, Show, VoiceTable
from audiopub.episode import Master, Timeline, levelled
from audiopub.errors import AudioSuspect, BadInput
from audiopub.listening import RATE, Calibration, Heard, Line, calibrate, listen
from audiopub.pipeline import Studio
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import narrate
from audiopub.units import Decibels, Hertz, Milliseconds, Samples

Progress = Callable[[str, int, int], None]
"""Told the stage's name, how much of it is done and how much there is."""


def gated(studio: Studio, show: Show, settings: Settings) -> Studio:
    """Let a machine listen to every episode before it is published, where the show wants it.

    Raises:
        EngineUnavailable: the recogniser is not installed.
    """
    if not show.file.audio.listen:
        return studio
    listener = Listener(settings, show.file.voice)
    listener.ready()
    return replace(studio, hear=listener.gate)


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

    def gain(self, line: Line) -> Decibels:
        """Give what a sentence was turned up by."""
        audio = self.record["audio"]
        return Decibels(round(audio["gain_db"] + audio["voices_db"].get(line.voice, 0.0), 2))


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


def picture_of(episode: Recorded, form: str) -> bytes:
    """Draw an episode's sound as ``svg`` or ``png``.

    Raises:
        BadInput: its audio is gone.
        EngineUnavailable: matplotlib is not installed.
    """
    record, rate = episode.record, episode.record["audio"]["rate"]
    stretches = tuple(
        Stretch(start=row["start"] / rate, end=(row["start"] + row["samples"]) / rate, kind=row["kind"], characters=len(row["spoken"])) for row in record["segments"]
    )
    marks = tuple((chapter["start_ms"] / 1000, chapter["title"]) for chapter in record["chapters"])
    with decoded(episode.audio) as audio:
        return picture(Subject(title=record["title"], audio=audio, stretches=stretches, chapters=marks, integrated=record["audio"]["loudness_lufs"]), form)


class Listener:
    """Listens to episodes; what it learns of a voice is kept."""

    def __init__(self, settings: Settings, wanted: VoiceTable) -> None:
        """Use the settings' folders, and the voices as a show wants them."""
        self._settings, self._wanted = settings, wanted
        self._kept = CalibrationFiles(settings.state / "listening")
        self._cache: FileCache = segment_cache(settings)
        self._turn = threading.RLock()

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
        return self._heard(episode.audio, episode.lines, episode.gain, progress)

    def ready(self) -> None:
        """Load the recogniser.

        Raises:
            EngineUnavailable: it is not installed.
        """
        _ = self._recogniser

    def gate(self, audio: BinaryIO, timeline: Timeline, master: Master) -> None:
        """Listen to an episode that is about to be published.

        Raises:
            AudioSuspect: it is not what it should be.
        """
        rows = {row.start: row for row in timeline.rows}
        lines = tuple(
            Line(start=row.start, length=row.samples, spoken=row.segment.spoken, voice=row.voice, key=row.key)
            for row in timeline.rows if row.segment.kind is not SegmentKind.JINGLE
        )  # fmt: skip
        with tempfile.NamedTemporaryFile(prefix="audiopub-", suffix=".mp3") as file:
            audio.seek(0)
            shutil.copyfileobj(audio, file, 1 << 20)
            file.flush()
            heard = self._heard(Path(file.name), lines, lambda line: master.gain_of(rows[line.start]), lambda _stage, _done, _of: None)
        if not heard.clean:
            first = heard.suspects[0].line.spoken[:80] if heard.suspects else ""
            faults = sorted({*heard.faults, *(fault for finding in heard.suspects for fault in finding.faults)})
            raise AudioSuspect("listen.held", count=len(heard.suspects), faults=", ".join(faults), text=first)

    def _heard(self, path: Path, lines: Sequence[Line], gain_of: Callable[[Line], Decibels], progress: Progress) -> Heard:
        def source(line: Line) -> Pcm | None:
            take = self._cache.get(line.key)
            return from_floats(levelled(take.pcm, gain_of(line)), take.pcm.rate) if take else None

        with self._turn:  # the recogniser takes all the cores it may have; two at once would be no faster
            voices = {voice: self.learn(voice, progress) for voice in sorted({line.voice for line in lines})}
            with decoded(path) as audio:
                return listen(self._recogniser, voices, audio, lines, source, lambda done, of: progress("listening", done, of))

    def learn(self, voice: str, progress: Progress) -> Calibration:
        """Learn a voice, unless it is known already.

        Raises:
            SpeechFailed: the voice cannot be reached.
        """
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
