"""Webhooks: what is announced once, what is sent, how often it is tried, and that nobody is held up."""

import hashlib
import hmac
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.adapters.sql.schema import deliveries, jobs, now_ms
from audiopub.adapters.sql.webhooks import SqlWebhooks
from audiopub.adapters.webhook_post import WebhookPost
from audiopub.desk.model import name_of
from audiopub.errors import FetchFailed
from audiopub.jobs import JobState, Kind, Order, Queue
from audiopub.jobs.webhook import Announcement, DeliveryState, Event, Webhook, announcements, signature
from audiopub.workshop.webhooks import Announcer, Sender
from tests.conftest import NOW, ROOT
from tests.desk.receivers import Handler, Receiver, drip, receiving, status, wait

SECRET = "whsec_of_the_test"  # noqa: S105


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database of each kind."""
    made = Database(f"sqlite:///{tmp_path / 'state.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.close()


@pytest.fixture
def hooks(tmp_path: Path) -> Iterator[SqlWebhooks]:
    """Give the webhooks of an empty database."""
    made = Database(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield SqlWebhooks(made)
    made.close()


def added(hooks: SqlWebhooks, url: str, hook_id: str = "a", **values: Any) -> Webhook:
    return hooks.add(Webhook(id=hook_id, url=url, events=values.pop("events", frozenset()), **values), SECRET)


def announced(hooks: SqlWebhooks, count: int = 1, **values: Any) -> None:
    hooks.announce([Announcement(key=f"test|{number}", event=Event.PUBLISHED, show="tin", title="Nước sạch", **values) for number in range(count)])


def sender(hooks: SqlWebhooks, *receivers: Receiver, seconds: float = 10.0) -> Sender:
    return Sender(hooks, WebhookPost(frozenset(one.host for one in receivers), seconds=seconds), lambda: 0.5)


def sent(made: Sender) -> None:
    made.send()
    wait(lambda: not made.is_busy)


def due_now(hooks: SqlWebhooks) -> None:
    """Let the pause before the next try be over."""
    hooks._database.write(lambda connection: connection.execute(update(deliveries).where(deliveries.c.state == "waiting").values(next=0)))


# What a message is


def test_a_message_says_what_happened_and_shows_whose_it_is(hooks: SqlWebhooks) -> None:
    with receiving() as receiver:
        added(hooks, receiver.url)
        announced(hooks, episode="ca20adaae3e0fef1", revision=2, url="https://x.example/a.html", job="render-1")
        sent(sender(hooks, receiver))
    (headers, body) = receiver.came[0]
    said = json.loads(body)
    assert {name: said[name] for name in ("event", "show", "episode", "title", "revision", "url", "code", "job")} == {
        "event": "episode.published", "show": "tin", "episode": name_of("tin", "ca20adaae3e0fef1"), "title": "Nước sạch", "revision": 2, "url": "https://x.example/a.html",
        "code": "", "job": "render-1",
    }  # fmt: skip
    assert abs(datetime.fromisoformat(said["at"]) - datetime.now(UTC)).total_seconds() < 120
    assert headers["audiopub-event"] == "episode.published"
    signed = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["audiopub-signature"])
    assert signed is not None
    t, value = signed.groups()
    assert value == hmac.new(SECRET.encode(), t.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert abs(int(t) - time.time()) < 120
    (kept,) = hooks.deliveries()
    assert (kept.state, kept.status, kept.attempts, kept.id) == (DeliveryState.DELIVERED, 204, 1, headers["audiopub-delivery"])
    assert kept.id.startswith(said["id"])


def test_a_replaced_secret_counts_for_a_while(hooks: SqlWebhooks) -> None:
    with receiving() as receiver:
        added(hooks, receiver.url)
        assert hooks.rotate("a", "new", 3600)
        announced(hooks)
        sent(sender(hooks, receiver))
        assert hooks.rotate("a", "newest", -1)
        hooks.announce([Announcement(key="later", event=Event.UPDATED)])
        sent(sender(hooks, receiver))
    (first, body), (second, later) = receiver.came
    at = int(first["audiopub-signature"].split(",")[0][2:])
    assert first["audiopub-signature"] == signature(["new", SECRET], at, body)
    at = int(second["audiopub-signature"].split(",")[0][2:])
    assert second["audiopub-signature"] == signature(["newest", SECRET], at, later), (
        "the one that the receiver has counts as long as was promised, however often it is replaced"
    )


def test_only_what_is_wanted_is_sent(hooks: SqlWebhooks) -> None:
    for hook_id, events, show in (("a", {"episode.failed"}, ""), ("b", set(), "other"), ("c", set(), "tin"), ("d", {"episode.published"}, "")):
        added(hooks, "https://x.example/", hook_id, events=frozenset(events), show=show)
    hooks.switch("d", active=False)
    announced(hooks)
    assert [one.webhook for one in hooks.deliveries()] == ["c"]
    hooks.announce([Announcement(key="ping", event=Event.PING)], only="a")
    assert [one.event for one in hooks.deliveries("a")] == ["ping"]


def test_what_was_before_a_webhook_is_not_told_to_it(hooks: SqlWebhooks) -> None:
    before = hooks.clock() - 1
    hook = added(hooks, "https://x.example/")
    assert hooks.announce([Announcement(key="old", event=Event.PUBLISHED, at_ms=before), Announcement(key="new", event=Event.PUBLISHED, at_ms=hook.created_ms)]) == 1


# Tries


@pytest.mark.parametrize(("answer", "kept"), [(status(500), 500), (lambda handler: handler.say(302, Location="/other"), 302), (status(404), 404)])
def test_what_is_not_taken_is_tried_five_times_with_growing_pauses(hooks: SqlWebhooks, answer: Any, kept: int) -> None:
    pauses = []
    with receiving(answer) as receiver:
        added(hooks, receiver.url)
        announced(hooks)
        made = sender(hooks, receiver)
        for number in range(6):
            sent(made)
            (one,) = hooks.deliveries()
            assert one.attempts == min(number + 1, 5) and one.status == kept and one.code == "webhook.status"
            if one.state is DeliveryState.WAITING:
                pauses.append(round((one.next_ms - one.changed_ms) / 1000))
                assert len(receiver.came) == number + 1
                sent(made)  # not before its time
                assert len(receiver.came) == number + 1
            due_now(hooks)
    assert pauses == [10, 60, 600, 3600]
    assert hooks.deliveries()[0].state is DeliveryState.FAILED
    assert len(set(receiver.ids)) == 1 and len(receiver.came) == 5


def test_a_second_try_may_do(hooks: SqlWebhooks) -> None:
    with receiving(status(503, 200)) as receiver:
        added(hooks, receiver.url)
        announced(hooks)
        for _ in range(3):
            sent(sender(hooks, receiver))
            due_now(hooks)
        assert hooks.deliveries()[0].state is DeliveryState.DELIVERED and len(receiver.came) == 2
        assert hooks.again(receiver.ids[0])
        sent(sender(hooks, receiver))
    assert len(receiver.came) == 3 and len(set(receiver.ids)) == 1


def test_whoever_is_gone_is_told_nothing_more(hooks: SqlWebhooks) -> None:
    with receiving(status(410)) as receiver:
        added(hooks, receiver.url)
        announced(hooks, 3)
        sent(sender(hooks, receiver))
    assert len(receiver.came) == 1
    assert not hooks.all()[0].active
    assert {one.state for one in hooks.deliveries()} == {DeliveryState.DROPPED}


@pytest.mark.parametrize("answer", [lambda _handler: time.sleep(3), drip], ids=["hangs", "drips"])
def test_a_try_ends_in_time(answer: Any) -> None:
    with receiving(answer) as receiver:
        began = time.monotonic()
        with pytest.raises(FetchFailed) as failure:
            WebhookPost(frozenset({receiver.host}), seconds=0.5)(receiver.url, b"{}", {})
        assert failure.value.code == "fetch.too_slow" and 0.3 < time.monotonic() - began < 1.5


def test_a_long_answer_is_cut(hooks: SqlWebhooks) -> None:
    wrote = []

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(b"x" * 65_536)
            wrote.append(65_536)

    with receiving(endless) as receiver:
        assert WebhookPost(frozenset({receiver.host}))(receiver.url, b"{}", {}) == 200
    assert sum(wrote) < 50_000_000


def test_one_that_hangs_holds_up_no_other(hooks: SqlWebhooks) -> None:
    over = threading.Event()
    with receiving(lambda _handler: over.wait(20)) as slow, receiving() as quick:
        added(hooks, slow.url, "slow")
        added(hooks, quick.url, "quick")
        announced(hooks, 20)
        made = sender(hooks, slow, quick)
        made.send()
        wait(lambda: len(quick.came) == 20, 9)
        assert len(slow.came) == 1 and made.is_busy
        over.set()
        hooks.switch("slow", active=False)
        wait(lambda: not made.is_busy)


# The guard


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://2130706433:{port}/",
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "ftp://x.example/",
    ],
)
def test_no_private_address_is_posted_to(url: str) -> None:
    with receiving() as receiver:
        with pytest.raises(FetchFailed) as failure:
            WebhookPost()(url.format(port=receiver.port), b"{}", {})
        assert failure.value.code == "fetch.refused" and receiver.came == []


def test_a_name_that_turns_private_between_check_and_connection_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once, and what was vetted is what is connected to: what the name says later does not count."""
    answers, asked, targets = ["93.184.216.34", "127.0.0.1"], [], []

    def resolver(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], 80))]

    def connect(_self: object, address: tuple[str, int]) -> Any:
        targets.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    with pytest.raises(FetchFailed):
        WebhookPost(resolver=resolver)("http://rebind.example/", b"{}", {})
    assert asked == ["rebind.example"] and set(targets) == {"93.184.216.34"}
    answers[0] = "10.0.0.1"
    asked.clear()
    targets.clear()
    with pytest.raises(FetchFailed) as failure:
        WebhookPost(resolver=resolver)("http://rebind.example/", b"{}", {})
    assert failure.value.code == "fetch.refused" and targets == []


def test_a_redirect_is_not_followed_and_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving(lambda handler: handler.say(307, Location=proxy.url)) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        assert WebhookPost(frozenset({receiver.host, proxy.host}))(receiver.url, b"{}", {}) == 307
    assert proxy.came == [] and len(receiver.came) == 1


# Several senders, and some that die


def test_nobody_has_a_message_that_another_has(database: Database) -> None:
    hooks = SqlWebhooks(database)
    added(hooks, "https://x.example/")
    announced(hooks, 30)
    claimed: list[str] = []

    def take() -> None:
        while claim := hooks.claim("a"):
            claimed.append(claim.delivery.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 30


def test_what_a_sender_left_is_sent_by_another_and_only_that_one_notes_it(database: Database) -> None:
    from audiopub.jobs.webhook import verdict

    hooks = SqlWebhooks(database)
    added(hooks, "https://x.example/")
    announced(hooks)
    first = hooks.claim("a")
    assert first is not None and hooks.claim("a") is None and hooks.due() == ()
    database.write(lambda connection: connection.execute(update(deliveries).values(next=now_ms() - 1)))
    second = hooks.claim("a")
    assert second is not None and second.delivery.id == first.delivery.id
    assert not hooks.note(first, verdict(500, 1, 0.5), status=500)
    assert hooks.note(second, verdict(200, 1, 0.5), status=200)
    assert hooks.deliveries()[0].state is DeliveryState.DELIVERED


_SENDER = """
import sys, time
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.webhooks import SqlWebhooks
from audiopub.adapters.webhook_post import WebhookPost
from audiopub.workshop.webhooks import Sender
url, host, stand = sys.argv[1:]
post = WebhookPost(frozenset({host}))
def posted(*message):
    status = post(*message)
    if stand: print("sent", flush=True); time.sleep(60)
    return status
made = Sender(SqlWebhooks(Database(url)), posted, lambda: 0.5)
made.send()
while made.is_busy: time.sleep(0.02)
"""


def test_a_sender_killed_between_sending_and_noting_sends_twice_under_one_id(hooks: SqlWebhooks) -> None:
    with receiving() as receiver:
        added(hooks, receiver.url)
        announced(hooks)
        program = [sys.executable, "-c", _SENDER, hooks._database.url, receiver.host]
        with subprocess.Popen([*program, "stand"], stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout and process.stdout.readline() == b"sent\n"
            os.kill(process.pid, signal.SIGKILL)
        assert len(receiver.came) == 1 and hooks.deliveries()[0].state is DeliveryState.SENDING
        sent(sender(hooks, receiver))
        assert len(receiver.came) == 1  # it may be alive, for all that anybody knows
        hooks._database.write(lambda connection: connection.execute(update(deliveries).values(next=now_ms() - 1)))
        subprocess.run([*program, ""], check=True, cwd=ROOT, timeout=60)
    assert len(receiver.came) == 2 and len(set(receiver.ids)) == 1
    assert hooks.deliveries()[0].state is DeliveryState.DELIVERED


# What becomes of jobs


def ended(store: SqlJobStore, source: str, state: JobState, outcome: dict[str, Any], kind: Kind = Kind.RENDER) -> str:
    job, _ = store.submit(Order(kind=kind, show="tin", queue=Queue.EDITOR, now=NOW, source=source), again=True)
    begun = store.begin(job.id, job.run, "w")
    assert begun is not None and store.end(begun, state, outcome)
    return job.id


def looked(hooks: SqlWebhooks, store: SqlJobStore, times: int = 1) -> list[dict[str, Any]]:
    for _ in range(times):
        Announcer(hooks, store, lambda _show, episode: ("Tựa", 7, f"https://x.example/{episode}.html")).look()
    return [json.loads(one.body) for one in hooks.deliveries()]


def test_each_end_of_a_job_is_told_once_whoever_looks(database: Database) -> None:
    hooks, store = SqlWebhooks(database), SqlJobStore(database)
    added(hooks, "https://x.example/")
    good = ended(store, "a", JobState.DONE, {"outcome": "published", "id": "e1", "revision": 1, "title": "Một"})
    ended(store, "b", JobState.FAILED, {"outcome": "failed", "code": "fetch.status", "title": "Hai"})
    ended(store, "c", JobState.HELD, {"outcome": "held", "code": "article.too_short"})
    ended(store, "d", JobState.DONE, {"outcome": "unchanged", "id": "e4"})
    ended(store, "e", JobState.DONE, {"outcome": "embargoed", "id": "e5", "revision": 1})
    ended(store, "f", JobState.CANCELLED, {"outcome": "cancelled"})
    ended(store, "2026-11-24", JobState.DONE, {"outcome": "done"}, Kind.NIGHTLY)
    ended(store, "", JobState.DONE, {"outcome": "written", "released_ids": ["e5"]}, Kind.PUBLISH)
    told = looked(hooks, store, 3)
    assert sorted((one["event"], one["episode"], one["title"], one["code"], one["url"], one["revision"]) for one in told) == [
        ("episode.failed", "", "", "article.too_short", "", 0), ("episode.failed", "", "Hai", "fetch.status", "", 0),
        ("episode.published", "tin-e1", "Một", "", "https://x.example/e1.html", 1), ("episode.published", "tin-e5", "Tựa", "", "https://x.example/e5.html", 7),
        ("episode.ready", "tin-e5", "", "", "", 1), ("night.ended", "", "2026-11-24", "", "", 0),
    ]  # fmt: skip
    assert [one["job"] for one in told if one["episode"] == "tin-e1"] == [good]
    ended(store, "a", JobState.DONE, {"outcome": "updated", "id": "e1", "revision": 2})
    assert [one["event"] for one in looked(hooks, store, 2) if one["job"] == good].count("episode.updated") == 1


def test_what_ended_while_nobody_looked_is_told_later(hooks: SqlWebhooks) -> None:
    database = hooks._database
    store = SqlJobStore(database)
    ended(store, "before", JobState.DONE, {"outcome": "published", "id": "e0"})
    time.sleep(0.01)
    added(hooks, "https://x.example/")
    assert looked(hooks, store) == []
    ended(store, "a", JobState.DONE, {"outcome": "published", "id": "e1"})
    assert len(looked(hooks, store)) == 1
    hooks.forget(hooks.clock() + 1)
    database.write(lambda connection: connection.execute(update(jobs).values(changed=jobs.c.changed - 600_000, finished=jobs.c.finished - 600_000)))
    assert looked(hooks, store) == []  # far behind the cursor: told long ago, also where nothing is kept of it
    cursor = hooks.seen()
    ended(store, "b", JobState.DONE, {"outcome": "published", "id": "e2"})
    assert len(looked(hooks, store)) == 1 and hooks.seen() > cursor


def test_an_end_that_was_slow_to_commit_is_found(hooks: SqlWebhooks) -> None:
    """Another transaction may commit later than one that bears a younger moment."""
    store = SqlJobStore(hooks._database)
    added(hooks, "https://x.example/")
    time.sleep(0.01)
    early = ended(store, "early", JobState.DONE, {"outcome": "published", "id": "e1"})
    time.sleep(0.01)
    ended(store, "late", JobState.DONE, {"outcome": "published", "id": "e2"})
    hooks._database.write(lambda connection: connection.execute(update(jobs).where(jobs.c.id == early).values(state="running")))
    made = Announcer(hooks, store, lambda *_: ("", 0, ""))
    made.look()
    assert len(hooks.deliveries()) == 1
    hooks._database.write(lambda connection: connection.execute(update(jobs).where(jobs.c.id == early).values(state="done")))
    made.look()
    assert len(hooks.deliveries()) == 2


def test_two_that_look_at_once_tell_once(database: Database) -> None:
    hooks, store = SqlWebhooks(database), SqlJobStore(database)
    added(hooks, "https://x.example/")
    for number in range(10):
        ended(store, str(number), JobState.DONE, {"outcome": "published", "id": f"e{number}"})
    threads = [threading.Thread(target=looked, args=(hooks, store)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hooks.deliveries()) == 10


def test_a_run_anew_is_another_happening(hooks: SqlWebhooks) -> None:
    store = SqlJobStore(hooks._database)
    job_id = ended(store, "a", JobState.FAILED, {"outcome": "failed", "code": "fetch.status"})
    job = store.get(job_id)
    assert job is not None
    again = replace(job, run=job.run + 1)
    ids = [one.id for run in (job, job, again) for one in announcements(run)]
    assert ids[0] == ids[1] != ids[2]


# The receiver of the documentation


def test_the_receiver_of_the_documentation(hooks: SqlWebhooks, tmp_path: Path) -> None:
    """It takes what is ours, and refuses what is not; what is too old or was seen already is not done."""
    source = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    assert len([line for line in source.splitlines() if line.strip() and not line.startswith("import")]) <= 15
    served = f"{source}\nserver = http.server.HTTPServer(('127.0.0.1', 0), Receiver)\nprint(server.server_port, flush=True)\nserver.serve_forever()\n"
    environment = {"AUDIOPUB_WEBHOOK_SECRET": f"former {SECRET}", "PATH": os.environ["PATH"]}
    with subprocess.Popen([sys.executable, "-c", served], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            url, post = f"http://127.0.0.1:{port}/", WebhookPost(frozenset({f"127.0.0.1:{port}"}))
            added(hooks, url)
            announced(hooks)
            sent(Sender(hooks, post, lambda: 0.5))
            assert hooks.deliveries()[0].status == 204
            now, body = int(time.time()), b'{"event": "forged"}'
            headers = {"Audiopub-Delivery": "x", "Audiopub-Signature": signature(["wrong"], now, body)}
            assert post(url, body, headers) == 403
            assert post(url, body, {"Audiopub-Delivery": "y"}) == 403
            assert post(url, b'{"event": "other"}', {**headers, "Audiopub-Signature": signature([SECRET], now, body)}) == 403
            assert post(url, body, {**headers, "Audiopub-Signature": signature([SECRET], now - 301, body)}) == 204
            good = {**headers, "Audiopub-Signature": signature([SECRET], now, b'{"event": "last"}')}
            assert post(url, b'{"event": "last"}', good) == post(url, b'{"event": "last"}', good) == 204
        finally:
            process.terminate()
        assert process.stdout.read().decode().split() == ["episode.published", "last"]
    assert hooks._database.read(lambda connection: connection.execute(select(deliveries.c.body)).scalar())
