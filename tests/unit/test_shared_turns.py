"""Who shares turns: engines of one database, and nobody where there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audiopub.adapters.memory import MemoryCache
from audiopub.bootstrap import counters, database, engine, studio, turns_of
from audiopub.config import Settings, read_show
from audiopub.errors import EngineThrottled
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import VoiceChain
from audiopub.units import Milliseconds
from tests.conftest import ROOT
from tests.google_stand_in import Behaviour, StandIn, google_stand_in
from tests.speech_server import FaultyServer, faulty_server

LINE = "Sáng chủ nhật, chợ phiên đông hơn mọi ngày."


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Run a stand-in for Google that wants to be left alone for an hour."""
    with google_stand_in() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        running.retry_after = "3600"
        running.order(Behaviour.THROTTLED)
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give folders of one's own."""
    return Settings(state=tmp_path / "state", output=tmp_path / "output", request_timeout=2)


@pytest.fixture
def with_database(settings: Settings) -> Iterator[Settings]:
    """Give folders with a database."""
    database(settings).write(lambda _connection: None)
    yield settings
    database(settings).close()


def chain(settings: Settings, *, patient: bool = False) -> VoiceChain:
    """Make a show's chain, as a worker of its own would."""
    show = read_show(min((ROOT / "feeds").glob("*.toml")))
    return studio(show, settings, ("gtts", "silent"), patient=patient).chain


def read_by(voices: VoiceChain) -> str:
    """Have a chain read a line; gives whose voice it was."""
    segment = Segment(section=0, kind=SegmentKind.SENTENCE, written=LINE, spoken=LINE, pause_after=Milliseconds(100))
    return voices.narrate(Script(title=LINE, headings=(), segments=(segment,)), MemoryCache(), lambda _done, _of: None).voice


def test_workers_of_one_database_share_a_pause(google: StandIn, with_database: Settings) -> None:
    """What one worker is told, all others know without asking; and each request is counted once."""
    assert read_by(chain(with_database)) == "silent"
    with pytest.raises(EngineThrottled):
        read_by(chain(with_database, patient=True))
    assert len(google.texts) == 1
    assert counters(with_database).all() == {("tts_requests", "gtts:throttled"): 1}


def test_without_a_database_everybody_is_alone(google: StandIn, settings: Settings) -> None:
    """A run on a machine without a database asks for itself, and makes none."""
    assert read_by(chain(settings)) == "silent"
    assert read_by(chain(settings)) == "gtts"
    assert not (settings.state / "catalog.sqlite").exists()


def test_a_single_sentence_waits_for_nobody(google: StandIn, with_database: Settings) -> None:
    """What is only tried out has turns of its own."""
    read_by(chain(with_database))
    assert len(engine("gtts", with_database).speak(LINE)) > 0


@pytest.fixture
def two_servers() -> Iterator[tuple[FaultyServer, FaultyServer]]:
    """Run two servers, both of which want to be left alone."""
    with faulty_server() as one, faulty_server() as other:
        one.answer = other.answer = (429, {"Retry-After": "3600"}, b"")
        yield one, other


def test_each_server_has_a_limit_of_its_own(two_servers: tuple[FaultyServer, FaultyServer], with_database: Settings) -> None:
    """Two servers of one engine do not wait for each other, two voices of one server do."""
    for server, voice, requests in ((two_servers[0], "nova", 1), (two_servers[0], "alloy", 1), (two_servers[1], "nova", 1)):
        asked = Settings(state=with_database.state, engines={"openai_http": {"url": server.url}})
        with pytest.raises(EngineThrottled):
            engine(f"openai_http:{voice}", asked, turns=turns_of(asked)).speak(LINE)
        assert len(server.asked) == requests
