"""Who may come in: people, the keys of programs, and one's own password."""

from typing import Annotated

from fastapi import Form, Request, Response

from audiopub.errors import AudiopubError, BadInput
from audiopub.people import ROLES, SOLE, Actor, Permission, Role
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward
from audiopub.web.views.at_hand import reception_of, screen, sentence_of

router = GuardedRouter(surface="desk")

Name = Annotated[str, Form(max_length=200)]
Secret = Annotated[str, Form(max_length=2000)]


@router.get("/people", permission=Permission.ADMIN)
def people(request: Request, actor: Signed) -> Response:
    """List the accounts."""
    return _people(request, actor)


@router.post("/people", permission=Permission.ADMIN)
def add(request: Request, actor: Signed, name: Name, role: Name, password: Secret) -> Response:
    """Open an account."""
    try:
        reception_of(request).add(name, _role(role), password, by=actor)
    except AudiopubError as error:
        return _people(request, actor, error=error, name=name, role=role)
    return onward(request, "/desk/people", told="desk.ppl_added")


@router.post("/people/{name}/role", permission=Permission.ADMIN)
def set_role(request: Request, actor: Signed, name: str, role: Name) -> Response:
    """Change what a person may do."""
    try:
        reception_of(request).set_role(name, _role(role), by=actor)
    except AudiopubError as error:
        return _people(request, actor, error=error)
    return onward(request, "/desk/people", told="desk.ppl_role_set")


@router.post("/people/{name}/password", permission=Permission.ADMIN)
def set_password(request: Request, actor: Signed, name: str, password: Secret) -> Response:
    """Give a person another password; all sessions of theirs end."""
    try:
        reception_of(request).set_password(name, password, by=actor)
    except AudiopubError as error:
        return _people(request, actor, error=error)
    return onward(request, "/desk/people", told="desk.ppl_password_set")


@router.post("/people/{name}/disabled", permission=Permission.ADMIN)
def set_disabled(request: Request, actor: Signed, name: str, disabled: Name = "") -> Response:
    """Shut a person out, or let in again."""
    try:
        reception_of(request).set_disabled(name, disabled=bool(disabled), by=actor)
    except AudiopubError as error:
        return _people(request, actor, error=error)
    return onward(request, "/desk/people", told="desk.ppl_disabled" if disabled else "desk.ppl_enabled")


@router.post("/people/{name}/remove", permission=Permission.ADMIN)
def remove(request: Request, actor: Signed, name: str) -> Response:
    """Close an account."""
    try:
        reception_of(request).remove(name, by=actor)
    except AudiopubError as error:
        return _people(request, actor, error=error)
    return onward(request, "/desk/people", told="desk.ppl_removed")


@router.get("/people/keys", permission=Permission.ADMIN)
def keys(request: Request) -> Response:
    """List the keys of programs."""
    return _keys(request)


@router.post("/people/keys", permission=Permission.ADMIN)
def add_key(request: Request, actor: Signed, name: Name, scopes: Annotated[list[Permission] | None, Form()] = None) -> Response:
    """Make a key; its text stands in this answer and nowhere else ever."""
    try:
        made = reception_of(request).add_key(name, scopes or (), by=actor)
    except AudiopubError as error:
        return _keys(request, error=error, name=name)
    return _keys(request, made=made.text)


@router.post("/people/keys/{key}/revoke", permission=Permission.ADMIN)
def revoke_key(request: Request, actor: Signed, key: str) -> Response:
    """Let a key open nothing from now on."""
    try:
        reception_of(request).revoke_key(key, by=actor)
    except AudiopubError as error:
        return _keys(request, error=error)
    return onward(request, "/desk/people/keys", told="desk.key_revoked")


@router.get("/account", permission=Permission.READ)
def account(request: Request, actor: Signed) -> Response:
    """Show who one is here, and the way to change the password."""
    return _account(request, actor)


@router.post("/account/password", permission=Permission.READ)
def own_password(request: Request, actor: Signed, password: Secret, again: Secret, present: Secret = "") -> Response:
    """Change one's own password; every browser has to sign in again, this one too."""
    try:
        if password != again:
            raise BadInput("desk.acc_not_same")
        reception_of(request).change_password(present, password, by=actor)
    except AudiopubError as error:
        return _account(request, actor, error=error)
    return onward(request, "/desk/login")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise BadInput("desk.ppl_no_role") from error


def _people(request: Request, actor: Actor, *, error: AudiopubError | None = None, name: str = "", role: str = "editor") -> Response:
    found = reception_of(request).people.all()
    return screen(
        request, "people.html", status=422 if error else 200, people=found, roles=tuple(Role), me=actor.name, problem=sentence_of(request, error), name=name,
        role=role if found else "admin", tab="people", here=_is_settings,
    )  # fmt: skip


def _keys(request: Request, *, error: AudiopubError | None = None, made: str = "", name: str = "") -> Response:
    found = reception_of(request).keys.all()
    return screen(
        request,
        "keys.html",
        status=422 if error else 200,
        keys=found,
        scopes=tuple(Permission),
        made=made,
        problem=sentence_of(request, error),
        name=name,
        tab="keys",
        here=_is_settings,
    )


def _account(request: Request, actor: Actor, *, error: AudiopubError | None = None) -> Response:
    role = next((role for role in Role if ROLES[role] == actor.permissions), None)
    is_sole = actor.name == SOLE or reception_of(request).people.get(actor.name) is None
    return screen(request, "account.html", status=422 if error else 200, role=role, is_sole=is_sole, problem=sentence_of(request, error))


def _is_settings(path: str) -> bool:
    """Tell which section of the desk this is a part of."""
    return path == "/desk/settings"
