"""Who may come in, and by which door: the machine's token, accounts, or a proxy that knows people already."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from audiopub.bootstrap import addresses_of_shows, desk_token, reception
from audiopub.config import Settings
from audiopub.errors import BadInput, ConfigInvalid, Forbidden, NotSignedIn
from audiopub.people import ROLES, SOLE, Actor, Reception, Role, Via
from audiopub.people.tokens import hash_of, is_same, new_token
from audiopub.web.hosts import Hosts, is_loopback
from audiopub.web.visits import Asking, asking

if TYPE_CHECKING:
    from audiopub.adapters.desk_token import DeskToken

_BEARER = re.compile(r"Bearer +([!-~]{1,200})", re.IGNORECASE)


class Mode(StrEnum):
    """How people come in."""

    TOKEN = "token"  # noqa: S105  no secret
    """There are no accounts: whoever can read the token's file may do everything, on this machine."""

    ACCOUNTS = "accounts"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The doors of one installation. Its methods may ask the database, so they are for threads, never for the event loop."""

    reception: Reception
    token: "DeskToken"
    hosts: Hosts
    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> "Doors":
        """Give the doors that the settings say.

        Raises:
            ConfigInvalid: a header is named that anybody may send.
        """
        if settings.proxy_user_header and not settings.trusted_proxies:
            raise ConfigInvalid("people.no_trusted_proxy")
        hosts = Hosts(settings.desk_hosts, addresses_of_shows(settings))
        return cls(reception=reception(settings), token=desk_token(settings), hosts=hosts, settings=settings)

    @property
    def mode(self) -> Mode:
        """Tell how people come in."""
        if self.settings.proxy_user_header:
            return Mode.PROXY
        return Mode.ACCOUNTS if self.reception.people.are_there() else Mode.TOKEN

    def refuse_to_bind(self, host: str) -> None:
        """See that the desk is not put where others reach it while nobody has to say who they are.

        Raises:
            ConfigInvalid: the address is not this machine's alone, and there are no accounts.
        """
        if not is_loopback(host) and self.mode is Mode.TOKEN:
            raise ConfigInvalid("people.no_accounts", host=host)

    def token_file(self) -> Path | None:
        """Give where the token is that opens the desk, made if it was not there; None where people have accounts."""
        if self.mode is not Mode.TOKEN:
            return None
        self.token.read()
        return self.token.path

    def asking(self, scope: Scope) -> Asking:
        """Look who asks."""
        return asking(scope, self.hosts, self.settings.trusted_proxies)

    # Requests
    def see_to_headers(self, scope: Scope) -> None:
        """Refuse a request that only a proxy of ours may make, and that comes from elsewhere.

        Raises:
            Forbidden: it names a person, and whoever sent it may not.
        """
        named = self.settings.proxy_user_header
        said = Headers(scope=scope).getlist(named) if named else []
        if said and (len(said) > 1 or not self.asking(scope).comes_by_proxy):
            raise Forbidden("people.forged_header")

    def at_desk(self, scope: Scope) -> Actor | None:
        """Give who asks for a page of the desk: by the cookie, or by a trusted proxy; nothing else counts."""
        who = self.asking(scope)
        if self.settings.proxy_user_header:
            name = Headers(scope=scope).get(self.settings.proxy_user_header, "")
            return self.reception.by_name(name, who.visit) if name and who.comes_by_proxy else None
        shown = shown_cookie(scope, secure=who.is_secure)
        if not shown:
            return None
        return self.reception.by_session(shown, who.visit) or self._sole_by_session(shown, who)

    def at_api(self, scope: Scope) -> Actor | None:
        """Give who asks the API: by ``Authorization: Bearer`` and nothing else, so that no other site's page can ask in somebody's name."""
        said = Headers(scope=scope).getlist("authorization")
        found = _BEARER.fullmatch(said[0]) if len(said) == 1 else None
        if not found:
            return None
        who = self.asking(scope)
        return self.reception.by_key(found[1], who.visit) or (self._sole(who, Via.API) if self._is_token(found[1], who) else None)

    def limited(self, what: str, actor: Actor) -> None:
        """Count a ``render`` or ``preview``. Raises TooOften."""
        self.reception.limited(what, actor)

    # Signing in
    def log_in(self, scope: Scope, *, name: str = "", password: str = "", token: str = "") -> str:
        """Let somebody in; give what goes into the cookie, always new, and end what the browser showed before.

        Raises:
            NotSignedIn: it was wrong.
            TooOften: it was wrong too often.
            BadInput: the desk is reached so that others would read the password.
        """
        who, mode = self.asking(scope), self.mode
        if mode is Mode.PROXY:
            raise NotSignedIn("people.by_proxy")
        made = self.reception.log_in(name, password, who.visit) if mode is Mode.ACCOUNTS else self._log_in_sole(token.strip(), who)
        self.log_out(scope)
        return made

    def log_out(self, scope: Scope) -> None:
        """End the browser's session, if there is one."""
        who = self.asking(scope)
        shown = shown_cookie(scope, secure=who.is_secure)
        if shown:
            self.reception.log_out(shown, who.visit)

    def _log_in_sole(self, token: str, who: Asking) -> str:
        if not who.is_near:
            raise BadInput("people.not_near")
        self.reception.attempted(who.visit)
        if not self._is_token(token, who):
            self.reception.audit.write(Actor(name=SOLE, permissions=frozenset(), via=Via.DESK, address=who.visit.address), "login_failed")
            raise NotSignedIn("people.wrong_token")
        made = new_token()
        self.reception.sessions.begin(hash_of(made), self._sole_person(), who.visit, proof=None)
        self.reception.succeeded(who.visit)
        self.reception.audit.write(self._sole(who, Via.DESK), "login")
        return made

    def _sole_by_session(self, shown: str, who: Asking) -> Actor | None:
        found = self.reception.sessions.find(hash_of(shown))
        is_open = found is not None and found.role is None and who.is_near and found.person == self._sole_person() and self.mode is Mode.TOKEN
        return self._sole(who, Via.DESK) if is_open else None

    def _sole_person(self) -> str:
        """Name whoever has the token; another token is another person, so that a new one ends the old one's sessions."""
        return f"{SOLE}:{hash_of(self.token.read())[:32]}"

    def _is_token(self, shown: str, who: Asking) -> bool:
        return who.is_near and self.mode is Mode.TOKEN and is_same(shown, self.token.read())

    @staticmethod
    def _sole(who: Asking, via: Via) -> Actor:
        return Actor(name=SOLE, permissions=ROLES[Role.ADMIN], via=via, address=who.visit.address)


def cookie_name(*, secure: bool) -> str:
    """Name the cookie; a browser takes the one with the prefix only by https and from the host itself, so that no neighbour can set it."""
    return "__Host-audiopub" if secure else "audiopub"


def shown_cookie(scope: Scope, *, secure: bool) -> str:
    """Give what the browser shows; nothing where it shows several."""
    wanted = cookie_name(secure=secure)
    parts = [part for line in Headers(scope=scope).getlist("cookie") for part in line.split(";")]
    found = [value for part in parts for name, value in cookie_parser(part).items() if name == wanted]
    return found[0] if len(found) == 1 else ""
