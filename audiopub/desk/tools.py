"""What all use cases of the desk need, and the questions that several of them ask."""

import contextlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from audiopub.adapters.sql.audit import SqlAudit
from audiopub.adapters.sql.drafts import KeptDraft, SqlDrafts
from audiopub.adapters.sql.feeds import SqlFeeds
from audiopub.adapters.sql.proofs import SqlProofs
from audiopub.bootstrap import archive, catalog, database
from audiopub.config import Settings
from audiopub.desk.model import name_of, split_name
from audiopub.desk.webhooks import Webhooks
from audiopub.editing import Draft
from audiopub.errors import BadInput, ConfigInvalid, NotFound
from audiopub.jobs.store import JobStore
from audiopub.jobs.webhook import AFTER_ACT, Event
from audiopub.people import Actor
from audiopub.pipeline import Prepared, Studio, Wish, page_of, prepare
from audiopub.publish.catalog import ReadableCatalog
from audiopub.publish.model import Episode, State
from audiopub.publish.store import Store
from audiopub.source import Page
from audiopub.sources import Sources
from audiopub.workshop.inbox import Inbox
from audiopub.workshop.service import store_of
from audiopub.workshop.shows import Shows

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_KEPT = 64
"""Scripts that are kept: a page of the desk asks for one several times."""


@dataclass(frozen=True, slots=True)
class Located:
    """An article: on the desk, published, or both."""

    show: str
    id: str
    kept: KeptDraft | None
    episode: Episode | None

    @property
    def draft(self) -> Draft:
        """Give the draft.

        Raises:
            NotFound: it is not on the desk.
        """
        if self.kept is None:
            raise NotFound("draft.not_on_desk", title=self.title)
        return self.kept.draft

    @property
    def published(self) -> Episode:
        """Give the episode.

        Raises:
            NotFound: nothing was published of it.
        """
        if self.episode is None:
            raise NotFound("act.not_published", title=self.title)
        return self.episode

    @property
    def title(self) -> str:
        """Give what people call it."""
        return self.kept.draft.title if self.kept else self.episode.title if self.episode else self.id


class Scripts:
    """The scripts that were composed last."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, Prepared] = OrderedDict()

    def get(self, key: object, compose: Callable[[], Prepared]) -> Prepared:
        """Give a script, composed where it is not known."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = compose()
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """An installation, as the desk uses it."""

    settings: Settings
    shows: Shows
    sources: Sources
    inbox: Inbox
    drafts: SqlDrafts
    proofs: SqlProofs
    jobs: JobStore
    feeds: SqlFeeds
    catalog: ReadableCatalog
    archive: Store
    audit: SqlAudit
    now: Callable[[], datetime]
    webhooks: Webhooks
    scripts: Scripts = field(default_factory=Scripts)

    @classmethod
    def of(cls, settings: Settings, now: Callable[[], datetime]) -> "Tools":
        """Put them together."""
        found = database(settings)
        audit = SqlAudit(found)

        def written(actor: Actor, act: str, details: Mapping[str, Any]) -> None:
            audit.write(actor, act, details=details)

        return cls(
            settings=settings, shows=Shows(settings), sources=Sources(settings, bytes), inbox=Inbox(archive(settings)), drafts=SqlDrafts(found), proofs=SqlProofs(found),
            jobs=store_of(settings), feeds=SqlFeeds(found), catalog=catalog(settings), archive=archive(settings), audit=audit, now=now,
            webhooks=Webhooks(settings, said=written),
        )  # fmt: skip

    def locate(self, name: str) -> Located:
        """Find an article.

        Raises:
            NotFound: there is none of that name.
        """
        show, episode_id = split_name(name)
        if show not in self.shows.slugs() or name != name_of(show, episode_id):
            raise NotFound("draft.not_found", name=name[:100])
        kept, episode = self.drafts.get(show, episode_id), self.catalog.find(show, episode_id)
        if kept is None and episode is None:
            raise NotFound("draft.not_found", name=name[:100])
        return Located(show, episode_id, kept, episode)

    def studio(self, draft: Draft) -> Studio:
        """Give the studio in which a draft is made."""
        return self.shows.get(draft.show, patient=False, manner=draft.manner)[1]

    def prepared(self, draft: Draft) -> Prepared:
        """Compose a draft's script, as its job will.

        Raises:
            BadInput: it is no article that may be published; its codes may be accepted.
        """
        present = self.catalog.find(draft.show, draft.id)
        # The whole draft, since one that was taken off the desk and comes again begins with the first version again.
        return self.scripts.get((draft, present.stamp if present else "", self.shows.stamp()), lambda: self._prepared(draft))

    def _prepared(self, draft: Draft) -> Prepared:
        return prepare(self.studio(draft), page_of(draft), now=self.now(), wish=self.wish(draft), progress=_quiet)

    def page(self, draft: Draft) -> Page:
        """Give the page that a draft's episode is made of: the newspaper's own where no person went over it, so that nights find it unchanged."""
        if not draft.hand_edited and not draft.manner.is_own:
            with contextlib.suppress(BadInput):  # gone after some months
                return self.inbox.get(draft.origin.page)
        return page_of(draft)

    def wish(self, draft: Draft, by: str = "") -> Wish:
        """Give what a job for a draft is to do."""
        present = self.catalog.find(draft.show, draft.id)
        own_title = draft.hand_edited or draft.origin.title or (present is not None and present.own_title)
        return Wish(
            identity=draft.id, episode=draft.id if present else None, title=draft.title if own_title else None, source_id=draft.origin.source_id or None, day=draft.day,
            accept=frozenset(draft.accepted), pin=draft.hand_edited or draft.manner.is_own, by=by,
        )  # fmt: skip

    def said(self, actor: Actor, act: str, located: Located | Draft, **details: Any) -> None:
        """Write down who did what, and have those told who want to be."""
        self.audit.write(actor, act, show=located.show, episode=located.id, details=details)
        if act in AFTER_ACT:
            self._announce(AFTER_ACT[act], located)

    def _announce(self, event: Event, located: Located | Draft) -> None:
        """Tell webhooks of an act that no job did; what jobs do is told by the worker."""
        episode = self.catalog.find(located.show, located.id)
        url = ""
        if episode is not None:
            channel = self.shows.get(located.show, patient=False)[1].channel
            url = channel.address_of(episode, episode.file(".html"))
        self.webhooks.announce(
            event, show=located.show, episode=located.id, title=episode.title if episode else located.title, revision=episode.revision if episode else 0, url=url
        )


def record_of(tools: Tools, episode: Episode) -> Mapping[str, Any] | None:
    """Read the record of what listeners have; None where they have nothing."""
    if episode.state is not State.PUBLISHED:
        return None
    _, studio = tools.shows.get(episode.show, patient=False)
    body = studio.store.get(studio.channel.key_of(episode, episode.file(".json")))
    return None if body is None else record_in(body, episode.id)


def record_in(body: bytes, name: str) -> Mapping[str, Any]:
    """Read a record that we wrote ourselves.

    Raises:
        ConfigInvalid: it is damaged.
    """
    try:
        return dict(json.loads(body))
    except (ValueError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path=name, reason=str(error)) from error


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""
