"""Many articles at once: they are read one after the other, and spoken, encoded and published side by side."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from audiopub.article import same_text
from audiopub.errors import AudiopubError, BadInput
from audiopub.pipeline import Prepared, Progress, Result, Studio, Wish, prepare, produce, rebuild_feed
from audiopub.source import Gathered

_AHEAD = 2
"""Articles that wait for each worker."""

_FEED_SHARE = 20
"""The feed is written again when so many times as long as that took has passed, and so many seconds: listeners get a long night's episodes as they are made."""

Outcome = Result | AudiopubError


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How every article of a batch is to be rendered."""

    now: Callable[[], datetime]
    clock: Callable[[], float]
    """Seconds that never go back."""

    workers: int
    """Articles that are spoken at once, at least 1."""

    wish: Wish = Wish()
    progress_of: Callable[[str], Progress] = lambda _name: lambda _stage, _done, _of: None
    """Gives who is told how far the article of a name is; called once an article, its answer from any thread."""


class Batch:
    """Renders pages of one show; a failed one stops no other."""

    def __init__(self, studio: Studio, order: Order) -> None:
        """Make a batch for a show."""
        self._desk = _Desk(studio, order)
        self._workers = order.workers

    def render(self, found: Iterable[Gathered]) -> Iterator[tuple[str, Outcome]]:
        """Render every page.

        Args:
            found: the pages, in order; fetched as they are asked for.

        Yields:
            Name and outcome of each page, in their order. What became of the feed is not in them: it is written when the last is done.
        """
        with ThreadPoolExecutor(self._workers, thread_name_prefix="article") as pool:
            try:
                yield from self._desk.work(found, pool)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    @property
    def feed_changed(self) -> bool:
        """Tell whether the feed is another than before."""
        return self._desk.changed

    @property
    def missing(self) -> tuple[str, ...]:
        """Name audio files of the show's episodes that are gone from the store."""
        return self._desk.missing


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    work: Prepared | None
    outcome: "Future[Outcome]"


class _Desk:
    def __init__(self, studio: Studio, order: Order) -> None:
        self._studio, self._order = studio, order
        self._waiting: deque[_Place] = deque()
        self.changed = False
        self.missing: tuple[str, ...] = ()
        self._written, self._took = order.clock(), 0.0

    def work(self, found: Iterable[Gathered], pool: ThreadPoolExecutor) -> Iterator[tuple[str, Outcome]]:
        rendered = False
        for gathered in found:
            self._waiting.append(self._begun(gathered, pool))
            while len(self._waiting) > _AHEAD * self._order.workers or (self._waiting and self._waiting[0].outcome.done()):
                rendered |= isinstance(self._waiting[0].outcome.result(), Result)
                yield self._next()
            if self._order.clock() - self._written > _FEED_SHARE * max(self._took, 1.0):
                self._feed()
        while self._waiting:
            rendered |= isinstance(self._waiting[0].outcome.result(), Result)
            yield self._next()
        if rendered:
            self._feed()

    def _begun(self, gathered: Gathered, pool: ThreadPoolExecutor) -> _Place:
        order = self._order
        if gathered.page is None:
            return _Place(gathered.entry.url, None, _ready(gathered.error or BadInput("source.empty", source=gathered.entry.url)))
        name, progress = gathered.page.name, order.progress_of(gathered.page.name)

        def prepared() -> Prepared:
            assert gathered.page is not None  # noqa: S101  for the type checker; seen above
            return prepare(self._studio, gathered.page, now=order.now(), wish=order.wish, progress=progress)

        try:
            work = prepared()
            if self._settle(work):
                work = prepared()  # what was in the making is published now: this one may be its next revision
        except AudiopubError as error:
            return _Place(name, None, _ready(error))
        return _Place(name, work, pool.submit(self._produced, work, progress))

    def _settle(self, work: Prepared) -> bool:
        """Wait for articles in the making that may be the same one; tell whether there were any."""
        prints = work.prints
        twins = [
            place for place in self._waiting
            if place.work and (place.work.identity == work.identity or same_text(place.work.prints, prints))
        ]  # fmt: skip
        for place in twins:
            place.outcome.exception()
        return bool(twins)

    def _produced(self, work: Prepared, progress: Progress) -> Outcome:
        try:
            return produce(self._studio, work, feed=False, progress=progress)
        except AudiopubError as error:
            return error

    def _next(self) -> tuple[str, Outcome]:
        place = self._waiting.popleft()
        return place.name, place.outcome.result()

    def _feed(self) -> None:
        began = self._order.clock()
        rebuilt = rebuild_feed(self._studio)
        self._written = self._order.clock()
        self._took = self._written - began
        self.changed |= rebuilt.changed
        self.missing = rebuilt.missing


def _ready(error: AudiopubError) -> "Future[Outcome]":
    future: Future[Outcome] = Future()
    future.set_result(error)
    return future
