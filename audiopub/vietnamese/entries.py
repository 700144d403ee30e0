"""The newsroom's own readings: entries of a lexicon, and where they stand in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from audiopub.vietnamese.letters import plain

AS_PRINTED = "="
"""The spoken form of a protected name: what is printed is what the voice gets."""


class Scope(StrEnum):
    """Where an entry counts, widest first; a narrower one goes before a wider one."""

    NEWSROOM = "newsroom"
    """In every show of this installation."""

    SHOW = "show"
    """In one show."""

    ARTICLE = "article"
    """In one article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How a newsroom wants one written form read.

    >>> Entry(written="Loft", spoken="lóp", reason="nghệ danh").because
    'newsroom: nghệ danh'
    """

    written: str
    """As newspapers print it; tidied text."""

    spoken: str
    """The words to say; :data:`AS_PRINTED` protects the written form from every rule."""

    scope: Scope = Scope.NEWSROOM
    article: str = ""
    """For :attr:`Scope.ARTICLE`: the article's identity (canonical address or source id)."""

    case: bool = True
    """False where capitals do not count."""

    whole: bool = True
    """False where the form may stand inside a longer word."""

    author: str = ""
    added: str = ""
    """ISO date."""

    reason: str = ""

    @property
    def protects(self) -> bool:
        """Tell whether the entry keeps a name from being rewritten."""
        return self.spoken == AS_PRINTED

    @property
    def because(self) -> str:
        """Say for an editor where the reading comes from."""
        return f"{self.scope}: {self.reason}" if self.reason else str(self.scope)


_NARROWEST_FIRST = {scope: place for place, scope in enumerate(reversed(Scope))}


@dataclass(frozen=True)
class Lexicon:
    """Entries ready to be found. At one place of a text the longest entry wins, then the narrowest scope, then the later entry."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, readings: Mapping[str, str]) -> "Lexicon":
        """Make a lexicon from written and spoken forms.

        >>> [entry.spoken for entry, start, end in Lexicon.of({"ATK": "a tê ca"}).matches("về ATK, không phải ATKA")]
        ['a tê ca']
        """
        return cls(tuple(Entry(written=written, spoken=said, scope=Scope.SHOW) for written, said in readings.items()))

    def for_article(self, *identities: str | None) -> "Lexicon":
        """Give the entries that count in an article with these identities."""
        return Lexicon(tuple(entry for entry in self.entries if entry.scope is not Scope.ARTICLE or entry.article in identities))

    @cached_property
    def protecting(self) -> "Lexicon":
        """Give the protected names alone, and the spoken forms that hold something a rule would rewrite.

        What a person has written as a spoken form is said as it stands, also when a spoken text is read again.
        """
        said = (Entry(written=entry.spoken, spoken=AS_PRINTED) for entry in self.entries if not entry.protects and entry.spoken and _UNREAD.search(entry.spoken))
        return Lexicon((*(entry for entry in self.entries if entry.protects), *said))

    def matches(self, written: str) -> Iterator[tuple[Entry, int, int]]:
        """Find the entries in tidied text, from left to right, none overlapping: entry, start, end.

        The cost does not grow with the number of entries: they are looked up by their first word.
        """
        if not self.entries:
            return
        end = 0
        folded = plain(written)
        for start in sorted({match.start() for match in _TOKEN.finditer(written)}.union(self._inside(folded))):
            entry = self._at(written, folded, start) if start >= end else None
            if entry is not None:
                end = start + len(entry.written)
                yield entry, start, end

    def _at(self, written: str, folded: str, start: int) -> Entry | None:
        first = _TOKEN.match(folded, start)
        found = [entry for entry in self._by_first.get(first[0] if first else "", ()) if _stands(entry, written, folded, start)]
        found += [entry for entry in self._parts if _stands(entry, written, folded, start)]
        return min(found, key=lambda entry: (-len(entry.written), _NARROWEST_FIRST[entry.scope])) if found else None

    def _inside(self, folded: str) -> set[int]:
        """Find where entries that may stand inside a word begin."""
        return {match.start() for entry in self._parts for match in re.finditer(re.escape(plain(entry.written)), folded)}

    @cached_property
    def _parts(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in reversed(self.entries) if entry.written and not entry.whole)

    @cached_property
    def _by_first(self) -> dict[str, list[Entry]]:
        """Index the other entries by their first word, sign or figure; of equals the later one comes first."""
        forms: dict[str, list[Entry]] = {}
        for entry in reversed(self.entries):
            first = _TOKEN.match(plain(entry.written))
            if first and entry.whole:
                forms.setdefault(first[0], []).append(entry)
        return forms


_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_WORD = re.compile(r"\w")
_UNREAD = re.compile(r"[^\w\s.,;:!?]|\d|_|[^\W\d_]*[A-ZĐ]{2}")


def _stands(entry: Entry, written: str, folded: str, start: int) -> bool:
    """Tell whether an entry's written form stands at a place of a text, as a whole word where it must be one."""
    end = start + len(entry.written)
    if not (written.startswith(entry.written, start) if entry.case else folded.startswith(plain(entry.written), start)):
        return False
    if not entry.whole:
        return True
    return not (_WORD.match(written[start]) and _WORD.match(written[start - 1 : start])) and not (_WORD.match(written[end - 1]) and _WORD.match(written[end : end + 1]))


def merged(*layers: Iterable[Entry]) -> Lexicon:
    """Put several lists of entries together, widest scope first."""
    return Lexicon(tuple(entry for layer in layers for entry in layer))
