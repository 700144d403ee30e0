"""What an episode costs, by stage, beside LAME alone: `python benchmarks/pipeline.py [ROUNDS]`.

The longest example article, read by espeak into a fresh folder, alternating with LAME encoding of the very same
samples. Time is CPU time of this process; only the ratios mean anything on a busy machine.
"""

import io
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

import lameenc
import numpy as np

from audiopub import bootstrap, pipeline
from audiopub.config import Settings, find_show
from audiopub.sources import Sources

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "examples" / "cho-phien-vung-cao.html"


class Clock:
    """Adds up CPU time by stage, as the pipeline's own progress reports tell them apart."""

    def __init__(self) -> None:
        """Begin with the first stage."""
        self.seconds: dict[str, float] = defaultdict(float)
        self._stage, self._since = "extracting", time.process_time()

    def __call__(self, stage: str, _done: int, _of: int) -> None:
        """Take a progress report."""
        now = time.process_time()
        self.seconds[self._stage] += now - self._since
        self._stage, self._since = stage, now


@contextmanager
def fresh_settings() -> Iterator[Settings]:
    """Give settings with empty folders."""
    with tempfile.TemporaryDirectory() as folder:
        yield Settings(feeds=ROOT / "feeds", output=Path(folder) / "output", state=Path(folder) / "state")


def one_render() -> tuple[dict[str, float], np.ndarray, float]:
    """Render once: seconds by stage, the episode's samples, the seconds of an unchanged second run."""
    with fresh_settings() as settings:
        studio = bootstrap.studio(find_show(settings.feeds, "ban-tin-doi-che"), settings, ("espeak",))
        page = Sources(settings, bytes).page(str(SOURCE))
        clock = Clock()
        now = datetime(2026, 11, 24, tzinfo=UTC)
        result = pipeline.render(studio, page, now=now, progress=clock)
        clock("end", 1, 1)
        began = time.process_time()
        again = pipeline.render(studio, page, now=now, progress=lambda *_: None)
        idle = time.process_time() - began
        if result.episode is None or again.made:
            sys.exit("the second run spoke again")
        audio = (settings.output / studio.channel.slug / result.episode.audio).read_bytes()
    return clock.seconds, samples_of(audio), idle


def samples_of(mp3: bytes) -> np.ndarray:
    """Decode an episode, so that LAME alone gets what the pipeline gave it."""
    import miniaudio

    return np.frombuffer(miniaudio.decode(mp3, nchannels=1, sample_rate=22_050).samples, dtype=np.int16)


def lame_alone(samples: np.ndarray) -> float:
    """Encode samples as the pipeline does and nothing else."""
    began = time.process_time()
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(22_050)
    encoder.set_channels(1)
    encoder.set_quality(5)
    sink = io.BytesIO()
    sink.write(encoder.encode(samples.tobytes()))
    sink.write(encoder.flush())
    return time.process_time() - began


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    one_render()  # imports, fonts and voices are loaded once a process
    stages: dict[str, list[float]] = defaultdict(list)
    floors: list[float] = []
    idles: list[float] = []
    length = 0.0
    for _ in range(rounds):
        seconds, samples, idle = one_render()
        floors.append(lame_alone(samples))
        idles.append(idle)
        length = len(samples) / 22_050
        for stage, took in seconds.items():
            stages[stage].append(took)
    floor = median(floors)
    total = sum(median(spent) for spent in stages.values())
    print(f"{length:.0f} s of audio, {rounds} rounds; CPU as a share of LAME alone on the same samples")
    for stage, spent in stages.items():
        print(f"  {stage:<12} {median(spent) / floor:6.2f}")
    print(f"  {'whole':<12} {total / floor:6.2f}   ({length / total:.0f} s of audio per second of CPU; LAME alone {length / floor:.0f})")
    print(f"  {'unchanged':<12} {median(idles) / floor:6.2f}   (a second run with nothing to do)")


if __name__ == "__main__":
    main()
