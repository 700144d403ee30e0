"""The ground that workers are tested on: processes that are killed, frozen and never left behind, and a judge that sees what is wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import jobs, now_ms, workers
from benchmarks import faults
from benchmarks.experiments.ground import Findings, Ground
from benchmarks.newsroom import Newsroom
from tests.conftest import ROOT
from tests.processes import Program
from tests.worker_process import Installation, KeptWorker, NotYet, WorkerProcess, wait_for

LOUD = "import subprocess, sys, time; child = subprocess.Popen(['sleep', '600']); print('child', child.pid, flush=True)\nwhile True: print('tick', flush=True); time.sleep(0.01)"


def until(condition: Callable[[], object]) -> bool:
    """Look again and again for as long as any machine may need."""
    end = time.monotonic() + 60
    while not (found := bool(condition())) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def state_of(pid: int) -> str:
    """Give the letter of a process's state; ``Z`` also for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def loud(tmp_path: Path) -> Program:
    program = Program([sys.executable, "-c", LOUD], tmp_path / "said.txt", dict(os.environ), folder=tmp_path)
    assert until(lambda: "tick" in program.said)
    return program


def child_of(program: Program) -> int:
    return int(program.said.splitlines()[0].split()[1])


def test_a_kill_takes_all_that_a_program_started(tmp_path: Path) -> None:
    with loud(tmp_path) as program:
        child = child_of(program)
        assert state_of(child) != "Z"
        program.kill()
        assert program.code == -signal.SIGKILL and until(lambda: state_of(child) == "Z")


def test_a_frozen_program_stands_still_with_its_children_and_goes_on(tmp_path: Path) -> None:
    with loud(tmp_path) as program:
        program.freeze()
        assert until(lambda: state_of(program.pid) == state_of(child_of(program)) == "T")
        length = len(program.said)
        program.resume()
        assert until(lambda: len(program.said) > length)


def test_a_frozen_program_can_be_killed(tmp_path: Path) -> None:
    with loud(tmp_path) as program:
        program.freeze()
    assert program.code == -signal.SIGKILL


def test_one_that_does_not_end_is_killed_and_its_words_are_shown(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('no', flush=True)); print('up', flush=True); time.sleep(600)\nwhile True: time.sleep(1)"
    program = Program([sys.executable, "-c", deaf], tmp_path / "said.txt", dict(os.environ), folder=tmp_path)
    assert until(lambda: "up" in program.said)
    with pytest.raises(AssertionError, match="up\nno"):
        program.end(seconds=0.5)
    assert program.code == -signal.SIGKILL


def test_programs_do_not_outlive_whoever_started_them(tmp_path: Path) -> None:
    """Not even one that was killed without a word, and not what they started themselves."""
    owner = (
        "import os, pathlib, sys, time; from tests.processes import Program\n"
        f"program = Program([sys.executable, '-c', {LOUD!r}], pathlib.Path(sys.argv[1]), dict(os.environ), folder=pathlib.Path.cwd())\n"
        "while 'tick' not in program.said: time.sleep(0.02)\n"
        "print(program.pid, program.said.split()[1], flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", owner, str(tmp_path / "said.txt")], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 2 and all(state_of(pid) != "Z" for pid in pids)
        process.kill()
    assert until(lambda: all(state_of(pid) == "Z" for pid in pids))


def job(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"render-{number}", "kind": "render", "show": "ban-tin", "key": f"render-{number}", "queue": "nightly", "state": "done", "source": "x", "wish": "{}", "now": "",
        "asked": now_ms(), "changed": now_ms(), **values,
    }  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """Give an installation with a database, and no audiopub but a program that says which options it got."""
    made = Installation(home=tmp_path, command=(sys.executable, "-c", "import sys, time; print(sys.argv[1:], flush=True); time.sleep(600)"))
    Database(made.url).read(lambda _connection: None)
    return made


def put(here: Installation, table: Any, **values: Any) -> None:
    Database(here.url).write(lambda connection: connection.execute(insert(table).values(**values)))


def test_a_database_is_seen_as_it_is(tmp_path: Path, here: Installation) -> None:
    assert Installation(home=tmp_path / "nothing").rows() == []
    assert here.rows() == [] and not here.is_quiet()
    put(here, jobs, **job(1, outcome=json.dumps({"made": 3})))
    put(here, jobs, **job(2, state="running"))
    assert here.counts() == {"done": 1, "running": 1} and here.is_mid_batch() and not here.is_mid_batch(2) and not here.is_quiet()
    assert here.articles()[0]["outcome"] == {"made": 3}
    assert here.now_ms() > 1_700_000_000_000


def test_a_worker_is_known_by_its_process(here: Installation) -> None:
    with WorkerProcess(here, "--until-idle") as worker:
        assert until(lambda: worker.said) and "['worker', '--jobs', '2', '--until-idle']" in worker.said
        assert not worker.is_working() and worker.memory() > 1_000_000
        put(here, workers, id="w1-1", host="h", pid=worker.pid, started=now_ms(), beat=now_ms(), state="alive", version="1")
        assert worker.is_working() and worker.row["id"] == "w1-1"


def test_waiting_tells_what_is_there_when_it_was_in_vain(here: Installation) -> None:
    put(here, jobs, **job(1, state="held", outcome='{"code": "article.too_short"}'))
    with WorkerProcess(here) as worker:
        assert until(lambda: worker.said)
        with pytest.raises(NotYet, match=r"(?s)a wonder.*held.*article\.too_short.*--jobs"):
            wait_for(lambda: False, "a wonder", of=here, seconds=0.2, watched=[worker])
        worker.kill()
        with pytest.raises(NotYet, match="a worker ended"):
            wait_for(lambda: False, "a wonder", of=here, seconds=600, watched=[worker])


def test_a_kept_worker_is_started_again(here: Installation) -> None:
    with KeptWorker(lambda: WorkerProcess(here), wait=0) as kept:
        first = kept.worker
        first.kill()
        wait_for(lambda: kept.worker is not first and kept.worker.code is None, "another worker", of=here, watched=[kept])
        assert kept.codes == [-signal.SIGKILL]


def test_nothing_of_our_own_environment_reaches_a_worker(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOPUB_STORE", "s3://somewhere")
    monkeypatch.setenv("AWS_REGION", "r")
    other = here.beside("w2")
    assert "AUDIOPUB_STORE" not in here.environment and "AWS_REGION" not in here.environment
    assert here.environment["AUDIOPUB_STATE"] != other.environment["AUDIOPUB_STATE"] and here.environment["AUDIOPUB_OUTPUT"] == other.environment["AUDIOPUB_OUTPUT"]


_ELSEWHERE = """
import sys; sys.path.insert(0, sys.argv[1])
import json, os, pickle, platform, socket, threading, time
from datetime import UTC, date, datetime
from tests.worker_start import be_on, shift_clock
before, began = time.time(), time.monotonic()
shift_clock(86_400 * 3)
be_on("may-2")
threading.Event().wait(0.05); time.sleep(0.05)
kept = pickle.loads(pickle.dumps(datetime.now(UTC)))
clocks = [time.time(), time.time_ns() / 1e9, kept.timestamp(), datetime.now().timestamp(), datetime.today().timestamp()]
days = [round((clock - before) / 86_400, 2) for clock in clocks]
same = time.monotonic() - began < 3600 and type(kept) is datetime
print(json.dumps([days, (date.today() - date.fromtimestamp(before)).days, same, socket.gethostname(), platform.node()]))
"""


def test_a_process_can_be_on_another_machine_with_another_clock() -> None:
    """Waiting is as before, and a moment is of the same class, also for those that pickle it."""
    done = subprocess.run([sys.executable, "-c", _ELSEWHERE, str(ROOT)], capture_output=True, text=True, check=True)
    days, dates, same, *hosts = json.loads(done.stdout)
    assert days == [3.0] * 5 and dates in {3, 4} and same and hosts == ["may-2"] * 2


def test_what_is_spoken_is_noted(tmp_path: Path) -> None:
    here, core = Installation(home=tmp_path), str(min(os.sched_getaffinity(0)))
    start = [sys.executable, str(ROOT / "tests" / "worker_start.py"), "--spoken", str(here.spoken), "--core", core]
    text = ["say", "Chợ họp từ sáng sớm.", "--out", "a.wav", "--voice", "espeak"]
    done = subprocess.run([*start, "--", *text], capture_output=True, text=True, check=False, cwd=tmp_path, env=here.environment)
    assert done.returncode == 0, done.stderr
    assert here.utterances() == ["Chợ họp từ sáng sớm."]


def feed(*guids: str) -> bytes:
    items = "".join(
        f'<item><guid>{guid}</guid><link>https://x.example/{place}</link><enclosure url="https://x.example/ban-tin/{place}.mp3" length="3" type="audio/mpeg"/></item>'
        for place, guid in enumerate(guids)
    )
    return f"<rss><channel>{items}</channel></rss>".encode()


def judged(here: Installation, wanted: dict[str, bytes] | None = None) -> list[str]:
    found = Findings("x")
    Ground(home=here.home, newsroom=Newsroom(2), postgres=None, more={}).judge(found, here, wanted=wanted)
    return [figure.name for figure in found.broken]


def test_the_judge_finds_nothing_where_all_is_well(here: Installation) -> None:
    (here.output / "ban-tin").mkdir(parents=True)
    for name, body in {"feed.xml": feed("a", "b"), "0.mp3": b"abc", "1.mp3": b"abc", ".tmp-1-2": b"half"}.items():
        (here.output / "ban-tin" / name).write_bytes(body)
    for number in range(2):
        put(here, jobs, **job(number))
    assert judged(here, here.files()) == [] and here.left_aside() == 1


def test_the_judge_sees_what_is_wrong(here: Installation) -> None:
    (here.output / "ban-tin").mkdir(parents=True)
    for name, body in {"feed.xml": feed("a", "a", "b"), "0.mp3": b"abc", "1.mp3": b"ab", "2.mp3": b"abc"}.items():
        (here.output / "ban-tin" / name).write_bytes(body)
    put(here, jobs, **job(0, state="failed"))
    put(here, jobs, **job(1, state="running"))
    broken = "\n".join(judged(here, here.files() | {"ban-tin/0.mp3": b"abd"}))
    for name in ("lost", "otherwise than done", "episodes in the feed", "GUIDs", "faults", "other than undisturbed"):
        assert name in broken
    assert "articles that are there twice" not in broken


def test_sizes_are_those_that_an_experiment_has() -> None:
    assert faults.sizes("kills", {"kills": 7, "queued": 5}, small=True) == {"kills": 7, "articles": 4}
    assert faults.sizes("editor", {"kills": 7}, small=False) == {}
    assert faults.SMALL.keys() == faults.EXPERIMENTS.keys()


def test_a_broken_promise_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = Findings("bad"), Findings("good")
    bad.same("lost", 1, 0)
    good.same("lost", 0, 0)
    monkeypatch.setattr(faults, "EXPERIMENTS", {"bad": lambda: bad, "dead": lambda: 1 // 0, "good": lambda: good})
    monkeypatch.setattr(faults, "SMALL", {})
    assert faults.main(["all"]) == 1
    told = capsys.readouterr().out
    assert "BROKEN  lost  1, not 0" in told and "BROKEN dead" in told and "kept    lost  0" in told
