"""Google's voice through the gTTS package: one request an utterance, with a time limit, its errors translated.

gTTS 2.5.4 waits for ever unless told otherwise, checks its language with a request of its own, raises
AssertionError for text without words, and returns MP3.
"""

import io
import logging

from audiopub.audio import Pcm
from audiopub.audio.pcm import from_raw
from audiopub.errors import EngineUnavailable, EngineUnknown, UtteranceRejected
from audiopub.speech import Voice
from audiopub.units import Hertz

_RATE = Hertz(24_000)
_TOO_MANY = 429
_FORBIDDEN = 403


class GttsEngine:
    """Speaks Vietnamese as Google Translate does."""

    online = True
    longest = 100
    """What the service takes at a time; gTTS would cut longer text by rules of its own."""

    def __init__(self, voice: str | None = None, *, timeout: float = 10.0) -> None:
        """Make the engine.

        Args:
            voice: ``vi``, the only one.
            timeout: seconds a request may take to connect and between pieces of its answer.

        Raises:
            EngineUnknown: another voice.
        """
        if voice not in {None, "vi"}:
            raise EngineUnknown("speech.unknown_voice", engine="gtts", voice=voice, known="vi")
        self._timeout = timeout

    @classmethod
    def voices(cls) -> tuple[Voice, ...]:
        """List its voice."""
        return (Voice(engine="gtts", name="vi", description="Google Dịch (online)", licence="MIT", cost="free, online"),)

    @property
    def identity(self) -> str:
        """Name the service; what it sounds like may change without notice."""
        return "gtts/translate.google.com/vi"

    def speak(self, utterance: str) -> Pcm:
        """Ask the service for an utterance."""
        from gtts import gTTS, gTTSError  # noqa: PLC0415  imports requests, and only this voice needs it

        logging.getLogger("gtts").setLevel(logging.WARNING)  # it logs the article's text
        try:
            request = gTTS(utterance, lang="vi", lang_check=False, timeout=self._timeout)
            buffer = io.BytesIO()
            request.write_to_fp(buffer)
        except AssertionError as error:
            raise UtteranceRejected("speech.rejected", engine="gtts", text=utterance[:60]) from error
        except gTTSError as error:
            raise _translated(error) from error
        except (OSError, UnicodeError, ValueError) as error:
            raise EngineUnavailable("speech.unavailable", engine="gtts", reason=str(error)) from error
        return _decoded(buffer.getvalue(), utterance)


def _translated(error: Exception) -> EngineUnavailable:
    status = getattr(getattr(error, "rsp", None), "status_code", None)
    if status in {_TOO_MANY, _FORBIDDEN}:
        return EngineUnavailable("speech.throttled", engine="gtts", reason=f"HTTP {status}")
    return EngineUnavailable("speech.unavailable", engine="gtts", reason=str(error))


def _decoded(body: bytes, utterance: str) -> Pcm:
    if not body:
        raise EngineUnavailable("speech.no_sound", engine="gtts", text=utterance[:60])
    import miniaudio  # noqa: PLC0415

    try:
        sound = miniaudio.decode(body, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=_RATE)
    except miniaudio.MiniaudioError as error:
        raise EngineUnavailable("speech.bad_audio", engine="gtts", reason=str(error)) from error
    return from_raw(sound.samples.tobytes(), _RATE)
