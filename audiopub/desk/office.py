"""What the API needs beside the desk: kept answers, batches, webhooks, downloads, and which article a job is for."""

from dataclasses import dataclass
from functools import cache

from audiopub.adapters.sql.answers import Answer, SqlAnswers
from audiopub.adapters.sql.batches import Batch
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.bootstrap import database
from audiopub.desk.batches import Batches, BatchWish, batches_of
from audiopub.desk.listens import Listens
from audiopub.desk.model import name_of
from audiopub.desk.service import EditorsDesk
from audiopub.desk.webhooks import Webhooks
from audiopub.errors import AudiopubError, NotFound
from audiopub.jobs.store import JobStore

__all__ = ["Answer", "Batch", "BatchWish", "Office", "is_ready", "office_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What stands beside the desk; threads may share it."""

    answers: SqlAnswers
    batches: Batches
    webhooks: Webhooks
    listens: Listens
    jobs: JobStore
    address: str
    """Of the database."""

    def article_of(self, job_id: str) -> str:
        """Name the article that a job is for.

        Raises:
            NotFound: there is no such job, or it is for none.
        """
        job = self.jobs.get(job_id)
        identity = str(job.order.wish.get("_identity", "")) if job else ""
        if job is None or not identity:
            raise NotFound("api.no_job", job=job_id[:100])
        return name_of(job.order.show, identity)


def is_ready(url: str) -> bool:
    """Tell whether a database answers; asked with little patience, since whoever asks does something else where it does not.

    Args:
        url: its address.
    """
    try:
        SqlJobStore(_impatient(url)).clock()
    except AudiopubError:
        return False
    return True


@cache
def _impatient(url: str) -> Database:
    """Give a database that is asked with little patience; one a process, since anybody may ask as often as they like."""
    return Database(url, patience=1.0, busy=1000)


def office_of(desk: EditorsDesk) -> Office:
    """Give what stands beside a desk."""
    return Office(
        answers=SqlAnswers(database(desk.settings)),
        batches=batches_of(desk.settings, desk),
        webhooks=desk.tools.webhooks,
        listens=Listens(desk.settings),
        jobs=desk.tools.jobs,
        address=database(desk.settings).url,
    )
