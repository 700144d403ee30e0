"""The use case: an article in, an episode and a feed out."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from audiopub.errors import Outdated, Overtaken
from audiopub.pipeline.assembly import Assembly, SoundLost, assembled, former_record
from audiopub.pipeline.drafts import draft, fingerprint_of, recorded, wording_of
from audiopub.pipeline.feeds import rebuild_feed
from audiopub.pipeline.locks import Still, article_lock
from audiopub.pipeline.prepare import prepare
from audiopub.pipeline.studio import NOTHING, RECIPE, Outcome, Prepared, Progress, Result, Studio, Wish
from audiopub.pipeline.texts import tags_of, texts_of
from audiopub.publish.archive import archive_key, keep, keep_page, kept, note_kept
from audiopub.publish.model import Alternate, Episode, State
from audiopub.publish.release import Put, confirm, release, unmark
from audiopub.source import Page
from audiopub.speech import Narration

ATTEMPTS = 3
"""Times that an episode is put together anew because sound was lost meanwhile."""

_NOBODY = Wish()


def render(studio: Studio, page: Page, *, now: datetime, wish: Wish = _NOBODY, progress: Progress) -> Result:
    """Turn a page into a published episode, or into its next revision.

    Nothing is spoken again that was spoken before, and nothing is published again that has not changed.

    Args:
        studio: the show.
        page: the article's page.
        now: the present moment, aware.
        wish: what a person wants.
        progress: told what is going on.

    Raises:
        BadInput: the page is no article that may be published.
        SpeechFailed: no voice of the show could read it.
    """
    return produce(studio, prepare(studio, page, now=now, wish=wish, progress=progress), progress=progress)


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
        TryAgain: somebody else does something to the same episode for too long.
    """
    with studio.locks.holding(article_lock(studio.channel.slug, work.identity)) as still:
        return _with_feed(studio, _made(studio, _current(studio, work, progress), still, progress), feed=feed)


def _current(studio: Studio, work: Prepared, progress: Progress) -> Prepared:
    """Read an article again whose episode was changed by somebody else since it was read.

    Raises:
        Overtaken: it is a bulletin; which articles it tells has to be found out again.
    """
    present = studio.catalog.find(studio.channel.slug, work.identity)
    if work.wish.upon and work.wish.upon != (present.stamp if present else NOTHING) and not _is_done(work, present):
        raise Outdated("act.changed_since", title=work.article.title)  # withdrawn, taken back, rolled back, corrected since
    if present == work.present:
        return work
    if not work.page.body:
        raise Overtaken("again.overtaken", path=work.identity)
    return prepare(studio, work.page, now=work.now, wish=replace(work.wish, identity=work.identity), progress=progress)


def standing(studio: Studio, work: Prepared, wording: str = "") -> Result | None:
    """Give the result of an article that there is nothing to do for: a person decided so, or what is published of it is what would be; else None.

    No voice is asked, and no sound is read.
    """
    left = _left_alone(work)
    if left is not None:
        return left
    present, expected = work.present, studio.chain.identities
    if work.wish.reissue and _is_done(work, present):
        return _unchanged(work)  # this very wish did it: a step that is done twice issues once
    if present is None or not expected or work.wish.reissue:
        return None
    fingerprint = fingerprint_of(studio, work, wording or wording_of(work.script), " + ".join(expected))
    return _unchanged(work) if _same(studio, work, present, fingerprint) else None


def _is_done(work: Prepared, present: Episode | None) -> bool:
    """Tell whether an episode is what this wish made of it before its process died."""
    if present is None or not present.history or present.state is State.WITHDRAWN:
        return False
    return bool(work.wish.expect) and present.fingerprint == work.wish.expect and present.history[-1].at == work.now.replace(microsecond=0)


def _unchanged(work: Prepared) -> Result:
    return Result(outcome=Outcome.UNCHANGED, article=work.article, script=work.script, episode=work.present)


def _made(studio: Studio, work: Prepared, still: Still, progress: Progress) -> Result:
    wording = wording_of(work.script)
    found = standing(studio, work, wording)
    if found is not None:
        return found
    told = unchanged = _unchanged(work)
    for attempt in range(ATTEMPTS):
        try:
            told = _spoken(studio, work, replace(unchanged, made=told.made), wording, progress, still)
            break
        except SoundLost as lost:  # damage shows when the samples are read; what is gone is said again
            told = replace(told, made=told.made + lost.made)
            if attempt == ATTEMPTS - 1:
                raise
            look_through(studio, lost.keys)
    return told


def look_through(studio: Studio, keys: Sequence[str]) -> None:
    """Read all of an episode's sounds: whatever else is damaged goes now, and is said again in the same attempt."""
    for key in keys:
        studio.cache.get(key)


def _left_alone(work: Prepared) -> Result | None:
    """Leave what a person decided: an unattended run neither brings back what was withdrawn nor replaces a revision that was chosen."""
    present = work.present
    if present is None or work.wish.episode:
        return None
    outcome = Outcome.WITHDRAWN if present.state is State.WITHDRAWN else Outcome.PINNED if present.pinned else None
    return Result(outcome=outcome, article=work.article, script=work.script, episode=present) if outcome else None


def _same(studio: Studio, work: Prepared, present: Episode, fingerprint: str) -> bool:
    moved = present.state is State.EMBARGOED and work.published != present.published
    return present.fingerprint == fingerprint and not moved and _complete(studio, present)


def _spoken(studio: Studio, work: Prepared, unchanged: Result, wording: str, progress: Progress, still: Still) -> Result:
    present = work.present
    narration = studio.chain.narrate(work.script, studio.cache, lambda done, of: progress("speaking", done, of))
    studio.rest()
    begun = draft(studio, work, narration, fingerprint_of(studio, work, wording, narration.identity), wording)
    told = replace(unchanged, made=unchanged.made + narration.made, refused=dict(narration.refused))
    if work.wish.expect and begun.fingerprint != work.wish.expect:
        raise Outdated("act.not_as_heard", title=work.article.title)
    if present and not work.wish.reissue and _serves(studio, work, present, begun):
        return told
    try:
        episode = _produced(studio, work, narration, begun, progress, still)
    except SoundLost as lost:
        lost.made, lost.keys = narration.made, narration.keys
        raise
    held = episode.state is State.EMBARGOED
    return replace(told, outcome=Outcome.EMBARGOED if held else Outcome.UPDATED if present else Outcome.PUBLISHED, episode=episode)


def _with_feed(studio: Studio, result: Result, *, feed: bool) -> Result:
    if not feed:
        return result
    rebuilt = rebuild_feed(studio)
    return replace(result, feed_changed=rebuilt.changed, missing=rebuilt.missing)


def _serves(studio: Studio, work: Prepared, present: Episode, begun: Episode) -> bool:
    """Tell whether the published revision may stay: all its files are there, and a new one would not be better.

    A fallback voice never takes the place of the show's own for the same words; for other words it does,
    since a wrong word in public is worse than a plainer voice.
    """
    downgrade = begun.fallback and not present.fallback and present.wording == begun.wording
    return _same(studio, work, present, present.fingerprint if downgrade else begun.fingerprint)


def _produced(studio: Studio, work: Prepared, narration: Narration, begun: Episode, progress: Progress, still: Still) -> Episode:
    progress("measuring", 0, 1)
    made = assembled(studio, work.script, narration, former_record(studio, work.present), work.links)
    begun = replace(begun, duration=made.timeline.time(made.timeline.total), chapters=made.chapters)
    studio.rest()
    with studio.scratch() as audio:
        encoded = studio.encoder.encode(made.runs, made.timeline.rate, tags_of(studio, begun), audio, lambda done, of: progress("encoding", done, of))
        if studio.hear is not None:
            progress("listening", 0, 1)
            studio.hear(audio, made.timeline, made.master)
            audio.seek(0)
        named = replace(begun, audio=f"{begun.name}-{encoded.sha256[:8]}{studio.encoder.suffix}", audio_bytes=encoded.size)
        progress("publishing", 0, 1)
        still()
        _before(studio, work, named)
        put = _put(studio, named, still)
        episode = replace(named, alternates=_alternates(studio, named, made, put))
        present = {episode.audio, *(other.file for other in episode.alternates)}
        episode = replace(episode, former_audio=tuple(dict.fromkeys(name for name in episode.former_audio if name not in present)))
        episode = recorded(work, replace(episode, settled=not episode.has_former))
        studio.rest()
        release(episode, audio, texts_of(studio, work, episode, made, _provenance(work, narration)), put, studio.scratch)
    keep_page(episode, work.page, studio.archive)
    still()
    _commit(studio, episode)
    return episode


def _before(studio: Studio, work: Prepared, episode: Episode) -> None:
    """Keep the revision that is about to be replaced, and open addresses that were closed."""
    present = work.present
    if present and present.state is State.PUBLISHED:
        keep(studio.channel, present, studio.store, studio.archive)
    if present and episode.state is State.PUBLISHED:
        unmark(studio.channel, episode, studio.store)


def _put(studio: Studio, episode: Episode, still: Still) -> Put:
    held = episode.state is State.EMBARGOED

    def put(name: str, body: BinaryIO) -> None:
        still()  # whoever was frozen for long must not put old texts over newer ones
        if held:
            studio.archive.put(archive_key(episode, name), body)
        else:
            studio.store.put(studio.channel.key_of(episode, name), body)

    return put


def _commit(studio: Studio, episode: Episode) -> None:
    if episode.state is State.EMBARGOED:
        note_kept(episode, studio.archive)
    else:
        confirm(studio.channel, episode, studio.store)
    studio.catalog.commit(studio.channel.slug, episode)


def _alternates(studio: Studio, named: Episode, made: Assembly, put: Callable[[str, BinaryIO], object]) -> tuple[Alternate, ...]:
    """Write and put the same audio in other forms; they are named by the feed only once it is written."""
    found: list[Alternate] = []
    for encoder in studio.others:
        with studio.scratch() as audio:
            encoded = encoder.encode(made.runs, made.timeline.rate, tags_of(studio, named), audio, lambda _done, _of: None)
            file = f"{named.name}-{encoded.sha256[:8]}{encoder.suffix}"
            put(file, audio)
            found.append(Alternate(file=file, bytes=encoded.size))
    return tuple(found)


def _provenance(work: Prepared, narration: Narration) -> dict[str, object]:
    page = work.page
    return {
        "source": page.url or page.identity, "source_sha256": hashlib.sha256(page.body).hexdigest(),
        "engine": narration.identity, "voice": narration.voice, "refused": dict(narration.refused), "recipe": RECIPE,
        "identities": list(work.names),
    }  # fmt: skip


def _complete(studio: Studio, episode: Episode) -> bool:
    if episode.state is State.EMBARGOED:
        return kept(episode, episode.revision, studio.archive) is not None
    key = studio.channel.key_of
    wanted = {episode.audio: episode.audio_bytes, **{other.file: other.bytes for other in episode.alternates}}
    sizes = studio.store.sizes([key(episode, name) for name in (*wanted, *episode.files)])
    return all(sizes[key(episode, name)] == size for name, size in wanted.items()) and all(sizes[key(episode, name)] for name in episode.files)
