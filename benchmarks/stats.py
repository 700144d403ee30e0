"""What counting downloads costs: `python benchmarks/stats.py [LINES]` (a million where it is not given).

Writes a log of that many lines, a fifth of them for audio, and prints lines per second as a share of what a bare loop reaches that only
matches the combined format, in turns in the same run; and the peak memory of `audiopub stats` at LINES / 4 and at LINES, beside that of a
run over one line.
"""

import io
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.adapters.access_logs import lines
from audiopub.audience import shelf_of
from audiopub.config import Settings
from audiopub.listens import Networks, Shelf, Tally
from audiopub.publish.model import Episode
from audiopub.units import Milliseconds
from benchmarks.limits import place, run
from tests.catalogs import catalog_in

SHOW = "ban-tin-doi-che"
EPISODES = 200
AUDIO, PARTIAL = 0.2, 0.5
"""Share of the lines that ask for audio, the rest for pages; and of those for audio that ask for a part."""

ROUNDS = 5
_BARE = re.compile(rb'(\S+) \S+ \S+ \[([^\]]+)\] "([^"]*)" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"')
AGENTS = (
    "AntennaPod/3.4.0", "Podcasts/4023.540.3 CFNetwork/1494.0.7 Darwin/23.4.0", "Spotify/8.8.42 Android/33 (SM-A536E)", "curl/8.5.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "AppleCoreMedia/1.0.0.20F66 (iPhone; U; CPU OS 16_5 like Mac OS X; vi_vn)", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
)  # fmt: skip


def text(count: int, seed: int = 7) -> Iterator[str]:
    """Write lines; every request for audio is of a listener of its own or of one of a few thousand."""
    chance, moment = random.Random(seed), datetime(2026, 11, 17, tzinfo=UTC)
    for _ in range(count):
        moment += timedelta(seconds=chance.random() * 4)
        address = f"{chance.randrange(1, 224)}.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
        audio = chance.random() < AUDIO
        path = f"/{SHOW}/tap-{chance.randrange(EPISODES)}.mp3" if audio else f"/{SHOW}/tap-{chance.randrange(EPISODES)}.html"
        partial = audio and chance.random() < PARTIAL
        first = chance.randrange(2_000_000)
        tail = f' "bytes={first}-"' if partial else ' "-"'
        yield (
            f'{address} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {206 if partial else 200} {chance.randrange(2_400_000)} "-" '
            f'"{chance.choice(AGENTS)}"{tail}\n'
        )


def commit(folder: Path) -> None:
    """Put episodes into a catalog."""
    catalog = catalog_in(folder / ".audiopub" / "catalog")
    moment = datetime(2026, 11, 17, tzinfo=UTC)
    for number in range(EPISODES):
        episode = Episode(
            id=f"{number:016d}", guid=str(number), name=f"tap-{number}", title=f"Tập {number}", author=None, description="", article_url=None, published=moment,
            updated=moment, revision=1, audio=f"tap-{number}.mp3", audio_bytes=2_400_000, duration=Milliseconds(300_000), chapters=(), voice="silent", fallback=False,
            fingerprint="",
        )  # fmt: skip
        catalog.commit(SHOW, episode)


def bare(path: Path) -> int:
    """Match every line, and do nothing else."""
    with path.open("rb") as file:
        return sum(_BARE.match(line) is not None for line in file)


def counted(path: Path, shelf: Shelf) -> int:
    """Count, and give the downloads."""
    tally = Tally(shelf, salt=b"salt", excluded=Networks(()))
    tally.read(path.name, lines(str(path), io.BufferedReader(io.BytesIO())))
    return tally.report(UTC).downloads


def seconds(work: Callable[[], int]) -> float:
    """Give the processor time of a piece of work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main(count: int) -> None:
    """Print speed and memory."""
    with place() as folder, tempfile.TemporaryDirectory() as aside:
        commit(folder)
        path = Path(aside) / "access.log"
        path.write_text("".join(text(count)), encoding="utf-8")
        shelf = shelf_of(Settings(state=folder / ".audiopub"), SHOW)
        turns = [(seconds(lambda: bare(path)), seconds(lambda: counted(path, shelf))) for _ in range(ROUNDS)]
        loop, ours = (median(column) for column in zip(*turns, strict=True))
        print(f"{count:,} lines, {path.stat().st_size / 1e6:.0f} MB, {counted(path, shelf):,} downloads")
        print(f"bare loop {count / loop:12,.0f} lines a second\ncounting  {count / ours:12,.0f} lines a second: {ours / loop:.2f} times the bare loop's time")
        base = peak(folder, path, 1)
        for part in (count // 4, count):
            most = peak(folder, path, part)
            print(f"{part:>9,} lines: peak {most:5.0f} MB, {most - base:5.0f} MB above one line's, {1e6 * (most - base) / (part * AUDIO):4.0f} bytes a request for audio")


def peak(folder: Path, path: Path, count: int) -> float:
    """Give the peak memory of the command over the first lines, in MB."""
    part = folder / "part.log"
    with path.open(encoding="utf-8") as whole:
        part.write_text("".join(line for line, _ in zip(whole, range(count), strict=False)), encoding="utf-8")
    return run(folder, "stats", str(part), "--show", SHOW, "--json").peak


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
