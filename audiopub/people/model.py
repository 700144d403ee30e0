"""Permissions, the roles that bundle them, and whoever acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from audiopub.errors import Forbidden


class Permission(StrEnum):
    """What may be done. A key of a program has them one by one, a person by the role."""

    READ = "read"
    """See everything that is on the desk."""

    EDIT = "edit"
    """Write drafts, say how a name is read, render, cancel."""

    PUBLISH = "publish"
    """Put before listeners, correct, withdraw, roll back."""

    ADMIN = "admin"
    """People, keys, webhooks, shows, settings."""


class Role(StrEnum):
    """What a person is in the newsroom."""

    VIEWER = "viewer"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"


ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.EDITOR: frozenset({Permission.READ, Permission.EDIT}),
    Role.PUBLISHER: frozenset({Permission.READ, Permission.EDIT, Permission.PUBLISH}),
    Role.ADMIN: frozenset(Permission),
}
"""What each role may do; a higher one may all that a lower one may."""


class Via(StrEnum):
    """The door by which somebody came in."""

    DESK = "desk"
    API = "api"
    CLI = "cli"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever does something: known, and what for."""

    name: str
    """Of the person; of a program, ``key:`` and its key's name."""

    permissions: frozenset[Permission]
    via: Via
    address: str = ""
    """From where, for the record."""

    def may(self, wanted: Permission) -> bool:
        """Tell whether something is allowed."""
        return wanted in self.permissions

    def must(self, wanted: Permission) -> None:
        """See that something is allowed.

        Raises:
            Forbidden: it is not.
        """
        if not self.may(wanted):
            raise Forbidden("people.forbidden", name=self.name, permission=wanted.value)
