"""Steps of a night: everything that a show's sources list."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from audiopub.adapters.ping import Ping
from audiopub.bootstrap import bulletin_plan
from audiopub.config import Show, read_show
from audiopub.errors import AudiopubError, EngineThrottled, LeaseLost, TryAgain
from audiopub.jobs import Job, JobState, Kind, Order, Queue
from audiopub.jobs.report import Line, Report
from audiopub.jobs.report_json import plain
from audiopub.jobs.report_page import page
from audiopub.jobs.report_text import text
from audiopub.jobs.runner import Plain
from audiopub.jobs.verdict import exit_code
from audiopub.newsroom import heal_bulletins
from audiopub.pipeline import Progress, Studio, Wish, bulletin, release_due, standing
from audiopub.publish.store import Store
from audiopub.source import Gathered, Wanted
from audiopub.source.address import is_web, tidied
from audiopub.sources import show_sources
from audiopub.workshop.desk import Articles, Feeds, Tools
from audiopub.workshop.plain import plain_result

_COUNTED = ("published", "updated", "unchanged", "embargoed", "withdrawn", "pinned", "on_desk", "twin", "held", "failed", "parked", "cancelled")


def night_id(show: str, date: str) -> str:
    """Give the id of the one night that a show has on a date, whoever begins it.

    >>> night_id("doi-che", "2026-11-26")
    'nightly-doi-che-2026-11-26'
    """
    return f"nightly-{show}-{date}"


class Nights:
    """Steps of a night of one show."""

    def __init__(self, tools: Tools, archive: Store) -> None:
        """Work with tools; reports go to the archive."""
        self._tools, self._archive = tools, archive
        self._articles, self._feeds = Articles(tools), Feeds(tools)

    def awaited(self, job: Job) -> Sequence[str]:
        """Name the nights of the shows that this show's bulletins tell; of two shows that tell each other, the second by name waits."""
        here = job.order.show
        others = (slug for slug in self._told_by(here) if slug < here or (slug != here and here not in self._all_told_by(slug)))
        return tuple(night_id(slug, job.order.source) for slug in others)

    def _told_by(self, slug: str) -> Sequence[str]:
        try:
            table = read_show(self._tools.settings.feeds / f"{slug}.toml").file.bulletin
        except AudiopubError:  # the next step says what is wrong with it
            return ()
        return table.shows if table else ()

    def _all_told_by(self, slug: str) -> set[str]:
        """Give the shows that a show's bulletins tell, and those that theirs tell."""
        found: set[str] = set()
        left = [slug]
        while left:
            new = set(self._told_by(left.pop())) - found
            found |= new
            left += new
        return found

    def listed(self, job: Job) -> Plain:
        """Give what a show's sources list."""
        self._ping(job).started()
        show, _ = self._tools.shows.get(job.order.show)
        entries: dict[str, dict[str, str]] = {}
        failures: list[Plain] = []
        for gathered in self._gathered(show, job):
            if gathered.error is not None:
                failures.append({"source": gathered.entry.url, **_said(gathered.error)})
            else:
                entries.setdefault(_address(gathered.entry.url), {"name": gathered.entry.url})
        return {"entries": list(entries.values()), "failures": failures, "counters": self._tools.counts()}

    def _gathered(self, show: Show, job: Job) -> Sequence[Gathered]:
        wish = job.order.wish
        since = datetime.fromisoformat(wish["since"]) if wish.get("since") else None
        wanted = Wanted(limit=wish.get("limit"), since=since)
        return [found for sources, which in show_sources(show, wanted) for found in self._tools.sources.gather(sources, which, pages=False)]

    def take_listed(self, job: Job, entry: Plain, place: int) -> Plain:
        """Look at one entry, and put up a job for it where there is something to do."""
        order = Order(kind=Kind.RENDER, show=job.order.show, queue=Queue.NIGHTLY, now=job.order.now, source=_address(entry["name"]), parent=job.id, place=place)
        child = self._tools.jobs.get(order.key)
        if child is not None and child.order.now == order.now:  # put up by this very night, when the step was begun before
            return {"outcome": "queued", "job": child.id, "title": child.title}
        _, made = self._tools.shows.get(job.order.show)
        found_page = self._tools.sources.listed(entry["name"])
        work = self._articles.read(made, job, found_page, _quiet)
        twin = {"outcome": "twin", "title": work.article.title, "id": work.identity}
        if on_desk := self._articles.on_desk(job.order.show, work):
            return {"outcome": "on_desk", "title": work.article.title, "id": on_desk}
        found = standing(made, work)
        if found is not None:
            said = plain_result(found, job.order.now)
            return twin if said["outcome"] != found.outcome else said  # made this night, under another address
        identity, is_twin = self._articles.claimed(made, work, order.key, night=job.id)
        if is_twin:
            return {**twin, "id": identity}
        known = {"_page": self._tools.inbox.put(found_page), "_identity": identity, "_title": work.article.title}
        child, _ = self._tools.jobs.submit(replace(order, wish=known), again=True)
        return {"outcome": "queued", "job": child.id, "title": work.article.title}

    def close(self, job: Job, progress: Progress, *, patient: bool = True) -> Plain:
        """Publish what is due, and bring bulletins and the feed up to date."""
        show, made = self._tools.shows.get(job.order.show, patient=patient)
        due = release_due(made, self._tools.now())
        bulletins: list[Plain] = []
        if show.file.bulletin:
            bulletins.append(_tried(show.slug, lambda: self._bulletin(show, made, job, progress), patient=patient))
        rebuilt = self._feeds.written(made)
        healed = heal_bulletins(show.path.parent, self._tools.settings, job.order.now, progress)
        bulletins += [{"source": title, "title": title, "outcome": "updated"} for title in healed.titles]
        bulletins += [{"source": show.slug, **_said(error)} for error in healed.failures]
        released = {"released_ids": [episode.id for episode in due]} if due else {}
        return {"bulletins": bulletins, "missing": list(rebuilt.missing), "refused": list(rebuilt.refused), "feed_changed": rebuilt.changed, **released}

    def _bulletin(self, show: Show, made: Studio, job: Job, progress: Progress) -> Plain:
        return plain_result(bulletin(made, bulletin_plan(show), now=job.order.now, wish=Wish(by=job.order.by), progress=progress), job.order.now)

    def report(self, job: Job, listed: Plain, lines: Sequence[Plain], closed: Plain) -> Plain:
        """Write the report of a night."""
        show, present = job.order.show, self._tools.jobs.get(job.id) or job
        before, after = listed.get("counters", {}), self._tools.counts()
        failures = [*map(_line, listed.get("failures", ())), *([_line({"source": show, **listed})] if "entries" not in listed else [])]
        if "bulletins" not in closed and closed.get("code") != listed.get("code"):
            failures.append(_line({"source": show, **closed}))
        report = Report(
            show=show, title=self._title(show), date=job.order.source, lines=tuple(map(self._told, lines)), bulletins=tuple(map(_line, closed.get("bulletins", ()))),
            feed_changed=bool(closed.get("feed_changed")), missing=tuple(closed.get("missing", ())), failures=tuple(failures), began_ms=present.started,
            ended_ms=self._tools.jobs.clock(), oldest_waiting_ms=self._oldest(), requests=_grown("requests", before, after), throttled=_grown("throttled", before, after),
        )  # fmt: skip
        key, code = report_key(show, job.order.source), exit_code(report)
        self._archive.put(f"{key}.json", json.dumps(plain(report, "vi"), ensure_ascii=False, indent=1).encode())
        self._archive.put(f"{key}.txt", text(report, "vi").encode())
        self._archive.put(f"{key}.html", page(report, "vi").encode())
        ping = self._ping(job)
        (ping.failed if code else ping.succeeded)(text(report, "vi"))
        released = {"released_ids": closed["released_ids"]} if "released_ids" in closed else {}
        counts = {name: report.count(name) for name in _COUNTED if report.count(name)}
        return {"outcome": "done", "found": report.found, **counts, "exit_code": code, "report": f"{key}.json", "feed_changed": report.feed_changed, **released}

    def _title(self, slug: str) -> str:
        """Give a show's title; its name where its file cannot be used, which is what the report is about then."""
        try:
            return self._tools.shows.get(slug)[0].file.title
        except AudiopubError:
            return slug

    def _ping(self, job: Job) -> Ping:
        return Ping(self._tools.settings.ping_url.replace("{show}", job.order.show), job.workflow)

    def _oldest(self) -> int:
        """Give how long the job has waited that waits longest, in milliseconds."""
        waiting = self._tools.jobs.jobs(states=(JobState.QUEUED,), newest=False, limit=1)
        return self._tools.jobs.clock() - waiting[0].asked if waiting else 0

    def _told(self, line: Plain) -> Line:
        job = self._tools.jobs.get(line["job"]) if "job" in line else None
        if job is None:
            return _line(line)
        outcome = {"outcome": job.state.value, **job.outcome} if job.is_over else {"outcome": "failed"}
        return _line({**line, **outcome, "job": job.id})


def _address(name: str) -> str:
    return tidied(name) if is_web(name) else name


def report_key(show: str, date: str) -> str:
    """Give the beginning of the keys of a night's report in the archive: ``.json``, ``.txt`` and ``.html`` follow."""
    return f"reports/{show or '_'}/{date}"


def _line(said: Plain) -> Line:
    return Line(
        source=said.get("source", ""), outcome=said.get("outcome", "failed"), title=said.get("title", ""), episode=said.get("id", ""),
        duration_ms=said.get("duration_ms", 0), code=said.get("code", ""), details=said.get("details", {}), job=said.get("job", ""), made=said.get("made", 0),
        segments=said.get("segments", 0), fallback=bool(said.get("fallback")),
    )  # fmt: skip


def _tried(source: str, work: Callable[[], Plain], *, patient: bool) -> Plain:
    try:
        return {"source": source, **work()}
    except AudiopubError as error:
        if isinstance(error, LeaseLost) or (patient and isinstance(error, TryAgain | EngineThrottled)):
            raise
        nothing = error.code == "bulletin.nothing"
        return {"source": source, **_said(error), **({"outcome": "unchanged"} if nothing else {})}


def _said(error: AudiopubError) -> dict[str, Any]:
    return {"outcome": "failed", "code": error.code, "details": {name: str(value) for name, value in error.details.items()}, "exit_code": error.exit_code}


def _grown(name: str, before: Mapping[str, float], after: Mapping[str, float]) -> int:
    return int(after.get(name, 0) - before.get(name, 0))


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""
