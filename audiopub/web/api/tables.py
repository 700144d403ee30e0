"""What the API gives of lexicons, batches and the house, as OpenAPI describes it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from audiopub.web.api.shapes import ProgressOut, Shape


class EntryOut(Shape):
    """How a word is read."""

    written: str
    spoken: str
    scope: str
    article: str
    case: bool
    whole: bool
    author: str
    added: str
    reason: str


class EntriesOut(Shape):
    """A lexicon."""

    entries: list[EntryOut]


class PreviewOut(Shape):
    """A sentence that was spoken."""

    spoken: str
    duration_ms: int
    audio: str


class ExampleOut(Shape):
    """A sentence that would change."""

    title: str
    written: str
    before: str
    after: str


class ImpactOut(Shape):
    """What an entry would change."""

    sentences: int
    episodes: int
    examples: list[ExampleOut]


class ImportOut(Shape):
    """How many entries there were."""

    entries: int
    dry_run: bool


class BulkItem(Shape):
    """What became of one article."""

    name: str
    status: int = Field(description="As this act alone would have been answered.")
    code: str
    message: str
    job: ProgressOut | None


class BulkOut(Shape):
    """What became of each."""

    items: list[BulkItem]


class BatchItem(Shape):
    """What became of one address."""

    url: str
    state: Literal["listed", "waiting", "created", "present", "failed"]
    name: str
    title: str
    job: str
    code: str
    message: str


class BatchOut(Shape):
    """A batch, and how far it is."""

    id: str
    show: str
    by: str
    at_ms: int
    state: Literal["running", "done"]
    dry_run: bool
    counts: dict[str, int]
    items: list[BatchItem]


class FreeOut(BaseModel):
    """Values that are shown as they are."""

    model_config = ConfigDict(extra="allow")


class NightsOut(Shape):
    """The latest nights."""

    nights: list[FreeOut]


class AuditOut(Shape):
    """Something that somebody did."""

    number: int
    at_ms: int
    by: str
    via: str
    act: str
    show: str
    episode: str
    details: dict[str, Any]
    address: str


class AuditsOut(Shape):
    """Who did what, newest first."""

    lines: list[AuditOut]
    before: int = Field(description="Ask with this for the older ones; 0 on the last page.")


class Alive(Shape):
    """That the service is there."""

    ok: bool
