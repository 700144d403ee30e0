"""The use cases: an article in, an episode and a feed out."""

import hashlib
import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO

from audiopub.article import SPOKEN_KINDS, Article, check, extract, same_text, text_prints
from audiopub.audio import Pcm
from audiopub.episode import Row, Timeline, chapters, cues, mastered, placed, rendered
from audiopub.errors import EngineUnavailable
from audiopub.publish.artwork import card
from audiopub.publish.catalog import Catalog
from audiopub.publish.chapters import json_chapters
from audiopub.publish.encoder import Encoder, Tags
from audiopub.publish.manifest import manifest, script_table
from audiopub.publish.model import Channel, Episode
from audiopub.publish.page import episode_page
from audiopub.publish.release import Rebuilt, rebuild, release
from audiopub.publish.store import Store
from audiopub.publish.text import clock
from audiopub.publish.transcript import subrip, webvtt
from audiopub.script import Script, Segment, SegmentKind, Style, compose
from audiopub.source import Page
from audiopub.source.address import is_web, tidied
from audiopub.speech import Narration, SegmentCache, VoiceChain
from audiopub.units import Hertz, Milliseconds, Samples
from audiopub.vietnamese import sentences, slug

RECIPE = "3"
"""Part of every fingerprint: raise it when the same script must give other audio or other pages."""

_CHARACTERS_A_SECOND = 17.5
_SUMMARY = 300
_OPENING = "Mở đầu"
"""Title of the chapter before the first heading."""

_JINGLE_PAUSE = Milliseconds(400)

Progress = Callable[[str, int, int], None]
"""Told the stage's name, how much of it is done and how much there is."""


class Outcome(StrEnum):
    """What became of an article."""

    PUBLISHED = "published"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jingles:
    """Sounds at an episode's ends; None where the show has none."""

    intro: Pcm | None = None
    outro: Pcm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """A show with everything it needs to be made."""

    channel: Channel
    style: Style
    chain: VoiceChain
    cache: SegmentCache
    encoder: Encoder
    store: Store
    catalog: Catalog
    scratch: Callable[[], AbstractContextManager[BinaryIO]]
    """Opens an empty file for the audio while it is being made."""

    read: Callable[[Page], Article] = extract
    """Finds the article in a page; where pages come from strangers, in a process of its own."""

    jingles: Callable[[Hertz], Jingles] = lambda _rate: Jingles()
    """Gives the show's jingles at the voice's rate."""

    art: bytes | None = None
    """The show's own cover, a JPEG; None for a drawn one."""

    cover: Callable[[], bytes] = bytes
    """Gives the picture that goes into audio files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a render did."""

    outcome: Outcome
    article: Article
    script: Script
    episode: Episode | None
    """None for a plan."""

    made: int = 0
    """Segments that an engine was asked for; the rest came from the cache."""

    refused: dict[str, str] = field(default_factory=dict)
    """Voices that failed before the one that read, with their reasons."""

    feed_changed: bool = False
    missing: tuple[str, ...] = ()
    """Audio files of the show's episodes that are gone from the store."""

    estimate: Milliseconds = Milliseconds(0)
    """Length of the audio as guessed from the number of characters."""


def render(
    studio: Studio, page: Page, *, now: datetime, title: str | None = None, source_id: str | None = None, accept: frozenset[str] = frozenset(), progress: Progress
) -> Result:
    """Turn a page into a published episode, or into its next revision.

    Nothing is spoken again that was spoken before, and nothing is published again that has not changed.

    Args:
        studio: the show.
        page: the article's page.
        now: the present moment, aware.
        title: used instead of the page's own.
        source_id: the article's identity in the newsroom's system; else its canonical address, else the page's.
        accept: codes of refusals that a person has looked at and accepts all the same.
        progress: told what is going on.

    Raises:
        BadInput: the page is no article that may be published.
        SpeechFailed: no voice of the show could read it.
    """
    progress("extracting", 0, 1)
    article, identity = _read(studio, page, title, source_id, accept)
    present = studio.catalog.find(studio.channel.slug, identity)
    published = _publication(article, present, now)
    script = compose(article, _style_for(studio, page, article, source_id), published.date())
    narration = studio.chain.narrate(script, studio.cache, lambda done, of: progress("speaking", done, of))
    jingles = studio.jingles(narration.rate)
    fingerprint = _fingerprint(studio, script, narration, jingles)
    result = Result(outcome=Outcome.UNCHANGED, article=article, script=script, episode=present, made=narration.made, refused=dict(narration.refused))
    draft = _draft(studio, article, identity, published, present, now, narration, fingerprint)
    if present and _serves(studio, present, draft):
        feed = rebuild(studio.channel, studio.store, studio.catalog, art=studio.art)
    else:
        provenance = _provenance(page, narration, _identities(page, article, source_id))
        episode, feed = _produce(studio, provenance, article, script, narration, jingles, draft, progress)
        result = replace(result, outcome=Outcome.UPDATED if present else Outcome.PUBLISHED, episode=episode)
    return replace(result, feed_changed=feed.changed, missing=feed.missing)


def plan(studio: Studio, page: Page, *, now: datetime, title: str | None = None, source_id: str | None = None, accept: frozenset[str] = frozenset()) -> Result:
    """Say what a render would do, without a voice and without publishing."""
    article, identity = _read(studio, page, title, source_id, accept)
    present = studio.catalog.find(studio.channel.slug, identity)
    script = compose(article, _style_for(studio, page, article, source_id), _publication(article, present, now).date())
    seconds = sum(len(segment.spoken) for segment in script.segments) / _CHARACTERS_A_SECOND
    pauses = sum(segment.pause_after for segment in script.segments)
    return Result(outcome=Outcome.PLANNED, article=article, script=script, episode=None, estimate=Milliseconds(round(seconds * 1000) + pauses))


def rebuild_feed(studio: Studio) -> Rebuilt:
    """Write a show's feed and page again from its catalog."""
    return rebuild(studio.channel, studio.store, studio.catalog, art=studio.art)


def episode_id(identity: str) -> str:
    """Make an episode's id from its source's identity: 16 hexadecimal digits.

    >>> episode_id("https://bao.example/bai-1.html")
    'ca20adaae3e0fef1'
    """
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _read(studio: Studio, page: Page, title: str | None, source_id: str | None, accept: frozenset[str]) -> tuple[Article, str]:
    article = studio.read(page)
    if title:
        article = replace(article, title=" ".join(title.split()))
    article = check(article, page.name, accept)
    return article, _identity(studio, article, page, source_id)


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


def _style_for(studio: Studio, page: Page, article: Article, source_id: str | None) -> Style:
    """Give the show's style with the lexicon entries that count in one article."""
    return replace(studio.style, lexicon=studio.style.lexicon.for_article(*_identities(page, article, source_id)))


def _publication(article: Article, present: Episode | None, now: datetime) -> datetime:
    """Give the time of publication: the newspaper's, never in the future, never moved once given out."""
    if present:
        return present.published
    moment = min(article.published or now, now)
    return moment.replace(microsecond=0)


def _draft(
    studio: Studio, article: Article, identity: str, published: datetime, present: Episode | None, now: datetime, narration: Narration, fingerprint: tuple[str, str]
) -> Episode:
    """Make the record of an episode; what is known only after encoding is still empty."""
    made_from, wording = fingerprint
    moment = now.replace(microsecond=0)
    fresh = Episode(
        id=identity, guid=str(uuid.uuid5(uuid.UUID(studio.channel.guid), identity)),
        name="-".join(filter(None, (f"{published:%Y-%m-%d}", slug(article.title), identity[:6]))),
        title=article.title, author=article.author, description=_summary(article), article_url=article.canonical_url,
        published=published, updated=published, revision=1, audio="", audio_bytes=0, duration=Milliseconds(0), chapters=(),
        voice=narration.voice, fallback=narration.voice != studio.chain.voices[0], fingerprint=made_from, wording=wording, prints=text_prints(article),
    )  # fmt: skip
    if present is None:
        return fresh
    return replace(
        fresh, guid=present.guid, name=present.name, updated=moment, revision=present.revision + 1,
        corrected=moment if present.wording != wording else present.corrected, former_audio=(*present.former_audio, present.audio),
    )  # fmt: skip


def _serves(studio: Studio, present: Episode, draft: Episode) -> bool:
    """Tell whether the published revision may stay: all its files are there, and a new one would not be better.

    A fallback voice never takes the place of the show's own for the same words; for other words it does,
    since a wrong word in public is worse than a plainer voice.
    """
    same = present.fingerprint == draft.fingerprint
    downgrade = draft.fallback and not present.fallback and present.wording == draft.wording
    return (same or downgrade) and _complete(studio, present)


def _produce(
    studio: Studio, provenance: dict[str, Any], article: Article, script: Script, narration: Narration, jingles: Jingles, draft: Episode, progress: Progress
) -> tuple[Episode, Rebuilt]:
    timeline, sounds = _laid_out(studio, script, narration, jingles)

    def sound_of(row: Row) -> Pcm:
        pcm = sounds.get(row.key) or studio.cache.get(row.key)
        if pcm is None:
            raise EngineUnavailable("speech.no_sound", engine=narration.voice, text=row.segment.spoken[:60])
        return pcm

    progress("measuring", 0, 1)
    master = mastered(timeline, sound_of)
    marks = chapters(timeline, script, _OPENING)
    draft = replace(draft, duration=timeline.time(timeline.total), chapters=marks)
    with studio.scratch() as audio:
        pieces = _watched(rendered(timeline, sound_of, master), len(timeline.rows), progress)
        encoded = studio.encoder.encode(pieces, timeline.rate, _tags(studio, draft), audio)
        name = f"{draft.name}-{encoded.sha256[:8]}.mp3"
        former = tuple(dict.fromkeys(known for known in draft.former_audio if known != name))
        episode = replace(draft, audio=name, audio_bytes=encoded.size, former_audio=former)
        progress("publishing", 0, 1)
        record = manifest(episode, article, timeline, master, provenance)
        texts = _texts(studio.channel, episode, timeline, script, record)
        feed = release(studio.channel, episode, audio, texts, studio.store, studio.catalog, art=studio.art)
    return episode, feed


def _laid_out(studio: Studio, script: Script, narration: Narration, jingles: Jingles) -> tuple[Timeline, dict[str, Pcm]]:
    """Lay the segments out, jingles included, and give the jingles' sounds by key."""
    segments, keys, lengths = list(script.segments), list(narration.keys), list(narration.lengths)
    sounds: dict[str, Pcm] = {}
    for pcm, place, section in ((jingles.intro, 0, 0), (jingles.outro, len(segments) + 1, len(script.headings))):
        if pcm is not None:
            key = _jingle_key(pcm)
            sounds[key] = pcm
            segments.insert(place, Segment(section=section, kind=SegmentKind.JINGLE, written="", spoken="", pause_after=_JINGLE_PAUSE))
            keys.insert(place, key)
            lengths.insert(place, Samples(len(pcm)))
    whole = replace(script, segments=tuple(segments))
    return placed(whole, keys, lengths, narration.rate, studio.style.pauses.before), sounds


def _watched(pieces: Any, rows: int, progress: Progress) -> Any:
    for number, piece in enumerate(pieces):
        progress("encoding", number // 2, rows)
        yield piece


def _tags(studio: Studio, episode: Episode) -> Tags:
    return Tags(
        title=episode.title, artist=studio.channel.author, album=studio.channel.title, date=f"{episode.published:%Y-%m-%d}", language="vie",
        url=episode.article_url, comment=episode.description, length=episode.duration, cover=studio.cover(), chapters=episode.chapters,
    )  # fmt: skip


def _texts(channel: Channel, episode: Episode, timeline: Timeline, script: Script, record: str) -> dict[str, bytes]:
    heard = cues(timeline)
    footer = f"{episode.published:%d/%m/%Y} · {clock(episode.duration)}"
    return {
        episode.file(".vtt"): webvtt(heard, channel.language).encode(),
        episode.file(".srt"): subrip(heard).encode(),
        episode.file(".chapters.json"): json_chapters(episode.chapters, episode.title).encode(),
        episode.file(".script.tsv"): script_table(script).encode(),
        episode.file(".json"): record.encode(),
        episode.file(".png"): card(episode.title, channel.title, footer),
        episode.file(".html"): episode_page(channel, episode, timeline).encode(),
    }


def _provenance(page: Page, narration: Narration, identities: tuple[str, ...]) -> dict[str, Any]:
    return {
        "source": page.url or page.identity, "source_sha256": hashlib.sha256(page.body).hexdigest(),
        "engine": narration.identity, "voice": narration.voice, "refused": dict(narration.refused), "recipe": RECIPE,
        "identities": list(identities),
    }  # fmt: skip


def _fingerprint(studio: Studio, script: Script, narration: Narration, jingles: Jingles) -> tuple[str, str]:
    """Hash everything that an episode's files are made from, and what is printed and said in it alone."""
    channel = studio.channel
    wording = _hash({"title": script.title, "segments": [(segment.kind, segment.written, segment.spoken) for segment in script.segments]})
    made_from = {
        "recipe": RECIPE, "script": asdict(script), "engine": narration.identity,
        "before": studio.style.pauses.before, "encoder": studio.encoder.identity,
        "channel": [channel.title, channel.author, channel.base_url, channel.slug, channel.language],
        "jingles": [_jingle_key(pcm) if pcm else None for pcm in (jingles.intro, jingles.outro)],
        "cover": hashlib.sha256(studio.cover()).hexdigest(),
    }  # fmt: skip
    return _hash(made_from), wording


def _hash(values: object) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _jingle_key(pcm: Pcm) -> str:
    return "jingle:" + hashlib.sha256(pcm.raw).hexdigest()


def _complete(studio: Studio, episode: Episode) -> bool:
    size, key = studio.store.size, studio.channel.key
    return size(key(episode.audio)) == episode.audio_bytes and all(size(key(name)) for name in episode.files)


def _summary(article: Article) -> str:
    """Give the lead, or as many first sentences as fit a short description."""
    if article.lead:
        return article.lead
    text = ""
    for block in article.blocks:
        for sentence in sentences(block.text) if block.kind in SPOKEN_KINDS else ():
            if text and len(text) + len(sentence) > _SUMMARY:
                return text
            text = f"{text} {sentence}".strip()
    return text
