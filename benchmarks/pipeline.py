"""What an episode costs beside LAME alone: `python benchmarks/pipeline.py [MINUTES …] [--rounds N] [--naive] [--page FILE]`.

Each article is read by espeak into a fresh folder, from the page to the published feed, in turns with LAME encoding of the very same samples
by itself. CPU counts this process and the one that parses pages. Then the article is rendered again unchanged, and with one sentence
changed. Only the ratios mean anything on a busy machine. `--naive` also runs benchmarks/naive.py on the same page.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

import lameenc
import numpy as np

from audiopub import bootstrap, pipeline
from audiopub.config import Settings, find_show
from audiopub.source import Page, PageForm
from audiopub.sources import Sources
from benchmarks.cpu import cpu
from benchmarks.texts import article

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "examples" / "cho-phien-vung-cao.html"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Clock:
    """Adds up CPU time by stage, as the pipeline's own progress reports tell them apart."""

    def __init__(self) -> None:
        """Begin with the first stage."""
        self.seconds: dict[str, float] = defaultdict(float)
        self._stage, self._since = "extracting", cpu()

    def __call__(self, stage: str, _done: int, _of: int) -> None:
        """Take a progress report."""
        if stage != self._stage:
            now = cpu()
            self.seconds[self._stage] += now - self._since
            self._stage, self._since = stage, now


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of CPU and of wall."""

    cpu: float
    wall: float


@contextmanager
def fresh_settings() -> Iterator[Settings]:
    """Give settings with empty folders."""
    with tempfile.TemporaryDirectory() as folder:
        yield Settings(feeds=ROOT / "feeds", output=Path(folder) / "output", state=Path(folder) / "state")


def spent(work: Callable[[], object]) -> Spent:
    """Do some work and give what it cost."""
    began, since = time.perf_counter(), cpu()
    work()
    return Spent(cpu() - since, time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Round:
    """One article, once."""

    whole: Spent
    lame: Spent
    unchanged: Spent
    changed: Spent
    made: int
    seconds: float
    stages: dict[str, float]


def one_round(page: Page) -> Round:
    """Render once, again, and with a changed sentence."""
    with fresh_settings() as settings:
        studio = bootstrap.studio(find_show(settings.feeds, "ban-tin-doi-che"), settings, ("espeak",))
        clock = Clock()
        results = []
        whole = spent(lambda: results.append(pipeline.render(studio, page, now=NOW, progress=clock)))
        clock("end", 1, 1)
        unchanged = spent(lambda: results.append(pipeline.render(studio, page, now=NOW, progress=lambda *_: None)))
        text = page.body.decode()
        mark = "<p>" if page.form is PageForm.HTML else "\n"
        middle = text.index(mark, len(text) // 2) + len(mark)
        corrected = Page(body=(text[:middle] + "Tin mới nhận, " + text[middle:]).encode(), name=page.name, identity=page.identity, form=page.form)
        audio = (settings.output / studio.channel.slug / str(results[0].episode and results[0].episode.audio)).read_bytes()
        changed = spent(lambda: results.append(pipeline.render(studio, corrected, now=NOW, progress=lambda *_: None)))
        if [result.outcome for result in results] != ["published", "unchanged", "updated"] or results[1].made:
            sys.exit(f"not what was to be measured: {[(result.outcome, result.made) for result in results]}")
    samples = samples_of(audio)
    return Round(whole, spent(lambda: lame_alone(samples)), unchanged, changed, results[2].made, len(samples) / 22_050, dict(clock.seconds))


def samples_of(mp3: bytes) -> np.ndarray:
    """Decode an episode, so that LAME alone gets what the pipeline gave it."""
    import miniaudio

    return np.frombuffer(miniaudio.decode(mp3, nchannels=1, sample_rate=22_050).samples, dtype=np.int16)


def lame_alone(samples: np.ndarray) -> None:
    """Encode samples as the pipeline does and nothing else, ten seconds at a time."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(22_050)
    encoder.set_channels(1)
    encoder.set_quality(5)
    for start in range(0, len(samples), 220_500):
        encoder.encode(samples[start : start + 220_500].tobytes())
    encoder.flush()


def naive(page: Page) -> Spent:
    """Run the script that somebody would write."""
    from benchmarks.naive import render

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_bytes(page.body)
        return spent(lambda: render(path, Path(folder)))


def report(name: str, page: Page, rounds: int, *, with_naive: bool) -> None:
    """Print the table of one article."""
    found = [one_round(page) for _ in range(rounds)]
    lame, wall = median(one.lame.cpu for one in found), median(one.lame.wall for one in found)
    whole = median(one.whole.cpu for one in found)
    print(f"{name}: {found[0].seconds:.0f} s of audio, {rounds} rounds; shares of LAME alone on the same samples ({found[0].seconds / lame:.0f} times real time)")
    for stage in found[0].stages:
        print(f"  {stage:<24} {median(one.stages.get(stage, 0.0) for one in found) / lame:6.2f}")
    print(f"  {'whole, CPU':<24} {whole / lame:6.2f}")
    print(f"  {'whole, wall':<24} {median(one.whole.wall for one in found) / wall:6.2f}")
    print(f"  {'unchanged, of the whole':<24} {100 * median(one.unchanged.cpu for one in found) / whole:6.2f} %")
    print(f"  {'one sentence, of it':<24} {100 * median(one.changed.cpu for one in found) / whole:6.2f} %   ({found[0].made} spoken)")
    if with_naive:
        print(f"  {'naive script':<24} {naive(page).cpu / whole:6.2f} times the whole's CPU")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", nargs="*", type=float)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--page", default=str(SOURCE), help="measured instead of the longest example")
    wanted = parser.parse_args()
    example = Sources(Settings(), bytes).page(wanted.page)
    one_round(example)  # imports, fonts and voices are loaded once a process
    report(Path(wanted.page).name, example, wanted.rounds, with_naive=wanted.naive)
    for minutes in wanted.minutes:
        page = Page(body=article(minutes).encode(), name="dai.html", identity="dai.html", form=PageForm.HTML)
        report(f"{minutes:g} minutes", page, wanted.rounds, with_naive=wanted.naive)


if __name__ == "__main__":
    main()
