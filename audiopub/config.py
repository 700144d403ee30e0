"""Show files and settings: read once, checked whole, never passed into the domain as they are."""

import difflib
import math
import os
import re
import tomllib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator

from audiopub.errors import ConfigInvalid
from audiopub.publish.model import Channel
from audiopub.script import Pauses, Style
from audiopub.units import Milliseconds
from audiopub.vietnamese import Foreign, Legal, Lexicon, Options

_GUID_SPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Source: https://github.com/Podcastindex-org/podcast-namespace (guid)."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Government": (), "History": (), "Technology": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": ("Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games"),
    "News": ("Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News"),
    "Science": ("Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature", "Physics", "Social Sciences"),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": ("Football", "Running", "Soccer", "Swimming", "Tennis", "Volleyball"),
}  # fmt: skip
"""Apple's categories that a newspaper may want, exact spelling. Source: Apple, Podcasts categories."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Table(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class OwnerTable(_Table):
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


class VoiceTable(_Table):
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


class AudioTable(_Table):
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


class FurnitureTable(_Table):
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


class PausesTable(_Table):
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


class ReadingTable(_Table):
    """How some things are read that are matters of taste."""

    foreign: Foreign | Literal["auto"] = "auto"
    """``auto`` leaves foreign names to a voice that can read them, and respells them for one that cannot."""

    legal: Legal = Legal.SHORT


class SourceTable(_Table):
    """Where a show's articles come from, and which of them."""

    url: Text
    """Address of a feed, a sitemap or an article; path of a file or folder."""

    limit: Annotated[int | None, Field(ge=1)] = None
    include: list[Text] = []
    exclude: list[Text] = []


class ShowFile(_Table):
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

    @field_validator("category")
    @classmethod
    def _category_is_apples(cls, category: str) -> str:
        if category not in CATEGORIES:
            msg = "one of " + ", ".join(CATEGORIES)
            raise ValueError(msg)
        return category


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A show file that was read, and where."""

    slug: str
    path: Path
    file: ShowFile

    @property
    def channel(self) -> Channel:
        """Give what directories list."""
        file = self.file
        base = file.base_url.rstrip("/")
        return Channel(
            slug=self.slug, title=file.title, description=file.description, language=file.language, author=file.author,
            owner_name=file.owner.name, owner_email=file.owner.email, category=file.category, subcategory=file.subcategory or None,
            copyright=file.copyright or file.author, base_url=base, website=file.website or None,
            guid=str(file.guid) if file.guid else podcast_guid(f"{base}/{self.slug}/feed.xml"), explicit=file.explicit,
        )  # fmt: skip

    @property
    def style(self) -> Style:
        """Give how it speaks."""
        given = {name: Milliseconds(value) for name, value in self.file.pauses.model_dump(exclude_none=True).items()}
        furniture = self.file.furniture.model_dump()
        return Style(
            show=self.file.title,
            pauses=Pauses(**given),
            lexicon=Lexicon.of(self.file.lexicon),
            reading=Options(foreign=Foreign.VOICE if self.file.reading.foreign == "auto" else self.file.reading.foreign, legal=self.file.reading.legal),
            **furniture,
        )

    @property
    def lexicon_path(self) -> Path:
        """Give the path of the show's own lexicon, a table beside the show file; it need not exist."""
        return self.path.parent / f"{self.slug}.lexicon.tsv"

    @property
    def newsroom_lexicon_path(self) -> Path:
        """Give the path of the lexicon that all shows of the folder share; it need not exist."""
        return self.path.parent / "lexicon.tsv"

    def beside(self, name: str) -> Path:
        """Give the path of a file that the show file names, relative to itself."""
        return self.path.parent / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and what is allowed, from flags, else AUDIOPUB_* variables, else the defaults."""

    feeds: Path = Path("feeds")
    output: Path = Path("output")
    state: Path = Path(".audiopub")
    """Cache and catalog; never served."""

    rules: Path = Path("feeds/sites")
    """Site rules of the newsroom's own."""

    allow_hosts: frozenset[str] = frozenset()
    """``host`` or ``host:port`` on private networks that may be fetched from."""

    host_delay: float = 1.0
    """Seconds between two requests to one host where many of its pages are fetched."""

    request_timeout: float = 10.0
    """Seconds a voice that is online may take to answer."""

    requests_a_second: float = 4.0
    """Most requests a second to a voice that is online."""

    voices: Path = Path(".audiopub/voices")
    """Installed Piper voices."""

    voices_from: str = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
    """Where they are fetched from: an address, or a folder that holds them."""

    engines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Settings of engines from the environment: ``AUDIOPUB_OPENAI_HTTP_URL`` is ``url`` of ``openai_http``."""

    cache_limit: float = 5.0
    """Gigabytes that what was spoken and encoded may take."""

    @classmethod
    def read(cls, *, environment: Mapping[str, str] = os.environ, output: Path | None = None, feeds: Path | None = None) -> "Settings":
        """Read the settings.

        Raises:
            ConfigInvalid: a variable cannot be used.
        """
        values: dict[str, Any] = {}
        for name, reader in (
            ("feeds", Path),
            ("output", Path),
            ("state", Path),
            ("rules", Path),
            ("voices", Path),
            ("voices_from", str),
            ("allow_hosts", _hosts),
            ("host_delay", _positive),
            ("request_timeout", _positive),
            ("requests_a_second", _positive),
            ("cache_limit", _positive),
        ):
            key = f"AUDIOPUB_{name.upper()}"
            if environment.get(key):
                try:
                    values[name] = reader(environment[key])
                except ValueError as error:
                    raise ConfigInvalid("config.bad_setting", key=key, value=environment[key], reason=str(error)) from error
        if "state" in values:
            values.setdefault("voices", values["state"] / "voices")
        values["engines"] = _engine_options(environment)
        values.update({name: value for name, value in (("output", output), ("feeds", feeds)) if value is not None})
        return cls(**values)


_ENGINE_OPTIONS = re.compile(r"AUDIOPUB_(ESPEAK|EDGE|GTTS|PIPER|OPENAI_HTTP|COMMAND|ENGINE_[A-Z0-9]+)_([A-Z]+)")
"""A third party's engine ``foo`` is set by ``AUDIOPUB_ENGINE_FOO_<NAME>``."""


def _engine_options(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in environment.items():
        if value and (match := _ENGINE_OPTIONS.fullmatch(key)):
            found.setdefault(match[1].lower().removeprefix("engine_"), {})[match[2].lower()] = value
    return found


def podcast_guid(feed_url: str) -> str:
    """Make ``podcast:guid`` from a feed's first address, as the podcast namespace lays down.

    >>> podcast_guid("https://podnews.net/rss")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid.uuid5(_GUID_SPACE, feed_url.split("://", 1)[-1].rstrip("/")))


def read_show(path: Path) -> Show:
    """Read a show file.

    Raises:
        ConfigInvalid: it is absent, no TOML, or says something that cannot be.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigInvalid("config.no_show_file", path=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid("config.bad_toml", path=path, reason=str(error)) from error
    except OSError as error:
        raise ConfigInvalid("config.bad_toml", path=path, reason=error.strerror or str(error)) from error
    slug = path.stem
    if not _SLUG.fullmatch(slug):
        raise ConfigInvalid("config.bad_value", path=path, key="file name", value=slug, reason="small letters a-z, digits and hyphens")
    try:
        file = ShowFile.model_validate(raw)
    except ValidationError as error:
        raise _explained(path, error) from error
    if file.subcategory and file.subcategory not in CATEGORIES[file.category]:
        known = ", ".join(CATEGORIES[file.category]) or "none"
        raise ConfigInvalid("config.bad_value", path=path, key="subcategory", value=file.subcategory, reason=f"under {file.category}: {known}")
    return Show(slug=slug, path=path, file=file)


def find_show(feeds: Path, name: str | None) -> Show:
    """Find the show a person means: by path, by name under the feeds folder, or the only one there is.

    Raises:
        ConfigInvalid: there is none, or more than one.
    """
    if name is not None:
        return read_show(Path(name) if name.endswith(".toml") else feeds / f"{name}.toml")
    present = sorted(feeds.glob("*.toml"))
    if len(present) > 1:
        raise ConfigInvalid("config.several_shows", shows=", ".join(path.stem for path in present))
    return read_show(present[0] if present else feeds / "show.toml")


def _explained(path: Path, error: ValidationError) -> ConfigInvalid:
    # A mistyped key also leaves the right one missing: the mistyping is the thing to say.
    first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return ConfigInvalid("config.unknown_key", path=path, key=key, nearest=_nearest(tuple(map(str, first["loc"]))))
    if first["type"] == "missing":
        return ConfigInvalid("config.missing_key", path=path, key=key, hint=f"{key} = …")
    return ConfigInvalid("config.bad_value", path=path, key=key, value=first["input"], reason=first["msg"].removeprefix("Value error, "))


def _nearest(location: tuple[str, ...]) -> str:
    """Find the known key that looks most like an unknown one, in its own table first, then anywhere."""
    *parents, wrong = location
    known = [".".join((*where, name)) for where, names in _known_keys() for name in names]
    wanted = ".".join((*parents, wrong))
    by_name = {name.rsplit(".", 1)[-1]: name for name in reversed(known)}
    close = difflib.get_close_matches(wanted, known, 1, 0.6) or [by_name[name] for name in difflib.get_close_matches(wrong, by_name, 1, 0.0)]
    return close[0]


def _known_keys() -> list[tuple[tuple[str, ...], list[str]]]:
    tables: list[tuple[tuple[str, ...], type[BaseModel]]] = [((), ShowFile), (("owner",), OwnerTable), (("voice",), VoiceTable), (("audio",), AudioTable),
              (("furniture",), FurnitureTable), (("pauses",), PausesTable), (("reading",), ReadingTable)]  # fmt: skip
    return [(where, list(model.model_fields)) for where, model in tables]


def _hosts(text: str) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in text.split(",") if host.strip())


def _positive(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        msg = "must be a number more than 0"
        raise ValueError(msg)
    return value
