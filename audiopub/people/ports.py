"""What has to be kept of people, and by what promises."""

from collections.abc import Mapping
from typing import Any, Protocol

from audiopub.people.limits import Limit
from audiopub.people.model import Actor, Role
from audiopub.people.records import Key, Line, Person, Session, Visit


class People(Protocol):
    """Accounts. Who changes one is recorded together with the change, and one administrator who may come in is always left."""

    def are_there(self) -> bool:
        """Tell whether there is any account."""
        ...

    def all(self) -> tuple[Person, ...]:
        """Give all, by name."""
        ...

    def get(self, name: str) -> tuple[Person, str] | None:
        """Give an account and what is kept of its password."""
        ...

    def add(self, name: str, role: Role, password: str, *, by: Actor) -> None:
        """Open an account. Raises BadInput where the name is taken, or the first one is no administrator."""
        ...

    def set_role(self, name: str, role: Role, *, by: Actor) -> None:
        """Change what a person may do, from the next request on. Raises NotFound; BadInput for the last administrator."""
        ...

    def set_password(self, name: str, password: str, *, by: Actor) -> None:
        """Change a password and end all sessions of the person. Raises NotFound."""
        ...

    def set_disabled(self, name: str, *, disabled: bool, by: Actor) -> None:
        """Shut a person out, or let in again; sessions end. Raises NotFound; BadInput for the last administrator."""
        ...

    def remove(self, name: str, *, by: Actor) -> None:
        """Close an account; sessions end and keys are revoked. Raises NotFound; BadInput for the last administrator."""
        ...

    def rehashed(self, name: str, old: str, new: str) -> None:
        """Keep the same password in another way, unless it has changed."""
        ...


class Sessions(Protocol):
    """Browsers that are known, by the hash of what they show."""

    def begin(self, hashed: str, person: str, visit: Visit, *, proof: str | None) -> bool:
        """Begin one; False where the account is disabled, gone, or keeps another password than ``proof`` by now. None for one without an account."""
        ...

    def find(self, hashed: str) -> Session | None:
        """Find one that has not ended, of a person who may come in; note that it is in use."""
        ...

    def end(self, hashed: str) -> str:
        """End one; give whose it was, or nothing."""
        ...


class Keys(Protocol):
    """Keys of programs."""

    def all(self) -> tuple[Key, ...]:
        """Give all, the revoked ones too, newest first."""
        ...

    def add(self, key: Key, hashed: str, *, by: Actor) -> None:
        """Keep a new one. Raises NotFound where it is for a person who has no account."""
        ...

    def find(self, key_id: str, hashed: str) -> Key | None:
        """Find one that opens, with the scopes that its owner may give now; note that it is in use."""
        ...

    def revoke(self, key_id: str, *, by: Actor) -> Key:
        """Let it open nothing from now on. Raises NotFound."""
        ...


class Audit(Protocol):
    """Who did what. What was written is never changed."""

    def write(self, actor: Actor, act: str, *, show: str = "", episode: str = "", details: Mapping[str, Any] | None = None) -> None:
        """Write down that somebody did something."""
        ...

    def lines(self, *, show: str = "", episode: str = "", by: str = "", acts: str = "", before: int = 0, limit: int = 100) -> tuple[Line, ...]:
        """Give what was done, newest first.

        Args:
            show: only in it.
            episode: only with it.
            by: only what this one did.
            acts: only those whose key begins so.
            before: only what has a lower number; 0 for all.
            limit: how many at most.
        """
        ...


class Limits(Protocol):
    """Counts of what is limited, that all processes share."""

    def take(self, name: str, limit: Limit) -> int:
        """Try once; give the milliseconds to wait, 0 where it may be done now."""
        ...

    def give_back(self, name: str, limit: Limit) -> None:
        """Let a try not count."""
        ...
