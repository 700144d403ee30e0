"""Processes that die while a draft is made or published: nothing is lost, nothing is half to be seen, and the next one finishes it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audiopub.desk.model import DeskState
from audiopub.errors import NotFound
from audiopub.pipeline import PROOF_FILES
from tests.desk.newsdesk import AN, NewsDesk, fingerprint, newsdesk
from tests.kills import broken
from tests.worker_process import ROOT


def test_a_process_that_dies_leaves_old_or_new(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Killed at one boundary after the other: the desk shows no proof or a whole one, listeners the episode or nothing, and in the end they hear what was heard."""
    with newsdesk(tmp_path, tmp_path_factory.getbasetemp() / "sites") as place:
        other, name = place.draft(), place.draft().item.name
        place.desk.render(AN, name)
        for at in (7, 10):
            assert _died(place, name, at), at
            _nothing_half(place, name)
            assert place.desk.view(AN, name).episode is None and not place.feed()
        assert not _died(place, name, 999)
        view = place.desk.view(AN, name)
        place.desk.heard(AN, name, fingerprint(view))
        heard = _audio(place, name)
        place.desk.cancel(AN, name)
        place.desk.publish(AN, name, fingerprint=fingerprint(view))
        for at in (20, 32):
            assert _died(place, name, at), at
            _nothing_half(place, name)
        assert not _died(place, name, 999)
        episode = place.desk.episode(AN, name)
        out = place.served(episode.audio)
        assert out is not None and _sound(out) == _sound(heard) and place.feed().count(f">{episode.guid}<") == 1
        assert [event.act for event in episode.history] == ["published"] and episode.revision == 1
        assert _no_faults(place) and place.desk.view(AN, other.item.name).item.state is DeskState.DRAFT


def _died(place: NewsDesk, name: str, at: int) -> bool:
    command = [sys.executable, "tests/desk/one_job.py", place.job(name).id, place.moment.isoformat(), str(at)]
    done = subprocess.run(command, cwd=ROOT, env=place.here.environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode != 0


def _nothing_half(place: NewsDesk, name: str) -> None:
    """See that a proof that is shown has all its files, and that no feed names what is not there."""
    proof = place.desk.view(AN, name).proof
    for file in PROOF_FILES if proof else ():
        body, size = place.desk.proof_file(AN, name, proof.fingerprint if proof else "", file)
        with body:
            assert size and len(body.read()) == size
    assert _no_faults(place)
    with pytest.raises(NotFound):
        place.desk.proof_file(AN, name, "0" * 64, "audio.mp3")


def _no_faults(place: NewsDesk) -> bool:
    return list(broken(place.served)) == []


def _audio(place: NewsDesk, name: str) -> bytes:
    body, _ = place.desk.proof_file(AN, name, fingerprint(place.desk.view(AN, name)), "audio.mp3")
    with body:
        return body.read()


def _sound(body: bytes) -> bytes:
    size = sum(byte << shift for byte, shift in zip(body[6:10], (21, 14, 7, 0), strict=True))
    return body[10 + size :]
