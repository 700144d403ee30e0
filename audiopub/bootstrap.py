"""The one place where ports meet adapters."""

import atexit
import contextlib
import hashlib
import io
import logging
import os
import random
import shutil
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from audiopub.adapters.file_locks import FileLocks
from audiopub.adapters.files import LocalStore, write_whole
from audiopub.adapters.heap import give_back
from audiopub.adapters.lexicon_files import checked_entry, read_entries
from audiopub.adapters.memory import MemoryCache, MemoryTurns
from audiopub.adapters.mp3 import LameEncoder
from audiopub.adapters.rule_files import own_rules
from audiopub.adapters.segment_files import FileCache
from audiopub.adapters.worker import ParsingWorker
from audiopub.article import Article, whole
from audiopub.audio import Pcm
from audiopub.config import Settings, Show, VoiceTable, find_show, read_show
from audiopub.episode import Run
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid
from audiopub.messages import Language
from audiopub.pipeline import BulletinPlan, Jingles, Locks, Studio
from audiopub.pipeline.studio import Numbers
from audiopub.publish.encoder import Encoder, Tags
from audiopub.publish.feedcheck.web import Web
from audiopub.publish.selection import Outlet
from audiopub.publish.store import Store
from audiopub.script import Form, SegmentKind, Style
from audiopub.source import Fetcher, Page
from audiopub.speech import Engine, EngineSettings, SecondVoice, Voice, VoiceChain
from audiopub.speech.pacing import Bounded, Checked, Paced, Retrying
from audiopub.speech.registry import engine_class, engine_names, reads_foreign, voice_of
from audiopub.speech.turns import TurnsOf, Went, gap_of
from audiopub.units import Hertz, Milliseconds, Samples
from audiopub.vietnamese import Entry, Foreign, Lexicon, Reading, Scope, merged

if TYPE_CHECKING:
    from audiopub.adapters.backup import Place
    from audiopub.adapters.sql import Database
    from audiopub.adapters.sql.counters import Counters
    from audiopub.adapters.sql.manifested import ManifestedCatalog

_LOG = logging.getLogger("audiopub")

_PATIENCE = 6
"""Times the time limit of one silence that a whole answer may take."""

_SIGN_OF_LIFE = 15.0
"""Seconds since its last sign of life within which a worker counts."""

_SMALLEST_COVER, _LARGEST_COVER = 1400, 3000


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
    art = _own_cover(show)
    cache = segment_cache(settings)
    select = show.file.select
    _check_named(show)
    return Studio(
        channel=channel, style=style(show), chain=_chain(show, settings, voices, patient=patient), cache=cache,
        encoder=LameEncoder(show.file.audio.bitrate, cache, usable_cores()), others=_others(show), store=store(settings),
        archive=archive(settings),
        catalog=catalog(settings), locks=locks(settings), numbers=numbers(settings), scratch=_scratch, rest=give_back, read=reader(settings), jingles=_jingles(show),
        jingle_key=_jingle_key(show), art=art,
        cover=_cover(art, channel.title, channel.author), selection=select.selection if select else None, followers=_followers(show),
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
                found.append(Outlet(channel=other.channel, selection=select.selection, art=_own_cover(other)))
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


def store(settings: Settings) -> Store:
    """Give where published files go.

    Raises:
        ConfigInvalid: it cannot be used.
    """
    return _stored(settings.store) if settings.store else LocalStore(settings.output)


def archive(settings: Settings) -> Store:
    """Give where former revisions and withdrawn episodes go; nobody may be served from it.

    Raises:
        ConfigInvalid: it cannot be used, or lies where published files are served.
    """
    if not settings.archive:
        return LocalStore(settings.state / "archive")
    if settings.store and f"{settings.archive}/".startswith(f"{settings.store}/"):
        raise ConfigInvalid("config.bad_setting", key="AUDIOPUB_ARCHIVE", value=settings.archive, reason="outside AUDIOPUB_STORE, which is served")
    return _stored(settings.archive)


def place(settings: Settings) -> "Place":
    """Give where everything is that a backup holds.

    Raises:
        ConfigInvalid: the database or the archive cannot be used.
    """
    from audiopub.adapters.backup import Place

    folders = {"feeds": settings.feeds}
    if not settings.rules.resolve().is_relative_to(settings.feeds.resolve()):
        folders["rules"] = settings.rules
    return Place(database=database(settings), archive=archive(settings), folders=folders)


def _stored(url: str) -> Store:
    from audiopub.adapters.object_store import ObjectStore

    return ObjectStore(url, os.environ)


_OTHER_BITRATES = {"opus": 32, "m4b": 48}
"""kbit/s at which these codecs keep a voice at least as well as MP3 does at 64."""


def _others(show: Show) -> tuple[Encoder, ...]:
    if not show.file.audio.also:
        return ()
    from audiopub.adapters.other_formats import AvEncoder

    return tuple(AvEncoder(form, _OTHER_BITRATES[form]) for form in show.file.audio.also)


def catalog(settings: Settings) -> "ManifestedCatalog":
    """Give the list of what is published; that of an earlier audiopub is taken into it first.

    Raises:
        ConfigInvalid: the database was lost, or it or the archive cannot be used, or a record of the earlier catalog is damaged.
    """
    from audiopub.adapters.sql import SqlCatalog
    from audiopub.adapters.sql.import_files import check_remembered, imported
    from audiopub.adapters.sql.manifested import ManifestedCatalog

    found, kept = database(settings), archive(settings)
    check_remembered(found, kept)
    imported(found, settings.state / "catalog")
    return ManifestedCatalog(SqlCatalog(found), found, kept)


def numbers(settings: Settings) -> Numbers:
    """Give what counts episodes."""
    from audiopub.adapters.sql.catalog import SqlNumbers

    return SqlNumbers(database(settings))


@cache
def _leases(url: str, patience: float) -> Locks:
    from audiopub.adapters.sql.leases import SqlLeases

    return SqlLeases(_database(url), patience=patience)


def locks(settings: Settings) -> Locks:
    """Give the locks by which no two do something to one episode: files where one machine works, rows where several do."""
    found = database(settings)
    return FileLocks(settings.state / "locks", patience=settings.patience) if found.is_local else _leases(found.url, settings.patience)


def segment_cache(settings: Settings) -> FileCache:
    """Give the folder of what was spoken and encoded before."""
    return FileCache(settings.state / "cache", round(settings.cache_limit * 1_000_000_000))


def usable_cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _chain(show: Show, settings: Settings, voices: tuple[str, ...], *, patient: bool) -> VoiceChain:
    table = show.file.voice
    second = SecondVoice(voice=table.second, kinds=frozenset(map(SegmentKind, table.second_for))) if table.second and not voices else None
    engine_of = partial(engine, settings=settings, wanted=table, turns=turns_of(settings), count=_counting(settings))
    return VoiceChain(voices or tuple(table.chain), engine_of, second, patient=patient, clock=time.monotonic)


def database(settings: Settings) -> "Database":
    """Give the database of the catalog, of jobs and of what workers share; one object a process."""
    return _database(settings.db or f"sqlite:///{_database_file(settings)}")


@cache
def _database(url: str) -> "Database":
    from audiopub.adapters.sql import Database

    return Database(url)


def _database_file(settings: Settings) -> Path:
    return (settings.state / "catalog.sqlite").resolve()


def _has_database(settings: Settings) -> bool:
    return bool(settings.db) or _database_file(settings).exists()


def turns_of(settings: Settings) -> TurnsOf:
    """Give the turns of engines: those that all workers share, where there is a database; else those of whoever is given them."""
    if not _has_database(settings):
        return memory_turns(settings)
    from audiopub.adapters.sql.turns import SqlTurns

    return lambda name: SqlTurns(database(settings), name, gap_of(settings.requests_a_second))


def memory_turns(settings: Settings) -> TurnsOf:
    """Give turns that only those share who are given them."""
    began = time.time() - time.monotonic()
    return cache(lambda _name: MemoryTurns(lambda: began + time.monotonic(), gap_of(settings.requests_a_second)))


def counters(settings: Settings) -> "Counters":
    """Give the numbers that only grow; what was added is written every second, and when the program ends."""
    return _counters(database(settings))


@cache
def _counters(where: "Database") -> "Counters":
    from audiopub.adapters.sql.counters import Counters

    made = Counters(where)
    atexit.register(_written, made)
    return made


def _written(made: "Counters") -> None:
    with contextlib.suppress(AudiopubError):
        made.flush()


Count = Callable[[str, Went], None]
"""Told the name of an engine and how a request to it went."""


def _counting(settings: Settings) -> Count:
    if not _has_database(settings):
        return _not_counted
    return lambda name, went: counters(settings).add("tts_requests", f"{name}:{went}")


def _not_counted(_name: str, _went: Went) -> None:
    """Count nothing, where there is nothing to count into."""


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


_USUAL = VoiceTable()


def engine(name: str, settings: Settings, wanted: VoiceTable = _USUAL, turns: TurnsOf | None = None, count: Count = _not_counted) -> Engine:
    """Make an engine from what a show file writes: ``espeak`` or ``espeak:vi-vn-x-south``.

    Args:
        name: of the engine and, behind a colon, of its voice.
        settings: limits, folders, and what the environment sets for engines.
        wanted: the show's accent, pace and options.
        turns: of engines that are online; None for turns of its own.
        count: told of each request to an engine that is online.

    Raises:
        EngineUnknown: no such engine or voice.
        ConfigInvalid: a setting cannot be used.
    """
    kind, _, voice = name.partition(":")
    found = engine_class(kind)
    chosen = _engine_settings(kind, settings, wanted)
    made = found(voice or voice_of(found, wanted.accent), chosen)
    if not found.online:
        return made
    bounded = Bounded(made, seconds=_PATIENCE * settings.request_timeout, name=name)
    own = (turns or memory_turns(settings))(_limited(kind, chosen))
    paced = Paced(bounded, own, sleep=time.sleep, service=getattr(made, "service", kind), count=partial(count, kind))
    return Retrying(Checked(paced, name), sleep=time.sleep, jitter=random.Random())  # noqa: S311  not for secrets


def _limited(kind: str, settings: EngineSettings) -> str:
    """Name what a limit is for: an engine, or one of the servers that it may ask."""
    host = urlsplit(settings.options.get("url", "")).netloc.rpartition("@")[2]
    return f"{kind} {host}" if host else kind


def _engine_settings(kind: str, settings: Settings, wanted: VoiceTable = _USUAL) -> EngineSettings:
    options = {name: str(value) for name, value in wanted.options.get(kind, {}).items()} | dict(settings.engines.get(kind, {}))
    return EngineSettings(speed=wanted.speed, timeout=settings.request_timeout, options=options, models=str(settings.voices))


def all_voices(settings: Settings) -> tuple[Voice, ...]:
    """List every voice of every engine that can be used here."""
    return tuple(voice for name in engine_names() for voice in engine_class(name).voices(_engine_settings(name, settings)))


@cache
def worker(rules: Path) -> ParsingWorker:
    """Give the process in which pages are parsed; it starts with the first page and ends with the program.

    Args:
        rules: folder of the newsroom's own site rules.

    Raises:
        ConfigInvalid: one of the rules cannot be used.
    """
    own_rules(rules)  # said here, in words, rather than by a process that does not start
    found = ParsingWorker(rules=rules)
    atexit.register(found.close)
    return found


def fetcher(settings: Settings) -> Fetcher:
    """Make the fetcher for pages that a person asks for."""
    from audiopub.adapters.http import GuardedFetcher

    return GuardedFetcher(settings.allow_hosts)


def web(settings: Settings) -> Web:
    """Make what asks the server of a feed; the same guard as for pages."""
    from audiopub.adapters.http import GuardedFetcher

    return GuardedFetcher(settings.allow_hosts)


def reader(settings: Settings) -> Callable[[Page], Article]:
    """Give what finds the article in a page: in a process of its own, and followed over all its pages."""
    parser = worker(settings.rules.resolve())

    def read(page: Page) -> Article:
        article = parser.article(page)
        if article.next_page is None or page.url is None:
            return article
        pages = fetcher(settings)
        return whole(article, page.url, lambda address: parser.article(pages.fetch(address)))

    return read


def _scratch() -> AbstractContextManager[BinaryIO]:
    return cast("AbstractContextManager[BinaryIO]", tempfile.TemporaryFile(prefix="audiopub-"))


_OWN_SOUNDS = ("intro", "outro", "earcon", "bed")


def _jingles(show: Show) -> Callable[[Hertz], Jingles]:
    audio = show.file.audio

    @cache
    def at(rate: Hertz) -> Jingles:
        named = {name: getattr(audio, name) for name in _OWN_SOUNDS if getattr(audio, name)}
        if not named:
            return Jingles()
        from audiopub.adapters.jingle import jingle

        return Jingles(**{name: jingle(show.beside(file), rate) for name, file in named.items()})

    return at


def _jingle_key(show: Show) -> str:
    """Hash the show's own sounds as they lie on the disk.

    Raises:
        ConfigInvalid: one cannot be read.
    """
    digest = hashlib.sha256()
    for name in _OWN_SOUNDS:
        file = getattr(show.file.audio, name)
        path = show.beside(file)
        try:
            digest.update(f"\0{name}\0".encode() + (hashlib.sha256(path.read_bytes()).digest() if file else b""))
        except OSError as error:
            raise ConfigInvalid("config.bad_jingle", path=path, reason=error.strerror or str(error)) from error
    return digest.hexdigest()


def _cover(art: bytes | None, title: str, author: str) -> Callable[[], bytes]:
    @cache
    def picture() -> bytes:
        if art:
            return art
        from audiopub.publish.artwork import cover

        return cover(title, author)

    return picture


def _own_cover(show: Show) -> bytes | None:
    """Read the cover a show file names, as a JPEG.

    Raises:
        ConfigInvalid: absent, no picture, not square, or of a wrong size.
    """
    if not show.file.cover:
        return None
    from PIL import Image, UnidentifiedImageError

    path = show.beside(show.file.cover)
    try:
        with Image.open(path) as image:
            width, height = image.size
            if width != height or not _SMALLEST_COVER <= width <= _LARGEST_COVER:
                raise ConfigInvalid("config.bad_cover", path=path, reason=f"{width}x{height}")
            buffer = io.BytesIO()
            image.convert("RGB").save(buffer, "JPEG", quality=88, optimize=True, dpi=(72, 72))
    except (OSError, UnidentifiedImageError) as error:
        raise ConfigInvalid("config.bad_cover", path=path, reason=str(error)) from error
    return buffer.getvalue()


def spoken_file(text: str, voice: str, out: Path, settings: Settings, manner: Style) -> tuple[str, int]:
    """Speak a text into a file, levelled as an episode is.

    Args:
        text: written form.
        voice: ``engine`` or ``engine:voice``.
        out: ``.wav`` or ``.mp3``.
        settings: limits of online engines.
        manner: whose lexicon and taste count.

    Returns:
        The spoken form and the length in milliseconds.

    Raises:
        BadInput: nothing to say.
        ConfigInvalid: the file's kind is unknown, or it cannot be written.
        SpeechFailed: the voice cannot say it.
    """
    from audiopub.vietnamese import read

    if out.suffix.lower() not in {".wav", ".mp3"}:
        raise ConfigInvalid("config.bad_setting", key="--out", value=str(out), reason=".wav or .mp3")
    reading = read(text, manner.lexicon, manner.reading)
    if not reading.spoken:
        raise BadInput("source.empty", source="TEXT")
    sound = _levelled(reading, voice, engine(voice, settings))
    _write_sound(out, sound, reading.written)
    return reading.spoken, sound.length


def _levelled(reading: Reading, voice: str, speaker: Engine) -> Pcm:
    """Speak one reading as an episode of a single sentence."""
    from audiopub.audio import joined
    from audiopub.audio.pcm import from_floats
    from audiopub.episode import Voiced, mastered, placed, runs
    from audiopub.script import Script, Segment
    from audiopub.speech import narrate

    segment = Segment(section=0, kind=SegmentKind.SENTENCE, written=reading.written, spoken=reading.spoken, pause_after=Milliseconds(200))
    script = Script(title=reading.written, headings=(), segments=(segment,))
    sounds = MemoryCache()
    told = narrate(script, speaker, sounds, voice, lambda _done, _of: None)
    timeline = placed(script, [Voiced(key=told.keys[0], length=told.lengths[0], voice=voice)], told.rate, Milliseconds(100))
    master = mastered(timeline, lambda row: sounds.takes[row.key].levels)
    whole = runs(timeline, lambda row: sounds.takes[row.key], master)[0]
    return joined([from_floats(piece, told.rate) for piece in whole.pieces()], told.rate)


def _one_run(pcm: Pcm) -> list[Run]:
    return [Run(key="", length=Samples(len(pcm)), pieces=lambda: iter([pcm.floats]))]


def _write_sound(out: Path, pcm: Pcm, title: str) -> None:
    buffer = io.BytesIO()
    if out.suffix.lower() == ".mp3":
        tags = Tags(title=title, artist="audiopub", album="audiopub", date="", language="vie", url=None, comment="", length=pcm.length, cover=b"", chapters=())
        LameEncoder().encode(_one_run(pcm), pcm.rate, tags, buffer)
    else:
        with wave.open(buffer, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(pcm.rate)
            sound.writeframes(pcm.raw)
    write_whole(out, buffer.getvalue())


def examinations(settings: Settings, language: Language) -> Iterator[tuple[str, tuple[bool, str]]]:
    """Try each part audiopub rests on; yield its name, whether it works, and what was seen."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("espeak", _try_espeak), ("mp3", _try_mp3), ("font", _try_font), ("output", lambda s: _try_folder(s.output)),
        ("state", lambda s: _try_folder(s.state)), ("database", _try_database), ("shows", _try_shows),
    )  # fmt: skip
    for name, attempt in checks:
        try:
            yield name, (True, attempt(settings))
        except AudiopubError as error:
            yield name, (False, error.sentence(language))
        except (OSError, ImportError, ValueError) as error:
            yield name, (False, str(error))


def _try_espeak(settings: Settings) -> str:
    speaker = engine("espeak", settings)
    return f"{speaker.identity}: {speaker.speak('xin chào').length} ms"


def _try_mp3(_settings: Settings) -> str:
    from audiopub.adapters.mp3 import decoded_mp3
    from audiopub.audio import silence

    buffer = io.BytesIO()
    tags = Tags(title="a", artist="a", album="a", date="", language="vie", url=None, comment="", length=silence(Samples(0), Hertz(22_050)).length, cover=b"", chapters=())
    LameEncoder().encode(_one_run(silence(Samples(22_050), Hertz(22_050))), Hertz(22_050), tags, buffer)
    return f"{len(decoded_mp3(buffer.getvalue(), Hertz(22_050)))} of 22050 samples came back"


def _try_font(_settings: Settings) -> str:
    from audiopub.publish.artwork import cover

    return f"a cover of {len(cover('Đường về bản Ổi', 'Ặ Ễ Ữ'))} bytes was drawn"


def _try_folder(folder: Path) -> str:
    probe = folder / ".probe"
    write_whole(probe, b"")
    probe.unlink()
    return f"{folder.resolve()}, {shutil.disk_usage(folder).free // 1_000_000_000} GB free"


def _try_database(settings: Settings) -> str:
    from audiopub.adapters.sql.fleet import SqlFleet

    found = database(settings)
    alive = SqlFleet(found).alive(_SIGN_OF_LIFE)
    one = "" if found.is_local or settings.archive else "; AUDIOPUB_ARCHIVE is a folder, which serves one machine only"
    return f"{found.shown}, {len(alive)} workers at work{one}"


def _try_shows(settings: Settings) -> str:
    from audiopub.config import read_show

    return ", ".join(read_show(path).slug for path in sorted(settings.feeds.glob("*.toml"))) or f"none in {settings.feeds}"
