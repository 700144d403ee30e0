"""Other programs told of what happened: which events there are, who wants them, and how a message shows that it is ours."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from audiopub.jobs.model import Job, JobState, Kind


class Event(StrEnum):
    """What a program can be told of."""

    ARTICLE_CREATED = "article.created"
    READY = "episode.ready"
    """Made, to be heard at the desk or to wait for its time; listeners have nothing of it."""

    FAILED = "episode.failed"
    """Not made, or held back for a reason that a person can judge; ``code`` says which."""

    PUBLISHED = "episode.published"
    UPDATED = "episode.updated"
    WITHDRAWN = "episode.withdrawn"
    RESTORED = "episode.restored"
    NIGHT_ENDED = "night.ended"
    PING = "ping"
    """Sent when somebody asks for it, to see whether the program answers."""


class DeliveryState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Not taken in all its tries; nobody tries again until a person says so."""

    DROPPED = "dropped"
    """Not sent any more: its webhook was switched off."""


TRIES = 5
PAUSES = (10.0, 60.0, 600.0, 3600.0)
"""Seconds after the first, second… try that failed."""

_SPREAD = 0.2
"""Share by which a pause is longer or shorter, so that what failed together is not tried together."""

_GONE = 410
_GOOD = range(200, 300)
_ID = 32

AFTER_MAKING = {"published": Event.PUBLISHED, "updated": Event.UPDATED, "embargoed": Event.READY, "proved": Event.READY}
"""What programs are told of, by what became of an article."""

AFTER_ACT = {"submitted": Event.ARTICLE_CREATED, "withdraw": Event.WITHDRAWN, "restore": Event.RESTORED, "rollback": Event.UPDATED}
"""What programs are told of, by what somebody did."""

_BAD = frozenset({JobState.HELD, JobState.FAILED, JobState.PARKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A program that wants to be told. Its secret is not here: it is shown once, to whoever makes it."""

    id: str
    url: str
    events: frozenset[str]
    """Which; empty for all."""

    show: str = ""
    """Of which show; empty for every one."""

    active: bool = True
    by: str = ""
    created_ms: int = 0

    def wants(self, event: str, show: str) -> bool:
        """Tell whether an event of a show is for it."""
        return self.active and (not self.events or event in self.events) and self.show in {"", show}


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something that happened, to be told to whoever wants to know."""

    key: str
    """The same for the same happening, however often it is found: it is told once to each webhook."""

    event: Event
    at_ms: int = 0
    """When it happened, on the database's clock; 0 for now. A webhook hears nothing of what was before it."""

    show: str = ""
    episode: str = ""
    """Id."""

    title: str = ""
    revision: int = 0
    url: str = ""
    """Of its page, where listeners have one."""

    code: str = ""
    """Why it failed: a key of the message catalogs."""

    job: str = ""

    @property
    def id(self) -> str:
        """Give the id under which whoever is told of it knows it again."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:_ID]

    def body(self, at_ms: int) -> str:
        """Give the message, for something that happened at a moment."""
        said = {
            "id": self.id, "event": self.event.value, "at": datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds"), "show": self.show,
            "episode": _name(self.show, self.episode), "title": self.title, "revision": self.revision, "url": self.url, "code": self.code, "job": self.job,
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to one webhook."""

    id: str
    webhook: str
    event: str
    body: str
    state: DeliveryState
    attempts: int
    next_ms: int
    status: int
    """What was answered last; 0 for no answer."""

    code: str
    """Why it was not taken: a key of the message catalogs; empty where it was."""

    details: Mapping[str, Any] = field(default_factory=dict)
    created_ms: int = 0
    changed_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a message after a try."""

    state: DeliveryState
    pause: float = 0.0
    """Seconds until it is tried again."""

    is_gone: bool = False
    """Whether the program wants nothing any more, for ever."""


def verdict(status: int, attempts: int, jitter: float) -> Verdict:
    """Judge an answer.

    Args:
        status: what was answered; 0 for no answer.
        attempts: tries, this one included.
        jitter: chance, 0 to 1.

    >>> verdict(204, 1, 0.5).state.value, verdict(500, 1, 0.5).pause, verdict(0, 5, 0.5).state.value, verdict(410, 1, 0.5).is_gone
    ('delivered', 10.0, 'failed', True)
    """
    if status in _GOOD:
        return Verdict(state=DeliveryState.DELIVERED)
    if status == _GONE:
        return Verdict(state=DeliveryState.DROPPED, is_gone=True)
    if attempts >= TRIES:
        return Verdict(state=DeliveryState.FAILED)
    return Verdict(state=DeliveryState.WAITING, pause=PAUSES[attempts - 1] * (1 + _SPREAD * (2 * jitter - 1)))


def delivery_id(announcement: Announcement, webhook: str) -> str:
    """Give the id of what is told to one webhook: the same for the same happening."""
    return f"{announcement.id}.{webhook}"


def signature(secrets: Sequence[str], at: int, body: bytes) -> str:
    """Give the header by which the receiver sees that a message is ours, and of when: with one value for each secret that counts.

    >>> signature(["s"], 1700000000, b"{}")
    't=1700000000,v1=e9232c9945da8456c2dea6b39da7786c07b00bca7a64d5dd1283674713a7b72a'
    """
    signed = b"%d." % at + body
    return ",".join([f"t={at}", *(f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" for secret in secrets)])


def announcements(job: Job) -> Iterator[Announcement]:
    """Give what a job that has ended means to others. Title, revision and page of an episode are what the job says of it."""
    run, outcome = f"{job.id}|{job.run}", job.outcome
    released = (*outcome.get("released_ids", ()), *(outcome.get("feed") or {}).get("released_ids", ()))
    said: dict[str, Any] = {"at_ms": job.finished, "show": job.order.show, "job": job.id, "title": job.title, "code": str(outcome.get("code") or "")}
    for episode in released:  # whoever writes a feed puts out what was scheduled and is due
        yield Announcement(key=f"{run}|released|{episode}", event=Event.PUBLISHED, episode=str(episode), **{**said, "title": "", "code": ""})
    if job.order.kind is Kind.NIGHTLY and job.state in _BAD | {JobState.DONE}:
        yield Announcement(key=f"{run}|{job.state}", event=Event.NIGHT_ENDED, **{**said, "title": job.order.source})
    elif job.order.kind in {Kind.NIGHTLY, Kind.PUBLISH}:
        return
    elif event := Event.FAILED if job.state in _BAD else AFTER_MAKING.get(str(outcome.get("outcome"))):
        episode, revision = str(outcome.get("id") or ""), int(outcome.get("revision") or 0)
        yield Announcement(key=f"{run}|{outcome.get('outcome')}", event=event, episode=episode, revision=revision, **said)


def _name(show: str, episode: str) -> str:
    """Name an episode as the desk and its API do."""
    return f"{show}-{episode}" if show and episode else episode
