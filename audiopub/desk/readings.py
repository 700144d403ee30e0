"""How words are read: tried before anything is saved, saved where it is to count, and what that changes."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audiopub.adapters.files import LocalStore
from audiopub.adapters.lexicon_files import exported, fits_pls, imported
from audiopub.bootstrap import all_voices, engine, spoken_sound, style
from audiopub.config import Show
from audiopub.desk.model import Impact, Preview
from audiopub.desk.tools import Tools
from audiopub.desk.voices import Booths
from audiopub.editing import Draft
from audiopub.errors import AudiopubError, BadInput, NotFound
from audiopub.lexicons import Book
from audiopub.people import Actor, Permission
from audiopub.publish.impact import Counted
from audiopub.vietnamese import Entry, Lexicon, Reading, Scope, read
from audiopub.vietnamese.letters import bare, plain

_EXAMPLES = 8
_LONGEST = 1000
"""Letters of a text that is tried; a sentence of a newspaper has some hundred."""

_KEPT = timedelta(days=1)
_FORMS = {"csv": ".csv", "pls": ".pls", "tsv": ".tsv"}


class Readings:
    """What is done about how words are read."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools
        self._booths = Booths(lambda name, show: engine(name, tools.settings, show.file.voice))
        self._previews = LocalStore(tools.settings.state / "previews")

    def preview(self, actor: Actor, text: str, *, show: str, article: str = "", word: str = "", say: str = "", voice: str = "") -> Preview:
        """Speak a sentence, with one word read in a new way. Nothing is saved but the sound itself, for a day.

        Args:
            actor: who asks.
            text: as printed.
            show: whose lexicon and voices count.
            article: name of the article in which it stands, whose own entries and manner count; empty for none.
            word: what is to be read otherwise; empty for nothing.
            say: how.
            voice: who reads; empty for whoever reads the article.

        Raises:
            BadInput: nothing to say, or too much.
            ConfigInvalid: the reading could not be said or kept.
            SpeechFailed: no voice can say it.
        """
        actor.must(Permission.EDIT)
        if not text.strip() or len(text) > _LONGEST:
            raise BadInput("draft.bad_preview", most=_LONGEST)
        draft = self._tools.locate(article).draft if article else None
        opened = self._show(show, draft, voice)
        reading = self._reading(opened, text, draft, word, say)
        table = opened.file.voice
        token = hashlib.sha256("\0".join((*table.chain, f"{table.accent} {table.speed} {table.options}", reading.spoken)).encode()).hexdigest()
        known = self._previews.get(f"{token}.ms")
        if known is not None and self._previews.size(f"{token}.mp3"):
            return Preview(spoken=reading.spoken, token=token, duration_ms=int(known))
        sound, length = spoken_sound(reading, opened.file.voice.chain, lambda name: self._booths.get(name, opened))
        self._previews.put(f"{token}.mp3", sound)
        self._previews.put(f"{token}.ms", str(length).encode())
        self._sweep()
        return Preview(spoken=reading.spoken, token=token, duration_ms=length)

    def _show(self, slug: str, draft: Draft | None, voice: str) -> Show:
        show, _ = self._tools.shows.get(slug, patient=False)
        manner = draft.manner if draft else None
        return show.in_manner(voice or (manner.voice if manner else ""), manner.speed if manner else 0.0)

    def _reading(self, show: Show, text: str, draft: Draft | None, word: str, say: str) -> Reading:
        manner = style(show)
        entries = manner.lexicon.for_article(*(_identities(draft) if draft else ())).entries
        if word.strip() or say.strip():
            book = Book(settings=self._tools.settings, shows=(show,), scope=Scope.SHOW)
            tried = book.entry(Entry(written=word, spoken=say, scope=Scope.SHOW))
            entries = (*entries, replace(tried, scope=Scope.ARTICLE))  # before all others
        return read(text, Lexicon(entries), manner.reading)

    def _sweep(self) -> None:
        old = self._tools.now() - _KEPT
        for stored in [stored for stored in self._previews.keys("") if stored.changed < old]:
            self._previews.remove(stored.key)

    def preview_sound(self, actor: Actor, token: str) -> bytes:
        """Give a preview's MP3.

        Raises:
            NotFound: there is none, or it is older than a day.
        """
        actor.must(Permission.EDIT)
        known = len(token) == _TOKEN and set(token) <= set("0123456789abcdef")
        body = self._previews.get(f"{token}.mp3") if known else None
        if body is None:
            raise NotFound("draft.no_preview")
        return body

    def voices(self, actor: Actor, show: str) -> tuple[str, ...]:
        """Name the voices that an article may be read by, the show's own first."""
        actor.must(Permission.READ)
        opened, _ = self._tools.shows.get(show, patient=False)
        here = (f"{voice.engine}:{voice.name}" for voice in all_voices(self._tools.settings))
        return tuple(dict.fromkeys((*opened.file.voice.chain, *here)))

    def entries(self, actor: Actor, show: str, *, search: str = "") -> tuple[Entry, ...]:
        """Give all entries that count in a show, the newsroom's first; those of single articles name theirs."""
        actor.must(Permission.READ)
        found = self._book(show, Scope.SHOW.value).whole().entries
        words = bare(plain(search)).split()
        return tuple(entry for entry in found if all(word in bare(plain(f"{entry.written} {entry.spoken} {entry.reason}")) for word in words))

    def impact(self, actor: Actor, show: str, scope: str, entry: Entry | None, written: str = "", article: str = "") -> Impact:
        """Tell what an entry would change in what is published; for None, what taking out ``written`` would."""
        actor.must(Permission.READ)
        book = self._book(show, scope)
        entries = book.with_entries((book.entry(self._scoped(entry, scope, article)),)) if entry else self._without(book, written, self._identity(article))
        return _told(book.counted(entries, examples=_EXAMPLES))

    @staticmethod
    def _without(book: Book, written: str, article: str) -> tuple[Entry, ...]:
        gone = book.found(written, article)
        return tuple(entry for entry in book.entries if entry not in gone)

    def save_entry(self, actor: Actor, show: str, scope: str, entry: Entry, article: str = "") -> None:
        """Save how a word is read.

        Args:
            actor: who does it.
            show: in which.
            scope: ``newsroom``, ``show`` or ``article``.
            entry: written and spoken form, and the like.
            article: of the scope ``article``: the article's name on the desk, or its identity.

        Raises:
            ConfigInvalid: it could not be said or kept.
        """
        actor.must(Permission.EDIT)
        book = self._book(show, scope)
        kept = book.entry(replace(self._scoped(entry, scope, article), author=entry.author or actor.name, added=entry.added or f"{self._tools.now():%Y-%m-%d}"))
        book.add((kept,))
        details = {"scope": scope, "written": kept.written, "spoken": kept.spoken, "article": kept.article}
        self._tools.audit.write(actor, "lexicon_save", show=show, details=details)

    def remove_entry(self, actor: Actor, show: str, scope: str, written: str, article: str = "") -> None:
        """Take an entry out.

        Raises:
            NotFound: there is none.
        """
        actor.must(Permission.EDIT)
        book, identity = self._book(show, scope), self._identity(article)
        if not book.found(written, identity):
            raise NotFound("lexicon.unknown", written=written, path=book.path.name)
        book.remove(written, identity)
        self._tools.audit.write(actor, "lexicon_remove", show=show, details={"scope": scope, "written": written, "article": identity})

    def exported(self, actor: Actor, show: str, scope: str, form: str) -> bytes:
        """Give a lexicon as ``csv``, ``pls`` or ``tsv``."""
        actor.must(Permission.READ)
        entries: Sequence[Entry] = self._book(show, scope).entries
        with _file(form) as path:
            exported(path, [entry for entry in entries if fits_pls(entry)] if form == "pls" else entries)
            return path.read_bytes()

    def imported(self, actor: Actor, show: str, scope: str, form: str, body: bytes, *, dry: bool) -> int:
        """Take a lexicon in; its entries go before those for the same written forms.

        Returns:
            How many entries it has.

        Raises:
            ConfigInvalid: something in it cannot be used; nothing was taken then.
        """
        actor.must(Permission.EDIT)
        book = self._book(show, scope)
        with _file(form) as path:
            path.write_bytes(body)
            fresh = imported(path, book.scope)
        if not dry:
            book.add(fresh)
            self._tools.audit.write(actor, "lexicon_import", show=show, details={"scope": scope, "count": len(fresh)})
        return len(fresh)

    def _book(self, show: str, scope: str) -> Book:
        try:
            wanted = Scope(scope)
        except ValueError as error:
            raise BadInput("draft.no_scope", scope=scope[:40]) from error
        if show not in self._tools.shows.slugs():  # no path of this machine, as the command line takes it
            raise NotFound("api.no_show", show=show[:100])
        return Book.of(self._tools.settings, None if wanted is Scope.NEWSROOM else show, newsroom=wanted is Scope.NEWSROOM)

    def _scoped(self, entry: Entry, scope: str, article: str) -> Entry:
        identity = self._identity(article or entry.article) if scope == Scope.ARTICLE else ""
        if scope == Scope.ARTICLE and not identity:
            raise BadInput("draft.which_article")
        return replace(entry, scope=Scope(scope), article=identity)

    def _identity(self, article: str) -> str:
        """Give the identity by which an entry means an article, of its name on the desk or as it stands."""
        if not article:
            return ""
        try:
            located = self._tools.locate(article)
        except AudiopubError:
            return article
        names = _identities(located.kept.draft) if located.kept else located.published.identities
        return next(iter(names), article)


def _identities(draft: Draft) -> tuple[str, ...]:
    """Give every name by which an entry may mean a draft's article, in the order of the pipeline's own."""
    names = (draft.origin.source_id, draft.found.canonical_url, draft.origin.identity)
    return tuple(dict.fromkeys(filter(None, names)))


def _told(found: Counted) -> Impact:
    examples = tuple((one.episode.title, one.written, one.before, one.after) for one in found.examples)
    return Impact(sentences=found.sentences, episodes=found.episodes, examples=examples)


_TOKEN = 64


class _File:
    """A file of a form that our readers and writers know by its ending, for as long as it is needed."""

    def __init__(self, suffix: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="audiopub-")
        self._path = Path(self._folder.name) / f"lexicon{suffix}"

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, *_error: object) -> None:
        self._folder.cleanup()


def _file(form: str) -> _File:
    if form not in _FORMS:
        raise BadInput("draft.no_form", form=form[:40], known=", ".join(_FORMS))
    return _File(_FORMS[form])
