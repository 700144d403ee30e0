"""The house: nights and their reports, what works, who did what, what the sources have."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from audiopub.bootstrap import examinations
from audiopub.desk.tools import Tools
from audiopub.errors import NotFound
from audiopub.jobs import Job, Kind
from audiopub.jobs.events import plain_job
from audiopub.messages import Language
from audiopub.people import Actor, Permission
from audiopub.people import Line as AuditLine
from audiopub.pipeline import episode_id
from audiopub.source import Wanted
from audiopub.source.address import tidied
from audiopub.sources import show_sources
from audiopub.workshop.service import submit_night, workers_alive

_MOST = 60


class House:
    """What is not of one article."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools

    def picked(self, actor: Actor, show: str) -> tuple[tuple[str, str, str], ...]:
        """Give address, title and standing of what a show's sources list now: ``new``, ``desk`` or ``published``.

        Raises:
            FetchFailed: none of them could be had.
        """
        actor.must(Permission.EDIT)
        opened, _ = self._tools.shows.get(show, patient=False)
        found: dict[str, str] = {}
        failure = None
        for sources, wanted in show_sources(opened, Wanted()):
            for gathered in islice(self._tools.sources.gather(sources, wanted, pages=False), _MOST):
                failure = failure or gathered.error
                if gathered.error is None:
                    found.setdefault(gathered.entry.url, gathered.entry.title or gathered.entry.url)
        if failure is not None and not found:
            raise failure
        return tuple((url, title, self._standing(show, url)) for url, title in list(found.items())[:_MOST])

    def _standing(self, show: str, url: str) -> str:
        identity = episode_id(tidied(url))
        if self._tools.catalog.find(show, identity):
            return "published"
        return "desk" if self._tools.drafts.get(show, identity) or self._tools.drafts.twin(show, (tidied(url),), ()) else "new"

    def nights(self, actor: Actor, *, limit: int = 30) -> tuple[Mapping[str, Any], ...]:
        """Give the latest nights: their jobs as plain values, counts in ``outcome``."""
        actor.must(Permission.READ)
        return tuple(map(plain_job, self._tools.jobs.jobs(kinds=(Kind.NIGHTLY,), limit=limit)))

    def night(self, actor: Actor, job_id: str) -> Mapping[str, Any]:
        """Give a night: its job, its ``report`` where it has ended, and the ``jobs`` of its articles.

        Raises:
            NotFound: there is none.
        """
        actor.must(Permission.READ)
        job = self._tools.jobs.get(job_id)
        if job is None or job.order.kind is not Kind.NIGHTLY:
            raise NotFound("draft.no_job", job=job_id[:100])
        children = self._tools.jobs.jobs(parent=job.id)
        return {**plain_job(job), "report": self._report(job), "jobs": [plain_job(child) for child in children]}

    def _report(self, job: Job) -> Mapping[str, Any] | None:
        key = job.outcome.get("report")
        body = self._tools.archive.get(str(key)) if key else None
        return dict(json.loads(body)) if body else None

    def begin_night(self, actor: Actor, show: str) -> Mapping[str, Any]:
        """Begin a show's night now, or once more where it left something undone."""
        actor.must(Permission.PUBLISH)
        self._tools.shows.get(show, patient=False)
        now = self._tools.now()
        job, new = submit_night(self._tools.settings, show, f"{now:%Y-%m-%d}", now, {}, by=actor.name)
        if new:
            self._tools.audit.write(actor, "night", show=show, details={"job": job.id})
        return plain_job(job)

    def workers(self) -> int:
        """Count the workers that would do a job now."""
        return len(workers_alive(self._tools.settings))

    def examined(self, actor: Actor, language: Language = "vi") -> tuple[tuple[str, bool, str], ...]:
        """Try every part; give its name, whether it works, and what was seen."""
        actor.must(Permission.ADMIN)
        return tuple((name, well, seen) for name, (well, seen) in examinations(self._tools.settings, language))

    def audit(self, actor: Actor, *, show: str = "", episode: str = "", by: str = "", acts: str = "", before: int = 0, limit: int = 100) -> tuple[AuditLine, ...]:
        """Tell who did what, newest first; ``acts`` is what the keys begin with of those that are wanted."""
        actor.must(Permission.READ)
        return self._tools.audit.lines(show=show, episode=episode, by=by, acts=acts, before=before, limit=limit)
