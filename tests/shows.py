"""A show of three episodes with all their files, of our own writing, in a folder."""

import io
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from audiopub.adapters.files import LocalStore
from audiopub.adapters.memory import MemoryStore
from audiopub.adapters.mp3 import LameEncoder
from audiopub.article.dates import INDOCHINA
from audiopub.audio import Pcm
from audiopub.episode import Chapter, Cue
from audiopub.publish.artwork import cover
from audiopub.publish.chapters import json_chapters
from audiopub.publish.encoder import Tags
from audiopub.publish.model import Channel, Episode
from audiopub.publish.rebuild import rebuild
from audiopub.publish.release import release
from audiopub.publish.selection import Outlet
from audiopub.publish.transcript import json_transcript, subrip, webvtt
from audiopub.units import Hertz, Milliseconds
from tests.catalogs import catalog_in
from tests.sounds import one_run

RATE = Hertz(22_050)
TITLES = (("2018-06-06-diem-tin-sang", "Điểm tin sáng", (2018, 6, 6, 5)), ("2018-06-05-gdp-tang-6-93", "Điểm tin: GDP tăng 6,93%", (2018, 6, 5, 7)),
          ("2018-06-04-nuoc-sach", "Nước sạch về bản", (2018, 6, 4, 7)))  # fmt: skip


def channel() -> Channel:
    return Channel(
        slug="", title="Bản tin Nhân dân & bạn đọc", description="Tin trong ngày.", language="vi", author="Báo Thử", owner_name="Tòa soạn", owner_email="a@bao.example",
        category="News", subcategory="Daily News", copyright="Báo Thử", base_url="http://127.0.0.1:8791", website=None, guid="53b44a9a-a56c-53e5-a2a7-4a8ac77d04c8",
    )  # fmt: skip


def publish(site: Path, name: str, title: str, moment: tuple[int, int, int, int]) -> None:
    """Publish one episode of our own writing into a folder."""
    chapters = tuple(Chapter(title=f"Phần {n}", start=Milliseconds(n * 5000), end=Milliseconds(n * 5000 + 5000)) for n in range(3))
    art = cover("Bản tin", "Báo Thử")
    tags = Tags(
        title=title, artist="Báo Thử", album="Bản tin", date="2018-06-06", language="vie", url=None, comment="", length=Milliseconds(15_000), cover=art, chapters=chapters
    )
    sink = io.BytesIO()
    tone = (4000 * np.sin(np.arange(15 * RATE) / 20)).astype(np.int16)
    encoded = LameEncoder().encode(one_run(Pcm(tone, RATE)), RATE, tags, sink)
    when = datetime(*moment, tzinfo=INDOCHINA)
    episode = Episode(
        id=name, guid=f"audiopub:{name}", name=name, title=title, author=None, description="Tóm tắt của tập.", article_url="https://bao.example/bai", published=when,
        updated=when, revision=1, audio=f"{name}.mp3", audio_bytes=encoded.size, duration=Milliseconds(15_000), chapters=chapters, voice="silent", fallback=False, fingerprint="",
    )  # fmt: skip
    heard = [Cue(text="Một câu.", start=Milliseconds(0), end=Milliseconds(5000)), Cue(text="Hai câu.", start=Milliseconds(5000), end=Milliseconds(9000))]
    bodies = dict.fromkeys(episode.files, b"-") | {
        f"{name}.vtt": "".join(webvtt(heard)).encode(),
        f"{name}.srt": "".join(subrip(heard)).encode(),
        f"{name}.transcript.json": "".join(json_transcript(heard)).encode(),
        f"{name}.chapters.json": json_chapters(chapters, title).encode(),
    }
    texts: dict[str, Any] = {name: partial(list, [body]) for name, body in bodies.items()}
    store, catalog = LocalStore(site), catalog_in(site.parent / "catalog")
    release(episode, sink, texts, store.put, lambda: nullcontext(io.BytesIO()))
    catalog.commit("", episode)
    rebuild(Outlet(channel=channel()), store, MemoryStore(), catalog)


def publish_all(site: Path) -> None:
    """Publish the three episodes at the root of a site."""
    for name, title, moment in TITLES:
        publish(site, name, title, moment)
