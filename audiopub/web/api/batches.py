"""Many at once: articles brought to the desk together, and one act on many articles."""

from collections import Counter
from typing import Annotated

from fastapi import Path, Request, Response

from audiopub.desk.model import Progress
from audiopub.desk.office import Batch, BatchWish
from audiopub.errors import AudiopubError
from audiopub.messages import Language
from audiopub.people import Permission
from audiopub.web.api import plain, tables
from audiopub.web.api.limits import limited
from audiopub.web.api.routing import PREFIX, acts, reads, router
from audiopub.web.api.state import Beside, Desk, Tongue
from audiopub.web.api.wishes import NAME, BatchIn, BulkIn, BulkWish
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused, status_of

batches = router("batches")
_BEGUN = {202: {"description": "Begun, or told.", "links": {"state": {"operationId": "getBatch", "parameters": {"batch": "$response.body#/id"}}}}}


@batches.post("/batches", permission=Permission.EDIT, operation_id="createBatch", **acts(status_code=202, responses=_BEGUN))
def create_batch(actor: Signed, office: Beside, language: Tongue, wish: BatchIn, request: Request, response: Response) -> tables.BatchOut:
    """Bring many articles to the desk: by their addresses, by a feed or sitemap, or by a list; `dry_run` only tells which there are.

    Each is fetched and answered on its own; ask for the batch to see how far it is.
    """
    if sum(given is not None for given in (wish.urls, wish.feed, wish.list)) != 1:
        raise Refused(422, "api.one_of", names="urls, feed, list")
    wanted = BatchWish(
        show=wish.show, urls=tuple(wish.urls or ()), feed=wish.feed or "", listed=wish.list or "", limit=wish.limit, dry_run=wish.dry_run, render=wish.render
    )
    if wish.render:
        limited(request, response, "render", actor)
    batch = office.batches.begin(actor, wanted)
    response.headers["Location"] = f"{PREFIX}/batches/{batch.id}"
    return _shown(batch, language)


@batches.get("/batches/{batch}", permission=Permission.READ, operation_id="getBatch", **reads())
def get_batch(actor: Signed, office: Beside, language: Tongue, batch: Annotated[str, Path(pattern=NAME)]) -> tables.BatchOut:
    """Tell how far a batch is, and what became of each of its articles."""
    return _shown(office.batches.view(actor, batch), language)


def _shown(batch: Batch, language: Language) -> tables.BatchOut:
    items = [
        tables.BatchItem(
            url=item["url"], state=item["state"], name=item["name"], title=item["title"], job=item["job"], code=item["code"],
            message=plain.sentence_of(item["code"], language, item["details"]),
        )
        for item in batch.record["items"]
    ]  # fmt: skip
    counts: Counter[str] = Counter(item.state for item in items)
    return tables.BatchOut(
        id=batch.id, show=batch.show, by=batch.by, at_ms=batch.at_ms, state=batch.record["state"], dry_run=batch.record["dry_run"], counts=dict(counts), items=items
    )


@batches.post("/bulk", permission=Permission.EDIT, operation_id="actOnMany", **acts())
def act_on_many(actor: Signed, desk: Desk, language: Tongue, wish: BulkIn, request: Request, response: Response) -> tables.BulkOut:
    """Do the same to many articles. Each is looked up, allowed and done on its own, and has its own status; one that fails stops no other."""
    if wish.act == "render":
        limited(request, response, "render", actor)
    return tables.BulkOut(items=[_one(actor, desk, language, wish, item) for item in wish.items])


def _one(actor: Signed, desk: Desk, language: Language, wish: BulkIn, item: BulkWish) -> tables.BulkItem:
    try:
        job = _done(actor, desk, wish, item)
    except AudiopubError as error:
        return tables.BulkItem(name=item.name, status=status_of(error), code=error.code, message=error.sentence(language), job=None)
    return tables.BulkItem(name=item.name, status=202 if job else 200, code="", message="", job=plain.progress(job) if job else None)


def _done(actor: Signed, desk: Desk, wish: BulkIn, item: BulkWish) -> Progress | None:
    if wish.act == "render":
        job, is_new = desk.render(actor, item.name)
        if not is_new:
            raise Refused(409, "api.already_rendering", job=job.job)
        return job
    if wish.act == "publish":
        if item.fingerprint is None:
            raise Refused(422, "api.one_of", names="fingerprint")
        return desk.publish(actor, item.name, fingerprint=item.fingerprint)
    if wish.act == "withdraw":
        desk.withdraw(actor, item.name, reason=wish.reason, notice=True)
    else:
        desk.discard(actor, item.name)
    return None
