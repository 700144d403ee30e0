"""The word tables beside this module, read once: tab-separated, ``#`` begins a comment line."""

from functools import cache
from importlib.resources import files

_FOLDER = "lexicon"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Read one table as rows of columns; missing columns at the end of a line are empty strings."""
    text = files(__package__).joinpath(_FOLDER, f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    width = max(map(len, lines))
    return tuple((*line, *[""] * (width - len(line))) for line in lines)


@cache
def table(name: str) -> dict[str, str]:
    """Read a two-column table as written form to spoken form."""
    return {row[0]: row[1] for row in rows(name)}
