"""CPU time of this process and of those it started, the parsing worker among them."""

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu() -> float:
    """Give the seconds of CPU spent so far by this process, its living children and those that ended."""
    times = os.times()
    own = time.process_time() + times.children_user + times.children_system
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return own + sum(map(_spent, children))


def _spent(pid: str) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
