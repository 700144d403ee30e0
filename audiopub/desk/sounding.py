"""Drafts made to be heard."""

from dataclasses import replace
from typing import BinaryIO

from audiopub.desk.model import Progress, name_of
from audiopub.desk.tools import Tools
from audiopub.desk.viewing import Views
from audiopub.editing import Draft
from audiopub.errors import BadInput, NotFound, Outdated
from audiopub.jobs import OPEN, Job, JobState, Kind, Order, Queue
from audiopub.people import Actor, Permission
from audiopub.pipeline import PROOF_FILES, Wish, proof_key
from audiopub.workshop.plain import plain_manner, plain_wish
from audiopub.workshop.service import publish_order


class Sounding(Views):
    """What is done about a draft's sound."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        super().__init__(tools)
        self._tools = tools

    def render(self, actor: Actor, name: str) -> tuple[Progress, bool]:
        """Have a draft made to be heard.

        Returns:
            How far its job is, and whether it is a new one; False where one is under way already.

        Raises:
            NotFound: it is not on the desk.
            BadInput: it is no article that may be published; see :meth:`checks`.
        """
        actor.must(Permission.EDIT)
        located = self._tools.locate(name)
        draft, kept = located.draft, located.kept
        going = self._tools.jobs.get(kept.job) if kept and kept.job else None
        if going is not None and going.state in OPEN:
            return told(going), False
        self._tools.prepared(draft)  # what cannot be said is said now, and not by a job
        job, new = self._begun(actor, draft, Kind.PROOF, self._tools.wish(draft))
        if new:
            self._tools.said(actor, "render", draft, job=job.id, version=draft.version)
        return told(replace(job, title=draft.title)), new

    def _begun(self, actor: Actor, draft: Draft, kind: Kind, wish: Wish) -> tuple[Job, bool]:
        """Put up a job for a draft as it is now, and note it; tell whether it is a new one."""
        key = self._tools.inbox.put(self._tools.page(draft))
        said = {**plain_wish(wish), **plain_manner(draft.manner), "page": key, "_page": key, "_identity": draft.id, "_version": draft.version}
        order = Order(kind=kind, show=draft.show, queue=Queue.EDITOR, now=self._tools.now(), source=draft.origin.name, wish=said, by=actor.name)
        job, new = self._tools.jobs.submit(order, again=True)
        self._tools.drafts.began(draft.show, draft.id, job.id)
        return job, new

    def cancel(self, actor: Actor, name: str) -> Progress | None:
        """Take a draft's job back; None where none is under way."""
        actor.must(Permission.EDIT)
        located = self._tools.locate(name)
        going = self._tools.jobs.get(located.kept.job) if located.kept and located.kept.job else None
        if going is None or going.is_over:
            return None
        _allowed(actor, going)
        job = self._tools.jobs.cancel(going.id)
        self._tools.said(actor, "cancel", located, job=going.id)
        return told(job) if job else None

    def proof_file(self, actor: Actor, name: str, fingerprint: str, file: str) -> tuple[BinaryIO, int]:
        """Open one of a proof's files: ``audio.mp3``, ``waveform.svg``, ``record.json``; with its length in bytes.

        Raises:
            NotFound: there is none such.
        """
        actor.must(Permission.READ)
        located = self._tools.locate(name)
        known = file in PROOF_FILES and fingerprint.isalnum() and len(fingerprint) == _LONG
        key = proof_key(located.show, located.id, fingerprint, file)
        size = self._tools.archive.size(key) if known else None
        body = self._tools.archive.open(key) if size is not None else None
        if body is None or size is None:
            raise NotFound("draft.no_proof", title=located.title)
        return body, size

    def heard(self, actor: Actor, name: str, fingerprint: str) -> None:
        """Note that somebody heard a proof to its end.

        Raises:
            NotFound: there is no such proof.
        """
        actor.must(Permission.EDIT)
        located = self._tools.locate(name)
        if not self._tools.proofs.heard(located.show, located.id, fingerprint, actor.name):
            raise NotFound("draft.no_proof", title=located.title)
        self._tools.said(actor, "heard", located, proof=fingerprint[:12])

    def job(self, actor: Actor, job_id: str) -> Progress:
        """Tell how far a job is.

        Raises:
            NotFound: there is none.
        """
        actor.must(Permission.READ)
        found = self._tools.jobs.get(job_id)
        if found is None:
            raise NotFound("draft.no_job", job=job_id[:100])
        return told(found)

    def retry(self, actor: Actor, job_id: str) -> Progress:
        """Begin a job again that ended without success; of a draft that was changed since, what stands there now is made to be heard.

        Raises:
            NotFound: there is none, or its draft is no longer on the desk.
            BadInput: it has not ended, or it went well.
            Outdated: it would publish what is no longer what the desk shows, or another job took its place.
        """
        actor.must(Permission.EDIT)
        found = self._tools.jobs.get(job_id)
        if found is None:
            raise NotFound("draft.no_job", job=job_id[:100])
        _allowed(actor, found)
        if found.order.wish.get("reissue") and "feed" in found.outcome:  # it is issued anew already, and only the feed does not tell it: once is enough
            job, _ = self._tools.jobs.submit(publish_order(found.order.show, self._tools.now()), again=True)
            self._tools.audit.write(actor, "retry", show=found.order.show, details={"job": job.id})
            return told(job)
        changed = self._changed_since(found)
        if changed:
            return self.render(actor, changed)[0]
        again = self._tools.jobs.retry(job_id, self._tools.now()) if found.state is not JobState.DONE else None
        if again is None:
            raise BadInput("draft.not_ended", job=job_id)
        self._tools.audit.write(actor, "retry", show=found.order.show, details={"job": job_id})
        return told(again)

    def _changed_since(self, job: Job) -> str:
        """See that a draft's job is its last one, and publishes nothing else than what the desk shows; name the draft of a proof that was changed since."""
        wish = job.order.wish
        if "_version" not in wish or not job.is_over or job.state is JobState.DONE:
            return ""
        kept = self._tools.drafts.get(job.order.show, str(wish["_identity"]))
        if kept is None:
            raise NotFound("draft.not_on_desk", title=job.title)
        is_same = kept.draft.version == wish["_version"]
        if kept.job != job.id or (job.order.kind is not Kind.PROOF and not (is_same and kept.proof == wish.get("expect"))):
            raise Outdated("act.not_as_heard", title=kept.draft.title)
        return "" if is_same else name_of(kept.draft.show, kept.draft.id)


def _allowed(actor: Actor, job: Job) -> None:
    """See that somebody may begin or end a job: whatever comes before listeners is a publisher's."""
    if job.order.kind is not Kind.PROOF:
        actor.must(Permission.PUBLISH)


def told(job: Job) -> Progress:
    """Give how far a job is."""
    return Progress(job=job.id, state=job.state.value, stage=job.stage, done=job.done, of=job.of, until_ms=job.until, outcome=job.outcome)


_LONG = 64
"""Digits of a fingerprint."""
