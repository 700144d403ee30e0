"""Drafts: every change names the version that it was made for."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Response

from audiopub.people import Permission
from audiopub.web.api import shapes
from audiopub.web.api.articles import ARTICLE, Name
from audiopub.web.api.preconditions import Version, shown
from audiopub.web.api.routing import acts, router
from audiopub.web.api.state import Desk, Tongue
from audiopub.web.api.wishes import BlockPatch, DayIn, SplitIn, TitleIn
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused

drafts = router("drafts")
Block = Annotated[str, Path(pattern=r"^b[0-9]{1,6}$", examples=["b3"])]
_CHANGED = acts(412, 428, responses={200: ARTICLE})
_PATCHES = {"include": ("include", "included"), "text": ("rewrite", "text"), "kind": ("rekind", "kind")}
"""Of each field that may be patched: the act, and what its value is called there."""


@drafts.patch("/articles/{name}/blocks/{block}", permission=Permission.EDIT, operation_id="patchBlock", **_CHANGED)
def patch_block(actor: Signed, desk: Desk, language: Tongue, name: Name, block: Block, wish: BlockPatch, version: Version, response: Response) -> shapes.ArticleOut:
    """Read a block or leave it out, set its words, or say what it is: one of these.

    Where somebody changed the block since it was seen, the answer is 412 with both versions, `present` and `yours`, and nothing was done.
    """
    given = wish.model_dump(exclude_none=True)
    if len(given) != 1:
        raise Refused(422, "api.one_of", names="include, text, kind")
    ((field, value),) = given.items()
    act, called = _PATCHES[field]
    return shown(response, desk.edit(actor, name, act, {"block": block, called: value}, version=version), language)


@drafts.post("/articles/{name}/blocks/{block}/split", permission=Permission.EDIT, operation_id="splitBlock", **_CHANGED)
def split_block(actor: Signed, desk: Desk, language: Tongue, name: Name, block: Block, wish: SplitIn, version: Version, response: Response) -> shapes.ArticleOut:
    """Divide a block in two."""
    return shown(response, desk.edit(actor, name, "split", {"block": block, "at": wish.at}, version=version), language)


@drafts.post("/articles/{name}/blocks/{block}/merge", permission=Permission.EDIT, operation_id="mergeBlock", **_CHANGED)
def merge_block(actor: Signed, desk: Desk, language: Tongue, name: Name, block: Block, version: Version, response: Response) -> shapes.ArticleOut:
    """Join a block with the next one."""
    return shown(response, desk.edit(actor, name, "merge", {"block": block}, version=version), language)


@drafts.put("/articles/{name}/title", permission=Permission.EDIT, operation_id="setTitle", **_CHANGED)
def set_title(actor: Signed, desk: Desk, language: Tongue, name: Name, wish: TitleIn, version: Version, response: Response) -> shapes.ArticleOut:
    """Set title and lead."""
    return shown(response, desk.edit(actor, name, "retitle", wish.model_dump(), version=version), language)


@drafts.put("/articles/{name}/manner", permission=Permission.EDIT, operation_id="setManner", **_CHANGED)
def set_manner(actor: Signed, desk: Desk, language: Tongue, name: Name, wish: shapes.MannerShape, version: Version, response: Response) -> shapes.ArticleOut:
    """Say how the article is read."""
    return shown(response, desk.edit(actor, name, "manner", wish.model_dump(), version=version), language)


@drafts.put("/articles/{name}/day", permission=Permission.EDIT, operation_id="setDay", **_CHANGED)
def set_day(actor: Signed, desk: Desk, language: Tongue, name: Name, wish: DayIn, version: Version, response: Response) -> shapes.ArticleOut:
    """Set the date that the opening names."""
    values: Mapping[str, Any] = {"day": wish.day}
    return shown(response, desk.edit(actor, name, "day", values, version=version), language)


@drafts.post("/articles/{name}/undo", permission=Permission.EDIT, operation_id="undoChange", **_CHANGED)
def undo_change(actor: Signed, desk: Desk, language: Tongue, name: Name, version: Version, response: Response) -> shapes.ArticleOut:
    """Bring back how the draft was before its last change."""
    return shown(response, desk.undo(actor, name, version=_exact(desk, actor, name, version)), language)


@drafts.post("/articles/{name}/take-waiting", permission=Permission.EDIT, operation_id="takeWaiting", **_CHANGED)
def take_waiting(actor: Signed, desk: Desk, language: Tongue, name: Name, version: Version, response: Response) -> shapes.ArticleOut:
    """Let the newer page that waits replace the draft's text."""
    return shown(response, desk.take_waiting(actor, name, version=_exact(desk, actor, name, version)), language)


def _exact(desk: Desk, actor: Signed, name: str, version: int | None) -> int:
    """Give the version that was seen; where any will do, the present one."""
    if version is not None:
        return version
    draft = desk.view(actor, name).draft
    return draft.version if draft else 0
