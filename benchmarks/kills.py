"""Kill a run at every step boundary, and look at what listeners find: python benchmarks/kills.py [--s3] [--stride N] [--acts A,B]."""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.kills import ACTS, every_kill
from tests.s3_stand_in import BUCKET, s3_apart


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--s3", action="store_true", help="files in a bucket of moto's server, two of five writing requests refused with 503")
    options.add_argument("--stride", type=int, default=1, help="kill at every n-th boundary only")
    options.add_argument("--acts", default="", help="these acts only, with commas between them")
    asked = options.parse_args()
    acts = set(filter(None, asked.acts.split(","))) or set(ACTS)
    with tempfile.TemporaryDirectory() as home:
        if not asked.s3:
            return counted(Path(home), acts, asked.stride, "", {})
        with s3_apart(0.4) as environment:
            return counted(Path(home), acts, asked.stride, BUCKET, environment)


def counted(home: Path, acts: set[str], stride: int, bucket: str, environment: dict[str, str]) -> int:
    kills, bad = dict.fromkeys(ACTS, 0), 0
    for act, at, faults in every_kill(home, acts, stride, bucket, environment):
        kills[act] += 1
        bad += bool(faults)
        for fault in faults:
            print(f"FAULT {act} at {at}: {fault}")
    for act, count in kills.items():
        print(f"{act:<24} {count:>4} kills")
    print(f"{'s3' if bucket else 'local'}: {sum(kills.values())} kills, {bad} of them left something broken, torn, missing or orphaned")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
