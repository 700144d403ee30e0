"""The list: everything that is on the desk or before listeners, found by words and by state."""

import base64
import binascii
import contextlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from itertools import islice
from operator import attrgetter

from audiopub.adapters.sql.drafts import DraftRow
from audiopub.config import read_show
from audiopub.desk.model import DeskState, Item, Listing, name_of
from audiopub.desk.standing import changed_ms, item_of, standing
from audiopub.desk.tools import Tools
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid
from audiopub.people import Actor, Permission
from audiopub.publish.model import Episode
from audiopub.vietnamese.letters import bare, plain

_MOST = 200


@dataclass(frozen=True, slots=True)
class _Line:
    show: str
    id: str
    row: DraftRow | None
    episode: Episode | None
    state: DeskState
    pending: DeskState | None
    place: tuple[int, str, str]
    title: str
    """All that it is found by, without marks."""
    damage: ConfigInvalid | None = None
    """What is wrong with the record of its episode, which is not shown then."""

    @property
    def states(self) -> Iterable[DeskState]:
        return (self.state,) if self.pending is None else (self.state, self.pending)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A show's episodes as lines, in their order: worked out once for what the catalog gives until it gives something else."""

    episodes: tuple[Episode, ...]
    damaged: frozenset[str]
    lines: tuple[_Line, ...]
    found: Mapping[str, _Line]

    @classmethod
    def of(cls, slug: str, episodes: tuple[Episode, ...], damaged: Mapping[str, ConfigInvalid]) -> "_Shelf":
        whole = (_line(slug, episode.id, None, episode) for episode in episodes)
        broken = (_broken(slug, key, damage, None) for key, damage in damaged.items())
        lines = tuple(sorted((*whole, *broken), key=_place))
        return cls(episodes, frozenset(damaged), lines, {line.id: line for line in lines})


class Lists:
    """What is there."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools
        self._shelves: dict[str, _Shelf] = {}

    def warm(self) -> None:
        """Read the catalog before anybody asks: of a large one that takes seconds, once."""
        for slug in self._tools.shows.slugs():
            with contextlib.suppress(AudiopubError):
                self._tools.catalog.episodes(slug)

    def shows(self) -> tuple[tuple[str, str], ...]:
        """Give slug and title of every show; one whose file is broken is called by its slug."""
        return tuple((slug, self._title(slug)) for slug in self._tools.shows.slugs())

    def listing(self, actor: Actor, *, show: str = "", search: str = "", states: Sequence[str] = (), cursor: str = "", limit: int = 50) -> Listing:
        """List articles, those changed last first.

        Args:
            actor: who asks.
            show: of one show; of all where empty.
            search: words of the title, with or without marks, or an address or an id.
            states: any of these; ``stale`` is none.
            cursor: of a page, from the one before.
            limit: most on a page.

        Raises:
            BadInput: the cursor is none of ours.
        """
        actor.must(Permission.READ)
        after, wanted, words = _after(cursor), frozenset(states), _folded(search).split()
        parts = list(self._parts([slug for slug in self._tools.shows.slugs() if show in {"", slug}]))
        counts = Counter(state for lines in parts for line in lines for state in line.states)
        if wanted or words:
            parts = [[line for line in lines if (not wanted or not wanted.isdisjoint(line.states)) and _matches(line, words, search)] for lines in parts]
        most = max(1, min(limit, _MOST))
        rest = (lines if after is None else lines[bisect_right(lines, after, key=_place) :] for lines in parts)
        page = list(islice(merge(*rest, key=_place), most + 1))
        items = tuple(map(_item, page[:most]))
        return Listing(
            items=items,
            total=sum(map(len, parts)),
            counts={state.value: number for state, number in counts.items()},
            cursor=_cursor(page[most - 1]) if len(page) > most else "",
        )

    def _parts(self, slugs: Sequence[str]) -> Iterator[Sequence[_Line]]:
        """Give the lines of each show's episodes that have no draft, and of its drafts; each in order."""
        rows: dict[str, list[DraftRow]] = {}
        for row in self._tools.drafts.rows(slugs[0] if len(slugs) == 1 else ""):
            rows.setdefault(row.show, []).append(row)
        for slug in slugs:
            shelf, own = self._shelf(slug), rows.get(slug, ())
            beside = [(row, shelf.found.get(row.id)) for row in own]
            drafted = {line.id for _, line in beside if line is not None}
            yield [line for line in shelf.lines if line.id not in drafted] if drafted else shelf.lines
            yield sorted((_beside(slug, row, line) for row, line in beside), key=_place)

    def _shelf(self, slug: str) -> _Shelf:
        (episodes, damaged), known = self._tools.catalog.readable(slug), self._shelves.get(slug)
        if known is None or known.episodes is not episodes or known.damaged != damaged.keys():
            known = self._shelves[slug] = _Shelf.of(slug, episodes, damaged)
        return known

    def _title(self, slug: str) -> str:
        try:
            return read_show(self._tools.settings.feeds / f"{slug}.toml").file.title
        except AudiopubError:
            return slug


def _line(show: str, episode_id: str, row: DraftRow | None, episode: Episode | None) -> _Line:
    state, pending = standing(row, episode)
    title = _folded(f"{row.title if row else ''} {episode.title if episode else ''}")
    return _Line(show, episode_id, row, episode, state, pending, (-changed_ms(row, episode), show, episode_id), title)


def _beside(show: str, row: DraftRow, line: _Line | None) -> _Line:
    """Give the line of a draft, beside that of its episode where there is one."""
    if line is not None and line.damage is not None:
        return _broken(show, row.id, line.damage, row)
    return _line(show, row.id, row, line.episode if line else None)


def _broken(show: str, episode_id: str, damage: ConfigInvalid, row: DraftRow | None) -> _Line:
    title = row.title if row else episode_id
    return _Line(show, episode_id, row, None, DeskState.FAILED, None, (0, show, episode_id), _folded(title), damage)


_place = attrgetter("place")


def _item(line: _Line) -> Item:
    if line.damage is None:
        return item_of(line.show, line.id, line.row, line.episode, stale=_is_stale(line.row))
    details = {name: str(value) for name, value in line.damage.details.items()}
    title = line.row.title if line.row else line.id
    return Item(name=name_of(line.show, line.id), show=line.show, id=line.id, title=title, state=line.state, code=line.damage.code, details=details)


def _is_stale(row: DraftRow | None) -> bool:
    return row is not None and bool(row.proof) and row.proof_version != row.version


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return bare(plain(text))


def _matches(line: _Line, words: Sequence[str], search: str) -> bool:
    if not words:
        return True
    return all(word in line.title for word in words) or search.strip() in {line.id, line.episode.article_url if line.episode else ""}


def _cursor(line: _Line) -> str:
    return base64.urlsafe_b64encode(json.dumps(line.place).encode()).decode().rstrip("=")


def _after(cursor: str) -> tuple[int, str, str] | None:
    if not cursor:
        return None
    try:
        changed, show, episode_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return int(changed), str(show), str(episode_id)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:  # also of numbers and brackets without end
        raise BadInput("draft.bad_cursor") from error
