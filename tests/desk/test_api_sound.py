"""From draft to listeners by the API alone: made, heard, published, corrected, taken away, brought back; and many at once."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from audiopub.desk.batches import Batches, BatchWish
from audiopub.desk.model import Progress
from audiopub.people import Permission
from audiopub.web.api.events import mark_of
from audiopub.web.streams import EACH, Streams
from benchmarks.api_place import ADMIN, SHOW, ApiPlace
from tests.desk.api_articles import made


def events(client: httpx.Client, job: str, last: str = "", most: int = 1000) -> list[dict[str, str]]:
    """Read a job's events, until the stream ends or so many came."""
    found: list[dict[str, str]] = []
    with client.stream("GET", f"/jobs/{job}/events", headers={"Last-Event-ID": last} if last else {}) as stream:
        assert stream.status_code in {200, 204}
        event: dict[str, str] = {}
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            if line and not line.startswith(":"):
                event[name] = value
            elif event:
                found.append(event)
                event = {}
            if len(found) >= most:
                break
    return found


def ended(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """Wait for the job that an answer names; give how it ended."""
    assert answer.status_code == 202, answer.text
    last = events(client, answer.json()["job"]["id"])[-1]
    assert last["event"] == "end"
    return dict(json.loads(last["data"]))


def proved(client: httpx.Client, name: str) -> str:
    """Have an article made to be heard; give the fingerprint."""
    assert ended(client, client.post(f"/articles/{name}/render"))["state"] == "done"
    return str(client.get(f"/articles/{name}").json()["proof"]["fingerprint"])


@pytest.fixture
def author(api_place: ApiPlace, request):
    """Give a client with limits of its own."""
    with api_place.client(api_place.key(list(Permission), request.node.name.replace("_", "-")[:40])) as made_client:
        yield made_client


def test_an_article_goes_all_the_way(author) -> None:
    """Each step is refused before its time, and shows in the state."""
    name, seen = made(author, "tron-duong")
    early = author.post(f"/articles/{name}/publish", json={"fingerprint": "0" * 64})
    assert early.status_code == 412
    fingerprint = proved(author, name)
    stopped = author.post(f"/articles/{name}/publish", json={"fingerprint": fingerprint})
    assert (stopped.status_code, stopped.json()["checks"]) == (422, "heard")
    assert author.post(f"/articles/{name}/proofs/{fingerprint}/heard").status_code == 204
    assert all(check["state"] != "stop" for check in author.get(f"/articles/{name}/checks").json()["checks"])
    assert author.post(f"/articles/{name}/publish", json={"fingerprint": fingerprint}, headers={"If-Match": '"99-0-0"'}).json()["code"] == "api.precondition"
    assert ended(author, author.post(f"/articles/{name}/publish", json={"fingerprint": fingerprint}, headers={"If-Match": seen}))["state"] == "done"
    there = author.get(f"/articles/{name}")
    assert (there.json()["article"]["state"], there.json()["episode"]["fingerprint"]) == ("published", fingerprint)
    for form, begin in (("vtt", "WEBVTT"), ("srt", "1\n"), ("json", "{")):
        assert author.get(f"/episodes/{name}/transcript.{form}").text.startswith(begin)
    assert author.get(f"/episodes/{name}/chapters.json").json()["chapters"]
    assert name in [item["name"] for item in author.get("/episodes", params={"status": "published"}).json()["items"]]


def test_a_correction_is_compared_published_and_rolled_back(author) -> None:
    """What changed is told by sentences; the guid stays; withdrawn is gone and restored is there."""
    name, _ = made(author, "dinh-chinh")
    publish = {"fingerprint": proved(author, name), "accept": ["heard"]}
    ended(author, author.post(f"/articles/{name}/publish", json=publish))
    first = author.get(f"/articles/{name}")
    author.patch(f"/articles/{name}/blocks/b2", json={"text": "Sáng qua, bà con thôn Nậm Lành nghỉ."}, headers={"If-Match": first.headers["etag"]})
    changes = author.get(f"/articles/{name}/changes").json()["changes"]
    assert any(change["after"] == "Sáng qua, bà con thôn Nậm Lành nghỉ." for change in changes)
    assert author.post(f"/articles/{name}/publish", json=publish).status_code in {412, 422}, "not what was heard"
    publish = {"fingerprint": proved(author, name), "accept": ["heard"], "note": "Sửa ngày."}
    ended(author, author.post(f"/articles/{name}/publish", json=publish))
    second = author.get(f"/articles/{name}")
    assert second.json()["episode"]["guid"] == first.json()["episode"]["guid"]
    assert (second.json()["article"]["revision"], second.json()["revisions"]) == (2, [1])
    stale = author.post(f"/articles/{name}/withdraw", json={"reason": "Sai"}, headers={"If-Match": first.headers["etag"]})
    assert stale.status_code == 412
    back = author.post(f"/articles/{name}/rollback", json={"revision": 1}, headers={"If-Match": second.headers["etag"]})
    assert back.status_code == 200, back.text
    assert author.post(f"/articles/{name}/withdraw", json={"reason": "Sai", "notice": False}).json()["article"]["state"] == "withdrawn"
    assert author.get(f"/episodes/{name}/transcript.vtt").json()["code"] == "api.no_published"
    assert author.post(f"/articles/{name}/restore").json()["article"]["state"] == "published"


def test_publishing_is_put_off_and_called_off(author) -> None:
    name, _ = made(author, "hen-gio")
    fingerprint = proved(author, name)
    at = datetime.now(UTC) + timedelta(days=2)
    wish = {"fingerprint": fingerprint, "accept": ["heard"], "at": at.isoformat()}
    assert author.post(f"/articles/{name}/publish", json={**wish, "at": "2026-12-01T06:00:00"}).json()["code"] == "api.bad_moment"
    ended(author, author.post(f"/articles/{name}/publish", json=wish))
    assert author.get(f"/articles/{name}").json()["article"]["state"] == "scheduled"
    assert author.post(f"/articles/{name}/schedule-cancel").json()["article"]["state"] != "scheduled"
    assert author.post(f"/articles/{name}/schedule-cancel").status_code == 422


def test_eight_who_render_at_once(api_place: ApiPlace, author) -> None:
    """One job is begun; the others are told which."""
    name, _ = made(author, "tam-nguoi")
    keys = [api_place.key([Permission.READ, Permission.EDIT], f"nguoi-{number}") for number in range(8)]

    def render(key: str) -> httpx.Response:
        with api_place.client(key) as own:
            return own.post(f"/articles/{name}/render")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(render, keys))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    jobs = {answer.json()["job"]["id"] if answer.status_code == 202 else answer.json()["job"] for answer in answers}
    assert len(jobs) == 1
    events(author, jobs.pop())


def test_a_job_is_taken_back(author) -> None:
    """By its own id or by its article's; what has ended cannot be."""
    name, _ = made(author, "huy")
    job = author.post(f"/articles/{name}/render").json()["job"]["id"]
    answer = author.delete(f"/jobs/{job}")
    assert answer.status_code in {200, 409}
    assert events(author, job)[-1]["event"] == "end"
    assert author.delete(f"/jobs/{job}").json()["code"] == "api.nothing_to_cancel"
    assert author.delete(f"/articles/{name}/render").status_code == 409
    assert author.delete("/jobs/khong-co").status_code == 404
    retried = author.post(f"/jobs/{job}/retry")
    assert retried.status_code in {202, 422}


def test_a_stream_that_is_cut_again_and_again_goes_on(author) -> None:
    """Each connection brings one event more than the one before ended with, until the end, after which there is nothing."""
    name, _ = made(author, "dut-ket-noi")
    job = author.post(f"/articles/{name}/render").json()["job"]["id"]
    seen: list[dict[str, str]] = []
    while not seen or seen[-1]["event"] != "end":
        seen += events(author, job, seen[-1]["id"] if seen else "", most=1)
        assert len(seen) < 200
    assert len({event["id"] for event in seen}) == len(seen)
    done = [json.loads(event["data"]) for event in seen]
    assert done[-1]["state"] == "done"
    for stage in {event["stage"] for event in done}:
        counts = [event["done"] for event in done if event["stage"] == stage]
        assert counts == sorted(counts)
    assert events(author, job, seen[-1]["id"]) == []


def test_streams_end_when_the_server_does(api_place: ApiPlace, author, monkeypatch) -> None:
    """A job that goes on for ever does not hold up a server that is told to stop."""
    name, _ = made(author, "dung-may")
    job = author.post(f"/articles/{name}/render").json()["job"]["id"]
    for_ever = Progress(job=job, state="running", stage="speaking", done=1, of=9)
    monkeypatch.setattr(api_place.desk, "job", lambda _actor, _job: for_ever)
    ended_after: list[float] = []

    def read() -> None:
        with api_place.client() as own:
            assert [event["id"] for event in events(own, job)] == [mark_of(for_ever)]
        ended_after.append(time.monotonic())

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.7)
    assert thread.is_alive()
    told = time.monotonic()
    Streams.of(api_place.app).stopping.set()
    thread.join(5)
    Streams.of(api_place.app).stopping.clear()
    assert ended_after and ended_after[0] - told < 3


def test_one_who_opens_many_streams_is_refused_and_others_are_not(api_place: ApiPlace, author, monkeypatch) -> None:
    name, _ = made(author, "nhieu-luong")
    job = author.post(f"/articles/{name}/render").json()["job"]["id"]
    for_ever = Progress(job=job, state="running", stage="speaking", done=1, of=9)
    monkeypatch.setattr(api_place.desk, "job", lambda _actor, _job: for_ever)
    with ExitStack() as opened:
        for _ in range(EACH):
            assert opened.enter_context(author.stream("GET", f"/jobs/{job}/events")).status_code == 200
        refused = author.get(f"/jobs/{job}/events")
        assert (refused.status_code, refused.json()["code"]) == (429, "people.too_many_streams")
        assert int(refused.headers["retry-after"]) > 0
        with api_place.client() as other, other.stream("GET", f"/jobs/{job}/events") as theirs:
            assert theirs.status_code == 200
    until = time.monotonic() + 10
    while (answer := _one_event(author, job)) == 429:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert answer == 200


def _one_event(client: httpx.Client, job: str) -> int:
    with client.stream("GET", f"/jobs/{job}/events") as stream:
        return stream.status_code


@pytest.mark.parametrize(
    ("wanted", "status", "first", "length"),
    [("bytes=0-9", 206, 0, 10), ("bytes=10-", 206, 10, -10), ("bytes=-5", 206, -5, 5), ("bytes=0-0", 206, 0, 1), ("bytes=5-99999999", 206, 5, -5),
     ("bytes=0-1,4-5", 200, 0, 0), ("seconds=1-2", 200, 0, 0), ("bytes=99999999-", 416, 0, 0), ("bytes=" + ",".join(["0-1"] * 6667), 200, 0, 0)],
)  # fmt: skip
def test_a_proof_is_heard_from_anywhere(proof, wanted, status, first, length) -> None:
    """As RFC 9110 has it; what no player asks for costs nothing."""
    client, address, whole = proof
    began = time.monotonic()
    answer = client.get(address, headers={"Range": wanted})
    assert time.monotonic() - began < 2
    assert answer.status_code == status
    if status == 206:
        start = first % len(whole) if first < 0 else first
        count = length if length > 0 else len(whole) + length
        assert answer.content == whole[start : start + count]
        assert answer.headers["content-range"] == f"bytes {start}-{start + count - 1}/{len(whole)}"
    elif status == 200:
        assert answer.content == whole
    else:
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
    assert answer.headers["accept-ranges"] == "bytes" and not answer.headers["etag"].startswith("W/")


def test_a_proof_is_not_sent_twice(proof) -> None:
    """Whoever has it is told so; a range of other bytes is the whole."""
    client, address, whole = proof
    tag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address, headers={"Range": "bytes=0-1", "If-Range": tag}).status_code == 206
    assert client.get(address, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).content == whole
    assert client.get(address.replace("audio.mp3", "passwd")).status_code == 404


@pytest.fixture(scope="module")
def proof(api_place: ApiPlace):
    """Give a client, and the address and bytes of a proof."""
    with api_place.client(api_place.key(list(Permission), "nghe")) as client:
        name, _ = made(client, "nghe")
        address = f"/articles/{name}/proofs/{proved(client, name)}/audio.mp3"
        yield client, address, client.get(address).content


def test_one_act_on_many(api_place: ApiPlace, author) -> None:
    """Each is looked up and allowed on its own: what may not be done to one of them is not done, and stops no other."""
    names = [made(author, f"nhieu-{number}")[0] for number in range(2)]
    wish = {"act": "render", "items": [{"name": names[0]}, {"name": "thoi-su-0000000000000000"}, {"name": "khac-show-0000000000000000"}, {"name": names[1]}]}
    answer = author.post("/bulk", json=wish).json()["items"]
    assert [item["status"] for item in answer] == [202, 404, 404, 202]
    for item in answer:
        if item["job"]:
            events(author, item["job"]["id"])
    fingerprints = {name: author.get(f"/articles/{name}").json()["proof"]["fingerprint"] for name in names}
    with api_place.client(api_place.key([Permission.READ, Permission.EDIT], "bien-tap-nhieu")) as editor:
        refused = editor.post("/bulk", json={"act": "publish", "items": [{"name": name, "fingerprint": found} for name, found in fingerprints.items()]})
        assert [item["status"] for item in refused.json()["items"]] == [403, 403]
        assert [item["status"] for item in editor.post("/bulk", json={"act": "withdraw", "items": [{"name": names[0]}]}).json()["items"]] == [403]
    assert {author.get(f"/articles/{name}").json()["article"]["state"] for name in names} == {"ready"}
    tried = author.post("/bulk", json={"act": "publish", "items": [{"name": names[0]}, {"name": names[1], "fingerprint": "0" * 64}]})
    assert [item["status"] for item in tried.json()["items"]] == [422, 412]
    assert [item["status"] for item in author.post("/bulk", json={"act": "discard", "items": [{"name": names[0]}]}).json()["items"]] == [200]


def finished(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """Wait for a batch."""
    assert answer.status_code == 202, answer.text
    end = time.monotonic() + 30
    while (batch := client.get(answer.headers["location"].removeprefix("/api/v1")).json())["state"] == "running":
        assert time.monotonic() < end
        time.sleep(0.1)
    return dict(batch)


def test_a_batch_brings_many(api_place: ApiPlace, author) -> None:
    """By addresses, by a feed, by a list; one that fails, with its reason, stops no other, and again they are there already."""
    paper = api_place.paper
    paper.fail(12)
    urls = [paper.url(10), paper.url(11), paper.url(12), "http://169.254.169.254/latest"]
    found = finished(author, author.post("/batches", json={"show": SHOW, "urls": urls}))
    assert [item["state"] for item in found["items"]] == ["created", "created", "failed", "failed"]
    assert found["counts"] == {"created": 2, "failed": 2}
    assert found["items"][2]["code"].startswith("fetch.") and found["items"][2]["message"] != found["items"][2]["code"]
    listed = "\n".join(["# của hôm nay", *urls[:2], "/etc/passwd"])
    again = finished(author, author.post("/batches", json={"show": SHOW, "list": listed}))
    assert [(item["state"], item["code"]) for item in again["items"]] == [("present", ""), ("present", ""), ("failed", "api.bad_address")]
    before = author.get("/articles", params={"show": SHOW, "limit": 1}).json()["total"]
    dry = author.post("/batches", json={"show": SHOW, "feed": paper.feed, "limit": 5, "dry_run": True})
    assert [item["state"] for item in dry.json()["items"]] == ["listed"] * 5
    assert author.get("/articles", params={"show": SHOW, "limit": 1}).json()["total"] == before
    assert author.post("/batches", json={"show": SHOW, "feed": paper.feed, "list": "x"}).json()["code"] == "api.one_of"
    assert author.post("/batches", json={"show": "khong-co", "feed": paper.feed}).status_code == 404
    assert author.get("/batches/khong-co").json()["code"] == "api.no_batch"
    assert author.post("/batches", json={"show": SHOW, "feed": "http://127.0.0.1:9/rss.xml"}).status_code == 422


def test_a_batch_goes_on_after_its_process_died(api_place: ApiPlace) -> None:
    """What was done is not done again; whoever asks sets the rest going, if they may edit."""
    with api_place.client() as client:
        client.get("/batches/khong-co")  # opens what stands beside the desk
    batches: Batches = api_place.app.state.office.batches
    begun = batches.begin(ADMIN, BatchWish(show=SHOW, urls=(api_place.paper.url(20), api_place.paper.url(21))))
    batches.wait(begun.id, 20)

    def as_if_killed(record: dict[str, Any]) -> None:
        record["state"] = "running"
        record["items"][1] |= {"state": "waiting", "name": ""}
        record["items"][0]["title"] = "đã xong"

    batches._store.change(begun.id, as_if_killed)
    with api_place.client(api_place.key([Permission.READ], "nguoi-xem")) as reader:
        assert reader.get(f"/batches/{begun.id}").json()["state"] == "running"
        time.sleep(0.5)
        assert reader.get(f"/batches/{begun.id}").json()["state"] == "running"
    batches.view(ADMIN, begun.id)
    batches.wait(begun.id, 20)
    items = batches.view(ADMIN, begun.id).record["items"]
    assert [(item["state"], item["title"] == "đã xong") for item in items] == [("created", True), ("present", False)]
