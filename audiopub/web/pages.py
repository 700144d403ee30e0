"""Pages of the desk, and pieces of pages: templates, what all of them can say, and the language they say it in."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from audiopub.messages import LANGUAGES, Language, catalog, message
from audiopub.people import Actor, Permission
from audiopub.web.assets import asset_url
from audiopub.web.guard import actor_of
from audiopub.web.tongue import tongue

_TOLD_COOKIE = "told"
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def page(request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object) -> HTMLResponse:
    """Fill a template, a whole page or a piece of one.

    Besides ``values`` every template has ``request``, ``say(key, **details)``, ``told(error)``, ``lang``, ``languages``, ``actor`` (None where nobody is signed
    in), ``can(permission)``, ``asset(name)``, ``shows()``, ``here(path)``, ``moment(ms or datetime)``, ``clock(ms)``, ``number(figure)`` and ``done``: what the
    page before this one has to tell.
    """
    language = tongue(request.scope)
    actor = actor_of(request.scope)
    done = request.cookies.get(_TOLD_COOKIE, "")
    body = _environment().get_template(template).render({
        "request": request, "lang": language, "languages": LANGUAGES, "actor": actor, "can": partial(_can, actor), "asset": asset_url,
        "say": lambda key, **details: message(key, language, **details), "told": lambda error: error.sentence(language),
        "say_code": lambda code, details: _coded(code, language, details),
        "shows": partial(_shows, request, actor), "show": request.query_params.get("show", ""), "here": partial(_is_here, request.url.path),
        "done": done if _is_told(done) else "", "moment": moment, "clock": clock, "number": partial(number, language=language), **values,
    })  # fmt: skip
    answer = HTMLResponse(body, status, headers=headers)
    if done and not is_piece(request):
        answer.delete_cookie(_TOLD_COOKIE, path="/desk")
    return answer


def is_piece(request: Request) -> bool:
    """Tell whether htmx asks, which wants a piece of the page and not the whole of it."""
    return request.headers.get("HX-Request") == "true"


def language_of(request: Request) -> Language:
    """Give the language of whoever asks."""
    return tongue(request.scope)


def onward(request: Request, address: str, *, told: str = "") -> Response:
    """Send the browser to another page, which shows a message.

    Args:
        request: of whoever acted; htmx is told in its own way.
        address: of the page, on this site.
        told: a key of the group ``desk`` without placeholders.
    """
    answer = Response(status_code=204, headers=_led(request, address)) if is_piece(request) else RedirectResponse(address, 303)
    if told:
        answer.set_cookie(_TOLD_COOKIE, told, max_age=60, path="/desk", httponly=True, samesite="lax")
    return answer


def _led(request: Request, address: str) -> dict[str, str]:
    """Give the header that leads htmx onward. A page is loaded again rather than led to itself: with another fragment that would load nothing."""
    same = urlsplit(request.headers.get("HX-Current-URL", "")).path == urlsplit(address).path
    return {"HX-Refresh": "true"} if same else {"HX-Redirect": address}


def telling(request: Request, key: str, *, quiet: bool = False, **details: object) -> dict[str, str]:
    """Give the headers by which a piece of a page shows a passing message, or (``quiet``) says beside the work that it is saved."""
    said = message(key, tongue(request.scope), **details)
    return {"HX-Trigger": json.dumps({"desk:saved" if quiet else "desk:told": {"target": "body", "text": said}})}  # ASCII, as headers must be


def moment(when: int | datetime | None) -> str:
    """Say a moment in Vietnam's time, the day first.

    >>> moment(1_795_000_000_000)
    '18/11/2026 18:06'
    """
    if when is None:
        return ""
    at = when if isinstance(when, datetime) else datetime.fromtimestamp(when / 1000, UTC)
    return f"{at.astimezone(_VIETNAM):%d/%m/%Y %H:%M}"


def clock(milliseconds: int) -> str:
    """Say a length.

    >>> clock(376_000), clock(3_700_000)
    ('6:16', '1:01:40')
    """
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def number(figure: float, language: Language = "vi") -> str:
    """Group a figure's digits as the language does.

    >>> number(12045), number(0.5)
    ('12.045', '0,5')
    """
    said = f"{figure:,}"
    return said if language == "en" else said.translate(str.maketrans(",.", ".,"))


def _coded(code: str, language: Language, details: Mapping[str, Any]) -> str:
    """Say why a job failed; the code alone where nobody knows it any more, as jobs outlive the words of a version."""
    try:
        return message(code, language, **details)
    except KeyError:
        return code


def _can(actor: Actor | None, permission: str) -> bool:
    return actor is not None and actor.may(Permission(permission))


def _shows(request: Request, actor: Actor | None) -> Sequence[tuple[str, str]]:
    shows: Callable[[], Sequence[tuple[str, str]]] = request.app.state.desk.shows
    return shows() if actor else ()


def _is_here(path: str, address: str) -> bool:
    return path == address if address == "/desk/" else path.startswith(address)


def _is_told(key: str) -> bool:
    return key.startswith("desk.") and key in catalog("vi") and "{" not in catalog("vi")[key]


@cache
def _environment() -> Environment:
    made = Environment(loader=PackageLoader("audiopub.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["segment"] = partial(quote, safe="")
    return made


def plain(values: Mapping[str, Any]) -> str:
    """Give values as JSON for an attribute such as ``hx-vals``; the template escapes it."""
    return json.dumps(values, ensure_ascii=False)
