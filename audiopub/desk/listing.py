"""The list: everything that is on the desk or before listeners, found by words and by state."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    changed: int
    damage: ConfigInvalid | None = None
    """What is wrong with the record of its episode, which is not shown then."""

    @property
    def place(self) -> tuple[int, str, str]:
        return -self.changed, self.show, self.id


class Lists:
    """What is there."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools

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
        slugs = [slug for slug in self._tools.shows.slugs() if show in {"", slug}]
        lines = [line for slug in slugs for line in self._lines(slug)]
        counts = Counter(line.state.value for line in lines)
        counts.update(line.pending.value for line in lines if line.pending)
        wanted, words = frozenset(states), _folded(search).split()
        found = [line for line in lines if (not wanted or {line.state, line.pending} & wanted) and _matches(line, words, search)]
        found.sort(key=lambda line: line.place)
        after = _after(cursor)
        rest = [line for line in found if after is None or line.place > after]
        page = rest[: max(1, min(limit, _MOST))]
        items = tuple(map(_item, page))
        return Listing(items=items, total=len(found), counts=dict(counts), all=len(lines), cursor=_cursor(page[-1]) if len(rest) > len(page) else "")

    def _lines(self, slug: str) -> Iterable[_Line]:
        rows = {row.id: row for row in self._tools.drafts.rows(slug)}
        episodes, damaged = self._tools.catalog.readable(slug)
        for episode in episodes:
            yield _line(slug, episode.id, rows.pop(episode.id, None), episode)
        for key, damage in damaged.items():
            yield _Line(slug, key, rows.pop(key, None), None, DeskState.FAILED, None, 0, damage)
        for row in rows.values():
            yield _line(slug, row.id, row, None)

    def _title(self, slug: str) -> str:
        try:
            return read_show(self._tools.settings.feeds / f"{slug}.toml").file.title
        except AudiopubError:
            return slug


def _line(show: str, episode_id: str, row: DraftRow | None, episode: Episode | None) -> _Line:
    state, pending = standing(row, episode)
    return _Line(show, episode_id, row, episode, state, pending, changed_ms(row, episode))


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
    title = _folded(f"{line.row.title if line.row else ''} {line.episode.title if line.episode else ''}")
    return all(word in title for word in words) or search.strip() in {line.id, line.episode.article_url if line.episode else ""}


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
