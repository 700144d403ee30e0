"""Articles: taking them to the desk, seeing them, taking them off it."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from audiopub.desk.model import DeskState
from audiopub.desk.service import Submission
from audiopub.errors import NotFound
from audiopub.people import Permission
from audiopub.web.api import plain, shapes
from audiopub.web.api.cursors import cursor_of, opened
from audiopub.web.api.preconditions import ETAG, Sent, draft_version, etag_of, shown
from audiopub.web.api.routing import PREFIX, acts, reads, router
from audiopub.web.api.state import Desk, Tongue
from audiopub.web.api.wishes import NAME, ArticleIn
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused

articles = router("articles")
Name = Annotated[str, Path(pattern=NAME, description="An article's name: show, hyphen, id.", examples=["thoi-su-ca20adaae3e0fef1"])]
Show = Annotated[str, Query(pattern=r"^[a-z0-9-]{0,80}$")]
_STATES = Query(alias="state", max_length=len(DeskState), description="Only those in one of these states.")

_NAMED = {"name": "$response.body#/article/name"}
_SEEN = {**_NAMED, "If-Match": "$response.header.ETag"}
LINKS: dict[str, Any] = {
    "get": {"operationId": "getArticle", "parameters": _NAMED},
    "render": {"operationId": "renderArticle", "parameters": _NAMED},
    "script": {"operationId": "getScript", "parameters": _NAMED},
    "checks": {"operationId": "getChecks", "parameters": _NAMED},
    "retitle": {"operationId": "setTitle", "parameters": _SEEN},
    "patch": {"operationId": "patchBlock", "parameters": {**_SEEN, "block": "$response.body#/draft/blocks/0/id"}},
    "publish": {"operationId": "publishArticle", "parameters": _SEEN, "requestBody": {"fingerprint": "$response.body#/proof/fingerprint"}},
}
"""What may be done next, for those who explore."""

ARTICLE = {"headers": ETAG, "links": LINKS}


@articles.get("/shows", permission=Permission.READ, operation_id="listShows", **reads())
def list_shows(_actor: Signed, desk: Desk) -> shapes.Shows:
    """List the shows."""
    return shapes.Shows(shows=[shapes.ShowOut(slug=slug, title=title) for slug, title in desk.shows()])


@articles.get("/articles", permission=Permission.READ, operation_id="listArticles", **reads())
def list_articles(
    actor: Signed, desk: Desk, language: Tongue, show: Show = "", search: Annotated[str, Query(max_length=200)] = "", states: Annotated[list[DeskState], _STATES] = [],  # noqa: B006  FastAPI makes a new one each time
    cursor: Annotated[str, Query(max_length=1000)] = "", limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.Items:  # fmt: skip
    """List articles, newest first."""
    filters = ["articles", show, search, *sorted(states)]
    found = desk.listing(actor, show=show, search=search, states=tuple(states), cursor=opened(cursor, filters), limit=limit)
    return plain.items(found, cursor_of(found.cursor, filters), language)


_TAKEN = acts(
    status_code=201,
    responses={201: {"description": "New on the desk.", **ARTICLE}, 200: {"description": "The same article was there.", "model": shapes.ArticleOut, **ARTICLE}},
)


@articles.post("/articles", permission=Permission.EDIT, operation_id="createArticle", **_TAKEN)
def create_article(actor: Signed, desk: Desk, language: Tongue, wish: ArticleIn, response: Response) -> shapes.ArticleOut:
    """Take an article to the desk, or find it there.

    With a `source_id` the same article is found again, however often it is sent and by however many at once; new words of it are taken over, or offered where a
    person edited it. An article by `url` is fetched now.
    """
    given = [name for name in ("url", "html", "text") if getattr(wish, name) is not None]
    if len(given) != 1:
        raise Refused(422, "api.one_of", names="url, html, text")
    if wish.show not in {slug for slug, _ in desk.shows()}:
        raise NotFound("api.no_show", show=wish.show)
    is_html = None if wish.url else wish.html is not None
    body = (wish.html or wish.text or "").encode(errors="replace")
    submission = Submission(show=wish.show, url=wish.url or "", body=body, is_html=is_html, title=wish.title, source_id=wish.source_id, accept=frozenset(wish.accept))
    view, is_new = desk.submit(actor, submission)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"{PREFIX}/articles/{view.item.name}"
    return shown(response, view, language)


@articles.get("/articles/{name}", permission=Permission.READ, operation_id="getArticle", **reads(responses={200: ARTICLE}))
def get_article(actor: Signed, desk: Desk, language: Tongue, name: Name, response: Response) -> shapes.ArticleOut:
    """Give everything of one article."""
    return shown(response, desk.view(actor, name), language)


@articles.delete("/articles/{name}", permission=Permission.EDIT, operation_id="discardDraft", **acts(412, status_code=204))
def discard_draft(actor: Signed, desk: Desk, name: Name, sent: Sent) -> None:
    """Take a draft off the desk; what is published stays. With `If-Match`, only as it was seen."""
    desk.discard(actor, name, version=draft_version(desk.view(actor, name), sent))


@articles.post("/articles/{name}/open", permission=Permission.EDIT, operation_id="openDraft", **acts(responses={200: ARTICLE}))
def open_draft(actor: Signed, desk: Desk, language: Tongue, name: Name, response: Response) -> shapes.ArticleOut:
    """Take a published episode to the desk, to correct it."""
    return shown(response, desk.open_draft(actor, name), language)


@articles.get("/articles/{name}/script", permission=Permission.READ, operation_id="getScript", **reads())
def get_script(actor: Signed, desk: Desk, name: Name, response: Response) -> shapes.ScriptOut:
    """Give the draft's sentences, printed and said, with the rule of every rewrite, and their times in the proof."""
    response.headers["ETag"] = etag_of(desk.view(actor, name))
    return shapes.ScriptOut(sentences=[plain.sentence(one) for one in desk.script(actor, name)])


@articles.get("/articles/{name}/changes", permission=Permission.READ, operation_id="getChanges", **reads())
def get_changes(actor: Signed, desk: Desk, name: Name) -> shapes.ChangesOut:
    """Give the sentences in which the draft differs from what is published."""
    return shapes.ChangesOut(changes=[plain.change(one) for one in desk.changes(actor, name)])


@articles.get("/articles/{name}/checks", permission=Permission.READ, operation_id="getChecks", **reads())
def get_checks(actor: Signed, desk: Desk, language: Tongue, name: Name) -> shapes.ChecksOut:
    """Go through what has to be right before publishing."""
    return shapes.ChecksOut(checks=[plain.check(one, language) for one in desk.checks(actor, name)])
