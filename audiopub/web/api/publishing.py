"""Before listeners: publishing, correcting, taking away, bringing back; and what listeners have."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from audiopub.desk.model import DeskState
from audiopub.errors import NotFound
from audiopub.people import Permission
from audiopub.web.api import plain, shapes
from audiopub.web.api.articles import ARTICLE, Name, Show
from audiopub.web.api.cursors import cursor_of, opened
from audiopub.web.api.preconditions import Sent, seen_of, shown, unchanged
from audiopub.web.api.routing import PREFIX, acts, reads, router
from audiopub.web.api.sound import STARTED
from audiopub.web.api.state import Desk, Tongue
from audiopub.web.api.wishes import PublishIn, RollbackIn, WithdrawIn
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused

publishing = router("publishing")
_BEGUN = acts(412, status_code=202, responses=STARTED)
_CHANGED = acts(412, responses={200: ARTICLE})
_HEARD = (DeskState.PUBLISHED, DeskState.SCHEDULED, DeskState.WITHDRAWN)
_TEXTS = {"vtt": "text/vtt; charset=utf-8", "srt": "application/x-subrip; charset=utf-8", "json": "application/json"}
_TEXT: dict[str, Any] = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in _TEXTS.values() if "json" not in kind} | {"application/json": {"schema": {}}}


@publishing.post("/articles/{name}/publish", permission=Permission.PUBLISH, operation_id="publishArticle", **_BEGUN)
def publish_article(actor: Signed, desk: Desk, name: Name, wish: PublishIn, sent: Sent, response: Response) -> shapes.JobOut:
    """Put just what was heard before listeners, now or at a moment. `fingerprint` names the proof; anything else is not published."""
    return _published(actor, desk, name, wish, sent, response, reissue=False)


@publishing.post("/articles/{name}/reissue", permission=Permission.PUBLISH, operation_id="reissueArticle", **_BEGUN)
def reissue_article(actor: Signed, desk: Desk, name: Name, wish: PublishIn, sent: Sent, response: Response) -> shapes.JobOut:
    """Take the episode away and publish it as a new one, with a new guid: for a mistake that nobody shall keep."""
    return _published(actor, desk, name, wish, sent, response, reissue=True)


def _published(actor: Signed, desk: Desk, name: str, wish: PublishIn, sent: str, response: Response, *, reissue: bool) -> shapes.JobOut:
    if wish.at is not None and wish.at.tzinfo is None:
        raise Refused(422, "api.bad_moment")
    unchanged(desk.view(actor, name), sent)
    found = desk.publish(actor, name, fingerprint=wish.fingerprint, at=wish.at, note=wish.note, accept=tuple(wish.accept), reissue=reissue)
    response.headers["Location"] = f"{PREFIX}/jobs/{found.job}"
    return shapes.JobOut(job=plain.progress(found))


@publishing.post("/articles/{name}/schedule-cancel", permission=Permission.PUBLISH, operation_id="cancelSchedule", **_CHANGED)
def cancel_schedule(actor: Signed, desk: Desk, language: Tongue, name: Name, sent: Sent, response: Response) -> shapes.ArticleOut:
    """Take a scheduled episode back to the desk."""
    unchanged(desk.view(actor, name), sent)
    return shown(response, desk.unschedule(actor, name), language)


@publishing.post("/articles/{name}/withdraw", permission=Permission.PUBLISH, operation_id="withdrawArticle", **_CHANGED)
def withdraw_article(actor: Signed, desk: Desk, language: Tongue, name: Name, wish: WithdrawIn, sent: Sent, response: Response) -> shapes.ArticleOut:
    """Take an episode from listeners."""
    seen = seen_of(desk.view(actor, name), sent)
    return shown(response, desk.withdraw(actor, name, reason=wish.reason, notice=wish.notice, seen=seen), language)


@publishing.post("/articles/{name}/restore", permission=Permission.PUBLISH, operation_id="restoreArticle", **_CHANGED)
def restore_article(actor: Signed, desk: Desk, language: Tongue, name: Name, sent: Sent, response: Response) -> shapes.ArticleOut:
    """Give a withdrawn episode back to listeners."""
    return shown(response, desk.restore(actor, name, seen=seen_of(desk.view(actor, name), sent)), language)


@publishing.post("/articles/{name}/rollback", permission=Permission.PUBLISH, operation_id="rollbackArticle", **_CHANGED)
def rollback_article(actor: Signed, desk: Desk, language: Tongue, name: Name, wish: RollbackIn, sent: Sent, response: Response) -> shapes.ArticleOut:
    """Publish a former revision again."""
    return shown(response, desk.rollback(actor, name, wish.revision, seen=seen_of(desk.view(actor, name), sent)), language)


@publishing.get("/episodes", permission=Permission.READ, operation_id="listEpisodes", **reads())
def list_episodes(
    actor: Signed, desk: Desk, language: Tongue, show: Show = "", status: Annotated[list[DeskState], Query(max_length=len(_HEARD))] = list(_HEARD),  # noqa: B006  FastAPI makes a new one each time
    cursor: Annotated[str, Query(max_length=1000)] = "", limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.Items:  # fmt: skip
    """List what listeners have, had, or will have."""
    states = tuple(state for state in status if state in _HEARD) or _HEARD
    filters = ["episodes", show, *sorted(states)]
    found = desk.listing(actor, show=show, states=states, cursor=opened(cursor, filters), limit=limit)
    return plain.items(found, cursor_of(found.cursor, filters), language)


_PUBLISHED = reads(responses={200: {"description": "As listeners have it.", "content": _TEXT}}, response_class=Response, response_model=None)
_FORM = Annotated[str, Path(pattern=r"^(vtt|srt|json)$")]


@publishing.get("/episodes/{name}/transcript.{form}", permission=Permission.READ, operation_id="getTranscript", **_PUBLISHED)
def get_transcript(actor: Signed, desk: Desk, name: Name, form: _FORM) -> Response:
    """Give the transcript of what is published."""
    return _file(actor, desk, name, ".transcript.json" if form == "json" else f".{form}", _TEXTS[form])


@publishing.get("/episodes/{name}/chapters.json", permission=Permission.READ, operation_id="getChapters", **_PUBLISHED)
def get_chapters(actor: Signed, desk: Desk, name: Name) -> Response:
    """Give the chapters of what is published."""
    return _file(actor, desk, name, ".chapters.json", _TEXTS["json"])


def _file(actor: Signed, desk: Desk, name: str, ending: str, media_type: str) -> Response:
    view = desk.view(actor, name)
    if view.episode is None or view.item.state is not DeskState.PUBLISHED:
        raise NotFound("api.no_published", article=name)
    return Response(desk.served_file(actor, name, ending), headers={"Content-Type": media_type, "ETag": f'"{view.item.revision}{ending}"'})
