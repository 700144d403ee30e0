"""What a change of the lexicon would change in what is published.

To read every published sentence twice takes minutes where there are thousands of episodes. Only sentences in which the written form of a changed entry stands can be read
otherwise, and most records hold none, which is seen before they are parsed. See :class:`_Change` for the few others.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from audiopub.errors import ConfigInvalid
from audiopub.publish.catalog import Catalog
from audiopub.publish.model import Channel, Episode, State
from audiopub.publish.store import Store
from audiopub.vietnamese import Entry, Lexicon, Options, Scope, plain, read, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One published sentence that would be read otherwise."""

    episode: Episode
    written: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many sentences would be read otherwise, and the first of them."""

    sentences: int
    episodes: int
    examples: tuple[Changed, ...]


def impact(channel: Channel, store: Store, catalog: Catalog, before: Lexicon, after: Lexicon, options: Options) -> tuple[Changed, ...]:
    """Read every published sentence with two lexicons and give those that differ, newest episode first.

    Args:
        channel: the show.
        store: holds the episodes' records, which have their sentences as printed.
        catalog: what is published.
        before: the lexicon as it is.
        after: the lexicon as it would be.
        options: how the show wants some things read.

    Returns:
        The sentences. An episode whose record is gone from the store is passed over.

    Raises:
        ConfigInvalid: a record that may hold such a sentence is damaged.
    """
    return tuple(_differing(channel, store, catalog, before, after, options))


def counted(channel: Channel, store: Store, catalog: Catalog, before: Lexicon, after: Lexicon, options: Options, *, examples: int) -> Counted:
    """Do as :func:`impact` does, and keep no more than so many of the sentences; all are counted.

    Raises:
        ConfigInvalid: a record that may hold such a sentence is damaged.
    """
    kept: list[Changed] = []
    sentences, episodes = 0, set[str]()
    for changed in _differing(channel, store, catalog, before, after, options):
        sentences += 1
        episodes.add(changed.episode.id)
        if len(kept) < examples:
            kept.append(changed)
    return Counted(sentences=sentences, episodes=len(episodes), examples=tuple(kept))


def _differing(channel: Channel, store: Store, catalog: Catalog, before: Lexicon, after: Lexicon, options: Options) -> Iterator[Changed]:
    changes = _Changes(before, after)
    if not changes.whole.is_any:
        return
    for episode in catalog.episodes(channel.slug):
        record = store.get(channel.key(episode.file(".json"))) if episode.state is State.PUBLISHED else None
        if record is not None and changes.whole.may_touch_record(record):
            yield from _in_episode(episode, record, changes, options)


def _in_episode(episode: Episode, record: bytes, changes: "_Changes", options: Options) -> Iterator[Changed]:
    try:
        document = json.loads(record)
        written = [str(segment["written"]) for segment in document["segments"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path=episode.file(".json"), reason=str(error)) from error
    provenance = document.get("provenance", {})
    change = changes.of(episode.article_url, *provenance.get("identities", ()), provenance.get("source"))
    for sentence in filter(change.may_touch, written):
        was, would = read(sentence, change.before, options).spoken, read(sentence, change.after, options).spoken
        if was != would:
            yield Changed(episode=episode, written=sentence, before=was, after=would)


_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s.,;:!?]|_")
_RUN = re.compile(r"[^\W_]+")
_BROKEN = re.compile(r"\d[^\W\d_]|[^\W\d_]\d|[^\W\d_][.,;:!?]+\w|\w[.,;:!?]+[^\W\d_]|(?:[^\w\s.,;:!?]|_){2,}")
"""Glued or broken tokens, without which what is said of a text is said the same when it is read again."""

_PRINTED = re.compile(r"\d|[fjwz]|[^\w\s.,;:!?]|_")
"""Of a token in folded text: no rule puts it into what is said, so it is printed, or stands in an entry."""

_SIGN = r"(?:[^\w\s.,;:!?]|_)"
_TWO_WAYS = re.compile("[oòóỏõọaàáảãạeèéẻẽẹuùúủũụyỳýỷỹỵiìíỉĩị]")
_UNUSUAL = re.compile(rb"\xc2[\x80-\xa0\xad]|\xc3[\x90\xb0]|\xc6\x89|\xe1(?![\xba\xbb])|\xe2(?!\x80[\x93\x94\x98\x99\x9c\x9d\xa6])|[\xc7-\xdf\xe0\xe3-\xff]|\\u")
"""Anything that tidying makes into something else, so that letters that are looked for may not stand there yet."""

Form = tuple[str, bool]
"""A written form, and whether capitals count in it."""


class _Changes:
    """A change of the lexicon, for every article: some entries count in one only."""

    def __init__(self, before: Lexicon, after: Lexicon) -> None:
        self.whole = _Change(before, after)
        self._articles = {entry.article for entry in (*before.entries, *after.entries) if entry.scope is Scope.ARTICLE}
        self._known: dict[frozenset[str | None], _Change] = {}

    def of(self, *identities: str | None) -> "_Change":
        """Give what changes in an article with these identities."""
        mine = frozenset(self._articles.intersection(identities))
        if not self._articles:
            return self.whole
        if mine not in self._known:
            self._known[mine] = _Change(self.whole.before.for_article(*mine), self.whole.after.for_article(*mine))
        return self._known[mine]


class _Change:
    """Two lexicons, and where they can make a difference.

    A reading asks a lexicon twice. First which entries stand in the written text: it differs only where one stands of which the two lexicons say
    different things. Then, for what is said, which of its words are protected from being read again (:attr:`Lexicon.protecting`). These are printed, and
    stand in the written text as well; or they come out of another entry, whose written form stands there then; or a rule says them: that matters only where
    rules would read again what rules have said, and so only in a text with glued or broken tokens.
    """

    def __init__(self, before: Lexicon, after: Lexicon) -> None:
        self.before, self.after = before, after
        self._spoken = _differences(before, after)
        self._kept = _differences(before.protecting, after.protecting)
        changed = self._kept | self._spoken
        self._parts = any(not entry.whole for entry in self._kept)
        """Whether a part of a word is protected: what is said around it is parted from it, wherever it stands in what is said."""

        self._raw: set[Form] = {(entry.written, entry.case) for entry in changed | self._sources()}

    @property
    def is_any(self) -> bool:
        """Tell whether the two say anything different."""
        return bool(self._spoken or self._kept)

    def may_touch_record(self, record: bytes) -> bool:
        """Tell whether a record may hold a sentence that is read otherwise, without parsing it."""
        if self._parts or _UNUSUAL.search(record) or any(piece in record for piece in self._exact):
            return True
        text = record.decode(errors="replace") if self._anyhow or self._demanded else ""
        return any(pattern.search(text) for pattern in self._anyhow) or any(all(pattern.search(text) for pattern in demand) for demand in self._demanded)

    def may_touch(self, written: str) -> bool:
        """Tell whether a sentence may be read otherwise."""
        folded = plain(tidy(written).strip())
        if not self.is_any:
            return False
        if self._parts or any(form in folded for form in self._needles):
            return True
        return bool(self._demanded) and _BROKEN.search(folded) is not None and any(all(token.search(folded) for token in demand) for demand in self._demanded)

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        return tuple({plain(form) for form, _ in self._raw})

    @cached_property
    def _demanded(self) -> tuple[tuple[re.Pattern[str], ...], ...]:
        """Give, for each form whose protection differs, patterns of what must be printed for it to be said."""
        return tuple({tuple(sorted({_printed(token) for token in filter(_PRINTED.search, _words(entry.written))}, key=str)) for entry in self._kept})

    @cached_property
    def _exact(self) -> tuple[bytes, ...]:
        """Give a piece of each form in which capitals count, as it stands in a record."""
        return tuple({_longest(form).encode() for form, case in self._raw if case})

    @cached_property
    def _anyhow(self) -> tuple[re.Pattern[str], ...]:
        """Give a pattern of such a piece of each of the others."""
        return tuple({_anyhow(_longest(form)) for form, case in self._raw if not case})

    def _sources(self) -> set[Entry]:
        """Give the entries whose spoken forms have a part in common with one whose protection differs."""
        kept = [_words(entry.written) for entry in self._kept]
        every = {*self.before.entries, *self.after.entries} if kept else set[Entry]()
        return {entry for entry in every if entry.written and any(_overlap(_words(entry.written if entry.protects else entry.spoken), words) for words in kept)}


def _differences(before: Lexicon, after: Lexicon) -> set[Entry]:
    """Give the entries of all forms, folded, of which two lexicons do not hold the same in the same order."""
    one, other = _by_form(before.entries), _by_form(after.entries)
    return {entry for form in one.keys() | other.keys() if one.get(form) != other.get(form) for entry in (*one.get(form, ()), *other.get(form, ()))}


def _by_form(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    forms: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.written:
            forms.setdefault(plain(entry.written), []).append(entry)
    return forms


def _longest(form: str) -> str:
    """Give the longest run of letters and figures of a form; where it has none, nothing, which stands everywhere."""
    return max(_RUN.findall(form), key=len, default="")


def _anyhow(text: str) -> re.Pattern[str]:
    """Give a pattern by which a text is found in whatever letters; those that are written in two ways are left open."""
    return re.compile(_TWO_WAYS.sub(".", re.escape(plain(text))), re.IGNORECASE)


def _printed(token: str) -> re.Pattern[str]:
    """Give a pattern of a token that no rule says. A sign is left unread only beside another one: by itself it is left out, or has a word."""
    return _anyhow(token) if token[0].isalnum() else re.compile(f"{_SIGN}{re.escape(token)}|{re.escape(token)}{_SIGN}")


def _words(text: str) -> list[str]:
    return _TOKEN.findall(plain(text))


def _overlap(one: list[str], other: list[str]) -> bool:
    """Tell whether two rows of words may cover each other: one holds the other, or begins with the other's end."""
    return any(_agree(one, other, shift) for shift in range(1 - len(other), len(one)))


def _agree(one: list[str], other: list[str], shift: int) -> bool:
    """Tell whether two rows are the same where both are, the second laid so many places to the right."""
    start, end = max(0, shift), min(len(one), shift + len(other))
    return start < end and one[start:end] == other[start - shift : end - shift]
