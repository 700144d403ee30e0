"""A show with everything it needs to be made."""

import contextlib
import logging
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO, cast

from audiopub.adapters.heap import give_back
from audiopub.adapters.lexicon_files import checked_entry, read_entries
from audiopub.adapters.mp3 import LameEncoder
from audiopub.bootstrap.looks import cover, jingle_key, jingles, own_cover
from audiopub.bootstrap.pages import reader
from audiopub.bootstrap.shared import archive, catalog, locks, numbers, segment_cache, store, usable_cores
from audiopub.bootstrap.voices import chain
from audiopub.config import Settings, Show, find_show, read_show
from audiopub.errors import ConfigInvalid
from audiopub.pipeline import BulletinPlan, Studio
from audiopub.publish.encoder import Encoder
from audiopub.publish.selection import Outlet
from audiopub.script import Form, Style
from audiopub.speech.registry import engine_class, reads_foreign
from audiopub.vietnamese import Entry, Foreign, Lexicon, Scope, merged

_LOG = logging.getLogger("audiopub")


_OTHER_BITRATES = {"opus": 32, "m4b": 48}
"""kbit/s at which these codecs keep a voice at least as well as MP3 does at 64."""


def studio(show: Show, settings: Settings, voices: tuple[str, ...] = (), *, patient: bool = False) -> Studio:
    """Put a show's studio together.

    Args:
        show: the show file.
        settings: folders and limits.
        voices: used instead of the show's own chain.
        patient: a voice that may not be asked for now is waited for by whoever calls, and not replaced by the next one.

    Raises:
        ConfigInvalid: its cover or a jingle cannot be used.
    """
    channel = show.channel
    art = own_cover(show)
    cache = segment_cache(settings)
    select = show.file.select
    _check_named(show)
    return Studio(
        channel=channel, style=style(show), chain=chain(show, settings, voices, patient=patient), cache=cache,
        encoder=LameEncoder(show.file.audio.bitrate, cache, usable_cores()), others=_others(show), store=store(settings),
        archive=archive(settings),
        catalog=catalog(settings), locks=locks(settings), numbers=numbers(settings), scratch=_scratch, rest=give_back, read=reader(settings), jingles=jingles(show),
        jingle_key=jingle_key(show), art=art,
        cover=cover(art, channel.title, channel.author), selection=select.selection if select else None, followers=_followers(show),
        announce=_announcing(channel.more.hub),
    )  # fmt: skip


def _check_named(show: Show) -> None:
    """See that the shows which a show takes episodes from are there and are served from the same place.

    Raises:
        ConfigInvalid: one is not, or is served from another.
    """
    tables = {"select.shows": show.file.select, "bulletin.shows": show.file.bulletin}
    for key, slug in ((key, slug) for key, table in tables.items() if table for slug in table.shows):
        other = read_show(show.path.parent / f"{slug}.toml")
        if other.channel.base_url != show.channel.base_url:
            raise ConfigInvalid("config.bad_value", path=show.path, key=key, value=slug, reason=f"base_url = {show.channel.base_url!r}, {other.channel.base_url!r}")


def _followers(show: Show) -> tuple[Outlet, ...]:
    """Find the shows beside this one whose feeds have its episodes too; one whose file is wrong says so when it is itself asked for."""
    found: list[Outlet] = []
    for path in sorted(show.path.parent.glob("*.toml")):
        with contextlib.suppress(ConfigInvalid):
            other = read_show(path)
            select = other.file.select
            if other.slug != show.slug and select and show.slug in select.shows:
                found.append(Outlet(channel=other.channel, selection=select.selection, art=own_cover(other)))
    return tuple(found)


def _announcing(hub: str) -> Callable[[str], None]:
    def announce(feed: str) -> None:
        if hub:
            from audiopub.adapters.web_sub import announced

            reason = announced(hub, feed)
            if reason:  # a hub that is down costs listeners minutes, and no run its success
                _LOG.warning("%s: %s", hub, reason)

    return announce


def bulletin_plan(show: Show) -> BulletinPlan:
    """Give what a show's bulletins are like.

    Raises:
        ConfigInvalid: its file has no table ``bulletin``, or that names no show.
    """
    table = show.file.bulletin
    if table is None or not table.shows:
        raise ConfigInvalid("config.missing_key", path=show.path, key="bulletin.shows", hint='bulletin.shows = ["…"]')
    return BulletinPlan(
        selection=table.selection, form=Form(table.form), hours=table.hours, limit=table.limit, minutes=table.minutes, title=table.title, opening=table.opening,
        closing=table.closing, editions=tuple(table.editions.items()),
    )  # fmt: skip


def _others(show: Show) -> tuple[Encoder, ...]:
    if not show.file.audio.also:
        return ()
    from audiopub.adapters.other_formats import AvEncoder

    return tuple(AvEncoder(form, _OTHER_BITRATES[form]) for form in show.file.audio.also)


def style(show: Show) -> Style:
    """Give how a show speaks, its whole lexicon included.

    Raises:
        ConfigInvalid: a lexicon cannot be read.
    """
    made = replace(show.style, lexicon=lexicon(show))
    if show.file.reading.foreign != "auto":
        return made
    first = engine_class(show.file.voice.chain[0].partition(":")[0])
    return replace(made, reading=replace(made.reading, foreign=Foreign.VOICE if reads_foreign(first) else Foreign.RESPELLED))


def sentence_style(settings: Settings, show: str | None) -> Style:
    """Give how a sentence outside any article is read: as a show reads it, or without a lexicon where none is named.

    Raises:
        ConfigInvalid: there is no such show, or a lexicon cannot be read.
    """
    if show is None:
        return Style(show="")
    whole = style(find_show(settings.feeds, show))
    return replace(whole, lexicon=whole.lexicon.for_article())


def lexicon(show: Show) -> Lexicon:
    """Put the newsroom's entries, those of the show file and the show's own together, widest scope first.

    Raises:
        ConfigInvalid: a lexicon cannot be read.
    """
    return merged(read_entries(show.newsroom_lexicon_path, Scope.NEWSROOM), show_entries(show), read_entries(show.lexicon_path, Scope.SHOW))


def show_entries(show: Show) -> tuple[Entry, ...]:
    """Give the entries of the show file's own table, checked as those of the others are.

    Raises:
        ConfigInvalid: one of them could not be said.
    """
    return tuple(checked_entry(entry, show.path) for entry in show.style.lexicon.entries)


def _scratch() -> AbstractContextManager[BinaryIO]:
    return cast("AbstractContextManager[BinaryIO]", tempfile.TemporaryFile(prefix="audiopub-"))
