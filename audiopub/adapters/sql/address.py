"""What a database is called, and of which revision it is, before anything else is known of it."""

import re

from sqlalchemy import Connection, inspect, text


def with_driver(url: str) -> str:
    """Give a database's address as SQLAlchemy wants it: Postgres through psycopg, whatever the address calls it."""
    return re.sub(r"^postgres(?:ql)?://", "postgresql+psycopg://", url)


def shown(url: str) -> str:
    """Give a database's address without its password, for messages and logs.

    >>> shown("postgresql+psycopg://bao:b%40o@may.example/audiopub?sslpassword=x&connect_timeout=3")
    'postgresql+psycopg://bao:***@may.example/audiopub?sslpassword=***&connect_timeout=3'
    """
    return re.sub(r"((?:ssl)?password=)[^&\s]+", r"\1***", re.sub(r"(://[^:/@\s]*):\S*@", r"\1:***@", url))


def revision_of(connection: Connection) -> str | None:
    """Give the revision of a database's schema; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
