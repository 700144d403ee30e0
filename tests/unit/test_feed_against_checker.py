"""Our feed against an outside acceptance checker, and that checker against faults planted in our feed."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.feed_faults import CHANGES, FAULTS
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


_DRIVER = """
import contextlib, io, json, pathlib, re, sys
sys.path.insert(0, sys.argv[1])
import feed_check
found = {}
for folder in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    said = io.StringIO()
    more = ["--previous", sys.argv[3]] if folder.name.startswith("previous.") else []
    more += [] if folder.name.startswith("file.") else ["--no-media"]
    with contextlib.redirect_stdout(said):
        try:
            feed_check.main([str(folder / "feed.xml"), "--site", str(folder), *more])
        except Exception as error:
            print(f"FAIL crash {error!r}")
    found[folder.name] = re.findall(r"^(?:FAIL|WARN) (\\S+)", said.getvalue(), re.M)
print(json.dumps(found))
"""

ONLY_OURS = {
    "document.many": "it has no limit of gPodder's",
    "channel.complete": "it does not look at itunes:complete",
    "channel.update_frequency": "it only counts the element",
    "channel.new_feed_url": "it does not compare the address with rel=self",
    "item.title_number": "it has no rule for numbers in titles",
    "item.serial": "it has no rule for shows of the serial type",
    "item.summary": "it has no rule for elements that Apple dropped",
    "notes.podlove_few": "it only counts them against the chapters file",
    "notes.podlove_long": "it has no rule for Spotify's limit",
    "notes.person": "it does not look at people",
    "notes.location": "it does not look at places",
    "notes.licence": "it does not look at licences",
    "notes.images": "it does not look at deprecated elements",
    "document.encoding": "it asks only whether the bytes are UTF-8, not what the declaration says",
    "previous.bytes": "it compares addresses, not lengths",
    "previous.gone": "it lets one episode go",
}
"""Rules under which we find what the outside checker lets pass, and why it does."""


@pytest.mark.outside
def test_both_find_what_is_planted(site: Path, shared: Path, tmp_path: Path) -> None:
    """Of every fault of ours the outside checker finds something too, unless a reason is listed."""
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    for fault in (*FAULTS, *CHANGES):
        for name, body in fault.plant(files).items():
            path = tmp_path / "planted" / str(fault) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    for name, body in files.items():
        (tmp_path / "planted" / "good").mkdir(exist_ok=True)
        (tmp_path / "planted" / "good" / name).write_bytes(body)
    command = [sys.executable, "-c", _DRIVER, str(shared / "tools"), str(tmp_path / "planted"), str(site / "feed.xml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    passed = {str(fault) for fault in (*FAULTS, *CHANGES) if Counter(found[str(fault)]) <= Counter(found["good"])}
    assert passed == {str(fault) for fault in (*FAULTS, *CHANGES) if fault.rule in ONLY_OURS}
