"""Routes that cannot be made without saying who may use them."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import Scope

from audiopub.errors import NotSignedIn
from audiopub.people import Actor, Permission

Surface = Literal["desk", "api"]
_ACTOR = "audiopub.actor"
_LARGEST_FIELD = 1 << 30
_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])


class GuardedRoute(APIRoute):
    """A route that looks who asks before it reads anything of the request."""

    surface: ClassVar[Surface]
    permission: ClassVar[Permission | None]
    """What whoever asks must be allowed; None for a route that is everybody's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give what answers a request: the endpoint, behind its guard."""
        inner, permission = super().get_route_handler(), self.permission
        is_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)

        async def handler(request: Request) -> Response:
            if permission is not None:
                _signed(request).must(permission)
            if is_form:  # read here, since FastAPI would take no field of more than a megabyte; how much the whole may be, is counted as it arrives
                await request.form(max_part_size=_LARGEST_FIELD)
            return await inner(request)

        return handler


@cache
def _route_class(surface: Surface, permission: Permission | None) -> type[GuardedRoute]:
    """Make the class of routes with one guard; whatever copies a route keeps its class."""
    return type("GuardedRoute", (GuardedRoute,), {"surface": surface, "permission": permission})


class GuardedRouter(APIRouter):
    """A router whose every route says which permission it takes, or that it is public."""

    def __init__(self, *, surface: Surface, prefix: str = "", **settings: Any) -> None:
        """Make a router.

        Args:
            surface: ``desk`` for pages below ``/desk``, ``api`` for what programs ask below ``/api``.
            prefix: what comes between that and the paths of the routes; ``/v1/jobs``.
            **settings: as of FastAPI's router.
        """
        settings.setdefault("include_in_schema", surface == "api")
        super().__init__(prefix=f"/{surface}{prefix}", redirect_slashes=False, **settings)
        self.surface = surface

    def guarded(self, method: str, path: str, permission: Permission | None, *, public: bool, **settings: Any) -> Callable[[_Endpoint], _Endpoint]:
        """Register an endpoint for a method and a path.

        Raises:
            TypeError: it has no permission and is not public, or both; or its path repeats what all paths of the surface begin with.
        """
        if path.startswith(f"/{self.surface}/"):
            raise TypeError(f"{method} {path}: the path of a route begins after /{self.surface}")
        if (permission is None) is not public:
            raise TypeError(f"{method} {path}: a permission, or public=True")
        if self.surface == "api" and not public:
            extra = {"security": [{"bearer": []}], "x-permission": str(permission), **(settings.pop("openapi_extra", None) or {})}
            settings["openapi_extra"] = extra

        def register(endpoint: _Endpoint) -> _Endpoint:
            self.add_api_route(path, endpoint, methods=[method], route_class_override=_route_class(self.surface, permission), **settings)
            return endpoint

        return register

    def get(self, path: str, *, permission: Permission | None = None, public: bool = False, **settings: Any) -> Callable[[_Endpoint], _Endpoint]:
        """Answer GET."""
        return self.guarded("GET", path, permission, public=public, **settings)

    def post(self, path: str, *, permission: Permission | None = None, public: bool = False, **settings: Any) -> Callable[[_Endpoint], _Endpoint]:
        """Answer POST."""
        return self.guarded("POST", path, permission, public=public, **settings)

    def put(self, path: str, *, permission: Permission | None = None, public: bool = False, **settings: Any) -> Callable[[_Endpoint], _Endpoint]:
        """Answer PUT."""
        return self.guarded("PUT", path, permission, public=public, **settings)

    def patch(self, path: str, *, permission: Permission | None = None, public: bool = False, **settings: Any) -> Callable[[_Endpoint], _Endpoint]:
        """Answer PATCH."""
        return self.guarded("PATCH", path, permission, public=public, **settings)

    def delete(self, path: str, *, permission: Permission | None = None, public: bool = False, **settings: Any) -> Callable[[_Endpoint], _Endpoint]:
        """Answer DELETE."""
        return self.guarded("DELETE", path, permission, public=public, **settings)


def admit(scope: Scope, actor: Actor) -> None:
    """Note in a request who makes it; pages and endpoints find it as ``request.state.actor`` too."""
    scope[_ACTOR] = actor
    scope["state"] = {**scope.get("state", {}), "actor": actor}


def actor_of(scope: Scope) -> Actor | None:
    """Give who makes a request, as far as is known."""
    found = scope.get(_ACTOR)
    return found if isinstance(found, Actor) else None


def _signed(request: Request) -> Actor:
    found = actor_of(request.scope)
    if found is None:
        raise NotSignedIn("people.not_signed_in")
    return found


Signed = Annotated[Actor, Depends(_signed)]
"""Whoever makes the request, as an argument of an endpoint that is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A route, as far as its guard goes."""

    path: str
    methods: frozenset[str]
    surface: Surface
    permission: Permission | None
    """None where it is public."""


def every_route(app: FastAPI) -> tuple[Guarded, ...]:
    """List all routes of the desk and its API with what they take.

    Raises:
        TypeError: one has no guard, which is a mistake in the code.
    """
    return tuple(_all_guarded(app.routes))


def _all_guarded(routes: list[BaseRoute]) -> Iterator[Guarded]:
    for route in routes:
        if isinstance(route, GuardedRoute):
            yield Guarded(path=route.path, methods=frozenset(route.methods or ()), surface=route.surface, permission=route.permission)
        else:
            raise TypeError(f"{getattr(route, 'path', route)} has no guard")
