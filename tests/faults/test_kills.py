"""Runs killed in the middle: listeners never find anything torn or missing, the next run finishes, and nothing is left over. The benchmark kills at every boundary."""

import os
from functools import partial
from pathlib import Path

import pytest

from tests.kills import Place, broken, every_kill, files, killed, note_state
from tests.s3_stand_in import BUCKET, s3_apart

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that can be killed is divided off by fork")


def test_a_folder_survives_kills(tmp_path: Path) -> None:
    """A day in the life of a show, killed at some boundaries of each act, in a folder."""
    kills = list(every_kill(tmp_path, {"publish", "correct", "roll back", "withdraw", "restore", "release"}, stride=23))
    assert len(kills) > 12
    assert [(act, at, faults) for act, at, faults in kills if faults] == []


def test_a_bucket_survives_kills_and_refusals(tmp_path: Path) -> None:
    """The same in a bucket whose server refuses two of five writing requests."""
    with s3_apart(0.4) as environment:
        kills = list(every_kill(tmp_path, {"correct", "withdraw"}, stride=59, bucket=BUCKET, environment=environment))
    assert len(kills) > 2
    assert [(act, at, faults) for act, at, faults in kills if faults] == []


def test_the_watch_can_see(tmp_path: Path) -> None:
    """What looks for broken feeds finds a missing file, a short one and a torn feed."""
    place = Place(tmp_path / "x")
    note_state(place)
    assert not killed(place, "publish", None)
    seen = files(place)
    audio = next(key for key in seen if key.endswith(".mp3"))
    for fault in ({audio: b""}, {audio: seen[audio][:-1]}, {"thu/feed.xml": seen["thu/feed.xml"][:-20]}, {next(key for key in seen if key.endswith(".vtt")): b""}):
        assert list(broken(partial(_below, {**seen, **fault}))), fault.keys()
    assert list(broken(partial(_below, seen))) == []


def _below(seen: dict[str, bytes], name: str) -> bytes | None:
    return seen.get(f"thu/{name}")
