"""What people name as sources, and the pages that come of them: addresses, files, folders, lists, standard input."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from audiopub.adapters.memory import MemoryArchive
from audiopub.adapters.pages import FileArchive
from audiopub.bootstrap import fetcher, worker
from audiopub.config import Settings, Show
from audiopub.errors import AudiopubError, BadInput
from audiopub.source import Entry, Gathered, Page, PageArchive, PageForm, PoliteFetcher, Wanted, fetch_kept, gather

_PAGE_FILES = frozenset({".html", ".htm", ".xhtml"})
_FILES = _PAGE_FILES | {".txt"}


class Sources:
    """Everything that can be had as a page, under one set of settings."""

    def __init__(self, settings: Settings, standard_input: Callable[[], bytes], *, keep: bool = True) -> None:
        """Use the settings' archive.

        Args:
            settings: folders, allowed hosts, the delay between two requests to one host.
            standard_input: reads all of it, for the source ``-``.
            keep: whether fetched pages are kept; else nothing is written.
        """
        self.archive: PageArchive = FileArchive(settings.state / "pages") if keep else MemoryArchive()
        self._asked_for = fetcher(settings)
        self._polite = PoliteFetcher(self._asked_for, clock=time.monotonic, sleep=time.sleep, delay=settings.host_delay)
        self._standard_input = standard_input
        self._rules = settings.rules.resolve()

    def page(self, source: str) -> Page:
        """Get the page that one source names, whatever is in it.

        Raises:
            BadInput: no such file, a folder, unreadable.
            FetchFailed: the address could not be had.
        """
        if source == "-":
            body = self._standard_input()
            return Page(body=body, name="-", identity=f"stdin:{hashlib.sha256(body).hexdigest()}", form=PageForm.TEXT)
        if _is_address(source):
            return fetch_kept(source, self._asked_for, self.archive)[0]
        if "://" in source:
            raise BadInput("source.bad_scheme", source=source)
        return _file(Path(source), source)

    def listed(self, name: str) -> Page:
        """Get the page of an entry of a list, no oftener from one host than is polite.

        Raises:
            BadInput: no such file, unreadable.
            FetchFailed: the address could not be had.
        """
        return fetch_kept(name, self._polite, self.archive)[0] if _is_address(name) else _file(Path(name), name)

    def kept(self, address: str) -> Page:
        """Get a page as it was last fetched, without asking anybody.

        Raises:
            BadInput: it was never kept.
        """
        page = self.archive.kept(address)
        if page is None:
            raise BadInput("source.never_kept", source=address)
        return page

    def gather(self, sources: Sequence[str], wanted: Wanted, *, pages: bool = True) -> Iterator[Gathered]:
        """Give the articles of several sources; what fails stops nothing else.

        Args:
            sources: addresses of articles or lists, files, folders, ``-``.
            wanted: which articles of a list or a folder.
            pages: whether to fetch the pages of a list, or only say which there are.
        """
        for source in sources:
            try:
                yield from self._of(source, wanted, pages=pages)
            except AudiopubError as error:
                yield Gathered(source=source, entry=Entry(url=source), error=error)

    def _of(self, source: str, wanted: Wanted, *, pages: bool) -> Iterator[Gathered]:
        if source != "-" and not _is_address(source) and _is_folder(source):
            yield from self._of_folder(Path(source), wanted)
        else:
            yield from gather(self.page(source), wanted, self._polite, self.archive, worker(self._rules).entries, pages=pages)

    def _of_folder(self, folder: Path, wanted: Wanted) -> Iterator[Gathered]:
        """Give the articles of a folder and the folders in it, by name; hidden ones are left alone."""
        files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _FILES and path.is_file() and not _hidden(path.relative_to(folder))]
        taken = [path for path in files if wanted.takes(Entry(url=path.as_posix()))]
        if not files:
            raise BadInput("source.empty_folder", source=str(folder))
        for path in taken[: wanted.limit]:
            entry = Entry(url=path.as_posix())
            try:
                yield Gathered(source=str(folder), entry=entry, page=_file(path, str(path)))
            except BadInput as error:
                yield Gathered(source=str(folder), entry=entry, error=error)


def show_sources(show: Show, wishes: Wanted) -> list[tuple[tuple[str, ...], Wanted]]:
    """Give the sources that a show file names, each with which of its articles are wanted.

    Args:
        show: the show file.
        wishes: what the person asks for now; it counts before what the file says.
    """
    found: list[tuple[tuple[str, ...], Wanted]] = []
    for source in show.file.sources:
        if isinstance(source, str):
            found.append(((source,), wishes))
        else:
            wanted = Wanted(
                limit=wishes.limit or source.limit, since=wishes.since, include=wishes.include or tuple(source.include), exclude=(*wishes.exclude, *source.exclude)
            )
            found.append(((source.url,), wanted))
    return found


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _is_folder(source: str) -> bool:
    try:
        return bool(source) and Path(source).is_dir()
    except (OSError, ValueError):
        return False


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _file(path: Path, name: str) -> Page:
    try:
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("source.not_found", source=name) from error
    except IsADirectoryError as error:
        raise BadInput("source.is_folder", source=name) from error
    except (OSError, ValueError) as error:
        raise BadInput("source.unreadable", source=name, reason=str(error)) from error
    form = PageForm.HTML if path.suffix.lower() in _PAGE_FILES else PageForm.TEXT
    return Page(body=body, name=name, identity=f"file:{_stable(path)}", form=form)


def _stable(path: Path) -> str:
    """Give a path that is the same wherever the project lies, where the file lies inside it."""
    whole = path.resolve()
    here = Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else whole.as_posix()
