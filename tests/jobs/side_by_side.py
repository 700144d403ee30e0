"""Things done at the same time, by threads and by processes."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any, TypeVar

T = TypeVar("T")


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do several things in threads that begin together; give what each gave."""
    ready = threading.Barrier(len(works))

    def one(work: Callable[[], T]) -> T:
        ready.wait(30)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def context() -> ForkServerContext:
    """Give what starts processes: from one that has imported what they need, so that each takes no time."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.jobs.engine_host", "tests.jobs.others"])
    return made


def in_processes(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Do something in several processes that begin together; give what each gave.

    Args:
        work: of a module that a new process can import.
        arguments: of each process.
    """
    made = context()
    ready = made.Barrier(len(arguments))
    ends: list[Connection] = []
    running = []
    for given in arguments:
        mine, theirs = made.Pipe()
        process = made.Process(target=_one, args=(theirs, ready, work, given), daemon=True)
        process.start()
        theirs.close()
        ends.append(mine)
        running.append(process)
    found = [end.recv() for end in ends]
    for process in running:
        process.join(30)
    return found


def _one(end: Connection, ready: Any, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    ready.wait(60)
    end.send(work(*given))
