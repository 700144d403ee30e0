"""An engine in a process of its own, since there is one a process; told what to do through a pipe, and killed without a word."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from dbos import DBOS

from audiopub.jobs.engine import Engine
from audiopub.jobs.engine_port import Steps, Workflow
from audiopub.jobs.model import Job, JobState, Queue
from tests.jobs.orders import article
from tests.jobs.side_by_side import context

SLOTS = {Queue.EDITOR: 1, Queue.NIGHTLY: 2}


class Folder:
    """Where runs note what they do, and find what they are to do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, run: str, what: str, worker: str) -> str:
        """Add a line."""
        handle = os.open(self.path / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, f"{run} {what} {worker}\n".encode())
        os.close(handle)
        return f"{what} by {worker}"

    def said(self, run: str) -> list[str]:
        """Give what a run noted so far, each with who it was."""
        log = self.path / "log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line.removeprefix(f"{run} ") for line in lines if line.startswith(f"{run} ")]

    def sign(self, run: str, what: str) -> Path:
        """Give the file that lets a run do something: ``hold``, ``abandon``, ``break``, or ``spoil`` what it records."""
        return self.path / f"{what}-{run}"


def render(folder: Folder, worker: str, steps: Steps, run: str) -> Mapping[str, Any]:
    """Two steps, and between them what the folder says."""
    folder.note(run, "begun", worker)
    one = steps.step("one", lambda: folder.note(run, "one", worker))
    while folder.sign(run, "hold").exists():
        steps.rest(0.05)
    if folder.sign(run, "abandon").exists():
        folder.sign(run, "abandon").unlink()
        steps.abandon()
    if folder.sign(run, "break").exists():
        raise KeyError(run)
    two = steps.step("two", lambda: threading.Lock() if folder.sign(run, "spoil").exists() else folder.note(run, "two", worker))
    folder.note(run, f"ended {one}, {two},", worker)
    return {"one": one, "two": two}


def render_of_the_next_release(folder: Folder, worker: str, steps: Steps, run: str) -> Mapping[str, str]:
    """The same two steps, written in another way: what a later audiopub may do with a workflow that has a name already."""
    folder.note(run, "begun anew", worker)
    said = {name: steps.step(name, lambda name=name: folder.note(run, name, worker)) for name in ("one", "two")}  # type: ignore[misc]
    folder.note(run, f"ended {said['one']}, {said['two']},", worker)
    return said


def render_that_was_edited(folder: Folder, worker: str, steps: Steps, run: str) -> Mapping[str, str]:
    """Other steps under the same name, which is a mistake."""
    folder.note(run, "begun wrongly", worker)
    return {name: steps.step(name, lambda name=name: folder.note(run, name, worker)) for name in ("zero", "one", "two")}  # type: ignore[misc]


RELEASES: dict[str, Callable[..., Any]] = {"this": render, "next": render_of_the_next_release, "wrong": render_that_was_edited}


def host(end: Connection, url: str, worker: str, folder: Path, release: str) -> None:
    """Run an engine, and do what comes through the pipe until that ends."""
    body = RELEASES[release]

    def workflow(steps: Steps, run: str) -> Any:
        return body(Folder(folder), worker, steps, run)

    workflows: dict[str, Workflow] = {"render.v1": workflow}
    engine = Engine(url, worker, workflows, SLOTS)
    engine.launch()
    end.send("ready")
    while True:
        try:
            name, given = end.recv()
        except EOFError:
            os._exit(0)
        if name == "leave":
            return
        end.send(_answer(engine, name, given))


def _answer(engine: Engine, name: str, given: tuple[Any, ...]) -> Any:
    if name == "room":  # bytes that a file may have; what lies beyond is a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (given[0] or resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return None
    if name == "status":
        found = DBOS.get_workflow_status(given[0])
        return (found.status, found.queue_name, found.executor_id) if found else None
    found = getattr(engine, name)
    return found(*given) if callable(found) else found


class EngineProcess:
    """An engine that runs in another process."""

    def __init__(self, url: str, worker: str, folder: Path, release: str = "this") -> None:
        self.worker = worker
        made = context()
        self._end, theirs = made.Pipe()
        self.process = made.Process(target=host, args=(theirs, url, worker, folder, release), daemon=True)
        self.process.start()
        theirs.close()
        self._heard("start")

    def ask(self, name: str, *given: Any) -> Any:
        """Ask the engine something, and give its answer."""
        self._end.send((name, given))
        return self._heard(name)

    def enqueue(self, run: str, queue: Queue = Queue.NIGHTLY) -> None:
        """Give it a run."""
        job_id, _, number = run.rpartition(".")
        self.ask("enqueue", Job(id=job_id, order=article(1, queue=queue), state=JobState.QUEUED, run=int(number)), "render.v1")

    def _heard(self, what: str) -> Any:
        assert self._end.poll(60), f"{self.worker} does not answer: {what}"
        return self._end.recv()

    def kill(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.join(30)

    def freeze(self) -> None:
        """Stop it where it is."""
        os.kill(self.process.pid or 0, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.process.pid or 0, signal.SIGCONT)

    def leave(self) -> int | None:
        """Let its main thread come to its end, and give the process's exit code; None where other threads keep it."""
        self._end.send(("leave", ()))
        self.process.join(30)
        return self.process.exitcode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not so: {what}"
        time.sleep(0.05)
