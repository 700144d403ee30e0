"""What a change of the lexicon would change in what is published."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from audiopub.errors import ConfigInvalid
from audiopub.publish.catalog import Catalog
from audiopub.publish.model import Channel, Episode, State
from audiopub.publish.store import Store
from audiopub.vietnamese import Lexicon, Options, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One published sentence that would be read otherwise."""

    episode: Episode
    written: str
    before: str
    after: str


def impact(channel: Channel, store: Store, catalog: Catalog, before: Lexicon, after: Lexicon, options: Options) -> tuple[Changed, ...]:
    """Read every published sentence with two lexicons and give those that differ, newest episode first.

    Args:
        channel: the show.
        store: holds the episodes' records, which have their sentences as printed.
        catalog: what is published.
        before: the lexicon as it is.
        after: the lexicon as it would be.
        options: how the show wants some things read.

    Returns:
        The sentences. An episode whose record is gone from the store is passed over.
    """
    published = [episode for episode in catalog.episodes(channel.slug) if episode.state is State.PUBLISHED]
    records = ((episode, store.get(channel.key(episode.file(".json")))) for episode in published)
    return tuple(changed for episode, record in records for changed in _in_episode(episode, record, before, after, options))


def _in_episode(episode: Episode, record: bytes | None, before: Lexicon, after: Lexicon, options: Options) -> Iterator[Changed]:
    if record is None:
        return
    try:
        document = json.loads(record)
        written = [str(segment["written"]) for segment in document["segments"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path=episode.file(".json"), reason=str(error)) from error
    provenance = document.get("provenance", {})
    identities = (episode.article_url, *provenance.get("identities", ()), provenance.get("source"))
    old, new = before.for_article(*identities), after.for_article(*identities)
    for sentence in written:
        was, would = read(sentence, old, options).spoken, read(sentence, new, options).spoken
        if was != would:
            yield Changed(episode=episode, written=sentence, before=was, after=would)
