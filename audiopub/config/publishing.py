"""The tables of a show file that say how it is published: podcasting's name space, selections, bulletins."""

import re
import uuid
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from audiopub.publish.podcasting import Frequency, Funding, License, Person, Place, Podcasting, RemoteItem, Txt
from audiopub.publish.selection import Selection

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$")]
NoneOrAddress = Annotated[str, StringConstraints(pattern=r"^(https?://[!-~]+)?$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Table(BaseModel):
    """A table that knows all its keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class PersonTable(Table):
    """Somebody of the show."""

    name: Short
    role: Text = "host"
    group: Text = "cast"
    url: NoneOrAddress = ""
    image: NoneOrAddress = ""


class PlaceTable(Table):
    """Where the show is made, or what it is about."""

    name: Short
    rel: Literal["subject", "creator"] = "subject"
    geo: Annotated[str, StringConstraints(pattern=r"^(geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?.*)?$")] = ""
    osm: Annotated[str, StringConstraints(pattern=r"^([NWR]\d+.*)?$")] = ""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""


class LicenseTable(Table):
    """Under what terms the show may be used."""

    name: Short
    url: NoneOrAddress = ""


class FundingTable(Table):
    """Where listeners can support the newspaper."""

    url: Address
    text: Short


class RemoteTable(Table):
    """Another show that this one recommends."""

    guid: uuid.UUID
    url: NoneOrAddress = ""
    title: str = ""


class FrequencyTable(Table):
    """How often episodes come."""

    text: Short
    rrule: str = ""


class TxtTable(Table):
    """Free text for machines."""

    text: Text
    purpose: Annotated[str, StringConstraints(max_length=128)] = ""


class PodcastTable(Table):
    """What directories and apps may be told besides."""

    locked: bool = True
    medium: Literal["podcast", "newsletter", "audiobook", "blog"] = "podcast"
    persons: list[PersonTable] = []
    places: list[PlaceTable] = []
    license: LicenseTable | None = None
    funding: list[FundingTable] = []
    podroll: list[RemoteTable] = []
    frequency: FrequencyTable | None = None
    txt: list[TxtTable] = []
    hub: NoneOrAddress = ""
    moved_to: NoneOrAddress = ""
    prefix: Annotated[str, StringConstraints(pattern=r"^(https://[!-~]+/)?$")] = ""
    numbering: Literal["none", "year"] = "none"
    listen_on: dict[Text, Address] = {}

    @property
    def values(self) -> Podcasting:
        """Give it as publishing wants it."""
        return Podcasting(
            locked=self.locked, medium=self.medium,
            persons=tuple(Person(**person.model_dump()) for person in self.persons), places=tuple(Place(**place.model_dump()) for place in self.places),
            license=License(**self.license.model_dump()) if self.license else None, funding=tuple(Funding(**one.model_dump()) for one in self.funding),
            podroll=tuple(RemoteItem(guid=str(show.guid), url=show.url, title=show.title) for show in self.podroll),
            frequency=Frequency(**self.frequency.model_dump()) if self.frequency else None, txt=tuple(Txt(**one.model_dump()) for one in self.txt),
            hub=self.hub, moved_to=self.moved_to, prefix=self.prefix, season_names=self.numbering == "year", listen_on=tuple(self.listen_on.items()),
        )  # fmt: skip


class Conditions(Table):
    """Which episodes of other shows are wanted; every condition that is set has to hold."""

    shows: list[Slug] = []
    sections: list[Text] = []
    tags: list[Text] = []
    authors: list[Text] = []
    words: list[Text] = []

    @property
    def selection(self) -> Selection:
        """Give it as publishing wants it."""
        return Selection(
            shows=tuple(self.shows), sections=_folded(self.sections), tags=_folded(self.tags), authors=_folded(self.authors), words=tuple(sorted(_folded(self.words)))
        )


class SelectTable(Conditions):
    """Episodes of other shows that stand in this one's feed as well."""


class BulletinTable(Conditions):
    """A bulletin: many articles in one episode."""

    form: Literal["headlines", "leads", "full"] = "leads"
    hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24
    """How far back it looks."""

    limit: Annotated[int, Field(ge=1, le=200)] = 12
    minutes: Annotated[int, Field(ge=1, le=600)] = 20
    """It is never longer: articles are left out from the end."""

    title: str = "{show}: {edition} {date}"
    opening: str = "{show}, {edition}, ngày {date}. Có {count} tin."
    closing: str = "{show} đến đây là hết."
    editions: dict[Text, Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]] = {"bản tin trong ngày": "00:00"}
    """Name of each and when it begins to count, in Vietnam."""

    @field_validator("title", "opening", "closing")
    @classmethod
    def _bulletin_placeholders(cls, template: str) -> str:
        known = {"{show}", "{edition}", "{date}", "{count}"}
        if set(re.findall(r"\{\w*\}|[{}]", template)) - known:
            msg = "in braces may stand: " + ", ".join(sorted(known))
            raise ValueError(msg)
        return template

    @field_validator("editions")
    @classmethod
    def _some_edition(cls, editions: dict[str, str]) -> dict[str, str]:
        if not editions:
            msg = "a bulletin has at least one edition"
            raise ValueError(msg)
        return editions


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
