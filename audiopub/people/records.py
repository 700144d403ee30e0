"""What is known of people, of their browsers, of programs, and of what they did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from audiopub.people.model import Permission, Role

HOUR = 3_600_000
IDLE, LONGEST = 12 * HOUR, 7 * 24 * HOUR
"""Milliseconds after which a session ends that is not used, and one that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account. Its password is given to nobody."""

    name: str
    role: Role
    disabled: bool = False
    created: int = 0
    """Moments are milliseconds since 1970."""

    changed: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is kept of a program's key."""

    id: str
    name: str
    scopes: frozenset[Permission]
    by: str
    """Whose it is; it may no more than that person, and nothing when the person is disabled."""

    created: int = 0
    used: int = 0
    revoked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """From where somebody comes in."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is known."""

    person: str
    role: Role | None
    """Of the account as it is now; None for a session that belongs to no account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that somebody did."""

    number: int
    at_ms: int
    by: str
    via: str
    act: str
    """Key ``audit.ACT`` of the message catalogs."""

    show: str = ""
    episode: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
