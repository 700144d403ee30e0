"""Runs that are killed at a step boundary, and what listeners then find: for the benchmark that kills at every one, and the tests that run it.

The process divides itself again and again, so it must have no threads, and no client that starts some: it is one of its own, never that of the tests.
"""

import io
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from audiopub.adapters.files import LocalStore
from audiopub.adapters.segment_files import FileCache
from audiopub.adapters.sql import SqlCatalog
from audiopub.pipeline import BulletinPlan, Studio, Wish, bulletin, rebuild_feed, release_due, render, restore, rollback, withdraw
from audiopub.publish.artwork import cover, thumbnail
from audiopub.publish.model import Edit, Episode
from audiopub.publish.selection import Selection
from audiopub.publish.store import Store
from audiopub.publish.sweep import orphans
from audiopub.script import Form
from tests.articles import BODY, text_page
from tests.catalogs import catalog_in, database_in
from tests.conftest import NOW, make_studio

SLUG = "thu"
STORES = ("local", "s3")
_MOST_SECONDS = 120
_FOREVER = datetime.max.replace(tzinfo=NOW.tzinfo) - timedelta(days=2)


class Deadly:
    """A port that kills its process at a step: before or after the n-th thing it changes, or in the middle of writing it."""

    def __init__(self, port: Any, count: "Steps") -> None:
        self._port, self._count = port, count

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name not in {"put", "replace", "remove", "alias", "commit"}:
            return found

        def step(*arguments: Any) -> Any:
            self._count.passed(lambda: _torn(self._port, name, arguments))
            answer = found(*arguments)
            self._count.passed(None)
            return answer

        return step


def _torn(port: Any, name: str, arguments: tuple[Any, ...]) -> None:
    """Leave what a write leaves that is killed half way: a file beside, never under the name itself."""
    if isinstance(port, LocalStore) and name in {"put", "replace"}:
        path = port._root / arguments[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / f".tmp-{os.getpid()}-{len(list(path.parent.iterdir()))}").write_bytes(b"half")


@dataclass
class Steps:
    """Counts steps; at the one that is named, the process dies."""

    at: int | None = None
    done: int = 0

    def passed(self, before: Callable[[], None] | None) -> None:
        """Count a boundary."""
        if self.done == self.at:
            if before is not None:
                before()
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        self.done += 1


@dataclass
class Place:
    """Where a run keeps everything."""

    home: Path
    bucket: str = ""
    environment: tuple[tuple[str, str], ...] = ()

    def store(self) -> Store:
        """Open the store that listeners are served from."""
        if not self.bucket:
            return LocalStore(self.home / "output")
        from audiopub.adapters.object_store import ObjectStore

        return ObjectStore(f"s3://{self.bucket}", dict(self.environment), first_wait=timedelta(milliseconds=2))

    @cached_property
    def outside(self) -> Any:
        """Give another client of the bucket than ours, which starts no thread, so that the process can still be divided."""
        import boto3

        named = dict(self.environment)
        return boto3.client(
            "s3", endpoint_url=named["BEHIND_THE_WALL"], aws_access_key_id="thu", aws_secret_access_key="thu",
            region_name="us-east-1",
        )  # fmt: skip

    def studio(self, steps: Steps) -> Studio:
        """Put a studio together whose ports kill."""
        catalog = catalog_in(self.home / "catalog")
        return replace(
            make_studio(), store=Deadly(self.store(), steps), archive=Deadly(LocalStore(self.home / "archive"), steps), catalog=Deadly(catalog, steps),
            cache=FileCache(self.home / "cache"), scratch=lambda: nullcontext(io.BytesIO()), art=_art(), cover=bytes,
        )  # fmt: skip


@cache
def _art() -> bytes:
    return cover("Bản tin thử", "Báo Thử")


def _page(figure: str = "40 tỷ") -> Any:
    return text_page(BODY[0], BODY[1].replace("40 tỷ", figure), *BODY[2:])


def _quiet(*_: object) -> None: ...


def _only(studio: Studio) -> Episode:
    return next(episode for episode in studio.catalog.episodes(SLUG) if not episode.parts and "chợ" not in episode.title)


def _render(studio: Studio, page: Any, hour: int, **wish: Any) -> None:
    render(studio, page, now=NOW + timedelta(hours=hour), wish=Wish(**wish), progress=_quiet)


PLAN = BulletinPlan(
    selection=Selection(shows=(SLUG,)), form=Form.LEADS, hours=48, limit=5, minutes=30, title="{show} {edition} {date}", opening="{show}.", closing="Hết.",
    editions=(("bản tin", "00:00"),),
)  # fmt: skip

ACTS: dict[str, Callable[[Studio], object]] = {
    "publish": lambda studio: _render(studio, _page(), 0),
    "publish another": lambda studio: _render(studio, text_page(*BODY[::-1], title="Xã Bản Cũ mở chợ", name="khac.txt"), 1),
    "correct": lambda studio: _render(studio, _page(), 2, episode=_only(studio).id, note="Sai số.", edits=(Edit(old="40 tỷ", new="41 tỷ"),)),
    "correct again": lambda studio: _render(studio, _page("42 tỷ"), 3, episode=_only(studio).id),
    "bulletin": lambda studio: bulletin(studio, PLAN, now=NOW + timedelta(hours=3, minutes=30), progress=_quiet),
    "roll back": lambda studio: rollback(studio, _only(studio), 1, now=NOW + timedelta(hours=4)),
    "reissue": lambda studio: _render(studio, _page("43 tỷ"), 5, episode=_only(studio).id, reissue=True),
    "withdraw": lambda studio: withdraw(studio, _only(studio), now=NOW + timedelta(hours=6)),
    "restore": lambda studio: restore(studio, _only(studio), now=NOW + timedelta(hours=7)),
    "withdraw with a notice": lambda studio: withdraw(studio, _only(studio), now=NOW + timedelta(hours=8), notice=True),
    "keep until its time": lambda studio: _render(
        studio, text_page(*BODY[2:], BODY[1], title="Làng nghề chợ Đình", name="hen.txt"), 9, not_before=NOW + timedelta(hours=20)
    ),
    "release": lambda studio: (release_due(studio, NOW + timedelta(hours=20)), rebuild_feed(studio)),
}
"""A day in the life of a show, in order."""


def killed(place: Place, act: str, at: int | None) -> bool:
    """Do an act in a process of its own, which dies at a step boundary.

    Returns:
        Whether it died; False once the act has no such boundary.
    """
    child = os.fork()
    if child == 0:
        signal.alarm(_MOST_SECONDS)
        code = 1
        try:
            _act(place.studio(Steps(at)), place.home, act)
            code = 0
        except BaseException:  # noqa: BLE001  whatever it is, the child has to end here
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) != signal.SIGKILL:
            msg = f"{act} at {at} hangs"
            raise AssertionError(msg)
        return True
    if os.WEXITSTATUS(status):
        msg = f"{act} at {at} failed"
        raise AssertionError(msg)
    return False


def _act(studio: Studio, home: Path, act: str) -> None:
    """Do an act, unless it was recorded before its run died; then only what follows from the record is done."""
    if _done(home) > int((home / "done.txt").read_text()):
        rebuild_feed(studio)
    else:
        ACTS[act](studio)


def note_state(place: Place) -> None:
    """Write down how much was done before an act, so that the run after a kill knows whether its act was recorded."""
    place.home.mkdir(parents=True, exist_ok=True)
    (place.home / "done.txt").write_text(str(_done(place.home)))


def _done(home: Path) -> int:
    with closing(database_in(home / "catalog")) as database:  # SQLite bears no division of a process that has it open
        return sum(len(episode.history) for episode in SqlCatalog(database).episodes(SLUG))


def swept(place: Place) -> list[str]:
    """Sweep, in a process of its own and however young the orphans are, and give what is half written and still there."""
    child = os.fork()
    if child == 0:
        store = place.store()
        for stored in list(orphans(make_studio().outlet, store, catalog_in(place.home / "catalog"), _FOREVER)):
            store.remove(stored.key)
        os._exit(0)
    os.waitpid(child, 0)
    return sorted(key for key in files(place) if ".tmp-" in key)


def files(place: Place) -> dict[str, bytes]:
    """Give everything that is served, as bytes."""
    if place.bucket:
        listed = place.outside.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=f"{SLUG}/")
        keys = [found["Key"] for page in listed for found in page.get("Contents", ())]
        return {key: place.outside.get_object(Bucket=place.bucket, Key=key)["Body"].read() for key in keys}
    root = place.home / "output"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def broken(read: Callable[[str], bytes | None]) -> Iterator[str]:
    """Find what listeners would trip over: a torn feed, an enclosure that is not there or of another length, a missing transcript.

    Args:
        read: gives the bytes at a path below the show's address; None where there are none.
    """
    pages = ["feed.xml"]
    for name in pages:
        body = read(name)
        if body is None:
            if name != "feed.xml":
                yield f"{name} is missing"
            continue
        try:
            root = etree.fromstring(body)
        except etree.XMLSyntaxError as error:
            yield f"{name} is torn: {error}"
            continue
        pages += [str(link.get("href")).rpartition("/")[2] for link in root.iter("{http://www.w3.org/2005/Atom}link") if link.get("rel") == "next"]
        for item in root.iter("item"):
            yield from _broken_item(item, read)


def _broken_item(item: Any, read: Callable[[str], bytes | None]) -> Iterator[str]:
    enclosure = item.find("enclosure")
    name = enclosure.get("url").rpartition("/")[2]
    audio = read(name)
    if audio is None or len(audio) != int(enclosure.get("length")):
        yield f"{name} has {None if audio is None else len(audio)} bytes, not {enclosure.get('length')}"
    for element in item.iter("{https://podcastindex.org/namespace/1.0}transcript", "{https://podcastindex.org/namespace/1.0}chapters"):
        other = element.get("url").rpartition("/")[2]
        if not read(other):
            yield f"{other} is missing"


def reader(place: Place) -> Callable[[str], bytes | None]:
    """Read as a web server would: all at once, as it stands."""
    seen = files(place)
    return lambda name: seen.get(f"{SLUG}/{name}")


def every_kill(home: Path, acts: Iterable[str], stride: int = 1, bucket: str = "", environment: dict[str, str] | None = None) -> Iterator[tuple[str, int, list[str]]]:
    """Kill at every ``stride``-th boundary of each act, and see what is left.

    Each act is killed at one boundary after the other, beginning each time from the same state, and then finished; what it leaves in the end
    must be what an undisturbed run leaves.

    Yields:
        The act, the boundary, and what was broken: at once after the kill, after the next run, and after the sweep.
    """
    thumbnail(_art())  # drawn once, before the process divides itself again and again
    undisturbed, state = Place(home / "whole"), Place(home / "state")
    for act in ACTS:
        if act not in acts:
            for place in (undisturbed, state):
                note_state(place)
                killed(place, act, None)
            continue
        note_state(undisturbed)
        killed(undisturbed, act, None)
        want = files(undisturbed)
        note_state(state)
        at, dead = 0, True
        while dead:
            trial = Place(home / "trial", bucket, tuple((environment or {}).items()))
            shutil.rmtree(trial.home, ignore_errors=True)
            shutil.copytree(state.home, trial.home, symlinks=True)
            _mirrored(state, trial)
            note_state(trial)
            dead = killed(trial, act, at)
            if not dead:
                break
            yield act, at, list(_faults(trial, act, want))
            at += stride
        note_state(state)
        killed(state, act, None)


def _faults(trial: Place, act: str, want: dict[str, bytes]) -> Iterator[str]:
    yield from (f"killed: {fault}" for fault in broken(reader(trial)))
    killed(trial, act, None)
    yield from (f"next run: {fault}" for fault in broken(reader(trial)))
    yield from (f"left after the sweep: {key}" for key in swept(trial))
    have = files(trial)
    yield from (f"other than undisturbed: {key}" for key in sorted(have.keys() | want.keys()) if have.get(key) != want.get(key))


def _mirrored(state: Place, trial: Place) -> None:
    """Bring a bucket to the state of the folder it stands for."""
    if not trial.bucket:
        return
    want, have = files(state), files(trial)
    for key in have.keys() - want.keys():
        trial.outside.delete_object(Bucket=trial.bucket, Key=key)
    for key, body in want.items():
        if have.get(key) != body:
            trial.outside.put_object(Bucket=trial.bucket, Key=key, Body=body)
    shutil.rmtree(trial.home / "output", ignore_errors=True)
