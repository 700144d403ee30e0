"""How words are read: entries, trying them out, what they would change, files of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from audiopub.errors import ConfigInvalid, NotFound
from audiopub.people import Permission
from audiopub.vietnamese import Entry, Scope
from audiopub.web.api import plain, tables
from audiopub.web.api.limits import POLICY, limited
from audiopub.web.api.routing import PREFIX, acts, reads, router
from audiopub.web.api.state import Desk
from audiopub.web.api.wishes import NAME, EntryIn, ImpactIn, ImportIn, PreviewIn
from audiopub.web.guard import Signed
from audiopub.web.problems import Refused

lexicon = router("lexicon")
Show = Annotated[str, Query(pattern=NAME)]
Where = Annotated[Scope, Query(description="For which articles it counts.")]
Article = Annotated[str | None, Query(pattern=NAME, description="Of scope `article`: its name.")]
Written = Annotated[str, Path(min_length=1, max_length=200, description="As newspapers print it.", examples=["UBND"])]
_PREFIX = f"{PREFIX}/lexicon/previews"
_SOUND: dict[str, Any] = {"audio/mpeg": {"schema": {"type": "string", "format": "binary"}}}
_FILES: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}, "application/pls+xml": {"schema": {"type": "string"}}}


def _known(desk: Desk, show: str) -> str:
    if show not in {slug for slug, _ in desk.shows()}:
        raise NotFound("api.no_show", show=show)
    return show


def _named(scope: str, article: str | None) -> str:
    """Give the name of the article that an entry is for; none for other scopes."""
    if scope != Scope.ARTICLE:
        return ""
    if article is None:
        raise Refused(422, "api.one_of", names="article")
    return article


@contextmanager
def _of_the_client() -> Iterator[None]:
    """Tell that what was sent cannot be kept as an entry: for the lexicon that is a fault of a file, here of the request."""
    try:
        yield
    except ConfigInvalid as error:
        raise Refused(422, error.code, **error.details) from error


@lexicon.get("/lexicon", permission=Permission.READ, operation_id="listEntries", **reads())
def list_entries(actor: Signed, desk: Desk, show: Show, search: Annotated[str, Query(max_length=200)] = "") -> tables.EntriesOut:
    """List the entries that count in a show, the newsroom's first."""
    return tables.EntriesOut(entries=[plain.entry(one) for one in desk.entries(actor, _known(desk, show), search=search)])


_EXPORT = reads(responses={200: {"description": "The file.", "content": _FILES}}, response_class=Response, response_model=None)


@lexicon.get("/lexicon/export", permission=Permission.READ, operation_id="exportLexicon", **_EXPORT)
def export_lexicon(
    actor: Signed,
    desk: Desk,
    show: Show,
    scope: Annotated[str, Query(pattern="^(newsroom|show)$")] = "show",
    form: Annotated[str, Query(alias="format", pattern="^(csv|pls)$")] = "csv",
) -> Response:
    """Give a lexicon as a file, as CSV or as PLS of the W3C."""
    body = desk.exported(actor, _known(desk, show), scope, form)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/pls+xml"
    return Response(body, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{show}-{scope}.{form}"'})


@lexicon.post("/lexicon/import", permission=Permission.EDIT, operation_id="importLexicon", **acts())
def import_lexicon(actor: Signed, desk: Desk, wish: ImportIn) -> tables.ImportOut:
    """Take a lexicon in; with `dry_run` only say what is in it."""
    with _of_the_client():
        count = desk.imported(actor, _known(desk, wish.show), wish.scope, wish.format, wish.text.encode(errors="replace"), dry=wish.dry_run)
    return tables.ImportOut(entries=count, dry_run=wish.dry_run)


@lexicon.post("/lexicon/preview", permission=Permission.EDIT, operation_id="previewReading", **acts(responses={200: {"headers": POLICY}}))
def preview_reading(actor: Signed, desk: Desk, wish: PreviewIn, request: Request, response: Response) -> tables.PreviewOut:
    """Speak a sentence, with one word read in a new way; nothing is saved."""
    limited(request, response, "preview", actor)
    show = _known(desk, wish.show)
    with _of_the_client():
        found = desk.preview(actor, wish.sentence, show=show, article=wish.article or "", word=wish.word, say=wish.say, voice=wish.voice)
    return tables.PreviewOut(spoken=found.spoken, duration_ms=found.duration_ms, audio=f"{_PREFIX}/{found.token}.mp3")


_HEAR = reads(responses={200: {"description": "The sound.", "content": _SOUND}}, response_class=Response, response_model=None)


@lexicon.get("/lexicon/previews/{token}.mp3", permission=Permission.EDIT, operation_id="getPreview", **_HEAR)
def get_preview(actor: Signed, desk: Desk, token: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> Response:
    """Give the sound of a preview."""
    return Response(desk.preview_sound(actor, token), media_type="audio/mpeg")


@lexicon.post("/lexicon/impact", permission=Permission.READ, operation_id="getImpact", **acts(responses={200: {"headers": POLICY}}))
def get_impact(actor: Signed, desk: Desk, wish: ImpactIn, request: Request, response: Response) -> tables.ImpactOut:
    """Tell what an entry, or with `spoken` null its removal, would change in what is published and on the desk."""
    limited(request, response, "preview", actor)
    show, article = _known(desk, wish.show), _named(wish.scope, wish.article)
    entry = Entry(written=wish.written, spoken=wish.spoken, scope=Scope(wish.scope)) if wish.spoken else None
    with _of_the_client():
        return plain.impact(desk.impact(actor, show, wish.scope, entry, written=wish.written, article=article))


@lexicon.put("/lexicon/entries/{written:path}", permission=Permission.EDIT, operation_id="putEntry", **acts())
def put_entry(actor: Signed, desk: Desk, written: Written, wish: EntryIn, show: Show, scope: Where = Scope.SHOW, article: Article = None) -> tables.EntryOut:
    """Save how a word is read, for an article, a show or the whole newsroom."""
    entry = Entry(written=written, spoken=wish.spoken, scope=scope, case=wish.case, whole=wish.whole, author=actor.name, reason=wish.reason)
    with _of_the_client():
        desk.save_entry(actor, _known(desk, show), scope.value, entry, _named(scope, article))
    return plain.entry(entry)


@lexicon.delete("/lexicon/entries/{written:path}", permission=Permission.EDIT, operation_id="removeEntry", **acts(status_code=204))
def remove_entry(actor: Signed, desk: Desk, written: Written, show: Show, scope: Where = Scope.SHOW, article: Article = None) -> None:
    """Take an entry out."""
    desk.remove_entry(actor, _known(desk, show), scope.value, written, article=_named(scope, article))
