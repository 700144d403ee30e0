"""``Idempotency-Key``, and the kept answers behind it: what is sent twice is done once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.answers import KEPT_MS, STUCK_MS, Answer, SqlAnswers
from audiopub.adapters.sql.batches import SqlBatches
from audiopub.adapters.sql.schema import answers
from audiopub.desk.office import is_ready
from audiopub.errors import BadInput
from audiopub.people import Permission
from benchmarks.api_place import ADMIN, SHOW, ApiPlace
from tests.desk.api_articles import article


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path) -> Iterator[Database]:
    """Give an empty database of each kind."""
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    yield made
    made.close()


def test_the_same_request_is_answered_the_same_way(client) -> None:
    """Down to the bytes, with its place and version; it says that it was answered before."""
    first = client.post("/articles", json=article("lap"), headers={"Idempotency-Key": "lap-1"})
    again = client.post("/articles", json=article("lap"), headers={"Idempotency-Key": "lap-1"})
    assert (first.status_code, again.status_code) == (201, 201)  # without the key the second would be 200
    assert first.content == again.content
    assert (first.headers["etag"], first.headers["location"]) == (again.headers["etag"], again.headers["location"])
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers


def test_a_key_is_for_one_request(client) -> None:
    client.post("/articles", json=article("mot"), headers={"Idempotency-Key": "mot"})
    other = client.post("/articles", json=article("hai"), headers={"Idempotency-Key": "mot"})
    assert (other.status_code, other.json()["code"]) == (422, "api.key_reused")
    assert client.post("/lexicon/impact", json=article("mot"), headers={"Idempotency-Key": "mot"}).json()["code"] in {"api.key_reused", "api.invalid"}
    assert client.post("/articles", json=article("ba"), headers={"Idempotency-Key": "a" * 256}).status_code == 422


def test_refusals_are_looked_at_anew(client) -> None:
    """A refusal did nothing, and what it was for may have passed."""
    bad = {"show": SHOW, "text": "Ngắn."}
    first = client.post("/articles", json=bad, headers={"Idempotency-Key": "ngan"})
    again = client.post("/articles", json=bad, headers={"Idempotency-Key": "ngan"})
    assert first.status_code == again.status_code == 422 and "idempotency-replayed" not in again.headers
    name = client.post("/articles", json=article("ban")).json()["article"]["name"]
    assert client.post(f"/articles/{name}/render").status_code == 202
    busy = client.post(f"/articles/{name}/render", headers={"Idempotency-Key": "ban"})
    assert busy.status_code in {202, 409}
    if busy.status_code == 409:
        assert "idempotency-replayed" not in client.post(f"/articles/{name}/render", headers={"Idempotency-Key": "ban"}).headers


def test_a_change_for_another_version_is_another_request(client) -> None:
    """Whoever reads again after a 412 and sends the same for what is there now is not answered with the 412; what was done is answered once."""
    first = client.post("/articles", json=article("phien"))
    name, old = first.json()["article"]["name"], first.headers["etag"]
    block = first.json()["draft"]["blocks"][0]
    now = client.patch(f"/articles/{name}/blocks/{block['id']}", json={"text": block["text"] + " Thêm."}, headers={"If-Match": old}).headers["etag"]
    title = {"title": "Tên mới", "lead": ""}

    def sent(tag: str) -> Any:
        return client.put(f"/articles/{name}/title", json=title, headers={"If-Match": tag, "Idempotency-Key": "phien"})

    assert [sent(old).status_code, sent(now).status_code] == [412, 200]
    assert sent(now).headers["idempotency-replayed"] == "true"
    assert sent(old).json()["code"] == "api.key_reused"


def test_a_draft_is_taken_off_as_it_was_seen(client) -> None:
    first = client.post("/articles", json=article("bo"))
    name, old = first.json()["article"]["name"], first.headers["etag"]
    block = first.json()["draft"]["blocks"][0]
    now = client.patch(f"/articles/{name}/blocks/{block['id']}", json={"text": block["text"] + " Của người khác."}, headers={"If-Match": old}).headers["etag"]
    assert [client.delete(f"/articles/{name}", headers={"If-Match": tag}).status_code for tag in (old, now)] == [412, 204]


def test_each_has_keys_of_their_own(api_place: ApiPlace, client) -> None:
    """Nobody is shown what another was answered, and whose key was revoked is shown nothing."""
    secret = api_place.doors.reception.add_key("khac", [Permission.READ, Permission.EDIT], by=ADMIN)
    client.post("/articles", json=article("rieng"), headers={"Idempotency-Key": "rieng"})
    with api_place.client(secret.text) as other:
        answer = other.post("/articles", json=article("rieng"), headers={"Idempotency-Key": "rieng"})
        assert answer.status_code == 200 and "idempotency-replayed" not in answer.headers
        api_place.doors.reception.revoke_key(secret.id, by=ADMIN)
        assert other.post("/articles", json=article("rieng"), headers={"Idempotency-Key": "rieng"}).status_code == 401


def test_keys_of_one_name_are_two(api_place: ApiPlace) -> None:
    """What one key was answered is not shown to another that people gave the same name."""
    scopes = [Permission.READ, Permission.EDIT]
    with api_place.client(api_place.key(scopes, "trung-ten")) as one, api_place.client(api_place.key(scopes, "trung-ten")) as other:
        first, second = (client.post("/articles", json=article("trung"), headers={"Idempotency-Key": "trung"}) for client in (one, other))
    assert (first.status_code, second.status_code) == (201, 200) and "idempotency-replayed" not in second.headers


def test_a_newspaper_that_was_down_is_asked_again(api_place: ApiPlace, client) -> None:
    """A failure of the world outside is not kept for a day."""
    gone = {"show": SHOW, "url": f"http://{api_place.paper.host}/tin/khong-co.html"}
    for _ in range(2):
        answer = client.post("/articles", json=gone, headers={"Idempotency-Key": "sap"})
        assert answer.status_code == 422 and answer.json()["code"].startswith(("fetch.", "source.")) and "idempotency-replayed" not in answer.headers, answer.text


def test_many_at_once_with_one_key_are_one(client) -> None:
    """One does it; the others have its answer, or are told that it is under way."""
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _: client.post("/articles", json=article("tam"), headers={"Idempotency-Key": "tam"}), range(8)))
    assert {answer.status_code for answer in sent} <= {201, 409}
    assert sum(answer.status_code == 201 and "idempotency-replayed" not in answer.headers for answer in sent) == 1


def test_kept_answers(database) -> None:
    """One of several goes on; what is kept is given; what is dropped, stuck or old is begun anew."""
    kept = SqlAnswers(database)
    start = threading.Barrier(6)

    def begin(_number: int) -> Answer | None:
        start.wait()
        return kept.begin("toi", "k", "r")

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(begin, range(6)))
    assert found.count(None) == 1 and all(answer is None or answer.status == 0 for answer in found)
    kept.drop("toi", "k")
    assert kept.begin("toi", "k", "r") is None
    answer = Answer(status=201, body='{"tên": "bài"}', headers={"etag": '"1-0-0"'})
    kept.keep("toi", "k", answer)
    assert kept.begin("toi", "k", "r") == answer
    kept.drop("toi", "k")
    assert kept.begin("toi", "k", "r") == answer, "what was answered is not forgotten by a failure"
    assert kept.begin("khac", "k", "r") is None
    with pytest.raises(BadInput, match="another request"):
        kept.begin("toi", "k", "r2")
    _age(database, KEPT_MS + 1)
    assert kept.begin("toi", "k", "r2") is None
    assert kept.begin("toi", "k", "r2") == Answer(status=0)
    _age(database, STUCK_MS + 1)
    assert kept.begin("toi", "k", "r2") is None


def _age(database: Database, ms: int) -> None:
    database.write(lambda connection: connection.execute(update(answers).values(at=answers.c.at - ms)))


def test_a_database_that_does_not_answer_is_not_ready(database, tmp_path) -> None:
    """Soon told, whatever is wrong: no database of ours, nobody there."""
    database.write(lambda connection: None)
    assert is_ready(database.url)
    (tmp_path / "broken.sqlite").write_bytes(b"no database at all" * 500)
    began = time.monotonic()
    assert not is_ready(f"sqlite:///{tmp_path / 'broken.sqlite'}")
    assert not is_ready("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2")
    assert time.monotonic() - began < 8


def test_batches_lose_no_change(database) -> None:
    """Two that change a batch at once do so one after the other."""
    batches = SqlBatches(database)
    batches.add("b", SHOW, "toi", {"state": "running", "items": []})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: batches.change("b", lambda record: record["items"].append(number)), range(12)))
    found = batches.get("b")
    assert found is not None
    assert sorted(found.record["items"]) == list(range(12))
    assert batches.change("c", lambda record: record.clear()) is None and batches.get("c") is None
    assert (batches.forget(found.at_ms), batches.forget(found.at_ms + 1)) == (0, 1) and batches.get("b") is None
