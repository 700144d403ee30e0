"""Episodes, jobs and a catalog of the plainest kind, for tests of what lies around them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.manifest_rows import put_rows, values_of
from audiopub.adapters.sql.schema import episodes, jobs
from audiopub.article.dates import INDOCHINA
from audiopub.errors import ConfigInvalid
from audiopub.publish.episode_json import from_plain
from audiopub.publish.manifests import manifest_of
from audiopub.publish.model import Act, Episode, Event
from audiopub.units import Milliseconds

MOMENT = datetime(2026, 11, 24, 7, 30, tzinfo=INDOCHINA)


def episode(number: int, /, **other: Any) -> Episode:
    made = Episode(
        id=f"{number:016x}", guid=f"3f0e6f0a-0000-5000-8000-{number:012x}", name=f"2026-11-24-cho-phien-{number}", title=f"Chợ phiên “vùng cao” số {number}", author=None,
        description="Tóm tắt", article_url=None, published=MOMENT + timedelta(minutes=number), updated=MOMENT, revision=1, audio=f"a-{number}.mp3", audio_bytes=12_345,
        duration=Milliseconds(60_000), chapters=(), voice="espeak", fallback=False, fingerprint="f", show="ban-tin",
        history=(Event(at=MOMENT, act=Act.PUBLISHED, revision=1, audio=f"a-{number}.mp3"),),
    )  # fmt: skip
    return replace(made, **other)


def job(number: int, state: str, **other: Any) -> dict[str, Any]:
    made = {"id": f"job-{number}", "kind": "render", "show": "ban-tin", "key": f"k-{number}", "queue": "nightly", "state": state, "source": f"https://bao.example/bài-{number}",
            "wish": "{}", "now": MOMENT.isoformat(), "run": 1, "outcome": "{}", "asked": 1_764_000_000_000 + number, "changed": 1_764_000_000_000, "cancel": False}  # fmt: skip
    return made | other


def add_jobs(database: Database, *rows: dict[str, Any]) -> None:
    database.write(lambda connection: [connection.execute(jobs.insert().values(**row)) for row in rows] and None)


def table(database: Database, which: Any) -> list[dict[str, Any]]:
    return database.read(lambda connection: [dict(row) for row in connection.execute(select(which).order_by(*which.primary_key)).mappings()])


class RowCatalog:
    """A row an episode, and no memory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def episodes(self, show: str) -> tuple[Episode, ...]:
        found = (from_plain(json.loads(row["record"])) for row in table(self._database, episodes) if row["show"] == show)
        return tuple(sorted(found, key=lambda one: (one.published, one.id), reverse=True))

    def readable(self, show: str) -> tuple[tuple[Episode, ...], Mapping[str, ConfigInvalid]]:
        return self.episodes(show), {}

    def find(self, show: str, episode_id: str) -> Episode | None:
        return next((one for one in self.episodes(show) if one.id == episode_id), None)

    def commit(self, show: str, episode: Episode) -> None:
        row = values_of(manifest_of(show, episode, 1))
        fresh = {name: row[name] for name in ("state", "published", "record")} | {"version": episodes.c.version + 1}
        here = (episodes.c.show == show) & (episodes.c.id == episode.id)

        def put(connection: Connection) -> None:
            if not put_rows(connection, [row]):
                connection.execute(episodes.update().where(here).values(**fresh))

        self._database.write(put)
