"""Errors as answers: RFC 9457 for programs, with the message key as a stable code and a sentence in the language that is asked for."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from audiopub.errors import (
    AudiopubError,
    AudioSuspect,
    BadInput,
    EngineUnavailable,
    EngineUnknown,
    FeedInvalid,
    FetchFailed,
    Forbidden,
    NotFound,
    NotSignedIn,
    Outdated,
    Overtaken,
    SpeechFailed,
    TooOften,
    TryAgain,
)  # fmt: skip
from audiopub.messages import LANGUAGES, Language, message

PROBLEM = "application/problem+json"

TITLES: Mapping[int, str] = {
    400: "api.title_bad_request", 401: "api.title_unauthorized", 403: "api.title_forbidden", 404: "api.title_not_found", 405: "api.title_bad_method",
    409: "api.title_conflict", 412: "api.title_outdated", 413: "api.title_too_large", 415: "api.title_bad_type", 421: "api.title_bad_host", 422: "api.title_refused",
    428: "api.title_unconditional", 429: "api.title_too_often", 500: "api.title_unexpected", 503: "api.title_busy",
}  # fmt: skip
"""What each status says in general."""

_STATUSES: tuple[tuple[type[AudiopubError], int], ...] = (  # the first that fits counts
    (NotFound, 404), (Outdated, 412), (NotSignedIn, 401), (Forbidden, 403), (EngineUnknown, 422), (EngineUnavailable, 503), (Overtaken, 409), (TooOften, 429),
    (TryAgain, 503),
    (BadInput, 422),
    (FetchFailed, 422), (SpeechFailed, 422), (FeedInvalid, 422), (AudioSuspect, 422),
)  # fmt: skip

_OF_HTTP: Mapping[int, str] = {
    401: "api.unauthorized",
    403: "api.title_forbidden",
    404: "api.no_route",
    405: "api.bad_method",
    413: "api.too_large",
    421: "api.title_bad_host",
}
_OWN = frozenset({"type", "title", "status", "detail", "code", "instance"})
_SOON = "5"
"""Seconds after which what was busy is worth another try."""


class Refused(AudiopubError):
    """A request that the API itself refuses, with the status that says so."""

    def __init__(self, status: int, code: str, /, **details: object) -> None:
        """Keep status, code and details."""
        super().__init__(code, **details)
        self.status = status


def status_of(error: AudiopubError) -> int:
    """Give the status of HTTP that an error is told by.

    >>> status_of(NotFound("draft.not_found")), status_of(Outdated("draft.outdated")), status_of(AudiopubError("api.unexpected"))
    (404, 412, 500)
    """
    given = getattr(error, "status", None)
    return given if isinstance(given, int) else next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def language_of(request: Request) -> Language:
    """Give the first language of ``Accept-Language`` that audiopub speaks; Vietnamese where there is none."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(request.headers.get("accept-language", "")[:200].split(",")):
        name, _, weight = part.partition(";")
        wanted.append((-_weight(weight), place, name.strip().lower()[:2]))
    known = {str(language): language for language in LANGUAGES}
    return next((known[name] for weight, _, name in sorted(wanted) if weight < 0 and name in known), "vi")


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


def problem(request: Request, error: AudiopubError, headers: Mapping[str, str] | None = None) -> Response:
    """Tell a program of an error: what kind, a sentence, the code, and the error's details as further members."""
    status, language = status_of(error), language_of(request)
    details = {name: plain(value) for name, value in error.details.items() if name not in _OWN}
    body = {
        "type": f"urn:audiopub:{error.code}", "title": message(TITLES.get(status, "api.title_unexpected"), language), "status": status,
        "detail": error.sentence(language), "code": error.code, **details,
    }  # fmt: skip
    retry = {"Retry-After": str(getattr(error, "retry_after", None) or _SOON)} if status in {429, 503} else {}
    spent: str | None = getattr(request.state, "limit", None)
    if spent and status == 429:  # noqa: PLR2004  too often
        retry["RateLimit"] = spent
    about = {"Content-Type": PROBLEM, "Content-Language": language, "Cache-Control": "no-store", **retry, **(headers or {})}
    return Response(json.dumps(body, ensure_ascii=False), status, about)


def of_validation(error: RequestValidationError) -> AudiopubError:
    """Give the error of a request that is not as its description demands."""
    found = error.errors()
    places = [".".join(str(part) for part in item["loc"]) for item in found]
    if any(item["type"] == "json_invalid" for item in found):
        return Refused(400, "api.bad_json")
    if all(item["loc"][0] == "path" for item in found):
        return NotFound("api.no_route")
    if any(item["type"] == "model_attributes_type" and item["loc"] == ("body",) and isinstance(item.get("input"), bytes) for item in found):
        return Refused(415, "api.not_json")
    kinds = [{"at": place, "kind": str(item["type"])} for place, item in zip(places, found, strict=True)]
    return Refused(422, "api.invalid", fields=", ".join(dict.fromkeys(places))[:500], errors=kinds[:50])


def of_http(error: HTTPException) -> AudiopubError:
    """Give the error of a status that the web framework answers with of itself."""
    if error.status_code == 400:  # noqa: PLR2004  FastAPI's, of a body that cannot be read
        return Refused(400, "api.bad_json")
    return Refused(error.status_code, _OF_HTTP.get(error.status_code, "api.title_bad_request"))


def answer_of(request: Request, error: Exception) -> Response:
    """Tell a program of whatever went wrong with its request."""
    if isinstance(error, AudiopubError):
        return problem(request, error)
    if isinstance(error, RequestValidationError):
        return problem(request, of_validation(error))
    if isinstance(error, HTTPException):
        return problem(request, of_http(error), error.headers)
    return problem(request, Refused(500, "api.unexpected", kind=type(error).__name__))


def plain(value: object) -> Any:
    """Give a value as JSON has it: records as objects, moments as ISO 8601, what is unknown as text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [plain(inner) for inner in value]
    return str(value)
