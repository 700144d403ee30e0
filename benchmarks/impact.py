"""How much quicker the impact of a lexicon's entry is told than by reading everything twice: `python benchmarks/impact.py [EPISODES]`.

Records as audiopub writes them, in a folder, of the gate's sentences in another order for each. The slow way reads a sample of the episodes, and its time is multiplied.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.adapters.files import LocalStore
from audiopub.adapters.memory import MemoryCatalog
from audiopub.publish.impact import counted, impact
from audiopub.vietnamese import AS_PRINTED, DEFAULT, Entry, Lexicon, read
from benchmarks.reading import rows
from tests.conftest import make_channel
from tests.desk.slow_impact import published, slow_impact

_SENTENCES = 35
_SAMPLE = 20
CHANGES = {
    "words": Entry(written="UBND", spoken="ủy ban"), "rare": Entry(written="HTX Tân Cương", spoken="hợp tác xã Tân Cương"),
    "any case": Entry(written="covid", spoken="cô vít", case=False),
    "hyphens": Entry(written="iPhone", spoken="ai-phôn"), "protected": Entry(written="Facebook", spoken=AS_PRINTED),
}  # fmt: skip


def ratios(episodes: int) -> dict[str, tuple[float, float]]:
    """Give, for each kind of change, the seconds it takes and how many times as long the slow way takes."""
    chance = random.Random(1)
    texts = [written for _, written, _ in rows()]
    every = [chance.sample(texts, _SENTENCES) for _ in range(episodes)]
    more = "x" * 300  # what a row holds beside its two texts: rewrites, a key, places
    known = Lexicon(tuple(Entry(written=f"Từ{number}", spoken=f"từ-{number % 50} a") for number in range(500)))
    with tempfile.TemporaryDirectory() as folder:
        channel, store, catalog = make_channel(), LocalStore(Path(folder)), MemoryCatalog()
        published(store, catalog, channel, every, more=more)
        some, few = MemoryCatalog(), catalog.episodes(channel.slug)[:_SAMPLE]
        for episode in few:
            some.commit(channel.slug, episode)
        read("ấm")
        found = {}
        for name, entry in CHANGES.items():
            after = Lexicon((*known.entries, entry))
            began = time.process_time()
            counted(channel, store, catalog, known, after, DEFAULT, examples=20)
            took = time.process_time() - began
            began = time.process_time()
            slow = tuple(slow_impact(channel, store, some, known, after, DEFAULT))
            long = (time.process_time() - began) * episodes / len(few)
            assert slow == impact(channel, store, some, known, after, DEFAULT)  # noqa: S101  a benchmark of something wrong is worth nothing
            found[name] = took, long / took
    return found


def main() -> None:
    """Print the figures."""
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for name, (seconds, ratio) in ratios(episodes).items():
        print(f"{name:<10} {seconds:6.2f} s for {episodes} episodes, the slow way {ratio:6.0f} times as long")


if __name__ == "__main__":
    main()
