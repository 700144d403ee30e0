"""Do to workers what machines do to them, and see what is promised: `python benchmarks/faults.py EXPERIMENT … [--small] [--seed N] [--db sqlite|postgres]`.

Each experiment serves a newspaper of our own writing on loopback, runs real workers on real databases, and prints its figures; `all` runs
every one. It ends with 1 where a promise was broken. `--small` takes the sizes of the test suite.
"""

import argparse
import inspect
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.experiments.deaths import frozen, kills, skew, takeover
from benchmarks.experiments.ground import Findings, NotHere
from benchmarks.experiments.loads import editor, thousand, two, upgrade
from benchmarks.experiments.places import corrupt, diskfull, locked, restart

Experiment = Callable[..., Findings]

EXPERIMENTS: dict[str, Experiment] = {
    experiment.__name__: experiment for experiment in (kills, takeover, frozen, skew, diskfull, locked, restart, corrupt, editor, thousand, two, upgrade)
}
SMALL: dict[str, dict[str, Any]] = {
    "kills": {"kills": 5, "articles": 4}, "takeover": {"articles": 8}, "frozen": {"articles": 8}, "skew": {"articles": 6}, "diskfull": {"articles": 6, "full": 10},
    "locked": {"articles": 4, "seconds": 10}, "restart": {"articles": 5, "times": 1}, "corrupt": {"articles": 3}, "editor": {"queued": 20, "submissions": 4, "again": 2},
    "thousand": {"articles": 12, "warm": 6}, "two": {"articles": 6, "rounds": 1}, "upgrade": {"articles": 4},
}  # fmt: skip
"""Sizes that a test suite can bear."""


_LONGEST = 600
"""Characters of a value that are printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("experiments", nargs="+", choices=[*EXPERIMENTS, "all"], metavar="EXPERIMENT", help=", ".join([*EXPERIMENTS, "all"]))
    options.add_argument("--small", action="store_true", help="the sizes of the test suite")
    options.add_argument("--db", choices=("sqlite", "postgres"), help="of kills, editor, thousand")
    options.add_argument("--store", choices=("folder", "s3"), help="of kills")
    options.add_argument("--seed", type=int, help="of the moments and the newspaper")
    for name in ("kills", "articles", "queued", "submissions", "rounds", "times", "megabytes", "full", "seconds"):
        options.add_argument(f"--{name}", type=int, help="instead of the usual number, for the experiments that have it")
    options.add_argument("--floor", type=float, help="of diskfull: megabytes below which nothing is begun")
    options.add_argument("--engine-too", action="store_true", default=None, help="of locked: the engine's own database as well")
    asked = vars(options.parse_args(arguments))
    small = asked.pop("small")
    named: list[str] = asked.pop("experiments")
    wishes = {name: value for name, value in asked.items() if value is not None}
    return max([run(name, sizes(name, wishes, small=small)) for name in (EXPERIMENTS if "all" in named else named)])


def sizes(name: str, wishes: dict[str, Any], *, small: bool) -> dict[str, Any]:
    """Give the arguments of an experiment: those it has, of what was asked for."""
    known = inspect.signature(EXPERIMENTS[name]).parameters
    return (SMALL[name] if small else {}) | {wish: value for wish, value in wishes.items() if wish in known}


def run(name: str, arguments: dict[str, Any]) -> int:
    """Run an experiment and print its figures; give 1 where a promise was broken or it could not be brought to its end."""
    print(f"\n== {name} {' '.join(f'{key}={value}' for key, value in arguments.items())}".rstrip(), flush=True)
    began = time.monotonic()
    try:
        found = EXPERIMENTS[name](**arguments)
    except NotHere as reason:
        print(f"skipped: {reason}")
        return 0
    except NotImplementedError as reason:
        print(f"not written yet: {reason}")
        return 0
    except Exception:  # noqa: BLE001  the other experiments go on
        traceback.print_exc(file=sys.stdout)
        print(f"BROKEN {name}: it did not come to its end", flush=True)
        return 1
    print(table(found))
    print(f"{name}: {len(found.broken)} of {sum(figure.kept is not None for figure in found.figures)} promises broken, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if found.broken else 0


def table(found: Findings) -> str:
    """Lay figures out in columns; what was broken stands out."""
    width = max(len(figure.name) for figure in found.figures)
    marks = {None: "      ", True: "kept  ", False: "BROKEN"}
    return "\n".join(f"{marks[figure.kept]}  {figure.name:<{width}}  {_shortened(str(figure.value))}" for figure in found.figures)


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]} … ({len(value)} characters)"


if __name__ == "__main__":
    sys.exit(main())
