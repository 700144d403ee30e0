"""What the API takes, as OpenAPI describes it. A field that is not named here is refused."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from audiopub.article import BlockKind
from audiopub.web.api.shapes import Shape

NAME = r"^[a-z0-9-]{1,80}$"
FINGERPRINT = r"^[0-9a-f]{8,64}$"

Name = Annotated[str, StringConstraints(pattern=NAME)]
Show = Annotated[str, StringConstraints(pattern=NAME)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,100}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Url = Annotated[str, StringConstraints(pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]{1,2000}$", max_length=2010)]
Fingerprint = Annotated[str, StringConstraints(pattern=FINGERPRINT)]
Scope = Literal["newsroom", "show", "article"]
Note = Annotated[str, StringConstraints(max_length=1000)]


class ArticleIn(Shape):
    """An article that comes to the desk: by its address, or with its words."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"show": "thoi-su", "source_id": "post-17", "html": "<h1>Nước sạch về bản</h1><p>…</p>"},
            {"show": "thoi-su", "url": "https://baothu.example/tin/17.html"}]}
    )  # fmt: skip

    show: Show
    url: Url | None = None
    html: Annotated[str, StringConstraints(min_length=1, max_length=2_000_000)] | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000_000)] | None = None
    title: Annotated[str, StringConstraints(max_length=300)] = ""
    source_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/-]{0,200}$")] = Field(
        default="", description="The article's identity in your own system: sent again, the same article is found."
    )
    accept: list[Code] = Field(default=[], max_length=20, description="Codes of refusals that a person looked at and accepts all the same.")


class BlockPatch(Shape):
    """One change of a block."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"minProperties": 1, "maxProperties": 1, "examples": [{"include": False}, {"text": "Câu đã sửa."}, {"kind": "heading"}]}
    )

    include: bool | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)] | None = None
    kind: BlockKind | None = None


class SplitIn(Shape):
    """Where a block is divided."""

    at: int = Field(gt=0, le=100_000, description="Before which character of its text.")


class TitleIn(Shape):
    """Title and lead."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    lead: Annotated[str, StringConstraints(max_length=3000)] = ""


class DayIn(Shape):
    """The date that the opening names."""

    day: date


class EntryIn(Shape):
    """How a word shall be read."""

    spoken: Word = Field(description="The words to say; `=` keeps the printed form from every rule.", examples=["Ủy ban nhân dân"])
    case: bool = True
    whole: bool = True
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class PreviewIn(Shape):
    """A sentence to be heard now; nothing is saved."""

    show: Show
    sentence: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    word: Annotated[str, StringConstraints(max_length=200)] = ""
    say: Annotated[str, StringConstraints(max_length=200)] = ""
    voice: Annotated[str, StringConstraints(max_length=100)] = ""
    article: Name | None = None


class ImpactIn(Shape):
    """An entry, or with `spoken` null its removal, whose consequences are asked for."""

    show: Show
    scope: Scope = "show"
    written: Word
    spoken: Word | None = None
    article: Name | None = None


class ImportIn(Shape):
    """A lexicon that is taken in."""

    show: Show
    scope: Literal["newsroom", "show"] = "show"
    format: Literal["csv", "pls"] = "csv"
    text: Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)]
    dry_run: bool = False


class PublishIn(Shape):
    """What is put before listeners, and when."""

    fingerprint: Fingerprint = Field(description="Of the proof that was heard; another one is refused.")
    at: datetime | None = Field(default=None, description="For later, with its time zone; none for now.")
    note: Note = Field(default="", description="Of a correction: what listeners read.")
    accept: list[Code] = Field(default=[], max_length=20, description="Names of checks that stop and may be gone past.")


class WithdrawIn(Shape):
    """Why an episode is taken from listeners."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    notice: bool = Field(default=True, description="Whether a notice says so where it was.")


class RollbackIn(Shape):
    """Which former revision comes back."""

    revision: int = Field(ge=1, le=1_000_000)


class BulkWish(Shape):
    """One of the articles that something is done to."""

    name: Name
    fingerprint: Fingerprint | None = Field(default=None, description="To publish: of the proof that was heard.")


class BulkIn(Shape):
    """One act on many articles; each is allowed, tried and answered on its own."""

    act: Literal["render", "publish", "withdraw", "discard"]
    items: list[BulkWish] = Field(min_length=1, max_length=100)
    reason: Annotated[str, StringConstraints(max_length=1000)] = Field(default="", description="Of a withdrawal.")


class BatchIn(Shape):
    """Articles to bring to the desk; exactly one of urls, feed and list."""

    show: Show
    urls: list[Url] | None = Field(default=None, min_length=1, max_length=500)
    feed: Url | None = Field(default=None, description="Address of an RSS or Atom feed or a sitemap.")
    list: Annotated[str, StringConstraints(min_length=1, max_length=200_000)] | None = Field(default=None, description="An address a line.")
    limit: int = Field(default=500, ge=1, le=500)
    render: bool = False
    dry_run: bool = False
