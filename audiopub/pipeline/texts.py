"""The files of an episode beside its audio, and what an audio file says of itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from audiopub.episode import cues, word_places
from audiopub.pipeline.assembly import Assembly
from audiopub.pipeline.studio import Prepared, Studio
from audiopub.publish.artwork import card
from audiopub.publish.chapters import json_chapters
from audiopub.publish.embed import embed_page, oembed
from audiopub.publish.encoder import Tags
from audiopub.publish.lines import lines_of
from audiopub.publish.manifest import manifest, script_table
from audiopub.publish.model import Episode
from audiopub.publish.page import episode_page
from audiopub.publish.segment_map import segment_map
from audiopub.publish.text import clock
from audiopub.publish.transcript import json_transcript, subrip, webvtt
from audiopub.publish.waveform import waveform


def texts_of(studio: Studio, work: Prepared, episode: Episode, made: Assembly, provenance: dict[str, object]) -> dict[str, Callable[[], Iterable[bytes]]]:
    """Give what makes each of an episode's files; one is made at a time, piece by piece, since those of a long episode are large."""
    channel, timeline = studio.channel, made.timeline
    words = word_places(timeline, made.shelf.marks)
    footer = f"{episode.published:%d/%m/%Y} · {clock(episode.duration)}"
    makers: Mapping[str, Callable[[], Iterable[str]]] = {
        ".vtt": lambda: webvtt(cues(timeline, words), channel.language),
        ".srt": lambda: subrip(cues(timeline)),
        ".transcript.json": lambda: json_transcript(cues(timeline, words)),
        ".chapters.json": lambda: [json_chapters(episode.chapters, episode.title)],
        ".segments.json": lambda: segment_map(channel, episode, lines_of(timeline)),
        ".script.tsv": lambda: script_table(work.script),
        ".json": lambda: manifest(episode, work.article, timeline, made.master, provenance),
        ".svg": lambda: [waveform(timeline, made.shelf.levels, made.master)],
        ".oembed.json": lambda: [oembed(channel, episode)],
        ".embed.html": lambda: [embed_page(channel, episode)],
        ".html": lambda: [episode_page(channel, episode, lines_of(timeline))],
    }
    texts: dict[str, Callable[[], Iterable[bytes]]] = {episode.file(suffix): _encoded(maker) for suffix, maker in makers.items()}
    return texts | {episode.file(".png"): lambda: [card(episode.title, channel.title, footer)]}


def _encoded(maker: Callable[[], Iterable[str]]) -> Callable[[], Iterator[bytes]]:
    return lambda: (part.encode() for part in maker())


def tags_of(studio: Studio, episode: Episode) -> Tags:
    """Give what an episode's audio files say of themselves."""
    return Tags(
        title=episode.title, artist=studio.channel.author, album=studio.channel.title, date=f"{episode.published:%Y-%m-%d}", language="vie",
        url=episode.article_url, comment=episode.description, length=episode.duration, cover=studio.cover(), chapters=episode.chapters,
    )  # fmt: skip
