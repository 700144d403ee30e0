"""A show after many random acts: listeners find everything whole at each moment, identities never move, and the outside checker sees the same."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audiopub.adapters.files import LocalStore
from audiopub.pipeline import Studio, Wish, render, restore, rollback, withdraw
from audiopub.publish.artwork import cover
from audiopub.publish.model import Episode, State
from tests.articles import BODY, text_page
from tests.catalogs import catalog_in
from tests.conftest import NOW, make_studio
from tests.kills import broken

ACTS = 50


def _page(name: str, figure: int) -> Any:
    body = [paragraph.replace("40 tỷ", f"{figure} tỷ") + (f" Đây là bài của thôn {name}." if paragraph.endswith(".") else "") for paragraph in BODY]
    return text_page(*body, title=f"Thôn {name} làm đường", name=f"{name}.txt")


def _act(studio: Studio, chance: random.Random, moment: int) -> None:
    episodes = studio.catalog.episodes("thu")
    one: Episode = chance.choice(episodes)
    now = NOW + timedelta(hours=moment)
    kind = chance.choice(("correct", "correct", "correct", "withdraw", "restore", "rollback", "render"))
    name = one.title.split()[1]
    if kind == "correct" and one.state is State.PUBLISHED:
        render(studio, _page(name, chance.randrange(10, 99)), now=now, wish=Wish(episode=one.id, note="Sửa số."), progress=lambda *_: None)
    elif kind == "withdraw" and one.state is State.PUBLISHED and sum(episode.state is State.PUBLISHED for episode in episodes) > 2:
        withdraw(studio, one, now=now, notice=chance.random() < 0.5)
    elif kind == "restore" and one.state is State.WITHDRAWN:
        restore(studio, one, now=now)
    elif kind == "rollback" and one.revision > 1 and one.state is State.PUBLISHED:
        rollback(studio, one, chance.randrange(1, one.revision), now=now)
    elif kind == "render":
        render(studio, _page(name, chance.randrange(10, 99)), now=now, progress=lambda *_: None)


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_random_acts(tmp_path: Path, seed: int) -> None:
    """After each of fifty random corrections, withdrawals, restorations, rollbacks and renders, the feed names only what is there, under the guids and dates of old."""
    chance = random.Random(seed)
    art = cover("Bản tin thử", "Báo Thử")
    studio = replace(
        make_studio(),
        store=LocalStore(tmp_path / "output"),
        archive=LocalStore(tmp_path / "archive"),
        catalog=catalog_in(tmp_path / "catalog"),
        art=art,
        cover=lambda: art,
    )
    for number, name in enumerate(("Thượng", "Hạ", "Trung", "Đoài")):
        render(studio, _page(name, 40), now=NOW + timedelta(hours=number), progress=lambda *_: None)
    folder = tmp_path / "output" / "thu"
    identities = {episode.id: (episode.guid, episode.published, episode.name) for episode in studio.catalog.episodes("thu")}
    first = (folder / "feed.xml").read_bytes()
    for moment in range(ACTS):
        _act(studio, chance, 10 + moment)
        assert list(broken(lambda name: (folder / name).read_bytes() if (folder / name).is_file() else None)) == []
        for episode in studio.catalog.episodes("thu"):
            assert identities[episode.id] == (episode.guid, episode.published, episode.name) and episode.settled
            if episode.state is State.PUBLISHED:
                sound = (folder / episode.audio).read_bytes()
                assert all((folder / former).read_bytes() == sound for former in episode.former_audio)
    assert sum(len(episode.history) for episode in studio.catalog.episodes("thu")) > 20
    _checked(tmp_path, first)


def _checked(home: Path, first: bytes) -> None:
    """Ask the outside checker, where there is one, what it thinks of the feed before and after."""
    if not os.environ.get("AUDIOPUB_SHARED"):
        return
    (home / "first.xml").write_bytes(first)
    checker = Path(os.environ["AUDIOPUB_SHARED"]) / "tools" / "feed_check.py"
    command = [sys.executable, str(checker), str(home / "output/thu/feed.xml"), "--site", str(home / "output"), "--previous", str(home / "first.xml"), "--self-any"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ", 0 failures" in done.stdout, done.stdout[-2000:]
