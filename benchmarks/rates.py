"""How often several processes that share a database ask a voice, as the service sees it: python benchmarks/rates.py [--postgres] [--storm 0.3].

The client is the real gTTS, the service its stand-in on loopback. Prints the most requests in any one second, and ends with 1 where that is more than
the limit and a tenth, or where a sentence was not said.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.bootstrap import counters, engine, turns_of
from audiopub.config import Settings
from audiopub.errors import EngineThrottled, EngineUnavailable
from audiopub.speech import Engine
from audiopub.speech.turns import Went
from tests.conftest import ROOT
from tests.google_stand_in import Behaviour, StandIn, google_stand_in
from tests.simulated_time import most_in_a_second
from tests.small_postgres import small_postgres


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--limit", type=float, default=10.0, help="requests a second")
    options.add_argument("--processes", type=int, default=3)
    options.add_argument("--threads", type=int, default=4, help="of each process")
    options.add_argument("--each", type=int, default=10, help="sentences of each thread")
    options.add_argument("--storm", type=float, default=0.0, help="share of requests that are answered with 429")
    options.add_argument("--retry-after", default="2", help="seconds that go with a 429")
    options.add_argument("--postgres", action="store_true", help="share a Postgres of this machine's own programs, not a file")
    options.add_argument("--work", type=int, help=argparse.SUPPRESS)
    asked = options.parse_args()
    return work(asked) if asked.work is not None else measure(asked)


def measure(asked: argparse.Namespace) -> int:
    """Run the processes against the stand-in and say what it saw."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        google = stack.enter_context(google_stand_in())
        url = stack.enter_context(small_postgres()) if asked.postgres else f"sqlite:///{home}/catalog.sqlite"
        google.retry_after = asked.retry_after
        google.storm(Behaviour.THROTTLED, asked.storm, 1)
        settings = {"AUDIOPUB_DB": url, "AUDIOPUB_REQUESTS_A_SECOND": str(asked.limit)}
        counted = counters(Settings.read(environment=settings))
        counted.all()
        with workers(asked, {**os.environ, **google.environment, **settings}) as running:
            began = time.monotonic()
            unsaid = sum(code != 0 for code in told_to_begin(running))
        return said(asked, google, time.monotonic() - began, unsaid, {label: value for (_, label), value in counted.all().items()})


def told_to_begin(running: "list[subprocess.Popen[str]]") -> list[int]:
    """Let all begin at once; gives their exit codes when they are done."""
    for one in running:
        if one.stdin:
            one.stdin.write("\n")
            one.stdin.flush()
    return [one.wait() for one in running]


def said(asked: argparse.Namespace, google: StandIn, took: float, unsaid: int, counted: dict[str, float]) -> int:
    """Print the figures; gives the exit code."""
    most, count = most_in_a_second(google.arrivals), len(google.arrivals)
    where = "Postgres" if asked.postgres else "SQLite"
    span = max(google.arrivals) - min(google.arrivals)
    print(f"{where}, {asked.processes} processes of {asked.threads} threads, limit {asked.limit:g}/s, {asked.storm:.0%} answered with 429")
    print(f"  requests at the service {count} in {span:.1f} s ({(count - 1) / span:.1f}/s), all done after {took:.1f} s")
    print(f"  most in any one second  {most} (allowed {asked.limit * 1.1:g})")
    print(f"  counted                 {', '.join(f'{label} {value:.0f}' for label, value in sorted(counted.items()))}")
    print(f"  processes that failed   {unsaid}")
    return 1 if unsaid or most > asked.limit * 1.1 or sum(counted.values()) != count else 0


@contextmanager
def workers(asked: argparse.Namespace, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Start the processes, and go on when all are ready to ask."""
    command = [sys.executable, __file__, "--threads", str(asked.threads), "--each", str(asked.each)]
    running = [
        subprocess.Popen([*command, "--work", str(number)], env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(asked.processes)
    ]
    try:
        for one in running:
            if one.stdout:
                one.stdout.readline()
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()


def work(asked: argparse.Namespace) -> int:
    """Be one of the processes: say so many sentences on so many threads, waiting as long as one is told to."""
    settings = Settings.read()

    def count(name: str, went: Went) -> None:
        counters(settings).add("tts_requests", f"{name}:{went}")

    voice = engine("gtts", settings, turns=turns_of(settings), count=count)
    print("ready", flush=True)
    sys.stdin.readline()

    def several(thread: int) -> bool:
        return all(until_it_speaks(voice, f"Câu số {asked.work} {thread} {number} của buổi chợ sáng nay.") for number in range(asked.each))

    with ThreadPoolExecutor(asked.threads) as pool:
        return 0 if all(pool.map(several, range(asked.threads))) else 1


def until_it_speaks(voice: Engine, text: str) -> bool:
    for _ in range(20):
        try:
            return len(voice.speak(text)) > 0
        except EngineThrottled as error:
            time.sleep((error.wait or 0) / 1000)
        except EngineUnavailable:
            time.sleep(1)
    return False


if __name__ == "__main__":
    sys.exit(main())
