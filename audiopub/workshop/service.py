"""The worker of this machine, put together from settings."""

import contextlib
import logging
import os
import platform
import random
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from audiopub import __version__
from audiopub.adapters.files import locked
from audiopub.adapters.sql.batches import SqlBatches
from audiopub.adapters.sql.claims import SqlClaims
from audiopub.adapters.sql.drafts import SqlDrafts
from audiopub.adapters.sql.feeds import SqlFeeds
from audiopub.adapters.sql.fleet import SqlFleet
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.adapters.sql.proofs import SqlProofs
from audiopub.adapters.sql.webhooks import SqlWebhooks
from audiopub.adapters.webhook_post import WebhookPost
from audiopub.bootstrap import archive, catalog, counters, database, usable_cores
from audiopub.config import Settings, Show, find_show, read_show
from audiopub.errors import AudiopubError, ConfigInvalid
from audiopub.jobs import OPEN, Job, JobState, Kind, Order, Queue
from audiopub.jobs.runner import Runner
from audiopub.jobs.worker import TERM, Chore, Superseded, Worker
from audiopub.pipeline import Wish, overdue
from audiopub.source.address import is_web, tidied
from audiopub.sources import Sources
from audiopub.workshop.desk import Articles, Feeds, Tools, has_room
from audiopub.workshop.inbox import Inbox
from audiopub.workshop.night import Nights, night_id
from audiopub.workshop.plain import plain_wish
from audiopub.workshop.shows import Shows
from audiopub.workshop.sweeping import sweep_proofs
from audiopub.workshop.webhooks import Announcer, Sender, episodes_of

if TYPE_CHECKING:
    from audiopub.jobs.engine import Engine

_LOG = logging.getLogger("audiopub.jobs")

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_EDITORS = 3
"""Articles of editors that are made at a time, beside those of a night: one that waits for its voice does not keep the others."""

_SHARE = 20
"""While a night goes on, a feed is written when so many times as long as that took has passed, and at least so many seconds."""

_KEPT_DAYS = 90
"""For which jobs that have ended are kept, and their pages in the inbox."""

_KEPT_MESSAGES_DAYS = 30
"""For which messages to webhooks are kept."""

_LATEST = timedelta(hours=12)
"""After its time, within which a night is still begun: the machine was off."""

_REST = 60_000
"""Milliseconds after which a feed is tried again that could not be written."""

_LONG_REST = 600_000
"""Milliseconds after which an embargo is tried again whose time had come already when it was tried last."""

_LITTLE_PATIENCE = 5.0
_PATIENCE = 75.0
"""Seconds that a step may take to come to its end when a worker of its own is told to stop; a systemd unit gives it 90."""

BESIDE_WEB = 1.5
"""The same for one beside a web server, whose people wait for it to come back: what is cut off is begun again by the next, its finished sentences in the cache."""


class Desk(Articles, Feeds):
    """All steps, as the workflows call them."""

    def __init__(self, tools: Tools, nights: Nights) -> None:
        """Work with tools."""
        super().__init__(tools)
        self.awaited, self.listed, self.take_listed, self.close, self.report = nights.awaited, nights.listed, nights.take_listed, nights.close, nights.report


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a worker is to work."""

    slots: int | None = None
    """Articles of a night that are made at a time; None for one a core."""

    patience: float = _PATIENCE
    """Seconds that a step may take to come to its end when the worker is told to stop."""

    own_clock: Callable[[], datetime] = lambda: datetime.now(VIETNAM)


def store_of(settings: Settings) -> SqlJobStore:
    """Give where jobs are recorded."""
    return SqlJobStore(database(settings))


def submit_article(settings: Settings, show: Show, source: str, wish: Wish, *, by: str, now: datetime, standard_input: Callable[[], bytes]) -> tuple[Job, bool]:
    """Put an article into the editors' queue.

    What lies on this machine's disk, or comes from standard input, is read now: the worker may be elsewhere.

    Returns:
        The job, and whether it is new; the one that does the same already comes first from now on.

    Raises:
        BadInput: there is no such file.
    """
    said = plain_wish(wish)
    if not source.lower().startswith(("http://", "https://")):
        page = Sources(settings, standard_input).page(source)
        said["_page"] = said["page"] = Inbox(archive(settings)).put(page)  # of the key as well: other words in the same file are another wish
        source = page.identity if source == "-" else source
    order = Order(kind=Kind.RENDER, show=show.slug, queue=Queue.EDITOR, now=now, source=tidied(source) if is_web(source) else source, wish=said, by=by)
    return store_of(settings).submit(order, again=True)


def night_shows(settings: Settings, named: Sequence[str]) -> tuple[str, ...]:
    """Give the shows that a night is for: those named, else all that have sources or bulletins, those first whose articles the others tell.

    Raises:
        ConfigInvalid: there is no such show, its file cannot be used, or nothing is to be done for it.
    """
    asked = [find_show(settings.feeds, slug) for slug in dict.fromkeys(named)]
    found = asked or [read_show(path) for path in sorted(settings.feeds.glob("*.toml"))]
    busy = [show for show in found if has_night(show)]
    if not busy or (named and len(busy) < len(found)):
        idle = next((show for show in found if show not in busy), None)
        raise ConfigInvalid("config.missing_key", path=idle.path if idle else settings.feeds, key="sources", hint='sources = ["https://…"]')
    return tuple(show.slug for show in sorted(busy, key=lambda show: (show.file.bulletin is not None, show.slug)))


def has_night(show: Show) -> bool:
    """Tell whether there is anything to do for a show at night."""
    return bool(show.file.sources or show.file.bulletin)


def submit_night(settings: Settings, slug: str, date: str, now: datetime, wish: Mapping[str, object], *, by: str, again: bool | None = None) -> tuple[Job, bool]:
    """Put up the one night that a show has on a date; where it is there already, whoever began it, that one is given.

    Args:
        settings: where jobs are recorded.
        slug: of the show.
        date: ``2026-11-26``.
        now: the present moment, aware.
        wish: ``since`` and ``limit``, where they are wanted.
        by: who wants it; empty for nobody.
        again: whether one that has ended is done once more; None for one that left something undone.
    """
    store, name = store_of(settings), night_id(slug, date)
    if again is None:
        found = store.get(name)
        again = found is not None and (found.state is not JobState.DONE or bool(found.outcome.get("exit_code")))
    return store.submit(Order(kind=Kind.NIGHTLY, show=slug, queue=Queue.NIGHTS, now=now, source=date, wish=wish, by=by), job_id=name, again=again)


def machine() -> str:
    """Name this machine and its processes as the system counts them: two containers of one name do not see each other's."""
    marks = [platform.node()]
    with contextlib.suppress(OSError):
        marks.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8])
        marks.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    return "/".join(marks)


def workers_alive(settings: Settings) -> tuple[str, ...]:
    """Name the workers that would do a job now."""
    return SqlFleet(database(settings)).alive(TERM)


@contextmanager
def worker(settings: Settings, wishes: Wishes) -> Iterator[Worker]:
    """Launch this machine's worker, and let it stop in good order.

    Raises:
        TryAgain: another worker runs here on the same database file.
        ConfigInvalid: a setting cannot be used.
    """
    found = database(settings)
    with _only_one(settings, local=found.is_local), contextlib.ExitStack() as ending:
        from audiopub.jobs.engine import Engine  # noqa: PLC0415  it brings DBOS, which takes seconds to import
        from audiopub.jobs.workflows import workflows  # noqa: PLC0415

        name = f"{(settings.worker or platform.node() or 'worker')[:60]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
        store, fleet, tools = SqlJobStore(found), SqlFleet(found), tools_of(settings, wishes.own_clock)
        desk = Desk(tools, Nights(tools, archive(settings)))
        slots = wishes.slots or usable_cores()
        engine = Engine(
            engine_url(settings), name, workflows(Runner(store, name), desk), {Queue.EDITOR: _EDITORS, Queue.FEED: 1, Queue.NIGHTLY: slots, Queue.NIGHTS: 50},
            traces=settings.traces,
        )  # fmt: skip
        fleet.join(name, machine(), os.getpid(), __version__)
        ending.callback(fleet.leave, name)
        engine.launch()
        made = Worker(name, engine, store, fleet, chores(settings, tools, engine), alone=found.is_local, room=lambda: has_room(settings), host=machine())
        try:
            yield made
        except Superseded:
            raise  # its jobs are others' now
        except BaseException:
            made.stop(_LITTLE_PATIENCE)
            raise
        made.stop(wishes.patience)


@contextmanager
def in_background(settings: Settings, wishes: Wishes) -> Iterator[Worker]:
    """Be a worker in a thread of its own for a while. Where others take it for dead, the process ends: it must not go on as if it were alive.

    Raises:
        TryAgain: another worker runs here on the same database file.
        ConfigInvalid: a setting cannot be used.
    """
    stop = threading.Event()
    with worker(settings, wishes) as made:

        def work() -> None:
            try:
                made.work(stop.is_set)
            except Superseded:
                _LOG.error("%s is superseded", made.name)
                os._exit(75)

        thread = threading.Thread(target=work, name="worker", daemon=True)
        thread.start()
        try:
            yield made
        finally:
            stop.set()
            thread.join(TERM)


def tools_of(settings: Settings, now: Callable[[], datetime]) -> Tools:
    """Give what all steps need."""
    found = database(settings)
    return Tools(
        settings=settings, shows=Shows(settings), sources=Sources(settings, bytes), inbox=Inbox(archive(settings)), jobs=SqlJobStore(found),
        claims=SqlClaims(found), feeds=SqlFeeds(found), counters=counters(settings), proofs=SqlProofs(found), drafts=SqlDrafts(found), now=now,
    )  # fmt: skip


def engine_url(settings: Settings) -> str:
    """Give the address of the engine's own database: another file beside the catalog, or a schema of its own in the same Postgres."""
    found = database(settings)
    return f"sqlite:///{(settings.state / 'jobs.sqlite').resolve()}" if found.is_local else found.url


@contextmanager
def _only_one(settings: Settings, *, local: bool) -> Iterator[None]:
    """Make sure that no two engines work on one file: each would take the other's jobs for its own lost ones."""
    with locked(settings.state / "worker") if local else contextlib.nullcontext():
        yield


def chores(settings: Settings, tools: Tools, engine: "Engine") -> tuple[Chore, ...]:
    """Give what a worker does beside jobs: feeds that are behind, embargoes that have ended, old records."""
    hooks = SqlWebhooks(database(settings))
    return (
        Chore(name="feeds behind", every=1.0, work=lambda: _write_behind(tools, store_of(settings))),
        Chore(name="embargoes", every=20.0, work=lambda: _end_embargoes(tools)),
        Chore(name="nights", every=20.0, work=lambda: _begin_nights(settings, tools.now())),
        Chore(name="manifests", every=600.0, work=catalog(settings).catch_up),
        Chore(name="announcements", every=1.0, work=Announcer(hooks, tools.jobs, episodes_of(settings, tools.shows)).look),
        Chore(name="webhooks", every=1.0, work=Sender(hooks, WebhookPost(settings.allow_hosts), random.random).send),
        Chore(name="old records", every=6 * 3600.0, work=lambda: _forget(settings, tools, engine)),
    )


def _forget(settings: Settings, tools: Tools, engine: "Engine") -> None:
    """Let go what nobody asks for any more."""
    found, day = database(settings), 24 * 3600.0
    before = tools.jobs.clock() - int(_KEPT_DAYS * day * 1000)
    engine.forget(before)
    tools.jobs.forget(before)
    SqlFleet(found).forget(_KEPT_DAYS * day)
    tools.claims.forget(7 * day)
    old = tools.jobs.clock() - int(_KEPT_MESSAGES_DAYS * day * 1000)
    SqlWebhooks(found).forget(old)
    SqlBatches(found).forget(old)
    tools.inbox.sweep(tools.now() - timedelta(days=_KEPT_DAYS), tools.drafts.pages())
    sweep_proofs(tools, archive(settings))


def publish_order(slug: str, now: datetime) -> Order:
    """Give the order to write a show's feed."""
    return Order(kind=Kind.PUBLISH, show=slug, queue=Queue.FEED, now=now)


def is_idle(settings: Settings) -> bool:
    """Tell whether nothing is left to do, as far as it can be done now."""
    store, behind = store_of(settings), SqlFeeds(database(settings)).behind()
    return not store.jobs(states=OPEN, limit=1) and all(_failed_just_now(store, slug) for slug in behind)


def _failed_just_now(store: SqlJobStore, slug: str) -> bool:
    """Tell whether a feed could not be written a moment ago: a show file that is wrong is not right a second later."""
    last = store.get(publish_order(slug, datetime.now(VIETNAM)).key)
    return last is not None and last.state is JobState.FAILED and store.clock() - last.finished < _REST


def _write_behind(tools: Tools, store: SqlJobStore) -> None:
    """Have the feeds written that do not tell everything; while a night goes on, not after each of its articles."""
    for slug, (age, took) in tools.feeds.behind().items():
        nights = store.jobs(states=OPEN, kinds=(Kind.NIGHTLY,), show=slug, limit=1)
        if (not nights or age > _SHARE * max(took, 1.0)) and not _failed_just_now(store, slug) and not _is_about_to_be_written(store, slug):
            store.submit(publish_order(slug, tools.now()), again=True)


def _is_about_to_be_written(store: SqlJobStore, slug: str) -> bool:
    """Tell whether an editor's article is out and its feed the next that its own job does."""
    working = store.jobs(states=(JobState.RUNNING,), kinds=(Kind.RENDER,), show=slug)
    return any(job.stage == "publishing" and not job.order.parent for job in working)


def _begin_nights(settings: Settings, now: datetime) -> None:
    """Begin the nights whose time has come; one that somebody else began, or that is long past, is left alone."""
    here = now.astimezone(VIETNAM)
    if not settings.nightly_at:
        return
    hour, minute = map(int, settings.nightly_at.split(":"))
    today = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    for due in (today - timedelta(days=1), today):  # one of late evening may begin after midnight
        if due <= here < due + _LATEST:
            for slug in _shows_with_nights(settings):
                submit_night(settings, slug, f"{due:%Y-%m-%d}", here, {}, by="", again=False)


def _shows_with_nights(settings: Settings) -> Iterator[str]:
    """Name the shows that have anything to do at night; one whose file is broken keeps no other from it."""
    for path in sorted(settings.feeds.glob("*.toml")):
        try:
            show = read_show(path)
        except AudiopubError as error:
            _LOG.warning("%s: %s", path.stem, error)
            continue
        if has_night(show):
            yield show.slug


def _end_embargoes(tools: Tools) -> None:
    for slug in tools.shows.slugs():
        try:
            _, made = tools.shows.get(slug)
            due = overdue(made, tools.now())
        except AudiopubError as error:
            _LOG.warning("%s: %s", slug, error)
            continue
        order = publish_order(slug, tools.now())
        last = tools.jobs.get(order.key)
        if any(last is None or last.order.now < episode.published for episode in due) or (due and last and tools.jobs.clock() - last.finished > _LONG_REST):
            tools.jobs.submit(order, again=True)
