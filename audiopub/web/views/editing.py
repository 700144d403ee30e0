"""The editing desk of an article: its blocks beside the page they were read from."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Form, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from audiopub.desk.model import View
from audiopub.desk.service import EditorsDesk
from audiopub.editing import Draft, DraftBlock, one_line
from audiopub.errors import AudiopubError, BadInput, NotFound, Outdated
from audiopub.people import Actor, Permission
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import is_piece, onward, page, telling
from audiopub.web.views.asked import Desk, Name, status_of
from audiopub.web.views.differences import differences
from audiopub.web.views.words import KINDS, why

router = GuardedRouter(surface="desk", prefix="/a")

_LETTERS_A_MINUTE = 870
"""That voices read; for an estimate only."""

_SOURCE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'"
"""The page comes from anywhere: nothing in it runs, loads or leads anywhere."""

Block = Annotated[str, Path(pattern=r"^b[0-9]{1,6}$")]
Version = Annotated[int, Form(ge=0, le=2**40)]


def of_article(found: View, tab: str) -> dict[str, Any]:
    """Give what every screen of one article shows."""
    return {"view": found, "item": found.item, "draft": found.draft, "name": found.item.name, "show": found.item.show, "tab": tab, "path": f"/desk/a/{found.item.name}"}


def drafted(found: View) -> Draft:
    """Give an article's draft.

    Raises:
        NotFound: it is not there, or was taken off it meanwhile.
    """
    if found.draft is None:
        raise NotFound("draft.not_on_desk", title=found.item.title)
    return found.draft


@router.get("/{name}", permission=Permission.READ)
def editing(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Show the editing desk; of an episode that is not on it, what it is and the way there."""
    found = desk.view(actor, name)
    if found.draft is None:
        return page(request, "episode.html", **of_article(found, "text"))
    return page(request, "edit.html", **of_article(found, "text"), **_summed(found.draft), kinds=KINDS, why=why, error=None, errors={})


def _summed(draft: Draft) -> dict[str, Any]:
    letters = sum(len(block.text) for block in draft.blocks if block.included) + len(draft.title) + len(draft.lead)
    return {"included": sum(block.included for block in draft.blocks), "minutes": max(1, round(letters / _LETTERS_A_MINUTE))}


@router.post("/{name}/open", permission=Permission.EDIT)
def take(request: Request, actor: Signed, desk: Desk, name: Name) -> Response:
    """Take a published episode to the desk, to correct it."""
    desk.open_draft(actor, name)
    return onward(request, f"/desk/a/{name}", told="desk.done_opened")


@router.get("/{name}/source", permission=Permission.READ)
def source(actor: Signed, desk: Desk, name: Name) -> Response:
    """Give the page as it was read, in a sandbox all the same."""
    body = f'<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>{name}</title><body>{desk.source(actor, name)}'
    headers = {"Content-Security-Policy": _SOURCE_POLICY, "X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(body, headers=headers)


@router.get("/{name}/blocks/{block}", permission=Permission.READ)
def shown(request: Request, actor: Signed, desk: Desk, name: Name, block: Block) -> Response:
    """Show one block as it is now."""
    found = desk.view(actor, name)
    return page(request, "block.html", **of_article(found, "text"), block=drafted(found).block(block), kinds=KINDS, why=why, error=None)


class Change(BaseModel):
    """The fields of a block's form."""

    act: Literal["include", "rekind", "rewrite", "split", "merge"]
    version: Annotated[int, Field(ge=0, le=2**40)]
    """Of the block, as it was seen."""

    text: Annotated[str, Field(max_length=100_000)] = ""
    kind: Annotated[str, Field(max_length=20)] = ""
    included: Annotated[str, Field(max_length=5)] = ""
    at: Annotated[int, Field(ge=0)] = 0
    typed: Annotated[str, Field(max_length=5)] = ""
    """``yes`` where the text in the field is not saved yet, whatever else the form is sent for."""

    next_block: Annotated[str, Field(pattern=r"^(b[0-9]{1,6})?$")] = ""
    next_text: Annotated[str, Field(max_length=100_000)] = ""
    next_version: Annotated[int, Field(ge=0, le=2**40)] = 0
    """Of the block that is joined to this one: what was typed there and is not saved yet."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Give what the act takes besides the block."""
        taken: Mapping[str, Mapping[str, Any]] = {
            "include": {"included": self.included == "yes"}, "rekind": {"kind": self.kind}, "rewrite": {"text": self.text}, "split": {"at": self.place}, "merge": {},
        }  # fmt: skip
        return taken[self.act]

    @property
    def place(self) -> int:
        """Give where the cursor stands in the text as it is saved: with single spaces, each letter with its marks as one."""
        return len(one_line(self.text[: self.at])) if self.text else self.at

    @property
    def written(self) -> str:
        """Give the text that must not be lost."""
        return self.text if self.has_text else ""

    @property
    def has_text(self) -> bool:
        """Tell whether the text counts, and not only what else the form says."""
        return self.act in {"rewrite", "split", "merge"} or self.typed == "yes"


@router.post("/{name}/blocks/{block}", permission=Permission.EDIT)
def change(request: Request, actor: Signed, desk: Desk, name: Name, block: Block, form: Annotated[Change, Form()]) -> Response:
    """Change a block; show it, and what else changed with it."""
    before = desk.view(actor, name)
    try:
        _with_next(desk, actor, before, form)
        found = _with_text(desk, actor, before, block, form)
        seen = form.version if found is before else drafted(found).block(block).version
        found = desk.edit(actor, name, form.act, {"block": block, **form.values}, version=seen)
    except (BadInput, Outdated) as error:
        return _not_changed(request, desk.view(actor, name), block, form.written, error)
    return _changed(request, found, block, drafted(before))


def _with_next(desk: EditorsDesk, actor: Actor, found: View, form: Change) -> None:
    """Save what was typed in the block that is about to be joined, and goes from the page with its field."""
    present = next((one for one in drafted(found).blocks if one.id == form.next_block), None)
    if form.act == "merge" and present is not None and one_line(form.next_text) not in {"", present.text}:
        desk.edit(actor, found.item.name, "rewrite", {"block": present.id, "text": form.next_text}, version=form.next_version)


def _with_text(desk: EditorsDesk, actor: Actor, found: View, block: str, form: Change) -> View:
    """Save the text that stands in the field, before it is divided or joined, or ticked."""
    present = next((one for one in drafted(found).blocks if one.id == block), None)
    if form.act == "rewrite" or not form.has_text or present is None or one_line(form.text) == present.text:
        return found
    return desk.edit(actor, found.item.name, "rewrite", {"block": block, "text": form.text}, version=form.version)


def _changed(request: Request, found: View, block: str, before: Draft) -> Response:
    draft = drafted(found)
    if not is_piece(request):
        return onward(request, f"/desk/a/{found.item.name}#{block}")
    known = {one.id for one in before.blocks}
    shown = [one for one in draft.blocks if one.id == block or one.id not in known]
    gone = sorted(known - {one.id for one in draft.blocks})
    headers = telling(request, "desk.saved", quiet=True) | ({"HX-Reswap": "outerHTML"} if len(shown) > 1 else {})
    return page(request, "changed.html", headers=headers, **of_article(found, "text"), **_summed(draft), blocks=shown, gone=gone, kinds=KINDS, why=why, error=None)


def _not_changed(request: Request, found: View, block: str, text: str, error: AudiopubError) -> Response:
    """Show why a block was not changed; of two who wrote at once, both texts."""
    draft = drafted(found)
    present: DraftBlock | None = next((one for one in draft.blocks if one.id == block), None)
    values = {**of_article(found, "text"), "kinds": KINDS, "why": why, "error": error, "block": present, "block_id": block, "yours": text}
    if isinstance(error, Outdated) and (text or present is None):
        compared = differences(present.text, text) if present else ()
        return page(request, "conflict.html", status=412, **values, compared=compared)
    if present is None:
        raise NotFound("draft.no_block", block=block)
    return page(request, "block.html", status=status_of(error), **values)


class Titles(BaseModel):
    """The fields of title and lead, as they are to be and as they were seen."""

    version: Annotated[int, Field(ge=0, le=2**40)]
    title: Annotated[str, Field(max_length=1000)]
    lead: Annotated[str, Field(max_length=10_000)] = ""
    was_title: Annotated[str, Field(max_length=1000)] = ""
    was_lead: Annotated[str, Field(max_length=10_000)] = ""


@router.post("/{name}/title", permission=Permission.EDIT)
def retitle(request: Request, actor: Signed, desk: Desk, name: Name, form: Annotated[Titles, Form()]) -> Response:
    """Set title and lead; where somebody else did so meanwhile, show both."""
    draft = drafted(desk.view(actor, name))
    # The draft's version counts changes of blocks too, which are no conflict here.
    seen = draft.version if (draft.title, draft.lead) == (form.was_title, form.was_lead) else form.version
    values = {"title": form.title, "lead": form.lead}
    try:
        found = desk.edit(actor, name, "retitle", values, version=seen)
    except (BadInput, Outdated) as error:
        found = desk.view(actor, name)
        return page(request, "titled.html", status=status_of(error), **of_article(found, "text"), **_summed(drafted(found)), error=error, yours=values)
    if not is_piece(request):
        return onward(request, f"/desk/a/{name}")
    headers = telling(request, "desk.saved", quiet=True)
    return page(request, "titled.html", headers=headers, **of_article(found, "text"), **_summed(drafted(found)), error=None, yours=None)


@router.post("/{name}/undo", permission=Permission.EDIT)
def undo(request: Request, actor: Signed, desk: Desk, name: Name, version: Version) -> Response:
    """Bring back how the draft was before its last change."""
    desk.undo(actor, name, version=version)
    return onward(request, f"/desk/a/{name}", told="desk.done_undone")


@router.get("/{name}/newer", permission=Permission.READ)
def newer(request: Request, actor: Signed, desk: Desk, name: Name, whole: Annotated[str, Query(max_length=5)] = "") -> Response:
    """Show how the newer page that waits differs from the draft."""
    found = desk.view(actor, name)
    draft = drafted(found)
    present = (draft.title, *(block.text for block in draft.blocks if block.included))
    compared = differences("\n".join(present), "\n".join(desk.newer(actor, name)))
    return page(request, "newer.html", **of_article(found, "text"), compared=compared, whole=whole)


@router.post("/{name}/newer", permission=Permission.EDIT)
def take_newer(request: Request, actor: Signed, desk: Desk, name: Name, version: Version, keep: Annotated[str, Form(max_length=5)] = "") -> Response:
    """Take the newer page's text, or stay with the draft."""
    desk.take_waiting(actor, name, version=version, keep=keep == "yes")
    return onward(request, f"/desk/a/{name}", told="desk.done_kept" if keep == "yes" else "desk.done_newer")


@router.post("/{name}/discard", permission=Permission.EDIT)
def discard(request: Request, actor: Signed, desk: Desk, name: Name, version: Version) -> Response:
    """Take the draft off the desk as it was seen; what is published stays."""
    desk.discard(actor, name, version=version)
    return onward(request, "/desk/", told="desk.done_discarded")
