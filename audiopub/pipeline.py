"""The use cases: an article in, an episode and a feed out."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, TypeVar

from audiopub.article import SPOKEN_KINDS, Article, check, extract, same_text, text_prints
from audiopub.audio import Levels, Mark, Pcm, levels_of
from audiopub.episode import Bed, Master, Row, Run, Timeline, Voiced, beds, chapters, cues, mastered, placed, runs, word_places
from audiopub.episode.bed import UNDER
from audiopub.errors import EngineUnavailable
from audiopub.publish.artwork import card
from audiopub.publish.catalog import Catalog
from audiopub.publish.chapters import json_chapters
from audiopub.publish.encoder import Encoder, Tags
from audiopub.publish.manifest import manifest, script_table
from audiopub.publish.model import Alternate, Channel, Episode
from audiopub.publish.page import episode_page
from audiopub.publish.release import Rebuilt, rebuild, release
from audiopub.publish.store import Store
from audiopub.publish.text import clock
from audiopub.publish.transcript import json_transcript, subrip, webvtt
from audiopub.script import Script, Segment, SegmentKind, Style, compose
from audiopub.source import Page
from audiopub.source.address import is_web, tidied
from audiopub.speech import Glance, Narration, SegmentCache, Take, VoiceChain
from audiopub.units import Decibels, Hertz, Lufs, Milliseconds, Samples
from audiopub.vietnamese import sentences, slug

RECIPE = "4"
"""Part of every fingerprint: raise it when the same script must give other audio or other pages."""

_CHARACTERS_A_SECOND = 17.5
_SUMMARY = 300
_OPENING = "Mở đầu"
"""Title of the chapter before the first heading."""

_FEW = 0.02
"""Share of an episode's segments that may be new without its loudness being worked out again: it cannot move by a tenth of a unit."""

_ATTEMPTS = 3
"""Times that an episode is put together anew because sound was lost meanwhile."""

_JINGLE_PAUSE = Milliseconds(400)
_EARCON_PAUSE = Milliseconds(250)

_Sound = TypeVar("_Sound", Take, Glance)

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
    """A show's own sounds; None where it has none."""

    intro: Pcm | None = None
    """Before the first word."""

    outro: Pcm | None = None
    """After the last."""

    earcon: Pcm | None = None
    """Before every heading."""

    bed: Pcm | None = None
    """Music under the opening and the closing."""


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

    others: tuple[Encoder, ...] = ()
    """Write the same audio in other forms, beside the first."""

    rest: Callable[[], None] = lambda: None
    """Called between the stages of an episode: what they leave behind can be given back to the machine."""

    jingle_key: str = ""
    """Hash of the files they come from."""

    hear: Callable[[BinaryIO, Timeline, Master], None] | None = None
    """Listens to the audio before it is published, and raises :class:`AudioSuspect` where it is not what it should be; None where nobody does."""

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
    return produce(studio, prepare(studio, page, now=now, title=title, source_id=source_id, accept=accept, progress=progress), progress=progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An article that was read and may be spoken."""

    page: Page
    article: Article
    identity: str
    """The episode's id."""

    present: Episode | None
    """What is published of it."""

    published: datetime
    script: Script
    names: tuple[str, ...]
    """Every name by which a lexicon's entry may mean the article."""

    now: datetime


def prepare(
    studio: Studio, page: Page, *, now: datetime, title: str | None = None, source_id: str | None = None, accept: frozenset[str] = frozenset(), progress: Progress
) -> Prepared:
    """Do the first part of :func:`render`: read the article, find out whether it is known, and compose its script.

    Raises:
        BadInput: the page is no article that may be published.
    """
    progress("extracting", 0, 1)
    article, identity = _read(studio, page, title, source_id, accept)
    studio.rest()
    present = studio.catalog.find(studio.channel.slug, identity)
    published = _publication(article, present, now)
    names = _identities(page, article, source_id)
    script = compose(article, _style_for(studio, names), published.date())
    return Prepared(page=page, article=article, identity=identity, present=present, published=published, script=script, names=names, now=now)


def produce(studio: Studio, work: Prepared, *, feed: bool = True, progress: Progress) -> Result:
    """Do the second part of :func:`render`: speak, encode, publish.

    Args:
        studio: the show.
        work: what :func:`prepare` gave.
        feed: whether the feed is written again; who renders many articles does that once, by :func:`rebuild_feed`.
        progress: told what is going on.

    Raises:
        SpeechFailed: no voice of the show could read it.
        AudioSuspect: somebody listens, and it is not what it should be.
    """
    script, present = work.script, work.present
    unchanged = Result(outcome=Outcome.UNCHANGED, article=work.article, script=script, episode=present)
    wording = _wording(script)
    expected = studio.chain.identities
    if present and expected and present.fingerprint == _fingerprint(studio, wording, script, " + ".join(expected)) and _complete(studio, present):
        return _with_feed(studio, unchanged, feed=feed)  # no voice is asked, and no sound is read
    told = unchanged
    for attempt in range(_ATTEMPTS):
        try:
            told = _spoken(studio, work, replace(unchanged, made=told.made), wording, progress)
            break
        except SoundLost as lost:  # damage shows when the samples are read; what is gone is said again
            told = replace(told, made=told.made + lost.made)
            if attempt == _ATTEMPTS - 1:
                raise
    return _with_feed(studio, told, feed=feed)


class SoundLost(EngineUnavailable):
    """A segment's sound was gone, or damaged, when it was to be joined."""

    made = 0
    """Segments that were spoken before it was noticed."""


def _spoken(studio: Studio, work: Prepared, unchanged: Result, wording: str, progress: Progress) -> Result:
    script, present = work.script, work.present
    narration = studio.chain.narrate(script, studio.cache, lambda done, of: progress("speaking", done, of))
    studio.rest()
    draft = _draft(studio, work, narration, (_fingerprint(studio, wording, script, narration.identity), wording))
    told = replace(unchanged, made=unchanged.made + narration.made, refused=dict(narration.refused))
    if present and _serves(studio, present, draft):
        return told
    try:
        episode = _produced(studio, work, narration, draft, progress)
    except SoundLost as lost:
        lost.made = narration.made
        raise
    return replace(told, outcome=Outcome.UPDATED if present else Outcome.PUBLISHED, episode=episode)


def _with_feed(studio: Studio, result: Result, *, feed: bool) -> Result:
    if not feed:
        return result
    rebuilt = rebuild_feed(studio)
    return replace(result, feed_changed=rebuilt.changed, missing=rebuilt.missing)


def plan(studio: Studio, page: Page, *, now: datetime, title: str | None = None, source_id: str | None = None, accept: frozenset[str] = frozenset()) -> Result:
    """Say what a render would do, without a voice and without publishing."""
    article, identity = _read(studio, page, title, source_id, accept)
    present = studio.catalog.find(studio.channel.slug, identity)
    script = compose(article, _style_for(studio, _identities(page, article, source_id)), _publication(article, present, now).date())
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


def _style_for(studio: Studio, names: tuple[str, ...]) -> Style:
    """Give the show's style with the lexicon entries that count in one article."""
    return replace(studio.style, lexicon=studio.style.lexicon.for_article(*names))


def _publication(article: Article, present: Episode | None, now: datetime) -> datetime:
    """Give the time of publication: the newspaper's, never in the future, never moved once given out."""
    if present:
        return present.published
    moment = min(article.published or now, now)
    return moment.replace(microsecond=0)


def _draft(studio: Studio, work: Prepared, narration: Narration, fingerprint: tuple[str, str]) -> Episode:
    """Make the record of an episode; what is known only after encoding is still empty."""
    made_from, wording = fingerprint
    article, identity, published, present = work.article, work.identity, work.published, work.present
    moment = work.now.replace(microsecond=0)
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


def _produced(studio: Studio, work: Prepared, narration: Narration, draft: Episode, progress: Progress) -> Episode:
    jingles = studio.jingles(narration.rate)
    timeline, sounds = _laid_out(studio, work.script, narration, jingles)
    shelf = _Shelf(studio.cache, sounds, narration)
    progress("measuring", 0, 1)
    music = beds(timeline, jingles.bed)
    master = _master(studio, work.present, timeline, shelf, music)
    draft = replace(draft, duration=timeline.time(timeline.total), chapters=chapters(timeline, work.script, _OPENING))
    studio.rest()
    with studio.scratch() as audio:
        pieces = runs(timeline, shelf.take, master, music)
        encoded = studio.encoder.encode(pieces, timeline.rate, _tags(studio, draft), audio, lambda done, of: progress("encoding", done, of))
        if studio.hear is not None:
            progress("listening", 0, 1)
            studio.hear(audio, timeline, master)
            audio.seek(0)
        name = f"{draft.name}-{encoded.sha256[:8]}{studio.encoder.suffix}"
        former = tuple(dict.fromkeys(known for known in draft.former_audio if known != name))
        alternates = _alternates(studio, draft, pieces, timeline.rate)
        episode = replace(draft, audio=name, audio_bytes=encoded.size, former_audio=former, alternates=alternates)
        progress("publishing", 0, 1)
        studio.rest()
        provenance = _provenance(work, narration)
        texts = _texts(
            studio.channel, episode, timeline, work.script, word_places(timeline, shelf.marks), lambda: manifest(episode, work.article, timeline, master, provenance)
        )
        release(studio.channel, episode, audio, texts, studio.store, studio.catalog, studio.scratch)
    return episode


def _alternates(studio: Studio, draft: Episode, pieces: tuple[Run, ...], rate: Hertz) -> tuple[Alternate, ...]:
    """Write and put the same audio in other forms; they are named by the feed only once it is written."""
    found: list[Alternate] = []
    for encoder in studio.others:
        with studio.scratch() as audio:
            encoded = encoder.encode(pieces, rate, _tags(studio, draft), audio, lambda _done, _of: None)
            file = f"{draft.name}-{encoded.sha256[:8]}{encoder.suffix}"
            studio.store.put(studio.channel.key(file), audio)
            found.append(Alternate(file=file, bytes=encoded.size))
    return tuple(found)


class _Shelf:
    """The sounds of an episode's rows: those of the voices from the cache, the show's own from memory."""

    def __init__(self, cache: SegmentCache, own: Mapping[str, Take], narration: Narration) -> None:
        self._cache, self._own, self._voice = cache, own, narration.voice
        self._marks = dict(zip(narration.keys, narration.marks, strict=True))

    def take(self, row: Row) -> Take:
        return self._found(row, self._own.get(row.key) or self._cache.get(row.key))

    def levels(self, row: Row) -> Levels:
        return self._glance(row).levels

    def marks(self, row: Row) -> tuple[Mark, ...]:
        packed = self._marks.get(row.key, ())
        return tuple(Mark(Samples(at), place) for at, place in zip(packed[::2], packed[1::2], strict=True))

    def _glance(self, row: Row) -> Glance:
        own = self._own.get(row.key)
        return own.glance if own else self._found(row, self._cache.glance(row.key))

    def _found(self, row: Row, found: _Sound | None) -> _Sound:
        if found is None:
            raise SoundLost("speech.no_sound", engine=self._voice, text=row.segment.spoken[:60])
        return found


def _master(studio: Studio, present: Episode | None, timeline: Timeline, shelf: _Shelf, music: tuple[Bed, ...]) -> Master:
    """Level an episode as its published revision is levelled, where it can be: what was not corrected keeps its bytes."""
    record = studio.store.get(studio.channel.key(present.file(".json"))) if present else None
    try:
        published = json.loads(record) if record else {}
        # What another recipe was levelled by says nothing of this one.
        former = published.get("audio", {}) if published.get("provenance", {}).get("recipe") == RECIPE else {}
        gain, loudness = (Decibels(float(former["gain_db"])), Lufs(float(former["loudness_lufs"]))) if former else (None, Lufs(0.0))
        known = {row["key"] for row in published.get("segments", ())}
        offsets = {voice: Decibels(float(offset)) for voice, offset in former.get("voices_db", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return mastered(timeline, shelf.levels, music)  # an older or damaged record only costs encoding anew
    fresh = sum(row.key not in known for row in timeline.rows)
    if gain is not None and fresh <= _FEW * len(timeline.rows) and _voices(timeline) == {row["voice"] for row in published["segments"]}:
        return Master(gain=gain, loudness=loudness, offsets=offsets)
    return mastered(timeline, shelf.levels, music, former=gain)


def _voices(timeline: Timeline) -> set[str]:
    return {row.voice for row in timeline.rows}


def _laid_out(studio: Studio, script: Script, narration: Narration, jingles: Jingles) -> tuple[Timeline, dict[str, Take]]:
    """Lay the segments out, the show's own sounds among them, and give those by key."""
    own: dict[str, Take] = {}
    segments: list[Segment] = []
    voiced: list[Voiced] = []

    def add(pcm: Pcm | None, section: int, pause: Milliseconds) -> None:
        if pcm is not None:
            key = _jingle_key(pcm)
            own.setdefault(key, Take(pcm=pcm, levels=levels_of(pcm)))
            segments.append(Segment(section=section, kind=SegmentKind.JINGLE, written="", spoken="", pause_after=pause))
            voiced.append(Voiced(key=key, length=Samples(len(pcm))))

    add(jingles.intro, 0, _JINGLE_PAUSE)
    for segment, key, length, voice in zip(script.segments, narration.keys, narration.lengths, narration.voices, strict=True):
        if segment.kind is SegmentKind.HEADING:
            add(jingles.earcon, segment.section, _EARCON_PAUSE)
        segments.append(segment)
        voiced.append(Voiced(key=key, length=length, voice=voice))
    add(jingles.outro, len(script.headings), _JINGLE_PAUSE)
    whole = replace(script, segments=tuple(segments))
    unbroken = frozenset().union(*UNDER) if jingles.bed is not None else frozenset[SegmentKind]()
    return placed(whole, voiced, narration.rate, studio.style.pauses.before, studio.encoder.joints(narration.rate), unbroken), own


def _tags(studio: Studio, episode: Episode) -> Tags:
    return Tags(
        title=episode.title, artist=studio.channel.author, album=studio.channel.title, date=f"{episode.published:%Y-%m-%d}", language="vie",
        url=episode.article_url, comment=episode.description, length=episode.duration, cover=studio.cover(), chapters=episode.chapters,
    )  # fmt: skip


Words = Mapping[Samples, Sequence[int]]


def _texts(
    channel: Channel, episode: Episode, timeline: Timeline, script: Script, words: Words, record: Callable[[], Iterator[str]]
) -> dict[str, Callable[[], Iterable[bytes]]]:
    """Give what makes each of an episode's files; one is made at a time, piece by piece, since those of a long episode are large."""
    footer = f"{episode.published:%d/%m/%Y} · {clock(episode.duration)}"
    return {
        episode.file(".vtt"): lambda: _bytes(webvtt(cues(timeline, words), channel.language)),
        episode.file(".srt"): lambda: _bytes(subrip(cues(timeline))),
        episode.file(".transcript.json"): lambda: _bytes(json_transcript(cues(timeline, words))),
        episode.file(".chapters.json"): lambda: [json_chapters(episode.chapters, episode.title).encode()],
        episode.file(".script.tsv"): lambda: _bytes(script_table(script)),
        episode.file(".json"): lambda: _bytes(record()),
        episode.file(".png"): lambda: [card(episode.title, channel.title, footer)],
        episode.file(".html"): lambda: [episode_page(channel, episode, timeline).encode()],
    }


def _bytes(parts: Iterable[str]) -> Iterator[bytes]:
    return (part.encode() for part in parts)


def _provenance(work: Prepared, narration: Narration) -> dict[str, Any]:
    page = work.page
    return {
        "source": page.url or page.identity, "source_sha256": hashlib.sha256(page.body).hexdigest(),
        "engine": narration.identity, "voice": narration.voice, "refused": dict(narration.refused), "recipe": RECIPE,
        "identities": list(work.names),
    }  # fmt: skip


def _wording(script: Script) -> str:
    """Hash what is printed and said, whoever says it."""
    digest = hashlib.sha256(script.title.encode())
    for segment in script.segments:
        digest.update(f"\0{segment.kind}\0{segment.written}\0{segment.spoken}".encode())
    return digest.hexdigest()


def _fingerprint(studio: Studio, wording: str, script: Script, engine: str) -> str:
    """Hash everything that an episode's files are made from."""
    channel = studio.channel
    digest = hashlib.sha256(wording.encode())
    for segment in script.segments:
        rewrites = [(r.start, r.end, r.spoken, r.rule, r.confidence) for r in segment.rewrites]
        digest.update(f"\0{segment.section} {segment.paragraph} {segment.pause_after} {rewrites}".encode())
    made_from = {
        "recipe": RECIPE, "headings": script.headings, "engine": engine, "before": studio.style.pauses.before,
        "encoder": [encoder.identity for encoder in (studio.encoder, *studio.others)],
        "channel": [channel.title, channel.author, channel.base_url, channel.slug, channel.language],
        "jingles": studio.jingle_key, "cover": hashlib.sha256(studio.cover()).hexdigest(),
    }  # fmt: skip
    digest.update(_hash(made_from).encode())
    return digest.hexdigest()


def _hash(values: object) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _jingle_key(pcm: Pcm) -> str:
    return "jingle:" + hashlib.sha256(pcm.raw).hexdigest()


def _complete(studio: Studio, episode: Episode) -> bool:
    size, key = studio.store.size, studio.channel.key
    sizes = {episode.audio: episode.audio_bytes, **{other.file: other.bytes for other in episode.alternates}}
    return all(size(key(name)) == wanted for name, wanted in sizes.items()) and all(size(key(name)) for name in episode.files)


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
