"""What machines do to workers, in small: killed, frozen, without disk, database or the right time. Nothing that was promised is lost or done twice.

The same experiments in earnest sizes: ``scripts/faults all``.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.experiments.deaths import frozen, kills, skew, takeover
from benchmarks.experiments.ground import Findings, NotHere
from benchmarks.experiments.loads import editor, upgrade
from benchmarks.experiments.places import corrupt, diskfull, locked, restart
from benchmarks.newsroom import NOW, SITE, Newsroom, page, write_show
from tests.postgres import PostgresAbsent, go_without, postgres_programs
from tests.worker_process import SHOW, Installation

ON_FILES: dict[str, tuple[Callable[..., Findings], dict[str, Any]]] = {
    "killed": (kills, {"kills": 4, "articles": 3}),
    "locked": (locked, {"articles": 3, "seconds": 4, "engine_too": True}),
    "damaged sound": (corrupt, {"articles": 2}),
    "upgraded": (upgrade, {"articles": 4}),
    "an editor comes": (editor, {"queued": 12, "submissions": 3, "again": 1}),
    "full disk": (diskfull, {"articles": 4, "megabytes": 120, "floor": 1, "full": 8}),
}
ON_POSTGRES: dict[str, tuple[Callable[..., Findings], dict[str, Any]]] = {
    "killed": (kills, {"db": "postgres", "kills": 3, "articles": 3, "seed": 2}),
    "taken over": (takeover, {"articles": 6}),
    "frozen": (frozen, {"articles": 6}),
    "another clock": (skew, {"articles": 4, "hours": (1.0,)}),
    "restarted": (restart, {"articles": 3, "times": 1}),
}


def kept(experiment: Callable[..., Findings], sizes: dict[str, Any]) -> None:
    found = experiment(**sizes)
    assert [f"{figure.name}: {figure.value}" for figure in found.broken] == []
    assert any(figure.kept for figure in found.figures)


@pytest.mark.parametrize(("experiment", "sizes"), ON_FILES.values(), ids=ON_FILES)
def test_what_was_promised_is_kept(experiment: Callable[..., Findings], sizes: dict[str, Any]) -> None:
    """On one machine, with nothing but files."""
    try:
        kept(experiment, sizes)
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(("experiment", "sizes"), ON_POSTGRES.values(), ids=ON_POSTGRES)
def test_what_was_promised_is_kept_on_postgres(experiment: Callable[..., Findings], sizes: dict[str, Any]) -> None:
    """Also by several machines, with a bucket."""
    if postgres_programs() is None:
        go_without(PostgresAbsent("no programs of Postgres"), os.environ.get("CI", ""))
    kept(experiment, sizes)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_worker_whose_words_nobody_can_keep_works_all_the_same(tmp_path: Path) -> None:
    """Its log lies on a full disk: it does not end for that, nor fail to start."""
    here = Installation(home=tmp_path)
    newsroom = Newsroom(1)
    write_show(here.feeds, SHOW, [newsroom.feed])
    (tmp_path / "bai.html").write_bytes(page(newsroom.article(0), SITE))
    here.order("bai.html", NOW)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        code = subprocess.run(
            [*here.command, "worker", "--until-idle"], env=here.environment, cwd=here.home, stdout=full, stderr=full, timeout=90, check=False
        ).returncode
    assert code == 0
    assert [row["outcome"]["outcome"] for row in here.articles()] == ["published"]
