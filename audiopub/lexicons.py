"""A newsroom's lexicon at work: which file an entry goes into, what counts beside it, and what it would change."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audiopub.adapters.files import locked
from audiopub.adapters.lexicon_files import checked_entry, read_entries, write_entries
from audiopub.bootstrap import show_entries, studio
from audiopub.config import Settings, Show, find_show, read_show
from audiopub.publish.impact import Changed, Counted, counted, impact
from audiopub.vietnamese import Entry, Lexicon, Scope, merged, tidy

Entries = tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One lexicon file, and the shows in which it counts."""

    settings: Settings
    shows: tuple[Show, ...]
    """At least one; all shows of the folder for the newsroom's file."""

    scope: Scope

    @classmethod
    def of(cls, settings: Settings, show: str | None, *, newsroom: bool) -> "Book":
        """Open the file a person means: the newsroom's, which needs no show, or that of one show.

        Raises:
            ConfigInvalid: there is no such show, or there are several and none was named.
        """
        every = sorted(settings.feeds.glob("*.toml")) if newsroom and show is None else []
        shows = tuple(read_show(path) for path in every) or (find_show(settings.feeds, show),)
        return cls(settings=settings, shows=shows, scope=Scope.NEWSROOM if newsroom else Scope.SHOW)

    @property
    def path(self) -> Path:
        """Give the file's path; it need not exist."""
        show = self.shows[0]
        return show.newsroom_lexicon_path if self.scope is Scope.NEWSROOM else show.lexicon_path

    @property
    def entries(self) -> Entries:
        """Read the file's own entries."""
        return read_entries(self.path, self.scope)

    def entry(self, entry: Entry) -> Entry:
        """Make an entry fit for the file.

        Raises:
            ConfigInvalid: it could not be said or kept.
        """
        return checked_entry(entry, self.path)

    def found(self, written: str, article: str) -> Entries:
        """Find the file's entries for a written form, however it is spaced."""
        return tuple(entry for entry in self.entries if _key(entry) == _key_of(written, article))

    def with_entries(self, fresh: Entries) -> Entries:
        """Give the file's entries as they would be with others after them; see :func:`with_entries`."""
        return with_entries(self.entries, fresh)

    def whole(self, entries: Entries | None = None, show: Show | None = None) -> Lexicon:
        """Give all that counts in a show, with the file's entries as they are or as they would be."""
        show = show or self.shows[0]
        mine = self.entries if entries is None else entries
        layers = {
            Scope.NEWSROOM: read_entries(show.newsroom_lexicon_path, Scope.NEWSROOM),
            Scope.SHOW: read_entries(show.lexicon_path, Scope.SHOW),
            self.scope: mine,
        }
        return merged(layers[Scope.NEWSROOM], show_entries(show), layers[Scope.SHOW])

    def hidden(self) -> Entries:
        """Give the entries that never speak, since others for the same form go before them."""
        whole = self.whole()
        return tuple(entry for entry in whole.entries if entry not in [found for found, _, _ in whole.for_article(entry.article).matches(entry.written)])

    def impact(self, entries: Entries) -> tuple[Changed, ...]:
        """Give the published sentences of every show that would be read otherwise with other entries in the file."""
        changed: list[Changed] = []
        for show in self.shows:
            made = studio(show, self.settings)
            changed += impact(made.channel, made.store, made.catalog, self.whole(show=show), self.whole(entries, show), show.style.reading)
        return tuple(changed)

    def counted(self, entries: Entries, *, examples: int) -> Counted:
        """Do as :meth:`impact` does, and keep no more than so many of the sentences; all are counted."""
        found = []
        for show in self.shows:
            made = studio(show, self.settings)
            whole = self.whole(show=show), self.whole(entries, show)
            found.append(counted(made.channel, made.store, made.catalog, *whole, show.style.reading, examples=examples))
        kept = [one for few in found for one in few.examples]
        return Counted(sentences=sum(one.sentences for one in found), episodes=sum(one.episodes for one in found), examples=tuple(kept[:examples]))

    def add(self, fresh: Entries) -> None:
        """Put entries into the file, in the place of those for the same written form and article."""
        self._change(lambda entries: with_entries(entries, fresh))

    def remove(self, written: str, article: str) -> None:
        """Take the entries of a written form out of the file."""
        self._change(lambda entries: tuple(entry for entry in entries if _key(entry) != _key_of(written, article)))

    def in_use(self, path: Path) -> bool:
        """Tell whether a path is a lexicon of this folder of shows, which no export may write over."""
        return path.suffix.lower() == ".tsv" and path.resolve().parent == self.path.resolve().parent

    def _change(self, how: Callable[[Entries], Entries]) -> None:
        """Write the file anew from what is in it now: nobody else writes meanwhile, and what others added just before stays."""
        with locked(self.settings.state / "lexicon"):
            write_entries(self.path, how(self.entries))


def with_entries(entries: Entries, fresh: Entries) -> Entries:
    """Put entries after others, in the place of those for the same written form and article; of two new ones the last counts."""
    last = {_key(entry): entry for entry in fresh}
    return (*(entry for entry in entries if _key(entry) not in last), *last.values())


def _key(entry: Entry) -> tuple[str, str]:
    return entry.written, entry.article


def _key_of(written: str, article: str) -> tuple[str, str]:
    return " ".join(tidy(written).split()), " ".join(article.split())
