"""Every route of the desk and its API, whoever adds it: asked without credentials, with wrong and with dead ones, by every trick with paths, queries and headers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audiopub.people import ROLES, Permission, Role
from audiopub.web.api import routers as operations
from audiopub.web.guard import Guarded, GuardedRouter, every_route
from audiopub.web.views import routers as screens
from tests.desk.doors_kit import HOST, ORIGIN, OURS, ROOT, Answer, Ask, House, asked_all, house, sample_routers

PUBLIC = {"/desk/login", "/desk/language", "/desk/static/{name:path}", "/api/v1/healthz", "/api/v1/readyz"}
"""All that answers whoever asks. Another one is put here only after thought."""

_VALUES = {"name": "tin-0123456789abcdef", "number": "1"}
_SECRET = "desk-secret-of-the-newsroom"  # noqa: S105  nobody's


class Untouched:
    """A desk that notes being asked, and answers with what nobody may see."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def act(*_given: Any, **_named: Any) -> str:
            self.asked.append(name)
            return _SECRET

        return act


@pytest.fixture(scope="module")
def desk() -> Untouched:
    return Untouched()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, desk: Untouched) -> House:
    """Give the whole application, with all routes that there are and a few more."""
    made = house(tmp_path_factory.mktemp("fuzz"), desk=desk, routers=[*sample_routers(), *screens, *operations])
    made.add("chi", Role.ADMIN)
    return made


@pytest.fixture(scope="module")
def credentials(here: House) -> list[dict[str, str]]:
    """Give headers that open nothing: none, wrong ones, and such as opened something once."""
    here.add("lan", Role.ADMIN)
    key, cookie, token = here.key(*Permission, owner="lan"), here.cookie("lan"), here.doors.token.read()
    revoked = here.key(*Permission)
    here.reception.revoke_key(revoked.split("_")[1], by=ROOT)
    here.reception.set_disabled("lan", disabled=True, by=ROOT)
    live = here.key(*Permission)
    wrong = live[:-4] + ("0000" if not live.endswith("0000") else "1111")
    return [
        {}, {"authorization": f"Bearer {key}", "cookie": cookie}, {"authorization": f"Bearer {revoked}"}, {"authorization": f"Bearer {wrong}"},
        {"authorization": f"Bearer {token}", "cookie": f"audiopub={token}"}, {"authorization": "Basic YWRtaW46YWRtaW4=", "cookie": "audiopub=x; __Host-audiopub=x"},
    ]  # fmt: skip


def _address(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: _VALUES.get(found[1], _VALUES["name"]), path)


def _guarded(app: Any) -> list[Guarded]:
    return [route for route in every_route(app) if route.permission is not None]


def _paths(path: str) -> Iterator[str]:
    """Give forms of a path that some server, proxy or pattern takes for another."""
    surface, rest = path.split("/")[1], path.split("/", 2)[-1]
    other = "/desk/login" if surface == "desk" else "/api/v1/healthz"
    for query in ("r=/desk/login", "r=/desk/static/desk.css", "next=/desk/login", "_method=GET", "access_token=x", "r=/api/v1/healthz", "/desk/login"):
        yield f"{path}?{query}"
    yield from (f"/{path}", f"//{path}", path.replace("/", "//"), f"{path}/", f"{path}//", f"{path}/.", f"{path}.", f"{path}...", f"{path};x", f"{path};/desk/login")
    yield from (f"{other}/..{path}", f"{other};/..{path}", f"{other}/%2e%2e{path}", f"{other}/..%2f{rest}", f"{other}%2f..%2f{rest}", f"{other}%5c..%5c{rest}")
    yield from (
        f"/desk/static/..{path}",
        f"/desk/static/%2e%2e/%2e%2e{path}",
        f"/x/..{path}",
        f"/./{path[1:]}",
        f"/{surface}/./{rest}",
        f"/{surface}/../{surface}/{rest}",
    )
    yield from (
        f"/{surface}%2f{rest}",
        f"/{surface}%5c{rest}",
        f"/{surface};/{rest}",
        f"/{surface}%00/{rest}",
        f"{path}%00",
        f"{path}%00.css",
        f"{path}%0a",
        f"{path}%20",
    )
    yield from (path.upper(), f"/{surface.upper()}/{rest}", f"/{surface.capitalize()}/{rest}", f"/%{ord(surface[0]):x}{surface[1:]}/{rest}", f"{path}/{'a' * 5000}")
    yield from (
        f"{path}%252e",
        f"/{surface}/%252e%252e/{surface}/{rest}",
        f"/site/../{surface}/{rest}",
        f"http://{HOST}{path}",
        f"{path}#/desk/login",
        f"{path}.css",
        f"{path}.json",
    )


_HEADERS: tuple[dict[str, str], ...] = (
    {"x-original-url": "/desk/login"}, {"x-rewrite-url": "/desk/static/desk.css"}, {"x-forwarded-prefix": "/desk/login"}, {"x-forwarded-for": "127.0.0.1"},
    {"x-forwarded-host": "localhost", "x-forwarded-proto": "https", "forwarded": "for=127.0.0.1;host=localhost"}, {"x-real-ip": "127.0.0.1", "x-client-ip": "::1"},
    {"x-http-method-override": "GET", "x-method-override": "GET", "x-http-method": "GET"}, {"x-remote-user": "chi", "remote-user": "chi", "x-forwarded-user": "chi"},
    {"x-user": "chi", "x-auth-request-user": "chi", "x-authenticated-user": "chi", "x-webauth-user": "chi"}, {"connection": "cookie, authorization"},
)  # fmt: skip


def _refused(answer: Answer, asked: Ask) -> None:
    """See that nothing was given."""
    is_login = answer.status == 303 and answer.header("location").startswith("/desk/login")
    assert is_login or answer.status in {400, 401, 403, 404, 421}, (asked, answer)
    assert _SECRET not in answer.body, asked


def test_nothing_is_public_that_was_not_thought_of(here: House) -> None:
    """The routes without a guard are those that are known."""
    assert {route.path for route in every_route(here.app) if route.permission is None} - PUBLIC == set()
    assert len(_guarded(here.app)) >= 40


def test_every_route_refuses_whoever_is_not_known(here: House, desk: Untouched, credentials: list[dict[str, str]]) -> None:
    """No route, with no credentials that do not count, gives anything; and the refusal is 401 whether there is something or not."""
    asks = [
        Ask(method=method, target=_address(route.path), headers={**OURS, "origin": ORIGIN, **shown, **({"content-type": "application/json"} if method != "GET" else {})}, body=body)
        for route in _guarded(here.app) for method in route.methods for shown in credentials for body in ((b"",) if method == "GET" else (b"{}",))
    ]  # fmt: skip
    for ask, answer in zip(asks, asked_all(here.app, asks), strict=True):
        _refused(answer, ask)
        assert answer.status == 401
    assert desk.asked == []


def test_no_trick_with_a_path_opens_a_route(here: House, desk: Untouched, credentials: list[dict[str, str]]) -> None:
    """Queries, doubled and encoded slashes, dots, semicolons, zero bytes, capitals and long names change nothing."""
    paths = sorted({route.path for route in _guarded(here.app)})
    asks = [Ask(target=trick, headers=credentials[place % 2]) for path in paths for place, trick in enumerate(_paths(_address(path)))]
    assert len(asks) > 40 * len(paths)
    for ask, answer in zip(asks, asked_all(here.app, asks), strict=True):
        if not ask.target.startswith(("/desk/login?", "/desk/login#")):
            _refused(answer, ask)
    assert desk.asked == []


def test_no_header_opens_a_route(here: House, desk: Untouched) -> None:
    """What proxies and frameworks elsewhere believe is not believed here."""
    asks = [
        Ask(method=method, target=_address(route.path), headers={**OURS, **headers}, client=client)
        for route in _guarded(here.app) for method in route.methods for headers in _HEADERS for client in ("127.0.0.1",)
    ]  # fmt: skip
    asks += [Ask(method="GET", target="/desk/login", headers={"x-original-url": "/desk/sample/read/x", "x-rewrite-url": "/desk/sample/read/x"})]
    answers = asked_all(here.app, asks)
    for ask, answer in list(zip(asks, answers, strict=True))[:-1]:
        _refused(answer, ask)
    assert "sample" not in answers[-1].body
    assert desk.asked == []


@pytest.mark.parametrize("role", list(Role))
def test_every_route_lets_through_just_the_roles_that_may(here: House, desk: Untouched, role: Role) -> None:
    """A role that lacks a route's permission gets 403 and reaches nothing; one that has it gets past the guard."""
    name = f"nguoi-{role}"
    here.add(name, role)
    cookie, key = here.cookie(name), here.key(*Permission, owner=name)
    routes = [(route, method) for route in _guarded(here.app) for method in route.methods if route.path != "/desk/logout"]
    asks = [
        Ask(method=method, target=_address(route.path), headers={**OURS, "cookie": cookie} if route.surface == "desk" else {"authorization": f"Bearer {key}"})
        for route, method in routes if route.permission not in ROLES[role]
    ]  # fmt: skip
    desk.asked.clear()
    for ask, answer in zip(asks, asked_all(here.app, asks), strict=True):
        assert answer.status == 403, (ask, answer)
    assert desk.asked == []
    samples = [(route, method) for route, method in routes if "/sample/" in route.path and route.permission in ROLES[role]]
    for route, method in samples:
        headers = {**OURS, "cookie": cookie} if route.surface == "desk" else {"authorization": f"Bearer {key}"}
        assert here.ask(method, _address(route.path), headers).status == 200


def test_the_description_names_the_routes_that_there_are(here: House) -> None:
    """What the API says of itself and what is registered are the same, each with its permission; the desk's pages are not in it."""
    said = {(path, method.upper()): about.get("x-permission") for path, methods in here.app.openapi()["paths"].items() for method, about in methods.items()}
    plain = {(re.sub(r":\w+\}", "}", route.path), method): route.permission for route in every_route(here.app) if route.surface == "api" for method in route.methods}
    hidden = {place for place in plain if place not in said}
    assert all(place[0].endswith("openapi.json") or plain[place] is None for place in hidden), hidden
    assert {place: permission for place, permission in said.items() if permission} == {place: str(plain[place]) for place in said if plain[place] is not None}
    assert not [path for path, _ in said if path.startswith("/desk")]


def test_the_fuzz_would_see_an_open_route(tmp_path: Path) -> None:
    """A route that lets anybody in is found by the same questions."""
    leaking = GuardedRouter(surface="api")

    @leaking.get("/leak", public=True)
    def leak() -> str:
        return _SECRET

    made = house(tmp_path, routers=[leaking])
    assert {route.path for route in every_route(made.app) if route.permission is None} - PUBLIC == {"/api/leak"}
    with pytest.raises(AssertionError):
        _refused(made.ask("GET", "/api/leak"), Ask())
