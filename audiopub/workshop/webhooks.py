"""What a worker does for webhooks: finds what became of jobs, and sends what is in the outbox."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from audiopub.adapters.sql.webhooks import TERM, Claim, SqlWebhooks
from audiopub.bootstrap import catalog
from audiopub.config import Settings
from audiopub.errors import AudiopubError, FetchFailed
from audiopub.jobs.model import Job
from audiopub.jobs.store import JobStore
from audiopub.jobs.webhook import Announcement, Event, announcements, signature, verdict
from audiopub.workshop.shows import Shows

_LOG = logging.getLogger("audiopub.webhooks")

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Posts a message to an address and gives the status of the answer; raises FetchFailed."""

Told = Callable[[str, str], tuple[str, int, str]]
"""Gives title, revision and page of an episode, by its show and id; empty where it is not known."""

_OVERLAP = 60_000
"""Milliseconds that are looked through again each time: a transaction that was slow to commit bears an older moment."""

_MOST_THREADS = 32
"""Webhooks that are sent to at a time."""

_GONE_STALE = TERM / 3
"""Seconds after claiming a message in which it is not begun to be sent any more: this process stood still, and another may have it soon."""


class Announcer:
    """Finds the jobs that have ended since it looked last, and puts messages into the outbox: each once, whoever looks, and however often."""

    def __init__(self, hooks: SqlWebhooks, jobs: JobStore, told: Told) -> None:
        """Look through jobs.

        Args:
            hooks: whom to tell.
            jobs: what happened.
            told: what is to be said of an episode that listeners have.
        """
        self._hooks, self._jobs, self._told = hooks, jobs, told
        self._known: frozenset[tuple[str, int, int]] = frozenset()

    def look(self) -> None:
        """Look once. Where nobody wants to know, nothing is looked at."""
        active = [hook for hook in self._hooks.all() if hook.active]
        if not active:
            return
        since = max(self._hooks.seen() - _OVERLAP, min(hook.created_ms for hook in active))
        ended = [job for job in self._jobs.changes(since) if job.is_over]
        fresh = [job for job in ended if _mark(job) not in self._known]
        if fresh:
            self._hooks.announce([self._full(one) for job in fresh for one in announcements(job)], seen=max(job.changed for job in fresh))
        self._known = frozenset(map(_mark, ended))

    def _full(self, happened: Announcement) -> Announcement:
        if happened.event not in {Event.PUBLISHED, Event.UPDATED}:
            return happened
        title, revision, url = self._told(happened.show, happened.episode)
        return replace(happened, title=happened.title or title, revision=happened.revision or revision, url=url)


class Sender:
    """Sends what is in the outbox: to each webhook in a thread of its own, so that one that is slow holds up no other."""

    def __init__(self, hooks: SqlWebhooks, post: Post, jitter: Callable[[], float], clock: Callable[[], float] = time.monotonic) -> None:
        """Be ready to send.

        Args:
            hooks: the outbox.
            post: how a message is sent.
            jitter: chance, 0 to 1.
            clock: seconds that never go back.
        """
        self._hooks, self._post, self._jitter, self._clock = hooks, post, jitter, clock
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def send(self) -> None:
        """Begin to send what is due; this does not wait until it is sent."""
        for hook_id in self._hooks.due():
            with self._lock:
                if hook_id in self._busy or len(self._busy) >= _MOST_THREADS:
                    continue
                self._busy.add(hook_id)
            threading.Thread(target=self._drain, args=(hook_id,), name="webhook", daemon=True).start()

    @property
    def is_busy(self) -> bool:
        """Tell whether anything is being sent."""
        return bool(self._busy)

    def _drain(self, hook_id: str) -> None:
        try:
            began = self._clock()
            while (claim := self._hooks.claim(hook_id)) is not None:
                if self._clock() - began < _GONE_STALE:
                    self._try(claim)
                began = self._clock()
        except AudiopubError as error:
            _LOG.warning("webhook %s: %s", hook_id, error)  # what was sent and could not be noted is sent again
        except Exception:  # noqa: BLE001  a thread that ends for one broken message leaves its webhook to nobody
            _LOG.exception("webhook %s", hook_id)
        finally:
            with self._lock:
                self._busy.discard(hook_id)

    def _try(self, claim: Claim) -> None:
        """Send a message that is ours, and note how it went."""
        delivery, body = claim.delivery, claim.delivery.body.encode()
        headers = {
            "Audiopub-Event": delivery.event, "Audiopub-Delivery": delivery.id, "Audiopub-Signature": signature(claim.secrets, claim.at_ms // 1000, body),
        }  # fmt: skip
        status, code, details = 0, "", {}
        try:
            status = self._post(claim.url, body, headers)
        except FetchFailed as error:
            code, details = error.code, {name: str(value) for name, value in error.details.items()}
        judged = verdict(status, delivery.attempts + 1, self._jitter())
        if status and not 200 <= status < 300:  # noqa: PLR2004  HTTP
            code, details = "webhook.status", {"status": str(status)}
        self._hooks.note(claim, judged, status=status, code=code, details=details)


def episodes_of(settings: Settings, shows: Shows) -> Told:
    """Give what tells of an episode that listeners have: from the catalog, and the addresses of its show."""

    def told(show: str, episode_id: str) -> tuple[str, int, str]:
        try:
            episode = catalog(settings).find(show, episode_id)
            channel = shows.get(show)[1].channel
        except AudiopubError as error:  # the show file is broken just now, perhaps: the message goes out without an address
            _LOG.warning("%s: %s", show, error)
            return "", 0, ""
        return (episode.title, episode.revision, channel.address_of(episode, episode.file(".html"))) if episode else ("", 0, "")

    return told


def _mark(job: Job) -> tuple[str, int, int]:
    return job.id, job.run, job.finished
