"""An episode's notes: summary, chapters with their times, corrections, the article's address, what reads it."""

import re
from collections.abc import Iterator
from datetime import datetime

from audiopub.messages import Language, message
from audiopub.publish.model import Act, Channel, Episode, Event
from audiopub.publish.text import clock, escaped, one_line

_ADDRESS = re.compile(r"https?://[!-~]+")


def notes(episode: Episode, language: Language, channel: Channel | None = None) -> str:
    """Write the notes as HTML of ``p``, ``ul``, ``li`` and ``a`` only, which every app shows.

    Args:
        episode: what they tell of.
        language: of the sentences around it.
        channel: whose pages are linked; None for no link to ours.
    """
    return "".join(_parts(episode, language, channel))


def _parts(episode: Episode, language: Language, channel: Channel | None) -> Iterator[str]:
    yield f"<p>{escaped(episode.description)}</p>"
    yield from (f"<p>{escaped(line)}</p>" for line in corrections(episode, language))
    if len(episode.chapters) > 1:
        # From 00:00, one a line: Spotify makes chapters of such a list, and other apps make its times links.
        marks = "".join(f"<li>{clock(chapter.start)} {linked(chapter.url, one_line(chapter.title))}</li>" for chapter in episode.chapters)
        yield f"<p>{message('notes.section_list', language)}</p><ul>{marks}</ul>"
    if episode.article_url and _ADDRESS.fullmatch(episode.article_url):
        yield f"<p>{message('notes.source', language, url=linked(episode.article_url, episode.article_url))}</p>"
    if channel is not None:
        page = linked(channel.address_of(episode, episode.file(".html")), message("notes.page", language))
        yield f"<p>{page}</p>"
    yield f"<p>{message('notes.ai_voice', language)}</p>"


def corrections(episode: Episode, language: Language) -> tuple[str, ...]:
    """Give a dated line for each change of words that stands, oldest first."""
    if episode.corrected and not episode.history:
        return (message("notes.corrected", language, when=_when(episode.corrected)),)  # published by an audiopub that kept no history
    return tuple(_line(event, language) for event in episode.corrections)


def _line(event: Event, language: Language) -> str:
    when = _when(event.at)
    if event.act is Act.ROLLED_BACK:
        return message("notes.rolled_back", language, when=when)
    if event.note:
        return message("notes.correction", language, when=when, note=one_line(event.note))
    return message("notes.corrected", language, when=when)


def _when(at: datetime) -> str:
    return f"{at:%H:%M %d/%m/%Y}"


def linked(url: str | None, text: str) -> str:
    """Make text a link where there is an address that may stand in one."""
    if not url or not _ADDRESS.fullmatch(url):
        return escaped(text)
    return f'<a href="{escaped(url).replace(chr(34), "%22")}">{escaped(text)}</a>'
