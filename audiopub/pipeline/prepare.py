"""The first part of a render: the article is read, known again, and its script composed."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from audiopub.article import Article, check, same_text, text_prints
from audiopub.errors import BadInput
from audiopub.pipeline.edits import applied, noted
from audiopub.pipeline.gone_over import gone_over
from audiopub.pipeline.studio import Outcome, Prepared, Progress, Result, Studio, Wish
from audiopub.publish.model import Episode, State
from audiopub.script import Style, compose
from audiopub.source import Page
from audiopub.source.address import is_web, tidied
from audiopub.units import Milliseconds

_CHARACTERS_A_SECOND = 17.5

_NOBODY = Wish()


def prepare(studio: Studio, page: Page, *, now: datetime, wish: Wish = _NOBODY, progress: Progress) -> Prepared:
    """Read the article of a page, find out whether it is known, and compose its script.

    Args:
        studio: the show.
        page: the article's page.
        now: the present moment, aware.
        wish: what a person wants.
        progress: told what is going on.

    Raises:
        BadInput: the page is no article that may be published, or a place that is to be set right is not in it.
    """
    progress("extracting", 0, 1)
    known = _read(studio, page, wish)
    article, present = known.article, known.present
    studio.rest()
    published = _publication(article, present, wish, now)
    names = _identities(page, article, wish.source_id, present)
    script = compose(article, _style_for(studio, names), _day(wish, present) or published.date())
    return Prepared(
        page=page, article=article, identity=known.identity, present=present, published=published, script=script, names=names, now=now, prints=known.prints,
        wish=known.wish,
    )  # fmt: skip


def plan(studio: Studio, page: Page, *, now: datetime, wish: Wish = _NOBODY) -> Result:
    """Say what a render would do, without a voice and without publishing."""
    work = prepare(studio, page, now=now, wish=wish, progress=lambda _stage, _done, _of: None)
    seconds = sum(len(segment.spoken) for segment in work.script.segments) / _CHARACTERS_A_SECOND
    pauses = sum(segment.pause_after for segment in work.script.segments)
    return Result(outcome=Outcome.PLANNED, article=work.article, script=work.script, episode=None, estimate=Milliseconds(round(seconds * 1000) + pauses))


def episode_id(identity: str) -> str:
    """Make an episode's id from its source's identity: 16 hexadecimal digits.

    >>> episode_id("https://bao.example/bai-1.html")
    'ca20adaae3e0fef1'
    """
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Known:
    article: Article
    present: Episode | None
    identity: str
    prints: tuple[str, ...]
    wish: Wish


def _read(studio: Studio, page: Page, wish: Wish) -> _Known:
    found = studio.read(page)
    # Known again by the page's own words: what a person set right must not make another article of it.
    beside = gone_over(page)
    prints = beside.prints or text_prints(found)
    identity = wish.episode or wish.identity or identity_of(studio, found, page, wish.source_id, prints)
    present = studio.catalog.find(studio.channel.slug, identity)
    title = wish.title or (present.own_title if present else "")
    article = replace(found, title=" ".join(title.split())) if title else found
    article = applied(article, present.edits[beside.edits :] if present else ())
    edits = noted(article, wish.edits)
    return _Known(check(applied(article, edits), page.name, wish.accept), present, identity, prints, replace(wish, edits=edits))


def identity_of(studio: Studio, article: Article, page: Page, source_id: str | None, prints: tuple[str, ...]) -> str:
    """Give an article's episode's id: from the newsroom's own id, else the address, else that of an episode with the same text.

    The same article under a second address (a mobile page, another section) is the same episode.
    """
    if source_id:
        return episode_id(source_id)
    address = article.canonical_url or page.identity
    own = episode_id(tidied(address) if is_web(address) else address)
    if studio.catalog.find(studio.channel.slug, own):
        return own
    twin = next((episode for episode in studio.catalog.episodes(studio.channel.slug) if same_text(episode.prints, prints)), None)
    return twin.id if twin else own


def _identities(page: Page, article: Article, source_id: str | None, present: Episode | None) -> tuple[str, ...]:
    """Give every name by which a lexicon's entry may mean an article; the record keeps them, so that an entry's impact can be told."""
    known = present.identities if present else ()
    return tuple(dict.fromkeys(filter(None, (source_id, article.canonical_url, page.url, page.identity, *known))))


def _style_for(studio: Studio, names: tuple[str, ...]) -> Style:
    """Give the show's style with the lexicon entries that count in one article."""
    return replace(studio.style, lexicon=studio.style.lexicon.for_article(*names))


def _publication(article: Article, present: Episode | None, wish: Wish, now: datetime) -> datetime:
    """Give the time of publication: the newspaper's, or the one a person names; never moved once listeners have it.

    A page whose own date lies ahead is out already, and its date is wrong; what is under embargo is said to be so.

    Raises:
        BadInput: what listeners have already is to be kept from them, or what they do not have yet to be issued anew.
    """
    if present and wish.reissue and present.state is State.EMBARGOED:
        raise BadInput("act.under_embargo", title=present.title)
    if present and wish.not_before and present.state is State.PUBLISHED and wish.not_before > now:
        raise BadInput("act.published_already", title=present.title)
    if present and not wish.reissue and not (wish.not_before and present.state is State.EMBARGOED) and not _was_taken_back(present, wish):
        return present.published
    moment = now if wish.reissue else min(article.published or now, now)
    return max(moment, wish.not_before or moment).replace(microsecond=0)


def _was_taken_back(present: Episode, wish: Wish) -> bool:
    """Tell whether somebody publishes what was scheduled once and taken back before anybody had it."""
    return bool(wish.episode) and present.state is State.WITHDRAWN and not present.was_public


def _day(wish: Wish, present: Episode | None) -> date | None:
    """Give the date that the opening names, where a person said which; it lasts."""
    return wish.day or (date.fromisoformat(present.day) if present and present.day else None)
