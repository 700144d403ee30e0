"""Many articles that are brought to the desk together: each is tried on its own, and each has its own answer."""

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audiopub.adapters.sql.batches import Batch, SqlBatches
from audiopub.bootstrap import database, locks
from audiopub.config import Settings
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.errors import AudiopubError, BadInput, NotFound
from audiopub.people import Actor, Permission
from audiopub.pipeline import Locks
from audiopub.source import Wanted
from audiopub.sources import Sources

MOST = 500
"""Articles of one batch."""

_AT_ONCE = threading.Semaphore(2)
"""Batches that one process works at; each asks the newspaper for one page after the other."""

Listed = Callable[[str], Iterable[str]]
"""Gives the addresses that a feed or a sitemap names. Raises AudiopubError where it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWish:
    """What a batch shall bring to the desk; one of ``urls``, ``feed`` and ``listed``."""

    show: str
    urls: tuple[str, ...] = ()
    feed: str = ""
    """Address of a feed or a sitemap."""

    listed: str = ""
    """A list as text: an address a line, ``#`` before what is none."""

    limit: int = MOST
    dry_run: bool = False
    """Only tell which articles there are."""

    render: bool = False
    """Have each made to be heard as well."""


class Batches:
    """Begins batches, works at them in threads of this process, and tells how far they are."""

    def __init__(self, desk: EditorsDesk, store: SqlBatches, locks: Locks, listed: Listed) -> None:
        """Use a desk.

        Args:
            desk: takes the articles.
            store: where batches are recorded.
            locks: see to it that two processes do not work at one batch.
            listed: gives the addresses that a feed names.
        """
        self._desk, self._store, self._locks, self._listed = desk, store, locks, listed
        self._threads: dict[str, threading.Thread] = {}
        self._guard = threading.Lock()

    def begin(self, actor: Actor, wish: BatchWish) -> Batch:
        """Begin a batch; it is recorded before this returns, and nothing of it is lost when the process ends.

        Raises:
            Forbidden: the actor may not edit.
            NotFound: there is no such show.
            BadInput: it names nothing, or too much.
            FetchFailed: the feed cannot be had.
        """
        actor.must(Permission.EDIT)
        if wish.show not in {slug for slug, _ in self._desk.shows()}:
            raise NotFound("api.no_show", show=wish.show)
        addresses = self._addresses(wish)
        state = "done" if wish.dry_run or not addresses else "running"
        items = [_item(address, dry_run=wish.dry_run) for address in addresses]
        batch_id = secrets.token_hex(16)
        self._store.add(batch_id, wish.show, actor.name, {"state": state, "dry_run": wish.dry_run, "render": wish.render, "items": items})
        return self.view(actor, batch_id)

    def view(self, actor: Actor, batch_id: str) -> Batch:
        """Tell how far a batch is; one whose process died is gone on with, in the name of whoever asks.

        Raises:
            Forbidden: the actor may not read.
            NotFound: there is no such batch.
        """
        actor.must(Permission.READ)
        batch = self._store.get(batch_id)
        if batch is None:
            raise NotFound("api.no_batch", batch=batch_id)
        if batch.record["state"] == "running" and actor.may(Permission.EDIT):
            self._go_on(actor, batch_id)
        return batch

    def wait(self, batch_id: str, seconds: float) -> None:
        """Wait until this process has done with a batch, but no longer than that."""
        thread = self._threads.get(batch_id)
        if thread:
            thread.join(seconds)

    def _addresses(self, wish: BatchWish) -> tuple[str, ...]:
        if wish.feed:
            found: Iterable[str] = self._listed(wish.feed)
        else:
            found = wish.urls or (line.strip() for line in wish.listed.splitlines() if line.strip() and not line.lstrip().startswith("#"))
        once = tuple(dict.fromkeys(found))[: wish.limit + 1]
        if wish.feed:
            return once[: wish.limit]
        if not once or len(once) > wish.limit:
            raise BadInput("api.bad_batch", count=len(once), most=wish.limit)
        return once

    def _go_on(self, actor: Actor, batch_id: str) -> None:
        with self._guard:
            mine = self._threads.get(batch_id)
            if mine and mine.is_alive():
                return
            self._threads = {name: thread for name, thread in self._threads.items() if thread.is_alive()}
            thread = threading.Thread(target=self._work, args=(actor, batch_id), daemon=True, name=f"batch-{batch_id[:8]}")
            self._threads[batch_id] = thread
            thread.start()

    def _work(self, actor: Actor, batch_id: str) -> None:
        with _AT_ONCE, self._locks.trying(f"batch-{batch_id}") as is_ours:
            batch = self._store.get(batch_id) if is_ours else None
            if batch is None:
                return
            for number, item in enumerate(batch.record["items"]):
                if item["state"] == "waiting":
                    self._store.change(batch_id, _Told(number, self._tried(actor, batch, item["url"])))
            self._store.change(batch_id, lambda record: record.update(state="done"))

    def _tried(self, actor: Actor, batch: Batch, address: str) -> Mapping[str, Any]:
        try:
            view, is_new = self._desk.submit(actor, Submission(show=batch.show, url=address))
            job = self._desk.render(actor, view.item.name)[0].job if batch.record["render"] else ""
        except AudiopubError as error:
            return {"state": "failed", "code": error.code, "details": {name: str(value) for name, value in error.details.items()}}
        except Exception as error:  # noqa: BLE001  one article that is a riddle to us stops no other
            return {"state": "failed", "code": "api.unexpected", "details": {"kind": type(error).__name__}}
        return {"state": "created" if is_new else "present", "name": view.item.name, "title": view.item.title, "job": job}


@dataclass(frozen=True, slots=True)
class _Told:
    """Notes in a record what came of an item."""

    number: int
    told: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, record: dict[str, Any]) -> None:
        record["items"][self.number] |= self.told


def _item(address: str, *, dry_run: bool) -> dict[str, Any]:
    item: dict[str, Any] = {"url": address, "state": "listed" if dry_run else "waiting", "name": "", "title": "", "job": "", "code": "", "details": {}}
    if not is_address(address):  # the name of a file of this machine is no address of a newspaper
        item |= {"state": "failed", "code": "api.bad_address", "details": {"address": address[:200]}}
    return item


def is_address(text: str) -> bool:
    """Tell whether a text is an address of the web; nothing else is taken from other machines, least of all a path of this one.

    >>> is_address("https://baothu.example/tin/1.html"), is_address("/etc/passwd"), is_address("file:///etc/passwd")
    (True, False, False)
    """
    return text.lower().startswith(("http://", "https://")) and not any(letter.isspace() for letter in text)


def batches_of(settings: Settings, desk: EditorsDesk) -> Batches:
    """Give the batches of an installation."""
    sources = Sources(settings, bytes)

    def listed(feed: str) -> Iterable[str]:
        for found in sources.gather([feed], Wanted(limit=MOST), pages=False):
            if found.error:
                raise found.error
            yield found.entry.url

    return Batches(desk, SqlBatches(database(settings)), locks(settings), listed)
