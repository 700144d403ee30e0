"""The gate before the desk and its API: whatever is not said to be public is opened only to whoever is known."""

import time
from collections.abc import Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audiopub.errors import ConfigInvalid, Forbidden, TryAgain
from audiopub.people import Actor
from audiopub.web.crossing import see_to_origin
from audiopub.web.doors import Doors
from audiopub.web.guard import GuardedRoute, admit
from audiopub.web.headers import surface_of
from audiopub.web.refusals import coded, not_signed_in, refusal

_SHUT = "audiopub.shut_out"
_AGAIN = 15.0
"""Seconds after which an answer that goes on is looked at again: whoever was shut out meanwhile gets no more of it."""


class Gate:
    """Looks at each request in the same order: by which name, from which page, who asks. The path is the one that routes are chosen by, never the raw one."""

    def __init__(self, app: ASGIApp, routed: FastAPI, doors: Doors, clock: Callable[[], float] = time.monotonic) -> None:
        """Stand before an application.

        Args:
            app: what is guarded.
            routed: the application whose routes tell what is public.
            doors: know who comes in.
            clock: seconds that never go back.
        """
        self._app, self._routed, self._doors, self._clock = app, routed, doors, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        surface = surface_of(scope.get("path", ""))
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return
        if not surface:
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope, surface)
        if refused is None and not self._is_public(scope):
            found = await self._asked(scope, surface)
            if isinstance(found, Actor) and _has_nul(scope):
                refused = coded(scope, 404, "people.nothing_there")
            elif isinstance(found, Actor):
                admit(scope, found)
                send = self._watched(scope, surface, send)
            else:
                refused = found
        try:
            await (refused or self._app)(scope, receive, send)
        except Exception:
            if not scope.get(_SHUT):
                raise

    def _refused(self, scope: Scope, surface: str) -> Response | None:
        """Answer what is refused whoever asks."""
        headers, who = Headers(scope=scope), self._doors.asking(scope)
        if who.origin is None:
            return coded(scope, 421 if len(headers.getlist("host")) == 1 else 400, "people.foreign_host")
        scope["audiopub.secure"] = who.is_secure
        try:
            self._doors.see_to_headers(scope)
            if surface == "desk":
                see_to_origin(scope["method"], headers, who.origin)
        except Forbidden as error:
            return refusal(scope, 403, error)
        return None

    def _is_public(self, scope: Scope) -> bool:
        route = self._route(scope)
        return isinstance(route, GuardedRoute) and route.permission is None

    def _route(self, scope: Scope) -> BaseRoute | None:
        return next((route for route in self._routed.routes if route.matches(scope)[0] is Match.FULL), None)

    async def _asked(self, scope: Scope, surface: str) -> Actor | Response:
        door = self._doors.at_desk if surface == "desk" else self._doors.at_api
        try:
            found = await run_in_threadpool(door, scope)
        except TryAgain as error:
            return refusal(scope, 503, error, {"Retry-After": "5"})
        except ConfigInvalid as error:
            return refusal(scope, 503, error)
        return found or not_signed_in(scope)

    def _watched(self, scope: Scope, surface: str, send: Send) -> Send:
        """Send only as long as whoever asked may come in."""
        looked = self._clock()

        async def sending(message: Message) -> None:
            nonlocal looked
            if message["type"] == "http.response.body" and message.get("more_body") and self._clock() - looked > _AGAIN:
                looked = self._clock()
                if not isinstance(await self._asked(scope, surface), Actor):
                    scope[_SHUT] = True
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    raise OSError("shut out")  # what a server says of a client that has gone; streams end by it
            await send(message)

        return sending


def _has_nul(scope: Scope) -> bool:
    """Tell whether an address has a letter that nothing is called by, and that Postgres does not take."""
    return "\0" in scope["path"] or b"%00" in scope.get("query_string", b"")
