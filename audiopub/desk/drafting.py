"""Articles that come to the desk, and what editors change in them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from html import escape

from audiopub.article import Article, check, looks_like_markup, text_prints
from audiopub.bootstrap import worker
from audiopub.desk.amending import TRIES, WAITS, Amending
from audiopub.desk.model import View, name_of, split_name
from audiopub.desk.tools import VIETNAM, Located, Tools
from audiopub.editing import Draft, Origin, OriginKind, drafted, one_line
from audiopub.errors import BadInput, ConfigInvalid, NotFound, Outdated
from audiopub.jobs import Kind
from audiopub.people import Actor, Permission
from audiopub.pipeline import gone_over, identity_of
from audiopub.pipeline.edits import applied
from audiopub.publish.archive import kept_page
from audiopub.publish.model import Episode
from audiopub.source import Page, PageForm
from audiopub.source.address import is_web

_LONGEST_NAME = 80
_LEFT = 20
"""Newer pages that were looked at and left, which are remembered."""


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


class Drafting(Amending):
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
        known = (article.canonical_url or "", page.identity)
        if not submission.source_id and (twin := tools.drafts.twin(submission.show, known, text_prints(article))) not in {"", identity}:
            return self.view(actor, name_of(submission.show, twin)), False  # the newsroom's system sent it under its own number
        title = one_line(submission.title)
        origin = Origin(kind=kind, name=page.url or page.name, identity=page.identity, page=tools.inbox.put(page), source_id=submission.source_id, title=title)
        present = studio.catalog.find(submission.show, identity)
        draft = replace(self._laid(submission.show, identity, origin, article, present), accepted=tuple(sorted(submission.accept)))
        new = tools.drafts.add(draft, actor.name)
        if new:
            tools.said(actor, "submitted", draft, source=origin.name, title=draft.title)
        else:
            self._again(actor, draft)
        return self.view(actor, name_of_draft(draft)), new

    def _laid(self, show: str, identity: str, origin: Origin, article: Article, present: Episode | None) -> Draft:
        """Lay an article on the desk with what people set right in its episode before, and under the title that they gave it."""
        edits = present.edits if present else ()
        made = replace(drafted(show, identity, origin, applied(article, edits), self._day(article, present)), edits=len(edits))
        return replace(made, title=present.own_title) if present and present.own_title and not origin.title else made

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
        name = one_line(submission.source_id or submission.title) or "—"
        return Page(body=submission.body, name=name[:_LONGEST_NAME], identity=f"{kind}:{mark}", form=PageForm.HTML if is_html else PageForm.TEXT), kind

    def _read(self, page: Page, submission: Submission) -> Article:
        _, studio = self._tools.shows.get(submission.show, patient=False)
        article = studio.read(page)
        if one_line(submission.title):
            article = replace(article, title=one_line(submission.title))
        check(article, page.name, submission.accept)
        return article  # without the doubts: they are gone over anew whenever it is changed

    def _day(self, article: Article, present: Episode | None) -> date:
        if present is not None:
            return date.fromisoformat(present.day) if present.day else present.published.astimezone(VIETNAM).date()
        now = self._tools.now()
        return min(article.published or now, now).astimezone(VIETNAM).date()

    def _again(self, actor: Actor, fresh: Draft) -> None:
        """Take over, or put beside it, what comes again of an article that is on the desk already."""
        for _ in range(TRIES):
            kept = self._tools.drafts.get(fresh.show, fresh.id)
            if kept is None or _is_known(kept.draft, fresh):
                return
            if kept.draft.hand_edited:
                origin = replace(kept.draft.origin, title=fresh.origin.title or kept.draft.origin.title)
                changed, act = replace(kept.draft, waiting=fresh.origin.page, origin=origin, version=kept.draft.version + 1), WAITS
            else:
                changed, act = kept.draft.taken_over(fresh), "newer_taken"
            if self._tools.drafts.replace(changed, kept.draft.version, act, actor.name):
                self._tools.said(actor, act, changed, source=fresh.origin.name)
                return
        raise Outdated("draft.outdated", present="", yours="")  # whoever sent it sends it again

    def open_draft(self, actor: Actor, name: str) -> View:
        """Take a published episode to the desk, to correct it.

        One that is there already is given as it is, unless nobody edited it and listeners were given a newer page since.

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
        elif located.episode is not None and not located.kept.draft.hand_edited and located.kept.changed < located.episode.updated.timestamp() * 1000:
            self._follow(actor, located, located.kept.draft, located.episode)
        return self.view(actor, name)

    def _follow(self, actor: Actor, located: Located, draft: Draft, episode: Episode) -> None:
        """Let a draft that nobody edited be what listeners have by now, where a night brought them a newer page since."""
        page = None if episode.parts else kept_page(episode, self._tools.archive)
        if page is None or page.form is PageForm.ARTICLE or self._tools.inbox.put(page) == draft.origin.page:
            return
        changed = draft.taken_over(self._of_episode(located, episode))
        if self._tools.drafts.replace(changed, draft.version, "newer_taken", actor.name):
            self._tools.said(actor, "newer_taken", changed, source=page.name)

    def _of_episode(self, located: Located, episode: Episode) -> Draft:
        if episode.parts:
            raise BadInput("act.is_bulletin", title=episode.title)
        tools = self._tools
        page = kept_page(episode, tools.archive)
        if page is None:
            raise BadInput("act.no_page", title=episode.title)
        _, studio = tools.shows.get(located.show, patient=False)
        beside = gone_over(page)
        article = applied(studio.read(page), episode.edits[beside.edits :])
        origin = Origin(kind=OriginKind.EPISODE, name=page.url or page.name, identity=page.identity, page=tools.inbox.put(page))
        made = drafted(located.show, located.id, origin, article, self._day(article, episode))
        title = episode.own_title or made.title
        return replace(made, title=title, edits=len(episode.edits), manner=beside.manner, hand_edited=beside.hand_edited, prints=beside.prints)

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
        changed = replace(draft, waiting="", left=(*draft.left, draft.waiting)[-_LEFT:], version=draft.version + 1) if keep else draft.taken_over(self._waiting(draft))
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
        return self._laid(draft.show, draft.id, replace(draft.origin, page=draft.waiting), article, self._tools.catalog.find(draft.show, draft.id))

    def source(self, actor: Actor, name: str) -> str:
        """Give the page that a draft was read from as HTML without anything that a browser would run, fetch or follow.

        Raises:
            BadInput: it is no longer kept, or costs too much to be looked through.
        """
        actor.must(Permission.READ)
        draft = self._tools.locate(name).draft
        page = self._tools.inbox.get(draft.origin.page)
        if page.form is PageForm.ARTICLE:  # a person's own work, taken to the desk again
            return "".join(f"<p>{escape(block.text)}</p>" for block in draft.found.blocks)
        return worker(self._tools.settings.rules.resolve()).shown(page)

    def discard(self, actor: Actor, name: str, *, version: int | None = None) -> None:
        """Take a draft off the desk; what is published stays.

        Args:
            actor: who does it.
            name: which one.
            version: of the draft, as it was seen; None for any.

        Raises:
            NotFound: it is not there.
            BadInput: it is being published just now.
            Outdated: somebody changed it since it was seen.
        """
        actor.must(Permission.EDIT)
        show, episode_id = split_name(name)
        try:
            located = self._tools.locate(name)
        except ConfigInvalid:  # its record is damaged: that must not keep it on the desk for ever
            job, title, here = "", name, Located(show, episode_id, None, None)
        else:
            if version not in {None, located.draft.version}:
                raise Outdated("draft.changed_since", title=located.title)
            job, title, here = self._left(located), located.draft.title, located
        if self._tools.drafts.remove(show, episode_id, version):
            self._tools.said(actor, "discarded", here, title=title, job=job)
        elif self._tools.drafts.get(show, episode_id) is not None:
            raise Outdated("draft.changed_since", title=title)

    def _left(self, located: Located) -> str:
        """See that nothing is about to be published of a draft, and take back what is about to be heard; give that job's id."""
        job = self._tools.jobs.get(located.kept.job) if located.kept and located.kept.job else None
        if job is None or job.is_over:
            return ""
        if job.order.kind is not Kind.PROOF:
            raise BadInput("draft.under_way", title=located.title)
        self._tools.jobs.cancel(job.id)
        return job.id


def _is_known(present: Draft, fresh: Draft) -> bool:
    """Tell whether what comes again is on the desk or waits there already, under the title that comes with it."""
    return fresh.origin.page in (present.origin.page, present.waiting, *present.left) and fresh.origin.title in ("", present.origin.title)


def name_of_draft(draft: Draft) -> str:
    """Give a draft's name."""
    return f"{draft.show}-{draft.id}" if draft.show else draft.id
