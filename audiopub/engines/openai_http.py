"""Any server that speaks OpenAI's ``POST /v1/audio/speech``: vendors, and servers of one's own for open voices."""

import time

import httpx
import numpy as np

from audiopub.audio import Pcm
from audiopub.engines.decode import LARGEST, decoded
from audiopub.engines.throttling import TOO_MANY, throttled
from audiopub.errors import AudiopubError, ConfigInvalid, EngineUnavailable, UtteranceRejected
from audiopub.speech import EngineSettings, Voice
from audiopub.units import Hertz

_FORMATS = ("wav", "mp3", "flac", "pcm")
_PCM_RATE = "24000"
"""What OpenAI's own ``pcm`` has; a server that differs says so in the header X-Sample-Rate, or the option ``rate`` does."""

_PATIENCE = 6
"""Times the time limit of one silence that a whole answer may take."""

_REFUSED = {400, 413, 422}
_OK = 200
_TOLD = 160
_EMPTY = EngineSettings()


class OpenAIHttpEngine:
    """Asks a server for each utterance.

    Options: ``url`` (up to and without ``/audio/speech``), ``model``, ``format``, ``rate`` (of ``pcm``), ``licence``, ``cost``; the key comes from
    the environment alone (``AUDIOPUB_OPENAI_HTTP_KEY``) and is in no identity, message or log.
    """

    online = True
    parallel = 4
    longest = 1_000

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine.

        Args:
            voice: what the server calls it; ``alloy`` where none is named.
            settings: pace, time limit, options.

        Raises:
            ConfigInvalid: no address, or a setting that cannot be used.
        """
        options = settings.options
        self._url = options.get("url", "").rstrip("/")
        if not self._url.startswith(("http://", "https://")):
            raise ConfigInvalid("config.no_option", engine="openai_http", option="url", variable="AUDIOPUB_OPENAI_HTTP_URL")
        self._format = options.get("format", "wav")
        if self._format not in _FORMATS:
            raise ConfigInvalid("config.bad_setting", key="format", value=self._format, reason=", ".join(_FORMATS))
        self._pcm_rate = options.get("rate", _PCM_RATE)
        if not self._pcm_rate.isdecimal() or int(self._pcm_rate) % 10:
            raise ConfigInvalid("config.bad_setting", key="rate", value=self._pcm_rate, reason="Hz, 24000")
        self._voice, self._model, self._speed = voice or "alloy", options.get("model", "tts-1"), settings.speed
        self._key, self._timeout = options.get("key", ""), settings.timeout

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List the voices that the option ``voices`` names, comma between them; nothing where no server is named."""
        options = settings.options
        if not options.get("url"):
            return ()
        names = [name.strip() for name in options.get("voices", "alloy").split(",")]
        facts = {"description": f"{options.get('model', 'tts-1')} @ {options['url']}", "licence": options.get("licence", "?"), "cost": options.get("cost", "?")}
        return tuple(Voice(engine="openai_http", name=name, **facts) for name in names)

    @property
    def service(self) -> str:
        """Name the server."""
        return httpx.URL(self._url).netloc.decode()

    @property
    def identity(self) -> str:
        """Name server, model, voice and settings."""
        rate = f"/{self._pcm_rate}" if self._format == "pcm" else ""
        return f"openai_http/{self._url}/{self._model}/{self._voice}/{self._speed:g}/{self._format}{rate}"

    def speak(self, utterance: str) -> Pcm:
        """Ask the server for an utterance."""
        wanted = {"model": self._model, "voice": self._voice, "input": utterance, "response_format": self._format, "speed": self._speed}
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            # No redirects and no proxies of the environment: text and key go to the server that was named, and nowhere else.
            with (
                httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", f"{self._url}/audio/speech", json=wanted, headers=headers) as answer,
            ):
                body = _read(answer, time.monotonic() + _PATIENCE * self._timeout)
        except httpx.HTTPError as error:
            raise EngineUnavailable("speech.unavailable", engine="openai_http", reason=str(error) or type(error).__name__) from error
        if answer.status_code != _OK:
            raise self._translated(answer, body, utterance)
        if self._format == "pcm":
            rate = answer.headers.get("X-Sample-Rate", self._pcm_rate)
            samples = np.frombuffer(body[: len(body) & ~1], dtype="<i2").astype(np.int16)
            return Pcm(samples, Hertz(int(rate) if rate.isdecimal() else int(self._pcm_rate)))
        return decoded(body, "openai_http")

    def _translated(self, answer: httpx.Response, body: bytes, utterance: str) -> AudiopubError:
        status, said = answer.status_code, body.decode(errors="replace").strip()[:_TOLD]
        if status in _REFUSED:
            return UtteranceRejected("speech.rejected", engine="openai_http", text=utterance[:60])
        if status == TOO_MANY:
            return throttled(self.service, answer.headers.get("Retry-After"))
        return EngineUnavailable("speech.unavailable", engine="openai_http", reason=f"HTTP {status} {said}")


def _read(answer: httpx.Response, deadline: float) -> bytes:
    """Read an answer whole.

    Raises:
        EngineUnavailable: it is too large, or comes drop by drop.
    """
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise EngineUnavailable("speech.bad_audio", engine="openai_http", reason=f"> {LARGEST} bytes")
        if time.monotonic() > deadline:
            raise EngineUnavailable("speech.unavailable", engine="openai_http", reason="too slow")
    return bytes(body)
