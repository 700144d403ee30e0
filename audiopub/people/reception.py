"""Who comes in: accounts, sessions and keys, as every door and the command line ask for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from audiopub.errors import BadInput, NotFound, NotSignedIn, TooOften
from audiopub.people.limits import LIMITS
from audiopub.people.model import ROLES, Actor, Permission, Role, Via
from audiopub.people.names import is_person, key_name, person_name
from audiopub.people.passwords import Passwords, check_wish
from audiopub.people.ports import Audit, Keys, Limits, People, Sessions
from audiopub.people.records import Key, Person, Visit
from audiopub.people.tokens import NewKey, hash_of, new_key, new_token, parts_of_key

_NOBODY = "?"
"""Who is written down where a name is no name of an account: it may be a password, typed into the wrong field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Knows people, browsers and programs. Threads may share it."""

    people: People
    sessions: Sessions
    keys: Keys
    audit: Audit
    limits: Limits
    passwords: Passwords = field(default_factory=Passwords)

    # Coming in
    def log_in(self, name: str, password: str, visit: Visit) -> str:
        """Let a person in; give what the browser is to show from now on.

        Raises:
            NotSignedIn: name or password is wrong, or the account is disabled; which of them, nobody is told.
            TooOften: too many attempts failed of late.
        """
        asked = _same(name)
        names = (f"address {visit.address}", f"name {hash_of(asked)}")
        self._attempted(names)
        found = self.people.get(asked) if is_person(asked) else None
        kept = found[1] if found else None
        if self.passwords.is_right(password, kept) and kept is not None and found is not None and not found[0].disabled:
            kept = self._kept_newly(asked, password, kept)
            token = new_token()
            if self.sessions.begin(hash_of(token), asked, visit, proof=kept):
                self._succeeded(names)
                self.audit.write(_actor(found[0].name, found[0].role, visit), "login")
                return token
        self.audit.write(Actor(name=asked if found else _NOBODY, permissions=frozenset(), via=Via.DESK, address=visit.address), "login_failed")
        raise NotSignedIn("people.wrong_login")

    def attempted(self, visit: Visit) -> None:
        """Count an attempt to come in without a name.

        Raises:
            TooOften: too many failed of late.
        """
        self._attempted((f"address {visit.address}",))

    def succeeded(self, visit: Visit) -> None:
        """Let an attempt without a name not count."""
        self._succeeded((f"address {visit.address}",))

    def log_out(self, token: str, visit: Visit) -> None:
        """End a session; what is none is no error."""
        person = self.sessions.end(hash_of(token))
        if person:
            self.audit.write(Actor(name=person, permissions=frozenset(), via=Via.DESK, address=visit.address), "logout")

    def by_session(self, token: str, visit: Visit) -> Actor | None:
        """Give whose browser this is."""
        found = self.sessions.find(hash_of(token))
        return _actor(found.person, found.role, visit) if found and found.role else None

    def by_key(self, text: str, visit: Visit) -> Actor | None:
        """Give whose key this is."""
        parts = parts_of_key(text)
        found = self.keys.find(*parts) if parts else None
        return Actor(name=f"key:{found.name}", permissions=found.scopes, via=Via.API, address=visit.address) if found else None

    def by_name(self, name: str, visit: Visit) -> Actor | None:
        """Give the person whom a trusted proxy names; None for whoever has no account here, or a disabled one."""
        asked = _same(name)
        found = self.people.get(asked) if is_person(asked) else None
        return _actor(asked, found[0].role, visit, Via.PROXY) if found and not found[0].disabled else None

    def limited(self, what: str, actor: Actor) -> None:
        """Count something that a person may not do without end: ``render`` or ``preview``.

        Raises:
            TooOften: it was done too often of late.
        """
        wait = self.limits.take(f"{what} {actor.name}", LIMITS[what])
        if wait:
            raise TooOften("people.too_often", seconds=-(-wait // 1000))

    # Accounts and keys; who changes them is an administrator, at the desk or on the machine
    def add(self, name: str, role: Role, password: str, *, by: Actor) -> Person:
        """Open an account. Raises BadInput for a bad name, a weak password, a name that is taken; Forbidden."""
        by.must(Permission.ADMIN)
        name = person_name(name)
        check_wish(password, name)
        self.people.add(name, role, self.passwords.hashed(password), by=by)
        return self.person(name)

    def set_role(self, name: str, role: Role, *, by: Actor) -> Person:
        """Change what a person may do. Raises NotFound, Forbidden; BadInput for the last administrator."""
        by.must(Permission.ADMIN)
        self.people.set_role(_same(name), role, by=by)
        return self.person(name)

    def set_password(self, name: str, password: str, *, by: Actor) -> None:
        """Change a password, of whoever it is; for the own one, see :meth:`change_password`. Raises NotFound, Forbidden; BadInput for a weak one."""
        name = _same(name)
        if by.name != name:
            by.must(Permission.ADMIN)
        check_wish(password, name)
        self.people.set_password(name, self.passwords.hashed(password), by=by)

    def change_password(self, present: str, password: str, *, by: Actor) -> None:
        """Change one's own password, which whoever has only the browser cannot.

        Raises:
            BadInput: the present one is wrong, or the new one is weak.
            TooOften: too many were wrong of late.
            NotFound: there is no such account.
        """
        names = (f"address {by.address}", f"name {hash_of(by.name)}")
        self._attempted(names)
        found = self.people.get(by.name)
        if not self.passwords.is_right(present, found[1] if found else None):
            raise BadInput("people.wrong_present")
        self._succeeded(names)
        self.set_password(by.name, password, by=by)

    def set_disabled(self, name: str, *, disabled: bool, by: Actor) -> Person:
        """Shut a person out, or let in again. Raises NotFound, Forbidden; BadInput for the last administrator."""
        by.must(Permission.ADMIN)
        self.people.set_disabled(_same(name), disabled=disabled, by=by)
        return self.person(name)

    def remove(self, name: str, *, by: Actor) -> None:
        """Close an account. Raises NotFound, Forbidden; BadInput for the last administrator."""
        by.must(Permission.ADMIN)
        self.people.remove(_same(name), by=by)

    def add_key(self, name: str, scopes: Iterable[Permission], *, owner: str = "", by: Actor) -> NewKey:
        """Make a key; its text is to be had only now.

        Args:
            name: for people to know it by.
            scopes: what may be done with it.
            owner: whose it is; empty for whoever makes it.
            by: who makes it.

        Raises:
            BadInput: the name cannot be used, or it would open nothing.
            NotFound: the owner has no account.
            Forbidden: whoever makes it is no administrator.
        """
        by.must(Permission.ADMIN)
        wanted = frozenset(scopes)
        if not wanted:
            raise BadInput("people.no_scope", known=", ".join(Permission))
        made = new_key()
        self.keys.add(Key(id=made.id, name=key_name(name), scopes=wanted, by=_same(owner) or by.name), made.hash, by=by)
        return made

    def revoke_key(self, key_id: str, *, by: Actor) -> Key:
        """Let a key open nothing from now on. Raises NotFound, Forbidden."""
        by.must(Permission.ADMIN)
        return self.keys.revoke(key_id, by=by)

    def person(self, name: str) -> Person:
        """Give an account. Raises NotFound."""
        found = self.people.get(_same(name))
        if found is None:
            raise NotFound("people.unknown", name=name)
        return found[0]

    def _kept_newly(self, name: str, password: str, kept: str) -> str:
        if not self.passwords.is_outdated(kept):
            return kept
        new = self.passwords.hashed(password)
        self.people.rehashed(name, kept, new)
        return new

    def _attempted(self, names: tuple[str, ...]) -> None:
        for name in names:  # the address first: one from which too many came does not use up what others have for a name
            wait = self.limits.take(name, LIMITS[name.split(" ", 1)[0]])
            if wait:
                raise TooOften("people.too_many_logins", seconds=-(-wait // 1000))

    def _succeeded(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.limits.give_back(name, LIMITS[name.split(" ", 1)[0]])


def _same(name: str) -> str:
    """Give a name as accounts are kept, whether there is such a one or not."""
    return name.strip().lower()


def _actor(name: str, role: Role | None, visit: Visit, via: Via = Via.DESK) -> Actor:
    return Actor(name=name, permissions=ROLES[role] if role else frozenset(), via=via, address=visit.address)
