"""Requests as a server hands them over, and a desk with people, keys and a few routes of its own behind its doors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import anyio
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from audiopub.adapters.desk_token import DeskToken
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.audit import SqlAudit
from audiopub.adapters.sql.keys import SqlKeys
from audiopub.adapters.sql.people import SqlPeople
from audiopub.adapters.sql.schema import now_ms
from audiopub.adapters.sql.sessions import SqlSessions
from audiopub.adapters.sql.tries import SqlLimits
from audiopub.config import Settings
from audiopub.people import ROLES, Actor, Permission, Reception, Role, Via
from audiopub.people.passwords import Passwords
from audiopub.people.tokens import new_token
from audiopub.web.app import desk_app
from audiopub.web.doors import Doors
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.hosts import Hosts

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"
OURS = {"sec-fetch-site": "same-origin"}
PASSWORD = "năm chú mèo đen ngủ"  # noqa: S105  nobody's
ROOT = Actor(name="cli:root", permissions=ROLES[Role.ADMIN], via=Via.CLI)


def quick_passwords() -> Passwords:
    """Give hashes that cost nothing, since it is not argon2 that is tried here."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request."""

    method: str = "GET"
    target: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    also: Sequence[tuple[str, str]] = ()
    """Headers that are sent besides, whatever was there before."""

    body: bytes = b""
    client: str = "127.0.0.1"
    scheme: str = "http"
    host: str | None = HOST


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; 500 and no headers where the application broke."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: str = ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def cookie(self) -> str:
        """Give the value of the cookie that is set."""
        return self.header("set-cookie").split(";")[0].partition("=")[2]


def asked_all(app: ASGIApp, asks: Iterable[Ask]) -> list[Answer]:
    """Make requests one after the other."""

    async def work() -> list[Answer]:
        return [await _asked(app, ask) for ask in asks]

    return anyio.run(work)


def asked(
    app: ASGIApp, method: str = "GET", target: str = "/", headers: Mapping[str, str] | None = None, *, form: Mapping[str, str] | None = None, **more: Any
) -> Answer:
    """Make a request."""
    given = dict(headers or {})
    if form is not None:
        given.setdefault("content-type", "application/x-www-form-urlencoded")
        more["body"] = urlencode(form).encode()
    return asked_all(app, [Ask(method=method, target=target, headers=given, **more)])[0]


async def _asked(app: ASGIApp, ask: Ask) -> Answer:
    raw, _, query = ask.target.partition("?")
    headers = [*([("host", ask.host)] if ask.host is not None else []), *ask.headers.items(), *ask.also]
    if ask.body:
        headers.append(("content-length", str(len(ask.body))))
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": ask.method, "scheme": ask.scheme, "path": unquote(raw),
        "raw_path": raw.encode(), "query_string": query.encode(), "root_path": "", "headers": [(key.lower().encode(), value.encode()) for key, value in headers],
        "client": (ask.client, 40_000), "server": ("127.0.0.1", 8000), "state": {},
    }  # fmt: skip
    start: list[Any] = []
    body: list[bytes] = []
    sent = anyio.Event()

    async def receive() -> Any:
        if sent.is_set():
            await anyio.sleep_forever()
        sent.set()
        return {"type": "http.request", "body": ask.body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            start.append(message)
        else:
            body.append(message.get("body", b""))

    try:
        await app(scope, receive, send)
    except Exception as error:  # noqa: BLE001  as a server would
        return Answer(status=500, body=f"{type(error).__name__}: {error}")
    return Answer(
        status=start[0]["status"], headers=[(key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in start[0]["headers"]],
        body=b"".join(body).decode(errors="replace"),
    )  # fmt: skip


def sample_routers() -> list[GuardedRouter]:
    """Make routes with every method and permission, which say who came in."""
    made = []
    for surface in ("desk", "api"):
        router = GuardedRouter(surface=surface, prefix="/sample")
        for permission in Permission:
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                router.guarded(method, f"/{permission}/{{name}}", permission, public=False)(_who)
        made.append(router)
    return made


def _who(name: str, who: Signed) -> dict[str, str]:
    return {"name": name, "who": who.name, "may": " ".join(sorted(who.permissions))}


async def _site(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("site", 404)(scope, receive, send)


class Clock:
    """Shifts the database's clock."""

    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> Any:
        return now_ms() + self.ms


@dataclass(kw_only=True)
class House:
    """A desk behind its doors."""

    doors: Doors
    app: FastAPI
    clock: Clock
    database: Database

    @property
    def reception(self) -> Reception:
        return self.doors.reception

    def add(self, name: str, role: Role = Role.EDITOR) -> None:
        self.reception.add(name, role, PASSWORD, by=ROOT)

    def key(self, *scopes: Permission, owner: str = "") -> str:
        return self.reception.add_key("CMS", scopes, owner=owner, by=ROOT).text

    def ask(self, method: str = "GET", target: str = "/", headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        return asked(self.app, method, target, headers, **more)

    def log_in(self, name: str = "lan", password: str = PASSWORD, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        return self.ask("POST", "/desk/login", {**OURS, **(headers or {})}, form={"name": name, "password": password}, **more)

    def cookie(self, name: str = "lan") -> str:
        """Sign somebody in; give the header."""
        answer = self.log_in(name)
        assert answer.status == 303, answer
        return f"audiopub={answer.cookie}"


def house(folder: Path, *, url: str = "", desk: Any = None, routers: Iterable[GuardedRouter] | None = None, shows: Iterable[str] = (), **settings: Any) -> House:
    """Build one in a folder."""
    made = Settings(feeds=folder / "feeds", state=folder / "state", output=folder / "output", **settings)
    clock, database = Clock(), Database(url or f"sqlite:///{folder / 'state' / 'catalog.sqlite'}")
    kept = Reception(
        people=SqlPeople(database), sessions=SqlSessions(database, clock), keys=SqlKeys(database), audit=SqlAudit(database), limits=SqlLimits(database, clock),
        passwords=quick_passwords(),
    )  # fmt: skip
    doors = Doors(reception=kept, token=DeskToken(folder / "state" / "desk-token", new_token), hosts=Hosts(made.desk_hosts, shows), settings=made)
    app = desk_app(desk, doors, site=_site, routers=sample_routers() if routers is None else routers)
    return House(doors=doors, app=app, clock=clock, database=database)
