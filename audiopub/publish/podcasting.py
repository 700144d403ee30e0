"""What a show may say of itself in the podcast name space, beyond what every feed needs.

Source of every value: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the show, as ``podcast:person``."""

    name: str
    """At most 128 characters."""

    role: str = "host"
    """From the Podcast Taxonomy Project, small letters."""

    group: str = "cast"
    url: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the show is made or what it is about, as ``podcast:location``."""

    name: str
    rel: str = "subject"
    """``subject`` or ``creator``."""

    geo: str = ""
    """``geo:21.0285,105.8542``."""

    osm: str = ""
    """OpenStreetMap's type and number: ``R1903516``."""

    country: str = ""
    """ISO 3166-1, two letters: ``VN``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """Under what terms the show may be used, as ``podcast:license``."""

    name: str
    """A slug of SPDX in small letters, or the newspaper's own words together with an address."""

    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Where listeners can support the newspaper, as ``podcast:funding``."""

    url: str
    text: str
    """At most 128 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteItem:
    """Another show that this one recommends, in ``podcast:podroll``."""

    guid: str
    """Its ``podcast:guid``."""

    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often episodes come, as ``podcast:updateFrequency``."""

    text: str
    """At most 128 characters: ``Hằng ngày``."""

    rrule: str = ""
    """RFC 5545: ``FREQ=DAILY``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Txt:
    """Free text for machines, as ``podcast:txt``: proof of ownership for a directory."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Podcasting:
    """All of it; what is empty is not said."""

    locked: bool = True
    medium: str = "podcast"
    persons: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()
    license: License | None = None
    funding: tuple[Funding, ...] = ()
    podroll: tuple[RemoteItem, ...] = ()
    frequency: Frequency | None = None
    txt: tuple[Txt, ...] = ()
    hub: str = ""
    """Address of a WebSub hub."""

    moved_to: str = ""
    """The feed's new address, once it has moved, as ``itunes:new-feed-url``."""

    prefix: str = ""
    """Put before the address of every enclosure, for a service that counts downloads; it is never kept in an episode."""

    listen_on: tuple[tuple[str, str], ...] = ()
    """Where else the show is listed, for its pages: the directory's name and the show's address there."""

    season_names: bool = False
    """Whether episodes are numbered within seasons, one a year."""
