"""Who comes in at the desk and at the API, and what for."""

import hmac
import logging
import stat
from pathlib import Path
from typing import Any

import pytest

from audiopub.errors import BadInput, ConfigInvalid, Forbidden, NotSignedIn, TooOften
from audiopub.people import ROLES, Actor, Permission, Role, Via, Visit, tokens
from audiopub.people.passwords import Passwords, check_wish
from audiopub.people.records import HOUR
from audiopub.web.app import desk_app
from audiopub.web.guard import GuardedRouter, every_route
from tests.desk.doors_kit import OURS, PASSWORD, ROOT, House, asked, house, quick_passwords

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}
READING = "/desk/sample/read/x"


@pytest.fixture
def here(tmp_path: Path) -> House:
    """Give a desk with an administrator."""
    made = house(tmp_path)
    made.add("chi", Role.ADMIN)
    return made


# Permissions


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_it_says_and_nothing_else(here: House, role: Role) -> None:
    """Each role is let through by just the routes whose permission it has, at the desk and with a key of that person's."""
    here.add("lan", role)
    cookie, key = here.cookie("lan"), here.key(*Permission, owner="lan")
    for permission in Permission:
        expected = 200 if permission in ROLES[role] else 403
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            assert here.ask(method, f"/desk/sample/{permission}/x", {**OURS, "cookie": cookie}).status == expected
            assert here.ask(method, f"/api/sample/{permission}/x", {"authorization": f"Bearer {key}"}).status == expected


@pytest.mark.parametrize("scope", list(Permission))
def test_a_key_may_what_its_scopes_say(here: House, scope: Permission) -> None:
    """A key with one scope opens the routes of that one."""
    key = here.key(scope)
    assert {permission for permission in Permission if here.ask("GET", f"/api/sample/{permission}/x", {"authorization": f"Bearer {key}"}).status == 200} == {scope}


def test_what_is_not_allowed_reads_no_body(here: House) -> None:
    """Whoever may not is told so before the body is looked at: a broken one is not spoken of."""
    router = GuardedRouter(surface="api")

    @router.post("/strict", permission=Permission.PUBLISH)
    def strict(body: dict[str, int]) -> dict[str, int]:
        return body

    app = desk_app(None, here.doors, routers=[router])  # type: ignore[arg-type]
    json = {"content-type": "application/json"}
    reader, writer = here.key(Permission.READ), here.key(Permission.PUBLISH)
    assert [
        asked(app, "POST", "/api/strict", {**json, **more}, body=b"{").status
        for more in ({}, {"authorization": f"Bearer {reader}"}, {"authorization": f"Bearer {writer}"})
    ] == [401, 403, 422]


def test_a_route_without_a_permission_cannot_be_made() -> None:
    """Neither saying nothing nor saying both registers a route."""
    router = GuardedRouter(surface="desk")
    with pytest.raises(TypeError):
        router.get("/x")
    with pytest.raises(TypeError):
        router.get("/x", public=True, permission=Permission.READ)
    with pytest.raises(TypeError):
        router.get("/desk/x", permission=Permission.READ)
    assert router.routes == []


def test_an_application_with_an_unguarded_route_is_not_put_together(here: House) -> None:
    """A plain route that slipped in stops the application before it serves."""
    from fastapi import APIRouter

    plain = APIRouter()

    @plain.get("/desk/plain")
    def unguarded() -> None:
        """Let anybody in."""

    with pytest.raises(TypeError, match="plain"):
        desk_app(None, here.doors, routers=[plain])  # type: ignore[arg-type,list-item]


def test_every_route_is_listed_with_what_it_takes(here: House) -> None:
    """The list has all that was registered."""
    found = every_route(here.app)
    assert {(route.path, route.permission) for route in found if route.permission is None} == {("/desk/login", None)}
    assert len(found) == 4 + 2 * 4 * 5


# Coming in


def test_nobody_comes_in_by_nothing(here: House) -> None:
    """A page leads to the login and back, a piece of a page and a program get 401; what is not there looks the same."""
    for path in (READING, "/desk/nothing", "/desk/login/x"):
        assert here.ask("GET", path).status == 401
        assert (here.ask("GET", path, PAGE).status, here.ask("GET", path, PAGE).header("location")) == (303, f"/desk/login?next={path}")
        assert here.ask("GET", path, {**PAGE, "hx-request": "true"}).status == 401
        assert here.ask("POST", path, {**PAGE, **OURS}).status == 401
    for path in ("/api/sample/read/x", "/api/nothing", "/api"):
        answer = here.ask("GET", path, PAGE)
        assert (answer.status, answer.header("content-type"), "people.not_signed_in" in answer.body) == (401, "application/problem+json", True)
        assert answer.header("www-authenticate").startswith("Bearer")
    assert here.ask("POST", READING.replace("/desk", "/api")).status == 401, "not 405, which tells that there is something"


def test_whoever_is_known_is_told_what_is_not_there(here: House) -> None:
    """404 and 405 are for those who are signed in."""
    cookie = here.cookie("chi")
    assert here.ask("GET", "/desk/nothing", {"cookie": cookie}).status == 404
    assert here.ask("PUT", "/desk/login", {"cookie": cookie, **OURS}).status == 405


def test_signing_in_gives_a_new_cookie_each_time(here: House) -> None:
    """What the browser showed before the login is not what it shows after, and opens nothing any more."""
    planted = "a" * 64
    first = here.log_in("chi", headers={"cookie": f"audiopub={planted}"})
    second = here.log_in("chi", headers={"cookie": f"audiopub={first.cookie}"})
    assert len({planted, first.cookie, second.cookie}) == 3
    assert [here.ask("GET", READING, {"cookie": f"audiopub={value}"}).status for value in (planted, first.cookie, second.cookie)] == [401, 401, 200]
    assert set(first.header("set-cookie").split("; ")[1:]) == {"HttpOnly", "Max-Age=604800", "Path=/", "SameSite=lax"}


def test_the_login_leads_only_to_the_desk(here: House) -> None:
    """No address brings anybody to another site after signing in."""
    for asked_for, found in {
        "/desk/articles/x": "/desk/articles/x", "//evil.example": "/desk/", "https://evil.example/desk": "/desk/", "/desk/../feed.xml": "/desk/", "/desk\\..": "/desk/",
        "/desk//evil.example": "/desk/", "/desk/\nSet-Cookie: a=b": "/desk/", "javascript:alert(1)": "/desk/",
    }.items():  # fmt: skip
        answer = here.ask("POST", "/desk/login", OURS, form={"name": "chi", "password": PASSWORD, "next": asked_for})
        assert (answer.status, answer.header("location")) == (303, found)
    assert "evil" not in here.ask("GET", "/desk/login?next=//evil.example").body


def test_signing_out_ends_the_session(here: House) -> None:
    """The cookie opens nothing after that, also where somebody kept it."""
    cookie = here.cookie("chi")
    answer = here.ask("POST", "/desk/logout", {**OURS, "cookie": cookie})
    assert (answer.status, answer.header("location"), "Max-Age=0" in answer.header("set-cookie")) == (303, "/desk/login", True)
    assert here.ask("GET", READING, {"cookie": cookie}).status == 401


@pytest.mark.parametrize(
    ("hours", "between", "open_"),
    [(11, (), True), (13, (), False), (20, (10,), True), (24 * 7 - 1, range(10, 24 * 7, 10), True), (24 * 7 + 1, range(10, 24 * 7, 10), False)],
)
def test_a_session_ends_when_it_is_not_used_and_after_a_week(here: House, hours: int, between: tuple[int, ...], open_: bool) -> None:  # noqa: FBT001
    """Twelve hours without use end it, and seven days whatever is done."""
    cookie, statuses = here.cookie("chi"), []
    for hour in (*between, hours):
        here.clock.ms = hour * HOUR
        statuses.append(here.ask("GET", READING, {"cookie": cookie}).status)
    assert statuses == [200] * (len(statuses) - 1) + [200 if open_ else 401]


def test_what_an_administrator_does_counts_at_once(here: House) -> None:
    """A changed password, a disabled or removed account, a revoked key and a smaller role count with the next request."""
    here.add("lan", Role.PUBLISHER)
    reception = here.reception

    def status() -> tuple[int, int]:
        return here.ask("GET", READING, {"cookie": cookie}).status, here.ask("GET", "/api/sample/publish/x", {"authorization": f"Bearer {key}"}).status

    cookie, key = here.cookie("lan"), here.key(Permission.PUBLISH, owner="lan")
    assert status() == (200, 200)
    reception.set_password("lan", "một mật khẩu khác hẳn", by=ROOT)
    assert status() == (401, 200)
    assert here.log_in("lan").status == 401
    reception.set_password("lan", PASSWORD, by=ROOT)
    cookie = here.cookie("lan")
    reception.set_disabled("lan", disabled=True, by=ROOT)
    assert (status(), here.log_in("lan").status) == ((401, 401), 401)
    reception.set_disabled("lan", disabled=False, by=ROOT)
    assert status() == (401, 200)
    cookie = here.cookie("lan")
    reception.set_role("lan", Role.VIEWER, by=ROOT)
    assert status() == (200, 403)
    reception.set_role("lan", Role.PUBLISHER, by=ROOT)
    reception.revoke_key(key.split("_")[1], by=ROOT)
    assert status() == (200, 401)
    key = here.key(Permission.PUBLISH, owner="lan")
    reception.remove("lan", by=ROOT)
    assert status() == (401, 401)
    here.add("lan", Role.PUBLISHER)
    assert status() == (401, 401), "an account of the same name is another person"


def test_each_door_takes_its_own(here: House) -> None:
    """The cookie is nothing to the API and a key nothing to the desk; names and passwords in other places are nothing anywhere."""
    cookie, key = here.cookie("chi"), here.key(*Permission)
    session = cookie.partition("=")[2]
    assert here.ask("GET", "/api/sample/read/x", {"cookie": cookie}).status == 401
    assert here.ask("GET", "/api/sample/read/x", {"cookie": f"audiopub={key}"}).status == 401
    for shown in (key, session):
        assert here.ask("GET", READING, {"authorization": f"Bearer {shown}"}).status == 401
    assert here.ask("GET", "/api/sample/read/x", {"authorization": f"Bearer {session}"}).status == 401
    assert here.ask("GET", f"/api/sample/read/x?access_token={key}&token={key}").status == 401
    for wrong in (f"Basic {key}", key, f"Bearer {key} x", f"Bearer {key[:-1]}", f"Bearer {key}0", f"Bearer {key.upper()}", "Bearer ", f"Bearer apk__{key[17:]}"):
        assert here.ask("GET", "/api/sample/read/x", {"authorization": wrong}).status == 401, wrong
    assert here.ask("GET", "/api/sample/read/x", also=[("authorization", f"Bearer {key}"), ("authorization", "Bearer x")]).status == 401
    assert here.ask("GET", READING, {"cookie": f"{cookie}; audiopub=x"}).status == 401, "two of one name: one of them was planted"
    assert here.ask("GET", READING, {"cookie": f"__Host-{cookie}"}).status == 401
    assert here.ask("GET", "/api/sample/read/x", {"authorization": f"Bearer {key}"}).status == 200


def test_the_cookie_is_secure_where_the_desk_is_reached_by_https(tmp_path: Path) -> None:
    """By https it has the prefix that no neighbour can set, and the plain one is not looked at."""
    made = house(tmp_path, desk_hosts=frozenset({"desk.bao.vn"}))
    made.add("chi", Role.ADMIN)
    answer = made.log_in("chi", host="desk.bao.vn")
    assert answer.header("set-cookie").startswith("__Host-audiopub=") and "Secure" in answer.header("set-cookie") and "Path=/" in answer.header("set-cookie")
    assert answer.header("strict-transport-security")
    assert made.ask("GET", READING, {"cookie": f"__Host-audiopub={answer.cookie}"}, host="desk.bao.vn").status == 200
    assert made.ask("GET", READING, {"cookie": f"audiopub={answer.cookie}"}, host="desk.bao.vn").status == 401


# Passwords


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("ngắn", False), ("mười hai chữ", True), ("bò ăn cỏ non", True), ("bò ăn cỏ", False), ("a b c d e f", False), ("aaaaaaaaaaaaaaa", False), ("bò bò bò bò", False),
        ("lan.anh2026!", False), ("xk29-Rdm!paq", True), ("x" * 999 + "yzabcd", False),
    ],
)  # fmt: skip
def test_a_password_is_long_or_has_words(password: str, good: bool) -> None:  # noqa: FBT001
    """Twelve characters or four different words, without the account's name."""
    if good:
        check_wish(password, "lan.anh")
    else:
        with pytest.raises(BadInput):
            check_wish(password, "lan.anh")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    """Letters with marks, in one character or in two, are one password."""
    import unicodedata

    some = quick_passwords()
    kept = some.hashed(unicodedata.normalize("NFD", PASSWORD))
    assert some.is_right(unicodedata.normalize("NFC", PASSWORD), kept) and not some.is_right(PASSWORD + ".", kept)
    assert PASSWORD not in kept and kept.startswith("$argon2id$")


def test_a_hash_is_renewed_when_its_parameters_are(here: House) -> None:
    """Whoever signs in is hashed anew where the parameters changed, and stays signed in elsewhere."""
    cookie, before = here.cookie("chi"), here.reception.people.get("chi")
    object.__setattr__(here.reception, "passwords", Passwords())
    assert here.log_in("chi").status == 303
    after = here.reception.people.get("chi")
    assert before and after and "m=8," in before[1] and "m=65536," in after[1]
    assert here.ask("GET", READING, {"cookie": cookie}).status == 200
    assert here.log_in("chi", "wrong password here").status == 401


def test_a_name_that_nobody_has_is_hashed_for_as_well(here: House) -> None:
    """For an unknown name as many hashes are reckoned as for a known one, so that time tells nothing; and the same is said."""
    counted: list[str] = []

    class Counting(Passwords):
        def _is_right(self, password: str, kept: str) -> bool:
            counted.append(kept)
            return super()._is_right(password, kept)

    object.__setattr__(here.reception, "passwords", Counting())
    here.add("lan")
    here.reception.set_disabled("lan", disabled=True, by=ROOT)
    answers = [here.log_in(name, "wrong password here", client=f"10.0.0.{place}") for place, name in enumerate(("chi", "ai-do", "lan", "' OR 1=1 --", ""))]
    assert len(counted) == 5 and len(set(counted)) == 3
    assert {answer.status for answer in answers} == {401} and len({answer.body for answer in answers}) == 1


def test_a_password_that_is_changed_while_it_is_tried_opens_nothing(here: House) -> None:
    """Between finding a password right and beginning the session an administrator may have changed it."""

    class Changed(Passwords):
        def is_right(self, password: str, kept: str | None) -> bool:
            found = super().is_right(password, kept)
            here.reception.people.set_password("chi", "$argon2id$another", by=ROOT)
            return found

    object.__setattr__(here.reception, "passwords", Changed())
    assert here.log_in("chi").status == 401


def test_secrets_are_compared_in_constant_time(here: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and the machine's token are compared by ``hmac.compare_digest`` alone."""
    compared: list[tuple[bytes, bytes]] = []

    def counting(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(tokens, "compare_digest", counting)
    key = here.key(Permission.READ)
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    assert [here.ask("GET", "/api/sample/read/x", {"authorization": f"Bearer {shown}"}).status for shown in (key, wrong)] == [200, 401]
    assert len(compared) == 2
    alone = house(tmp_path / "alone")
    alone.ask("POST", "/desk/login", OURS, form={"token": "wrong"})
    assert len(compared) == 3


def test_trying_is_limited_by_address_and_by_name(here: House) -> None:
    """Five wrong attempts a minute an address, ten a name from everywhere; right ones do not count."""
    for _ in range(8):
        assert here.log_in("chi").status == 303
    assert [here.log_in("chi", "wrong wrong wrong").status for _ in range(6)] == [401] * 5 + [429]
    answer = here.log_in("chi")
    assert answer.status == 429 and 1 <= int(answer.header("retry-after")) <= 60, "not even the right one: else it could be found"
    assert [here.log_in("chi", "wrong wrong wrong", client=f"10.0.0.{place // 4}").status for place in range(7)] == [401] * 5 + [429] * 2
    assert here.log_in("lan", "wrong wrong wrong", client="10.0.0.9").status == 401
    here.clock.ms = 61_000
    assert here.log_in("chi").status == 303


def test_addresses_of_one_customer_are_one(here: House) -> None:
    """Of the new kind a whole network is counted together."""
    assert [here.log_in("lan", "wrong", client=f"2001:db8:1:2::{place}").status for place in range(6)] == [401] * 5 + [429]
    assert here.log_in("lan", "wrong", client="2001:db8:1:3::1").status == 401


def test_renders_are_limited_by_person(here: House) -> None:
    """Ten a minute each, and the error says how long to wait."""
    lan, minh = (Actor(name=name, permissions=frozenset(), via=Via.DESK) for name in ("lan", "minh"))
    for _ in range(10):
        here.doors.limited("render", lan)
    with pytest.raises(TooOften) as error:
        here.doors.limited("render", lan)
    assert 1 <= error.value.retry_after <= 60
    here.doors.limited("render", minh)
    here.doors.limited("preview", lan)


# The machine's token


def test_without_accounts_the_machine_s_token_opens(tmp_path: Path) -> None:
    """It is made once, only its owner reads it, and it is entered in a form or shown by a program of this machine."""
    made = house(tmp_path)
    path = made.doors.token_file()
    assert path is not None
    token = path.read_text(encoding="ascii").strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(token) == 64 and made.doors.token_file() == path and path.read_text(encoding="ascii").strip() == token
    assert made.ask("POST", "/desk/login", OURS, form={"token": token[:-1]}).status == 401
    assert made.ask("GET", f"/desk/login?token={token}").status == 200 and made.ask("GET", f"{READING}?token={token}").status == 401
    answer = made.ask("POST", "/desk/login", OURS, form={"token": token})
    cookie = {"cookie": f"audiopub={answer.cookie}"}
    assert (answer.status, made.ask("GET", "/desk/sample/admin/x", cookie).status) == (303, 200)
    assert made.ask("GET", "/api/sample/admin/x", {"authorization": f"Bearer {token}"}).status == 200
    assert [made.ask("GET", READING, {"authorization": f"Bearer {token}"}).status, made.ask("GET", READING, {"cookie": f"audiopub={token}"}).status] == [401, 401]
    path.unlink()
    assert (made.ask("GET", READING, cookie).status, made.ask("GET", "/api/sample/admin/x", {"authorization": f"Bearer {token}"}).status) == (401, 401)


def test_the_token_is_this_machine_s_alone(tmp_path: Path) -> None:
    """From elsewhere, through a proxy, or by another name it opens nothing."""
    made = house(tmp_path, desk_hosts=frozenset({"desk.bao.vn"}))
    token = made.doors.token.read()
    near = {"cookie": f"audiopub={made.ask('POST', '/desk/login', OURS, form={'token': token}).cookie}"}
    bearer = {"authorization": f"Bearer {token}"}
    assert made.ask("GET", READING, near).status == 200
    for more in ({"client": "10.0.0.7"}, {"host": "desk.bao.vn"}, {"also": [("x-forwarded-for", "127.0.0.1")]}, {"also": [("forwarded", "for=127.0.0.1")]}):
        assert made.ask("GET", READING, near, **more).status == 401
        assert made.ask("GET", "/api/sample/read/x", bearer, **more).status == 401
        assert made.ask("POST", "/desk/login", OURS, form={"token": token}, **more).status == 400


def test_the_first_account_ends_the_token(tmp_path: Path) -> None:
    """With an account neither the token nor a session by it counts; without any, they do again."""
    made = house(tmp_path)
    token = made.doors.token.read()
    cookie = {"cookie": f"audiopub={made.ask('POST', '/desk/login', OURS, form={'token': token}).cookie}"}
    made.add("chi", Role.ADMIN)
    assert made.doors.token_file() is None
    assert made.ask("GET", READING, cookie).status == 401
    assert made.ask("GET", "/api/sample/read/x", {"authorization": f"Bearer {token}"}).status == 401
    assert made.ask("POST", "/desk/login", OURS, form={"token": token}).status == 401


@pytest.mark.parametrize("spoilt", ["mode", "short", "letters"])
def test_a_token_that_others_may_know_is_refused(tmp_path: Path, spoilt: str) -> None:
    """A file that others read, or that was written by hand, opens nothing and is named."""
    made = house(tmp_path)
    made.doors.token.read()
    path = made.doors.token.path
    if spoilt == "mode":
        path.chmod(0o644)
    else:
        path.write_bytes(b"secret\n" if spoilt == "short" else b"\xff" * 64)
    with pytest.raises(ConfigInvalid) as error:
        made.doors.token_file()
    assert str(path) in str(error.value)
    assert made.ask("GET", "/api/sample/read/x", {"authorization": f"Bearer {'0' * 64}"}).status == 503


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.bao.vn", ""])
def test_nobody_else_reaches_a_desk_without_accounts(tmp_path: Path, host: str) -> None:
    """The desk is not put on an address that others reach before somebody has an account."""
    made = house(tmp_path)
    for near in ("127.0.0.1", "::1", "localhost", "127.9.9.9"):
        made.doors.refuse_to_bind(near)
    with pytest.raises(ConfigInvalid) as error:
        made.doors.refuse_to_bind(host)
    assert "people add" in str(error.value)
    made.add("chi", Role.ADMIN)
    made.doors.refuse_to_bind(host)


# A proxy that knows people

PROXIED: dict[str, Any] = {"proxy_user_header": "x-remote-user"}


def test_a_trusted_proxy_names_people(tmp_path: Path) -> None:
    """Its header opens with the role of the account of that name, and only so far; login and cookies are out of use."""
    from ipaddress import ip_network

    made = house(tmp_path, trusted_proxies=(ip_network("10.1.0.0/16"),), **PROXIED)
    made.add("chi", Role.ADMIN)
    made.add("lan", Role.VIEWER)
    proxy: dict[str, Any] = {"client": "10.1.2.3"}
    assert made.ask("GET", READING, {"x-remote-user": "Lan"}, **proxy).status == 200
    assert made.ask("GET", "/desk/sample/edit/x", {"x-remote-user": "lan"}, **proxy).status == 403
    assert made.ask("GET", "/desk/sample/admin/x", {"x-remote-user": "chi"}, **proxy).status == 200
    for name in ("", "ai-do", "desk", "cli:root", "lan,chi", "key:CMS"):
        assert made.ask("GET", READING, {"x-remote-user": name}, **proxy).status == 401, name
    assert made.ask("GET", READING, **proxy).status == 401
    assert made.ask("GET", READING, also=[("x-remote-user", "lan"), ("x-remote-user", "chi")], **proxy).status == 403
    assert made.ask("GET", "/api/sample/read/x", {"x-remote-user": "chi"}, **proxy).status == 401, "programs have keys"
    assert made.log_in("chi", **proxy).status == 401
    made.reception.set_disabled("lan", disabled=True, by=ROOT)
    assert made.ask("GET", READING, {"x-remote-user": "lan"}, **proxy).status == 401
    assert made.ask("POST", "/desk/sample/admin/x", {"x-remote-user": "chi"}, **proxy).status == 403, "another site's page may ask through the proxy too"
    made.doors.refuse_to_bind("0.0.0.0")


def test_the_proxy_s_header_from_elsewhere_is_refused(tmp_path: Path) -> None:
    """Whoever goes round the proxy and names somebody gets nothing, not even with a key."""
    from ipaddress import ip_network

    made = house(tmp_path, trusted_proxies=(ip_network("10.1.0.0/16"),), **PROXIED)
    made.add("chi", Role.ADMIN)
    key = made.key(*Permission)
    for client in ("127.0.0.1", "10.2.0.1", "::ffff:10.2.0.1", ""):
        for path in (READING, "/desk/login", "/api/sample/read/x"):
            answer = made.ask("GET", path, {"x-remote-user": "chi", "authorization": f"Bearer {key}", "x-forwarded-for": "10.1.0.1"}, client=client)
            assert (answer.status, "x-remote-user" in answer.body) == (403, False)
        scope = {"type": "http", "scheme": "http", "client": (client, 1), "headers": [(b"host", b"localhost"), (b"x-remote-user", b"chi")]}
        assert made.doors.at_desk(scope) is None, "also where nobody looked before"


def test_a_header_without_trusted_networks_is_no_setting() -> None:
    """A header that anybody may send stops the start."""
    from audiopub.config import Settings
    from audiopub.web.doors import Doors

    with pytest.raises(ConfigInvalid, match="AUDIOPUB_TRUSTED_PROXIES"):
        Doors.of(Settings(proxy_user_header="x-remote-user"))


# The record, and what is never told


def test_who_comes_in_is_recorded_without_what_was_typed(here: House) -> None:
    """Signing in, failing and signing out are lines; a password typed into the field of the name is not."""
    cookie = here.cookie("chi")
    here.log_in("chi", "wrong wrong wrong")
    here.log_in(PASSWORD, "chi")
    here.ask("POST", "/desk/logout", {**OURS, "cookie": cookie})
    lines = here.reception.audit.lines()
    assert [(line.act, line.by, line.via, line.address) for line in lines[:4]] == [
        ("logout", "chi", "desk", "127.0.0.1"), ("login_failed", "?", "desk", "127.0.0.1"), ("login_failed", "chi", "desk", "127.0.0.1"), ("login", "chi", "desk", "127.0.0.1"),
    ]  # fmt: skip
    assert PASSWORD not in repr(lines)


def test_no_secret_is_told_anywhere(here: House, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Password, session and key stand in no log, no answer, no address and no file."""
    caplog.set_level(logging.DEBUG)
    cookie, key = here.cookie("chi"), here.key(*Permission)
    session = cookie.partition("=")[2]
    secrets = (PASSWORD, session, key, key.split("_")[2])
    answers = [
        here.log_in("chi", PASSWORD + "x"), here.ask("GET", READING, {"cookie": cookie}), here.ask("GET", "/desk/nothing", {"cookie": cookie}),
        here.ask("GET", "/api/sample/admin/x", {"authorization": f"Bearer {key}"}), here.ask("GET", "/api/nothing", {"authorization": f"Bearer {key}"}),
        here.ask("GET", "/desk/login", {"cookie": cookie}), here.ask("POST", "/desk/login", OURS, form={"name": "chi", "password": PASSWORD + "x", "next": "/desk/x"}),
    ]  # fmt: skip
    told = repr(answers) + caplog.text + str(here.app.openapi()) + repr(here.reception) + repr(here.reception.people.all()) + repr(here.reception.keys.all())
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [secret for secret in secrets if secret in told or secret.encode() in files] == []


def test_what_is_sent_says_how_it_may_be_used(here: House) -> None:
    """Pages run nothing from elsewhere and are kept by nobody, failures too; the listeners' site is left alone."""
    broken = GuardedRouter(surface="desk")

    @broken.get("/broken", permission=Permission.READ)
    def fail() -> None:
        raise RuntimeError

    app = desk_app(None, here.doors, routers=[broken])  # type: ignore[arg-type]
    cookie = here.cookie("chi")
    for answer in (
        asked(app, "GET", "/desk/login"),
        asked(app, "GET", "/desk/broken"),
        asked(app, "GET", "/desk/x", {"cookie": cookie}),
        asked(app, "GET", "/desk/x", host="evil.example"),
    ):
        policy = answer.header("content-security-policy")
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "data:" not in policy and "frame-ancestors 'none'" in policy
        assert (answer.header("cache-control"), answer.header("x-content-type-options"), answer.header("cross-origin-opener-policy")) == (
            "no-store",
            "nosniff",
            "same-origin",
        )
        assert answer.header("strict-transport-security") == ""
    assert here.ask("GET", "/api/x").header("content-security-policy") == "default-src 'none'; frame-ancestors 'none'"
    assert here.ask("GET", "/feed.xml").headers[0][0] == "content-length" and here.ask("GET", "/feed.xml").header("content-security-policy") == ""


def test_administrators_alone_change_accounts(here: House) -> None:
    """An editor changes the own password and nothing else; the last administrator stays."""
    here.add("lan")
    lan = Actor(name="lan", permissions=ROLES[Role.EDITOR], via=Via.DESK)
    reception = here.reception
    reception.set_password("lan", "một mật khẩu khác hẳn", by=lan)
    for act in (
        lambda: reception.set_password("chi", "một mật khẩu khác hẳn", by=lan), lambda: reception.set_role("lan", Role.ADMIN, by=lan), lambda: reception.remove("chi", by=lan),
        lambda: reception.set_disabled("chi", disabled=True, by=lan), lambda: reception.add("minh", Role.ADMIN, PASSWORD, by=lan),
        lambda: reception.add_key("CMS", [Permission.READ], by=lan), lambda: reception.revoke_key("x", by=lan),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            act()
    for act in (
        lambda: reception.set_role("chi", Role.EDITOR, by=ROOT),
        lambda: reception.remove("chi", by=ROOT),
        lambda: reception.set_disabled("chi", disabled=True, by=ROOT),
    ):
        with pytest.raises(BadInput, match="administrator"):
            act()
    with pytest.raises(NotSignedIn):
        reception.log_in("lan", PASSWORD, Visit(address="10.0.0.1"))
