"""How an article is read: what is printed against what is said, and how a word is to be said otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Form, Path, Query, Request
from fastapi.responses import Response

from audiopub.desk.model import Sentence
from audiopub.errors import AudiopubError, BadInput, NotFound
from audiopub.people import Permission
from audiopub.vietnamese import Entry
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward, page
from audiopub.web.views.asked import Desk, Name, limited, status_of
from audiopub.web.views.editing import drafted, of_article
from audiopub.web.views.words import SURE, by

router = GuardedRouter(surface="desk")

_SCOPES = ("article", "show", "newsroom")
Word = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Form(max_length=2000)]
Scope = Annotated[str, Form(pattern="^(article|show|newsroom)$")]


@router.get("/a/{name}/reading", permission=Permission.READ)
def reading(request: Request, actor: Signed, desk: Desk, name: Name, only: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Show every sentence as printed and as said, those first whose reading is a guess."""
    found = desk.view(actor, name)
    drafted(found)
    try:
        script, error = desk.script(actor, name), None
    except BadInput as failure:  # what stands on the desk is no article yet; the editor sees why
        script, error = (), failure
    unsure = [sentence for sentence in script if _is_unsure(sentence)]
    changed = [sentence for sentence in script if sentence.segment.rewrites]
    wanted = {"unsure": unsure, "changed": changed}.get(only, list(script))
    counts = {"": len(script), "changed": len(changed), "unsure": len(unsure)}
    groups = [("desk.unsure_first", [one for one in wanted if _is_unsure(one)]), ("desk.all_sentences", [one for one in wanted if not _is_unsure(one)])]
    return page(
        request, "reading.html", **of_article(found, "reading"), error=error, counts=counts, only=only, groups=[group for group in groups if group[1]], by=by, sure=SURE
    )


def _is_unsure(sentence: Sentence) -> bool:
    return any(not rewrite.sure for rewrite in sentence.segment.rewrites)


@router.get("/a/{name}/say", permission=Permission.READ)
def asked(
    request: Request, actor: Signed, desk: Desk, name: Name, sentence: Annotated[int, Query(ge=0, le=100_000)],
    piece: Annotated[int, Query(ge=-1, le=100_000)] = -1, word: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Show why a piece is read as it is, and the form by which it is read otherwise."""
    found = desk.view(actor, name)
    script = desk.script(actor, name)
    if sentence >= len(script):
        raise NotFound("desk.no_sentence", number=sentence + 1)
    one = script[sentence]
    rewrite = one.pieces[piece].rewrite if 0 <= piece < len(one.pieces) else None
    values: dict[str, Any] = {"word": rewrite.written if rewrite else word.strip(), "scope": "article", "sentence": one, "rewrite": rewrite, "by": by, "sure": SURE}
    return page(request, "say.html", **of_article(found, "reading"), **values, scopes=_SCOPES)


@router.post("/a/{name}/preview", permission=Permission.EDIT)
def preview(request: Request, actor: Signed, desk: Desk, name: Name, sentence_text: Words, word: Word = "", say: Word = "") -> Response:
    """Speak a sentence with a word read otherwise; nothing is saved."""
    limited(request, "preview", actor)
    found = desk.view(actor, name)
    try:
        heard, error = desk.preview(actor, sentence_text, show=found.item.show, article=name, word=word.strip() if say.strip() else "", say=say.strip()), None
    except AudiopubError as failure:
        heard, error = None, failure
    return page(request, "heard.html", status=status_of(error) if error else 200, heard=heard, error=error)


@router.get("/preview/{token}.mp3", permission=Permission.EDIT)
def preview_sound(actor: Signed, desk: Desk, token: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    """Give the sound of a preview."""
    return Response(desk.preview_sound(actor, token), media_type="audio/mpeg", headers={"Cache-Control": "private, max-age=3600", "Accept-Ranges": "none"})


@router.post("/a/{name}/impact", permission=Permission.EDIT)
def impact(request: Request, actor: Signed, desk: Desk, name: Name, word: Word, say: Word, scope: Scope = "article") -> Response:
    """Show what an entry would change, and let it be saved."""
    found = desk.view(actor, name)
    values: dict[str, Any] = {"word": word.strip(), "say_as": say.strip(), "scope": scope, "error": None, "impact": None, "here": [], **of_article(found, "reading")}
    try:
        if scope != "article":
            values["impact"] = desk.impact(actor, found.item.show, scope, _entry(word, say), article=name)
        values["here"] = list(_sentences(desk.script(actor, name), word.strip()))
    except AudiopubError as error:
        return page(request, "impact.html", status=status_of(error), **{**values, "error": error})
    return page(request, "impact.html", **values)


def _entry(word: str, say: str) -> Entry:
    return Entry(written=" ".join(word.split()), spoken=" ".join(say.split()))


def _sentences(script: tuple[Sentence, ...], word: str) -> Iterator[Sentence]:
    return (sentence for sentence in script if word and word in sentence.segment.written)


@router.post("/a/{name}/say", permission=Permission.EDIT)
def save(request: Request, actor: Signed, desk: Desk, name: Name, word: Word, say: Word, scope: Scope = "article", sentence: Annotated[int, Form(ge=0)] = 0) -> Response:
    """Save how a word is read; where there is such an entry, all else of it stays."""
    found = desk.view(actor, name)
    try:
        kept = next((one for one in desk.entries(actor, found.item.show) if (one.written, one.scope) == (_entry(word, say).written, scope)), None)
        entry = replace(kept, spoken=_entry(word, say).spoken, author="", added="") if kept and scope != "article" else _entry(word, say)
        desk.save_entry(actor, found.item.show, scope, entry, article=name if scope == "article" else "")
    except AudiopubError as error:
        values: dict[str, Any] = {"word": word, "say_as": say, "scope": scope, "error": error, "impact": None, "here": []}
        return page(request, "impact.html", status=status_of(error), **of_article(found, "reading"), **values)
    return onward(request, f"/desk/a/{name}/reading#s{sentence}", told="desk.done_entry")
