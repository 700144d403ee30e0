"""Limits of what is dear: how many renders and previews one may ask for, told by the headers of the IETF's draft."""

from typing import Literal

from fastapi import Request, Response

from audiopub.errors import TooOften
from audiopub.people import Actor
from audiopub.people.limits import LIMITS
from audiopub.web.doors import Doors

POLICY = {"RateLimit-Policy": {"description": 'What is allowed, such as `"render";q=10;w=60`: ten in sixty seconds.', "schema": {"type": "string"}}}


def limited(request: Request, response: Response, what: Literal["render", "preview"], actor: Actor) -> None:
    """Count something that is limited, and tell the limit.

    Raises:
        TooOften: it was done too often; the answer says when it may be done again.
    """
    doors: Doors = request.app.state.doors
    limit = LIMITS[what]
    response.headers["RateLimit-Policy"] = f'"{what}";q={limit.count};w={limit.span // 1000}'
    try:
        doors.limited(what, actor)
    except TooOften as error:
        request.state.limit = f'"{what}";r=0;t={error.retry_after}'
        raise
