"""Rows of episodes and their manifests: which are not in the archive yet, and rows made again from it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import episodes, numbers
from audiopub.publish.manifests import Manifest

_AT_ONCE = 200
"""Rows of one transaction: workers write in between."""


@dataclass(slots=True, kw_only=True)
class Restored:
    """What became of manifests that were read into the catalog."""

    added: int = 0
    updated: int = 0
    """Rows that were older, or were replaced by force."""

    same: int = 0
    kept: int = 0
    """Rows that are newer than their manifest, or of the same version and other content."""

    def add(self, more: "Restored") -> None:
        """Count others too."""
        self.added, self.updated, self.same, self.kept = self.added + more.added, self.updated + more.updated, self.same + more.same, self.kept + more.kept


def stale_manifests(database: Database, limit: int = 1000, after: tuple[str, str] = ("", "")) -> tuple[tuple[str, str], ...]:
    """Name the episodes, by show and id, whose present version is not in the archive."""
    beyond = or_(episodes.c.show > after[0], and_(episodes.c.show == after[0], episodes.c.id > after[1]))
    wanted = select(episodes.c.show, episodes.c.id).where(episodes.c.manifest < episodes.c.version, beyond)
    found = database.read(lambda connection: connection.execute(wanted.order_by(episodes.c.show, episodes.c.id).limit(limit)).all())
    return tuple((row.show, row.id) for row in found)


def manifest_in(database: Database, show: str, episode_id: str) -> Manifest | None:
    """Give what is recorded of an episode; None where nothing is."""
    wanted = select(episodes.c.version, episodes.c.record).where(episodes.c.show == show, episodes.c.id == episode_id)
    row = database.read(lambda connection: connection.execute(wanted).one_or_none())
    return None if row is None else Manifest(show=show, id=episode_id, version=row.version, record=json.loads(row.record))


def noted(database: Database, manifest: Manifest) -> None:
    """Note which version the archive has."""
    row = (episodes.c.show == manifest.show, episodes.c.id == manifest.id, episodes.c.manifest < manifest.version, episodes.c.version >= manifest.version)
    database.write(lambda connection: connection.execute(update(episodes).where(*row).values(manifest=manifest.version)))


def none_noted(database: Database) -> None:
    """Note that the archive has no manifest at all."""
    database.write(lambda connection: connection.execute(update(episodes).where(episodes.c.manifest > 0).values(manifest=0)))


def from_manifests(database: Database, found: Iterable[Manifest], *, force: bool = False, dry_run: bool = False) -> Restored:
    """Make rows of manifests: those that are absent or older; by force also those that differ.

    A row that is replaced by force counts on, so that whoever remembers its former versions takes it for a new one.
    """
    counts, batch = Restored(), list[Manifest]()
    for manifest in found:
        batch.append(manifest)
        if len(batch) == _AT_ONCE:
            _put(database, batch, counts, force=force, dry_run=dry_run)
            batch = []
    _put(database, batch, counts, force=force, dry_run=dry_run)
    return counts


def values_of(manifest: Manifest) -> dict[str, Any]:
    """Give the row of an episode, as the catalog commits it; its manifest is not in the archive yet."""
    episode = manifest.episode
    return {
        "show": manifest.show, "id": manifest.id, "version": manifest.version, "state": episode.state.value, "published": episode.published.isoformat(),
        "record": json.dumps(manifest.record, ensure_ascii=False), "manifest": 0,
    }  # fmt: skip


def put_rows(connection: Connection, rows: Iterable[dict[str, Any]]) -> int:
    """Add rows of episodes; those that are there stay as they are. Tell how many were added."""
    put = _insert(connection)(episodes).on_conflict_do_nothing().returning(episodes.c.id)
    return sum(connection.execute(put.values(row)).first() is not None for row in rows)


def put_numbers(connection: Connection, found: Iterable[Manifest]) -> None:
    """Note the numbers that episodes have, so that none is given out twice."""
    for manifest in found:
        episode = manifest.episode
        if episode.season is not None and episode.number is not None:
            row = {"show": manifest.show, "season": episode.season, "number": episode.number, "episode": manifest.id}
            connection.execute(_insert(connection)(numbers).values(row).on_conflict_do_nothing())


def _insert(connection: Connection) -> Any:
    return sqlite_insert if connection.dialect.name == "sqlite" else pg_insert


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be done with some manifests."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    counts: Restored = field(default_factory=Restored)


def _put(database: Database, batch: list[Manifest], counts: Restored, *, force: bool, dry_run: bool) -> None:
    def plan(connection: Connection) -> Restored:
        return _planned(connection, batch, force=force).counts

    def put(connection: Connection) -> Restored:
        found = _planned(connection, batch, force=force)
        put_rows(connection, found.added)
        put_numbers(connection, batch)
        for row in found.changed:
            connection.execute(update(episodes).where(episodes.c.show == row["show"], episodes.c.id == row["id"]).values(**row))
        return found.counts

    if batch:
        counts.add(database.read(plan) if dry_run else database.write(put))


def _planned(connection: Connection, batch: list[Manifest], *, force: bool) -> _Plan:
    wanted = select(episodes.c.show, episodes.c.id, episodes.c.version, episodes.c.record)
    present = {(row.show, row.id): row for row in connection.execute(wanted.where(tuple_(episodes.c.show, episodes.c.id).in_([(one.show, one.id) for one in batch])))}
    plan = _Plan()
    for manifest in batch:
        row = present.get((manifest.show, manifest.id))
        if row is None:
            plan.added.append({**values_of(manifest), "manifest": manifest.version})
        elif row.version < manifest.version:
            plan.changed.append({**values_of(manifest), "manifest": manifest.version})
        elif _record(row.record) == manifest.record:
            plan.counts.same += 1
        elif force:
            plan.changed.append({**values_of(manifest), "version": row.version + 1})
        else:
            plan.counts.kept += 1
    plan.counts.added, plan.counts.updated = len(plan.added), len(plan.changed)
    return plan


def _record(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
