"""One sentence spoken into a file, as an episode is."""

import io
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from audiopub.adapters.files import write_whole
from audiopub.adapters.memory import MemoryCache
from audiopub.adapters.mp3 import LameEncoder
from audiopub.audio import Pcm
from audiopub.bootstrap.voices import engine
from audiopub.config import Settings
from audiopub.episode import Run
from audiopub.errors import BadInput, ConfigInvalid, SpeechFailed
from audiopub.publish.encoder import Tags
from audiopub.script import SegmentKind, Style
from audiopub.speech import Engine
from audiopub.units import Milliseconds, Samples
from audiopub.vietnamese import Reading


def spoken_file(text: str, voice: str, out: Path, settings: Settings, manner: Style) -> tuple[str, int]:
    """Speak a text into a file, levelled as an episode is.

    Args:
        text: written form.
        voice: ``engine`` or ``engine:voice``.
        out: ``.wav`` or ``.mp3``.
        settings: limits of online engines.
        manner: whose lexicon and taste count.

    Returns:
        The spoken form and the length in milliseconds.

    Raises:
        BadInput: nothing to say.
        ConfigInvalid: the file's kind is unknown, or it cannot be written.
        SpeechFailed: the voice cannot say it.
    """
    from audiopub.vietnamese import read

    if out.suffix.lower() not in {".wav", ".mp3"}:
        raise ConfigInvalid("config.bad_setting", key="--out", value=str(out), reason=".wav or .mp3")
    reading = read(text, manner.lexicon, manner.reading)
    if not reading.spoken:
        raise BadInput("source.empty", source="TEXT")
    sound = _levelled(reading, voice, engine(voice, settings))
    _write_sound(out, sound, reading.written)
    return reading.spoken, sound.length


def spoken_sound(reading: Reading, voices: Sequence[str], engine_of: Callable[[str], Engine]) -> tuple[bytes, int]:
    """Speak one reading, in the first voice that can, levelled as an episode is.

    Args:
        reading: what is printed and said.
        voices: names, best first.
        engine_of: gives the engine of a name; kept by whoever calls, since making one takes longer than a sentence.

    Returns:
        An MP3, and its length in milliseconds.

    Raises:
        BadInput: nothing to say.
        SpeechFailed: no voice can say it.
    """
    if not reading.spoken:
        raise BadInput("source.empty", source="TEXT")
    for place, voice in enumerate(voices, start=1):
        try:
            sound = _levelled(reading, voice, engine_of(voice))
        except SpeechFailed:
            if place == len(voices):
                raise
        else:
            return _mp3(sound, reading.written), sound.length
    raise BadInput("source.empty", source="VOICE")


def _mp3(pcm: Pcm, title: str) -> bytes:
    buffer = io.BytesIO()
    tags = Tags(title=title, artist="audiopub", album="audiopub", date="", language="vie", url=None, comment="", length=pcm.length, cover=b"", chapters=())
    LameEncoder().encode(one_run(pcm), pcm.rate, tags, buffer)
    return buffer.getvalue()


def _levelled(reading: Reading, voice: str, speaker: Engine) -> Pcm:
    """Speak one reading as an episode of a single sentence."""
    from audiopub.audio import joined
    from audiopub.audio.pcm import from_floats
    from audiopub.episode import Voiced, mastered, placed, runs
    from audiopub.script import Script, Segment
    from audiopub.speech import narrate

    segment = Segment(section=0, kind=SegmentKind.SENTENCE, written=reading.written, spoken=reading.spoken, pause_after=Milliseconds(200))
    script = Script(title=reading.written, headings=(), segments=(segment,))
    sounds = MemoryCache()
    told = narrate(script, speaker, sounds, voice, lambda _done, _of: None)
    timeline = placed(script, [Voiced(key=told.keys[0], length=told.lengths[0], voice=voice)], told.rate, Milliseconds(100))
    master = mastered(timeline, lambda row: sounds.takes[row.key].levels)
    whole = runs(timeline, lambda row: sounds.takes[row.key], master)[0]
    return joined([from_floats(piece, told.rate) for piece in whole.pieces()], told.rate)


def one_run(pcm: Pcm) -> list[Run]:
    """Give sound as something that is encoded in one piece."""
    return [Run(key="", length=Samples(len(pcm)), pieces=lambda: iter([pcm.floats]))]


def _write_sound(out: Path, pcm: Pcm, title: str) -> None:
    if out.suffix.lower() == ".mp3":
        write_whole(out, _mp3(pcm, title))
        return
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(pcm.rate)
        sound.writeframes(pcm.raw)
    write_whole(out, buffer.getvalue())
