"""Any program that reads text on its standard input and writes a sound file to its standard output."""

import os
import shlex
import signal
import subprocess
from typing import Any

from audiopub.audio import Pcm
from audiopub.engines.decode import LARGEST, decoded
from audiopub.errors import ConfigInvalid, EngineUnavailable
from audiopub.speech import EngineSettings, Voice

_EMPTY = EngineSettings()
_PATIENCE = 60.0
"""Seconds that one utterance may take."""

_TOLD = 200
"""Characters of what a program says of its failure."""


class CommandEngine:
    """Runs the program of the option ``command`` once an utterance.

    In the command line ``{voice}`` stands for the voice and ``{speed}`` for the pace.
    """

    online = False
    parallel = 2
    longest = 1_000

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine.

        Args:
            voice: what ``{voice}`` stands for in the command.
            settings: pace; the options ``command`` and ``licence``.

        Raises:
            ConfigInvalid: there is no command, or it cannot be taken apart.
        """
        given = settings.options.get("command", "")
        try:
            words = shlex.split(given)
        except ValueError as error:
            raise ConfigInvalid("config.bad_setting", key="command", value=given, reason=str(error)) from error
        if not words:
            raise ConfigInvalid("config.no_option", engine="command", option="command", variable="AUDIOPUB_COMMAND_COMMAND")
        self._words = [word.replace("{voice}", voice or "").replace("{speed}", f"{settings.speed:g}") for word in words]

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List the program, where one is named."""
        command = settings.options.get("command", "")
        return (Voice(engine="command", name="", description=command, licence=settings.options.get("licence", "?"), cost="?"),) if command else ()

    @property
    def identity(self) -> str:
        """Name the command line; a program that changes its sound should change it too."""
        return f"command/{shlex.join(self._words)}"

    def speak(self, utterance: str) -> Pcm:
        """Run the program and read the sound it gives."""
        try:
            pipe = subprocess.PIPE
            with subprocess.Popen(self._words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as running:  # noqa: S603  no shell
                body, told = _answer(running, utterance)
        except OSError as error:
            raise EngineUnavailable("speech.unavailable", engine="command", reason=f"{self._words[0]}: {error.strerror or error}") from error
        if running.returncode != 0:
            said = told.decode(errors="replace").strip()[-_TOLD:]
            raise EngineUnavailable("speech.unavailable", engine="command", reason=f"{self._words[0]}: exit {running.returncode} {said}")
        if len(body) > LARGEST:
            raise EngineUnavailable("speech.bad_audio", engine="command", reason=f"> {LARGEST} bytes")
        return decoded(body, "command")


def _answer(running: "subprocess.Popen[bytes]", utterance: str) -> tuple[bytes, bytes]:
    try:
        return running.communicate(utterance.encode(), timeout=_PATIENCE)
    except subprocess.TimeoutExpired as error:
        _end(running)
        raise EngineUnavailable("speech.unavailable", engine="command", reason=f"> {_PATIENCE:g} s") from error


def _end(running: Any) -> None:
    """End a program and all that it started."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except (OSError, AttributeError):
        running.kill()
    running.communicate()
