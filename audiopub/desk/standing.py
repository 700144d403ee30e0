"""Where an article stands: worked out from its draft, its last job, and what is published; kept nowhere."""

from audiopub.adapters.sql.drafts import DraftRow
from audiopub.desk.model import DeskState, Item, Progress, name_of
from audiopub.jobs import OPEN, JobState
from audiopub.publish.model import Episode, State

_OPEN = frozenset(state.value for state in OPEN)
_BAD = frozenset({JobState.FAILED.value, JobState.HELD.value, JobState.PARKED.value})


def standing(row: DraftRow | None, episode: Episode | None) -> tuple[DeskState, DeskState | None]:
    """Give where an article stands for listeners, and where its draft does where that is something else."""
    pending = _pending(row, episode) if row else None
    if episode is None or (episode.state is State.WITHDRAWN and not episode.was_public and pending):
        return pending or DeskState.DRAFT, None
    state = {State.PUBLISHED: DeskState.PUBLISHED, State.EMBARGOED: DeskState.SCHEDULED, State.WITHDRAWN: DeskState.WITHDRAWN}[episode.state]
    return state, pending


def _pending(row: DraftRow, episode: Episode | None) -> DeskState | None:
    if row.job_state == JobState.QUEUED:
        return DeskState.QUEUED
    if row.job_state in _OPEN:
        return DeskState.RENDERING
    if row.job_state in _BAD:
        return DeskState.FAILED
    had = episode is not None and (episode.state is not State.WITHDRAWN or episode.was_public)
    if row.proof and row.proof_version == row.version and episode and had and episode.fingerprint == row.proof:
        return None  # what is on the desk is what listeners have, or had until it was withdrawn
    return DeskState.READY if row.proof else DeskState.DRAFT


def item_of(show: str, episode_id: str, row: DraftRow | None, episode: Episode | None, *, stale: bool = False) -> Item:
    """Give an article's line of the list."""
    state, pending = standing(row, episode)
    failed = row if row and DeskState.FAILED in {state, pending} else None
    return Item(
        name=name_of(show, episode_id), show=show, id=episode_id, title=row.title if row and state is not DeskState.PUBLISHED else episode.title if episode else "",
        state=state, pending=pending, stale=stale, code=str(failed.outcome.get("code", "job.state_failed")) if failed else "",
        details=dict(failed.outcome.get("details", {})) if failed else {}, duration_ms=episode.duration if episode else 0, revision=episode.revision if episode else 0,
        section=(episode.section or "") if episode else "", published=episode.published if episode else None, changed_ms=changed_ms(row, episode),
        by=row.by if row else "", progress=progress_of(row) if row and row.job else None, proof=row.proof if row else "",
    )  # fmt: skip


def changed_ms(row: DraftRow | None, episode: Episode | None) -> int:
    """Give when an article last changed, on the desk or for listeners."""
    if row and episode and episode.state is State.EMBARGOED:
        return row.changed  # what is yet to come has changed nothing so far
    return max(row.changed if row else 0, round(episode.updated.timestamp() * 1000) if episode else 0)


def progress_of(row: DraftRow) -> Progress:
    """Give how far a draft's last job is."""
    return Progress(job=row.job, state=row.job_state, stage=row.stage, done=row.done, of=row.of, until_ms=row.until, outcome=row.outcome)
