"""Drafts in the database: as they are, and as they were."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import draft_versions, drafts, jobs, now_ms
from audiopub.article import same_text, text_prints
from audiopub.editing import Draft
from audiopub.editing.record import draft_of, plain_draft
from audiopub.errors import ConfigInvalid

_KEPT = 100
"""Former versions of a draft that are kept."""

_DISCARDED = "discarded"
_MANY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """A draft, and what was last made of it."""

    draft: Draft
    job: str
    """Id of the last job that was begun for it; empty for none."""

    proof: str
    """Fingerprint of what was last made of it to be heard; empty for nothing."""

    proof_version: int
    """Version of the draft that that was made of."""

    changed: int
    """Milliseconds since 1970."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A draft in the list: all that is shown of it there."""

    show: str
    id: str
    version: int
    title: str
    proof: str
    proof_version: int
    changed: int
    by: str
    job: str
    job_kind: str
    job_state: str
    """Empty where no job was begun."""

    stage: str
    done: int
    of: int
    until: int
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Mark:
    """By what a draft's article is known again."""

    seen: tuple[int, int]
    names: frozenset[str] = frozenset()
    prints: tuple[str, ...] = ()


class SqlDrafts:
    """Drafts as rows of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database
        self._known: dict[str, dict[str, _Mark]] = {}

    def get(self, show: str, episode: str) -> KeptDraft | None:
        """Give a draft; None where there is none."""
        wanted = select(drafts).where(drafts.c.show == show, drafts.c.id == episode)
        row = self._database.read(lambda connection: connection.execute(wanted).one_or_none())
        if row is None:
            return None
        return KeptDraft(draft=_draft(row), job=row.job, proof=row.proof, proof_version=row.proof_version, changed=row.changed, by=row.by)

    def add(self, draft: Draft, by: str) -> bool:
        """Put a draft on the desk; tell whether it is new there: of many that come at once, one is."""

        def work(connection: Connection) -> bool:
            left = connection.execute(select(draft_versions.c.version, draft_versions.c.record).where(*_left(draft.show, draft.id))).first()
            fresh = draft.after(left.version, json.loads(left.record)["made"]) if left else draft
            values = {"show": draft.show, "id": draft.id, "version": fresh.version, "title": fresh.title, "record": _record(fresh), "by": by, "changed": now_ms()}
            put = (sqlite_insert if self._database.is_local else pg_insert)(drafts).values(**values).on_conflict_do_nothing().returning(drafts.c.id)
            return connection.execute(put).first() is not None

        return self._database.write(work)

    def replace(self, draft: Draft, seen: int, act: str, by: str) -> bool:
        """Put a draft in the place of the version that somebody saw, which is kept; tell whether it was still there."""
        here = (drafts.c.show == draft.show, drafts.c.id == draft.id, drafts.c.version == seen)
        values = {"version": draft.version, "title": draft.title, "record": _record(draft), "by": by, "changed": now_ms()}

        def work(connection: Connection) -> bool:
            row = connection.execute(select(drafts.c.record).where(*here).with_for_update()).one_or_none()
            if row is None or not connection.execute(update(drafts).where(*here).values(**values)).rowcount:
                return False
            former = {"show": draft.show, "id": draft.id, "version": seen, "record": row.record, "act": act, "by": by, "at": now_ms()}
            connection.execute((sqlite_insert if self._database.is_local else pg_insert)(draft_versions).values(**former).on_conflict_do_nothing())
            old = (draft_versions.c.show == draft.show, draft_versions.c.id == draft.id, draft_versions.c.version <= seen - _KEPT)
            connection.execute(delete(draft_versions).where(*old))
            return True

        return self._database.write(work)

    def former(self, show: str, episode: str, version: int) -> Draft | None:
        """Give a draft as it was; None where that version is not kept."""
        here = (draft_versions.c.show == show, draft_versions.c.id == episode, draft_versions.c.version == version, draft_versions.c.act != _DISCARDED)
        wanted = select(draft_versions).where(*here)
        row = self._database.read(lambda connection: connection.execute(wanted).one_or_none())
        return None if row is None else _draft(row)

    def last_act(self, show: str, episode: str, version: int) -> str:
        """Give what made a version of a draft; empty where that is not kept."""
        wanted = select(draft_versions.c.act).where(draft_versions.c.show == show, draft_versions.c.id == episode, draft_versions.c.version == version - 1)
        return str(self._database.read(lambda connection: connection.execute(wanted).scalar()) or "")

    def began(self, show: str, episode: str, job: str) -> None:
        """Note the job that was begun for a draft."""
        self._set(show, episode, job=job)

    def proved(self, show: str, episode: str, fingerprint: str, version: int) -> None:
        """Note what was made of a version of a draft to be heard."""
        self._set(show, episode, proof=fingerprint, proof_version=version)

    def remove(self, show: str, episode: str, version: int | None = None) -> bool:
        """Take a draft off the desk, with all its versions; tell whether it was there, in the version that somebody saw.

        What is left is how far it counted: where the article comes again, no version and no block is called as one that somebody may still look at.
        """
        here = (drafts.c.show == show, drafts.c.id == episode, *(() if version is None else (drafts.c.version == version,)))

        def work(connection: Connection) -> bool:
            row = connection.execute(select(drafts).where(*here).with_for_update()).one_or_none()
            if row is None or not connection.execute(delete(drafts).where(*here)).rowcount:
                return False
            connection.execute(delete(draft_versions).where(draft_versions.c.show == show, draft_versions.c.id == episode))
            left = {"show": show, "id": episode, "version": row.version, "record": json.dumps({"made": _made(row)}), "act": _DISCARDED, "by": row.by, "at": now_ms()}
            connection.execute(draft_versions.insert().values(**left))
            return True

        return self._database.write(work)

    def holds(self, show: str, episode: str, *, published: bool) -> bool:
        """Tell whether an article is an editor's: on the desk and not published, or edited by hand; what cannot be read may be."""
        try:
            found = self.get(show, episode)
        except ConfigInvalid:
            return True
        return found is not None and (not published or found.draft.hand_edited)

    def twin(self, show: str, names: Collection[str], prints: Sequence[str]) -> str:
        """Give the id of the draft that is of the same article under another identity, such as the newsroom's own number of it; empty for none."""
        marks = self._marks(show)
        return next((key for key, mark in marks.items() if mark.names & set(names) or same_text(mark.prints, prints)), "")

    def _marks(self, show: str) -> dict[str, _Mark]:
        """Give by what each draft's article is known; only those that changed are read again."""
        told = select(drafts.c.id, drafts.c.version, drafts.c.changed).where(drafts.c.show == show)

        def work(connection: Connection) -> dict[str, _Mark]:
            present = {row.id: (row.version, row.changed) for row in connection.execute(told)}
            known = {key: mark for key, mark in self._known.get(show, {}).items() if present.get(key) == mark.seen}
            for key in present.keys() - known.keys():
                row = connection.execute(select(drafts).where(drafts.c.show == show, drafts.c.id == key)).one_or_none()
                if row is not None:
                    known[key] = _mark(row)
            return known

        self._known[show] = found = self._database.read(work)
        return found

    def pages(self) -> frozenset[str]:
        """Name the pages that drafts were read from, or that wait beside them, as the inbox knows them."""
        rows = self._database.read(lambda connection: connection.execute(select(drafts)).all())
        found = [draft for row in rows if (draft := _readable(row)) is not None]
        return frozenset(filter(None, (page for draft in found for page in (draft.origin.page, draft.waiting))))

    def rows(self, show: str = "") -> tuple[DraftRow, ...]:
        """List the drafts of a show, or of all, those changed last first."""
        columns = (drafts.c.show, drafts.c.id, drafts.c.version, drafts.c.title, drafts.c.proof, drafts.c.proof_version, drafts.c.changed, drafts.c.by, drafts.c.job)
        told = (jobs.c.kind.label("job_kind"), jobs.c.state.label("job_state"), jobs.c.stage, jobs.c.done, jobs.c.of, jobs.c.until, jobs.c.outcome)
        wanted = select(*columns, *told).join(jobs, jobs.c.id == drafts.c.job, isouter=True).order_by(drafts.c.changed.desc(), drafts.c.id)
        rows = self._database.read(lambda connection: connection.execute(wanted.where(drafts.c.show == show) if show else wanted).all())
        return tuple(_row(row) for row in rows)

    def _set(self, show: str, episode: str, **values: object) -> None:
        self._database.write(lambda connection: connection.execute(update(drafts).where(drafts.c.show == show, drafts.c.id == episode).values(**values)))


def _row(row: Any) -> DraftRow:
    return DraftRow(
        show=row.show, id=row.id, version=row.version, title=row.title, proof=row.proof, proof_version=row.proof_version, changed=row.changed, by=row.by, job=row.job,
        job_kind=row.job_kind or "", job_state=row.job_state or "", stage=row.stage or "", done=row.done or 0, of=row.of or 0, until=row.until or 0,
        outcome=json.loads(row.outcome or "{}"),
    )  # fmt: skip


def _mark(row: Any) -> _Mark:
    seen, draft = (row.version, row.changed), _readable(row)
    if draft is None:
        return _Mark(seen)
    names = (draft.origin.source_id, draft.found.canonical_url, draft.origin.identity)
    return _Mark(seen, frozenset(filter(None, names)), draft.prints or text_prints(draft.found))


def _readable(row: Any) -> Draft | None:
    try:
        return _draft(row)
    except ConfigInvalid:
        return None


def _left(show: str, episode: str) -> tuple[ColumnElement[bool], ...]:
    """Find what a draft that was discarded left."""
    return draft_versions.c.show == show, draft_versions.c.id == episode, draft_versions.c.act == _DISCARDED


def _made(row: Any) -> int:
    """Give how many blocks a draft ever had; of a damaged one, more than any has."""
    found = _readable(row)
    return found.made if found else _MANY


def _record(draft: Draft) -> str:
    return json.dumps(plain_draft(draft), ensure_ascii=False)


def _draft(row: Any) -> Draft:
    try:
        return draft_of(json.loads(row.record))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=f"{row.show}/{row.id}", reason=str(error)) from error
