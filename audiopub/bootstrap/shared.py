"""Where things are kept: database, catalog, locks, stores, the cache of sounds."""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from audiopub.adapters.file_locks import FileLocks
from audiopub.adapters.files import LocalStore
from audiopub.adapters.segment_files import FileCache
from audiopub.config import Settings
from audiopub.errors import ConfigInvalid
from audiopub.pipeline import Locks
from audiopub.pipeline.studio import Numbers
from audiopub.publish.store import Store

if TYPE_CHECKING:
    from audiopub.adapters.backup import Place
    from audiopub.adapters.sql import Database
    from audiopub.adapters.sql.manifested import ManifestedCatalog


def database(settings: Settings) -> "Database":
    """Give the database of the catalog, of jobs and of what workers share; one object a process."""
    return _database(settings.db or f"sqlite:///{_database_file(settings)}")


@cache
def _database(url: str) -> "Database":
    from audiopub.adapters.sql import Database

    return Database(url)


def _database_file(settings: Settings) -> Path:
    return (settings.state / "catalog.sqlite").resolve()


def has_database(settings: Settings) -> bool:
    """Tell whether there is a database already; asking makes none."""
    return bool(settings.db) or _database_file(settings).exists()


def store(settings: Settings) -> Store:
    """Give where published files go.

    Raises:
        ConfigInvalid: it cannot be used.
    """
    return _stored(settings.store) if settings.store else LocalStore(settings.output)


def archive(settings: Settings) -> Store:
    """Give where former revisions and withdrawn episodes go; nobody may be served from it.

    Raises:
        ConfigInvalid: it cannot be used, or lies where published files are served.
    """
    if not settings.archive:
        return LocalStore(settings.state / "archive")
    if settings.store and f"{settings.archive}/".startswith(f"{settings.store}/"):
        raise ConfigInvalid("config.bad_setting", key="AUDIOPUB_ARCHIVE", value=settings.archive, reason="outside AUDIOPUB_STORE, which is served")
    return _stored(settings.archive)


def place(settings: Settings) -> "Place":
    """Give where everything is that a backup holds.

    Raises:
        ConfigInvalid: the database or the archive cannot be used.
    """
    from audiopub.adapters.backup import Place

    folders = {"feeds": settings.feeds}
    if not settings.rules.resolve().is_relative_to(settings.feeds.resolve()):
        folders["rules"] = settings.rules
    return Place(database=database(settings), archive=archive(settings), folders=folders)


def _stored(url: str) -> Store:
    from audiopub.adapters.object_store import ObjectStore

    return ObjectStore(url, os.environ)


def catalog(settings: Settings) -> "ManifestedCatalog":
    """Give the list of what is published; that of an earlier audiopub is taken into it first.

    Raises:
        ConfigInvalid: the database was lost, or it or the archive cannot be used, or a record of the earlier catalog is damaged.
    """
    from audiopub.adapters.sql import SqlCatalog
    from audiopub.adapters.sql.import_files import check_remembered, imported
    from audiopub.adapters.sql.manifested import ManifestedCatalog

    found, kept = database(settings), archive(settings)
    check_remembered(found, kept)
    imported(found, settings.state / "catalog")
    return ManifestedCatalog(SqlCatalog(found), found, kept)


def numbers(settings: Settings) -> Numbers:
    """Give what counts episodes."""
    from audiopub.adapters.sql.catalog import SqlNumbers

    return SqlNumbers(database(settings))


@cache
def _leases(url: str, patience: float) -> Locks:
    from audiopub.adapters.sql.leases import SqlLeases

    return SqlLeases(_database(url), patience=patience)


def locks(settings: Settings) -> Locks:
    """Give the locks by which no two do something to one episode: files where one machine works, rows where several do."""
    found = database(settings)
    return FileLocks(settings.state / "locks", patience=settings.patience) if found.is_local else _leases(found.url, settings.patience)


def segment_cache(settings: Settings) -> FileCache:
    """Give the folder of what was spoken and encoded before."""
    return FileCache(settings.state / "cache", round(settings.cache_limit * 1_000_000_000))


def usable_cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
