"""Runs killed in the middle: listeners never find anything torn or missing, the next run finishes, and nothing is left over. The benchmark kills at every boundary."""

import os
import re
import subprocess
import sys
from functools import partial

import pytest

from audiopub.pipeline import render
from tests.articles import text_page
from tests.conftest import NOW, ROOT, make_studio
from tests.kills import broken

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that can be killed is divided off by fork")


def _kills(*options: str) -> int:
    """Run the benchmark over some acts, in a process of its own; give the number of kills."""
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks/kills.py"), *options], capture_output=True, text=True, check=False, timeout=400, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    counted = re.search(r"(\d+) kills, 0 of them", done.stdout)
    assert counted is not None
    return int(counted[1])


def test_a_folder_survives_kills() -> None:
    """A day in the life of a show, killed at some boundaries of each act, in a folder."""
    assert _kills("--stride", "23", "--acts", "publish,correct,roll back,withdraw,restore,release") > 12


def test_a_bucket_survives_kills_and_refusals() -> None:
    """The same in a bucket whose server refuses two of five writing requests."""
    assert _kills("--s3", "--stride", "59", "--acts", "correct,withdraw") > 2


def test_the_watch_can_see() -> None:
    """What looks for broken feeds finds a missing file, a short one and a torn feed."""
    studio = make_studio()
    render(studio, text_page(), now=NOW, progress=lambda *_: None)
    seen: dict[str, bytes] = studio.store.files  # type: ignore[attr-defined]
    audio = next(key for key in seen if key.endswith(".mp3"))
    for fault in ({audio: b""}, {audio: seen[audio][:-1]}, {"thu/feed.xml": seen["thu/feed.xml"][:-20]}, {next(key for key in seen if key.endswith(".vtt")): b""}):
        assert list(broken(partial(_below, {**seen, **fault}))), fault.keys()
    assert list(broken(partial(_below, seen))) == []


def _below(seen: dict[str, bytes], name: str) -> bytes | None:
    return seen.get(f"thu/{name}")
