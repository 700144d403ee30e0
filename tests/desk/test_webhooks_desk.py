"""Webhooks as people look after them: who may, what is refused, what is shown of a secret; and a worker that sends."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from audiopub.bootstrap import database
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings
from audiopub.desk.webhooks import Webhooks
from audiopub.errors import BadInput, Forbidden, NotFound
from audiopub.jobs import JobState
from audiopub.jobs.webhook import Event
from audiopub.people import ROLES, Actor, Permission, Role, Via
from audiopub.workshop.service import chores, store_of, tools_of
from tests.conftest import NOW
from tests.desk.receivers import receiving, wait
from tests.desk.test_webhooks import ended

ADMIN = Actor(name="lan", permissions=frozenset(Permission), via=Via.DESK)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(feeds=tmp_path / "feeds", output=tmp_path / "output", state=tmp_path / "state")


def every_act(kept: Webhooks, actor: Actor, hook_id: str) -> list[Any]:
    return [
        lambda: kept.add(actor, "https://x.example/"), lambda: kept.all(actor), lambda: kept.rotate(actor, hook_id), lambda: kept.switch(actor, hook_id, active=True),
        lambda: kept.ping(actor, hook_id), lambda: kept.deliveries(actor), lambda: kept.redeliver(actor, "a"), lambda: kept.remove(actor, hook_id),
    ]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_may(settings: Settings, role: Role) -> None:
    kept = Webhooks(settings)
    hook, _ = kept.add(ADMIN, "https://x.example/")
    for act in every_act(kept, Actor(name="b", permissions=ROLES[role], via=Via.API), hook.id):
        with pytest.raises(Forbidden):
            act()
    assert kept.all(ADMIN) == (hook,)


def test_a_secret_is_shown_once_and_stands_in_nothing_else(settings: Settings) -> None:
    said: list[Any] = []
    kept = Webhooks(settings, said=lambda *what: said.append(what))
    hook, secret = kept.add(ADMIN, "https://x.example/geheim", events=["episode.published"])
    fresh = kept.rotate(ADMIN, hook.id)
    kept.ping(ADMIN, hook.id)
    kept.switch(ADMIN, hook.id, active=False)
    shown = repr([kept.all(ADMIN), kept.deliveries(ADMIN), said]) + json.dumps([dataclasses.asdict(one) for one in kept.deliveries(ADMIN)], default=str)
    assert len(secret) > 60 and secret != fresh
    assert secret not in shown and fresh not in shown
    assert [act for _, act, _ in said] == ["webhook_add", "webhook_rotate", "webhook_ping", "webhook_switch"]
    assert "geheim" not in repr(said)  # who knows such an address may be able to post to it


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://x.example/",
        "https://",
        "https://a:b@x.example/",
        "https://x.example/\n",
        "https://x.example/ b",
        "https://x.example/#a",
        "https://bào.example/",
        "https://x.example/" + "a" * 2000,
        "javascript:alert(1)",
        "http://x.example:0/",
        "http://x.example:99999/",
        "http://[::1/",
        'https://x.example/"',
    ],
)
def test_an_address_that_is_none_is_refused(settings: Settings, url: str) -> None:
    if url.endswith("\n"):
        assert Webhooks(settings).add(ADMIN, url)[0].url == url.strip()
        return
    with pytest.raises(BadInput) as refused:
        Webhooks(settings).add(ADMIN, url)
    assert refused.value.code == "webhook.bad_url"


def test_events_and_webhooks_that_are_not_there(settings: Settings) -> None:
    kept = Webhooks(settings)
    with pytest.raises(BadInput) as refused:
        kept.add(ADMIN, "https://x.example/", events=["episode.gone"])
    assert refused.value.code == "webhook.bad_event" and "night.ended" in refused.value.sentence("vi")
    acts = every_act(kept, ADMIN, "nobody")[2:]
    for act in (*acts[:3], *acts[4:], lambda: kept.deliveries(ADMIN, "nobody")):
        with pytest.raises(NotFound):
            act()
    assert (kept.all(ADMIN), kept.deliveries(ADMIN)) == ((), ())


def test_there_is_an_end_to_webhooks(settings: Settings) -> None:
    kept = Webhooks(settings)
    for number in range(50):
        kept.add(ADMIN, f"https://x.example/{number}")
    with pytest.raises(BadInput) as refused:
        kept.add(ADMIN, "https://x.example/51")
    assert refused.value.code == "webhook.too_many"


def test_an_act_is_told_once_a_key(settings: Settings) -> None:
    kept = Webhooks(settings)
    kept.add(ADMIN, "https://x.example/")
    assert [kept.announce(Event.WITHDRAWN, show="tin", episode="e", key="4") for _ in range(3)] == [1, 0, 0]
    assert [kept.announce(Event.WITHDRAWN, show="tin", episode="e") for _ in range(2)] == [1, 1]


def test_a_worker_tells_what_became_of_jobs(settings: Settings) -> None:
    with receiving() as receiver:
        allowed = dataclasses.replace(settings, allow_hosts=frozenset({receiver.host}))
        kept = Webhooks(allowed)
        kept.add(ADMIN, receiver.url)
        ended(store_of(allowed), "a", JobState.FAILED, {"outcome": "failed", "code": "fetch.status", "details": {"status": "500"}})
        mine = {chore.name: chore for chore in chores(allowed, tools_of(allowed, lambda: NOW), None)}  # type: ignore[arg-type]
        assert mine["announcements"].every == mine["webhooks"].every == 1.0
        mine["announcements"].work()
        mine["webhooks"].work()
        wait(lambda: [one.state for one in kept.deliveries(ADMIN)] == ["delivered"])
    assert json.loads(receiver.came[0][1])["code"] == "fetch.status"


# The command


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AUDIOPUB_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("AUDIOPUB_LANG", "vi")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(main_group, ["webhooks", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, out, _ = run("add", "https://x.example/", "--event", "episode.published", "--json")
    made = json.loads(out)
    assert code == 0 and made["secret"].startswith("whsec_") and made["events"] == ["episode.published"]
    code, out, _ = run("list", "--json")
    (listed,) = json.loads(out)["webhooks"]
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    code, out, _ = run("list")
    assert made["id"] in out and "bật" in out and made["secret"] not in out
    code, out, _ = run("ping", made["id"], "--json")
    pinged = json.loads(out)
    assert (pinged["event"], pinged["state"]) == ("ping", "waiting")
    code, out, _ = run("deliveries", made["id"], "--json")
    assert [one["id"] for one in json.loads(out)["deliveries"]] == [pinged["id"]]
    code, out, _ = run("deliveries", "--again", pinged["id"])
    assert code == 0 and pinged["id"] in out
    assert run("add", "ftp://x.example/")[0] == 3
    assert run("ping", "nobody")[0] == 3
    assert run("remove", made["id"])[0] == 0
    assert "Chưa có webhook" in run("list")[1] and "Chưa gửi" in run("deliveries")[1]
    assert run("remove", made["id"])[0] == 3
    assert database(Settings.read()).read(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar()) == 0
