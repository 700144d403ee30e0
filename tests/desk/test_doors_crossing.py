"""What other sites' pages can have a browser do, and by which names the desk is reached."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from audiopub.people import Role
from audiopub.web.hosts import Hosts
from audiopub.web.visits import asking
from tests.desk.doors_kit import HOST, ORIGIN, House, house

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = house(
        tmp_path_factory.mktemp("crossing"), desk_hosts=frozenset({"desk.bao.vn", "http://desk.lan:8000"}), shows=("https://nghe.bao.vn/podcast", "http://cu.bao.vn")
    )
    made.add("chi", Role.ADMIN)
    return made


@pytest.fixture(scope="module")
def cookie(here: House) -> str:
    return here.cookie("chi")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("site", "origin", "kind", "allowed"),
    [
        ("same-origin", None, FORM, True), ("same-origin", ORIGIN, FORM, True), ("same-origin", ORIGIN, None, True), ("same-origin", None, "multipart/form-data; boundary=x", True),
        ("same-origin", None, "application/json", True), ("same-origin", None, "APPLICATION/JSON; charset=utf-8", True),
        ("same-origin", "http://evil.example", FORM, False), ("same-origin", "null", FORM, False),
        ("same-site", None, FORM, False), ("same-site", ORIGIN, FORM, False), ("cross-site", None, FORM, False), ("cross-site", ORIGIN, FORM, False),
        ("none", None, FORM, False), ("none", ORIGIN, FORM, False), ("", ORIGIN, FORM, False), ("SAME-ORIGIN", ORIGIN, FORM, False),
        (None, ORIGIN, FORM, True), (None, None, FORM, False), (None, "null", FORM, False), (None, "http://evil.example", FORM, False), (None, "", FORM, False),
        (None, f"https://{HOST}", FORM, False), (None, "http://127.0.0.1:8001", FORM, False), (None, "http://127.0.0.1", FORM, False), (None, "http://localhost:8000", FORM, False),
        (None, f"{ORIGIN}.evil.example", FORM, False), (None, f"{ORIGIN}/", FORM, False), (None, f"http://x@{HOST}", FORM, False),
        ("same-origin", ORIGIN, "text/plain", False), (None, ORIGIN, "text/plain", False), ("same-origin", ORIGIN, "text/plain; application/json", False),
        ("same-origin", ORIGIN, "", False), ("same-origin", ORIGIN, "application/jsonx", False),
    ],
)  # fmt: skip
def test_only_our_own_pages_change_anything(here: House, cookie: str, method: str, site: str | None, origin: str | None, kind: str | None, allowed: bool) -> None:  # noqa: FBT001
    """By what browsers say of where a request comes from, and of what type of form it is."""
    headers = {"cookie": cookie, **{name: value for name, value in (("sec-fetch-site", site), ("origin", origin), ("content-type", kind)) if value is not None}}
    assert here.ask(method, "/desk/sample/admin/x", headers).status == (200 if allowed else 403)


def test_headers_that_come_twice_are_not_chosen_from(here: House, cookie: str) -> None:
    """Two answers to where it comes from are none."""
    for twice in ([("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], [("origin", ORIGIN), ("origin", ORIGIN)]):
        assert here.ask("POST", "/desk/sample/admin/x", {"cookie": cookie}, also=twice).status == 403
    for kind in ("text/plain", "application/json"):
        kinds = [("content-type", FORM), ("content-type", kind)]
        assert here.ask("POST", "/desk/sample/admin/x", {"cookie": cookie, "sec-fetch-site": "same-origin"}, also=kinds).status == 403


def test_signing_in_and_out_is_for_our_own_pages_too(here: House, cookie: str) -> None:
    """Another site cannot sign anybody in as somebody else, nor out."""
    elsewhere = {"sec-fetch-site": "cross-site", "cookie": cookie}
    assert here.ask("POST", "/desk/login", elsewhere, form={"name": "chi", "password": "x"}).status == 403
    assert here.ask("POST", "/desk/logout", elsewhere).status == 403
    assert here.ask("GET", "/desk/sample/read/x", {"sec-fetch-site": "cross-site", "cookie": cookie}).status == 200, "a link in a mail may lead to the desk"


def test_methods_that_nobody_knows_are_held_for_such_that_change(here: House, cookie: str) -> None:
    """Only GET, HEAD and OPTIONS are taken for reading."""
    for method in ("QUERY", "PROPFIND", "get", "TRACE"):
        assert here.ask(method, "/desk/sample/read/x", {"cookie": cookie}).status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (HOST, 200), ("localhost", 200), ("LOCALHOST:8000", 200), ("[::1]:8000", 200), ("127.0.0.2", 200), ("desk.bao.vn", 200), ("desk.bao.vn:443", 200), ("Desk.Bao.VN", 200),
        ("desk.lan:8000", 200), ("nghe.bao.vn", 200), ("desk.bao.vn:8000", 421), ("desk.bao.vn:80", 421), ("desk.lan", 421), ("cu.bao.vn", 421), ("evil.example", 421),
        ("127.0.0.1.evil.example", 421), ("localhost.evil.example", 421), ("evil.example:8000", 421), ("desk.bao.vn.", 421), ("desk.bao.vn@evil.example", 421),
        ("evil.example/desk.bao.vn", 421), ("evil.example#desk.bao.vn", 421), ("", 421), ("localhost:8000:8000", 421), ("0x7f000001", 421), ("2130706433", 421), ("0.0.0.0:8000", 421),
        ("xdesk.bao.vn", 421), ("desk.bao.vn, evil.example", 421), (None, 400),
    ],
)  # fmt: skip
def test_the_desk_answers_to_its_own_names(here: House, host: str | None, status: int) -> None:
    """A name that leads to us by a trick with DNS opens neither page nor API, whatever else is right."""
    assert here.ask("GET", "/desk/login", host=host).status == status
    assert here.ask("GET", "/api/x", host=host).status == (401 if status == 200 else status)
    assert here.ask("GET", "/feed.xml", host=host).body == "site", "the listeners' site is everybody's"


def test_two_names_are_none(here: House) -> None:
    """A request with two Host headers is refused."""
    assert here.ask("GET", "/desk/login", also=[("host", "evil.example")]).status == 400


def test_the_origin_follows_from_the_name(here: House) -> None:
    """Of a name that is reached by https, a page by http is another site; X-Forwarded-Host is nobody's word."""
    posted = {"content-type": FORM}
    for host, origin, status in (
        ("desk.bao.vn", "https://desk.bao.vn", 401), ("desk.bao.vn", "http://desk.bao.vn", 403), ("desk.lan:8000", "http://desk.lan:8000", 401), ("desk.lan:8000", "https://desk.lan:8000", 403),
        ("desk.bao.vn:443", "https://desk.bao.vn", 401),
    ):  # fmt: skip
        assert here.ask("POST", "/desk/sample/read/x", {**posted, "origin": origin}, host=host).status == status
    assert (
        here.ask("POST", "/desk/sample/read/x", {**posted, "origin": "https://evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}).status
        == 403
    )


def test_what_proxies_say_is_believed_of_trusted_ones_only() -> None:
    """The address of whoever asks is the last that no proxy of ours has; what stands before it, anybody may have written."""
    proxies = (ip_network("10.0.0.0/8"), ip_network("127.0.0.1"))

    def found(client: str, *said: str, scheme: str = "") -> tuple[str, str | None]:
        headers = [(b"host", b"localhost:8000"), *((b"x-forwarded-for", part.encode()) for part in said), *([(b"x-forwarded-proto", scheme.encode())] if scheme else [])]
        who = asking({"type": "http", "scheme": "http", "client": (client, 1), "headers": headers}, Hosts([]), proxies)
        return who.visit.address, who.origin

    assert found("10.0.0.1", "1.2.3.4")[0] == "1.2.3.4"
    assert found("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2")[0] == "1.2.3.4"
    assert found("10.0.0.1", "6.6.6.6", "1.2.3.4")[0] == "1.2.3.4"
    assert found("8.8.8.8", "1.2.3.4")[0] == "8.8.8.8"
    assert found("::ffff:10.0.0.1", "1.2.3.4")[0] == "1.2.3.4"
    assert found("10.0.0.1", "unknown")[0] == "10.0.0.1" and found("10.0.0.1")[0] == "10.0.0.1"
    assert found("", "1.2.3.4")[0] == ""
    assert found("10.0.0.1", scheme="https")[1] == "https://localhost:8000" and found("8.8.8.8", scheme="https")[1] == "http://localhost:8000"
    assert found("10.0.0.1", scheme="javascript")[1] == "http://localhost:8000"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("DESK_HOSTS", "Desk.bao.vn, http://desk.lan:8000", frozenset({"desk.bao.vn", "http://desk.lan:8000"})), ("DESK_HOSTS", "desk.bao.vn/x", None), ("DESK_HOSTS", "*", None),
        ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1", tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "::1")))), ("TRUSTED_PROXIES", "nginx", None),
        ("PROXY_USER_HEADER", "X-Remote-User", "x-remote-user"), ("PROXY_USER_HEADER", "X Remote", None), ("DESK_BODY_MB", "8", 8.0), ("DESK_BODY_MB", "0", None),
    ],
)  # fmt: skip
def test_settings_of_the_doors_are_read(name: str, value: str, read: object) -> None:
    """What cannot be meant is refused, with the variable's name."""
    from audiopub.config import Settings
    from audiopub.errors import ConfigInvalid

    environment = {f"AUDIOPUB_{name}": value}
    if read is None:
        with pytest.raises(ConfigInvalid, match=name):
            Settings.read(environment=environment)
    else:
        assert getattr(Settings.read(environment=environment), name.lower()) == read


def test_shows_say_by_which_names_they_are_published(tmp_path: Path) -> None:
    """The doors take the names from the show files; one that is damaged is told of elsewhere."""
    from audiopub.bootstrap import addresses_of_shows
    from audiopub.config import Settings

    text = (Path(__file__).parents[2] / "feeds" / "ban-tin-doi-che.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text.replace("http://127.0.0.1:8000", "https://nghe.bao.vn"), encoding="utf-8")
    (tmp_path / "b.toml").write_text("[", encoding="utf-8")
    assert addresses_of_shows(Settings(feeds=tmp_path)) == ("https://nghe.bao.vn",)
