"""What every engine promises, asked of each: eSpeak in its three accents, the hum, and gTTS before a stand-in for Google."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from audiopub.audio import Pcm, trimmed
from audiopub.errors import EngineUnavailable, EngineUnknown, UtteranceRejected
from audiopub.speech import Engine
from audiopub.speech.registry import engine_class, engine_names
from tests.google_stand_in import StandIn, google_stand_in

SHORT = "Chợ họp từ sáng sớm."
LONG = "Chợ họp từ sáng sớm, khi sương còn phủ kín các nếp nhà trên sườn núi."
VOICES = ("espeak:vi", "espeak:vi-vn-x-central", "espeak:vi-vn-x-south", "silent:hum", "gtts:vi")
REPEATABLE = VOICES[:-1]
RATES = {"espeak": 22_050, "silent": 22_050, "gtts": 24_000}
Maker = Callable[[str], Engine]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Run a stand-in for Google that the real client finds by way of its proxy."""
    with google_stand_in() as running:
        monkeypatch.setenv("https_proxy", running.proxy)
        yield running


@pytest.fixture
def make(stand_in: StandIn) -> Maker:
    """Make an engine of a voice by its full name."""
    del stand_in  # only has to run

    def made(name: str) -> Engine:
        kind, _, voice = name.partition(":")
        return engine_class(kind)(voice)

    return made


def test_every_installed_engine_is_under_this_contract() -> None:
    """No engine is installed that this suite leaves out."""
    advertised = {f"{voice.engine}:{voice.name}" for name in engine_names() for voice in engine_class(name).voices()}
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
    """An engine leaves its loudest sample under full scale."""
    assert np.abs(make(name).speak(LONG).samples.astype(np.int32)).max() < 32_767


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
    words = "một hai ba bốn năm " * (engine.longest // 10)
    assert len(engine.speak(words[: engine.longest - 1].rstrip() + ".")) > 0


def test_google_is_asked_in_vietnamese_once_an_utterance(make: Maker, stand_in: StandIn) -> None:
    """The client sends one well-formed request an utterance, whole, in Vietnamese, over TLS to Google's host."""
    make("gtts:vi").speak(LONG)
    assert (stand_in.texts, stand_in.languages, stand_in.faults) == ([LONG], ["vi"], [])
    assert stand_in.hosts == ["translate.google.com:443"]


@pytest.mark.parametrize("kind", sorted(RATES))
def test_every_advertised_voice_can_be_made(kind: str) -> None:
    """What ``voices`` lists, the engine accepts, and it tells whose it is, its licence and its cost."""
    for voice in engine_class(kind).voices():
        assert engine_class(kind)(voice.name).identity
        assert voice.engine == kind
        assert voice.description
        assert voice.licence
        assert voice.cost


@pytest.mark.parametrize("kind", sorted(RATES))
def test_the_usual_voice_is_the_first_advertised(kind: str) -> None:
    """An engine asked for no voice uses the first it lists."""
    usual, first = engine_class(kind)(), engine_class(kind)(engine_class(kind).voices()[0].name)
    assert usual.identity == first.identity


@pytest.mark.parametrize("kind", sorted(RATES))
def test_an_unknown_voice_is_refused_with_the_known_ones(kind: str) -> None:
    """A voice that does not exist is refused in a sentence that lists those that do."""
    with pytest.raises(EngineUnknown) as refusal:
        engine_class(kind)("vi-x-moon")
    assert refusal.value.code == "speech.unknown_voice"
    for language in ("vi", "en"):
        sentence = refusal.value.sentence(language)
        assert all(name in sentence for name in ("vi-x-moon", *(voice.name for voice in engine_class(kind).voices())))


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
