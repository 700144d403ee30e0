"""Signing in and out."""

from collections.abc import Mapping
from html import escape
from typing import Annotated

from fastapi import Form, Request, Response
from starlette.responses import RedirectResponse

from audiopub.errors import AudiopubError, BadInput, NotSignedIn, TooOften
from audiopub.people import Permission
from audiopub.people.records import LONGEST
from audiopub.web.doors import Doors, Mode, cookie_name
from audiopub.web.guard import GuardedRouter
from audiopub.web.refusals import LOGIN, bare_page, is_ours, said
from audiopub.web.tongue import tongue

router = GuardedRouter(surface="desk")
_HOME = "/desk/"
_FORMS: Mapping[Mode, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    Mode.TOKEN: ("people.hint_token", (("token", "password", "people.field_token"),)),
    Mode.ACCOUNTS: ("people.hint_accounts", (("name", "text", "people.field_name"), ("password", "password", "people.field_password"))),
    Mode.PROXY: ("people.by_proxy", ()),
}
"""By each way to come in: what is said, and the fields with their types and labels."""


@router.get("", permission=Permission.READ)
def home(request: Request) -> Response:
    """Lead to the desk whoever leaves the last stroke out."""
    return RedirectResponse(f"{_HOME}?{request.url.query}" if request.url.query else _HOME, 303)


@router.get("/login", public=True)
def form(request: Request, next: str = "") -> Response:  # noqa: A002  the name in the address
    """Ask who it is."""
    return _form(request, _doors(request).mode, next)


@router.post("/login", public=True)
def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    token: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = "",  # noqa: A002
) -> Response:
    """Let somebody in, or say that it was wrong."""
    doors = _doors(request)
    try:
        made = doors.log_in(request.scope, name=name, password=password, token=token)
    except NotSignedIn as error:
        return _form(request, doors.mode, next, error=error, status=401)
    except TooOften as error:
        answer = _form(request, doors.mode, next, error=error, status=429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    except BadInput as error:
        return _form(request, doors.mode, next, error=error, status=400)
    answer = RedirectResponse(next if is_ours(next) else _HOME, 303)
    secure = doors.asking(request.scope).is_secure
    answer.set_cookie(cookie_name(secure=secure), made, max_age=LONGEST // 1000, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


@router.post("/logout", permission=Permission.READ)
def log_out(request: Request) -> Response:
    """End the browser's session."""
    doors = _doors(request)
    doors.log_out(request.scope)
    answer = RedirectResponse(LOGIN, 303)
    secure = doors.asking(request.scope).is_secure
    answer.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def _doors(request: Request) -> Doors:
    found: Doors = request.app.state.doors
    return found


def _form(request: Request, mode: Mode, asked: str, *, error: AudiopubError | None = None, status: int = 200) -> Response:
    """Give the form; a form in it leads back here, so that nothing of it stands in an address."""
    hint, fields = _FORMS[mode]
    scope = request.scope
    alert = f'<p role="alert">{escape(error.sentence(tongue(scope)))}</p>' if error else ""
    inputs = "".join(f'<p><label>{said(scope, label)} <input name="{field}" type="{kind}" required></label></p>' for field, kind, label in fields)
    hidden = f'<input type="hidden" name="next" value="{asked}">' if is_ours(asked) else ""
    button = f"<button>{said(scope, 'people.sign_in')}</button>" if fields else ""
    body = f'<main><h1>audiopub</h1><p>{said(scope, hint)}</p>{alert}<form method="post" action="{LOGIN}">{inputs}{hidden}{button}</form></main>'
    return bare_page(scope, said(scope, "people.sign_in"), body, status)
