"""Articles that come to the desk, and what editors change in them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from audiopub.article import Article, BlockKind, check, looks_like_markup, text_prints
from audiopub.desk.model import View
from audiopub.desk.tools import VIETNAM, Located, Tools
from audiopub.desk.viewing import Views
from audiopub.editing import Draft, Manner, Origin, OriginKind, drafted
from audiopub.errors import BadInput, NotFound, Outdated
from audiopub.people import Actor, Permission
from audiopub.pipeline import identity_of
from audiopub.pipeline.edits import applied
from audiopub.publish.archive import kept_page
from audiopub.publish.model import Episode
from audiopub.source import Page, PageForm
from audiopub.source.address import is_web

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An article that comes to the desk: by address, or with its words."""

    show: str
    url: str = ""
    body: bytes = b""
    """HTML or plain text; which, is found out."""

    is_html: bool | None = None
    """None to find out."""

    title: str = ""
    source_id: str = ""
    accept: frozenset[str] = frozenset()


class Drafting(Views):
    """What is done to drafts."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        super().__init__(tools)
        self._tools = tools

    def submit(self, actor: Actor, submission: Submission) -> tuple[View, bool]:
        """Take an article to the desk; tell whether it is new there.

        The same one again is found. One that changed since takes the place of what is on the desk, or, where a person edited that, waits beside it.

        Raises:
            BadInput: it is no article that may be published, for a reason that may be one to accept; or nothing was given.
            FetchFailed: its address could not be had.
        """
        actor.must(Permission.EDIT)
        tools = self._tools
        _, studio = tools.shows.get(submission.show, patient=False)
        page, kind = self._page(submission)
        article = self._read(page, submission)
        identity = identity_of(studio, article, page, submission.source_id or None, text_prints(article))
        title = " ".join(submission.title.split())
        origin = Origin(kind=kind, name=page.url or page.name, identity=page.identity, page=tools.inbox.put(page), source_id=submission.source_id, title=title)
        present = studio.catalog.find(submission.show, identity)
        if present is not None:
            article = applied(article, present.edits)
        draft = replace(drafted(submission.show, identity, origin, article, self._day(article, present)), accepted=tuple(sorted(submission.accept)))
        new = tools.drafts.add(draft, actor.name)
        if new:
            tools.said(actor, "submitted", draft, source=origin.name, title=draft.title)
        else:
            self._again(actor, draft)
        return self.view(actor, name_of_draft(draft)), new

    def _page(self, submission: Submission) -> tuple[Page, OriginKind]:
        if submission.url:
            if not is_web(submission.url):
                raise BadInput("source.bad_scheme", source=submission.url)
            return self._tools.sources.page(submission.url), OriginKind.ADDRESS
        if not submission.body.strip():
            raise BadInput("draft.nothing_given")
        kind = OriginKind.CMS if submission.source_id else OriginKind.PASTED
        is_html = looks_like_markup(submission.body[:200_000].decode("utf-8", "replace")) if submission.is_html is None else submission.is_html
        mark = submission.source_id or hashlib.sha256(submission.body).hexdigest()
        name = submission.source_id or submission.title or "—"
        return Page(body=submission.body, name=name[:_LONGEST_NAME], identity=f"{kind}:{mark}", form=PageForm.HTML if is_html else PageForm.TEXT), kind

    def _read(self, page: Page, submission: Submission) -> Article:
        _, studio = self._tools.shows.get(submission.show, patient=False)
        article = studio.read(page)
        if submission.title.strip():
            article = replace(article, title=" ".join(submission.title.split()))
        return check(article, page.name, submission.accept)

    def _day(self, article: Article, present: Episode | None) -> date:
        if present is not None:
            return date.fromisoformat(present.day) if present.day else present.published.astimezone(VIETNAM).date()
        now = self._tools.now()
        return min(article.published or now, now).astimezone(VIETNAM).date()

    def _again(self, actor: Actor, fresh: Draft) -> None:
        """Take over, or put beside it, what comes again of an article that is on the desk already."""
        kept = self._tools.drafts.get(fresh.show, fresh.id)
        if kept is None or fresh.origin.page in (kept.draft.origin.page, kept.draft.waiting):
            return
        if kept.draft.hand_edited:
            changed, act = replace(kept.draft, waiting=fresh.origin.page, version=kept.draft.version + 1), "newer_waits"
        else:
            changed, act = self._taken_over(kept.draft, fresh), "newer_taken"
        if self._tools.drafts.replace(changed, kept.draft.version, act, actor.name):
            self._tools.said(actor, act, changed, source=fresh.origin.name)

    @staticmethod
    def _taken_over(present: Draft, fresh: Draft) -> Draft:
        return replace(fresh, version=present.version + 1, manner=present.manner, day=present.day, accepted=tuple(sorted({*present.accepted, *fresh.accepted})))

    def open_draft(self, actor: Actor, name: str) -> View:
        """Take a published episode to the desk, to correct it; one that is there already is given as it is.

        Raises:
            NotFound: there is none.
            BadInput: it is a bulletin, or the page that it was made of is not kept.
        """
        actor.must(Permission.EDIT)
        located = self._tools.locate(name)
        if located.kept is None:
            draft = self._of_episode(located, located.published)
            if self._tools.drafts.add(draft, actor.name):
                self._tools.said(actor, "opened", draft)
        return self.view(actor, name)

    def _of_episode(self, located: Located, episode: Episode) -> Draft:
        if episode.parts:
            raise BadInput("act.is_bulletin", title=episode.title)
        tools = self._tools
        page = kept_page(episode, tools.archive)
        if page is None:
            raise BadInput("act.no_page", title=episode.title)
        _, studio = tools.shows.get(located.show, patient=False)
        article = applied(studio.read(page), episode.edits)
        origin = Origin(kind=OriginKind.EPISODE, name=page.url or page.name, identity=page.identity, page=tools.inbox.put(page))
        made = drafted(located.show, located.id, origin, article, self._day(article, episode))
        return replace(made, title=episode.own_title or made.title, hand_edited=page.form is PageForm.ARTICLE)

    def edit(self, actor: Actor, name: str, act: str, values: Mapping[str, Any], *, version: int | None) -> View:
        """Change a draft.

        Args:
            actor: who does it.
            name: which one.
            act: ``include`` (block, included), ``rekind`` (block, kind), ``rewrite`` (block, text), ``split`` (block, at), ``merge`` (block),
                ``retitle`` (title, lead), ``manner`` (voice, speed, jingle), ``day`` (day), ``accept`` (codes).
            values: what the act takes.
            version: of a block's act, that of the block as its editor saw it; of the others, the draft's; None to change it whatever others did.

        Raises:
            Outdated: somebody changed the same since; details ``present`` and ``yours`` have both.
            BadInput: it cannot be done.
            NotFound: there is no such draft.
        """
        actor.must(Permission.EDIT)
        change = _ACTS.get(act)
        if change is None:
            raise BadInput("draft.no_act", act=act)
        for _ in range(_TRIES):
            draft = self._tools.locate(name).draft
            _see(draft, act, values, version)
            changed = change(draft, values)
            if changed.blocks == draft.blocks and replace(changed, version=draft.version) == draft:
                return self.view(actor, name)
            if self._tools.drafts.replace(changed, draft.version, act, actor.name):
                self._tools.said(actor, f"edit_{act}", draft, **{key: str(value)[:300] for key, value in values.items()})
                return self.view(actor, name)
        raise Outdated("draft.outdated", present="", yours="")

    def undo(self, actor: Actor, name: str, *, version: int) -> View:
        """Bring back how a draft was before its last change; what was undone can be brought back the same way.

        Raises:
            Outdated: somebody changed it since.
            NotFound: there is nothing before.
        """
        actor.must(Permission.EDIT)
        draft = self._tools.locate(name).draft
        if draft.version != version:
            raise Outdated("draft.outdated", present=draft.title, yours="")
        before = self._tools.drafts.former(draft.show, draft.id, version - 1)
        if before is None:
            raise NotFound("draft.nothing_to_undo")
        back = replace(before, version=version + 1, made=max(before.made, draft.made), blocks=_renewed(before, draft, version + 1))
        if not self._tools.drafts.replace(back, version, "undo", actor.name):
            raise Outdated("draft.outdated", present=draft.title, yours="")
        self._tools.said(actor, "edit_undo", draft)
        return self.view(actor, name)

    def newer(self, actor: Actor, name: str) -> tuple[str, ...]:
        """Give the paragraphs of the newer page that waits, title first; nothing where none does."""
        actor.must(Permission.READ)
        draft = self._tools.locate(name).draft
        if not draft.waiting:
            return ()
        fresh = self._waiting(draft)
        return (fresh.title, *(block.text for block in fresh.blocks if block.included))

    def take_waiting(self, actor: Actor, name: str, *, version: int, keep: bool = False) -> View:
        """Let the newer page replace the draft's text, or (``keep``) stay with the draft and forget the newer page.

        Raises:
            Outdated: somebody changed it since.
            NotFound: nothing waits.
        """
        actor.must(Permission.EDIT)
        draft = self._tools.locate(name).draft
        if not draft.waiting:
            raise NotFound("draft.nothing_waits", title=draft.title)
        changed = replace(draft, waiting="", version=draft.version + 1) if keep else self._taken_over(draft, self._waiting(draft))
        if draft.version != version or not self._tools.drafts.replace(changed, version, "newer_taken", actor.name):
            raise Outdated("draft.outdated", present=draft.title, yours="")
        self._tools.said(actor, "newer_left" if keep else "newer_taken", draft)
        return self.view(actor, name)

    def _waiting(self, draft: Draft) -> Draft:
        page = self._tools.inbox.get(draft.waiting)
        _, studio = self._tools.shows.get(draft.show, patient=False)
        article = studio.read(page)
        if draft.origin.title:
            article = replace(article, title=draft.origin.title)
        return drafted(draft.show, draft.id, replace(draft.origin, page=draft.waiting), article, draft.day)

    def source(self, actor: Actor, name: str) -> Page:
        """Give the page that a draft was read from, as it came: show it to nobody but in a sandbox."""
        actor.must(Permission.READ)
        return self._tools.inbox.get(self._tools.locate(name).draft.origin.page)

    def discard(self, actor: Actor, name: str) -> None:
        """Take a draft off the desk; what is published stays.

        Raises:
            NotFound: it is not there.
        """
        actor.must(Permission.EDIT)
        draft = self._tools.locate(name).draft
        if self._tools.drafts.remove(draft.show, draft.id):
            self._tools.said(actor, "discarded", draft, title=draft.title)


_TRIES = 20
"""Times that a change is made anew since others changed other blocks meanwhile."""

_BLOCK_ACTS = frozenset({"include", "rekind", "rewrite", "split", "merge"})


def _see(draft: Draft, act: str, values: Mapping[str, Any], version: int | None) -> None:
    """See that nobody changed what is about to be changed."""
    if version is None:
        return
    if act in _BLOCK_ACTS:
        block = next((block for block in draft.blocks if block.id == values["block"]), None)
        if block is None or block.version > version:
            raise Outdated("draft.outdated", present=block.text if block else "", yours=str(values.get("text", "")), version=block.version if block else draft.version)
    elif draft.version != version:
        raise Outdated("draft.outdated", present=f"{draft.title}\n{draft.lead}", yours="\n".join(str(value) for value in values.values()), version=draft.version)


def _renewed(before: Draft, draft: Draft, version: int) -> tuple[Any, ...]:
    """Give the blocks as they were, those that differ from the present ones as changed now."""
    present = {block.id: replace(block, version=0) for block in draft.blocks}
    return tuple(block if present.get(block.id) == replace(block, version=0) else replace(block, version=version) for block in before.blocks)


def _kind(text: str) -> BlockKind:
    try:
        return BlockKind(text)
    except ValueError as error:
        raise BadInput("draft.no_kind", kind=text[:40], known=", ".join(BlockKind)) from error


def _manner(values: Mapping[str, Any]) -> Manner:
    speed = float(values.get("speed") or 0)
    if speed and not _SLOWEST <= speed <= _FASTEST:
        raise BadInput("draft.bad_speed", speed=speed)
    return Manner(voice=str(values.get("voice") or ""), speed=0.0 if speed == 1 else speed, jingle=bool(values.get("jingle", True)))


_SLOWEST, _FASTEST = 0.5, 2.0

_ACTS: Mapping[str, Callable[[Draft, Mapping[str, Any]], Draft]] = {
    "include": lambda draft, values: draft.include(values["block"], bool(values["included"])),
    "rekind": lambda draft, values: draft.rekind(values["block"], _kind(values["kind"])),
    "rewrite": lambda draft, values: draft.rewrite(values["block"], values["text"]),
    "split": lambda draft, values: draft.split(values["block"], int(values["at"])),
    "merge": lambda draft, values: draft.merge(values["block"]),
    "retitle": lambda draft, values: draft.retitle(values["title"], values.get("lead", "")),
    "manner": lambda draft, values: draft.in_manner(_manner(values)),
    "day": lambda draft, values: draft.dated(date.fromisoformat(str(values["day"]))),
    "accept": lambda draft, values: replace(draft, accepted=tuple(sorted({*draft.accepted, *values["codes"]})), version=draft.version + 1),
}


def name_of_draft(draft: Draft) -> str:
    """Give a draft's name."""
    return f"{draft.show}-{draft.id}" if draft.show else draft.id



