"""The machine that listens: its arithmetic against plain reckoning, and the real recogniser on real speech, right and wrong."""

import shutil
import sys
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiopub.adapters.calibrations import CalibrationFiles
from audiopub.audio import Pcm
from audiopub.audio.pcm import from_floats
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import BadInput
from audiopub.listening import Calibration, Fault, Line, calibrate, listen
from audiopub.listening.calibration import decoys
from audiopub.listening.ctc import likelihoods
from audiopub.listening.mel import likeness, logmel
from audiopub.listening.sound import longest, voiced
from audiopub.units import Hertz, Samples
from tests.articles import text_page
from tests.conftest import ROOT

RATE = Hertz(22_050)
linux = pytest.mark.skipif(sys.platform != "linux", reason="the recogniser's package is made for Linux")


def spelled(path: tuple[int, ...]) -> tuple[int, ...]:
    """Give the text of a path: repeats are one, silence is nothing."""
    return tuple(unit for place, unit in enumerate(path) if unit and (place == 0 or path[place - 1] != unit))


@settings(max_examples=40)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_likelihoods_add_up_all_paths(moments: int, seed: int) -> None:
    """The likelihood of a text is the sum over every path that spells it."""
    heard = np.log(np.random.default_rng(seed).dirichlet(np.ones(4), moments)).astype(np.float32)
    texts: dict[tuple[int, ...], float] = {}
    for path in product(range(4), repeat=moments):
        texts[spelled(path)] = texts.get(spelled(path), 0.0) + float(np.exp(sum(heard[moment, unit] for moment, unit in enumerate(path))))
    wanted = [text for text in texts if text]
    assert np.allclose(likelihoods(heard, wanted), [np.log(texts[text]) for text in wanted], atol=1e-4)


def test_a_text_too_long_for_its_sound_is_next_to_impossible() -> None:
    """Three units do not fit two moments."""
    assert likelihoods(np.log(np.full((2, 4), 0.25, np.float32)), [(1, 2, 3)])[0] < -1e20


@given(st.integers(1, 30), st.integers(1, 24), st.integers(0, 99))
def test_decoys_are_cut_from_the_pool(length: int, count: int, seed: int) -> None:
    """Decoys have the length that is wanted, are all cut at other places, and are the same each time."""
    pool = tuple(range(1, 41))
    found = decoys(pool, length, count, seed)
    assert {len(one) for one in found} == {length}
    assert found == decoys(pool, length, count, seed)
    assert all((second - first) % 40 == 1 for one in found for first, second in pairwise(one))


def test_bands_follow_the_pitch() -> None:
    """A higher tone has its energy in a higher band."""
    time = np.arange(16_000) / 16_000
    tops = [int(logmel((0.3 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)).mean(axis=0).argmax()) for pitch in (200, 800, 3200)]
    assert tops == sorted(set(tops))


def test_likeness_knows_its_own() -> None:
    """A sound is like itself, a little later and softer too, and not like another."""
    chance = np.random.default_rng(1)
    envelope = np.repeat(chance.random(40), 400)
    one = (envelope * chance.standard_normal(16_000) * 0.2).astype(np.float32)
    other = (np.repeat(chance.random(40), 400) * chance.standard_normal(16_000) * 0.2).astype(np.float32)
    assert likeness(one, np.concatenate([np.zeros(480, np.float32), one * np.float32(0.7)]))[0] > 0.95
    assert likeness(one, other)[0] < 0.5


@pytest.mark.parametrize(("pattern", "run"), [("", 0), ("..", 0), ("xx.xxx.x", 3), ("xxxx", 4)])
def test_the_longest_run(pattern: str, run: int) -> None:
    """Runs are counted at the ends and in the middle."""
    assert longest(np.array([letter == "x" for letter in pattern])) == run


def test_voiced_time_and_quiet() -> None:
    """Half a second of sound, a second of quiet and again half a second are two seconds from the first sound to the last."""
    tone = 0.2 * np.sin(np.arange(RATE // 2) / 5)
    quiet, spoken = voiced(np.concatenate([tone, np.zeros(RATE), tone]).astype(np.float32), RATE)
    assert (abs(quiet - 1.0) < 0.05, abs(spoken - 2.0) < 0.05) == (True, True)


class Parrot:
    """A recogniser that knows eight tones."""

    identity = "parrot"

    def hear(self, sound: Any) -> Any:
        """Give the odds of each tone every 40 ms."""
        frames = sound[: len(sound) // 640 * 640].reshape(-1, 640)
        power = np.abs(np.fft.rfft(frames, axis=1))[:, 8:80].reshape(len(frames), 9, 8).sum(axis=2)
        power += 1e-3
        power[:, 0] = 0.5
        return np.log(power / power.sum(axis=1, keepdims=True)).astype(np.float32)

    def units(self, text: str) -> tuple[int, ...]:
        """Give a text of digits as tones."""
        return tuple(int(letter) for letter in text if letter in "12345678")


def tones(text: str, rate: int = RATE) -> Any:
    """Sing digits, a fifth of a second each."""
    time = np.arange(rate // 5) / rate
    return np.concatenate([0.3 * np.hanning(len(time)) * np.sin(2 * np.pi * (300 + 200 * int(digit)) * time) for digit in text]).astype(np.float32)


TEXTS = ["".join(str(1 + (seed * 7 + place * place * (seed + 3) + place * 5) % 8) for place in range(9 + seed % 5)) for seed in range(24)]


@pytest.fixture(scope="module")
def parrot() -> tuple[Parrot, Calibration]:
    """Learn a voice of tones."""
    ear = Parrot()
    return ear, calibrate(ear, [(tones(text, 16_000), text) for text in TEXTS])


def sung(texts: list[str], gap: float = 0.5) -> tuple[Pcm, list[Line]]:
    """Sing an episode."""
    parts: list[Any] = [np.zeros(RATE // 4, np.float32)]
    lines, at = [], len(parts[0])
    for text in texts:
        sound, pause = tones(text), np.zeros(int(gap * RATE), np.float32)
        lines.append(Line(start=Samples(at), length=Samples(len(sound)), spoken=text, voice="tones"))
        parts += [sound, pause]
        at += len(sound) + len(pause)
    return from_floats(np.concatenate(parts), RATE), lines


def faults(parrot: tuple[Parrot, Calibration], audio: Pcm, lines: list[Line], **more: Any) -> tuple[set[Fault], list[int]]:
    """Give the faults that are heard, and the numbers of the sentences."""
    heard = listen(parrot[0], {"tones": parrot[1]}, audio, lines, **more)
    return {*heard.faults, *(fault for finding in heard.suspects for fault in finding.faults)}, [heard.findings.index(finding) for finding in heard.suspects]


def test_a_clean_episode_is_clean(parrot: tuple[Parrot, Calibration]) -> None:
    """Nothing is found where nothing is wrong, and progress is told for every sentence."""
    told: list[tuple[int, int]] = []
    audio, lines = sung(TEXTS[:10])
    assert faults(parrot, audio, lines, progress=lambda done, of: told.append((done, of)), sound_of=lambda line: from_floats(tones(line.spoken), RATE)) == (set(), [])
    assert told == [(number + 1, 10) for number in range(10)]


def changed(audio: Pcm, line: Line, sound: Any) -> Pcm:
    """Put another sound in a sentence's place."""
    samples = audio.samples.copy()
    samples[line.start : line.start + line.length] = np.resize(from_floats(sound, RATE).samples, line.length)
    return Pcm(samples, audio.rate)


def test_each_fault_is_found_and_named(parrot: tuple[Parrot, Calibration]) -> None:
    """Silence, other words, half of them, another sentence of the episode, dead air, clipping, a missing end: each by its name."""
    audio, lines = sung(TEXTS[:10])
    quiet = np.zeros(lines[3].length, np.float32)
    assert faults(parrot, changed(audio, lines[3], quiet), lines) == ({Fault.SILENT, Fault.DEAD_AIR}, [3])
    assert Fault.OTHER_WORDS in faults(parrot, changed(audio, lines[3], tones(TEXTS[20])), lines)[0]
    half = np.concatenate([tones(lines[4].spoken)[: lines[4].length // 2], tones(TEXTS[21])])[: lines[4].length]
    assert Fault.HALF in faults(parrot, changed(audio, lines[4], half), lines)[0]
    swapped = changed(changed(audio, lines[5], tones(lines[6].spoken)), lines[6], tones(lines[5].spoken))
    assert set(faults(parrot, swapped, lines)[1]) == {5, 6}
    assert Fault.TOO_SHORT in faults(parrot, Pcm(audio.samples[: -3 * RATE], RATE), lines)[0]
    assert Fault.TOO_LONG in faults(parrot, Pcm(np.concatenate([audio.samples, audio.samples[: 5 * RATE]]), RATE), lines)[0]
    assert Fault.CLIPPING in faults(parrot, from_floats(np.clip(audio.floats * 9, -1, 1), RATE), lines)[0]
    long, far = sung(TEXTS[:3], gap=3.5)
    assert faults(parrot, long, far)[0] == {Fault.DEAD_AIR, Fault.TOO_LONG}


def test_damage_after_the_voice_is_found_by_comparing(parrot: tuple[Parrot, Calibration]) -> None:
    """A sentence that has its words and yet is not the sound it was made from is found."""
    audio, lines = sung(TEXTS[:6])
    assert Fault.UNLIKE in faults(parrot, audio, lines, sound_of=lambda line: from_floats(tones(line.spoken)[::-1].copy(), RATE))[0]


def test_a_voice_that_cannot_be_heard_is_not_learnt() -> None:
    """Fewer sentences than it takes are refused."""
    with pytest.raises(BadInput):
        calibrate(Parrot(), [(tones(text, 16_000), text) for text in TEXTS[:5]])


def test_what_was_learnt_is_kept(parrot: tuple[Parrot, Calibration], tmp_path: Path) -> None:
    """A calibration comes back as it was, for its voice and recogniser only; a damaged file counts as absent."""
    files = CalibrationFiles(tmp_path)
    files.keep("tones", "parrot", parrot[1])
    found = files.get("tones", "parrot")
    assert found is not None
    assert (found.pool, found.usual, found.pace, found.start) == (parrot[1].pool, parrot[1].usual, parrot[1].pace, parrot[1].start)
    assert np.array_equal(found.prior, parrot[1].prior)
    assert files.get("tones", "other") is None
    next(tmp_path.iterdir()).write_bytes(b"PK no")
    assert files.get("tones", "parrot") is None


# The real recogniser


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Learn espeak's voice once for all tests."""
    from audiopub.config import Settings, VoiceTable
    from audiopub.listeners import Listener

    state = tmp_path_factory.mktemp("learnt")
    Listener(Settings(state=state), VoiceTable()).learn("espeak", lambda *_: None)
    return state / "listening"


@linux
def test_the_recogniser_tells_right_from_wrong(learnt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An episode of espeak's is clean, and six planted faults are heard in it."""
    from audiopub.engines.espeak import EspeakEngine
    from benchmarks import listening

    known = CalibrationFiles(learnt).get(EspeakEngine().identity, listening.ears().identity)
    monkeypatch.setattr(listening, "learnt", lambda _voice: known)
    one = listening.episode(300, (7, 7))
    assert listening.heard(one, one.parts, one.lines).clean
    for name in ("a sentence dropped", "two swapped", "one repeated", "one silent", "half an utterance, the rest earlier", "an English voice, one sentence"):
        assert not listening.heard(one, listening.FAULTS[name](one, 4), one.lines).clean, name


@linux
def test_an_episode_is_listened_to_from_the_command_line(learnt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A rendered episode is clean; with two seconds of it cut out of the MP3 it is not, and the exit code says so; a picture is drawn of it."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(learnt, tmp_path / ".audiopub" / "listening")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "ban-tin.toml").write_bytes((ROOT / "feeds" / "ban-tin-doi-che.toml").read_bytes())
    (tmp_path / "bai.txt").write_bytes(text_page().body)
    assert exit_code_of(main_group, ["render", "bai.txt", "--voice", "espeak", "-q"]) == 0
    assert exit_code_of(main_group, ["--lang", "en", "listen", "làm đường bằng sức dân"]) == 0
    assert "nothing suspicious" in capsys.readouterr().out
    assert exit_code_of(main_group, ["plot", "làm đường bằng sức dân", "--out", "a.svg"]) == 0
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")
    drawn = (tmp_path / "a.svg").read_bytes()
    assert exit_code_of(main_group, ["plot", "làm đường bằng sức dân", "--out", "a.svg"]) == 0
    assert (tmp_path / "a.svg").read_bytes() == drawn
    assert exit_code_of(main_group, ["plot", "làm đường bằng sức dân", "--out", "a.gif"]) == 8
    assert exit_code_of(main_group, ["listen", "Không có bài này"]) == 3
    (audio,) = (tmp_path / "output" / "ban-tin").glob("*.mp3")
    body = audio.read_bytes()
    middle = len(body) // 2
    audio.write_bytes(body[:middle] + body[middle + 16_000 :])
    capsys.readouterr()
    assert exit_code_of(main_group, ["--lang", "en", "listen", "làm đường bằng sức dân", "--json"]) == 9
    assert '"clean": false' in capsys.readouterr().out


@linux
def test_the_gate_publishes_nothing_suspicious(learnt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With `audio.listen` a voice that says other words than it should gets nothing published, and an honest one everything."""
    from audiopub.engines.espeak import EspeakEngine

    monkeypatch.chdir(tmp_path)
    shutil.copytree(learnt, tmp_path / ".audiopub" / "listening")
    (tmp_path / "feeds").mkdir()
    show = (ROOT / "feeds" / "ban-tin-doi-che.toml").read_text(encoding="utf-8")
    (tmp_path / "feeds" / "ban-tin.toml").write_text(
        show + "\n[audio]\nlisten = true\n" if "[audio]" not in show else show.replace("[audio]", "[audio]\nlisten = true"), encoding="utf-8"
    )
    source = str(tmp_path / "bai.txt")
    Path(source).write_bytes(text_page().body)
    honest = EspeakEngine.speak
    assert exit_code_of(main_group, ["render", source, "--voice", "espeak", "-q"]) == 0, capsys.readouterr().err
    monkeypatch.setattr(EspeakEngine, "speak", lambda self, text: honest(self, " ".join(reversed(text.split())) if "đường" in text else text))
    shutil.rmtree(tmp_path / ".audiopub" / "cache")
    page = tmp_path / "khac.txt"
    page.write_text(Path(source).read_text(encoding="utf-8").replace("bà con", "mọi người"), encoding="utf-8")
    files = sorted((tmp_path / "output").rglob("*"))
    capsys.readouterr()
    code = exit_code_of(main_group, ["--lang", "en", "render", str(page), "--voice", "espeak", "-q"])
    assert (code, "nothing was published" in capsys.readouterr().err) == (9, True)
    assert sorted((tmp_path / "output").rglob("*")) == files
