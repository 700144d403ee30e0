"""How well written Vietnamese is read: `python benchmarks/reading.py [--raise]`.

Over sentences of our own in tests/gate/reading.tsv: category, written form, and the spoken forms a newsreader may
use, separated by `|`. A sentence counts only if every word of it is one of those forms; case and punctuation do not.
"""

import re
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.vietnamese import read
from benchmarks.floors import below, raise_floors

TABLE = Path(__file__).parent.parent / "tests" / "gate" / "reading.tsv"


def rows() -> list[tuple[str, str, list[str]]]:
    """Read the table: category, written, accepted spoken forms."""
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [(category, written, spoken.split("|")) for category, written, spoken in lines]


def words(text: str) -> list[str]:
    """Give a text's words, case and punctuation off."""
    return re.findall(r"\w+", text.lower())


def figures() -> tuple[dict[str, float], list[tuple[str, str, str]]]:
    """Give the share of right sentences in all and by category, and the wrong ones: written, said, wanted."""
    right: dict[str, list[bool]] = defaultdict(list)
    wrong = []
    for category, written, accepted in rows():
        said = read(written).spoken
        good = words(said) in [words(form) for form in accepted]
        right[category].append(good)
        right["all"].append(good)
        if not good:
            wrong.append((written, said, accepted[0]))
    return {name: sum(marks) / len(marks) for name, marks in sorted(right.items())}, wrong


def speed() -> float:
    """Give characters read a second of CPU, over the table's sentences."""
    texts = [written for _, written, _ in rows()] * 20
    began = time.process_time()
    for text in texts:
        read(text)
    return sum(map(len, texts)) / (time.process_time() - began)


def main() -> int:
    """Print the figures; exit 1 below a floor."""
    scores, wrong = figures()
    for name, score in scores.items():
        print(f"{name:<14} {score:.3f}")
    for written, said, wanted in wrong:
        print(f"\n  written {written}\n  said    {said}\n  wanted  {wanted}")
    print(f"over {len(rows())} sentences, {speed():,.0f} characters a second of CPU")
    if "--raise" in sys.argv:
        raise_floors("reading", scores)
    faults = below("reading", scores)
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
