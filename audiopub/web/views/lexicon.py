"""How words are read: the table, one entry with what it would change, taking lexicons in and out."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile

from audiopub.desk.model import Impact, Preview
from audiopub.errors import AudiopubError, BadInput, Outdated
from audiopub.people import Actor, Permission
from audiopub.vietnamese import Entry
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward
from audiopub.web.views.asked import limited
from audiopub.web.views.at_hand import act_of, chosen_show, desk_of, screen, sentence_of
from audiopub.web.views.history import bounded

router = GuardedRouter(surface="desk")

_PAGE = 100
_LARGEST = 2_000_000
_TYPES = {"csv": "text/csv; charset=utf-8", "pls": "application/pls+xml", "tsv": "text/tab-separated-values; charset=utf-8"}
_SCOPES = ("newsroom", "show", "article")

Word = Annotated[str, Form(max_length=200)]
Short = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands in the form of an entry."""

    show: str = ""
    scope: str = "newsroom"
    article: str = ""
    written: str = ""
    spoken: str = ""
    sentence: str = ""
    case: bool = True
    whole: bool = True
    reason: str = ""
    protects: bool = False
    was: str = ""
    """How it was read when the form was shown; empty where there was no such entry."""

    @property
    def entry(self) -> Entry:
        """Give the entry that is meant.

        Raises:
            BadInput: no word was given.
        """
        if not self.written.strip() or not (self.protects or self.spoken.strip()):
            raise BadInput("desk.lex_no_word")
        spoken = "=" if self.protects else self.spoken.strip()
        return Entry(written=self.written.strip(), spoken=spoken, case=self.case, whole=self.whole, reason=self.reason.strip())


@router.get("/lexicon", permission=Permission.READ)
def table(request: Request, actor: Signed, show: str = "", q: str = "", scope: str = "", begin: int = 0) -> Response:
    """List the entries that count in a show."""
    desk, slug = desk_of(request), chosen_show(request, show)
    found = desk.entries(actor, slug, search=q[:200]) if slug else ()
    counts = {one: sum(entry.scope == one for entry in found) for one in _SCOPES}
    chosen = sorted((entry for entry in found if not scope or entry.scope == scope), key=lambda entry: entry.written.casefold())
    begin = max(0, begin)
    return screen(
        request, "lexicon.html", entries=chosen[begin : begin + _PAGE], total=len(chosen), all=len(found), counts=counts, slug=slug, q=q, scope=scope,
        onward=begin + _PAGE if len(chosen) > begin + _PAGE else 0, begin=begin,
    )  # fmt: skip


@router.get("/lexicon/entry", permission=Permission.EDIT)
def entry(
    request: Request, actor: Signed, show: str = "", written: str = "", scope: Annotated[str, Query(pattern="^(newsroom|show|article|)$")] = "", article: str = ""
) -> Response:
    """Show the form of an entry, filled where there is such a one."""
    slug = chosen_show(request, show)
    found = (
        next((one for one in desk_of(request).entries(actor, slug) if one.written == written and one.scope == scope and one.article == article), None) if slug else None
    )
    asked = Asked(show=slug, scope=scope or "newsroom", article=article, written=written)
    if found:
        spoken = "" if found.protects else found.spoken
        asked = Asked(
            show=slug, scope=found.scope, article=found.article, written=found.written, spoken=spoken, case=found.case, whole=found.whole, reason=found.reason,
            protects=found.protects, was=found.spoken,
        )  # fmt: skip
    return _form(request, asked, is_new=found is None)


def asked_for(
    show: Word, scope: Word = "newsroom", article: Short = "", written: Word = "", spoken: Short = "", sentence: Annotated[str, Form(max_length=1000)] = "",
    case: Word = "", whole: Word = "", reason: Short = "", protects: Word = "",
    was: Short = "",
) -> Asked:  # fmt: skip
    """Read the form of an entry."""
    return Asked(
        show=show, scope=scope, article=article.strip(), written=written, spoken=spoken, sentence=sentence, case=bool(case), whole=bool(whole), reason=reason,
        protects=bool(protects), was=was,
    )  # fmt: skip


Filled = Annotated[Asked, Depends(asked_for)]


@router.post("/lexicon/try", permission=Permission.EDIT)
def tried(request: Request, actor: Signed, asked: Filled) -> Response:
    """Let an entry be heard, and tell what it would change. Nothing is saved."""
    limited(request, "preview", actor)
    try:
        wanted = asked.entry
        heard = _heard(request, actor, asked)
        changed = desk_of(request).impact(actor, asked.show, asked.scope, wanted, article=asked.article)
    except AudiopubError as error:
        return screen(request, "_tried.html", status=422, problem=sentence_of(request, error), heard=None, changed=None, asked=asked)
    return screen(request, "_tried.html", problem="", heard=heard, changed=changed, asked=asked)


@router.post("/lexicon/hear", permission=Permission.EDIT)
def hear(request: Request, actor: Signed, show: Word, written: Word, spoken: Short) -> Response:
    """Let one word of the table be heard."""
    limited(request, "preview", actor)
    asked = Asked(show=show, written=written, spoken=spoken, protects=spoken == "=")
    return screen(request, "_sound.html", heard=_heard(request, actor, asked))


def _heard(request: Request, actor: Actor, asked: Asked) -> Preview:
    text = asked.sentence.strip() or asked.written
    say = "=" if asked.protects else asked.spoken
    return desk_of(request).preview(actor, text, show=asked.show, article=asked.article if asked.scope == "article" else "", word=asked.written, say=say)


@router.post("/lexicon/save", permission=Permission.EDIT)
def save(request: Request, actor: Signed, asked: Filled) -> Response:
    """Save an entry, unless there is by now another one in its place than the form showed."""
    desk = desk_of(request)
    try:
        entry = asked.entry
        present = next((one for one in desk.entries(actor, asked.show) if (one.written, one.scope) == (entry.written, asked.scope)), None)
        if asked.scope != "article" and present is not None and present.spoken not in {asked.was, entry.spoken}:
            asked = replace(asked, was=present.spoken)
            raise Outdated("desk.lex_changed", spoken=present.spoken, author=present.author or "—")
        desk.save_entry(actor, asked.show, asked.scope, entry, article=asked.article)
    except AudiopubError as error:
        return _form(request, asked, is_new=True, error=error)
    return onward(request, f"/desk/lexicon?show={asked.show}", told="desk.lex_saved")


@router.get("/lexicon/remove", permission=Permission.EDIT)
def leaving(request: Request, actor: Signed, show: str, written: str, scope: str, article: str = "") -> Response:
    """Tell what taking an entry out would change, before it is done."""
    asked = Asked(show=show, scope=scope, written=written, article=article)
    changed = desk_of(request).impact(actor, show, scope, None, written=written, article=article)
    return screen(request, "lexicon_remove.html", asked=asked, changed=changed, problem="")


@router.post("/lexicon/remove", permission=Permission.EDIT)
def remove(request: Request, actor: Signed, show: Word, written: Word, scope: Word, article: Short = "") -> Response:
    """Take an entry out."""
    try:
        desk_of(request).remove_entry(actor, show, scope, written, article=article)
    except AudiopubError as error:
        asked = Asked(show=show, scope=scope, written=written, article=article)
        return screen(request, "lexicon_remove.html", status=422, asked=asked, changed=Impact(sentences=0, episodes=0, examples=()), problem=sentence_of(request, error))
    return onward(request, f"/desk/lexicon?show={show}", told="desk.lex_removed")


@router.get("/lexicon/export", permission=Permission.READ)
def exported(request: Request, actor: Signed, show: str, scope: str = "newsroom", form: str = "csv") -> Response:
    """Give a lexicon as a file."""
    body = desk_of(request).exported(actor, show, scope, form)
    name = f"{show if scope == 'show' else 'newsroom'}.{form}"
    return Response(body, media_type=_TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/lexicon/import", permission=Permission.EDIT)
def taking(request: Request, show: str = "") -> Response:
    """Ask for a lexicon."""
    return _import(request, chosen_show(request, show))


@router.post("/lexicon/import", permission=Permission.EDIT)
def imported(
    request: Request, actor: Signed, show: Word, scope: Word = "newsroom",
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=_LARGEST)] = "",
    form: Annotated[str, Form(max_length=8)] = "csv",
    sure: Annotated[str, Form(max_length=8)] = "",
) -> Response:  # fmt: skip
    """Look through a lexicon; take it in where that was done and somebody is sure."""
    desk = desk_of(request)
    body = file.file.read(_LARGEST + 1) if file and file.filename else text.encode()
    if file and file.filename:
        form = file.filename.rpartition(".")[2].lower()
    try:
        if not body.strip() or len(body) > _LARGEST:
            raise BadInput("desk.lex_no_file")
        count = desk.imported(actor, show, scope, form, body, dry=not sure)
        kept = body.decode()
    except UnicodeDecodeError:
        return _import(request, show, scope, error=BadInput("desk.lex_no_utf8"))
    except AudiopubError as error:
        return _import(request, show, scope, error=error)
    if sure:
        return onward(request, f"/desk/lexicon?show={show}", told="desk.lex_taken")
    return _import(request, show, scope, count=count, text=kept, form=form)


@router.get("/lexicon/history", permission=Permission.READ)
def changes(request: Request, actor: Signed, show: str = "", before: int = 0) -> Response:
    """Tell who changed what in the lexicon, newest first."""
    slug = chosen_show(request, show)
    lines = desk_of(request).audit(actor, acts="lexicon_", before=bounded(before), limit=_PAGE + 1)
    told = [(line, act_of(request, line)) for line in lines[:_PAGE] if line.show == slug or line.details.get("scope") == "newsroom"]
    onward = lines[_PAGE - 1].number if len(lines) > _PAGE else 0
    return screen(request, "lexicon_history.html", told=told, slug=slug, onward=onward, first=bool(before))


def _form(request: Request, asked: Asked, *, is_new: bool, error: AudiopubError | None = None) -> Response:
    return screen(request, "lexicon_entry.html", status=422 if error else 200, asked=asked, is_new=is_new, problem=sentence_of(request, error))


def _import(request: Request, slug: str, scope: str = "newsroom", *, error: AudiopubError | None = None, count: int = 0, text: str = "", form: str = "") -> Response:
    return screen(
        request, "lexicon_import.html", status=422 if error else 200, slug=slug, scope=scope, count=count, text=text, form=form, problem=sentence_of(request, error)
    )
