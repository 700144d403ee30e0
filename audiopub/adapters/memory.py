"""Every port from memory: for tests and examples, and as the simplest answer to what a port means."""

import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from audiopub.errors import FetchFailed, Overtaken
from audiopub.publish.feedcheck.web import Answer, Question
from audiopub.publish.model import Episode
from audiopub.publish.store import Stored
from audiopub.source import Page, PageForm
from audiopub.speech import Glance, Take
from audiopub.speech.turns import Pause, Standing, Turn, Went, pause_of, seen, taken, told


class MemoryStore:
    """Files in a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self.files: dict[str, bytes] = {}

    def put(self, key: str, body: bytes | BinaryIO) -> bool:
        """Put a file."""
        content = body if isinstance(body, bytes) else body.read()
        changed = self.files.get(key) != content
        self.files[key] = content
        return changed

    def alias(self, key: str, target: str) -> None:
        """Let a key answer with another's bytes."""
        if target in self.files:
            self.files[key] = self.files[target]

    def seen(self, key: str) -> str | None:
        """Give a token of a file's state: the hash of its bytes."""
        return hashlib.sha256(self.files[key]).hexdigest() if key in self.files else None

    def replace(self, key: str, body: bytes, seen: str | None) -> bool:
        """Put a file that nobody else changed."""
        if self.seen(key) != seen:
            raise Overtaken("again.overtaken", path=key)
        return self.put(key, body)

    def get(self, key: str) -> bytes | None:
        """Give a file's bytes."""
        return self.files.get(key)

    def open(self, key: str) -> BinaryIO | None:
        """Open a file."""
        return io.BytesIO(self.files[key]) if key in self.files else None

    def size(self, key: str) -> int | None:
        """Give a file's size."""
        return len(self.files[key]) if key in self.files else None

    def sizes(self, keys: Iterable[str]) -> dict[str, int | None]:
        """Give the sizes of many files."""
        return {key: self.size(key) for key in keys}

    def keys(self, prefix: str) -> Iterator[Stored]:
        """List files; all are as old as can be, since no clock was asked."""
        return (Stored(key=key, size=len(body), changed=datetime.min.replace(tzinfo=UTC)) for key, body in sorted(self.files.items()) if key.startswith(prefix))

    def remove(self, key: str) -> None:
        """Remove a file."""
        self.files.pop(key, None)


class MemoryCatalog:
    """Episodes in a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self._shows: dict[str, dict[str, Episode]] = {}

    def episodes(self, show: str) -> tuple[Episode, ...]:
        """Give a show's episodes, newest first."""
        return tuple(sorted(self._shows.get(show, {}).values(), key=lambda episode: (episode.published, episode.id), reverse=True))

    def find(self, show: str, episode_id: str) -> Episode | None:
        """Give an episode."""
        return self._shows.get(show, {}).get(episode_id)

    def commit(self, show: str, episode: Episode) -> None:
        """Record an episode."""
        self._shows.setdefault(show, {})[episode.id] = episode


class MemoryCache:
    """Segments and encoded pieces in dictionaries."""

    def __init__(self) -> None:
        """Begin empty."""
        self.takes: dict[str, Take] = {}
        self.encoded: dict[str, bytes] = {}

    def get(self, key: str) -> Take | None:
        """Give a segment."""
        return self.takes.get(key)

    def glance(self, key: str) -> Glance | None:
        """Give what is known of a segment."""
        return self.takes[key].glance if key in self.takes else None

    def put(self, key: str, take: Take) -> None:
        """Keep a segment."""
        self.takes[key] = take

    def frames(self, key: str) -> bytes | None:
        """Give an encoded piece."""
        return self.encoded.get(key)

    def keep_frames(self, key: str, frames: bytes) -> None:
        """Keep an encoded piece."""
        self.encoded[key] = frames


class MemoryFetcher:
    """Pages in a dictionary; any other address answers 404."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        """Serve pages by address."""
        self._pages = pages

    def fetch(self, url: str, kept: Page | None = None) -> Page:
        """Give a page; the one that was kept where it is the same."""
        if url not in self._pages:
            raise FetchFailed("fetch.status", url=url, status=404)
        if kept is not None and kept.body == self._pages[url]:
            return kept
        return Page(body=self._pages[url], name=url, identity=url, form=PageForm.HTML, url=url)


class MemoryWeb:
    """Answers in a dictionary; any other address answers 404. Conditions and ranges are not looked at."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        """Serve bodies by address."""
        self._pages = pages

    def ask(self, question: Question) -> Answer:
        """Give an answer."""
        body = self._pages.get(question.url)
        if body is None:
            return Answer(url=question.url, status=404)
        told = {"content-length": str(len(body))}
        return Answer(url=question.url, status=200, headers=told, body=b"" if question.method == "HEAD" else body[: question.most])


class MemoryArchive:
    """Fetched pages in a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self._pages: dict[str, list[Page]] = {}

    def kept(self, url: str) -> Page | None:
        """Give the latest version of a page."""
        return self._pages[url][-1] if url in self._pages else None

    def keep(self, page: Page) -> bool:
        """Keep a page."""
        versions = self._pages.setdefault(page.name, [])
        fresh = not versions or versions[-1].body != page.body
        self._pages[page.name] = [*versions, page] if fresh else [*versions[:-1], page]
        return fresh


class MemoryTurns:
    """The turns of one engine, for the threads of this process alone."""

    def __init__(self, clock: Callable[[], float], gap: int) -> None:
        """Begin with nobody having asked; ``clock`` gives seconds since 1970 that never go back, ``gap`` is in milliseconds."""
        self._clock, self._gap = clock, gap
        self._lock = threading.Lock()
        self._standing = Standing()

    def take(self) -> Turn | Pause:
        """Take the next turn."""
        with self._lock:
            self._standing, turn = taken(self._standing, self._now(), self._gap)
            return turn

    def seen(self, turn: Turn) -> Turn | Pause:
        """Look whether a turn still counts."""
        with self._lock:
            return seen(self._standing, turn, self._now())

    def tell(self, turn: Turn, went: Went, wait: int | None = None) -> Pause | None:
        """Say how a request went."""
        with self._lock:
            now = self._now()
            self._standing = told(self._standing, turn, went, wait, now)
            return pause_of(self._standing, now)

    def _now(self) -> int:
        return round(self._clock() * 1000)
