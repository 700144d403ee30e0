"""Google that wants fewer requests, or answers with anything but sound: every article is finished, or fails for the reason that is true.

The client is the real one, the service its stand-in on loopback. Waiting takes no time.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from audiopub.adapters.memory import MemoryCache, MemoryTurns
from audiopub.audio import Pcm
from audiopub.engines.gtts import GttsEngine
from audiopub.engines.openai_http import OpenAIHttpEngine
from audiopub.engines.silent import SilentEngine
from audiopub.errors import AudiopubError, EngineThrottled, EngineUnavailable, SpeechFailed, UtteranceRejected
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import Engine, EngineSettings, Narration, SecondVoice, VoiceChain, narrate
from audiopub.speech.pacing import Checked, Paced, Retrying
from audiopub.speech.turns import BREAKS_AT, Went, gap_of
from audiopub.units import Milliseconds
from tests.google_stand_in import Behaviour, StandIn, google_stand_in
from tests.speech_server import faulty_server

ARTICLE = tuple(f"Chợ phiên ở {place} họp sớm hơn mọi năm." for place in "An Ba Ca Da Ga Ha La Ma Na Pha Qua Ra Sa Ta Va Xa Cha Khe Nha Tra".split())
NIGHT = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)
"""Two in the morning in Vietnam."""


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = NIGHT.timestamp()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


class Failing(SilentEngine):
    """A voice that fails as often as it is told, then hums."""

    identity = "failing/1"

    def __init__(self, *failures: AudiopubError) -> None:
        super().__init__()
        self.failures, self.asked = list(failures), list[str]()

    def speak(self, utterance: str) -> Pcm:
        """Fail, or hum."""
        self.asked.append(utterance)
        if self.failures:
            raise self.failures.pop(0)
        return super().speak(utterance)


class Other(Failing):
    """Another one."""

    identity = "failing/2"


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Run a stand-in for Google that the real client finds by way of its proxy, and asks one thing at a time."""
    monkeypatch.setattr(GttsEngine, "parallel", 1)
    with google_stand_in() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def voice(clock: Clock) -> Engine:
    """Make Google's voice as a show has it, but for the clock."""
    return asking(GttsEngine(settings=EngineSettings(timeout=0.25)), clock)


def asking(engine: Engine, clock: Clock, counted: list[Went] | None = None) -> Engine:
    """Put around an engine what a show has around those that are online."""
    turns = MemoryTurns(clock, gap_of(4))
    paced = Paced(engine, turns, sleep=clock.sleep, service="Google", count=(counted if counted is not None else []).append)
    return Retrying(Checked(paced, "gtts"), sleep=clock.sleep, jitter=random.Random(1))


def chain_of(clock: Clock, *, patient: bool = False, second: SecondVoice | None = None, **engines: Engine) -> VoiceChain:
    """Make a chain of ready engines."""
    return VoiceChain([name for name in engines if second is None or name != second.voice], engines.__getitem__, second, patient=patient, clock=clock)


def script(lines: Sequence[str], questions: Sequence[str] = ()) -> Script:
    """Make a script of sentences and questions."""
    kinds = [(SegmentKind.SENTENCE, line) for line in lines] + [(SegmentKind.QUESTION, line) for line in questions]
    return Script(
        title="Chợ", headings=(), segments=tuple(Segment(section=0, kind=kind, written=line, spoken=line, pause_after=Milliseconds(100)) for kind, line in kinds)
    )


def narrated(chain: VoiceChain, cache: MemoryCache | None = None, lines: Sequence[str] = ARTICLE) -> Narration:
    """Have a chain read."""
    return chain.narrate(script(lines), cache or MemoryCache(), lambda _done, _of: None)


def in_the_end(chain: VoiceChain, clock: Clock) -> tuple[Narration, list[EngineThrottled]]:
    """Have a patient chain read, and wait as a worker does: as long as it is told, and then again with what is in the cache."""
    cache, told = MemoryCache(), list[EngineThrottled]()
    while len(told) < 50:
        try:
            return narrated(chain, cache), told
        except EngineThrottled as error:
            told.append(error)
            clock.now += (error.wait or 0) / 1000
    raise AssertionError("never done")


# What the service says


@pytest.mark.parametrize(("said", "wait"), [("7", 7_000), (None, None), ("soon", None), (format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True), 0)])
def test_how_long_google_wants_to_be_left_alone(google: StandIn, said: str | None, wait: int | None) -> None:
    """The header Retry-After has seconds or a date; what cannot be understood, and what is over, is no wait."""
    google.retry_after = said
    google.order(Behaviour.THROTTLED)
    with pytest.raises(EngineThrottled) as failure:
        GttsEngine().speak(ARTICLE[0])
    assert (failure.value.code, failure.value.wait) == ("speech.throttled", wait)


def test_how_long_a_server_wants_to_be_left_alone() -> None:
    """Any server's header is heeded, and the server is named as people know it."""
    with faulty_server() as server:
        server.answer = (429, {"Retry-After": "60"}, b"")
        with pytest.raises(EngineThrottled) as failure:
            OpenAIHttpEngine(settings=EngineSettings(options={"url": server.url})).speak(ARTICLE[0])
    assert failure.value.wait == 60_000
    assert server.url.split("/")[2] in str(failure.value)


def test_people_are_told_until_when(google: StandIn, clock: Clock, voice: Engine) -> None:
    """A long wait is said at once, with the moment in Vietnam's time, by the first who meets it and by all who come later."""
    google.retry_after = "990"
    google.order(Behaviour.THROTTLED)
    for _ in range(2):
        with pytest.raises(EngineThrottled) as failure:
            voice.speak(ARTICLE[0])
        assert failure.value.sentence("vi").startswith("Google giới hạn đến 02:17")
        assert failure.value.sentence("en").startswith("Google limits us until 02:17")
        assert failure.value.until == round((NIGHT.timestamp() + 990) * 1000)
        assert failure.value.wait == 990_000
    assert len(google.texts) == 1
    assert clock.slept == []


def test_a_short_wait_is_slept_through(google: StandIn, clock: Clock, voice: Engine) -> None:
    """A few seconds are waited out, and nobody hears of them."""
    google.retry_after = "3"
    google.order(Behaviour.THROTTLED, Behaviour.THROTTLED)
    voice.speak(ARTICLE[0])
    assert len(google.texts) == 3
    assert clock.now - NIGHT.timestamp() == pytest.approx(6, abs=0.01)


# Storms


@pytest.mark.parametrize("retry_after", ["1", "9", None])
@pytest.mark.parametrize("seed", range(3))
def test_an_article_is_finished_in_a_storm(google: StandIn, clock: Clock, voice: Engine, retry_after: str | None, seed: int) -> None:
    """Three in ten requests are refused: the article is read by Google all the same, and no sentence is asked for again once it was said."""
    google.retry_after = retry_after
    google.storm(Behaviour.THROTTLED, 0.3, seed)
    narration, _ = in_the_end(chain_of(clock, patient=True, gtts=voice, hum=SilentEngine()), clock)
    assert narration.voice == "gtts"
    assert [text for place, text in enumerate(google.texts) if google.texts[place + 1 : place + 2] != [text]] == list(ARTICLE)


def test_a_long_storm_is_waited_out(google: StandIn, clock: Clock, voice: Engine) -> None:
    """Nothing but refusals for a while: after five of them one request each after half a minute, one, two; then the article is read to its end."""
    google.order(*[Behaviour.OK] * 3, *[Behaviour.THROTTLED] * (BREAKS_AT + 3))
    narration, told = in_the_end(chain_of(clock, patient=True, gtts=voice, hum=SilentEngine()), clock)
    assert [error.wait for error in told] == [30_000, 60_000, 120_000, 240_000]
    assert {error.code for error in told} == {"speech.throttled"}
    assert (narration.voice, narration.made) == ("gtts", len(ARTICLE) - 3)
    assert len(google.texts) == len(ARTICLE) + BREAKS_AT + 3


def test_who_does_not_wait_is_read_to_by_the_next_voice(google: StandIn, clock: Clock, voice: Engine) -> None:
    """A chain that is not patient has the next voice read in a storm, says why, and asks Google again when it may be asked."""
    google.order(*[Behaviour.OK] * 3, *[Behaviour.THROTTLED] * BREAKS_AT)
    chain = chain_of(clock, gtts=voice, hum=SilentEngine())
    first = narrated(chain)
    assert first.voice == "hum"
    assert "Google limits us until" in first.refused["gtts"]
    asked = len(google.texts)
    clock.now += 29
    assert narrated(chain).voice == "hum"
    assert len(google.texts) == asked
    clock.now += 2
    again = narrated(chain)
    assert (again.voice, dict(again.refused)) == ("gtts", {})


# Other faults


@pytest.mark.parametrize("fault", [Behaviour.BROKEN, Behaviour.FORBIDDEN, Behaviour.HANG, Behaviour.HTML, Behaviour.CUT_AUDIO, Behaviour.TRUNCATED, Behaviour.REFUSED])
def test_faults_that_pass_are_not_heard(google: StandIn, clock: Clock, voice: Engine, fault: Behaviour) -> None:
    """Two faults in a row cost two requests: Google reads the article."""
    google.order(Behaviour.OK, fault, fault)
    narration, told = in_the_end(chain_of(clock, patient=True, gtts=voice, hum=SilentEngine()), clock)
    assert (narration.voice, dict(narration.refused), told) == ("gtts", {}, [])


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Behaviour.BROKEN, "500"), (Behaviour.FORBIDDEN, "403"), (Behaviour.HANG, "timed out"), (Behaviour.HTML, "no sound"), (Behaviour.CUT_AUDIO, "cannot be right"),
        (Behaviour.TRUNCATED, "IncompleteRead"), (Behaviour.GARBAGE, "not audio"),
    ],
)  # fmt: skip
def test_faults_that_stay_are_named(google: StandIn, clock: Clock, voice: Engine, fault: Behaviour, reason: str) -> None:
    """What stays wrong is the reason that the next voice's episode carries; where there is no next voice, the article fails with it."""
    google.order(afterwards=fault)
    assert reason in narrated(chain_of(clock, gtts=voice, hum=SilentEngine())).refused["gtts"]
    clock.now += 3600
    with pytest.raises(SpeechFailed) as failure:
        narrated(chain_of(clock, gtts=asking(GttsEngine(settings=EngineSettings(timeout=0.25)), clock)))
    assert failure.value.code == "speech.all_failed"
    assert reason in str(failure.value)


def test_a_service_that_is_down_is_left_alone(google: StandIn, clock: Clock, voice: Engine) -> None:
    """After five failures the sentence says that it failed, not that it limits anybody; then it is waited for, as in a storm."""
    google.order(*[Behaviour.BROKEN] * (BREAKS_AT + 1))
    with pytest.raises(EngineUnavailable):
        voice.speak(ARTICLE[0])
    with pytest.raises(EngineThrottled) as failure:
        voice.speak(ARTICLE[0])
    assert failure.value.code == "speech.resting"
    assert "02:01" in failure.value.sentence("vi") and "02:01" in failure.value.sentence("en")
    assert "500" in str(failure.value.__cause__)
    narration, told = in_the_end(chain_of(clock, patient=True, gtts=voice, hum=SilentEngine()), clock)
    assert (narration.voice, [error.code for error in told]) == ("gtts", ["speech.resting"] * 2)


def test_requests_are_counted_as_they_went(google: StandIn, clock: Clock) -> None:
    """Every request is counted, by how it went; one that was never sent because of a pause is none."""
    counted: list[Went] = []
    voice = asking(GttsEngine(settings=EngineSettings(timeout=0.25)), clock, counted)
    google.retry_after = "2"
    google.order(Behaviour.THROTTLED, Behaviour.BROKEN)
    voice.speak(ARTICLE[0])
    with pytest.raises(UtteranceRejected):
        voice.speak("…")
    google.retry_after = "100"
    google.order(Behaviour.THROTTLED)
    for _ in range(3):
        with pytest.raises(EngineThrottled):
            voice.speak(ARTICLE[0])
    assert counted == [Went.THROTTLED, Went.FAILED, Went.OK, Went.REJECTED, Went.THROTTLED]


# Who reads


def throttled(wait: int | None = 60_000) -> EngineThrottled:
    """Make the error of a voice that may not be asked for a while."""
    return EngineThrottled("speech.throttled", engine="Google", until=round(NIGHT.timestamp() * 1000) + (wait or 0), wait=wait)


def test_a_patient_chain_raises_what_is_to_be_waited_for(clock: Clock) -> None:
    """Not wrapped, not replaced by the next voice, and the voice is not left out afterwards."""
    error = throttled()
    chain = chain_of(clock, patient=True, first=Failing(error), hum=SilentEngine())
    with pytest.raises(EngineThrottled) as failure:
        narrated(chain)
    assert failure.value is error
    assert narrated(chain).voice == "first"


def test_a_patient_chain_waits_for_its_second_voice_too(clock: Clock) -> None:
    """The voice of the questions is waited for like the other one, and what the other one said is in the cache."""
    error, cache, first = throttled(), MemoryCache(), Failing()
    asked = script(["Một.", "Hai."], ["Ba?"])
    chain = chain_of(clock, patient=True, second=SecondVoice(voice="other", kinds=frozenset({SegmentKind.QUESTION})), first=first, other=Other(error))
    with pytest.raises(EngineThrottled) as failure:
        chain.narrate(asked, cache, lambda _done, _of: None)
    assert failure.value is error
    told = chain.narrate(asked, cache, lambda _done, _of: None)
    assert told.voices == ("first", "first", "other")
    assert first.asked == ["Một.", "Hai."]


def test_a_patient_chain_does_not_wait_for_what_is_only_down(clock: Clock) -> None:
    """Where nobody knows when a voice can be asked again the next one reads, patient or not."""
    down = Failing(EngineUnavailable("speech.unavailable", engine="first", reason="gone"))
    assert narrated(chain_of(clock, patient=True, first=down, hum=SilentEngine())).voice == "hum"


def test_an_impatient_chain_leaves_out_its_second_voice(clock: Clock) -> None:
    """Where nobody waits, the first voice says the questions too, as it does when the second is down."""
    other = Other(throttled())
    chain = chain_of(clock, second=SecondVoice(voice="other", kinds=frozenset({SegmentKind.QUESTION})), first=Failing(), other=other)
    told = chain.narrate(script(["Một."], ["Ba?"]), MemoryCache(), lambda _done, _of: None)
    assert told.voices == ("first", "first")
    assert "Google" in told.refused["other"]


def test_a_voice_that_failed_is_asked_again_after_five_minutes(clock: Clock) -> None:
    """A chain that lives for days does not give a voice up for good, and does not ask a dead one for every article."""
    first = Failing(*[EngineUnavailable("speech.unavailable", engine="first", reason="gone")])
    chain = chain_of(clock, first=first, hum=SilentEngine())
    assert narrated(chain).voice == "hum"
    clock.now += 299
    assert (narrated(chain).voice, len(first.asked)) == ("hum", 1)
    clock.now += 1
    assert narrated(chain).voice == "first"


def test_short_pauses_do_not_use_up_attempts(clock: Clock) -> None:
    """A service that says when it may be asked again is asked again more often than one that fails, and not for ever."""
    patient = Retrying(Failing(*[throttled(1_000)] * 7), sleep=clock.sleep, jitter=random.Random(1))
    assert len(patient.speak("một")) > 0
    never = Failing(*[throttled(1_000)] * 99)
    with pytest.raises(EngineThrottled):
        Retrying(never, sleep=clock.sleep, jitter=random.Random(1)).speak("một")
    assert len(never.asked) == 8


def test_a_long_pause_is_not_tried_again(clock: Clock) -> None:
    """Who may not ask for a minute hears so at once."""
    voice = Failing(throttled())
    with pytest.raises(EngineThrottled):
        Retrying(voice, sleep=clock.sleep, jitter=random.Random(1)).speak("một")
    assert (voice.asked, clock.slept) == (["một"], [])


def test_the_voice_of_one_segment_is_the_error_that_comes_out() -> None:
    """Several segments at a time do not hide what is to be waited for."""

    class Wide(Failing):
        parallel = 4

    with pytest.raises(EngineThrottled):
        narrate(script(ARTICLE), Wide(*[throttled()] * 99), MemoryCache(), "wide", lambda _done, _of: None)
