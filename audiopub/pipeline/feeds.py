"""A show's feed written again, those of the shows that follow it, and what is left to do behind them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from audiopub.errors import ConfigInvalid, FeedInvalid, SpeechFailed
from audiopub.pipeline.locks import article_lock, feed_lock
from audiopub.pipeline.notice import spoken_notice
from audiopub.pipeline.studio import Studio
from audiopub.publish.archive import bring_back, kept
from audiopub.publish.model import Act, Episode, Event, State
from audiopub.publish.page import moved_page, notice_page
from audiopub.publish.rebuild import Rebuilt, rebuild
from audiopub.publish.release import confirm, settle, unmark
from audiopub.publish.selection import Outlet


def rebuild_feed(studio: Studio, *, whole: bool = False) -> Rebuilt:
    """Write a show's feed and pages again from its catalog, and those of the shows that have its episodes too.

    Args:
        studio: the show.
        whole: write every page, whatever is known of it.
    """
    _undo_half_done(studio)
    rebuilt = _rebuilt(studio, studio.outlet, whole=whole)
    for follower in studio.followers:
        _rebuilt(studio, follower, whole=whole)
    for episode in _free(studio, lambda episode: not episode.settled):
        settle(studio.channel, episode, studio.store, studio.catalog, partial(_instead, studio, episode))
    return rebuilt


def _rebuilt(studio: Studio, outlet: Outlet, *, whole: bool) -> Rebuilt:
    with studio.locks.holding(feed_lock(outlet.channel.slug)):
        rebuilt = rebuild(outlet, studio.store, studio.archive, studio.catalog, whole=whole)
    if rebuilt.changed:
        studio.announce(outlet.channel.feed_url)
    return rebuilt


def _free(studio: Studio, wanted: Callable[[Episode], bool]) -> Iterator[Episode]:
    """Give the episodes that something is left to do for, each under its lock; one that somebody works on now is that one's to finish."""
    show = studio.channel.slug
    for seen in filter(wanted, studio.catalog.episodes(show)):
        with studio.locks.trying(article_lock(show, seen.id)) as mine:
            episode = studio.catalog.find(show, seen.id) if mine else None
            if episode and wanted(episode):
                yield episode


def _undo_half_done(studio: Studio) -> None:
    """Bring the files of the present revision back where an act was begun to replace them, and never finished."""
    for episode in _free(studio, lambda episode: episode.half_done):
        found = kept(episode, episode.revision, studio.archive)
        if found is not None:
            bring_back(studio.channel, found, studio.store, studio.archive)
        studio.catalog.commit(studio.channel.slug, replace(episode, half_done=False))


def release_due(studio: Studio, now: datetime) -> tuple[Episode, ...]:
    """Publish the embargoed episodes whose time has come; the feed is the caller's to write.

    One whose kept files are lost stays under embargo, see :func:`overdue`, and stops no other: rendering it again makes them anew.

    Returns:
        The episodes that were published, oldest first.
    """
    found = [_released(studio, episode, now) for episode in _free(studio, lambda episode: _is_overdue(episode, now))]
    return tuple(reversed([episode for episode in found if episode]))


def overdue(studio: Studio, now: datetime) -> tuple[Episode, ...]:
    """Give the episodes that are still under embargo although their time has come, newest first."""
    return tuple(episode for episode in studio.catalog.episodes(studio.channel.slug) if _is_overdue(episode, now))


def _is_overdue(episode: Episode, now: datetime) -> bool:
    return episode.state is State.EMBARGOED and episode.published <= now


def _released(studio: Studio, episode: Episode, now: datetime) -> Episode | None:
    try:
        found = kept(episode, episode.revision, studio.archive)
    except ConfigInvalid:
        found = None  # a damaged record: rendering it again makes it anew
    if found is None:
        return None
    unmark(studio.channel, episode, studio.store)
    bring_back(studio.channel, found, studio.store, studio.archive)
    try:
        confirm(studio.channel, episode, studio.store)
    except FeedInvalid:
        return None
    event = Event(at=now.replace(microsecond=0), act=Act.PUBLISHED, revision=episode.revision, audio=episode.audio)
    out = replace(episode, state=State.PUBLISHED, history=(*episode.history, event))
    studio.catalog.commit(studio.channel.slug, out)
    return out


def _instead(studio: Studio, episode: Episode) -> Mapping[str, bytes]:
    if episode.state is State.PUBLISHED:
        return {".html": moved_page(studio.channel, episode).encode()}
    notice = {".html": notice_page(studio.channel, episode).encode()}
    try:
        return {**notice, ".mp3": spoken_notice(studio, episode)}
    except SpeechFailed:
        return notice  # no voice at hand is no reason to leave what is withdrawn where it is
