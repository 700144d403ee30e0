"""What the API needs beside the desk: kept answers, batches, webhooks, downloads, and which article a job is for."""

from dataclasses import dataclass

from audiopub.adapters.sql.answers import Answer, SqlAnswers
from audiopub.bootstrap import database
from audiopub.desk.batches import Batches, BatchWish, batches_of
from audiopub.desk.listens import Listens
from audiopub.desk.model import name_of
from audiopub.desk.service import EditorsDesk
from audiopub.desk.webhooks import Webhooks
from audiopub.errors import NotFound
from audiopub.jobs.store import JobStore

__all__ = ["Answer", "BatchWish", "Office", "office_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What stands beside the desk; threads may share it."""

    answers: SqlAnswers
    batches: Batches
    webhooks: Webhooks
    listens: Listens
    jobs: JobStore

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


def office_of(desk: EditorsDesk) -> Office:
    """Give what stands beside a desk."""
    return Office(
        answers=SqlAnswers(database(desk.settings)),
        batches=batches_of(desk.settings, desk),
        webhooks=desk.tools.webhooks,
        listens=Listens(desk.settings),
        jobs=desk.tools.jobs,
    )
