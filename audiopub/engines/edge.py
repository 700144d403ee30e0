"""Microsoft's neural voices through the edge-tts package: one connection an utterance, with our own time limits and our own test of wholeness.

edge-tts 7.3 waits for ever once the connection stands and nothing comes, and takes an answer that breaks off in the middle for a
whole one. Both are seen here.
"""

import asyncio
import contextlib
from typing import Any

from audiopub.audio import Mark, Pcm
from audiopub.engines.decode import LARGEST, decoded
from audiopub.engines.throttling import TOO_MANY, throttled
from audiopub.errors import EngineUnavailable, EngineUnknown, UtteranceRejected
from audiopub.speech import EngineSettings, Voice
from audiopub.units import Hertz, Samples

_VOICES = {"vi-VN-HoaiMyNeural": "Hoài My, nữ (online)", "vi-VN-NamMinhNeural": "Nam Minh, nam (online)"}
_TICKS = 10_000_000
"""Offsets of words are in units of 100 ns."""

_CHARACTERS_A_SECOND = 25
"""The slowest answer that is still waited for, beside the time for the first word."""

_LINGER = 0.1
_EMPTY = EngineSettings()


class EdgeEngine:
    """Speaks as Microsoft Edge reads pages aloud."""

    online = True
    service = "Microsoft"
    reads_foreign = True
    parallel = 4
    longest = 1_000
    """The service takes 4,096 bytes of escaped text; Vietnamese letters have up to three."""

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine.

        Args:
            voice: ``vi-VN-HoaiMyNeural`` (the usual one) or ``vi-VN-NamMinhNeural``.
            settings: pace; the time to connect and between pieces of an answer; the option ``pitch``, as ``+10Hz``.

        Raises:
            EngineUnknown: another voice.
            EngineUnavailable: the package edge-tts is not installed.
        """
        self._voice = voice or next(iter(_VOICES))
        if self._voice not in _VOICES:
            raise EngineUnknown("speech.unknown_voice", engine="edge", voice=voice, known=", ".join(_VOICES))
        self._rate = f"{round((settings.speed - 1) * 100):+d}%"
        self._pitch = settings.options.get("pitch", "+0Hz")
        self._timeout = settings.timeout
        try:
            import edge_tts  # noqa: F401, PLC0415
        except ImportError as error:
            raise EngineUnavailable("speech.not_installed", engine="edge", extra="edge") from error

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List the two Vietnamese voices."""
        del settings
        return tuple(Voice(engine="edge", name=name, description=text, licence="LGPL-3.0-only", cost="free, online") for name, text in _VOICES.items())

    @property
    def identity(self) -> str:
        """Name voice and settings; what the service makes of them may change without notice."""
        return f"edge/{self._voice}/{self._rate}/{self._pitch}"

    def speak(self, utterance: str) -> Pcm:
        """Ask the service for an utterance; its words come with their times."""
        if not any(map(str.isalnum, utterance)):
            raise UtteranceRejected("speech.rejected", engine="edge", text=utterance[:60])
        from aiohttp import ClientError  # noqa: PLC0415  comes with edge-tts
        from edge_tts.exceptions import EdgeTTSException, NoAudioReceived  # noqa: PLC0415

        try:
            body, words = asyncio.run(self._asked(utterance))
        except NoAudioReceived as error:
            raise EngineUnavailable("speech.no_sound", engine="edge", text=utterance[:60]) from error
        except TimeoutError as error:
            raise EngineUnavailable("speech.unavailable", engine="edge", reason=f"> {self._timeout:g} s") from error
        except (EdgeTTSException, ClientError, OSError, ValueError, KeyError) as error:
            raise _translated(error) from error
        sound = decoded(body, "edge")
        return Pcm(sound.samples, sound.rate, _marks(words, utterance, sound.rate))

    async def _asked(self, utterance: str) -> tuple[bytes, list[tuple[int, str]]]:
        try:
            return await self._received(utterance)
        except BaseException:
            await asyncio.sleep(_LINGER)  # connections that broke off are closed by the loop, if it is still there
            raise

    async def _received(self, utterance: str) -> tuple[bytes, list[tuple[int, str]]]:
        import edge_tts  # noqa: PLC0415

        request = edge_tts.Communicate(utterance, self._voice, rate=self._rate, pitch=self._pitch, boundary="WordBoundary", connect_timeout=max(1, round(self._timeout)))
        body, words = bytearray(), list[tuple[int, str]]()
        async with asyncio.timeout(self._timeout + len(utterance) / _CHARACTERS_A_SECOND), contextlib.aclosing(request.stream()) as answer:
            while (message := await asyncio.wait_for(anext(answer, None), self._timeout)) is not None:
                if message["type"] == "audio":
                    body += message["data"]
                else:
                    words.append((round(message["offset"]), str(message["text"])))
                if len(body) > LARGEST:
                    raise EngineUnavailable("speech.bad_audio", engine="edge", reason=f"> {LARGEST} bytes")
        if len(body) != request.state["cumulative_audio_bytes"]:  # counted by the package only when the service says that it is done
            raise EngineUnavailable("speech.cut_short", engine="edge", text=utterance[:60])
        return bytes(body), words


def _marks(words: list[tuple[int, str]], utterance: str, rate: Hertz) -> tuple[Mark, ...]:
    """Find the words that the service names in the text that it was given."""
    marks: list[Mark] = []
    place = 0
    for offset, text in words:
        found = utterance.find(text, place)
        if found >= 0:
            marks.append(Mark(Samples(offset * rate // _TICKS), found))
            place = found + len(text)
    return tuple(marks)


def _translated(error: Any) -> EngineUnavailable:
    """Tell a service that is asked too often from one that fails; a 403 means that it no longer knows this client, or that the clock is wrong."""
    status = getattr(error, "status", None)
    if status == TOO_MANY:
        return throttled(EdgeEngine.service, (getattr(error, "headers", None) or {}).get("Retry-After"))
    return EngineUnavailable("speech.unavailable", engine="edge", reason=f"HTTP {status}" if status else str(error) or type(error).__name__)
