"""A proof: an article made to be heard before anybody else has it. What is published afterwards is just that, or nothing."""

import json
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from audiopub.errors import ConfigInvalid
from audiopub.pipeline.assembly import Assembly, SoundLost, assembled, former_record
from audiopub.pipeline.drafts import draft, fingerprint_of, wording_of
from audiopub.pipeline.render import ATTEMPTS, look_through
from audiopub.pipeline.studio import RECIPE, OwnNumbers, Prepared, Progress, Studio
from audiopub.pipeline.texts import tags_of
from audiopub.publish.episode_json import from_plain, plain
from audiopub.publish.manifest import manifest
from audiopub.publish.model import Episode
from audiopub.publish.waveform import waveform
from audiopub.speech import Narration
from audiopub.units import Milliseconds

PROOF_FILES = {"audio.mp3": "audio/mpeg", "waveform.svg": "image/svg+xml", "record.json": "application/json"}
"""The files of a proof, with their media types."""

_NOTE, _EPISODE = PROOF_NOTES = ("proof.json", "episode.json")
"""What is kept of a proof beside that; with the first, it is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What became of a draft that was made to be heard."""

    fingerprint: str
    """Of everything it was made from: publishing it asks for the same one."""

    duration_ms: int
    loudness_lufs: float
    bytes: int
    voice: str
    fallback: bool
    made: int
    """Segments that an engine was asked for; the rest came from the cache."""

    segments: int
    warnings: tuple[str, ...]
    unsure: int
    refused: dict[str, str]
    """Voices that failed before the one that read, with their reasons."""


def proof(studio: Studio, work: Prepared, *, progress: Progress) -> Proved:
    """Speak and encode an article into the archive, where nobody is served from. Nothing is published, and no record of an episode changes.

    Args:
        studio: the show.
        work: what :func:`prepare` gave.
        progress: told what is going on.

    Raises:
        SpeechFailed: no voice of the show could read it.
        AudioSuspect: somebody listens, and it is not what it should be.
    """
    wording, made = wording_of(work.script), 0
    for attempt in range(ATTEMPTS):
        narration = studio.chain.narrate(work.script, studio.cache, lambda done, of: progress("speaking", done, of))
        made += narration.made
        try:
            return _proved(studio, work, narration, wording, made, progress)
        except SoundLost:  # as in a render: damage shows when the samples are read
            if attempt == ATTEMPTS - 1:
                raise
            look_through(studio, narration.keys)
    raise AssertionError


def _proved(studio: Studio, work: Prepared, narration: Narration, wording: str, made: int, progress: Progress) -> Proved:
    studio.rest()
    studio = replace(studio, numbers=OwnNumbers())  # what may never be published takes no number
    begun = draft(studio, work, narration, fingerprint_of(studio, work, wording, narration.identity), wording)
    known = _known(studio, begun)
    if known is not None:
        upon = replace(begun, duration=Milliseconds(known.duration_ms), audio="audio.mp3", audio_bytes=known.bytes)  # what listeners have may be another by now
        studio.archive.put(proof_key(begun.show, begun.id, begun.fingerprint, _EPISODE), json.dumps(plain(upon), ensure_ascii=False).encode())
        return replace(known, made=made, warnings=tuple(work.article.warnings))
    progress("measuring", 0, 1)
    put_together = assembled(studio, work.script, narration, former_record(studio, work.present), work.links)
    begun = replace(begun, duration=put_together.timeline.time(put_together.timeline.total), chapters=put_together.chapters)
    told = Proved(
        fingerprint=begun.fingerprint, duration_ms=begun.duration, loudness_lufs=round(put_together.master.loudness, 2), bytes=0, voice=begun.voice,
        fallback=begun.fallback, made=made, segments=len(work.script.segments), warnings=tuple(work.article.warnings), unsure=len(work.script.unsure),
        refused=dict(narration.refused),
    )  # fmt: skip
    return _kept(studio, work, begun, put_together, told, progress)


def _known(studio: Studio, begun: Episode) -> Proved | None:
    """Give what was made before of just the same; None where it is not there whole."""
    keys = {name: proof_key(begun.show, begun.id, begun.fingerprint, name) for name in (_NOTE, _EPISODE, *PROOF_FILES)}
    body, sizes = studio.archive.get(keys[_NOTE]), studio.archive.sizes(keys.values())
    try:
        found = Proved(**json.loads(body or b""))
    except (ValueError, TypeError):  # nothing there, or damaged: it is made again
        return None
    return found if sizes[keys["audio.mp3"]] == found.bytes and all(sizes.values()) else None


def _kept(studio: Studio, work: Prepared, begun: Episode, made: Assembly, told: Proved, progress: Progress) -> Proved:
    def put(name: str, body: bytes | BinaryIO) -> None:
        studio.archive.put(proof_key(begun.show, begun.id, begun.fingerprint, name), body)

    with studio.scratch() as audio:
        encoded = studio.encoder.encode(made.runs, made.timeline.rate, tags_of(studio, begun), audio, lambda done, of: progress("encoding", done, of))
        if studio.hear is not None:
            progress("listening", 0, 1)
            studio.hear(audio, made.timeline, made.master)
        audio.seek(0)
        put("audio.mp3", audio)
    named = replace(begun, audio="audio.mp3", audio_bytes=encoded.size)
    provenance: dict[str, Any] = {"voice": told.voice, "refused": told.refused, "recipe": RECIPE}
    put(_EPISODE, json.dumps(plain(named), ensure_ascii=False).encode())
    put("record.json", "".join(manifest(named, work.article, made.timeline, made.master, provenance)).encode())
    put("waveform.svg", waveform(made.timeline, made.shelf.levels, made.master).encode())
    told = replace(told, bytes=encoded.size)
    values = {name: getattr(told, name) for name in Proved.__slots__}
    put(_NOTE, json.dumps(values, ensure_ascii=False).encode())  # last: a proof with it is whole
    return told


def proof_key(show: str, episode_id: str, fingerprint: str, name: str) -> str:
    """Give the key of one of a proof's files in the archive."""
    return f"proofs/{show or '_'}/{episode_id}/{fingerprint}/{name}"


def candidate(studio: Studio, work: Prepared, fingerprint: str) -> Episode | None:
    """Give the episode that publishing a proof would make, but for the names of its files; None where the proof is gone.

    Raises:
        ConfigInvalid: its record is damaged.
    """
    key = proof_key(studio.channel.slug, work.identity, fingerprint, _EPISODE)
    record = studio.archive.get(key)
    try:
        return None if record is None else replace(from_plain(json.loads(record)), published=work.published)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=key, reason=str(error)) from error


def fingerprints(studio: Studio, work: Prepared) -> tuple[str, ...]:
    """Give what a proof's fingerprint may be if nothing changed since: one for the voice that comes first, none where that cannot be reached now."""
    expected = studio.chain.identities
    wording = wording_of(work.script)
    spoken = (" + ".join(expected), expected[0]) if expected else ()
    return tuple(dict.fromkeys(fingerprint_of(studio, work, wording, identity) for identity in spoken))
