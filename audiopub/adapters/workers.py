"""Several processes that parse: while one is at a page that takes all it may, the next page is read by another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue

from audiopub.adapters.worker import ParsingWorker
from audiopub.article import Article
from audiopub.source import Page
from audiopub.source.listing import Entry


class ParsingWorkers:
    """As many parsing processes as are needed at once, up to a number; each starts with its first page."""

    def __init__(self, rules: Path, most: int = 3) -> None:
        """Make them.

        Args:
            rules: folder of the newsroom's own site rules.
            most: processes at once; a page more waits for the first that is free.
        """
        self._all = [ParsingWorker(rules=rules) for _ in range(most)]
        self._free: LifoQueue[ParsingWorker] = LifoQueue()  # the one that was used last runs already
        for worker in self._all:
            self._free.put(worker)

    def article(self, page: Page) -> Article:
        """Extract an article; see :meth:`ParsingWorker.article`."""
        with self._one() as worker:
            return worker.article(page)

    def entries(self, page: Page) -> tuple[Entry, ...]:
        """Read a list of articles; see :meth:`ParsingWorker.entries`."""
        with self._one() as worker:
            return worker.entries(page)

    def rule(self, host: str, page: Page) -> str:
        """Propose a site rule; see :meth:`ParsingWorker.rule`."""
        with self._one() as worker:
            return worker.rule(host, page)

    def shown(self, page: Page) -> str:
        """Give a page as people may look at it; see :meth:`ParsingWorker.shown`."""
        with self._one() as worker:
            return worker.shown(page)

    def close(self) -> None:
        """End all processes, as soon as each has answered; later pages start new ones."""
        for worker in self._all:
            worker.close()

    @contextmanager
    def _one(self) -> Iterator[ParsingWorker]:
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)
