"""How long the desk lets an editor wait: the list with thousands of episodes and hundreds of drafts, one article from all sides, a sentence spoken.

`python benchmarks/desk.py [EPISODES [DRAFTS]]`; 5,000 and 300 where nothing is said. Everything is made in a temporary folder.
"""

import cProfile
import json
import os
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.adapters.sql.schema import episodes as episodes_table
from audiopub.bootstrap import database
from audiopub.config import Settings
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.people import Actor
from audiopub.people.model import ROLES, Role, Via
from audiopub.publish.episode_json import plain
from audiopub.publish.model import Act, Episode, Event
from audiopub.units import Milliseconds
from benchmarks.newsroom import NOW, page, write_show, written
from benchmarks.texts import headline

_SHOW = "bao-thu"
_WARM = 3


def main() -> None:
    episodes, drafts = (int(argument) for argument in (*sys.argv[1:3], *("5000", "300")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="audiopub-desk-") as folder:
        _installed(Path(folder))
        for name, call, times in _calls(episodes, drafts):
            _told(name, call, times)


def _installed(home: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AUDIOPUB_")]:
        del os.environ[name]
    os.environ |= {f"AUDIOPUB_{name.upper()}": str(home / name) for name in ("feeds", "output", "state")}
    write_show(home / "feeds", _SHOW, ["https://baothu.example/rss.xml"])


def _calls(episodes: int, drafts: int) -> Iterator[tuple[str, Callable[[], object], int]]:
    who = Actor(name="an", permissions=ROLES[Role.PUBLISHER], via=Via.DESK)
    desk = EditorsDesk(Settings.read(), lambda: NOW)
    name = _filled(desk, who, drafts)
    _published(desk, episodes)
    print(f"{episodes} episodes and {drafts} drafts")
    began = time.perf_counter()
    desk.listing(who)
    print(f"{'listing, the first after a start':44} {1000 * (time.perf_counter() - began):8.1f} ms")
    words = count()

    def changed() -> None:
        desk.edit(who, name, "rewrite", {"block": "b2", "text": f"Con đường nay rộng {next(words)} mét."}, version=None)

    yield "listing", lambda: desk.listing(who), 60
    yield "listing, searched", lambda: desk.listing(who, search="nuoc sach"), 60
    yield "listing, of one state", lambda: desk.listing(who, states=("draft",)), 60
    yield "view", lambda: desk.view(who, name), 40
    yield "view, after a change", _behind(changed, lambda: desk.view(who, name)), 20
    yield "script", lambda: desk.script(who, name), 40
    yield "script, after a change", _behind(changed, lambda: desk.script(who, name)), 20
    yield "checks", lambda: desk.checks(who, name), 40
    yield "edit of a block", changed, 30
    yield "preview, spoken by espeak", lambda: desk.preview(who, f"UBND xã cấp {next(words) + 100} giấy.", show=_SHOW), 20
    yield "preview, heard before", lambda: desk.preview(who, "UBND xã cấp giấy.", show=_SHOW), 40


def _behind(first: Callable[[], object], call: Callable[[], object]) -> Callable[[], float]:
    """Give how long a call takes behind another, in seconds."""

    def both() -> float:
        first()
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    return both


def _filled(desk: EditorsDesk, who: Actor, drafts: int) -> str:
    """Bring drafts to the desk: one as a newsroom's system sends it, the others copied from it in the database, where reading pages would take minutes."""
    view, _ = desk.submit(who, Submission(show=_SHOW, body=page(written(0), ""), source_id="cms-0"))
    if view.draft is not None:
        for number in range(1, drafts):
            desk.tools.drafts.add(replace(view.draft, id=f"{number:016x}", title=f"{headline(number)} {number}"), "an")
    return view.item.name


def _published(desk: EditorsDesk, episodes: int) -> None:
    """Write records of episodes, as long as real ones."""
    made = []
    for number in range(episodes):
        key, when = f"e{number:015x}", NOW - timedelta(hours=number)
        title = f"{headline(number)} {number}"
        episode = Episode(
            id=key, guid=key, name=key, title=title, author="Báo Thử", description=f"{title}. " * 6, article_url=f"https://baothu.example/tin/{number}",
            published=when, updated=when, revision=1, audio=f"{key}.mp3", audio_bytes=1, duration=Milliseconds(300_000), chapters=(), voice="espeak",
            fallback=False, fingerprint="0" * 64, show=_SHOW, prints=tuple(f"{place:08x}" for place in range(30)), section="Xã hội",
            history=(Event(at=when, act=Act.PUBLISHED, revision=1, audio=f"{key}.mp3"),),
        )  # fmt: skip
        record = json.dumps(plain(episode), ensure_ascii=False)
        made.append({"show": _SHOW, "id": key, "version": 1, "state": "published", "published": when.isoformat(), "record": record})
    database(desk.settings).write(lambda connection: connection.execute(episodes_table.insert(), made))


def _told(name: str, call: Callable[[], object], times: int) -> None:
    for _ in range(_WARM):
        call()
    taken, busy = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        inside = call()
        taken.append(1000 * (inside if isinstance(inside, float) else time.perf_counter() - began))
    busy = 1000 * (time.process_time() - busy) / times
    taken.sort()
    print(f"{name:44} p50 {statistics.median(taken):8.1f} ms  p95 {taken[int(0.95 * len(taken)) - 1]:8.1f} ms  processor {busy:6.1f} ms   {_dominating(call)}")


def _dominating(call: Callable[[], object]) -> str:
    """Name the function in which most of the time goes by."""
    profile = cProfile.Profile()
    profile.runcall(call)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(found[2] for found in stats.values())
    (file, _, function), found = max(stats.items(), key=lambda item: item[1][2])
    return f"{found[2] / whole:.0%} in {Path(file).name} {function}"


if __name__ == "__main__":
    main()
