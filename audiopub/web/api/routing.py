"""Routes of the API: what is not described is refused, errors are problems, and every status that a route gives is told."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from audiopub.errors import AudiopubError, FetchFailed, SpeechFailed
from audiopub.messages import message
from audiopub.web.api.once import Replayed, answered, failed, once
from audiopub.web.guard import GuardedRouter
from audiopub.web.problems import PROBLEM, TITLES, Refused, answer_of

PREFIX = "/api/v1"
_LOG = logging.getLogger("audiopub.web")
_ANY = (400, 401, 403, 404, 421, 422, 429, 503)
"""What every route may answer: the doors, a name that is not there, the limits, a database that is away."""

_WITH_A_BODY = (409, 413, 415)
_CODES: Mapping[int, str] = {
    400: "api.bad_json", 401: "api.unauthorized", 403: "people.forbidden", 404: "draft.not_found", 409: "api.already_rendering", 412: "draft.outdated",
    413: "api.too_large", 415: "api.not_json", 421: "api.title_bad_host", 422: "api.invalid", 428: "api.if_match_required", 429: "api.title_too_often",
    500: "api.unexpected", 503: "again.locked",
}  # fmt: skip
"""Of each status a code that comes with it, for the examples of the description."""


class ApiRoute(APIRoute):
    """A route whose errors are problems, and which answers a repeated request as it did the first time. Its guard stands inside of that."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give what answers a request."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await inner(request)
            except Replayed as found:
                return found.response()
            except (FetchFailed, SpeechFailed) as error:  # of the world outside, which may be well again in a moment: the request may be sent again
                await failed(request)
                return answer_of(request, error)
            except (AudiopubError, RequestValidationError, HTTPException) as error:
                response = answer_of(request, error)
            except Exception as error:  # noqa: BLE001  a mistake of ours; the log has all of it, and the request may be sent again
                _LOG.exception("%s %s", request.method, request.url.path)
                await failed(request)
                return answer_of(request, error)
            await answered(request, response)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return handle


def _with_guard(guarded: type[APIRoute]) -> type[APIRoute]:
    """Make the class of our routes with a guard."""
    return type("ApiRoute", (ApiRoute, guarded), {})


class ApiRouter(GuardedRouter):
    """A guarded router of our routes."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], *, route_class_override: type[APIRoute] | None = None, **settings: Any) -> None:
        """Register an endpoint."""
        super().add_api_route(path, endpoint, route_class_override=_with_guard(route_class_override or APIRoute), **settings)


def _parameters(dependant: Dependant) -> set[str]:
    own = {str(field.alias) for field in dependant.query_params}
    return own.union(*(_parameters(inner) for inner in dependant.dependencies))


def known_only(request: Request) -> None:
    """Refuse a query parameter that the route does not describe: it was meant to do something, and would not.

    Raises:
        Refused: there is one.
    """
    route: APIRoute = request.scope["route"]
    known = _parameters(route.dependant)
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise Refused(422, "api.unknown_parameter", names=", ".join(unknown)[:200], known=", ".join(sorted(known)) or "-")


def router(tag: str) -> ApiRouter:
    """Make a router for a part of the API."""
    return ApiRouter(surface="api", prefix="/v1", tags=[tag])


def reads(*statuses: int, **more: Any) -> dict[str, Any]:
    """Describe a route that changes nothing; give what it is registered with.

    Args:
        *statuses: what it may answer besides success and what every route may.
        **more: further settings of FastAPI.
    """
    return _described((*_ANY, *statuses), [Depends(known_only)], more)


def acts(*statuses: int, **more: Any) -> dict[str, Any]:
    """Describe a route that does something, by POST, PUT, PATCH or DELETE, which is done once where it has an ``Idempotency-Key``."""
    return _described((*_ANY, *_WITH_A_BODY, *statuses), [Depends(known_only), Depends(once)], more)


def _described(statuses: tuple[int, ...], dependencies: list[Any], more: dict[str, Any]) -> dict[str, Any]:
    told = {status: _told(status) for status in sorted(statuses)}
    return {**more, "dependencies": dependencies, "responses": {**told, **more.get("responses", {})}}


def _told(status: int) -> dict[str, Any]:
    code, title = _CODES[status], message(TITLES[status], "en")
    example = {"type": f"urn:audiopub:{code}", "title": title, "status": status, "detail": title, "code": code}
    told: dict[str, Any] = {"description": title, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}}
    if status in {429, 503}:
        told["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string", "pattern": r"^\d+$"}}}
    return told
