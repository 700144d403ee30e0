"""What an editor does to a published episode: withdraw, restore, roll back. Each is logged in its history, and each can be undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from audiopub.errors import BadInput, Outdated
from audiopub.pipeline.drafts import with_event
from audiopub.pipeline.feeds import rebuild_feed
from audiopub.pipeline.locks import Still, article_lock
from audiopub.pipeline.studio import Studio
from audiopub.publish.archive import bring_back, keep, kept
from audiopub.publish.lines import lines_of_record
from audiopub.publish.model import Act, Episode, State
from audiopub.publish.page import episode_page
from audiopub.publish.rebuild import Rebuilt
from audiopub.publish.release import confirm, unmark


def withdraw(
    studio: Studio, episode: Episode, *, now: datetime, note: str = "", by: str = "", notice: bool = False, held: bool = False, seen: str = ""
) -> tuple[Episode, Rebuilt]:
    """Take an episode out of everything that is served.

    The order is that of putting reversed: the decision is recorded, the feed is written without it, and only then its files go, pages first,
    audio last. A run that breaks off in between is finished by the next.

    Args:
        studio: the show.
        episode: what is taken out.
        now: the present moment, aware.
        note: why; kept in its history, told to nobody else.
        by: who wants it.
        notice: whether a short notice answers at its page and its audio; else both are gone (410).
        held: only if it is still under embargo: listeners may have got it since it was looked at.
        seen: stamp of the episode as it was when that was decided: it is done to no other; empty for however it is.

    Raises:
        BadInput: it is withdrawn already, or listeners have it.
        Outdated: something was done to it since.
    """
    with _alone(studio, episode, seen) as (present, _):
        if held and present.state is State.PUBLISHED:
            raise BadInput("act.published_already", title=present.title)
        return _withdrawn(studio, present, now, note, by, notice=notice)


def _withdrawn(studio: Studio, episode: Episode, now: datetime, note: str, by: str, *, notice: bool) -> tuple[Episode, Rebuilt]:
    if episode.state is State.WITHDRAWN:
        raise BadInput("act.withdrawn_already", title=episode.title)
    if episode.state is State.PUBLISHED:
        keep(studio.channel, episode, studio.store, studio.archive)
    gone = with_event(replace(episode, state=State.WITHDRAWN, settled=False, notice=notice), now, Act.WITHDRAWN, note=note, by=by)
    studio.catalog.commit(studio.channel.slug, gone)
    rebuilt = rebuild_feed(studio)
    return _present(studio, gone), rebuilt


def restore(studio: Studio, episode: Episode, *, now: datetime, note: str = "", by: str = "", seen: str = "") -> tuple[Episode, Rebuilt]:
    """Undo a withdrawal: the same revision, the same GUID, date and addresses.

    Raises:
        BadInput: it is not withdrawn, or its files are lost.
        Outdated: something was done to it since it was seen.
    """
    with _alone(studio, episode, seen) as (present, still):
        return _restored(studio, present, now, note, by, still)


def _restored(studio: Studio, episode: Episode, now: datetime, note: str, by: str, still: Still) -> tuple[Episode, Rebuilt]:
    if episode.state is not State.WITHDRAWN:
        raise BadInput("act.not_withdrawn", title=episode.title)
    found = kept(episode, episode.revision, studio.archive)
    if found is None:
        raise BadInput("act.not_kept", title=episode.title, revision=episode.revision)
    later = episode.published > now
    if not episode.was_public and not later:
        raise BadInput("act.not_withdrawn", title=episode.title)  # it was scheduled and taken back: whoever wants it out publishes it
    back = replace(episode, state=State.EMBARGOED if later else State.PUBLISHED, settled=later or not episode.has_former, notice=False)
    if not later:
        # A run that is killed from here on leaves files that nobody decided to show: the next one takes them away again.
        studio.catalog.commit(studio.channel.slug, replace(episode, settled=False))
        unmark(studio.channel, episode, studio.store)
        bring_back(studio.channel, found, studio.store, studio.archive)
        confirm(studio.channel, back, studio.store)
    still()
    studio.catalog.commit(studio.channel.slug, with_event(back, now, Act.RESTORED if episode.was_public else Act.EMBARGOED, note=note, by=by))
    rebuilt = rebuild_feed(studio)
    return _present(studio, back), rebuilt


def rollback(studio: Studio, episode: Episode, revision: int, *, now: datetime, note: str = "", by: str = "", seen: str = "") -> tuple[Episode, Rebuilt]:
    """Publish an earlier revision again, as a new one; unattended runs leave it so until somebody corrects the episode.

    Args:
        studio: the show.
        episode: what is published now.
        revision: which one comes back.
        now: the present moment, aware.
        note: why; kept in its history.
        by: who wants it.
        seen: stamp of the episode as it was when that was decided: it is done to no other; empty for however it is.

    Raises:
        BadInput: it is not published, or that revision was never there or is not kept whole.
        Outdated: something was done to it since.
    """
    with _alone(studio, episode, seen) as (present, still):
        return _rolled_back(studio, present, revision, now, note, by, still)


def _rolled_back(studio: Studio, episode: Episode, revision: int, now: datetime, note: str, by: str, still: Still) -> tuple[Episode, Rebuilt]:
    if episode.state is not State.PUBLISHED:
        raise BadInput("act.not_published", title=episode.title)
    found = kept(episode, revision, studio.archive) if revision != episode.revision else None
    if found is None or found.state is not State.PUBLISHED:
        raise BadInput("act.not_kept", title=episode.title, revision=revision)
    if found.name != episode.name:
        raise BadInput("act.before_reissue", title=episode.title)
    keep(studio.channel, episode, studio.store, studio.archive)
    again = _again(episode, found, now)
    again = with_event(again, now, Act.ROLLED_BACK, note=note, by=by, to=revision)
    # A run that is killed from here on leaves texts of one revision beside the audio of another: the next one brings the present ones back.
    studio.catalog.commit(studio.channel.slug, replace(episode, half_done=True, settled=not episode.has_former))
    still()
    _put_again(studio, again, found)
    still()
    studio.catalog.commit(studio.channel.slug, again)
    rebuilt = rebuild_feed(studio)
    return _present(studio, again), rebuilt


def _again(episode: Episode, found: Episode, now: datetime) -> Episode:
    audio = {found.audio, *(other.file for other in found.alternates)}
    former = (*episode.former_audio, episode.audio, *(other.file for other in episode.alternates))
    return replace(
        found, half_done=False, guid=episode.guid, name=episode.name, published=episode.published, issue=episode.issue, season=episode.season, number=episode.number,
        title=found.title, updated=now.replace(microsecond=0), corrected=now.replace(microsecond=0), revision=episode.revision + 1, pinned=True, settled=False,
        former_audio=tuple(dict.fromkeys(name for name in former if name not in audio)), history=episode.history,
        former_names=episode.former_names, edits=found.edits, state=State.PUBLISHED,
    )  # fmt: skip


def _put_again(studio: Studio, again: Episode, found: Episode) -> None:
    """Bring the files back, the page with what is told today."""
    channel, store, archive = studio.channel, studio.store, studio.archive
    page = again.file(".html")
    unmark(channel, again, store)
    bring_back(channel, found, store, archive, without=frozenset({page}))
    record = store.get(channel.key_of(again, again.file(".json"))) or b""
    store.put(channel.key_of(again, page), episode_page(channel, again, lines_of_record(record)).encode())
    confirm(channel, again, store)


@contextmanager
def _alone(studio: Studio, episode: Episode, seen: str) -> Iterator[tuple[Episode, Still]]:
    """Hold an episode's lock, and give it as it is now: somebody else may have acted since it was looked at."""
    with studio.locks.holding(article_lock(studio.channel.slug, episode.id)) as still:
        present = _present(studio, episode)
        if seen not in {"", present.stamp}:
            raise Outdated("act.changed_since", title=present.title)
        yield present, still


def _present(studio: Studio, episode: Episode) -> Episode:
    return studio.catalog.find(studio.channel.slug, episode.id) or episode
