"""What a night would cost, against what it then does cost."""

import json
from dataclasses import replace

from audiopub.adapters.memory import MemoryCache
from audiopub.audio import Pcm
from audiopub.engines.silent import SilentEngine
from audiopub.jobs.estimate import Pace, Speaker, estimate, pace, plain, text, utterances
from audiopub.pipeline import plan, produce
from audiopub.pipeline.prepare import prepare
from audiopub.source import Page, PageForm
from audiopub.speech import VoiceChain
from tests.articles import BODY, TITLE
from tests.conftest import NOW, make_studio

SPEED = Pace(characters_a_second=100.0, is_measured=True)


class CountingEngine(SilentEngine):
    """Hums, and counts what it is asked."""

    longest = 40
    asked: list[str]

    def speak(self, utterance: str) -> Pcm:
        self.asked.append(utterance)
        return super().speak(utterance)


def page(*extra: str) -> Page:
    return Page(body="\n\n".join((TITLE, *BODY, *extra)).encode(), name="bai.txt", identity=f"bai{len(extra)}", form=PageForm.TEXT)


def test_requests_and_characters_are_those_that_are_then_made() -> None:
    """What is told before is what the voice is asked; afterwards nothing is left to speak, and the length is the one that came out."""
    engine = CountingEngine()
    engine.asked = []
    studio = make_studio(chain=VoiceChain(["silent"], lambda _name: engine))
    speaker = Speaker(name="silent", identity=engine.identity, longest=engine.longest)
    script = plan(studio, page(), now=NOW).script
    before = estimate([utterances(script, speaker, studio.cache)], speaker, SPEED)
    result = produce(studio, prepare(studio, page(), now=NOW, progress=lambda *_: None), progress=lambda *_: None)
    assert before.requests == len(engine.asked) > len(script.segments)
    assert before.characters == before.all_characters == sum(len(segment.spoken) for segment in script.segments)
    after = estimate([utterances(script, speaker, studio.cache)], speaker, SPEED)
    assert (after.characters, after.requests) == (0, 0)
    assert result.episode and abs(after.audio_ms - result.episode.duration) < 1000


def test_a_sentence_of_several_articles_is_spoken_once() -> None:
    """Opening and closing are the same in all articles of a show."""
    studio = make_studio()
    speaker = Speaker(name="silent", identity="silent/1", longest=1000)
    one, two = (utterances(plan(studio, page(*extra), now=NOW).script, speaker, studio.cache) for extra in ((), ("Thêm một câu nữa.",)))
    alone, both = (estimate(articles, speaker, SPEED) for articles in ([one], [one, two]))
    assert both.characters - alone.characters == sum(u.characters for u in two if u.key not in {v.key for v in one}) < alone.characters
    assert both.audio_ms > 1.9 * alone.audio_ms and both.articles == 2


def test_without_a_voice_nothing_is_known_to_be_there() -> None:
    """A voice that is down has no identity, so everything counts as to be spoken."""
    studio = make_studio()
    script = plan(studio, page(), now=NOW).script
    assert all(utterance.known_ms is None for utterance in utterances(script, Speaker(name="gtts", identity="", longest=100), MemoryCache()))


def test_time_follows_from_pace_workers_and_the_limit_of_requests() -> None:
    """Twice the workers take half the time, but nobody asks more often than is allowed."""
    studio = make_studio()
    speaker = Speaker(name="silent", identity="silent/1", longest=100)
    found = [utterances(plan(studio, page(), now=NOW).script, speaker, studio.cache)]
    one, two = (estimate(found, speaker, SPEED, side_by_side=count) for count in (1, 2))
    assert one.wall_ms == round(one.characters / 100 * 1000 + one.audio_ms * 0.01) and abs(one.wall_ms - 2 * two.wall_ms) <= 1
    slow = estimate(found, speaker, SPEED, requests_a_second=0.1)
    assert slow.wall_ms > slow.requests * 10_000


def test_the_past_speed_counts_once_there_is_enough_of_it() -> None:
    """A few sentences say nothing; another voice's past is no help."""
    counters = {("spoken_characters", "espeak"): 60_000.0, ("speaking_seconds", "espeak"): 20.0, ("spoken_characters", "gtts"): 90.0, ("speaking_seconds", "gtts"): 1.0}
    assert pace("espeak", counters) == Pace(characters_a_second=3000.0, is_measured=True)
    assert not pace("gtts", counters).is_measured and not pace("piper", counters).is_measured


def test_it_is_told_as_what_it_is() -> None:
    """A guess says that it is one; nothing divides by an empty night."""
    speaker = Speaker(name="gtts", identity="", longest=100)
    nothing = estimate([], speaker, pace("gtts", {}))
    assert "chỉ là ước tính" in text(nothing, "vi") and "only an estimate" in text(nothing, "en")
    assert "chỉ là ước tính" not in text(replace(nothing, is_measured=True), "vi")
    assert json.loads(json.dumps(plain(nothing)))["is_measured"] is False
