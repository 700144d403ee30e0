"""What is kept of people, on a file and on Postgres."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audiopub.adapters.desk_token import DeskToken
from audiopub.errors import BadInput, NotFound
from audiopub.people import Actor, Limit, Permission, Role, Via, Visit
from audiopub.people.tokens import hash_of, new_key, new_token, parts_of_key
from tests.desk.doors_kit import PASSWORD, ROOT, House, house


@pytest.fixture(params=["sqlite", "postgres"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    made = house(tmp_path, url=url)
    yield made
    made.database.close()


def _together(count: int, work: Any) -> list[Any]:
    """Do something in many threads that begin at one moment; give what each gave or raised."""
    gate, found = threading.Barrier(count), [None] * count

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = work(place)
        except Exception as error:  # noqa: BLE001  looked at by the test
            found[place] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_accounts_are_kept_with_who_changed_them(here: House) -> None:
    """Names are one whatever their capitals; each change is a line of the record; there is always an administrator."""
    reception = here.reception
    assert (reception.people.are_there(), reception.people.all()) == (False, ())
    with pytest.raises(BadInput, match="administrator"):
        here.add("lan", Role.EDITOR)
    here.add(" Chi ", Role.ADMIN)
    here.add("lan", Role.EDITOR)
    for name in ("CHI", "lan"):
        with pytest.raises(BadInput, match="already"):
            here.add(name)
    for name in ("", "desk", "Lan Anh", "lân", "a" * 81, "key:x", "-x", "x\n"):
        with pytest.raises(BadInput):
            here.reception.add(name if name != "x\n" else "x\ny", Role.EDITOR, PASSWORD, by=ROOT)
    reception.set_role("LAN", Role.ADMIN, by=ROOT)
    reception.set_disabled("chi", disabled=True, by=ROOT)
    for act in (
        lambda: reception.set_role("lan", Role.VIEWER, by=ROOT),
        lambda: reception.remove("lan", by=ROOT),
        lambda: reception.set_disabled("lan", disabled=True, by=ROOT),
    ):
        with pytest.raises(BadInput, match="administrator"):
            act()
    with pytest.raises(NotFound):
        reception.set_password("ai-do", PASSWORD, by=ROOT)
    assert [(person.name, person.role, person.disabled, person.by) for person in reception.people.all()] == [
        ("chi", Role.ADMIN, True, "cli:root"), ("lan", Role.ADMIN, False, "cli:root"),
    ]  # fmt: skip
    reception.remove("chi", by=ROOT)
    reception.remove("lan", by=ROOT)
    assert not reception.people.are_there(), "the last of all may go: the machine's token opens again"
    assert [line.act for line in reception.audit.lines()] == ["person_removed", "person_removed", "person_disabled", "person_role", "person_added", "person_added"]


def test_of_two_administrators_who_shut_each_other_out_one_stays(here: House) -> None:
    """However close together it is done."""
    here.add("chi", Role.ADMIN)
    here.add("lan", Role.ADMIN)
    for _ in range(10):
        found = _together(2, lambda place: here.reception.set_disabled(("chi", "lan")[place], disabled=True, by=ROOT))
        assert sorted(type(one).__name__ for one in found) == ["BadInput", "Person"]
        assert sum(not person.disabled for person in here.reception.people.all()) == 1
        for name in ("chi", "lan"):
            here.reception.set_disabled(name, disabled=False, by=ROOT)


def test_a_session_does_not_begin_by_a_password_that_was_changed_meanwhile(here: House) -> None:
    """What was found right a moment ago counts only if it is still the password."""
    here.add("chi", Role.ADMIN)
    found = here.reception.people.get("chi")
    assert found is not None
    here.reception.set_password("chi", "một mật khẩu khác hẳn", by=ROOT)
    sessions = here.reception.sessions
    assert not sessions.begin("a" * 64, "chi", Visit(), proof=found[1])
    assert sessions.find("a" * 64) is None
    assert sessions.begin("b" * 64, "desk:x", Visit(address="x" * 500, agent="y" * 5000), proof=None)
    kept = sessions.find("b" * 64)
    assert kept is not None and (kept.person, kept.role) == ("desk:x", None)
    assert (sessions.end("b" * 64), sessions.end("b" * 64), sessions.find("b" * 64)) == ("desk:x", "", None)


def test_what_is_kept_of_a_secret_does_not_open(here: House) -> None:
    """Neither the hash of a session nor that of a key is the session or the key."""
    here.add("chi", Role.ADMIN)
    token = here.reception.log_in("chi", PASSWORD, Visit())
    assert here.reception.by_session(token, Visit()) is not None
    assert here.reception.by_session(hash_of(token), Visit()) is None
    key = here.reception.add_key("CMS", [Permission.READ], by=ROOT)
    assert here.reception.by_key(key.text, Visit(address="10.0.0.1")) == Actor(name="key:CMS", permissions=frozenset({Permission.READ}), via=Via.API, address="10.0.0.1")
    assert here.reception.by_key(f"apk_{key.id}_{key.hash}", Visit()) is None
    assert key.text not in repr(key)


def test_a_key_may_no_more_than_its_owner(here: House) -> None:
    """Its scopes are cut to the owner's role as it is now; without an owner among the accounts it has them all."""
    here.add("chi", Role.ADMIN)
    here.add("lan", Role.EDITOR)
    reception = here.reception
    owned, free = reception.add_key("CMS", Permission, owner="LAN", by=ROOT), reception.add_key("  máy   chủ ", Permission, by=ROOT)

    def may(text: str) -> set[Permission]:
        found = reception.by_key(text, Visit())
        return set(found.permissions) if found else set()

    assert (may(owned.text), may(free.text)) == ({Permission.READ, Permission.EDIT}, set(Permission))
    reception.set_role("lan", Role.VIEWER, by=ROOT)
    assert may(owned.text) == {Permission.READ}
    assert {key.name: (key.by, bool(key.used), key.revoked) for key in reception.keys.all()} == {"CMS": ("lan", True, 0), "máy chủ": ("cli:root", True, 0)}
    first = reception.revoke_key(owned.id, by=ROOT)
    assert first.revoked and reception.revoke_key(owned.id, by=ROOT).revoked == first.revoked and may(owned.text) == set()
    assert [line.act for line in reception.audit.lines(by="cli:root")].count("key_revoked") == 1
    for wrong in (
        lambda: reception.add_key("x", [], by=ROOT),
        lambda: reception.add_key("", Permission, by=ROOT),
        lambda: reception.add_key("a\u202eb", Permission, by=ROOT),
    ):
        with pytest.raises(BadInput):
            wrong()
    for unknown in (lambda: reception.add_key("x", Permission, owner="ai-do", by=ROOT), lambda: reception.revoke_key("x", by=ROOT)):
        with pytest.raises(NotFound):
            unknown()


def test_the_record_is_read_newest_first(here: House) -> None:
    """By show, episode, person, and further back from a number; what is in it comes back as it was."""
    audit = here.reception.audit
    lan = Actor(name="lan", permissions=frozenset(), via=Via.API, address="10.0.0.1")
    for number in range(5):
        audit.write(lan if number % 2 else ROOT, "login", show=f"tin-{number % 2}", episode=f"{number}", details={"chữ": "ế\u0001'\"", "số": number})
    lines = audit.lines()
    assert [line.episode for line in lines] == ["4", "3", "2", "1", "0"] and lines[0].number > lines[1].number and lines[0].at_ms > 1_700_000_000_000
    assert (lines[1].by, lines[1].via, lines[1].act, lines[1].address, lines[1].details) == ("lan", "api", "login", "10.0.0.1", {"chữ": "ế\u0001'\"", "số": 3})
    assert [line.episode for line in audit.lines(show="tin-1")] == [line.episode for line in audit.lines(by="lan")] == ["3", "1"]
    assert [line.episode for line in audit.lines(episode="2")] == ["2"]
    assert [line.episode for line in audit.lines(before=lines[2].number, limit=1)] == ["1"]
    assert {name for name in dir(audit) if not name.startswith("_")} == {"write", "lines"}, "nothing changes a line"


def test_limits_hold_for_all_together(here: House) -> None:
    """Of many at once just as many come through as may; one that is given back may be taken again, and time gives more."""
    limits, five = here.reception.limits, Limit(count=5)
    assert sorted(wait > 0 for wait in _together(12, lambda _: limits.take("x", five))) == [False] * 5 + [True] * 7
    assert 0 < limits.take("x", five) <= 12_000
    limits.give_back("x", five)
    assert (limits.take("x", five), limits.take("x", five) > 0, limits.take("y", five)) == (0, True, 0)
    here.clock.ms = 12_500
    assert (limits.take("x", five), limits.take("x", five) > 0) == (0, True)
    here.clock.ms = 200_000
    assert limits.take("z" * 1000, five) == 0
    from sqlalchemy import select

    from audiopub.adapters.sql.schema import tries

    assert [len(name) for name in here.database.read(lambda connection: connection.execute(select(tries.c.name)).scalars().all())] == [300], "what is over leaves no row"


def test_secrets_are_of_chance() -> None:
    """A token has 32 bytes of chance, a key 32 beside its id; what is no key is not taken apart."""
    tokens, keys = {new_token() for _ in range(100)}, {new_key().text for _ in range(100)}
    assert (len(tokens), {len(token) for token in tokens}, len(keys)) == (100, {64}, 100)
    made = new_key(lambda count: bytes(range(count)))
    assert made.text == f"apk_000102030405_{bytes(range(32)).hex()}" and parts_of_key(made.text) == (made.id, made.hash) and made.hash == hash_of(bytes(range(32)).hex())
    assert [parts_of_key(text) for text in ("", "apk__", made.text + "\n", made.text.replace("apk", "apx"), "apk_" + "é" * 12 + "_" + "0" * 64)] == [None] * 5


def test_many_processes_make_one_token(tmp_path: Path) -> None:
    """Whoever comes second has the first one's, and it is whole."""
    kept = [DeskToken(tmp_path / "state" / "desk-token", new_token) for _ in range(8)]
    found = _together(8, lambda place: kept[place].read())
    assert len(set(found)) == 1 and len(found[0]) == 64
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["desk-token"]
