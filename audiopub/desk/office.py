"""What the API needs beside the desk: kept answers, batches, and the files that listeners have."""

from collections.abc import Callable
from dataclasses import dataclass

from audiopub.adapters.sql.answers import Answer, SqlAnswers
from audiopub.adapters.sql.batches import SqlBatches
from audiopub.bootstrap import database, store
from audiopub.config import Settings
from audiopub.desk.batches import Batches, batches_of
from audiopub.desk.service import EditorsDesk
from audiopub.publish.model import Episode

__all__ = ["Answer", "Office", "SqlAnswers", "SqlBatches", "office_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What stands beside the desk; threads may share it."""

    answers: SqlAnswers
    batches: Batches
    published: Callable[[Episode, str], bytes | None]
    """Gives an episode's file with an ending such as ``.vtt``; None where there is none."""


def office_of(settings: Settings, desk: EditorsDesk) -> Office:
    """Give what stands beside the desk of an installation."""
    files = store(settings)

    def published(episode: Episode, ending: str) -> bytes | None:
        name = episode.name + ending
        return files.get(f"{episode.show}/{name}" if episode.show else name)

    return Office(answers=SqlAnswers(database(settings)), batches=batches_of(settings, desk), published=published)
