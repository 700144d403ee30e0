"""The first part of a render: the article is read, known again, and its script composed."""

import hashlib
from dataclasses import replace
from datetime import datetime

from audiopub.article import Article, check, same_text, text_prints
from audiopub.errors import BadInput
from audiopub.pipeline.studio import Outcome, Prepared, Progress, Result, Studio, Wish
from audiopub.publish.model import Edit, Episode, State
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
    article, present, identity = _read(studio, page, wish)
    studio.rest()
    published = _publication(article, present, wish, now)
    names = _identities(page, article, wish.source_id)
    script = compose(article, _style_for(studio, names), published.date())
    return Prepared(page=page, article=article, identity=identity, present=present, published=published, script=script, names=names, now=now, wish=wish)


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


def _read(studio: Studio, page: Page, wish: Wish) -> tuple[Article, Episode | None, str]:
    article = studio.read(page)
    if wish.title:
        article = replace(article, title=" ".join(wish.title.split()))
    # Known again by the page's own words: what a person set right must not make another article of it.
    identity = wish.episode or _identity(studio, article, page, wish.source_id)
    present = studio.catalog.find(studio.channel.slug, identity)
    article = edited(article, present.edits if present else ())
    article = edited(article, wish.edits, must=True)
    return check(article, page.name, wish.accept), present, identity


def edited(article: Article, edits: tuple[Edit, ...], *, must: bool = False) -> Article:
    """Set places of an article right: in its title, lead and blocks.

    Args:
        article: as the page has it.
        edits: what stands there, and what should.
        must: whether every place has to be found. An older edit need not be: the newspaper may have set its page right itself.

    Raises:
        BadInput: a place is not in the article, or in it more than once.
    """
    for edit in edits:
        texts = (article.title, article.lead or "", *(block.text for block in article.blocks))
        count = sum(text.count(edit.old) for text in texts)
        if must and count != 1:
            raise BadInput("correct.no_such_text" if count == 0 else "correct.text_twice", text=edit.old, **({"count": count} if count else {}))
        article = replace(
            article, title=article.title.replace(edit.old, edit.new), lead=article.lead.replace(edit.old, edit.new) if article.lead else None,
            blocks=tuple(replace(block, text=block.text.replace(edit.old, edit.new)) for block in article.blocks),
        )  # fmt: skip
    return article


def _identity(studio: Studio, article: Article, page: Page, source_id: str | None) -> str:
    """Give the episode's id: from the newsroom's own id, else the address, else that of an episode with the same text.

    The same article under a second address (a mobile page, another section) is the same episode.
    """
    if source_id:
        return episode_id(source_id)
    address = article.canonical_url or page.identity
    own = episode_id(tidied(address) if is_web(address) else address)
    if studio.catalog.find(studio.channel.slug, own):
        return own
    prints = text_prints(article)
    twin = next((episode for episode in studio.catalog.episodes(studio.channel.slug) if same_text(episode.prints, prints)), None)
    return twin.id if twin else own


def _identities(page: Page, article: Article, source_id: str | None) -> tuple[str, ...]:
    """Give every name by which a lexicon's entry may mean an article; the record keeps them, so that an entry's impact can be told."""
    return tuple(filter(None, (source_id, article.canonical_url, page.url, page.identity)))


def _style_for(studio: Studio, names: tuple[str, ...]) -> Style:
    """Give the show's style with the lexicon entries that count in one article."""
    return replace(studio.style, lexicon=studio.style.lexicon.for_article(*names))


def _publication(article: Article, present: Episode | None, wish: Wish, now: datetime) -> datetime:
    """Give the time of publication: the newspaper's, or the one a person names; never moved once listeners have it.

    A page whose own date lies ahead is out already, and its date is wrong; what is under embargo is said to be so.
    """
    if present and not wish.reissue and not (wish.not_before and present.state is State.EMBARGOED):
        return present.published
    moment = now if wish.reissue else min(article.published or now, now)
    return max(moment, wish.not_before or moment).replace(microsecond=0)
