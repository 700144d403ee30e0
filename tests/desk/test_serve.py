"""``audiopub serve`` with everything on it, as a process: stopped in the middle of things, watched through connections that break."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.desk.browser import Newsroom, newsroom, serving, until

LONG = "\n\n".join(
    ["Chợ phiên vùng cao họp sớm hơn mọi năm", *(f"Gian hàng thứ {n} của chợ bán rau cải, măng khô và gừng do bà con trong bản trồng trên nương." for n in range(2, 180))]
)
SECONDS = 5.0
"""In which a server that is told to stop ends, a stream open and a job under way."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Newsroom]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with newsroom(tmp_path, (("an", "admin"),), port=port) as made:
        yield made


def asking(place: Newsroom, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{place.origin}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False)


def submitted(client: httpx.Client, text: str, source_id: str) -> str:
    answer = client.post("/articles", json={"show": "ban-tin", "text": text, "source_id": source_id})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["article"]["name"])


@contextmanager
def listening(client: httpx.Client, job: str) -> Iterator[list[str]]:
    """Hold a stream of a job's events open."""
    lines: list[str] = []

    def listen() -> None:
        try:
            with client.stream("GET", f"/jobs/{job}/events") as stream:
                lines.extend(stream.iter_lines())
        except httpx.HTTPError:
            pass

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield lines
    thread.join(30)


def test_stopped_with_a_stream_open_and_a_job_under_way(tmp_path: Path) -> None:
    """It ends within five seconds, and the job goes on after the next start, to its end."""
    with newsroom(tmp_path, (("an", "admin"),)) as first:
        pass  # made, and stopped in good order
    key = first.key("read", "edit", "publish")
    with serving(first) as program, asking(first, key) as client:
        name = submitted(client, LONG, "dai")
        job = client.post(f"/articles/{name}/render").json()["job"]["id"]
        with listening(client, job) as lines:
            until(lambda: any("speaking" in line for line in lines) or client.get(f"/jobs/{job}").json()["job"]["done"] > 3)
            began = time.monotonic()
            program.send(signal.SIGTERM)
            until(lambda: program.code is not None, 30)
            took = time.monotonic() - began
    assert took < SECONDS, took
    with serving(first), asking(first, key) as client:
        ended = until(lambda: (found := client.get(f"/jobs/{job}").json()["job"])["state"] not in {"queued", "running", "waiting"} and found, 120)
        assert ended["state"] == "done"


def frames(stream: Any) -> Iterator[tuple[str, str, Any]]:
    """Give id, event and data of each frame of a stream."""
    held: dict[str, str] = {}
    for line in stream.iter_lines():
        if not line and "data" in held:
            yield held.get("id", ""), held.get("event", ""), json.loads(held["data"])
            held = {}
        elif ": " in line:
            name, _, value = line.partition(": ")
            held[name] = value


def test_a_stream_that_is_cut_again_and_again(place: Newsroom) -> None:
    """A proxy that cuts a stream after each frame costs nothing: who comes back with the last id goes on behind it, in order, to the end, which comes once."""
    with asking(place, place.key("read", "edit")) as client:
        name = submitted(client, LONG, "cat")
        job = client.post(f"/articles/{name}/render").json()["job"]["id"]
        seen: list[tuple[str, str, Any]] = []
        last, cuts = "", 0
        end = time.monotonic() + 120
        while time.monotonic() < end:
            headers = {"Last-Event-ID": last} if last else {}
            with client.stream("GET", f"/jobs/{job}/events", headers=headers) as stream:
                if stream.status_code == 204:
                    break
                for frame in frames(stream):
                    seen.append(frame)
                    last = frame[0]
                    cuts += 1
                    break
    assert cuts > 10
    assert [event for _, event, _ in seen[:-1]] == ["progress"] * (len(seen) - 1) and seen[-1][1] == "end" and seen[-1][2]["state"] == "done"
    spoken = [data["done"] for _, _, data in seen if data["stage"] == "speaking"]
    assert spoken == sorted(spoken)
    assert len({mark for mark, _, _ in seen}) == len(seen)
