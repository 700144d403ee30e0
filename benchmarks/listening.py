"""Planted faults and clean episodes, heard by machine: `python benchmarks/listening.py [EPISODES]` (needs the extra qa; minutes).

Every episode is read by one of espeak's voices, levelled, encoded to MP3 and decoded again; then what is in it is changed while its table stays as it
was, as a fault of engine or assembly would leave it. Printed: the faults caught, and alarms on clean episodes.
"""

import io
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from numpy.typing import NDArray

from audiopub.adapters.mp3 import LameEncoder, decoded_mp3
from audiopub.adapters.recogniser import VietAsr
from audiopub.audio import Pcm, faded, limited, resampled, trimmed
from audiopub.audio.pcm import from_floats
from audiopub.engines.espeak import EspeakEngine
from audiopub.episode import Run
from audiopub.listening import RATE, Calibration, Heard, Line, calibrate, listen
from audiopub.publish.encoder import Tags
from audiopub.units import Hertz, Milliseconds, Samples
from benchmarks.texts import sentences

HERTZ = Hertz(22_050)
VOICES = tuple(voice.name for voice in EspeakEngine.voices())
SHORT = (
    "Trời mưa.",
    "Ai cũng vui.",
    "Đường đã thông xe.",
    "Chợ tan rất muộn.",
    "Không có ai bị thương.",
    "Giá vẫn giữ như cũ.",
    "Họ chưa trả lời.",
    "Việc ấy còn phải bàn.",
)
TAGS = Tags(title="a", artist="a", album="a", date="", language="vie", url=None, comment="", length=Milliseconds(0), cover=b"", chapters=())
Parts = list[NDArray[np.float32]]


@cache
def ears() -> VietAsr:
    """Load the recogniser once."""
    return VietAsr()


@cache
def said(text: str, voice: str) -> NDArray[np.float32]:
    """Let a voice say a text, trimmed, faded and limited as an episode's sentences are."""
    engine = English() if voice == "en" else EspeakEngine(voice)
    return limited(faded(trimmed(engine.speak(text))).floats * np.float32(4), 0.707)


class English(EspeakEngine):
    """Says anything as an English speaker would."""

    def __init__(self) -> None:
        """Begin as a Vietnamese voice does."""
        super().__init__()
        self._voice = "en"


@cache
def learnt(voice: str) -> Calibration:
    """Learn a voice from the sentences that the package ships."""
    texts = (Path(__file__).parent.parent / "audiopub/listening/sentences.txt").read_text(encoding="utf-8").splitlines()
    return calibrate(ears(), [(resampled(from_floats(said(text, voice), HERTZ), RATE).floats, text) for text in texts])


@dataclass(frozen=True, slots=True)
class Episode:
    """Sentences, and their sounds with a pause behind each."""

    voice: str
    texts: tuple[str, ...]
    parts: Parts
    lines: tuple[Line, ...]


def episode(number: int, count: tuple[int, int] = (15, 40)) -> Episode:
    """Make an episode: sentences of all lengths, pauses of .35 to .9 s."""
    chance, voice = random.Random(number), VOICES[number % len(VOICES)]
    texts = list(islice(sentences(90_000 + number), chance.randint(*count)))
    for place in range(2, len(texts), 5):
        texts[place] = SHORT[(number + place) % len(SHORT)]
    parts: Parts = [np.zeros(HERTZ // 2, np.float32)]
    lines, at = [], len(parts[0])
    for text in texts:
        sound, pause = said(text, voice), np.zeros(int(chance.uniform(0.35, 0.9) * HERTZ), np.float32)
        lines.append(Line(start=Samples(at), length=Samples(len(sound)), spoken=text, voice=voice))
        parts += [sound, pause]
        at += len(sound) + len(pause)
    return Episode(voice, tuple(texts), parts, tuple(lines))


def through_mp3(parts: Parts) -> Pcm:
    """Encode and decode."""
    sound = np.concatenate(parts)
    sink = io.BytesIO()
    LameEncoder().encode([Run(key="", length=Samples(len(sound)), pieces=lambda: iter([sound.copy()]))], HERTZ, TAGS, sink)
    return decoded_mp3(sink.getvalue(), HERTZ)


def heard(one: Episode, parts: Parts, lines: tuple[Line, ...]) -> Heard:
    """Listen to an episode whose sounds are some parts and whose table is some lines."""
    return listen(ears(), {one.voice: learnt(one.voice)}, through_mp3(parts), lines, lambda line: from_floats(said(line.spoken, one.voice), HERTZ))


def _dropped(one: Episode, place: int) -> Parts:
    return one.parts[: 2 * place + 1] + one.parts[2 * place + 3 :]


def _swapped(one: Episode, place: int) -> Parts:
    parts = list(one.parts)
    parts[2 * place + 1], parts[2 * place + 3] = parts[2 * place + 3], parts[2 * place + 1]
    return parts


def _repeated(one: Episode, place: int) -> Parts:
    return one.parts[: 2 * place + 3] + one.parts[2 * place + 1 :]


def _changed(change: Callable[[NDArray[np.float32], Episode, int], NDArray[np.float32]]) -> Callable[[Episode, int], Parts]:
    def planted(one: Episode, place: int) -> Parts:
        parts = list(one.parts)
        parts[2 * place + 1] = change(parts[2 * place + 1], one, place)
        return parts

    return planted


def _english(one: Episode, _place: int) -> Parts:
    return [one.parts[0], *(part for text, pause in zip(one.texts, one.parts[2::2], strict=True) for part in (said(text, "en"), pause))]


def _dead_air(one: Episode, place: int) -> Parts:
    parts = list(one.parts)
    parts[2 * place + 2] = np.zeros(5 * HERTZ, np.float32)
    return parts


FAULTS: dict[str, Callable[[Episode, int], Parts]] = {
    "a sentence dropped": _dropped, "two swapped": _swapped, "one repeated": _repeated, "one silent": _changed(lambda sound, _one, _place: np.zeros_like(sound)),
    "half an utterance, then nothing": _changed(lambda sound, _one, _place: np.where(np.arange(len(sound)) < len(sound) // 2, sound, 0).astype(np.float32)),
    "half an utterance, the rest earlier": _changed(lambda sound, _one, _place: sound[: len(sound) // 2]),
    "an English voice, one sentence": _changed(lambda _sound, one, place: said(one.texts[place], "en")), "an English voice, all of it": _english,
    "five seconds of dead air": _dead_air, "clipping": lambda one, _place: [np.clip(part * 6, -1, 1) for part in one.parts],
}  # fmt: skip


def planted(number: int) -> Iterator[tuple[str, Heard]]:
    """Plant every fault in one episode, each at a place of its own."""
    one = episode(number)
    for name, plant in FAULTS.items():
        place = random.Random(f"{number} {name}").randrange(1, len(one.texts) - 2)
        yield name, heard(one, plant(one, place), one.lines)


def main() -> int:
    """Print the tables; exit 1 where a fault was missed or a clean episode alarmed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    began, seconds, alarms = time.process_time(), 0.0, 0
    for number in range(count):
        one = episode(number)
        found = heard(one, one.parts, one.lines)
        seconds += sum(map(len, one.parts)) / HERTZ
        alarms += not found.clean
        if not found.clean:
            print(f"  alarm on clean episode {number} ({one.voice}): {found.faults} {[(f.faults, round(f.odds, 2), f.line.spoken[:40]) for f in found.suspects]}")
    print(f"{count} clean episodes, {seconds / 60:.0f} minutes: {alarms} false alarms; {(time.process_time() - began) / seconds:.2f} s of CPU a second of audio")
    missed = 0
    for number in range(300, 300 + len(VOICES)):
        for name, found in planted(number):
            missed += found.clean
            kinds = sorted({*found.faults, *(fault for finding in found.suspects for fault in finding.faults)})
            print(f"  {VOICES[number % len(VOICES)]:<16} {name:<36} {'MISSED' if found.clean else 'caught'}  {', '.join(kinds)}")
    print(f"{missed} of {len(VOICES) * len(FAULTS)} planted faults missed")
    return int(bool(missed or alarms))


if __name__ == "__main__":
    sys.exit(main())
