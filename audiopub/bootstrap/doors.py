"""What the doors of the desk stand on: accounts, sessions, keys, the record, the token of this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

from audiopub.bootstrap.shared import database
from audiopub.config import Settings, read_show
from audiopub.errors import ConfigInvalid
from audiopub.people import Reception

if TYPE_CHECKING:
    from audiopub.adapters.desk_token import DeskToken
    from audiopub.people.ports import Audit


def reception(settings: Settings) -> Reception:
    """Give whoever knows people and programs."""
    from audiopub.adapters.sql.keys import SqlKeys
    from audiopub.adapters.sql.people import SqlPeople
    from audiopub.adapters.sql.sessions import SqlSessions
    from audiopub.adapters.sql.tries import SqlLimits

    kept = database(settings)
    return Reception(people=SqlPeople(kept), sessions=SqlSessions(kept), keys=SqlKeys(kept), audit=audit(settings), limits=SqlLimits(kept))


def audit(settings: Settings) -> "Audit":
    """Give the record of who did what."""
    from audiopub.adapters.sql.audit import SqlAudit

    return SqlAudit(database(settings))


def desk_token(settings: Settings) -> "DeskToken":
    """Give the token of this machine; its file is made when it is first read."""
    from audiopub.adapters.desk_token import DeskToken
    from audiopub.people.tokens import new_token

    return DeskToken((settings.state / "desk-token").absolute(), new_token)


def addresses_of_shows(settings: Settings) -> tuple[str, ...]:
    """Give where the shows are published; a show file that cannot be read is told of elsewhere."""
    return tuple(filter(None, (_address(path) for path in sorted(settings.feeds.glob("*.toml")))))


def _address(path: Path) -> str:
    try:
        return read_show(path).channel.base_url
    except ConfigInvalid:
        return ""
