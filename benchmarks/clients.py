"""Shows of any size before the outside checker and real clients: AUDIOPUB_SHARED=… python benchmarks/clients.py [3 300 10000] [--node DIR].

Needs gPodder's ``gpo`` and newsboat on the machine, and podcast-partytime under the node folder. gPodder keeps 200 episodes of a feed unless it is told otherwise, and
the checker wants all of the feed's there: ``gpo`` is put behind a small program that raises its limit to the length of the feed.
"""

import argparse
import io
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import uvicorn

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.adapters.files import LocalStore
from audiopub.adapters.mp3 import LameEncoder
from audiopub.adapters.static_site import static_site
from audiopub.audio import Pcm
from audiopub.config import podcast_guid
from audiopub.episode import Chapter, Cue
from audiopub.pipeline import episode_id
from audiopub.publish.artwork import cover
from audiopub.publish.chapters import json_chapters
from audiopub.publish.encoder import Tags
from audiopub.publish.model import Act, Channel, Episode, Event
from audiopub.publish.rebuild import rebuild
from audiopub.publish.selection import Outlet
from audiopub.publish.transcript import json_transcript, subrip, webvtt
from audiopub.units import Hertz, Milliseconds
from tests.catalogs import catalog_in
from tests.conftest import NOW
from tests.sounds import one_run

RATE, LENGTH = Hertz(22_050), Milliseconds(15_000)
MARKS = tuple(Chapter(title=f"Phần {n + 1}", start=Milliseconds(n * 5000), end=Milliseconds(n * 5000 + 5000)) for n in range(3))


def channel(origin: str) -> Channel:
    return Channel(
        slug="ban-tin", title="Bản tin thử", description="Tin trong ngày.", language="vi", author="Báo Thử", owner_name="Tòa soạn", owner_email="a@bao.example",
        category="News", subcategory="Daily News", copyright="Báo Thử", base_url=origin, website=None, guid=podcast_guid(f"{origin}/ban-tin/feed.xml"),
    )  # fmt: skip


def show(home: Path, origin: str, count: int) -> None:
    """Make a show whose episodes share one sound, by links."""
    store, catalog, about = LocalStore(home / "output"), catalog_in(home / "catalog"), channel(origin)
    folder = home / "output" / "ban-tin"
    art = cover("Bản tin thử", "Báo Thử")
    tags = Tags(
        title="Bản tin thử", artist="Báo Thử", album="Bản tin thử", date="2026-11-24", language="vie", url=None, comment="", length=LENGTH, cover=art, chapters=MARKS
    )
    sink = io.BytesIO()
    tone = (4000 * np.sin(np.arange(15 * RATE) / 20)).astype(np.int16)
    size = LameEncoder(32).encode(one_run(Pcm(tone, RATE)), RATE, tags, sink).size
    heard = [Cue(text="Một câu.", start=Milliseconds(0), end=Milliseconds(5000)), Cue(text="Hai câu.", start=Milliseconds(5000), end=Milliseconds(9000))]
    bodies = {".mp3": sink.getvalue(), ".vtt": "".join(webvtt(heard)).encode(), ".srt": "".join(subrip(heard)).encode(),
              ".transcript.json": "".join(json_transcript(heard)).encode(), ".chapters.json": json_chapters(MARKS, "Bản tin").encode()}  # fmt: skip
    for suffix, body in bodies.items():
        store.put(f"ban-tin/mau{suffix}", body)
    for number in range(count):
        moment = NOW - timedelta(hours=2 * number)
        name = f"{moment:%Y-%m-%d}-bai-so-{number}"
        episode = Episode(
            id=episode_id(str(number)), guid=f"audiopub:{number}", name=name, title=f"Bài số {number} của tòa soạn", author="Nguyễn Văn Ổi",
            description="Tóm tắt của bài.", article_url=f"https://bao.example/bai-{number}.html", published=moment, updated=moment, revision=1,
            audio=f"{name}-01234567.mp3", audio_bytes=size, duration=LENGTH, chapters=MARKS, voice="silent", fallback=False, fingerprint="", show="ban-tin",
            history=(Event(at=moment, act=Act.PUBLISHED, revision=1, audio=""),),
        )  # fmt: skip
        catalog.commit("ban-tin", replace(episode))
        for suffix in bodies:
            os.link(folder / f"mau{suffix}", folder / (episode.audio if suffix == ".mp3" else episode.file(suffix)))
    made = rebuild(Outlet(channel=about, art=art), store, LocalStore(home / "archive"), catalog)
    print(f"{count} episodes: {made.pages} pages of the feed, {(folder / 'feed.xml').stat().st_size / 1000:.0f} kB in the feed itself")


def wrapped(home: Path, episodes: int) -> Path:
    """Put a program called ``gpo`` before the real one that raises its limit."""
    folder = home / "bin"
    folder.mkdir()
    script = folder / "gpo"
    settings = f'{{"limit": {{"episodes": {episodes}}}}}'
    lines = (
        "#!/bin/sh",
        'mkdir -p "$GPODDER_HOME"',
        f"[ -f $GPODDER_HOME/Settings.json ] || echo '{settings}' > $GPODDER_HOME/Settings.json",
        f'exec {shutil.which("gpo")} "$@"',
    )
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    return folder


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("counts", nargs="*", type=int, default=[3, 300, 10_000])
    options.add_argument("--node", default="", help="folder with podcast-partytime")
    options.add_argument("--python", default=sys.executable, help="an interpreter that has what the checker wants")
    asked = options.parse_args()
    worst = 0
    for count in asked.counts:
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
            home, origin = Path(folder), f"http://127.0.0.1:{listener.getsockname()[1]}"
            show(home, origin, count)
            server = uvicorn.Server(uvicorn.Config(static_site(home / "output"), log_level="warning", access_log=False, lifespan="off", ws="none"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            checker = Path(os.environ["AUDIOPUB_SHARED"]) / "tools" / "feed_check.py"
            command = [asked.python, str(checker), f"{origin}/ban-tin/feed.xml", "--clients", "--require", "gpo,podcastparser,feedparser,webvtt,mutagen"]
            command += ["--node", asked.node] if asked.node else []
            path = f"{wrapped(home, min(count, 300))}:{os.environ['PATH']}"
            done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})
            server.should_exit = True
            thread.join()
            lines = done.stdout.splitlines()
            print("\n".join([*[line for line in lines if line.startswith(("FAIL", "SKIP"))][:12], *lines[-2:]]) or done.stderr[-400:], flush=True)
            worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
