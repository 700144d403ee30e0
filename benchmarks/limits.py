"""Memory, linearity, start-up: `python benchmarks/limits.py memory|length|articles|startup` (each takes minutes; `length` and `memory` most).

* memory: peak of a 10-minute and of a 10-hour episode, of audiopub's own process and of the one that parses pages.
* length: CPU against minutes of audio, from 1 minute to 10 hours, and how straight the line is.
* articles: CPU against the number of articles in one batch, from 1 to 1,000.
* startup: `audiopub --help`, and rendering the longest example from a cold process.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from benchmarks.texts import article

ROOT = Path(__file__).parent.parent
LENGTHS = (1, 3, 10, 30, 60, 180, 600)
COUNTS = (1, 10, 100, 300, 1000)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost."""

    wall: float
    cpu: float
    """Of the process and all that it started."""

    peak: float
    """MB of the process itself."""

    parser: float
    """MB of the largest process that it started."""


@contextmanager
def place() -> Iterator[Path]:
    """Make a folder with a show in it."""
    with tempfile.TemporaryDirectory(prefix="audiopub-limits-") as folder:
        (Path(folder) / "feeds").symlink_to(ROOT / "feeds")
        yield Path(folder)


def run(folder: Path, *arguments: str) -> Cost:
    """Run audiopub in a folder and measure it."""
    command = [sys.executable, "-m", "audiopub", *arguments]
    began = time.perf_counter()
    with (folder / "log").open("ab") as log:
        running = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=os.environ | {"PYTHONUTF8": "1"})
        peak, parser = {running.pid: 0.0}, 0.0
        while True:
            done, status, usage = os.wait4(running.pid, os.WNOHANG)
            if done:
                break
            peak[running.pid] = max(peak[running.pid], _memory(running.pid))
            parser = max([parser, *(_memory(child) for child in _children(running.pid))])
            time.sleep(0.02)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        sys.exit((folder / "log").read_text(encoding="utf-8")[-2000:])
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[running.pid], parser)


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def render(minutes: float) -> Cost:
    """Render an article of a length."""
    with place() as folder:
        (folder / "bai.html").write_text(article(minutes), encoding="utf-8")
        return run(folder, "render", "bai.html", "--voice", "espeak", "-q")


def memory() -> None:
    """Print the peaks."""
    short, long = render(10), render(600)
    for name, cost in (("10 minutes", short), ("10 hours", long)):
        print(f"{name:<12} {cost.peak:6.0f} MB   (parsing process {cost.parser:4.0f} MB)")
    print(f"{long.peak / short.peak:.2f} times")


def straight(sizes: tuple[float, ...], costs: list[float]) -> str:
    """Fit cost = start + share * size, and tell how far the points lie from it."""
    share, start = np.polyfit(sizes, costs, 1, w=1 / np.array(costs))
    worst = max(abs(cost - start - share * size) / cost for size, cost in zip(sizes, costs, strict=True))
    return f"cost = {start:.2f} s + {share:.4f} s · n; the worst point lies {100 * worst:.0f} % off"


def length() -> None:
    """Print CPU by minutes."""
    costs = []
    for minutes in LENGTHS:
        costs.append(render(minutes).cpu)
        print(f"{minutes:>5} minutes  {costs[-1]:8.2f} s of CPU  {costs[-1] / minutes:6.3f} a minute", flush=True)
    print(straight(LENGTHS, costs))


def articles() -> None:
    """Print CPU by the number of articles, each of a minute."""
    costs = []
    for count in COUNTS:
        with place() as folder:
            (folder / "bai").mkdir()
            for number in range(count):
                page = article(1, seed=1000 + number, title=f"Chuyện ở bản số {number} vùng cao")
                (folder / "bai" / f"{number:04d}.html").write_text(page, encoding="utf-8")
            cost = run(folder, "render", "bai", "--voice", "espeak", "-q")
            again = run(folder, "render", "bai", "--voice", "espeak", "-q")
        costs.append(cost.cpu)
        print(
            f"{count:>5} articles  {cost.cpu:8.2f} s of CPU  {cost.cpu / count:6.3f} each  wall {cost.wall / count:6.3f} each  {cost.peak:4.0f} MB"
            f"  unchanged {100 * again.cpu / cost.cpu:4.1f} %",
            flush=True,
        )
    print(straight(COUNTS, costs))


def startup() -> None:
    """Print the times of a cold start, beside that of Python itself."""
    with place() as folder:
        helps = [run(folder, "--help").wall for _ in range(9)]
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import click"], check=True)
        bare = time.perf_counter() - began
        renders = []
        for number in range(3):
            source = str(ROOT / "examples" / "cho-phien-vung-cao.html")
            renders.append(run(folder, "render", source, "--voice", "espeak", "-q", "--source-id", str(number)).wall)
            for cached in (folder / ".audiopub" / "cache").rglob("*.*"):
                cached.unlink()
    print(f"audiopub --help: {1000 * median(helps):.0f} ms (Python with click alone: {1000 * bare:.0f} ms)")
    print(f"render of the longest example, cold: {median(renders):.2f} s")


if __name__ == "__main__":
    {"memory": memory, "length": length, "articles": articles, "startup": startup}[sys.argv[1]]()
