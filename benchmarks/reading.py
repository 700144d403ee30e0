"""How well written Vietnamese is read: `python benchmarks/reading.py [--raise]`.

Over sentences of our own in tests/gate/reading.tsv: category, written form, and the spoken forms a newsreader may
use, separated by `|`; `[a/b/]` is a choice. A sentence counts only if every word of it is one of those forms; case,
punctuation and the spellings of `spoken_forms.folded` do not.
"""

import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.vietnamese import read, sentences
from benchmarks.floors import judged
from benchmarks.spoken_forms import accepts

__all__ = ["accepts", "figures", "rows"]

TABLE = Path(__file__).parent.parent / "tests" / "gate" / "reading.tsv"


def rows() -> list[tuple[str, str, list[str]]]:
    """Read the table: category, written, accepted spoken forms."""
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [(category, written, spoken.split("|")) for category, written, spoken in lines]


def figures() -> tuple[dict[str, float], list[tuple[str, str, str]]]:
    """Give the share of right sentences in all and by category, and the wrong ones: written, said, wanted."""
    right: dict[str, list[bool]] = defaultdict(list)
    wrong = []
    for category, written, accepted in rows():
        said = read(written).spoken
        good = accepts(said, accepted)
        right[category].append(good)
        right["all"].append(good)
        if not good:
            wrong.append((written, said, accepted[0]))
    return {name: sum(marks) / len(marks) for name, marks in sorted(right.items())}, wrong


def speed() -> float:
    """Give characters read a second of CPU, over the table's sentences."""
    texts = [written for _, written, _ in rows()] * 5
    began = time.process_time()
    for text in texts:
        read(text)
    return sum(map(len, texts)) / (time.process_time() - began)


_QUADRATIC = 10.0
_HOSTILE = (
    "a - ", "1 ", "1", ".", "TP. ", "x1x", "(a) ", "... ", "1/2", "15-8 và ", "-5 ", "A.", "12,", "“b” ", "UBND ",
    "- ", "I ", "ĐT ", "1-2 thắng ", "@", "#a", "0912.", "a.vn", "%", "TP.HCM ",
)  # fmt: skip


def growth() -> float:
    """Give how much more a text four times as long costs, at worst, over texts that tempt a rule to look far: 4 is linear."""
    worst = 0.0
    for piece in _HOSTILE:
        costs = []
        for length in (20_000, 80_000):
            began = time.process_time()
            read((piece * length)[:length])
            sentences((piece * length)[:length])
            costs.append(time.process_time() - began)
        worst = max(worst, costs[1] / costs[0])
    return worst


def main() -> int:
    """Print the figures; exit 1 below a floor."""
    scores, wrong = figures()
    for name, score in scores.items():
        print(f"{name:<14} {score:.3f}")
    for written, said, wanted in wrong:
        print(f"\n  written {written}\n  said    {said}\n  wanted  {wanted}")
    print(f"over {len(rows())} sentences, {speed():,.0f} characters a second of CPU")
    grown = growth()
    print(f"four times the text costs at worst {grown:.1f} times as much (4 is linear, 16 is not)")
    return not (judged("reading", scores, pin="--raise" in sys.argv) and grown < _QUADRATIC)


if __name__ == "__main__":
    sys.exit(main())
