"""The record of an episode before it is encoded: identity, history, and the hashes by which a change is known."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from audiopub.article import SPOKEN_KINDS, Article, text_prints
from audiopub.pipeline.studio import RECIPE, Prepared, Studio
from audiopub.publish.model import Act, Channel, Episode, Event, State
from audiopub.script import Script, SegmentKind
from audiopub.speech import Narration
from audiopub.units import Milliseconds
from audiopub.vietnamese import sentences, slug

_SUMMARY = 300
_REISSUED = "(đính chính)"
"""Behind the title of an episode that was issued anew, so that listeners see why it comes again."""


def draft(studio: Studio, work: Prepared, narration: Narration, fingerprint: str, wording: str) -> Episode:
    """Make the record of an episode; what is known only after encoding is still empty."""
    article, channel, present = work.article, studio.channel, work.present
    fresh = Episode(
        id=work.identity, guid=_guid(channel, work.identity, 1), name=_name(work, 1),
        title=article.title, author=article.author, description=_summary(article), article_url=article.canonical_url,
        published=work.published, updated=work.published, revision=1, audio="", audio_bytes=0, duration=Milliseconds(0), chapters=(),
        voice=narration.voice, fallback=narration.voice != studio.chain.voices[0], fingerprint=fingerprint, wording=wording, prints=work.prints or text_prints(article),
        printed=printed_of(work.script), own_title=work.wish.title or "", identities=work.names, pinned=work.wish.pin,
        show=channel.slug, state=State.EMBARGOED if work.published > work.now else State.PUBLISHED, section=article.category, tags=article.tags,
        edits=work.wish.edits, parts=work.parts, edition=work.edition,
        day=work.wish.day.isoformat() if work.wish.day else present.day if present else "",
    )  # fmt: skip
    if present is None:
        return _numbered(studio, fresh)
    return _reissued(channel, work, _revised(work, fresh, present), present) if work.wish.reissue else _revised(work, fresh, present)


def recorded(work: Prepared, episode: Episode) -> Episode:
    """Add to an episode's history what was done now."""
    return with_event(episode, work.now, _act(work, episode), note=work.wish.note, by=work.wish.by)


def with_event(episode: Episode, now: datetime, act: Act, *, note: str = "", by: str = "", to: int = 0) -> Episode:
    """Add a line to an episode's history.

    Args:
        episode: as it is after what was done.
        now: when; aware.
        act: what.
        note: what a person said of it.
        by: who.
        to: of a rollback, the revision that comes back.
    """
    event = Event(at=now.replace(microsecond=0), act=act, revision=episode.revision, audio=episode.audio, note=note, by=by, to=to)
    return replace(episode, history=(*episode.history, event))


def _act(work: Prepared, episode: Episode) -> Act:
    if work.present is None or work.present.state is State.EMBARGOED:
        return Act.EMBARGOED if episode.state is State.EMBARGOED else Act.PUBLISHED
    if work.present.state is State.WITHDRAWN:
        return Act.RESTORED if work.present.was_public else Act.EMBARGOED if episode.state is State.EMBARGOED else Act.PUBLISHED
    if work.wish.reissue:
        return Act.REISSUED
    return Act.CORRECTED if _reworded(work, work.present, episode) else Act.RENEWED


def _reworded(work: Prepared, present: Episode, episode: Episode) -> bool:
    """Tell whether listeners are to be told: other words of the article, or of its reading where a person asked for them."""
    if present.state is not State.PUBLISHED:
        return False
    asked = bool(work.wish.episode) and present.wording != episode.wording
    return asked or (bool(present.printed) and present.printed != episode.printed)


def _revised(work: Prepared, fresh: Episode, present: Episode) -> Episode:
    moment = work.now.replace(microsecond=0)
    reworded = _reworded(work, present, fresh)
    former = (present.audio, *(other.file for other in present.alternates)) if present.state is State.PUBLISHED else ()
    return replace(
        fresh, guid=present.guid, name=present.name, updated=moment, revision=present.revision + 1, issue=present.issue, season=present.season, number=present.number,
        corrected=moment if reworded else present.corrected, former_audio=(*present.former_audio, *former), edits=(*present.edits, *work.wish.edits),
        own_title=fresh.own_title or present.own_title, article_url=fresh.article_url or present.article_url, author=fresh.author or present.author,
        section=fresh.section or present.section, tags=fresh.tags or present.tags,
        history=present.history, former_names=present.former_names, title=_titled(fresh.title, present.issue),
    )  # fmt: skip


def _reissued(channel: Channel, work: Prepared, revised: Episode, present: Episode) -> Episode:
    """Make a new episode of it for every app, under addresses of its own; the old ones turn to its sound."""
    issue = present.issue + 1
    return replace(
        revised, guid=_guid(channel, work.identity, issue), name=_name(work, issue), issue=issue, published=work.published, updated=work.published,
        title=_titled(work.article.title, issue), former_names=(*present.former_names, present.name),
    )  # fmt: skip


def _titled(title: str, issue: int) -> str:
    return f"{title} {_REISSUED}" if issue > 1 else title


def _guid(channel: Channel, identity: str, issue: int) -> str:
    return str(uuid.uuid5(uuid.UUID(channel.guid), identity if issue == 1 else f"{identity}#{issue}"))


def _name(work: Prepared, issue: int) -> str:
    number = f"{work.identity[:6]}{f'-{issue}' if issue > 1 else ''}"
    return "-".join(filter(None, (f"{work.published:%Y-%m-%d}", slug(work.article.title), number)))


def _numbered(studio: Studio, episode: Episode) -> Episode:
    """Give an episode the next number of its year's season, where the show counts."""
    if not studio.channel.more.season_names:
        return episode
    season, show = episode.published.year, studio.channel.slug
    return replace(episode, season=season, number=number_of(studio, show, season, episode.id))


def number_of(studio: Studio, show: str, season: int, episode: str) -> int:
    """Give an episode's number, and keep it for it."""
    taken = max((other.number or 0 for other in studio.catalog.episodes(show) if other.season == season), default=0)
    return studio.numbers.number(show, season, episode, taken)


_AROUND = frozenset({SegmentKind.JINGLE, SegmentKind.OPENING, SegmentKind.CLOSING})


def printed_of(script: Script) -> str:
    """Hash what the article itself prints, whatever a show says around it and however it is read."""
    digest = hashlib.sha256(script.title.encode())
    for segment in script.segments:
        if segment.kind not in _AROUND:
            digest.update(f"\0{segment.kind}\0{segment.written}".encode())
    return digest.hexdigest()


def wording_of(script: Script) -> str:
    """Hash what is printed and said, whoever says it."""
    digest = hashlib.sha256(script.title.encode())
    for segment in script.segments:
        digest.update(f"\0{segment.kind}\0{segment.written}\0{segment.spoken}".encode())
    return digest.hexdigest()


def fingerprint_of(studio: Studio, work: Prepared, wording: str, engine: str) -> str:
    """Hash everything that an episode's files are made from."""
    channel, script = studio.channel, work.script
    digest = hashlib.sha256(wording.encode())
    for segment in script.segments:
        rewrites = [(r.start, r.end, r.spoken, r.rule, r.confidence) for r in segment.rewrites]
        digest.update(f"\0{segment.section} {segment.paragraph} {segment.pause_after} {rewrites}".encode())
    made_from = {
        "recipe": RECIPE, "headings": script.headings, "engine": engine, "before": studio.style.pauses.before,
        "encoder": [encoder.identity for encoder in (studio.encoder, *studio.others)],
        "channel": [channel.title, channel.author, channel.base_url, channel.slug, channel.language],
        "jingles": studio.jingle_key, "cover": hashlib.sha256(studio.cover()).hexdigest(), "links": sorted(work.links.items()),
    }  # fmt: skip
    digest.update(hash_of(made_from).encode())
    return digest.hexdigest()


def hash_of(values: object) -> str:
    """Hash plain values."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _summary(article: Article) -> str:
    """Give the lead, or as many first sentences as fit a short description."""
    if article.lead:
        return article.lead
    return _first((sentence for block in article.blocks for sentence in (sentences(block.text) if block.kind in SPOKEN_KINDS else ())), _SUMMARY)


def _first(pieces: Iterable[str], most: int) -> str:
    text = ""
    for piece in pieces:
        if text and len(text) + len(piece) > most:
            return text
        text = f"{text} {piece}".strip()
    return text
