"""Pages people read beside the feed: one an episode, one a show. Plain files that work without JavaScript."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from audiopub.episode import Row, Timeline
from audiopub.messages import Language, message
from audiopub.publish.model import Channel, Episode
from audiopub.publish.text import clock, one_line
from audiopub.script import SegmentKind

ASSETS = ("icon.svg", "player.js", "style.css")
"""Files that every page of a show shares, put beside them."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence on a page and when it is heard, in seconds."""

    text: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading or a paragraph on a page."""

    kind: str
    sentences: tuple[Sentence, ...]


def asset(name: str) -> bytes:
    """Give one of the shared files."""
    return files(__package__).joinpath("assets", name).read_bytes()


def episode_page(channel: Channel, episode: Episode, timeline: Timeline, language: Language = "vi") -> str:
    """Write an episode's page: player, chapters, transcript whose sentences know their time."""
    return _template("episode.html").render(
        channel=channel, episode=episode, title=one_line(episode.title), passages=_passages(timeline), say=_speaker(language), clock=clock, language=language,
        seconds=_seconds,
    )  # fmt: skip


def show_page(channel: Channel, episodes: Sequence[Episode], language: Language = "vi") -> str:
    """Write a show's page: what it is, where to subscribe, its episodes."""
    return _template("show.html").render(channel=channel, episodes=episodes, say=_speaker(language), clock=clock, one_line=one_line, language=language)


def _passages(timeline: Timeline) -> list[Passage]:
    spoken = [row for row in timeline.rows if row.segment.kind is not SegmentKind.JINGLE]
    return [
        Passage(rows[0].segment.kind, tuple(_sentence(timeline, row) for row in rows))
        for _, group in groupby(spoken, key=lambda row: row.segment.paragraph)
        if (rows := list(group))
    ]


def _sentence(timeline: Timeline, row: Row) -> Sentence:
    return Sentence(row.segment.written, _seconds(timeline.time(row.start)), _seconds(timeline.time(row.end)))


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _speaker(language: Language) -> Callable[[str], str]:
    return lambda key: message(f"page.{key}", language)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("audiopub.publish"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _template(name: str) -> Template:
    return _environment().get_template(name)
