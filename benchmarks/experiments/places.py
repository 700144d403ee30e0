"""Disks that are full, databases that are locked or away, files that are damaged."""

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from audiopub.jobs.model import Kind
from benchmarks.experiments.ground import Findings, Ground, NotHere, NotYet, ground, moment, reader
from benchmarks.newsroom import NOW
from tests.kills import broken
from tests.processes import Program
from tests.worker_process import SHOW, Installation, KeptWorker, WorkerProcess

_LOCK = """
import sqlite3, sys, time
held = []
for path in sys.argv[2:]:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    held.append(connection)
print("held", flush=True)
time.sleep(float(sys.argv[1]))
"""


_LITTLE = 10
"""Megabytes; a floor below which jobs are begun that are likely to find no room."""

_RELIEF = 0.3
"""Share of the moments at which a full disk has a little room."""


def diskfull(*, articles: int = 20, megabytes: int = 700, full: float = 30, floor: float = 200, seed: int = 1) -> Findings:
    """Fill the disk in the middle of a night, and make room again.

    Args:
        articles: a third of them published before.
        megabytes: size of the disk; more than audiopub wants to be free before it begins.
        full: seconds for which it is full.
        floor: megabytes below which audiopub begins nothing (``AUDIOPUB_MIN_FREE``). With a small one jobs are begun again and again on a disk
            that has now a little room and now none, and break off wherever something is written.
        seed: of what the newspaper writes, and of how much room there is.
    """
    found = Findings(f"diskfull, nothing is begun with less than {floor:g} MB")
    chance = random.Random(seed)
    with _small_disk(megabytes) as disk, ground(articles, seed=seed) as place:
        place.more["AUDIOPUB_MIN_FREE"] = str(floor)
        place.newsroom.listed = before = max(1, articles // 3)
        here = replace(place.installation("full", home=disk / "audiopub"), words=place.home / "said")
        here.order_night(NOW)
        with WorkerProcess(here) as worker:
            place.finish(here, worker)
            worker.end()
        old = place.served(here)
        place.newsroom.listed = None
        here.order_night(moment(1))
        with KeptWorker(lambda: WorkerProcess(here)) as kept:
            place.wait(lambda: here.counts(Kind.RENDER).total() > before and here.is_mid_batch(before), "the second night to be mid-batch", here, kept)
            _fill(found, place, here, kept, old, lambda ballast: _breathe(disk, ballast, chance, floor), seconds=full)
            found.say("seconds until all was done after there was room", round(place.finish(here, kept)))
            found.say("exit codes meanwhile", kept.codes)
            found.promise("exit code of the worker in the end", code := kept.worker.end(), kept=code == 0)
            found.say("runs that it had lost sight of and found", kept.worker.said.count("resumed "))
        place.judge(found, here)
        _whole(found, here)
    return found


def _fill(found: Findings, place: Ground, here: Installation, kept: KeptWorker, old: Mapping[str, bytes], meanwhile: Callable[[Path], object], *, seconds: float) -> None:
    """Fill the disk for a while, and see what listeners and editors have meanwhile."""
    ballast = here.home.parent / "ballast"
    _topped_up(here.home.parent, ballast)
    feed = (here.output / SHOW / "feed.xml").read_bytes()
    since = time.monotonic()
    with contextlib.suppress(NotYet):
        place.wait(lambda: False, "time to pass", here, kept, seconds=seconds, meanwhile=lambda: meanwhile(ballast))
    found.say("seconds for which the disk was full", round(time.monotonic() - since))
    now = place.served(here)
    found.same("published files that were touched meanwhile", sorted(key for key in old if key.endswith(".mp3") and now.get(key) != old[key]), [])
    found.promise("the feed meanwhile", "the old one" if now[f"{SHOW}/feed.xml"] == feed else "another", kept=not list(broken(reader(now))))
    found.say("an order meanwhile", _ordered_when_full(here, place.newsroom.url(0)))
    ballast.unlink()


def _ordered_when_full(here: Installation, source: str) -> str:
    """Order an article on a full disk: either it is promised and counts, or it is refused."""
    done = subprocess.run(
        [*here.command, "jobs", "add", source, "--show", SHOW], env=here.environment, cwd=here.home.parent.parent, capture_output=True, text=True, check=False
    )
    return "acknowledged" if done.returncode == 0 else f"refused with {done.returncode}"


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path]:
    """Mount a small disk in memory until the block ends."""
    if os.geteuid() != 0:
        raise NotHere("only root may mount a small disk")
    place = Path(tempfile.mkdtemp(prefix="audiopub-disk-"))
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "audiopub", place], capture_output=True, text=True, check=False)
        if mounted.returncode:
            raise NotHere(f"no small disk can be mounted: {mounted.stderr.strip()}")
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", place], check=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _breathe(disk: Path, ballast: Path, chance: random.Random, floor: float) -> None:
    """Take what room there is; where jobs begin with a little, leave them now and then a little more than that."""
    if floor <= _LITTLE and chance.random() < _RELIEF:
        os.truncate(ballast, max(0, ballast.stat().st_size - chance.randrange(round(2.5 * floor * 1_000_000))))
    else:
        _topped_up(disk, ballast)


def _topped_up(disk: Path, ballast: Path) -> None:
    """Take what room there is."""
    free = shutil.disk_usage(disk).free
    if free:
        handle = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            with contextlib.suppress(OSError):
                os.posix_fallocate(handle, os.fstat(handle).st_size, free)
        finally:
            os.close(handle)


def locked(*, articles: int = 20, seconds: float = 40, engine_too: bool = False, seed: int = 1) -> Findings:
    """Lock the database file from another process in the middle of a night.

    Args:
        articles: of the night.
        seconds: for which it is locked.
        engine_too: whether the engine's own database is locked as well.
        seed: of what the newspaper writes.
    """
    found = Findings("locked" + (" (the engine's database too)" if engine_too else ""))
    with ground(articles, seed=seed) as place:
        _, wanted = place.undisturbed()
        here = place.installation("locked")
        here.order_night(NOW)
        with KeptWorker(lambda: WorkerProcess(here)) as kept:
            place.wait(here.is_mid_batch, "the night to be mid-batch", here, kept)
            paths = [here.state / "catalog.sqlite", *([here.state / "jobs.sqlite"] if engine_too else [])]
            command = [sys.executable, "-c", _LOCK, str(seconds), *map(str, paths)]
            with Program(command, here.home / "lock.txt", dict(os.environ), folder=here.home) as lock:
                place.wait(lambda: "held" in lock.said, "the lock", here, kept)
                since = time.monotonic()
                place.wait(lambda: lock.code is not None, "the lock to be let go", here, kept, seconds=seconds + 60)
                found.say("seconds locked", round(time.monotonic() - since))
            found.say("seconds until all was done", round(place.finish(here, kept)))
            found.say("exit codes of the worker meanwhile", kept.codes)
            kept.worker.end()
        place.judge(found, here, wanted=wanted)
        _whole(found, here)
    return found


def _whole(found: Findings, here: Installation) -> None:
    for path in sorted(here.state.glob("*.sqlite")):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            found.same(f"integrity of {path.name}", connection.execute("PRAGMA integrity_check").fetchone()[0], "ok")


def restart(*, articles: int = 20, times: int = 3, seed: int = 1) -> Findings:
    """Restart Postgres under the worker, as after a crash, in the middle of a night."""
    found = Findings("restart")
    with ground(articles, "postgres", seed=seed) as place:
        assert place.postgres is not None  # noqa: S101  asked for
        _, wanted = place.undisturbed()
        here = place.installation("restart")
        here.order_night(NOW)
        with KeptWorker(lambda: WorkerProcess(here)) as kept:
            for time_ in range(times):
                place.wait(lambda done=time_ + 1: here.is_mid_batch(done), "the night to be mid-batch", here, kept)  # type: ignore[misc]
                place.postgres.restart("immediate")
            place.finish(here, kept)
            found.say("restarts of Postgres (immediate)", times)
            found.say("exit codes of the worker meanwhile", kept.codes)
            kept.worker.end()
        place.judge(found, here, wanted=wanted)
    return found


def corrupt(*, articles: int = 10, share: float = 0.2, seed: int = 1) -> Findings:
    """Flip a bit in cached sound, forget what is published, and do the night again: damaged sound is made anew and never joined."""
    found = Findings("corrupt")
    chance = random.Random(seed)
    with ground(articles, seed=seed) as place:
        calm, wanted = place.undisturbed()
        here = place.installation("corrupt")
        shutil.copytree(calm.state / "cache", here.state / "cache")
        segments = sorted(here.state.glob("cache/*/*.seg"))
        damaged = chance.sample(segments, max(1, int(share * len(segments))))
        frames = sorted(here.state.glob("cache/*/*.frames"))
        for path in (*damaged, *frames):  # without its encoded form a segment's sound is read, and its damage has to be seen
            _flipped(path, chance)
        here.order_night(NOW)
        with WorkerProcess(here, spied=True) as worker:
            place.finish(here, worker)
            worker.end()
        found.say("segments in the cache, of them damaged", f"{len(segments)}, {len(damaged)}")
        found.say("encoded pieces damaged", len(frames))
        found.same("sentences that were spoken again", len(set(here.utterances())), len(damaged))
        place.judge(found, here, wanted=wanted)
        whole = sum(path.exists() and path.read_bytes() == (calm.state / path.relative_to(here.state)).read_bytes() for path in damaged)
        found.same("damaged segments that are whole again", whole, len(damaged))
    return found


def _flipped(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content) // 2, len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
