"""Google out of order: what the engine says of it, how it is asked again, and who reads the episode then."""

import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest

from audiopub.adapters.memory import MemoryCache, MemoryTurns
from audiopub.audio import Pcm
from audiopub.audio.pcm import from_floats
from audiopub.config import Settings
from audiopub.engines.gtts import GttsEngine
from audiopub.engines.silent import SilentEngine
from audiopub.errors import AudiopubError, EngineUnavailable, EngineUnknown, SpeechFailed, UtteranceRejected
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import Engine, EngineSettings, Narration, VoiceChain, narrate, segment_key
from audiopub.speech.pacing import Paced, Retrying
from audiopub.speech.turns import gap_of
from audiopub.units import Milliseconds
from tests.conftest import ROOT
from tests.google_stand_in import RATE, Behaviour, StandIn, dead_proxy, google_stand_in, pieces_of, tone

TIMEOUT = 0.25
SENTENCE = "Sáng chủ nhật, chợ phiên đông hơn mọi ngày."
LINES = ("Bản tin buổi sáng.", "Chợ phiên họp sớm hơn mọi năm.", "Người bán hàng đến từ nửa đêm.", "Sương tan thì chợ cũng vãn.", "Hết bản tin.")


class Clock:
    """Time that passes only by sleeping, and remembers how long each sleep was."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.now += seconds


class Flaky:
    """A hum that fails as often as it is told, then speaks."""

    identity = "flaky/1"
    longest = 100
    parallel = 1

    def __init__(self, *failures: AudiopubError) -> None:
        self.failures = list(failures)
        self.asked: list[str] = []

    def speak(self, utterance: str) -> Pcm:
        """Fail as often as was told, then hum."""
        self.asked.append(utterance)
        if self.failures:
            raise self.failures.pop(0)
        return SilentEngine().speak(utterance)


class Hum(SilentEngine):
    """A reliable voice that remembers what it was asked."""

    identity = "hum/1"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def speak(self, utterance: str) -> Pcm:
        """Hum, and note the text."""
        self.asked.append(utterance)
        return super().speak(utterance)


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Run a stand-in for Google that the real client finds by way of its proxy."""
    with google_stand_in() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def gtts() -> GttsEngine:
    """Make the engine with a client that gives up soon."""
    return GttsEngine(settings=EngineSettings(timeout=TIMEOUT))


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> GttsEngine:
    """Make the engine for tests that order what happens to which request."""
    monkeypatch.setattr(GttsEngine, "parallel", 1)
    return GttsEngine(settings=EngineSettings(timeout=TIMEOUT))


def script(*lines: str) -> Script:
    """Make a script of sentences."""
    segments = (Segment(section=0, kind=SegmentKind.SENTENCE, written=line, spoken=line, pause_after=Milliseconds(100)) for line in lines)
    return Script(title=lines[0], headings=(), segments=tuple(segments))


def paced_by(clock: Clock, engine: Engine) -> Paced:
    """Make an engine that is asked four times a second at most."""
    return Paced(engine, MemoryTurns(clock, gap_of(4)), sleep=clock.sleep, service="Flaky")


def quiet(_done: int, _of: int) -> None:
    """Take progress and say nothing of it."""


def unavailable(reason: str = "gone") -> EngineUnavailable:
    """Make the error of a voice that cannot be reached."""
    return EngineUnavailable("speech.unavailable", engine="flaky", reason=reason)


# What the engine says


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Behaviour.THROTTLED, "speech.throttled"), (Behaviour.BROKEN, "speech.unavailable"), (Behaviour.HANG, "speech.unavailable"),
        (Behaviour.TRUNCATED, "speech.unavailable"), (Behaviour.HTML, "speech.no_sound"), (Behaviour.NULL_AUDIO, "speech.unavailable"),
        (Behaviour.EMPTY_AUDIO, "speech.no_sound"), (Behaviour.GARBAGE, "speech.bad_audio"), (Behaviour.REFUSED, "speech.unavailable"),
        (Behaviour.FORBIDDEN, "speech.unavailable"),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Behaviour) else "",
)  # fmt: skip
def test_a_fault_is_named_and_may_pass(google: StandIn, gtts: GttsEngine, behaviour: Behaviour, code: str) -> None:
    """Each fault of the service is an error of its own code that says the same call may work later, and then it does."""
    google.order(behaviour)
    with pytest.raises(EngineUnavailable) as failure:
        gtts.speak(SENTENCE)
    assert failure.value.code == code
    assert failure.value.exit_code == 5
    named = "Google" if behaviour is Behaviour.THROTTLED else "gtts"
    assert all(named in failure.value.sentence(language) for language in ("vi", "en"))
    assert len(gtts.speak(SENTENCE)) > RATE


def test_a_service_that_cannot_be_reached_is_unavailable(monkeypatch: pytest.MonkeyPatch, gtts: GttsEngine) -> None:
    """A refused connection is an error that says the voice cannot be reached."""
    with dead_proxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        with pytest.raises(EngineUnavailable) as failure:
            gtts.speak(SENTENCE)
    assert failure.value.code == "speech.unavailable"


@pytest.mark.parametrize("text", [".", "…", " , "], ids=ascii)
def test_text_without_words_is_rejected_before_any_request(google: StandIn, gtts: GttsEngine, text: str) -> None:
    """What has no words is refused as a text, and Google is not asked."""
    with pytest.raises(UtteranceRejected) as refusal:
        gtts.speak(text)
    assert refusal.value.code == "speech.rejected"
    assert google.texts == []


@pytest.mark.parametrize(("behaviour", "code"), [(Behaviour.SILENCE, "speech.no_sound"), (Behaviour.CUT_AUDIO, "speech.wrong_pace")], ids=["silence", "cut"])
def test_sound_that_cannot_be_the_text_is_refused(google: StandIn, gtts: GttsEngine, behaviour: Behaviour, code: str) -> None:
    """Silence and cut sound come as well-formed answers, are seen all the same, and are never kept."""
    google.order(behaviour)
    cache = MemoryCache()
    with pytest.raises(SpeechFailed) as failure:
        narrate(script(SENTENCE * 2), gtts, cache, "gtts", quiet)
    assert failure.value.code == code
    assert cache.takes == {}


def test_the_time_limit_of_the_settings_reaches_the_client(google: StandIn) -> None:
    """The engine that a show uses gives up after the time that the settings allow."""
    from audiopub.bootstrap import engine

    google.order(Behaviour.HANG)
    patient = engine("gtts", Settings(request_timeout=TIMEOUT, requests_a_second=1000.0))
    assert len(patient.speak(SENTENCE)) > RATE  # the second attempt; a client that waits on would meet the end of the stand-in's patience
    assert len(google.texts) == 2


def test_a_request_whose_turn_has_come_does_not_wait_for_imports() -> None:
    """The client is loaded when the voice is made: the first requests of several processes would otherwise come late, and together."""
    made = "import sys; from audiopub.engines.gtts import GttsEngine; assert 'gtts' not in sys.modules; GttsEngine(); assert 'gtts' in sys.modules"
    assert subprocess.run([sys.executable, "-c", made], check=False, cwd=ROOT).returncode == 0


# One request a chunk


def test_every_chunk_is_one_request_of_at_most_100_characters(google: StandIn, one_at_a_time: GttsEngine) -> None:
    """A long sentence is cut at clauses by us, never by the client, and no word is lost or asked for twice."""
    sentence = "Ông nói thêm, " + ", ".join(["người bán rau, người bán gà và người bán vải đều đã đến từ nửa đêm hôm trước"] * 4) + "."
    narrate(script(sentence, LINES[0]), one_at_a_time, MemoryCache(), "gtts", quiet)
    assert google.faults == []
    assert max(map(len, google.texts)) <= 100
    assert pieces_of(" ".join(google.texts)) == pieces_of(f"{sentence} {LINES[0]}")


def test_what_was_said_is_not_asked_for_again(google: StandIn, gtts: GttsEngine) -> None:
    """A second reading of a script asks Google for nothing."""
    cache = MemoryCache()
    first = narrate(script(*LINES), gtts, cache, "gtts", quiet)
    second = narrate(script(*LINES), gtts, cache, "gtts", quiet)
    assert (first.made, second.made, len(google.texts)) == (len(LINES), 0, len(LINES))


def test_segments_said_before_a_break_are_kept(google: StandIn, one_at_a_time: GttsEngine) -> None:
    """After a run that broke off, only what is missing is asked for."""
    cache = MemoryCache()
    google.order(Behaviour.OK, Behaviour.OK, Behaviour.BROKEN)
    with pytest.raises(EngineUnavailable):
        narrate(script(*LINES), one_at_a_time, cache, "gtts", quiet)
    assert narrate(script(*LINES), one_at_a_time, cache, "gtts", quiet).made == len(LINES) - 2


# Several at once


def test_answers_that_come_out_of_order_are_put_into_it(google: StandIn, gtts: GttsEngine) -> None:
    """Segments are asked for several at a time; each key holds its own sentence's sound, whichever came first."""
    lines = [f"{line[:-1]} {'lần nữa ' * (7 - number)}." for number, line in enumerate(LINES * 2)]
    told = narrate(script(*lines), gtts, MemoryCache(), "gtts", quiet)
    assert told.keys == tuple(segment_key(gtts.identity, line) for line in lines)
    serial = [narrate(script(line), gtts, MemoryCache(), "gtts", quiet).lengths[0] for line in lines]
    assert list(told.lengths) == serial
    assert google.most_at_once > 1


def test_after_a_failure_nothing_more_is_asked(google: StandIn, gtts: GttsEngine) -> None:
    """A dead service gets no more requests than were already on their way."""
    google.order(afterwards=Behaviour.BROKEN)
    with pytest.raises(EngineUnavailable):
        narrate(script(*LINES * 10), gtts, MemoryCache(), "gtts", quiet)
    assert len(google.texts) <= 3 * gtts.parallel


def test_one_sentence_twice_is_asked_for_once(google: StandIn, gtts: GttsEngine) -> None:
    """A sentence that stands twice in a script is spoken once, also where both are wanted at the same moment."""
    narrate(script(LINES[0], LINES[0], LINES[0]), gtts, MemoryCache(), "gtts", quiet)
    assert google.texts == [LINES[0]]


# Asking again


def test_retries_wait_twice_as_long_each_time_with_jitter() -> None:
    """Each wait is the double of the one before it, times a number between 0.5 and 1.5."""
    clock, engine = Clock(), Flaky(*[unavailable() for _ in range(4)])
    Retrying(engine, sleep=clock.sleep, jitter=random.Random(7), attempts=5, first_wait=0.5).speak("một")
    expected = random.Random(7)
    assert clock.waits == [0.5 * 2**step * (0.5 + expected.random()) for step in range(4)]
    assert engine.asked == ["một"] * 5


@pytest.mark.parametrize("seed", range(5))
def test_jitter_keeps_waits_within_their_bounds(seed: int) -> None:
    """No wait is shorter than half or longer than one and a half of its step."""
    clock = Clock()
    with pytest.raises(EngineUnavailable):
        Retrying(Flaky(*[unavailable() for _ in range(4)]), sleep=clock.sleep, jitter=random.Random(seed), attempts=4, first_wait=1.0).speak("một")
    assert all(0.5 * 2**step <= wait <= 1.5 * 2**step for step, wait in enumerate(clock.waits))
    assert len(set(clock.waits)) == 3


def test_retries_end_with_the_last_error() -> None:
    """After the last attempt the error is raised as it came, with no wait behind it."""
    clock, last = Clock(), unavailable("third")
    with pytest.raises(EngineUnavailable) as failure:
        Retrying(Flaky(unavailable("first"), unavailable("second"), last), sleep=clock.sleep, jitter=random.Random(1), attempts=3).speak("một")
    assert failure.value is last
    assert len(clock.waits) == 2


@pytest.mark.parametrize(
    "error", [UtteranceRejected("speech.rejected", engine="x", text="…"), EngineUnknown("speech.unknown_engine", engine="x", known="")], ids=["rejected", "unknown"]
)
def test_what_asking_again_cannot_mend_is_not_asked_again(error: AudiopubError) -> None:
    """A refused text is asked for once, and nobody waits."""
    clock, engine = Clock(), Flaky(error)
    with pytest.raises(AudiopubError) as failure:
        Retrying(engine, sleep=clock.sleep, jitter=random.Random(1)).speak("…")
    assert failure.value is error
    assert (clock.waits, len(engine.asked)) == ([], 1)


def test_a_single_attempt_never_waits() -> None:
    """With one attempt allowed there is one request and no wait."""
    clock, engine = Clock(), Flaky(unavailable())
    with pytest.raises(EngineUnavailable):
        Retrying(engine, sleep=clock.sleep, jitter=random.Random(1), attempts=1).speak("một")
    assert (clock.waits, len(engine.asked)) == ([], 1)


def test_a_fault_that_passes_is_not_noticed(google: StandIn, gtts: GttsEngine) -> None:
    """Two faults in a row cost two waits and nothing else."""
    clock = Clock()
    google.order(Behaviour.THROTTLED, Behaviour.HANG)
    pcm = Retrying(gtts, sleep=clock.sleep, jitter=random.Random(3)).speak(SENTENCE)
    assert len(pcm) > RATE
    assert google.texts == [SENTENCE] * 3
    assert len(clock.waits) == 2


def test_wrappers_keep_the_engines_identity_and_limit() -> None:
    """Retries and pace do not change how a voice sounds, so they do not change its address in the cache."""
    clock, engine = Clock(), Flaky()
    for wrapped in (Retrying(engine, sleep=clock.sleep, jitter=random.Random(1)), paced_by(clock, engine)):
        assert (wrapped.identity, wrapped.longest) == (engine.identity, engine.longest)


# Pace


def test_requests_keep_their_distance() -> None:
    """Between two requests lies at least the gap that the pace gives, and the first does not wait."""
    clock = Clock()
    times: list[float] = []

    class Noting(Flaky):
        def speak(self, utterance: str) -> Pcm:
            times.append(clock.now)
            return super().speak(utterance)

    paced = paced_by(clock, Noting())
    for _ in range(5):
        paced.speak("một")
    assert times[0] == 100.0
    assert [round(later - earlier, 6) for earlier, later in pairwise(times)] == [0.275] * 4


def test_nobody_waits_for_a_gap_that_has_passed() -> None:
    """A request that comes late enough by itself is not held back, and idle time is not saved up."""
    clock = Clock()
    paced = paced_by(clock, Flaky())
    paced.speak("một")
    clock.now += 60
    paced.speak("hai")
    assert clock.waits == []
    paced.speak("ba")
    assert clock.waits == [0.275]


def test_a_failed_request_counts_for_the_pace() -> None:
    """A request that failed was a request all the same: the next keeps its distance."""
    clock = Clock()
    paced = paced_by(clock, Flaky(unavailable()))
    with pytest.raises(EngineUnavailable):
        paced.speak("một")
    paced.speak("một")
    assert clock.waits == [0.275]


# Who reads then


def narrated(chain: VoiceChain, lines: tuple[str, ...] = LINES) -> Narration:
    """Have a chain read lines with an empty cache."""
    return chain.narrate(script(*lines), MemoryCache(), quiet)


def chain_of(**engines: Engine) -> VoiceChain:
    """Make a chain of ready engines in their order."""
    return VoiceChain(list(engines), engines.__getitem__)


@pytest.mark.parametrize("before", range(4))
def test_an_episode_is_read_by_one_voice(google: StandIn, gtts: GttsEngine, before: int) -> None:
    """Wherever Google dies, every segment is the next voice's, and the record tells why."""
    google.order(*[Behaviour.OK] * before, afterwards=Behaviour.BROKEN)
    narration = narrated(chain_of(gtts=gtts, hum=(hum := Hum())))
    assert (narration.voice, narration.identity, narration.rate) == ("hum", "hum/1", 22_050)
    assert narration.keys == tuple(segment_key("hum/1", line) for line in LINES)
    assert narration.made == len(LINES) == len(hum.asked)
    assert list(narration.refused) == ["gtts"]
    assert "500" in narration.refused["gtts"]


def test_espeak_reads_the_whole_episode_after_google_dies(google: StandIn, one_at_a_time: GttsEngine) -> None:
    """Google dies after the third segment: espeak reads all of them, and none of Google's sound is in the episode."""
    from audiopub.engines.espeak import EspeakEngine

    espeak, cache = EspeakEngine(), MemoryCache()
    google.order(*[Behaviour.OK] * 3, afterwards=Behaviour.THROTTLED)
    narration = chain_of(gtts=one_at_a_time, espeak=espeak).narrate(script(*LINES), cache, quiet)
    assert narration.keys == tuple(segment_key(espeak.identity, line) for line in LINES)
    assert {cache.takes[key].pcm.rate for key in narration.keys} == {22_050}
    assert tuple(len(cache.takes[key].pcm) for key in narration.keys) == narration.lengths
    assert len(google.texts) == 4


def test_a_voice_that_failed_is_not_asked_for_the_next_article(google: StandIn, gtts: GttsEngine) -> None:
    """A run does not wait for a dead voice once an article: it is asked in the first one only, and named in each."""
    google.order(afterwards=Behaviour.THROTTLED)
    chain = chain_of(gtts=gtts, hum=Hum())
    first = narrated(chain)
    asked = len(google.texts)
    second = narrated(chain, ("Bài thứ hai.",))
    assert len(google.texts) == asked <= 3 * gtts.parallel
    assert first.voice == second.voice == "hum"
    assert list(first.refused) == list(second.refused) == ["gtts"]


def test_a_refused_sentence_does_not_silence_a_voice_for_the_run() -> None:
    """A voice that refuses one article's text, and can be reached, reads the next article."""
    picky = Flaky(UtteranceRejected("speech.rejected", engine="picky", text="…"))
    chain = chain_of(picky=picky, hum=Hum())
    assert narrated(chain).voice == "hum"
    second = narrated(chain, ("Bài thứ hai.",))
    assert (second.voice, dict(second.refused)) == ("picky", {})


def test_an_unknown_voice_in_a_chain_is_a_mistake() -> None:
    """A name that no engine has is said at once; a mistyped show file must not be read by the next voice unnoticed."""
    from audiopub.bootstrap import engine

    chain = VoiceChain(["festival", "silent"], lambda name: engine(name, Settings()))
    with pytest.raises(EngineUnknown):
        narrated(chain)


def test_a_chain_whose_voices_all_fail_says_what_the_last_one_said(google: StandIn, gtts: GttsEngine) -> None:
    """Where nobody can read, the error names all voices and the last one's reason, and a later try asks them anew."""
    google.order(Behaviour.BROKEN)
    chain = chain_of(gtts=gtts, flaky=Flaky(unavailable("unplugged")))
    with pytest.raises(SpeechFailed) as failure:
        narrated(chain)
    assert failure.value.code == "speech.all_failed"
    assert all(word in str(failure.value) for word in ("gtts", "flaky", "unplugged"))
    assert narrated(chain).voice == "gtts"


def test_an_engine_is_made_once() -> None:
    """A chain makes an engine when it first needs it, and keeps it."""
    made: list[str] = []

    def make(name: str) -> Engine:
        made.append(name)
        return Hum()

    chain = VoiceChain(["hum", "spare"], make)
    narrated(chain)
    narrated(chain)
    assert made == ["hum"]


def test_noise_is_no_reader() -> None:
    """A voice whose pace no reader has is refused and the next one reads."""

    class Hasty(Flaky):
        def speak(self, utterance: str) -> Pcm:
            return from_floats(SilentEngine().speak(utterance).floats[:2000], SilentEngine().speak(utterance).rate)

    assert narrated(chain_of(hasty=Hasty(), hum=Hum()), (SENTENCE,)).voice == "hum"


def test_the_stand_in_speaks_as_long_as_its_text() -> None:
    """The stand-in's sound has the service's pace, so that a pace check sees nothing odd in it."""
    assert len(tone(100)) > 1.8 * len(tone(50))


def test_silence_from_google_is_asked_for_again(google: StandIn) -> None:
    """One silent answer costs one more request, not the voice."""
    from audiopub.bootstrap import engine

    google.order(Behaviour.SILENCE)
    patient = engine("gtts", Settings(request_timeout=TIMEOUT, requests_a_second=1000.0))
    assert len(patient.speak("Xin chào các bạn nghe đài hôm nay")) > 0
    assert len(google.texts) == 2
