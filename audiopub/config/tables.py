"""The tables of a show file, as people write them."""

import re
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from audiopub.config.categories import CATEGORIES
from audiopub.config.publishing import BulletinTable, PodcastTable, SelectTable, Table, Text
from audiopub.vietnamese import Foreign, Legal


class OwnerTable(Table):
    """Who answers for the show; directories write to this address."""

    name: Text
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class Accent(StrEnum):
    """How Vietnamese is spoken."""

    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"


SecondKind = Literal["question", "quote", "heading", "lead", "title"]
"""Kinds of segments that a second voice may say."""

Option = str | int | float


class VoiceTable(Table):
    """Who reads, and how."""

    chain: Annotated[list[Text], Field(min_length=1)] = ["gtts", "espeak"]
    """Best first: ``engine`` or ``engine:voice``."""

    accent: Accent | None = None
    """Counts for the engines of the chain that have it and name no voice."""

    speed: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    second: str = ""
    """A second voice, for some kinds of segments only."""

    second_for: list[SecondKind] = ["question"]
    options: dict[str, dict[str, Option]] = {}
    """Settings of engines, each under its name."""

    @field_validator("options")
    @classmethod
    def _no_secrets(cls, options: dict[str, dict[str, Option]]) -> dict[str, dict[str, Option]]:
        for engine, own in options.items():
            if "key" in own:
                msg = f"a key does not belong into a file: set AUDIOPUB_{engine.upper()}_KEY"
                raise ValueError(msg)
        return options


class AudioTable(Table):
    """How the audio is made."""

    bitrate: Annotated[int, Field(ge=32, le=160)] = 64
    also: list[Literal["opus", "m4b"]] = []
    """Other forms of the same audio, offered beside the MP3."""

    intro: str = ""
    outro: str = ""
    earcon: str = ""
    """Before every heading."""

    bed: str = ""
    """Music under the opening and the closing."""

    listen: bool = False
    """Whether a machine listens to every episode before it is published."""


PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    "opening": ("show", "date", "author"),
    "closing": ("show", "author"),
    "disclosure": ("show", "author"),
    "table_notice": ("caption",),
}
"""What may stand in braces in each piece of furniture."""


class FurnitureTable(Table):
    """What is said around every article."""

    opening: str = "{show}, ngày {date}."
    closing: str = "Tác giả: {author}."
    disclosure: str = "Bài báo vừa rồi do giọng đọc tổng hợp thể hiện."
    table_notice: str = "Bảng số liệu{caption}, mời xem trên báo điện tử."

    @field_validator("opening", "closing", "disclosure", "table_notice")
    @classmethod
    def _placeholders_are_known(cls, template: str, about: ValidationInfo) -> str:
        known = PLACEHOLDERS[about.field_name or ""]
        if set(re.findall(r"\{\w*\}|[{}]", template)) - {f"{{{name}}}" for name in known}:
            msg = "in braces may stand: " + (", ".join(f"{{{name}}}" for name in known) or "nothing")
            raise ValueError(msg)
        return template


Pause = Annotated[int | None, Field(ge=0, le=5000)]


class PausesTable(Table):
    """Silences in milliseconds; only those given differ from the usual ones."""

    before: Pause = None
    opening: Pause = None
    title: Pause = None
    lead: Pause = None
    heading: Pause = None
    sentence: Pause = None
    paragraph: Pause = None
    quote: Pause = None
    question: Pause = None
    list_item: Pause = None
    section: Pause = None
    end: Pause = None


class ReadingTable(Table):
    """How some things are read that are matters of taste."""

    foreign: Foreign | Literal["auto"] = "auto"
    """``auto`` leaves foreign names to a voice that can read them, and respells them for one that cannot."""

    legal: Legal = Legal.SHORT


class SourceTable(Table):
    """Where a show's articles come from, and which of them."""

    url: Text
    """Address of a feed, a sitemap or an article; path of a file or folder."""

    limit: Annotated[int | None, Field(ge=1)] = None
    include: list[Text] = []
    exclude: list[Text] = []


class ShowFile(Table):
    """A show file, ``feeds/<slug>.toml``."""

    title: Text
    description: Text
    author: Text
    owner: OwnerTable
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "vi"
    category: Text = "News"
    subcategory: str = "Daily News"
    copyright: str = ""
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$")] = "http://127.0.0.1:8000"
    website: Annotated[str, StringConstraints(pattern=r"^(https?://[!-~]+)?$")] = ""
    guid: uuid.UUID | None = None
    cover: str = ""
    explicit: bool = False
    sources: list[Text | SourceTable] = []
    voice: VoiceTable = VoiceTable()
    audio: AudioTable = AudioTable()
    furniture: FurnitureTable = FurnitureTable()
    pauses: PausesTable = PausesTable()
    reading: ReadingTable = ReadingTable()
    lexicon: dict[str, str] = {}
    podcast: PodcastTable = PodcastTable()
    select: SelectTable | None = None
    bulletin: BulletinTable | None = None

    @field_validator("category")
    @classmethod
    def _category_is_apples(cls, category: str) -> str:
        if category not in CATEGORIES:
            msg = "one of " + ", ".join(CATEGORIES)
            raise ValueError(msg)
        return category
