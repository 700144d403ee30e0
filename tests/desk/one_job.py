"""Do a job's steps in a process of its own that dies at a boundary: ``python tests/desk/one_job.py JOB MOMENT [BOUNDARY]``.

A boundary is before or after whatever changes a file or a row that lasts. Ends with 0 where there is no such boundary any more.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from audiopub.adapters.files import LocalStore
from audiopub.adapters.sql.catalog import SqlCatalog
from audiopub.adapters.sql.drafts import SqlDrafts
from audiopub.adapters.sql.proofs import SqlProofs
from audiopub.config import Settings
from audiopub.jobs import Kind
from audiopub.workshop.desk import Articles, Feeds
from audiopub.workshop.service import store_of, tools_of

_CHANGES = ((LocalStore, "put"), (LocalStore, "replace"), (LocalStore, "remove"), (SqlProofs, "put"), (SqlDrafts, "proved"), (SqlCatalog, "commit"))


def main() -> None:
    job_id, moment, *at = sys.argv[1:]
    now = datetime.fromisoformat(moment)
    settings = Settings.read()
    job = store_of(settings).get(job_id)
    assert job is not None
    tools = tools_of(settings, lambda: now)
    if at:
        _deadly(int(at[0]))
    articles, feeds = Articles(tools), Feeds(tools)
    taken = articles.take(job, _quiet)
    if job.order.kind is Kind.PROOF:
        articles.prove(job, taken, _quiet, patient=False)
    else:
        articles.make(job, taken, _quiet, patient=False)
        feeds.publish(job, _quiet)


def _deadly(at: int) -> None:
    passed = [0]

    def boundary() -> None:
        if passed[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        passed[0] += 1

    for of, name in _CHANGES:
        setattr(of, name, _watched(getattr(of, name), boundary))


def _watched(found: Callable[..., Any], boundary: Callable[[], None]) -> Callable[..., Any]:
    def step(*arguments: Any, **more: Any) -> Any:
        boundary()
        answer = found(*arguments, **more)
        boundary()
        return answer

    return step


def _quiet(_stage: str, _done: int, _of: int) -> None: ...


if __name__ == "__main__":
    main()
