"""Bulletins: many published articles in one episode, in the words and the reading that were published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audiopub.article import Article, same_text
from audiopub.errors import BadInput
from audiopub.messages import message
from audiopub.pipeline.prepare import episode_id
from audiopub.pipeline.render import produce
from audiopub.pipeline.studio import Outcome, Prepared, Progress, Result, Studio, Wish
from audiopub.publish.lines import segments_of_record
from audiopub.publish.model import Episode, Part, State
from audiopub.publish.selection import Selection
from audiopub.script import BulletinText, Form, Script, Segment, compose_bulletin
from audiopub.source import Page, PageForm
from audiopub.units import milliseconds_in

_NOBODY = Wish()


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

    def edition_at(self, now: datetime) -> str:
        """Give the edition that a moment belongs to: the one that began last, today or yesterday."""
        begun = [(start, name) for name, start in self.editions if start <= f"{now:%H:%M}"]
        return max(begun or [(start, name) for name, start in self.editions])[1]


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
    name = edition or plan.edition_at(now)
    if name not in dict(plan.editions):
        raise BadInput("bulletin.no_edition", edition=name, known=", ".join(dict(plan.editions)))
    identity = _identity(studio, now, name)
    present = studio.catalog.find(studio.channel.slug, episode_id(identity))
    parts = _still(studio, present) if present and not fresh else _chosen(studio, plan, now)
    return _told(studio, plan, _Edition(identity, name, now, present, present.published if present else now), parts, wish, progress, dry=dry)


def remake(studio: Studio, plan: BulletinPlan, episode: Episode, *, now: datetime, wish: Wish, progress: Progress) -> Result:
    """Make a bulletin again with its articles as they are now: after one of them was corrected or withdrawn.

    Raises:
        BadInput: none of its articles is left: withdraw it.
    """
    made = _Edition(_identity(studio, episode.published, episode.edition), episode.edition, now, episode, episode.published)
    return _told(studio, plan, made, _still(studio, episode), replace(wish, episode=episode.id), progress, dry=False)


def bulletins_of(studio: Studio, part: Part) -> tuple[Episode, ...]:
    """Give the published bulletins of a show that tell an episode."""
    return tuple(episode for episode in studio.catalog.episodes(studio.channel.slug) if part in episode.parts and episode.state is State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class _Edition:
    identity: str
    name: str
    now: datetime
    present: Episode | None
    published: datetime


def _identity(studio: Studio, day: datetime, edition: str) -> str:
    return f"bulletin:{studio.channel.slug}:{day:%Y-%m-%d}:{edition}"


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


def _still(studio: Studio, present: Episode) -> tuple[Episode, ...]:
    found = [studio.catalog.find(part.show, part.id) for part in present.parts]
    return tuple(episode for episode in found if episode and episode.state is State.PUBLISHED)


def _told(studio: Studio, plan: BulletinPlan, edition: _Edition, parts: Sequence[Episode], wish: Wish, progress: Progress, *, dry: bool) -> Result:
    fitted = _fitted(studio, plan, edition, parts, progress, dry=dry)
    parts, script = fitted.parts, fitted.script
    channel = studio.channel
    titles = "; ".join(episode.title for episode in parts)
    article = Article(title=script.title, lead=message("notes.bulletin", "vi", titles=titles))
    links = {number: channel.address_of(episode, episode.file(".html")) for number, episode in enumerate(parts, start=1)}
    page = Page(body=b"", name=script.title, identity=edition.identity, form=PageForm.TEXT)
    present = edition.present
    work = Prepared(
        page=page, article=article, identity=present.id if present else episode_id(edition.identity), present=present,
        published=edition.published.replace(microsecond=0), script=script, names=(), now=edition.now, wish=wish, links=links,
        parts=tuple(Part(show=episode.show, id=episode.id) for episode in parts), edition=edition.name,
    )  # fmt: skip
    if dry:
        return Result(outcome=Outcome.PLANNED, article=article, script=script, episode=None)
    result = produce(studio, work, progress=progress)
    return replace(result, made=result.made + fitted.made)


def _fitted(studio: Studio, plan: BulletinPlan, edition: _Edition, parts: Sequence[Episode], progress: Progress, *, dry: bool) -> _Fitted:
    """Leave articles out from the end until the bulletin is no longer than it may be; a last one that is too long alone is told in short."""
    told = [(episode, segments) for episode in parts if (segments := _segments(studio, episode))]
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
    record = studio.store.get(studio.channel.key_of(episode, episode.file(".json")))
    return segments_of_record(record) if record else ()


def _texts(studio: Studio, plan: BulletinPlan, edition: _Edition, count: int) -> BulletinText:
    day = edition.published
    known: Mapping[str, object] = {"show": studio.channel.title, "edition": edition.name, "date": f"{day.day}/{day.month}/{day.year}", "count": count}
    return BulletinText(title=plan.title.format_map(known), opening=plan.opening.format_map(known), closing=plan.closing.format_map(known))


def _spoken(studio: Studio, script: Script, progress: Progress) -> tuple[int, int]:
    """Give how long a script is in the show's voice, in milliseconds, and how many segments were spoken to know it; they are in the cache then."""
    narration = studio.chain.narrate(script, studio.cache, lambda done, of: progress("speaking", done, of))
    spoken = sum(milliseconds_in(length, narration.rate) for length in narration.lengths)
    return spoken + sum(segment.pause_after for segment in script.segments), narration.made
