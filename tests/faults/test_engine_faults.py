"""What goes wrong with voices: services that refuse, hang, drip and break off, programs that fail, models that are damaged."""

import hashlib
import io
import struct
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audiopub.bootstrap import engine
from audiopub.config import Settings
from audiopub.engines.command import CommandEngine
from audiopub.engines.edge import EdgeEngine
from audiopub.engines.openai_http import OpenAIHttpEngine
from audiopub.engines.piper import PiperEngine
from audiopub.errors import ConfigInvalid, EngineUnavailable, EngineUnknown, SpeechFailed, UtteranceRejected
from audiopub.speech import Engine, EngineSettings
from tests.edge_stand_in import EdgeStandIn, Fault, edge_stand_in
from tests.google_stand_in import Behaviour, google_stand_in
from tests.speech_server import JOE, FaultyServer, faulty_server, install_joe

SENTENCE = "Chợ họp từ sáng sớm, khi sương còn phủ kín các nếp nhà."
TIMEOUT = 0.4


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeStandIn]:
    """Run a stand-in for Microsoft."""
    import edge_tts.communicate

    with edge_stand_in() as running:
        monkeypatch.setenv("WSS_PROXY", running.proxy)
        edge_tts.communicate._SSL_CTX.load_verify_locations(cadata=running.certificate)
        yield running


@pytest.fixture
def hoai_my() -> EdgeEngine:
    """Make the engine with little patience."""
    return EdgeEngine(settings=EngineSettings(timeout=TIMEOUT))


# Microsoft


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.FORBIDDEN, "speech.unavailable"), (Fault.THROTTLED, "speech.throttled"), (Fault.BROKEN, "speech.unavailable"),
        (Fault.HANG_BEFORE, "speech.unavailable"), (Fault.HANG, "speech.unavailable"), (Fault.NO_END, "speech.unavailable"),
        (Fault.CUT, "speech.cut_short"), (Fault.ABORTED, "speech.cut_short"), (Fault.NO_AUDIO, "speech.no_sound"),
        (Fault.REFUSED, "speech.no_sound"), (Fault.GARBAGE, "speech.bad_audio"), (Fault.BAD_JSON, "speech.unavailable"),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Fault) else "",
)  # fmt: skip
def test_each_fault_of_microsoft_is_named_and_may_pass(edge: EdgeStandIn, hoai_my: EdgeEngine, fault: Fault, code: str) -> None:
    """Each fault ends within the time limits in an error of its own code, and the next request works."""
    edge.order(fault)
    began = time.monotonic()
    with pytest.raises(EngineUnavailable) as failure:
        hoai_my.speak(SENTENCE)
    assert failure.value.code == code
    assert time.monotonic() - began < 8
    edge.order()
    assert len(hoai_my.speak(SENTENCE)) > 24_000


def test_an_answer_that_drips_is_given_up(edge: EdgeStandIn) -> None:
    """An answer of which a little comes now and then, for ever, ends when the whole time is over."""
    edge.order(Fault.DRIP)
    slow = EdgeEngine(settings=EngineSettings(timeout=0.3))
    began = time.monotonic()
    with pytest.raises(EngineUnavailable):
        slow.speak("Chợ họp sớm.")
    assert time.monotonic() - began < 5


def test_silence_from_microsoft_is_asked_for_again(edge: EdgeStandIn) -> None:
    """A silent answer is judged and asked for again."""
    edge.order(Fault.SILENCE)
    assert len(engine("edge", Settings(request_timeout=2, requests_a_second=1000)).speak(SENTENCE)) > 24_000
    assert edge.texts == [SENTENCE] * 2


def test_microsoft_gets_the_text_as_it_is(edge: EdgeStandIn, hoai_my: EdgeEngine) -> None:
    """Signs of markup reach the service as text, in the voice that was asked for."""
    hoai_my.speak('A & B <i> "c"')
    assert edge.texts == ['A & B <i> "c"']
    assert edge.voices == ["Microsoft Server Speech Text to Speech Voice (vi-VN, HoaiMyNeural)"]


def test_a_stranger_with_another_certificate_is_refused(monkeypatch: pytest.MonkeyPatch, hoai_my: EdgeEngine) -> None:
    """Who cannot show the service's certificate is not asked to read."""
    with edge_stand_in() as stranger:
        monkeypatch.setenv("WSS_PROXY", stranger.proxy)
        with pytest.raises(EngineUnavailable):
            hoai_my.speak(SENTENCE)
    assert stranger.texts == []


@pytest.mark.parametrize("text", [".", "…", " , "], ids=ascii)
def test_text_without_words_does_not_reach_microsoft(edge: EdgeStandIn, hoai_my: EdgeEngine, text: str) -> None:
    """What has no words is refused as a text."""
    with pytest.raises(UtteranceRejected):
        hoai_my.speak(text)
    assert edge.texts == []


# Google


def test_google_with_another_certificate_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package itself would take sound from anybody on the way; the engine does not."""
    with google_stand_in() as stranger:
        monkeypatch.setenv("https_proxy", stranger.proxy)
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        with pytest.raises(EngineUnavailable) as failure:
            engine("gtts", Settings(request_timeout=TIMEOUT, requests_a_second=1000)).speak(SENTENCE)
    assert failure.value.code == "speech.unavailable"
    assert stranger.texts == []


def test_google_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that comes byte by byte ends after six times the limit of one silence."""
    with google_stand_in() as google:
        for name, value in google.environment.items():
            monkeypatch.setenv(name, value)
        google.order(Behaviour.DRIP)
        began = time.monotonic()
        assert len(engine("gtts", Settings(request_timeout=0.2, requests_a_second=1000)).speak(SENTENCE)) > 0
        assert time.monotonic() - began < 6
        assert len(google.texts) == 2


# A server


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    """Run a server that answers as it is told."""
    with faulty_server() as running:
        yield running


def wav(seconds: float = 1.0, rate: int = 22_050, channels: int = 1) -> bytes:
    """Make a WAV file."""
    sink = io.BytesIO()
    with wave.open(sink, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes((9000 * np.sin(np.arange(int(seconds * rate * channels)) / 9)).astype("<i2").tobytes())
    return sink.getvalue()


def asking(server: FaultyServer, voice: str | None = None, speed: float = 1.0, **options: str) -> OpenAIHttpEngine:
    """Make the engine for a server."""
    return OpenAIHttpEngine(voice, EngineSettings(timeout=TIMEOUT, speed=speed, options={"url": server.url, **options}))


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, b"no key", EngineUnavailable, "speech.unavailable"), (404, b"", EngineUnavailable, "speech.unavailable"), (429, b"", EngineUnavailable, "speech.throttled"),
        (500, b"oops", EngineUnavailable, "speech.unavailable"), (302, b"", EngineUnavailable, "speech.unavailable"), (400, b"bad input", UtteranceRejected, "speech.rejected"),
        (200, b"", EngineUnavailable, "speech.no_sound"), (200, b"<!doctype html><p>Login</p>" * 9, EngineUnavailable, "speech.bad_audio"),
        (200, b"RIFF\0\0", EngineUnavailable, "speech.bad_audio"), (200, wav()[:30], EngineUnavailable, "speech.bad_audio"),
    ],
)  # fmt: skip
def test_each_fault_of_a_server_is_named(server: FaultyServer, status: int, body: bytes, kind: type[SpeechFailed], code: str) -> None:
    """Refusals, errors, pages and broken sound are errors of their own codes; a redirect is not followed."""
    server.answer = (status, {"Location": "http://127.0.0.1:1/elsewhere"} if status == 302 else {}, body)
    with pytest.raises(kind) as failure:
        asking(server).speak(SENTENCE)
    assert failure.value.code == code
    assert len(server.asked) == 1


def test_a_server_that_drips_is_given_up(server: FaultyServer) -> None:
    """An answer that comes byte by byte ends after six times the limit of one silence."""
    server.answer, server.drip = (200, {}, wav()), 0.05
    began = time.monotonic()
    with pytest.raises(EngineUnavailable):
        asking(server).speak(SENTENCE)
    assert time.monotonic() - began < 6


def test_a_server_that_breaks_off_is_unavailable(server: FaultyServer) -> None:
    """Less than was announced is no answer."""
    server.answer = (200, {"Content-Length": "90000"}, wav())
    with pytest.raises(EngineUnavailable):
        asking(server).speak(SENTENCE)


def test_nothing_listens(server: FaultyServer) -> None:
    """A server that is down is unavailable."""
    with pytest.raises(EngineUnavailable):
        OpenAIHttpEngine(settings=EngineSettings(timeout=TIMEOUT, options={"url": "http://127.0.0.1:9/v1"})).speak(SENTENCE)


def test_what_a_server_is_asked(server: FaultyServer) -> None:
    """Model, voice, pace and format go as OpenAI has them, the key in its header alone, and in no identity."""
    server.answer = (200, {}, wav())
    speaker = asking(server, "nova", 1.25, model="vieneu", key="bi-mat")
    speaker.speak(SENTENCE)
    headers, body = server.asked[0]
    assert body == {"model": "vieneu", "voice": "nova", "input": SENTENCE, "response_format": "wav", "speed": 1.25}
    assert headers["Authorization"] == "Bearer bi-mat"
    assert "bi-mat" not in speaker.identity


@pytest.mark.parametrize(("header", "rate"), [({}, 24_000), ({"X-Sample-Rate": "16000"}, 16_000), ({"X-Sample-Rate": "many"}, 24_000)], ids=["usual", "told", "nonsense"])
def test_bare_samples(server: FaultyServer, header: dict[str, str], rate: int) -> None:
    """Bare samples have the rate that the server tells, or OpenAI's own."""
    server.answer = (200, header, struct.pack("<3h", 1, -2, 3))
    pcm = asking(server, format="pcm").speak(SENTENCE)
    assert (pcm.samples.tolist(), int(pcm.rate)) == ([1, -2, 3], rate)


def test_stereo_is_mixed(server: FaultyServer) -> None:
    """Two channels become one of the same length in time."""
    server.answer = (200, {}, wav(1, 16_000, 2))
    pcm = asking(server).speak(SENTENCE)
    assert (len(pcm), int(pcm.rate)) == (16_000, 16_000)


@pytest.mark.parametrize("options", [{}, {"url": "ftp://a"}, {"url": "http://a", "format": "opus"}, {"url": "http://a", "rate": "11x"}], ids=str)
def test_a_server_that_is_not_set_up_is_a_matter_of_configuration(options: dict[str, str]) -> None:
    """A missing address and unusable settings are said before anything is asked."""
    with pytest.raises(ConfigInvalid):
        OpenAIHttpEngine(settings=EngineSettings(options=options))


# A program


def running(command: str) -> CommandEngine:
    """Make the engine for a command."""
    return CommandEngine(settings=EngineSettings(options={"command": command}))


@pytest.mark.parametrize(
    ("command", "code", "word"),
    [
        ("no-such-program-here", "speech.unavailable", "no-such-program-here"), (f"{sys.executable} -c 'import sys; sys.exit(\"no voice\")'", "speech.unavailable", "no voice"),
        (f"{sys.executable} -c 'print()'", "speech.bad_audio", ""), ("true", "speech.no_sound", ""), ("/etc", "speech.unavailable", "/etc"),
    ],
)  # fmt: skip
def test_each_fault_of_a_program_is_named(command: str, code: str, word: str) -> None:
    """A program that is absent, fails, or gives no sound is unavailable, and what it said of it is passed on."""
    with pytest.raises(EngineUnavailable) as failure:
        running(command).speak(SENTENCE)
    assert failure.value.code == code
    assert word in str(failure.value)


def test_a_program_that_hangs_is_ended_with_its_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After its time a program is ended, and what it started too."""
    monkeypatch.setattr("audiopub.engines.command._PATIENCE", 0.5)
    alive = tmp_path / "alive"
    with pytest.raises(EngineUnavailable):
        running(f"sh -c 'sh -c \"sleep 2; touch {alive}\" & wait'").speak(SENTENCE)
    time.sleep(2.5)
    assert not alive.exists()


@pytest.mark.parametrize("command", ["", "   ", "a 'b"], ids=ascii)
def test_no_program_is_a_matter_of_configuration(command: str) -> None:
    """Without a command, or with one that cannot be taken apart, nothing is begun."""
    with pytest.raises(ConfigInvalid):
        running(command)


def test_a_text_is_no_command(tmp_path: Path) -> None:
    """What is to be said goes to the program's input, never through a shell."""
    with pytest.raises(EngineUnavailable):
        running("cat").speak(f"$(touch {tmp_path}/x); touch {tmp_path}/y")
    assert list(tmp_path.iterdir()) == []


# Piper


def test_no_installed_voice_names_the_way_to_one(tmp_path: Path) -> None:
    """Without a voice the error names the command that installs one."""
    with pytest.raises(EngineUnknown) as failure:
        PiperEngine(settings=EngineSettings(models=str(tmp_path)))
    assert "audiopub voices install" in str(failure.value)


def test_a_damaged_model_is_unavailable(tmp_path: Path) -> None:
    """A model that cannot be loaded is a reason for the next voice, not a crash."""
    source = install_joe(tmp_path / "whole")
    (tmp_path / "broken.onnx").write_bytes((source / f"{JOE}.onnx").read_bytes()[:90_000])
    (tmp_path / "broken.onnx.json").write_bytes((source / f"{JOE}.onnx.json").read_bytes())
    with pytest.raises(EngineUnavailable):
        PiperEngine("broken", EngineSettings(models=str(tmp_path))).speak("Hello")


@pytest.mark.parametrize("noise", ["2", "-1", "loud"])
def test_chance_is_a_share(tmp_path: Path, noise: str) -> None:
    """More chance than all there is, or none that is a number, is a mistake in the show file."""
    with pytest.raises(ConfigInvalid):
        PiperEngine(None, EngineSettings(models=str(install_joe(tmp_path / "v")), options={"noise": noise}))


@pytest.mark.parametrize("pitch", ["-3", "100", "high"])
def test_a_pitch_is_a_number(pitch: str) -> None:
    """A pitch that eSpeak does not have is a mistake in the show file."""
    from audiopub.engines.espeak import EspeakEngine

    with pytest.raises(ConfigInvalid):
        EspeakEngine(None, EngineSettings(options={"pitch": pitch}))


def test_pitch_changes_the_voice() -> None:
    """Another pitch is another sound under another identity."""
    from audiopub.engines.espeak import EspeakEngine

    low, usual = EspeakEngine(None, EngineSettings(options={"pitch": "20"})), EspeakEngine()
    assert low.identity != usual.identity
    assert not np.array_equal(low.speak(SENTENCE).samples, usual.speak(SENTENCE).samples)


def sound_hash(one: Engine) -> str:
    """Hash what an engine says."""
    return hashlib.sha256(one.speak(SENTENCE).raw).hexdigest()


@pytest.mark.parametrize("name", ["espeak", "espeak:vi-vn-x-south"])
def test_the_accent_of_a_show_chooses_the_voice(name: str) -> None:
    """A show's accent counts for an engine that is named without a voice, and not for a voice that is named."""
    from audiopub.config import Accent, VoiceTable

    south = engine(name, Settings(), VoiceTable(accent=Accent.SOUTH))
    assert sound_hash(south) == sound_hash(engine("espeak:vi-vn-x-south", Settings()))
    assert sound_hash(engine("espeak:vi", Settings(), VoiceTable(accent=Accent.SOUTH))) == sound_hash(engine("espeak", Settings()))
