"""A real catalog in a file of its own."""

from pathlib import Path

from audiopub.adapters.sql import Database, SqlCatalog


def catalog_in(path: Path) -> SqlCatalog:
    """Give the catalog in ``<path>.sqlite``; the state folder's own is that of ``.audiopub/catalog``."""
    return SqlCatalog(database_in(path))


def database_in(path: Path) -> Database:
    """Give the database in ``<path>.sqlite``."""
    return Database(f"sqlite:///{path.resolve()}.sqlite")
