"""The catalog, the jobs and what workers share, in one schema on SQLite and on Postgres."""

from audiopub.adapters.sql.catalog import SqlCatalog
from audiopub.adapters.sql.database import Database

__all__ = ["Database", "SqlCatalog"]
