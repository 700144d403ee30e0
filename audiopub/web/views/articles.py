"""The list of articles, what is done to several of them at once, and how one comes to the desk."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from audiopub.desk.model import DeskState, Item
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.errors import AudiopubError, BadInput, FetchFailed, Outdated
from audiopub.people import Actor, Permission
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward, page
from audiopub.web.views.asked import Desk, Name, limited, status_of

router = GuardedRouter(surface="desk")

_PAGE = 50
_MOST_AT_ONCE = 200
_ACCEPTABLE = frozenset({"article.too_short", "article.paywall", "article.incomplete", "article.photo_story", "article.not_vietnamese", "article.mojibake"})
"""Refusals that a person who has looked at the page may set aside."""


@router.get("/", permission=Permission.READ)
def articles(
    request: Request, actor: Signed, desk: Desk,
    show: Annotated[str, Query(max_length=80)] = "", q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=20)] = "", cursor: Annotated[str, Query(max_length=300)] = "",
) -> Response:  # fmt: skip
    """Show a page of the list."""
    return _list(request, actor, desk, show=show, q=q, state=state, cursor=cursor)


def _list(request: Request, actor: Actor, desk: EditorsDesk, *, show: str = "", q: str = "", state: str = "", cursor: str = "", **more: object) -> Response:
    wanted = [state] if state in set(DeskState) else []
    found = desk.listing(actor, show=show, search=q, states=wanted, cursor=cursor, limit=_PAGE)
    asked = {"show": show, "q": q, "state": state}

    def address(**changed: str) -> str:
        values = {key: value for key, value in {**asked, **changed}.items() if value}
        return "/desk/?" + urlencode(values) if values else "/desk/"

    pages = {"next": address(cursor=found.cursor) if found.cursor else "", "first": address() if cursor else ""}
    states = [(one.value, found.counts.get(one.value, 0)) for one in DeskState]
    return page(request, "list.html", found=found, states=states, asked=asked, address=address, pages=pages, results=more.get("results", ()), show=show)


@router.get("/row/{name}", permission=Permission.READ)
def row(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Show an article's line of the list as it is now."""
    return page(request, "row.html", item=desk.view(actor, name).item)


@router.post("/bulk", permission=Permission.EDIT)
def bulk(
    request: Request, actor: Signed, desk: Desk, act: Annotated[str, Form(max_length=20)], names: Annotated[list[str], Form(max_length=_MOST_AT_ONCE)] = [],  # noqa: B006
    reason: Annotated[str, Form(max_length=500)] = "", sure: Annotated[str, Form(max_length=5)] = "",
) -> Response:  # fmt: skip
    """Do something to several articles; tell of each how it went. Each is looked at on its own, as if it were the only one.

    With the name of each comes the fingerprint of its proof, as ``NAME:FINGERPRINT``: what was made since the list was shown is not published by it.
    """
    acts: dict[str, Callable[[str, str], object]] = {
        "render": lambda name, _proof: desk.render(actor, name),
        "publish": lambda name, proof: _publish(desk, actor, name, proof),
        "withdraw": lambda name, _proof: desk.withdraw(actor, name, reason=reason, notice=True),
    }
    if act not in acts or not names or (act != "render" and sure != "yes"):
        return _list(request, actor, desk, results=[("", BadInput("desk.bulk_nothing"))])
    if act == "render":
        limited(request, "render", actor)  # once for all of them, as in the API
    return _list(request, actor, desk, results=[_tried(desk, actor, name, acts[act]) for name in names])


def _tried(desk: EditorsDesk, actor: Actor, picked: str, act: Callable[[str, str], object]) -> tuple[str, AudiopubError | None]:
    name, _, proof = picked.partition(":")
    title = name
    try:
        title = desk.view(actor, name).item.title
        act(name, proof)
    except AudiopubError as error:
        return title, error
    return title, None


def _publish(desk: EditorsDesk, actor: Actor, name: str, proof: str) -> None:
    found = desk.view(actor, name)
    if not proof or found.proof is None or not found.proof_is_fresh:
        raise BadInput("desk.bulk_not_ready", title=found.item.title)
    if found.proof.fingerprint != proof:
        raise Outdated("act.not_as_heard", title=found.item.title)
    desk.publish(actor, name, fingerprint=proof)


@router.post("/retry/{name}", permission=Permission.EDIT)
def retry(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Begin an article's last job again; show its line of the list."""
    item: Item = desk.view(actor, name).item
    if item.progress:
        desk.retry(actor, item.progress.job)
    return page(request, "row.html", item=desk.view(actor, name).item)


@router.get("/new", permission=Permission.EDIT)
def new(request: Request, desk: Desk, show: Annotated[str, Query(max_length=80)] = "") -> Response:
    """Show the ways in which an article comes to the desk."""
    return page(request, "new.html", **_blank(desk, show))


def _blank(desk: EditorsDesk, show: str) -> dict[str, Any]:
    return {
        "show": show or next((slug for slug, _ in desk.shows()), ""),
        "way": "url",
        "url": "",
        "text": "",
        "title": "",
        "error": None,
        "acceptable": False,
        "accepted": (),
    }


@router.get("/new/picked", permission=Permission.EDIT)
def picked(request: Request, actor: Signed, desk: Desk, show: Annotated[str, Query(max_length=80)]) -> Response:
    """Show what a show's sources list now."""
    try:
        found, error = desk.picked(actor, show), None
    except AudiopubError as failure:
        found, error = (), failure
    return page(request, "picked.html", found=found, error=error, show=show)


class Submitted(BaseModel):
    """The fields by which an article comes."""

    show: Annotated[str, Field(max_length=80)]
    way: Literal["url", "text"] = "url"
    url: Annotated[str, Field(max_length=2000)] = ""
    text: Annotated[str, Field(max_length=3_000_000)] = ""
    title: Annotated[str, Field(max_length=500)] = ""
    accept: Annotated[list[str], Field(max_length=10)] = []

    @property
    def accepted(self) -> frozenset[str]:
        """Give the refusals that are set aside, as far as they may be."""
        return frozenset(self.accept) & _ACCEPTABLE

    @property
    def submission(self) -> Submission:
        """Give what the desk takes."""
        by_address = self.way == "url"
        return Submission(
            show=self.show, url=self.url.strip() if by_address else "", body=b"" if by_address else self.text.encode(), title=self.title, accept=self.accepted
        )


@router.post("/new", permission=Permission.EDIT)
def submit(request: Request, actor: Signed, desk: Desk, form: Annotated[Submitted, Form()]) -> Response:
    """Take an article to the desk and lead to it, or show why not."""
    try:
        found, is_new = desk.submit(actor, form.submission)
    except (BadInput, FetchFailed) as error:
        values: dict[str, Any] = {"show": form.show, "way": form.way, "url": form.url, "text": form.text, "title": form.title, "accepted": sorted(form.accepted)}
        return page(request, "new.html", status=status_of(error), **values, error=error, acceptable=error.code in _ACCEPTABLE)
    return onward(request, f"/desk/a/{found.item.name}", told="desk.done_new" if is_new else "desk.done_found")
