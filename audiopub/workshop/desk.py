"""What the workflows do, with real shows, sources and studios."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from audiopub.adapters.mp3 import decoded_mp3
from audiopub.adapters.sql.claims import SqlClaims
from audiopub.adapters.sql.counters import Counters
from audiopub.adapters.sql.drafts import SqlDrafts
from audiopub.adapters.sql.feeds import SqlFeeds
from audiopub.adapters.sql.proofs import SqlProofs
from audiopub.article import same_text
from audiopub.audio.loudness import integrated, measured
from audiopub.config import Settings
from audiopub.errors import TryAgain
from audiopub.jobs import Job
from audiopub.jobs.runner import Plain
from audiopub.jobs.store import JobStore
from audiopub.jobs.workflows import CHANGED
from audiopub.newsroom import heal_bulletins
from audiopub.pipeline import Prepared, Progress, Proved, Studio, number_of, prepare, produce, proof, proof_key, rebuild_feed, release_due
from audiopub.publish.model import Episode, State
from audiopub.publish.rebuild import Rebuilt
from audiopub.source import Page
from audiopub.sources import Sources
from audiopub.units import Hertz, Samples
from audiopub.workshop.inbox import Inbox
from audiopub.workshop.plain import manner_of, plain_result, wish_of
from audiopub.workshop.shows import Shows

_MEASURED_AT = Hertz(24_000)
"""Sample rate at which a proof's loudness is measured: a voice has nothing above half of it that counts."""

_SILENCE = -99.0
"""LUFS that silence is said to have; JSON knows no infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all steps need."""

    settings: Settings
    shows: Shows
    sources: Sources
    inbox: Inbox
    jobs: JobStore
    claims: SqlClaims
    feeds: SqlFeeds
    counters: Counters
    proofs: SqlProofs
    drafts: SqlDrafts
    now: Callable[[], datetime]
    """The present moment, for what is not part of any job: whether an embargo has ended."""

    def counts(self) -> dict[str, int]:
        """Count what all workers together asked of voices that are online: ``requests``, and how many of them were ``throttled``."""
        found = {label.rpartition(":"): value for (name, label), value in self.counters.all().items() if name == "tts_requests"}
        return {"requests": int(sum(found.values())), "throttled": int(sum(value for (_, _, went), value in found.items() if went == "throttled"))}


def has_room(settings: Settings) -> bool:
    """Tell whether there is disk enough to begin anything."""
    place = settings.state.resolve()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free >= settings.min_free * 1_000_000


class _Timed:
    """Passes progress on, and takes the time that speaking takes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._since: float | None = None
        self.speaking = 0.0

    def __call__(self, stage: str, done: int, of: int) -> None:
        now = time.monotonic()
        if self._since is not None:
            self.speaking += now - self._since
        self._since = now if stage == "speaking" else None
        self._progress(stage, done, of)


class Articles:
    """Steps of one article."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools

    def take(self, job: Job, progress: Progress) -> Plain:
        """Get an article's page and find out which episode it is."""
        _, made = self._tools.shows.get(job.order.show)
        wish = job.order.wish
        if "_identity" in wish:
            published = _is_out(made.catalog.find(job.order.show, wish["_identity"]))
            if job.order.parent and self._tools.drafts.holds(job.order.show, wish["_identity"], published=published):  # came to the desk since it was listed
                return {"outcome": "on_desk", "id": wish["_identity"], "title": job.title}
            return {"page": wish["_page"], "identity": wish["_identity"]}
        page = self._tools.inbox.get(wish["_page"]) if "_page" in wish else self._tools.sources.page(job.order.source)
        work = self.read(made, job, page, progress)
        return {"page": self._tools.inbox.put(page), "identity": self.claimed(made, work, job.id)[0], "title": work.article.title}

    def on_desk(self, show: str, work: Prepared) -> str:
        """Give the id under which an article is an editor's, whom nobody's run may forestall; empty where it is not."""
        if self._tools.drafts.holds(show, work.identity, published=_is_out(work.present)):
            return work.identity
        return "" if work.present else self._tools.drafts.twin(show, work.names, work.prints)

    def read(self, made: Studio, job: Job, page: Page, progress: Progress, identity: str = "") -> Prepared:
        """Read an article as a job wants it."""
        return prepare(made, page, now=job.order.now, wish=wish_of(job.order.wish, by=job.order.by, identity=identity), progress=progress)

    def claimed(self, made: Studio, work: Prepared, job_id: str, night: str = "") -> tuple[str, bool]:
        """Give the id of the episode that an article is, and whether another job is at it under another address; it is ours from now on.

        Args:
            made: the show.
            work: the article.
            job_id: who wants it.
            night: whose other jobs, where they are at the same episode, are at it under another address.
        """
        show, claims = made.channel.slug, self._tools.claims
        with made.locks.holding(f"{show or '_'}/claims"):
            known, identity = claims.all(show), work.identity
            if work.present is None and not work.wish.source_id:
                identity = next((claim.episode for claim in known if claim.episode != identity and same_text(claim.prints, work.prints)), identity)
            if identity != work.identity or any(claim.episode == identity and self._is_of(claim.job, night) for claim in known if claim.job != job_id):
                return identity, True
            claims.claim(show, identity, work.prints, job_id)
            if work.present is None and made.channel.more.season_names:
                number_of(made, show, work.published.year, identity)
            return identity, False

    def _is_of(self, job_id: str, night: str) -> bool:
        job = self._tools.jobs.get(job_id) if night else None
        return job is not None and job.order.parent == night

    def make(self, job: Job, taken: Plain, progress: Progress, *, patient: bool) -> Plain:
        """Speak, encode and publish an article; its feed is not written."""
        if not has_room(self._tools.settings):
            raise TryAgain("again.disk_full", path=self._tools.settings.state)
        _, made = self._tools.shows.get(job.order.show, patient=patient, manner=manner_of(job.order.wish))
        timed = _Timed(progress)
        work = self.read(made, job, self._tools.inbox.get(taken["page"]), timed, taken["identity"])
        if job.order.parent and self._tools.drafts.holds(job.order.show, work.identity, published=_is_out(work.present)):  # while it waited for its voice
            return {"outcome": "on_desk", "id": work.identity, "title": work.article.title}
        said = plain_result(produce(made, work, feed=False, progress=timed), job.order.now)
        self._count(said, timed.speaking)
        if said["outcome"] in CHANGED:
            for show in (made.channel.slug, *(follower.channel.slug for follower in made.followers)):
                self._tools.feeds.want(show)
        return said

    def prove(self, job: Job, taken: Plain, progress: Progress, *, patient: bool) -> Plain:
        """Make a draft to be heard; nothing of it is published."""
        if not has_room(self._tools.settings):
            raise TryAgain("again.disk_full", path=self._tools.settings.state)
        _, made = self._tools.shows.get(job.order.show, patient=patient, manner=manner_of(job.order.wish))
        work = self.read(made, job, self._tools.inbox.get(taken["page"]), progress, taken["identity"])
        proved = _measured(proof(made, work, progress=progress), made, work)
        self._tools.proofs.put(job.order.show, work.identity, proved)
        self._tools.drafts.proved(job.order.show, work.identity, proved.fingerprint, int(job.order.wish.get("_version", 0)))
        return {"outcome": "proved", "id": work.identity, "title": work.article.title, **asdict(proved)}

    def _count(self, said: Mapping[str, Any], speaking: float) -> None:
        add = self._tools.counters.add
        add("cache_hits", "", said["segments"] - said["made"])
        if said["outcome"] in CHANGED:
            add("published", "", 1)
        if said["made"] and said.get("voice"):
            add("spoken_characters", said["voice"], round(said["characters"] * said["made"] / said["segments"]))
            add("speaking_seconds", said["voice"], round(speaking, 3))

    def leave(self, job: Job) -> None:
        """Let an article go."""
        self._tools.claims.leave(job.id)


def _is_out(episode: Episode | None) -> bool:
    """Tell whether listeners have, or had, an episode: what is scheduled is an editor's still."""
    return episode is not None and episode.state is not State.EMBARGOED


def _measured(proved: Proved, made: Studio, work: Prepared) -> Proved:
    """Give a proof with the loudness of its file itself, decoded again."""
    body = made.archive.get(proof_key(made.channel.slug, work.identity, proved.fingerprint, "audio.mp3")) or b""
    pcm = decoded_mp3(body, _MEASURED_AT)
    found = integrated([measured(pcm.floats, Samples(0), pcm.rate)], Samples(len(pcm)), pcm.rate)
    return replace(proved, loudness_lufs=round(max(found, _SILENCE), 2))


class Feeds:
    """Steps of a show's feed."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools

    def publish(self, job: Job, progress: Progress) -> Plain:
        """Publish what is due, make bulletins again that tell what is no longer so, and write the feed."""
        progress("publishing", 0, 1)
        show, made = self._tools.shows.get(job.order.show)
        due = release_due(made, self._tools.now())
        rebuilt = self.written(made)
        healed = heal_bulletins(show.path.parent, self._tools.settings, job.order.now, progress)
        said: dict[str, Any] = {
            "outcome": "written" if rebuilt.changed else "unchanged", "missing": list(rebuilt.missing), "refused": list(rebuilt.refused),
            "released": [episode.title for episode in due], "released_ids": [episode.id for episode in due], "bulletins": list(healed.titles),
        }  # fmt: skip
        if rebuilt.missing:
            return {**said, "outcome": "failed", "code": "feed.missing_file", "details": {"path": rebuilt.missing[0]}, "exit_code": 7}
        if healed.failures:
            error = healed.failures[0]
            return {**said, "outcome": "failed", "code": error.code, "details": {name: str(value) for name, value in error.details.items()}, "exit_code": error.exit_code}
        return said

    def written(self, made: Studio) -> Rebuilt:
        """Write a show's feed, and note which changes it tells now."""
        feeds, show = self._tools.feeds, made.channel.slug
        outlets = (show, *(follower.channel.slug for follower in made.followers))
        wanted = {slug: feeds.wanted(slug) for slug in outlets}
        began = time.monotonic()
        rebuilt = rebuild_feed(made)
        took = time.monotonic() - began
        for slug, number in wanted.items():
            feeds.written(slug, number, took)
        return rebuilt
