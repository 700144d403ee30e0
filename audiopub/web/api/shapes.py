"""What the API gives, as OpenAPI describes it."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from audiopub.article import BlockKind
from audiopub.desk.model import CheckState, DeskState


class Shape(BaseModel):
    """Strict: what is not described is a mistake, and is said to be one."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What went wrong (RFC 9457); further members are the details of its code."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:audiopub:draft.not_found"])
    title: str
    status: int
    detail: str = Field(description="A sentence in the language of Accept-Language (vi, en).")
    code: str = Field(description="Stable; never translated.", examples=["draft.not_found"])


class ShowOut(Shape):
    """A show."""

    slug: str
    title: str


class Shows(Shape):
    """All shows."""

    shows: list[ShowOut]


class ProgressOut(Shape):
    """How far a job is."""

    id: str
    state: str = Field(examples=["queued", "running", "waiting", "done", "held", "failed", "cancelled", "parked"])
    stage: str
    done: int
    of: int
    share: float = Field(ge=0, le=1)
    until_ms: int = Field(description="Of one that waits for a voice: until when, in milliseconds since 1970.")
    outcome: dict[str, Any]


class ItemOut(Shape):
    """A line of the list."""

    name: str = Field(examples=["thoi-su-ca20adaae3e0fef1"])
    show: str
    id: str
    title: str
    state: DeskState
    pending: DeskState | None = Field(description="Of a published one that is being corrected: where its draft stands.")
    stale: bool = Field(description="Whether text, lexicon or voice changed since it was made to be heard.")
    code: str = Field(description="Why it failed; empty where it did not.")
    message: str = Field(description="The same as a sentence.")
    details: dict[str, Any]
    duration_ms: int
    revision: int
    section: str
    published: datetime | None
    changed_ms: int
    by: str
    progress: ProgressOut | None


class Items(Shape):
    """One page of the list."""

    items: list[ItemOut]
    total: int
    counts: dict[str, int]
    cursor: str = Field(description="Of the next page; empty on the last.")


class BlockOut(Shape):
    """A block on the desk."""

    id: str = Field(examples=["b3"])
    kind: BlockKind
    text: str
    include: bool
    rule: str
    edited: bool
    was: str
    version: int


class MannerShape(Shape):
    """How an article is read where that is not as its show reads."""

    voice: Annotated[str, StringConstraints(max_length=100)] = Field(default="", description="`engine` or `engine:voice`; empty for the show's own.", examples=["silent"])
    speed: Annotated[float, Field(ge=0, le=2)] = Field(default=0.0, description="0.5 to 2; 0 for the show's own.")
    jingle: bool = True


class DraftOut(Shape):
    """An article on the desk."""

    version: int
    origin: str
    source_id: str
    source: str
    title: str
    lead: str
    day: date
    manner: MannerShape
    hand_edited: bool
    waiting: bool = Field(description="Whether a newer page waits to be looked at.")
    blocks: list[BlockOut]


class EpisodeOut(Shape):
    """What listeners have, or will have."""

    guid: str
    title: str
    revision: int
    published: datetime
    updated: datetime
    duration_ms: int
    bytes: int
    voice: str
    fallback: bool
    fingerprint: str
    article_url: str | None


class ProofOut(Shape):
    """A draft made to be heard."""

    fingerprint: str
    version: int
    duration_ms: int
    loudness_lufs: float
    bytes: int
    voice: str
    fallback: bool
    made: int
    segments: int
    warnings: list[str]
    unsure: int
    heard: dict[str, int]
    audio: str = Field(description="Address of its sound, with this API's key.")


class ArticleOut(Shape):
    """Everything of one article."""

    article: ItemOut
    draft: DraftOut | None
    episode: EpisodeOut | None
    proof: ProofOut | None
    proof_is_fresh: bool
    revisions: list[int] = Field(description="Former ones that can be brought back, newest first.")


class RewriteOut(Shape):
    """What is said instead of what is printed."""

    start: int
    end: int
    written: str
    spoken: str
    rule: str
    sure: bool
    confidence: str
    because: str


class SentenceOut(Shape):
    """A sentence, as it is printed and as it is said."""

    number: int
    block: str
    kind: str
    written: str
    spoken: str
    rewrites: list[RewriteOut]
    start_ms: int | None
    end_ms: int | None


class ScriptOut(Shape):
    """The sentences of a draft."""

    sentences: list[SentenceOut]


class ChangeOut(Shape):
    """A sentence that a correction changes."""

    before: str | None
    after: str | None
    before_spoken: str | None
    after_spoken: str | None


class ChangesOut(Shape):
    """What a correction changes."""

    changes: list[ChangeOut]


class CheckOut(Shape):
    """A line of the list that is gone through before publishing."""

    name: str
    state: CheckState
    code: str
    message: str
    details: dict[str, Any]
    acceptable: bool = Field(description="Of one that stops: whether naming it in `accept` goes past it.")


class ChecksOut(Shape):
    """What has to be right before publishing."""

    checks: list[CheckOut]


class JobOut(Shape):
    """A job that was begun."""

    job: ProgressOut
