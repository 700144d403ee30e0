"""What podcast apps demand of the files a feed names: that they are there, and are what the feed says."""

import io
import json
from collections.abc import Iterator
from typing import Any

from audiopub.publish.feed_rule import Feed, Rule, text_of, where
from audiopub.publish.namespaces import ITUNES, PODCAST, PODLOVE


def _audio_files(feed: Feed) -> Iterator[tuple[str, str]]:
    from mutagen import MutagenError  # noqa: PLC0415
    from mutagen.mp3 import MP3  # noqa: PLC0415

    for item in feed.items:
        enclosure = item.find("enclosure")
        body = feed.file_of(enclosure.get("url") or "") if feed.file_of and enclosure is not None else None
        if body is None:
            yield where(item), "its audio is not there"
            continue
        if str(len(body)) != enclosure.get("length"):
            yield where(item), f"enclosure length {enclosure.get('length')}, file {len(body)}"
        try:
            info: Any = MP3(io.BytesIO(body)).info
            seconds = info.length
        except MutagenError as error:
            yield where(item), f"its audio cannot be read ({error})"
            continue
        said = text_of(item, "duration", ITUNES)
        if said.isdigit() and abs(int(said) - seconds) > 1:
            yield where(item), f"itunes:duration {said}, audio {seconds:.2f} s"


def _other_files(feed: Feed) -> Iterator[tuple[str, str]]:
    for item in feed.items:
        for tag in ("transcript", "chapters"):
            for element in item.findall(f"{{{PODCAST}}}{tag}"):
                body = feed.file_of(element.get("url") or "") if feed.file_of else None
                if body is None:
                    yield where(item), f"{element.get('url')} is not there"
                elif tag == "chapters" and not _good_chapters(body, len(item.findall(f"{{{PODLOVE}}}chapters/{{{PODLOVE}}}chapter"))):
                    yield where(item), "the chapters file is wrong or has another number of chapters"
                elif element.get("type") == "text/vtt" and not body.startswith(b"WEBVTT"):
                    yield where(item), "the transcript is no WebVTT"


def _good_chapters(body: bytes, count: int) -> bool:
    try:
        marks = json.loads(body)["chapters"]
        starts = [float(mark["startTime"]) for mark in marks]
    except (ValueError, KeyError, TypeError):
        return False
    return len(starts) in {count, count or len(starts)} and starts[:1] == [0.0] and starts == sorted(set(starts)) and all(mark.get("title") for mark in marks)


def _cover_file(feed: Feed) -> Iterator[tuple[str, str]]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    image = feed.channel.find(f"{{{ITUNES}}}image")
    body = feed.file_of(image.get("href") or "") if feed.file_of and image is not None else None
    if body is None:
        yield "cover", "it is not there"
        return
    try:
        with Image.open(io.BytesIO(body)) as picture:
            width, height, mode = *picture.size, picture.mode
    except UnidentifiedImageError:
        yield "cover", "it is no picture"
        return
    if width != height or not 1400 <= width <= 3000 or mode not in {"RGB", "L", "P"}:  # noqa: PLR2004
        yield "cover", f"{width}x{height} {mode}: a square of 1400 to 3000 pixels, RGB"


RULES: tuple[Rule, ...] = (
    Rule("file.audio", "Apple: true length; PSP-1: true duration", _audio_files),
    Rule("file.texts", "podcast-namespace: transcript, chapters", _other_files),
    Rule("file.cover", "Apple: 1400 to 3000 px", _cover_file),
)
"""Every rule about a feed's files with the source that demands it."""
