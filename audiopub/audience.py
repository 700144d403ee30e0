"""How often a show's episodes were downloaded: its catalog and its files on one side, access logs on the other."""

import io
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from audiopub.adapters.access_logs import lines, sizes
from audiopub.bootstrap import catalog
from audiopub.config import Settings
from audiopub.errors import ConfigInvalid, FeedInvalid
from audiopub.listens import AudioFile, Networks, Published, Report, Shelf, Tally, networks, tag_length
from audiopub.publish.model import Episode
from audiopub.units import Milliseconds

_HEAD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    logs: tuple[str, ...]
    """Paths, or ``-`` for standard input; the same one twice is read once."""

    since: datetime | None = None
    until: datetime | None = None
    """The end, which does not belong to the period."""

    excluded: Networks
    zone: tzinfo
    """Whose days are counted."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A log that could not be read to its end; what stood before counts."""

    log: str
    reason: str


def counted(shelf: Shelf, question: Question, stdin: io.BufferedReader, salt: bytes, progress: Callable[[int, int], None]) -> tuple[Report, tuple[Broken, ...]]:
    """Count the downloads that logs tell of.

    Args:
        shelf: the show's audio.
        question: what is asked.
        stdin: what ``-`` stands for.
        salt: random bytes, by which listeners are known in this run only.
        progress: told how many bytes are read, and how many there are.

    Raises:
        BadInput: a log is not there.
    """
    names = tuple(dict.fromkeys(question.logs))
    there = sizes(names)
    tally = Tally(shelf, salt=salt, excluded=question.excluded, since=question.since, until=question.until)
    broken = []
    for place, name in enumerate(names):
        before = sum(there[:place])
        try:
            tally.read(name, lines(name, stdin, lambda done, before=before: progress(before + done, sum(there))))  # type: ignore[misc]
        except (OSError, EOFError, zlib.error) as error:
            broken.append(Broken(name, getattr(error, "strerror", None) or str(error)))
    return tally.report(question.zone), tuple(broken)


def shelf_of(settings: Settings, slug: str) -> Shelf:
    """Read a show's catalog, and from its audio files where their sound begins.

    Raises:
        FeedInvalid: the show has no episodes.
    """
    episodes = catalog(settings).episodes(slug)
    if not episodes:
        raise FeedInvalid("feed.no_episodes", show=slug)
    return Shelf(
        slug=slug, episodes=tuple(Published(id=episode.id, title=episode.title, moment=episode.published) for episode in episodes),
        files=tuple(file for episode in episodes for file in _files(episode, settings.output / slug)),
    )  # fmt: skip


def _files(episode: Episode, folder: Path) -> Iterable[AudioFile]:
    yield AudioFile(names=_names(episode, episode.audio), episode=episode.id, bytes=episode.audio_bytes, duration=episode.duration, start=_start(folder / episode.audio))
    for other in episode.alternates:
        yield AudioFile(names=_names(episode, other.file), episode=episode.id, bytes=other.bytes, duration=Milliseconds(episode.duration))


def _names(episode: Episode, present: str) -> tuple[str, ...]:
    """Give the names under which a form of the audio was ever published."""
    suffix = present.rpartition(".")[2]
    return present, *(former for former in episode.former_audio if former.endswith(f".{suffix}"))


def _start(path: Path) -> int:
    """Give the length of the tag before the sound; 0 for a file that is not on this machine, which makes a minute a little longer."""
    try:
        with path.open("rb") as file:
            return tag_length(file.read(_HEAD))
    except OSError:
        return 0


def excluded(wanted: Iterable[str]) -> Networks:
    """Read what is to be left out: addresses, networks, and files of them, one a line.

    Raises:
        ConfigInvalid: one is none of these.
    """
    found: list[str] = []
    for text in wanted:
        path = Path(text)
        try:
            found += path.read_text(encoding="utf-8").splitlines() if path.is_file() else [text]
            networks(found)
        except (OSError, ValueError) as error:
            raise ConfigInvalid("config.bad_setting", key="--exclude-ip", value=text, reason=str(error)) from error
    return networks(found)
