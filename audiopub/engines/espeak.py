"""eSpeak NG in this process: the offline voice that always works.

The library and its data come from the wheel ``espeakng-loader``. It keeps its state globally, and some of
it (the flutter of the voice, the phase of its waves) runs on from one utterance into the next, so that the
same text comes out a little different each time. Every utterance therefore gets the library freshly loaded:
4 ms of CPU, and the same text always gives the same samples. A loaded library says one utterance at a time;
where there are more cores, copies of its file are loaded beside it, each with a state of its own.
"""

import atexit
import ctypes
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, c_char_p, c_int, c_long, c_short, c_uint, c_uint64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from audiopub.audio import Mark, Pcm
from audiopub.audio.pcm import from_raw
from audiopub.errors import ConfigInvalid, EngineUnavailable, EngineUnknown
from audiopub.speech import EngineSettings, Voice
from audiopub.units import Hertz, Samples

_SYNCHRONOUS = 2
"""The samples come in the calling thread. Through the library's own thread (1) they are the same, and take three times as long."""

_BUFFER = 60_000
"""Milliseconds of sound that come at once. With less the callback interrupts other threads many times a sentence, and long sentences come
out a few samples shorter."""

_UTF8 = 1
_END_PAUSE = 0x1000
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_WORDS_A_MINUTE = 165
_HALF_VOLUME = 70
"""Percent of eSpeak's usual volume: at 100 its loudest vowels reach full scale and clip, at 70 they stay 0.6 dB below."""

_VOICES = {
    "vi": "Miền Bắc (Northern)",
    "vi-vn-x-central": "Miền Trung (Central)",
    "vi-vn-x-south": "Miền Nam (Southern)",
}
_FILES = {"vi": "aav/vi"}
"""Where a voice's file lies, for those whose file is named in small letters: by it a voice is found at once, by its name only after the files
of all voices were read (2 ms an utterance)."""

_PITCH_USUAL = 45
_PITCH_RANGE = 55
_HIGHEST_PITCH = 99
_SEED = 1
_FOLDER = "audiopub-espeak-"
_MOST_COPIES = 4
_WORD, _NO_MORE = 1, 0
_EMPTY = EngineSettings()


class _Event(Structure):
    """``espeak_EVENT`` of speak_lib.h."""

    _fields_: ClassVar[Any] = [
        ("type", c_int), ("unique_identifier", c_uint), ("text_position", c_int), ("length", c_int),
        ("audio_position", c_int), ("sample", c_int), ("user_data", c_void_p), ("id", c_uint64),
    ]  # fmt: skip


_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


class EspeakEngine:
    """Speaks Vietnamese in one of eSpeak NG's three accents."""

    online = False
    accents: ClassVar = {"north": "vi", "central": "vi-vn-x-central", "south": "vi-vn-x-south"}
    longest = 2_000

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine.

        Args:
            voice: ``vi`` (the usual one), ``vi-vn-x-central`` or ``vi-vn-x-south``.
            settings: pace; the option ``pitch``, from 0 to 99.

        Raises:
            EngineUnknown: another voice.
            ConfigInvalid: a pitch that is none.
            EngineUnavailable: the library could not be loaded.
        """
        self._voice = voice or "vi"
        if self._voice not in _VOICES:
            raise EngineUnknown("speech.unknown_voice", engine="espeak", voice=voice, known=", ".join(_VOICES))
        self._pace = round(_WORDS_A_MINUTE * settings.speed)
        self._pitch = _pitch(settings)
        self._version = _library_version()

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List the three accents."""
        del settings
        return tuple(Voice(engine="espeak", name=name, description=text, licence="GPL-3.0-or-later", cost="free") for name, text in _VOICES.items())

    @property
    def identity(self) -> str:
        """Name library, voice and settings."""
        return f"espeak-ng/{self._version}/{self._voice}/wpm={self._pace}/pitch={self._pitch}/vol={_HALF_VOLUME}/fresh/whole"

    @property
    def parallel(self) -> int:
        """Give the number of cores this process may use, within reason."""
        return _copies()

    def speak(self, utterance: str) -> Pcm:
        """Synthesise an utterance at 22,050 Hz."""
        chunks: list[bytes] = []
        marks: list[Mark] = []

        def collect(samples: Any, count: int, events: Any) -> int:
            if samples and count > 0:
                chunks.append(ctypes.string_at(samples, count * 2))
            place = 0
            while events[place].type != _NO_MORE:
                if events[place].type == _WORD:
                    marks.append(Mark(Samples(events[place].sample), events[place].text_position - 1))
                place += 1
            return 0

        text = utterance.encode()
        with _fresh_library() as (library, rate):
            callback = _Callback(collect)  # the library keeps no reference of its own
            library.espeak_SetSynthCallback(callback)
            if library.espeak_SetVoiceByName(_FILES.get(self._voice, self._voice).encode()) != 0:
                raise EngineUnavailable("speech.unavailable", engine="espeak", reason=f"voice {self._voice} did not load")
            for parameter, value in ((_RATE, self._pace), (_VOLUME, _HALF_VOLUME), (_PITCH, self._pitch), (_RANGE, _PITCH_RANGE)):
                library.espeak_SetParameter(parameter, value, 0)
            status = library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8 | _END_PAUSE, None, None)
            library.espeak_Synchronize()
        if status != 0:
            raise EngineUnavailable("speech.unavailable", engine="espeak", reason=f"status {status}")
        sound = from_raw(b"".join(chunks), Hertz(rate))
        return Pcm(sound.samples, sound.rate, tuple(marks))


def _pitch(settings: EngineSettings) -> int:
    given = settings.options.get("pitch", str(_PITCH_USUAL))
    if not (given.isdecimal() and int(given) <= _HIGHEST_PITCH):
        raise ConfigInvalid("config.bad_setting", key="espeak pitch", value=given, reason=f"0–{_HIGHEST_PITCH}")
    return int(given)


@cache
def _copies() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_COPIES, usable)


def _sweep() -> None:
    """Remove the copies of processes that were killed before they could do so themselves."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        pid = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if pid.isdigit() and Path("/proc/self").exists() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


@cache
def _shelf() -> "queue.SimpleQueue[str]":
    """Give the library's file and copies of it; who takes one speaks alone through it until it is put back."""
    path = Path(_files()[0])
    shelf: queue.SimpleQueue[str] = queue.SimpleQueue()
    shelf.put(str(path))
    if _copies() > 1:
        _sweep()
        folder = tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for number in range(1, _copies()):
            shelf.put(shutil.copy(path, str(Path(folder) / f"{number}{path.suffix}")))
    return shelf


_MAKING = threading.Lock()


@contextmanager
def _fresh_library() -> Iterator[tuple[Any, int]]:
    """Load the library, give it with its sample rate, and unload it again, its state with it."""
    data = _files()[1]
    with _MAKING:
        shelf = _shelf()
    path = shelf.get()
    try:
        with _loaded(path, data) as found:
            yield found
    finally:
        shelf.put(path)


@contextmanager
def _loaded(path: str, data: str) -> Iterator[tuple[Any, int]]:
    try:
        library: Any = ctypes.CDLL(path)
    except OSError as error:
        raise EngineUnavailable("speech.unavailable", engine="espeak", reason=str(error)) from error
    library.espeak_Synth.argtypes = [c_char_p, ctypes.c_size_t, c_uint, c_int, c_uint, c_uint, POINTER(c_uint), c_void_p]
    library.espeak_Info.restype = c_char_p
    library.espeak_Info.argtypes = [c_void_p]
    try:
        rate = library.espeak_Initialize(_SYNCHRONOUS, _BUFFER, data.encode(), 0)
        if rate <= 0:
            raise EngineUnavailable("speech.unavailable", engine="espeak", reason=f"initialisation gave {rate}")
        library.espeak_ng_SetRandSeed(c_long(_SEED))
        yield library, rate
    finally:
        library.espeak_Terminate()
        _unload(library)


def _unload(library: Any) -> None:
    """Drop the library from the process; where that cannot be done it only keeps its state."""
    try:
        from _ctypes import dlclose  # noqa: PLC0415  not on every system
    except ImportError:
        return
    dlclose(library._handle)  # noqa: SLF001  ctypes has no public way


@cache
def _files() -> tuple[str, str]:
    """Give the paths of the library and its data."""
    try:
        import espeakng_loader  # noqa: PLC0415  only when this voice is used
    except ImportError as error:
        raise EngineUnavailable("speech.unavailable", engine="espeak", reason=str(error)) from error
    return str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path())


@cache
def _library_version() -> str:
    with _fresh_library() as (library, _rate):
        version: bytes = library.espeak_Info(None)
        return version.decode().split()[0]
