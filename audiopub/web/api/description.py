"""The description of the API in OpenAPI: complete, and of nothing else."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from audiopub.web.api.shapes import Problem
from audiopub.web.problems import PROBLEM

_ABOUT = """The editors' desk for programs. Errors are problems (RFC 9457) whose `code` never changes; their sentences follow `Accept-Language` (vi, en).
What changes an article names the version that was seen, by `If-Match`. A request with an `Idempotency-Key` is done once, however often it is sent within 24 hours."""


def described(app: FastAPI) -> dict[str, Any]:
    """Describe the API of an application; made once."""
    known: dict[str, Any] | None = getattr(app.state, "api_description", None)
    if known is None:
        known = app.state.api_description = _made(app)
    return known


def _made(app: FastAPI) -> dict[str, Any]:
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.path.startswith("/api/")]
    found = get_openapi(title="audiopub", version="1", openapi_version="3.1.0", description=_ABOUT, routes=routes)
    schemas = found["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    found["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "description": "A key that `audiopub keys add` made: `apk_…`."}}
    found["components"]["responses"] = _shared(found)
    return found


def _shared(found: dict[str, Any]) -> dict[str, Any]:
    """Tell once what many operations refuse alike: a tenth of the length, and a reader sees what is special."""
    shared: dict[str, Any] = {}
    for operation in _operations(found):
        for status, told in operation["responses"].items():
            if PROBLEM in told.get("content", {}) and shared.setdefault(f"Refused{status}", told) == told:
                operation["responses"][status] = {"$ref": f"#/components/responses/Refused{status}"}
    return shared


def _operations(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in found["paths"].values():
        yield from path.values()
