"""How well paragraphs are cut into sentences: `python benchmarks/sentences.py [--raise]`.

Over paragraphs of our own in tests/gate/sentences.tsv: category, and the paragraph with every true boundary inside it
marked by `¦`. A boundary counts where it stands after the same characters, spaces left out.
"""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from audiopub.vietnamese import sentences
from benchmarks.floors import judged

TABLE = Path(__file__).parent.parent / "tests" / "gate" / "sentences.tsv"
MARK = "¦"


def cases() -> list[tuple[str, str]]:
    """Read the table: category, paragraph with its marks."""
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [(category, marked) for category, marked in lines]


def printed(marked: str) -> str:
    """Give a paragraph as the newspaper prints it."""
    return marked.replace(f" {MARK} ", " ").replace(MARK, "")


def ends(pieces: list[str]) -> set[int]:
    """Give the places of the boundaries between pieces, counted in characters that are no spaces."""
    places, length = set(), 0
    for piece in pieces[:-1]:
        length += len("".join(piece.split()))
        places.add(length)
    return places


def tally(splitter: Callable[[str], list[str]], chosen: list[tuple[str, str]]) -> tuple[int, int, int, list[tuple[str, list[str]]]]:
    """Count boundaries found rightly, found in all, and true ones; give the paragraphs that were cut wrongly."""
    right = found = true = 0
    wrong = []
    for _, marked in chosen:
        wanted, given = ends(marked.split(MARK)), ends(splitter(printed(marked)))
        right, found, true = right + len(wanted & given), found + len(given), true + len(wanted)
        if wanted != given:
            wrong.append((marked, splitter(printed(marked))))
    return right, found, true, wrong


def score(splitter: Callable[[str], list[str]], category: str | None = None) -> tuple[float, float, float]:
    """Give precision, recall and F1 of a splitter's boundaries, over all paragraphs or those of one category."""
    right, found, true, _ = tally(splitter, [case for case in cases() if category in {None, case[0]}])
    precision, recall = right / (found or 1), right / (true or 1)
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def figures() -> dict[str, float]:
    """Give precision, recall and F1 in all, and F1 by category."""
    precision, recall, f1 = score(sentences)
    return {"precision": precision, "recall": recall, "f1": f1, **{f"f1 {name}": score(sentences, name)[2] for name in sorted({category for category, _ in cases()})}}


def main() -> int:
    """Print the figures and what was cut wrongly; exit 1 below a floor."""
    scores = figures()
    for name, value in scores.items():
        print(f"{name:<16} {value:.3f}")
    _, _, true, wrong = tally(sentences, cases())
    for marked, given in wrong:
        print(f"\n  wanted {marked}\n  cut    {f' {MARK} '.join(given)}")
    print(f"over {len(cases())} paragraphs with {true} boundaries; {len(wrong)} paragraphs are cut wrongly somewhere")
    return not judged("sentences", scores, pin="--raise" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
