"""Our feed against an outside acceptance checker, and that checker against faults planted in our feed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shows import publish_all


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A show of three episodes at the root of a site."""
    publish_all(tmp_path / "site")
    return tmp_path / "site"


@pytest.mark.outside
def test_checker_finds_nothing_in_ours(site: Path, shared: Path) -> None:
    """The outside checker passes our feed and files without a failure."""
    command = [sys.executable, str(shared / "tools/feed_check.py"), str(site / "feed.xml"), "--site", str(site), "--require", "mutagen,webvtt,podcastparser,feedparser"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.rstrip().endswith(", 0 failures"), done.stdout
    assert done.returncode == 0


@pytest.mark.outside
def test_checker_finds_what_is_planted(site: Path, shared: Path) -> None:
    """Faults planted in our feed are all found, so that its silence means something."""
    done = subprocess.run([sys.executable, str(shared / "tools/feed_check_selftest.py"), str(site)], capture_output=True, text=True, check=False)
    assert ", 0 missed" in done.stdout, done.stdout
    assert done.returncode == 0
