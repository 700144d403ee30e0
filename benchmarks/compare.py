"""Hold audiopub's Vietnamese against other people's libraries: `scripts/compare [--only a|b|c] [--quick] [--outside FILE]`.

Three tables: (a) normalisers over the sentences of tests/gate/reading.tsv, (b) readers of whole numbers against a
second reader written here, (c) splitters over tests/gate/sentences.tsv. Speed is a ratio to audiopub's in the same
run. The sentences are our own, and written by those who wrote the rules: `--outside` scores a table of others'.
"""

import argparse
import csv
import importlib
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub import vietnamese
from audiopub.vietnamese.numbers import cardinal
from benchmarks import peers
from benchmarks.reading import accepts, rows

OURS = "audiopub"
Function = TypeVar("Function")
Row = tuple[str, str, list[str]]
"""Category, written form, accepted spoken forms."""

_QUICK_STEP = 8
_LARGEST = 10**12
_DRAWN = 160
"""Numbers drawn at random for each length from 4 to 12 digits."""


@dataclass(slots=True)
class Marks:
    """How one library did over the sentences."""

    right: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    digits: int = 0
    raised: int = 0
    seconds: float = 0.0

    def share(self, category: str) -> float:
        """Give the share of right sentences of a category."""
        return sum(self.right[category]) / len(self.right[category])


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Lay out a Markdown table."""
    cells = [list(head), *map(list, lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in [cells[0], rule, *cells[1:]])


def titled(name: str) -> str:
    """Give a library's name with its version, where it has one."""
    return name if name == OURS else f"{name} {peers.version(name)}".strip()


def loaded(factories: Mapping[str, Callable[[], Function]], ours: Function) -> dict[str, Function]:
    """Load every library, ours first."""
    return {OURS: ours} | {name: factory() for name, factory in factories.items()}


def marked(reader: peers.Reader, sentences: Sequence[Row]) -> Marks:
    """Score a reader; a sentence at which it raises is a wrong one."""
    marks = Marks()
    for category, written, forms in sentences:
        began = time.perf_counter()
        try:
            said = reader(written)
        except Exception:  # noqa: BLE001 - whatever a library raises is counted
            said = ""
            marks.raised += 1
        marks.seconds += time.perf_counter() - began
        good = accepts(said, forms)
        marks.digits += bool(re.search(r"\d", said))
        for name in ("all", category):
            marks.right[name].append(good)
    return marks


def normalizers(sentences: Sequence[Row]) -> str:
    """Table (a): a column for each library, a line for each category, then what went wrong and how fast it was."""
    ours: peers.Reader = vietnamese.spoken
    readers = loaded(peers.NORMALIZERS, ours)
    for _, written, _ in sentences[:20]:
        vietnamese.spoken(written)  # what it loads late is loaded now, as for the others
    marks = {name: marked(reader, sentences) for name, reader in readers.items()}
    every = list(marks.values())
    lines = [[f"{name} ({len(every[0].right[name])})", *(f"{one.share(name):.1%}" for one in every)] for name in ("all", *sorted(set(every[0].right) - {"all"}))]
    lines += [
        ["digits left", *(f"{one.digits / len(sentences):.1%}" for one in every)],
        ["exceptions", *(str(one.raised) for one in every)],
        ["speed", *(f"{marks[OURS].seconds / one.seconds:.2g}" for one in every)],
    ]
    return table(["", *map(titled, marks)], lines)


_DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()
_SCALES = ("", " nghìn", " triệu", " tỷ", " nghìn tỷ")
"""By place of a group of three digits, from the right."""

_ZERO_GROUPS = ("", "[không nghìn/không trăm nghìn/]", "[không triệu/không trăm triệu/]")
"""By place of the group. A group of nothing before another may be said or not: 1.000.005."""
_SMOOTHED = (
    ("không mươi không", ""),
    ("không mươi", "linh"),
    ("một mươi", "mười"),
    ("(mươi|mười) không", r"\1"),
    ("mươi một", "mươi mốt"),
    ("(mươi|mười) năm", r"\1 lăm"),
)
"""What becomes of three digits said one by one with their places."""


def reference(number: int) -> str:
    """Say a whole number up to 10^12 by rewriting its digits: not the way audiopub does it.

    >>> reference(24), reference(1005)
    ('hai mươi bốn', 'một nghìn không trăm linh năm')
    >>> reference(2_000_015)
    'hai triệu [không nghìn/không trăm nghìn/] không trăm mười lăm'
    """
    if not number:
        return _DIGITS[0]
    groups = f"{number:,}".split(",")
    first = _group(groups[0].zfill(3)).removeprefix("không trăm ").removeprefix("linh ")
    words = [first + _SCALES[len(groups) - 1]]
    for place, group in zip(range(len(groups) - 2, -1, -1), groups[1:], strict=True):
        if int(group):
            words.append(_group(group) + _SCALES[place])
        elif int("".join(groups[-place:])) and place:
            words.append(_ZERO_GROUPS[place])
    return " ".join(words)


def _group(digits: str) -> str:
    hundreds, tens, ones = (_DIGITS[int(digit)] for digit in digits)
    said = f"{tens} mươi {ones}"
    for pattern, replacement in _SMOOTHED:
        said = re.sub(pattern, replacement, said)
    return f"{hundreds} trăm {said}".strip()


def integers() -> list[int]:
    """Choose numbers: the small ones, those around powers of ten, and the same count of each length at random."""
    chance = random.Random(1)
    near = {step * 10**power + beside for power in range(1, 13) for step in (1, 2, 5) for beside in (-1, 0, 1, 4, 5, 15)}
    drawn = {chance.randrange(10**length, 10 ** (length + 1)) for length in range(3, 12) for _ in range(_DRAWN)}
    return sorted(number for number in {*range(131), *near, *drawn} if 0 <= number <= _LARGEST)


def number_readers(numbers: Sequence[int]) -> str:
    """Table (b): right numbers of each library, in all and by size."""
    bounds = {"below 1,000": 1000, "below 10^6": 10**6, "below 10^9": 10**9, "up to 10^12": _LARGEST + 1}
    sentences = [(next(name for name, bound in bounds.items() if number < bound), str(number), [reference(number)]) for number in numbers]
    ours: peers.NumberReader = cardinal
    readers = loaded(peers.NUMBER_READERS, ours)
    marks = {name: marked(_of_written(reader), sentences) for name, reader in readers.items()}
    lines = [
        [titled(name), *(f"{one.share(size):.1%}" for size in ("all", *bounds)), str(one.raised), f"{marks[OURS].seconds / one.seconds:.2g}"]
        for name, one in marks.items()
    ]
    return table(["", f"all {len(numbers):,}", *bounds, "exceptions", "speed"], lines)


def _of_written(reader: peers.NumberReader) -> peers.Reader:
    return lambda written: reader(int(written))


def splitters() -> str:
    """Table (c): how many of the cuts are right, and how many of the right ones are made."""
    score = importlib.import_module("benchmarks.sentences").score
    ours: peers.Splitter = vietnamese.sentences
    lines = []
    for name, split in loaded(peers.SPLITTERS, ours).items():
        try:
            scores = [f"{share:.1%}" for share in score(split)]
        except Exception as error:  # noqa: BLE001 - whatever a library raises is shown
            scores = [type(error).__name__, "", ""]
        lines.append([titled(name), *scores])
    return table(["", "precision", "recall", "F1"], lines)


def outside(path: Path) -> list[Row]:
    """Read a table of others: id, category, written, spoken, alternatives."""
    with path.open(encoding="utf-8", newline="") as lines:
        read = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["category"], row["written"], [form for form in f"{row['spoken']}|{row['alternatives'] or ''}".split("|") if form.strip()]) for row in read]


def chosen() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Hold audiopub's Vietnamese against other libraries.")
    parser.add_argument("--only", choices="abc", help="print one table: normalisers, number readers or sentence splitters")
    parser.add_argument("--quick", action="store_true", help=f"take one sentence and one number in {_QUICK_STEP}")
    parser.add_argument("--outside", type=Path, metavar="FILE", help="score the normalisers over this table too: id, category, written, spoken, alternatives")
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    options = chosen()
    step = _QUICK_STEP if options.quick else 1
    if options.only in {None, "a"}:
        print(f"(a) Normalisers, tests/gate/reading.tsv\n\n{normalizers(rows()[::step])}\n", flush=True)
        if options.outside:
            print(f"(a) Normalisers, {options.outside.name}\n\n{normalizers(outside(options.outside)[::step])}\n", flush=True)
    if options.only in {None, "b"}:
        print(f"(b) Readers of whole numbers\n\n{number_readers(integers()[::step])}\n", flush=True)
    if options.only in {None, "c"}:
        print(f"(c) Sentence splitters, tests/gate/sentences.tsv\n\n{splitters()}\n", flush=True)


if __name__ == "__main__":
    main()
