"""Bulletins: many published articles in one episode, in the words and the reading that were published."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from audiopub.article import Article, same_text
from audiopub.errors import BadInput, FeedInvalid
from audiopub.messages import message
from audiopub.pipeline.acts import withdraw
from audiopub.pipeline.locks import article_lock
from audiopub.pipeline.prepare import episode_id
from audiopub.pipeline.render import produce
from audiopub.pipeline.studio import Outcome, Prepared, Progress, Result, Studio, Wish
from audiopub.publish.catalog import Catalog
from audiopub.publish.lines import segments_of_record
from audiopub.publish.model import Episode, Part, State
from audiopub.publish.selection import Selection
from audiopub.script import BulletinText, Form, Script, Segment, compose_bulletin
from audiopub.source import Page, PageForm
from audiopub.units import milliseconds_in

_NOBODY = Wish()

_AROUND_A_JINGLE = 400
"""Milliseconds of silence after a jingle, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPlan:
    """What a show's bulletins are like."""

    selection: Selection
    form: Form
    hours: int
    """How far back they look."""

    limit: int
    """Most articles."""

    minutes: int
    """Longest that one may be."""

    title: str
    """Knows ``{show}``, ``{edition}``, ``{date}`` and ``{count}``, as the next two do."""

    opening: str
    closing: str
    editions: tuple[tuple[str, str], ...]
    """Name of each, and the time of day from which it counts: ``("bản tin sáng", "04:00")``."""

    def edition_at(self, now: datetime) -> tuple[str, date]:
        """Give the edition that a moment belongs to, the one that began last, and the day on which it began."""
        begun = [(start, name) for name, start in self.editions if start <= f"{now:%H:%M}"]
        if begun:
            return max(begun)[1], now.date()
        return max((start, name) for name, start in self.editions)[1], now.date() - timedelta(days=1)


def bulletin(
    studio: Studio, plan: BulletinPlan, *, now: datetime, edition: str | None = None, fresh: bool = False, dry: bool = False, wish: Wish = _NOBODY, progress: Progress
) -> Result:
    """Make the bulletin of a day and an edition, or bring it up to date.

    What a bulletin tells is chosen once: made again, it has the same articles as they are now, without those withdrawn since.

    Args:
        studio: the bulletin's show.
        plan: what its bulletins are like.
        now: the present moment, aware, in the show's zone.
        edition: which; None for the one that counts now.
        fresh: choose the articles anew.
        dry: only say what it would tell.
        wish: what a person wants.
        progress: told what is going on.

    Raises:
        BadInput: there is nothing to tell, or no such edition.
        SpeechFailed: no voice could read it.
    """
    current, day = plan.edition_at(now)
    name = edition or current
    if name not in dict(plan.editions):
        raise BadInput("bulletin.no_edition", edition=name, known=", ".join(dict(plan.editions)))
    day = day if name == current else now.date()
    present = studio.catalog.find(studio.channel.slug, episode_id(_identity(studio, day, name)))
    if present and nothing_was_left(present):
        wish = replace(wish, episode=present.id)  # no person withdrew it
    parts = present.parts if present and not fresh else _parts(_chosen(studio, plan, now))
    made = _Edition(name, day, now, present, present.published if present else now)
    return _told(studio, plan, made, parts, wish, progress, dry=dry)


def remake(studio: Studio, plan: BulletinPlan, episode: Episode, *, now: datetime, wish: Wish, progress: Progress) -> Result:
    """Make a bulletin again with its articles as they are now: after one of them was corrected, withdrawn or restored.

    Raises:
        BadInput: none of its articles is left (``bulletin.nothing``): it is to be withdrawn, by :func:`left_empty`.
        FeedInvalid: the record of one of them is lost; rendering that article again brings it back.
    """
    day, _, name = episode.edition.partition(" ")
    made = _Edition(name, date.fromisoformat(day), now, episode, episode.published)
    return _told(studio, plan, made, episode.parts, replace(wish, episode=episode.id), progress, dry=False)


def left_empty(studio: Studio, episode: Episode, *, now: datetime) -> None:
    """Withdraw a bulletin none of whose articles is left; when one is restored, it is made again."""
    with studio.locks.holding(article_lock(studio.channel.slug, episode.id)):
        gone, _ = withdraw(studio, episode, now=now)
        studio.catalog.commit(studio.channel.slug, replace(gone, parts=tuple(replace(part, told="") for part in gone.parts)))


def nothing_was_left(episode: Episode) -> bool:
    """Tell whether a bulletin was withdrawn by itself, and not by a person."""
    return episode.state is State.WITHDRAWN and bool(episode.parts) and bool(episode.history) and not episode.history[-1].by


def stale_bulletins(catalog: Catalog, show: str) -> tuple[Episode, ...]:
    """Give the bulletins of a show that tell something else than is published of their articles now."""
    return tuple(
        episode for episode in catalog.episodes(show)
        if episode.parts and (episode.state is State.PUBLISHED or nothing_was_left(episode)) and any(_mark(catalog, part) != part.told for part in episode.parts)
    )  # fmt: skip


def _mark(catalog: Catalog, part: Part) -> str:
    episode = catalog.find(part.show, part.id)
    return mark_of(episode) if episode and episode.state is State.PUBLISHED else ""


def mark_of(episode: Episode) -> str:
    """Hash what a bulletin tells of an episode: its words, and the page it leads to."""
    return hashlib.sha256(f"{episode.wording}\0{episode.name}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Edition:
    name: str
    day: date
    now: datetime
    present: Episode | None
    published: datetime


def _identity(studio: Studio, day: date, edition: str) -> str:
    return f"bulletin:{studio.channel.slug}:{day:%Y-%m-%d}:{edition}"


def _parts(episodes: Sequence[Episode]) -> tuple[Part, ...]:
    return tuple(Part(show=episode.show, id=episode.id) for episode in episodes)


@dataclass(frozen=True, slots=True)
class _Fitted:
    parts: tuple[Episode, ...]
    script: Script
    made: int


def _chosen(studio: Studio, plan: BulletinPlan, now: datetime) -> tuple[Episode, ...]:
    """Choose the newest articles of the selection, each once however many shows have it."""
    since = now - timedelta(hours=plan.hours)
    found: list[Episode] = []
    candidates = [episode for show in plan.selection.shows for episode in studio.catalog.episodes(show)]
    for episode in sorted(candidates, key=lambda episode: (episode.published, episode.id), reverse=True):
        tells = episode.state is State.PUBLISHED and since <= episode.published <= now and not episode.parts and plan.selection.takes(episode)
        if tells and not any(same_text(episode.prints, other.prints) for other in found):
            found.append(episode)
    return tuple(found[: plan.limit])


def _told(studio: Studio, plan: BulletinPlan, edition: _Edition, parts: Sequence[Part], wish: Wish, progress: Progress, *, dry: bool) -> Result:
    known = [(part, studio.catalog.find(part.show, part.id)) for part in parts]
    fitted = _fitted(studio, plan, edition, [episode for _, episode in known if episode and episode.state is State.PUBLISHED], progress, dry=dry)
    script, present = fitted.script, edition.present
    titles = "; ".join(episode.title for episode in fitted.parts)
    article = Article(title=script.title, lead=message("notes.bulletin", "vi", titles=titles))
    identity = _identity(studio, edition.day, edition.name)
    work = Prepared(
        page=Page(body=b"", name=script.title, identity=identity, form=PageForm.TEXT), article=article, identity=present.id if present else episode_id(identity),
        present=present, published=edition.published.replace(microsecond=0), script=script, names=(), now=edition.now, wish=wish,
        links={number: studio.channel.address_of(episode, episode.file(".html")) for number, episode in enumerate(fitted.parts, start=1)},
        parts=tuple(_after(known, fitted)), edition=f"{edition.day:%Y-%m-%d} {edition.name}",
    )  # fmt: skip
    if dry:
        return Result(outcome=Outcome.PLANNED, article=article, script=script, episode=None)
    result = produce(studio, work, progress=progress)
    if result.outcome is Outcome.UNCHANGED and present and present.parts != work.parts:
        _note_parts(studio, present, work)
    return replace(result, made=result.made + fitted.made)


def _note_parts(studio: Studio, present: Episode, work: Prepared) -> None:
    """Record that a bulletin says the same still, of articles that changed elsewhere."""
    with studio.locks.holding(article_lock(studio.channel.slug, present.id)):
        now = studio.catalog.find(studio.channel.slug, present.id)
        if now == present:
            studio.catalog.commit(studio.channel.slug, replace(present, parts=work.parts))


def _after(known: Sequence[tuple[Part, Episode | None]], fitted: _Fitted) -> Iterator[Part]:
    """Give what is told of each article; one that is withdrawn keeps its place, one that there was no time for does not."""
    told = {(episode.show, episode.id): mark_of(episode) for episode in fitted.parts}
    for part, episode in known:
        if (part.show, part.id) in told:
            yield replace(part, told=told[part.show, part.id])
        elif episode is None or episode.state is not State.PUBLISHED:
            yield replace(part, told="")


def _fitted(studio: Studio, plan: BulletinPlan, edition: _Edition, parts: Sequence[Episode], progress: Progress, *, dry: bool) -> _Fitted:
    """Leave articles out from the end until the bulletin is no longer than it may be; a last one that is too long alone is told in short."""
    told = [(episode, _segments(studio, episode)) for episode in parts]
    made = 0
    while told:
        for form in (plan.form,) if len(told) > 1 else tuple(dict.fromkeys((plan.form, Form.LEADS, Form.HEADLINES))):
            script = compose_bulletin(_texts(studio, plan, edition, len(told)), [segments for _, segments in told], form, studio.style)
            fitted = _Fitted(tuple(episode for episode, _ in told), script, made)
            if dry:
                return fitted
            length, spoken = _spoken(studio, script, progress)
            made += spoken
            if length <= plan.minutes * 60_000:
                return replace(fitted, made=made)
        told.pop()
    raise BadInput("bulletin.nothing", show=studio.channel.title, hours=plan.hours)


def _segments(studio: Studio, episode: Episode) -> tuple[Segment, ...]:
    name = episode.file(".json")
    record = studio.store.get(studio.channel.key_of(episode, name))
    if record is None:
        raise FeedInvalid("feed.missing_file", path=name)
    return segments_of_record(record)


def _texts(studio: Studio, plan: BulletinPlan, edition: _Edition, count: int) -> BulletinText:
    day = edition.day
    known: Mapping[str, object] = {"show": studio.channel.title, "edition": edition.name, "date": f"{day.day}/{day.month}/{day.year}", "count": count}
    return BulletinText(title=plan.title.format_map(known), opening=plan.opening.format_map(known), closing=plan.closing.format_map(known))


def _spoken(studio: Studio, script: Script, progress: Progress) -> tuple[int, int]:
    """Give how long a script is in the show's voice, in milliseconds, and how many segments were spoken to know it; they are in the cache then."""
    narration = studio.chain.narrate(script, studio.cache, lambda done, of: progress("speaking", done, of))
    spoken = sum(milliseconds_in(length, narration.rate) for length in narration.lengths)
    jingles = studio.jingles(narration.rate)
    own = [jingles.intro, jingles.outro, *[jingles.earcon] * len(script.headings)]
    around = sum(pcm.length + _AROUND_A_JINGLE for pcm in own if pcm is not None)
    return spoken + around + sum(segment.pause_after for segment in script.segments), narration.made
