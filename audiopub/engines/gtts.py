"""Google's voice through the gTTS package: one request an utterance, with a time limit, its errors translated.

gTTS 2.5.4 waits for ever unless told otherwise, checks its language with a request of its own, raises
AssertionError for text without words, does not look at certificates, and returns MP3.
"""

import io
import logging
import os
from functools import cache
from types import SimpleNamespace
from typing import Any

from audiopub.audio import Pcm
from audiopub.engines.decode import decoded
from audiopub.engines.throttling import TOO_MANY, throttled
from audiopub.errors import ConfigInvalid, EngineUnavailable, EngineUnknown, UtteranceRejected
from audiopub.speech import EngineSettings, Voice

_EMPTY = EngineSettings()


class GttsEngine:
    """Speaks Vietnamese as Google Translate does."""

    online = True
    service = "Google"
    reads_foreign = True
    parallel = 4
    longest = 100
    """What the service takes at a time; gTTS would cut longer text by rules of its own."""

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine.

        Args:
            voice: ``vi``, the only one.
            settings: the time a request may take to connect and between pieces of its answer. The service has one pace.

        Raises:
            EngineUnknown: another voice.
            ConfigInvalid: another pace.
        """
        if settings.speed != 1:
            raise ConfigInvalid("config.no_speed", engine="gtts", value=settings.speed)
        if voice not in {None, "vi"}:
            raise EngineUnknown("speech.unknown_voice", engine="gtts", voice=voice, known="vi")
        self._timeout = settings.timeout
        _client()  # a request whose turn has come is not to wait for imports

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List its voice."""
        del settings
        return (Voice(engine="gtts", name="vi", description="Google Dịch (online)", licence="MIT", cost="free, online"),)

    @property
    def identity(self) -> str:
        """Name the service; what it sounds like may change without notice."""
        return "gtts/translate.google.com/vi"

    def speak(self, utterance: str) -> Pcm:
        """Ask the service for an utterance."""
        from gtts import gTTSError  # noqa: PLC0415  imports requests, and only this voice needs it

        logging.getLogger("gtts").setLevel(logging.WARNING)  # it logs the article's text
        try:
            request = _client()(utterance, lang="vi", lang_check=False, timeout=self._timeout)
            buffer = io.BytesIO()
            request.write_to_fp(buffer)
        except AssertionError as error:
            raise UtteranceRejected("speech.rejected", engine="gtts", text=utterance[:60]) from error
        except gTTSError as error:
            raise _translated(error) from error
        except (OSError, UnicodeError, ValueError) as error:
            raise EngineUnavailable("speech.unavailable", engine="gtts", reason=str(error)) from error
        if not buffer.getvalue():
            raise EngineUnavailable("speech.no_sound", engine="gtts", text=utterance[:60])
        return decoded(buffer.getvalue(), "gtts")


@cache
def _client() -> Any:
    """Give the client, made to check whom it talks to.

    gTTS 2.5.4 sends with ``verify=False``: anybody on the way could put words into the newspaper's mouth. Its sessions are
    exchanged for ones that check certificates, by the list that REQUESTS_CA_BUNDLE names or the usual one.
    """
    import requests  # noqa: PLC0415
    from gtts import tts  # noqa: PLC0415

    class CheckingSession(requests.Session):
        def send(self, request: Any, **settings: Any) -> Any:
            return super().send(request, **{**settings, "verify": os.environ.get("REQUESTS_CA_BUNDLE") or True})

    tts.requests = SimpleNamespace(**{**vars(requests), "Session": CheckingSession})
    return tts.gTTS


def _translated(error: Exception) -> EngineUnavailable:
    """Tell a service that is asked too often from one that fails; a 403 means that it no longer knows this client, however seldom it asks."""
    answer: Any = getattr(error, "rsp", None)
    if answer is not None and answer.status_code == TOO_MANY:
        return throttled(GttsEngine.service, answer.headers.get("Retry-After"))
    why = error.__context__ if answer is None and error.__context__ else error  # gTTS says "Failed to connect" of whatever it did not get whole
    return EngineUnavailable("speech.unavailable", engine="gtts", reason=str(why))
