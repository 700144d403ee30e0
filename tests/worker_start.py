"""Start audiopub as on another machine: ``python tests/worker_start.py [--shift SECONDS] [--host NAME] [--spoken FILE] [--core N] [--newer NAME] [--hangs-after N] -- ARGUMENTS``.

--shift puts this process's wall clock ahead or behind; waiting, and clocks that only count, stay as they are. --host lets it
believe to be on a machine of that name. --spoken notes every sentence that eSpeak is asked for. --core leaves the process
one core. --newer lets it be of a later release, which does articles by a workflow of that name, such as ``render.v2``, and knows
the present one still. --hangs-after lets eSpeak fall silent for good after so many sentences.
"""

import argparse
import ctypes
import gc
import os
import runpy
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any


def main() -> None:
    sys.path[0] = str(Path(__file__).parent.parent)
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shift", type=float, default=0.0)
    options.add_argument("--host")
    options.add_argument("--spoken", type=Path)
    options.add_argument("--core", type=int)
    options.add_argument("--newer")
    options.add_argument("--hangs-after", type=int)
    options.add_argument("arguments", nargs="*")
    asked = options.parse_args()
    if asked.core is not None:
        os.sched_setaffinity(0, {asked.core})
    if asked.shift:
        shift_clock(asked.shift)
    if asked.host:
        be_on(asked.host)
    if asked.spoken:
        note_what_is_spoken(asked.spoken)
    if asked.newer:
        be_newer(asked.newer)
    if asked.hangs_after is not None:
        fall_silent(asked.hangs_after)
    sys.argv = ["audiopub", *asked.arguments]
    runpy.run_module("audiopub", run_name="__main__", alter_sys=True)


def shift_clock(seconds: float) -> None:
    """Let this process's wall clock be ahead. The class ``datetime`` stays the one that it is, for those that pickle or compare it."""
    true_time, true_ns, true_now = time.time, time.time_ns, datetime.now
    time.time = lambda: true_time() + seconds
    time.time_ns = lambda: true_ns() + round(seconds * 1e9)

    def now(_cls: type[datetime], tz: tzinfo | None = None) -> datetime:
        return true_now(tz) + timedelta(seconds=seconds)

    def utcnow(_cls: type[datetime]) -> datetime:
        return (true_now(UTC) + timedelta(seconds=seconds)).replace(tzinfo=None)

    names: dict[str, Any] = gc.get_referents(datetime.__dict__)[0]
    names.update(now=classmethod(now), utcnow=classmethod(utcnow), today=classmethod(now))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))
    ahead = datetime.now(UTC) - true_now(UTC)
    if abs(ahead.total_seconds() - seconds) > 1:
        raise SystemExit("this Python's clock cannot be shifted")


def be_on(host: str) -> None:
    """Let this process believe to be on another machine."""
    import platform
    import socket

    socket.gethostname = lambda: host
    platform.node = lambda: host


def note_what_is_spoken(path: Path) -> None:
    """Add a line to a file for every sentence that eSpeak is asked for, before it speaks."""
    from audiopub.engines.espeak import EspeakEngine

    speak = EspeakEngine.speak

    def noted(engine: EspeakEngine, utterance: str) -> Any:
        line = f"{' '.join(utterance.split())}\n".encode()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, line)  # one call, so that lines of several processes do not mix
        finally:
            os.close(handle)
        return speak(engine, utterance)

    EspeakEngine.speak = noted  # type: ignore[method-assign,assignment]


def be_newer(name: str) -> None:
    """Let this process be of a release in which articles are done by another workflow, with a step more; the old one stands beside it."""
    from audiopub.jobs import workflows
    from audiopub.jobs.model import Kind

    present = workflows.workflows
    render = workflows._render_v1

    def newer(runner: Any, workshop: Any, steps: Any, job: Any) -> Any:
        runner.patiently(steps, job, "look twice", lambda _patient: {"outcome": "looked"})
        return render(runner, workshop, steps, job)

    def both(runner: Any, workshop: Any) -> Any:
        return {**present(runner, workshop), name: partial(workflows._gone_about, runner, workshop, newer)}

    workflows.workflows = both
    workflows.NAMES[Kind.RENDER] = name


def fall_silent(sentences: int) -> None:
    """Let whoever asks eSpeak for another sentence than the first wait for ever."""
    from audiopub.engines.espeak import EspeakEngine

    speak, asked = EspeakEngine.speak, count()

    def silent(engine: EspeakEngine, utterance: str) -> Any:
        while next(asked) >= sentences:
            threading.Event().wait()
        return speak(engine, utterance)

    EspeakEngine.speak = silent  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    main()
