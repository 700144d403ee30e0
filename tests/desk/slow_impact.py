"""What a change of the lexicon would change, found by reading every sentence twice: slow, and plainly right."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from audiopub.publish.catalog import Catalog
from audiopub.publish.impact import Changed
from audiopub.publish.model import Channel, Episode, State
from audiopub.publish.store import Store
from audiopub.units import Milliseconds
from audiopub.vietnamese import Lexicon, Options, read


def slow_impact(channel: Channel, store: Store, catalog: Catalog, before: Lexicon, after: Lexicon, options: Options) -> Iterator[Changed]:
    """Read all that is published with both lexicons."""
    for episode in catalog.episodes(channel.slug):
        record = store.get(channel.key(episode.file(".json"))) if episode.state is State.PUBLISHED else None
        if record is None:
            continue
        document = json.loads(record)
        provenance = document.get("provenance", {})
        identities = (episode.article_url, *provenance.get("identities", ()), provenance.get("source"))
        old, new = before.for_article(*identities), after.for_article(*identities)
        for segment in document["segments"]:
            was, would = read(segment["written"], old, options).spoken, read(segment["written"], new, options).spoken
            if was != would:
                yield Changed(episode=episode, written=segment["written"], before=was, after=would)


def published(store: Store, catalog: Catalog, channel: Channel, texts: Sequence[Sequence[str]], *, more: str = "") -> None:
    """Publish records, and nothing else, of episodes with these sentences, the last one newest."""
    for number, sentences in enumerate(texts):
        when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        name = f"e{number:016d}"
        episode = Episode(
            id=name, guid=name, name=name, title=name, author=None, description="", article_url=f"https://bao.example/{number}", published=when, updated=when, revision=1,
            audio=f"{name}.mp3", audio_bytes=1, duration=Milliseconds(1), chapters=(), voice="silent", fallback=False, fingerprint="",
        )  # fmt: skip
        rows = ",\n  ".join(json.dumps({"written": sentence, "spoken": "", "rewrites": [], "more": more}, ensure_ascii=False) for sentence in sentences)
        head = json.dumps({"provenance": {"identities": [f"cms-{number}"], "source": "x"}}, ensure_ascii=False, indent=1)[:-2]
        store.put(channel.key(episode.file(".json")), f'{head},\n "segments": [\n  {rows}\n ]\n}}\n'.encode())
        catalog.commit(channel.slug, episode)
