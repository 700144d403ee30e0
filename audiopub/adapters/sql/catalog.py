"""What is published, in the database: a row an episode, its record as JSON."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import episodes, numbers
from audiopub.errors import ConfigInvalid
from audiopub.publish.episode_json import from_plain, plain
from audiopub.publish.model import Episode

_AT_ONCE = 500
"""Records asked for in one question; SQLite takes no more than 999 values."""

_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
"""Lets one after the other give out a season's numbers."""


@dataclass(slots=True)
class _Shown:
    """A show's episodes as they were last read."""

    token: tuple[int, int] = (0, 0)
    """How many there are, and the sum of their versions: another one after every commit."""

    found: dict[str, tuple[int, Episode | ConfigInvalid]] = field(default_factory=dict)
    """By id, with their versions; in the place of one whose record is damaged, what is wrong with it."""

    sorted: tuple[Episode, ...] = ()
    damaged: Mapping[str, ConfigInvalid] = field(default_factory=dict)


class SqlCatalog:
    """The catalog in a database. What was read is kept: a batch looks at every record once an article."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database
        self._lock = threading.Lock()
        self._shows: dict[str, _Shown] = {}

    def episodes(self, show: str) -> tuple[Episode, ...]:
        """Give a show's episodes, newest first; all of them, or none where one is damaged."""
        found, damaged = self.readable(show)
        for error in damaged.values():
            raise ConfigInvalid(error.code, **error.details)
        return found

    def readable(self, show: str) -> tuple[tuple[Episode, ...], Mapping[str, ConfigInvalid]]:
        """Give a show's episodes that can be read, newest first, and by its id what is wrong with each other one."""
        with self._lock:
            known = self._shows.setdefault(show, _Shown())
            self._database.read(lambda connection: _refresh(connection, show, known))
            return known.sorted, known.damaged

    def find(self, show: str, episode_id: str) -> Episode | None:
        """Give an episode."""
        wanted = select(episodes.c.record).where(episodes.c.show == show, episodes.c.id == episode_id)
        record = self._database.read(lambda connection: connection.execute(wanted).scalar())
        return None if record is None else _episode(show, episode_id, record)

    def commit(self, show: str, episode: Episode) -> None:
        """Record an episode."""
        values = {
            "show": show, "id": episode.id, "version": 1, "state": episode.state.value, "published": episode.published.isoformat(),
            "record": json.dumps(plain(episode), ensure_ascii=False),
        }  # fmt: skip
        put = (sqlite_insert if self._database.is_local else pg_insert)(episodes).values(**values)
        fresh = {name: values[name] for name in ("state", "published", "record")}
        put = put.on_conflict_do_update(index_elements=["show", "id"], set_={**fresh, "version": episodes.c.version + 1})
        self._database.write(lambda connection: connection.execute(put))


class SqlNumbers:
    """Numbers of episodes, given out once on all machines together, and to the same episode again where its making is repeated."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def number(self, show: str, season: int, episode: str, taken: int) -> int:
        """Give an episode's number."""
        return self._database.write(lambda connection: _numbered(connection, show, season, episode, taken))


def _numbered(connection: Connection, show: str, season: int, episode: str, taken: int) -> int:
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
        connection.execute(_TURN, {"name": f"numbers/{show}/{season}"})
    given = select(numbers.c.number).where(numbers.c.show == show, numbers.c.season == season, numbers.c.episode == episode)
    number = connection.execute(given).scalar()
    if number is None:
        highest = connection.execute(select(func.max(numbers.c.number)).where(numbers.c.show == show, numbers.c.season == season)).scalar()
        number = max(taken, highest or 0) + 1
        connection.execute(numbers.insert().values(show=show, season=season, number=number, episode=episode))
    return int(number)


def _refresh(connection: Connection, show: str, known: _Shown) -> None:
    """Read the records that changed since they were last read."""
    token = connection.execute(select(func.count(), func.coalesce(func.sum(episodes.c.version), 0)).where(episodes.c.show == show)).one()
    if (int(token[0]), int(token[1])) == known.token:
        return
    versions = {row.id: row.version for row in connection.execute(select(episodes.c.id, episodes.c.version).where(episodes.c.show == show))}
    stale = [key for key, version in versions.items() if known.found.get(key, (0, None))[0] != version]
    found = {key: pair for key, pair in known.found.items() if key in versions}
    for start in range(0, len(stale), _AT_ONCE):
        wanted = select(episodes.c.id, episodes.c.version, episodes.c.record).where(episodes.c.show == show, episodes.c.id.in_(stale[start : start + _AT_ONCE]))
        for row in connection.execute(wanted):
            found[row.id] = (row.version, _whole_or_not(show, row.id, row.record))
    known.found = found
    whole = [episode for _, episode in found.values() if isinstance(episode, Episode)]
    known.sorted = tuple(sorted(whole, key=lambda episode: (episode.published, episode.id), reverse=True))
    known.damaged = {key: wrong for key, (_, wrong) in sorted(found.items()) if isinstance(wrong, ConfigInvalid)}
    known.token = (len(found), sum(version for version, _ in found.values()))


def _whole_or_not(show: str, episode_id: str, record: str) -> Episode | ConfigInvalid:
    try:
        return _episode(show, episode_id, record)
    except ConfigInvalid as error:
        return error


def _episode(show: str, episode_id: str, record: str) -> Episode:
    try:
        return from_plain({"show": show, **json.loads(record)})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=f"{show}/{episode_id}", reason=str(error)) from error
