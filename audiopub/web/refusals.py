"""Answers to whoever does not come in, for pages, for pieces of pages, and for programs."""

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Scope

from audiopub.errors import AudiopubError
from audiopub.messages import message
from audiopub.web.assets import asset_url
from audiopub.web.headers import surface_of
from audiopub.web.tongue import tongue

LOGIN = "/desk/login"
_TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 413: "Content Too Large",
    421: "Misdirected Request", 429: "Too Many Requests", 503: "Service Unavailable",
}  # fmt: skip


def refusal(scope: Scope, status: int, error: AudiopubError, headers: Mapping[str, str] | None = None) -> Response:
    """Say in the face that was asked why nothing is done: problem+json for programs, the sentence for people."""
    sentence = error.sentence(tongue(scope))
    if surface_of(scope["path"]) != "api":
        return PlainTextResponse(sentence + "\n", status, headers)
    problem = {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status, "code": error.code, "detail": sentence}
    return JSONResponse(problem, status, headers, media_type="application/problem+json")


def coded(scope: Scope, status: int, key: str) -> Response:
    """Refuse for a reason that is a key of the message catalogs."""
    return refusal(scope, status, AudiopubError(key))


def not_signed_in(scope: Scope) -> Response:
    """Answer whoever did not say who they are, the same for what is there and what is not: a page leads to the login."""
    error = AudiopubError("people.not_signed_in")
    if surface_of(scope["path"]) == "api":
        return refusal(scope, 401, error, {"WWW-Authenticate": 'Bearer realm="audiopub"'})
    headers = Headers(scope=scope)
    if headers.get("hx-request"):
        return refusal(scope, 401, error)  # the page itself leads to the login, unless something that was written would be lost
    if scope["method"] in {"GET", "HEAD"} and headers.get("sec-fetch-mode", "navigate") == "navigate" and "text/html" in headers.get("accept", ""):
        return RedirectResponse(LOGIN + came_for(scope), 303)
    if "text/html" in headers.get("accept", ""):
        return _signed_out(scope)
    return refusal(scope, 401, error)


def _signed_out(scope: Scope) -> Response:
    """Answer a form that was sent after its session ended: what was written is still in the page before this one."""
    door = f'<p><a href="{LOGIN}" target="_blank" rel="noopener">{said(scope, "people.sign_in_beside")}</a></p>'
    body = f'<main><h1>{said(scope, "people.signed_out")}</h1><p role="alert">{said(scope, "people.signed_out_about")}</p>{door}</main>'
    return bare_page(scope, said(scope, "people.signed_out"), body, 401)


def came_for(scope: Scope) -> str:
    """Give the query by which the login leads to what was asked for."""
    path = scope["path"]
    return f"?next={quote(path, safe='/')}" if is_ours(path) and path != LOGIN else ""


def is_ours(path: str) -> bool:
    """Tell whether a path leads to a page of the desk and nowhere else.

    >>> [is_ours(path) for path in ("/desk/articles/tin-0123", "//evil.example/desk", "/desk/../feed.xml", "/desk//evil.example", "/desk/a?b")]
    [True, False, False, False, False]
    """
    parts = path.split("/")
    return parts[:2] == ["", "desk"] and all(part and part.isascii() and part.replace("-", "").replace("_", "").isalnum() for part in parts[2:])


def bare_page(scope: Scope, title: str, body: str, status: int = 200) -> Response:
    """Give a page that needs nothing of the desk but its style."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
    look = f'<link rel="icon" href="{asset_url("icon.svg")}"><link rel="stylesheet" href="{asset_url("desk.css")}">'
    text = f'<!DOCTYPE html><html lang="{tongue(scope)}">{head}<title>{escape(title)}</title>{look}<body class="bare">{body}'
    return Response(text, status, media_type="text/html; charset=utf-8")


def said(scope: Scope, key: str) -> str:
    """Say something in the language of a request."""
    return message(key, tongue(scope))
