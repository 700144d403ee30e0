"""What a feed says beyond RSS 2.0: iTunes and Podcasting 2.0, as plain tags."""

from collections.abc import Iterator

from audiopub.messages import message
from audiopub.publish.model import Channel, Episode
from audiopub.publish.namespaces import ITUNES, PODCAST, Tag
from audiopub.publish.podcasting import Person, Place
from audiopub.publish.text import one_line

_LONGEST = 128
"""Characters of ``podcast:person``, ``podcast:funding`` and the like. Source: podcast name space."""

Nest = tuple[Tag, list[Tag]]
"""A tag and the tags in it."""


def channel_tags(channel: Channel) -> Iterator[Tag]:
    """Give the tags of the channel, in order."""
    more = channel.more
    yield ITUNES, "author", {}, one_line(channel.author)
    yield ITUNES, "type", {}, "episodic"
    yield ITUNES, "explicit", {}, "true" if channel.explicit else "false"
    yield ITUNES, "image", {"href": channel.address("cover.jpg")}, None
    if more.moved_to:
        yield ITUNES, "new-feed-url", {}, more.moved_to
    yield PODCAST, "guid", {}, channel.guid
    yield PODCAST, "locked", {"owner": channel.owner_email}, "yes" if more.locked else "no"
    yield PODCAST, "medium", {}, more.medium
    yield PODCAST, "txt", {"purpose": "ai-content"}, "true"
    for txt in more.txt:
        yield PODCAST, "txt", _said(purpose=txt.purpose), one_line(txt.text)
    yield from _channel_more(channel)


def _channel_more(channel: Channel) -> Iterator[Tag]:
    more = channel.more
    yield from map(person_tag, more.persons)
    yield from map(_place, more.places)
    if more.license:
        yield PODCAST, "license", _said(url=more.license.url), more.license.name
    for funding in more.funding:
        yield PODCAST, "funding", {"url": funding.url}, one_line(funding.text)[:_LONGEST]
    if more.frequency:
        yield PODCAST, "updateFrequency", _said(rrule=more.frequency.rrule), one_line(more.frequency.text)[:_LONGEST]
    yield (
        PODCAST,
        "image",
        {"href": channel.address("cover.jpg"), "alt": one_line(channel.title), "aspect-ratio": "1/1", "type": "image/jpeg", "purpose": "artwork"},
        None,
    )


def channel_nests(channel: Channel) -> Iterator[Nest]:
    """Give the tags of the channel that hold others."""
    subcategory: list[Tag] = [(ITUNES, "category", {"text": channel.subcategory}, None)] if channel.subcategory else []
    yield (ITUNES, "category", {"text": channel.category}, None), subcategory
    yield (ITUNES, "owner", {}, None), [(ITUNES, "name", {}, one_line(channel.owner_name)), (ITUNES, "email", {}, channel.owner_email)]
    if channel.more.podroll:
        yield (
            (PODCAST, "podroll", {}, None),
            [(PODCAST, "remoteItem", _said(feedGuid=show.guid, feedUrl=show.url, title=one_line(show.title)), None) for show in channel.more.podroll],
        )


def item_tags(channel: Channel, episode: Episode) -> Iterator[Tag]:
    """Give the tags of an item, in order."""
    if episode.author:
        yield ITUNES, "author", {}, one_line(episode.author)
    yield ITUNES, "duration", {}, str(max(1, round(episode.duration / 1000)))
    yield ITUNES, "explicit", {}, "true" if channel.explicit else "false"
    yield ITUNES, "episodeType", {}, "full"
    for suffix, kind in ((".vtt", "text/vtt"), (".srt", "application/x-subrip"), (".transcript.json", "application/json")):
        yield PODCAST, "transcript", {"url": channel.address_of(episode, episode.file(suffix)), "type": kind, "language": channel.language}, None
    yield PODCAST, "chapters", {"url": channel.address_of(episode, episode.file(".chapters.json")), "type": "application/json+chapters"}, None
    yield PODCAST, "txt", {"purpose": "ai-content"}, "true"
    if episode.author:
        # An item's persons take the place of the channel's, so those stand here again.
        yield from map(person_tag, channel.more.persons)
        yield person_tag(Person(name=episode.author, role="author", group="writing"))
    yield from _numbers(episode) if channel.more.season_names else ()
    card = channel.address_of(episode, episode.file(".png"))
    yield (
        PODCAST,
        "image",
        {"href": card, "alt": one_line(episode.title), "aspect-ratio": "40/21", "width": "1200", "height": "630", "type": "image/png", "purpose": "social"},
        None,
    )


def _numbers(episode: Episode) -> Iterator[Tag]:
    if episode.season and episode.number:
        yield ITUNES, "season", {}, str(episode.season)
        yield ITUNES, "episode", {}, str(episode.number)
        yield PODCAST, "season", {"name": message("notes.season", "vi", season=episode.season)}, str(episode.season)
        yield PODCAST, "episode", {"display": message("notes.number", "vi", number=episode.number)}, str(episode.number)


def item_nests(channel: Channel, episode: Episode) -> Iterator[Nest]:
    """Give the tags of an item that hold others: the same audio in other forms."""
    for other in episode.alternates:
        attributes = {"type": other.type, "length": str(other.bytes), "title": other.file.rpartition(".")[2]}
        yield (PODCAST, "alternateEnclosure", attributes, None), [(PODCAST, "source", {"uri": channel.address_of(episode, other.file)}, None)]


def person_tag(person: Person) -> Tag:
    """Give the tag of a person."""
    return PODCAST, "person", _said(role=person.role, group=person.group, href=person.url, img=person.image), one_line(person.name)[:_LONGEST]


def _place(place: Place) -> Tag:
    return PODCAST, "location", _said(rel=place.rel, geo=place.geo, osm=place.osm, country=place.country), one_line(place.name)[:_LONGEST]


def _said(**attributes: str) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value}
