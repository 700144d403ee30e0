"""eSpeak NG in this process: the offline voice that always works.

The library and its data come from the wheel ``espeakng-loader``. It keeps its state globally, and some of
it (the flutter of the voice, the phase of its waves) runs on from one utterance into the next, so that the
same text comes out a little different each time. Every utterance therefore gets the library freshly loaded:
4 ms of CPU, and the same text always gives the same samples. One synthesis runs at a time.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, c_char_p, c_int, c_long, c_short, c_uint, c_void_p
from functools import cache
from typing import Any

from audiopub.audio import Pcm
from audiopub.audio.pcm import from_raw
from audiopub.errors import EngineUnavailable, EngineUnknown
from audiopub.speech import Voice
from audiopub.units import Hertz

_SYNCHRONOUS = 2
"""The samples come in the calling thread. Through the library's own thread (1) they are the same, and take three times as long."""

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

_SEED = 1
_LOCK = threading.Lock()
_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, c_void_p)


class EspeakEngine:
    """Speaks Vietnamese in one of eSpeak NG's three accents."""

    online = False
    longest = 2_000

    def __init__(self, voice: str | None = None) -> None:
        """Make the engine.

        Args:
            voice: ``vi`` (the usual one), ``vi-vn-x-central`` or ``vi-vn-x-south``.

        Raises:
            EngineUnknown: another voice.
            EngineUnavailable: the library could not be loaded.
        """
        self._voice = voice or "vi"
        if self._voice not in _VOICES:
            raise EngineUnknown("speech.unknown_voice", engine="espeak", voice=voice, known=", ".join(_VOICES))
        self._version = _library_version()

    @classmethod
    def voices(cls) -> tuple[Voice, ...]:
        """List the three accents."""
        return tuple(Voice(engine="espeak", name=name, description=text, licence="GPL-3.0-or-later", cost="free") for name, text in _VOICES.items())

    @property
    def identity(self) -> str:
        """Name library, voice and settings."""
        return f"espeak-ng/{self._version}/{self._voice}/wpm={_WORDS_A_MINUTE}/vol={_HALF_VOLUME}/fresh"

    def speak(self, utterance: str) -> Pcm:
        """Synthesise an utterance at 22,050 Hz."""
        chunks: list[bytes] = []

        def collect(samples: Any, count: int, _events: int) -> int:
            if samples and count > 0:
                chunks.append(ctypes.string_at(samples, count * 2))
            return 0

        text = utterance.encode()
        with _LOCK, _fresh_library() as (library, rate):
            callback = _Callback(collect)  # the library keeps no reference of its own
            library.espeak_SetSynthCallback(callback)
            if library.espeak_SetVoiceByName(_FILES.get(self._voice, self._voice).encode()) != 0:
                raise EngineUnavailable("speech.unavailable", engine="espeak", reason=f"voice {self._voice} did not load")
            for parameter, value in ((_RATE, _WORDS_A_MINUTE), (_VOLUME, _HALF_VOLUME), (_PITCH, 45), (_RANGE, 55)):
                library.espeak_SetParameter(parameter, value, 0)
            status = library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8 | _END_PAUSE, None, None)
            library.espeak_Synchronize()
        if status != 0:
            raise EngineUnavailable("speech.unavailable", engine="espeak", reason=f"status {status}")
        return from_raw(b"".join(chunks), Hertz(rate))


@contextmanager
def _fresh_library() -> Iterator[tuple[Any, int]]:
    """Load the library, give it with its sample rate, and unload it again, its state with it."""
    path, data = _files()
    try:
        library: Any = ctypes.CDLL(path)
    except OSError as error:
        raise EngineUnavailable("speech.unavailable", engine="espeak", reason=str(error)) from error
    library.espeak_Synth.argtypes = [c_char_p, ctypes.c_size_t, c_uint, c_int, c_uint, c_uint, POINTER(c_uint), c_void_p]
    library.espeak_Info.restype = c_char_p
    library.espeak_Info.argtypes = [c_void_p]
    try:
        rate = library.espeak_Initialize(_SYNCHRONOUS, 200, data.encode(), 0)
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
    with _LOCK, _fresh_library() as (library, _rate):
        version: bytes = library.espeak_Info(None)
        return version.decode().split()[0]
