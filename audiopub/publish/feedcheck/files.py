"""The files a feed names, looked at by their bytes, and the rules about them."""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from audiopub.publish.feedcheck.channel import cover_of
from audiopub.publish.feedcheck.enclosure import attribute
from audiopub.publish.feedcheck.item import seconds_of
from audiopub.publish.feedcheck.model import Faults, Feed, FileOf, Need, SeenFile, rules, text_of, where
from audiopub.publish.feedcheck.notes import podlove_of
from audiopub.publish.namespaces import ITUNES, PODCAST

_LINE = 65
"""Characters. Source: podcast-namespace, transcripts."""

_SMALLEST_COVER, _LARGEST_COVER = 1400, 3000
_HEAVY_COVER = 512 * 1024
_CUE = re.compile(r"^((?:\d+:)?\d\d:\d\d\.\d{3})[ \t]+-->[ \t]+((?:\d+:)?\d\d:\d\d\.\d{3})")


def seen_files(feed: Feed, file_of: FileOf, most: int | None = None) -> tuple[SeenFile, ...]:
    """Look at the files of a feed, one after the other.

    Args:
        feed: whose files.
        file_of: gives a file's bytes by its address.
        most: look at those of the first episodes only; None for all.
    """
    if feed.channel is None:
        return ()
    named = list(named_files(feed.items[:most]))
    cover = cover_of(feed.channel)
    found = [_seen(kind, item, url, file_of(url)) for kind, item, url, _type in named]
    return (*found, _cover(cover, file_of(cover))) if cover else tuple(found)


def named_files(items: Iterable[Any]) -> Iterator[tuple[str, Any, str, str]]:
    """Give kind, item, address and type of each file that episodes name."""
    for item in items:
        if attribute(item, "url"):
            yield "audio", item, attribute(item, "url"), attribute(item, "type")
        for kind in ("transcript", "chapters"):
            for element in item.findall(f"{{{PODCAST}}}{kind}"):
                if element.get("url"):
                    yield kind, item, element.get("url").strip(), element.get("type") or ""


def _seen(kind: str, item: Any, url: str, body: bytes | None) -> SeenFile:
    place = where(item)
    if body is None:
        return SeenFile(kind=kind, where=place, url=url, item=item)
    if kind != "audio":
        return SeenFile(kind=kind, where=place, url=url, item=item, size=len(body), body=body)
    seconds, trouble = _length_of(body)
    return SeenFile(kind=kind, where=place, url=url, item=item, size=len(body), seconds=seconds, trouble=trouble)


def _length_of(body: bytes) -> tuple[float | None, str]:
    import mutagen  # noqa: PLC0415

    try:
        sound: Any = mutagen.File(io.BytesIO(body))
    except (mutagen.MutagenError, ValueError, OverflowError, IndexError) as error:
        return None, str(error) or type(error).__name__
    length: Any = getattr(getattr(sound, "info", None), "length", None)
    return (float(length), "") if length else (None, "-")


def _cover(url: str, body: bytes | None) -> SeenFile:
    if body is None:
        return SeenFile(kind="cover", where="cover", url=url)
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(body)) as picture:
            seen = (*picture.size, picture.mode, picture.format or "")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return SeenFile(kind="cover", where="cover", url=url, size=len(body))
    return SeenFile(kind="cover", where="cover", url=url, size=len(body), picture=seen)


def _each(kind: str, test: Callable[[SeenFile], str | None]) -> Callable[[Feed], Faults]:
    """Make a rule of a test on the files of a kind."""

    def broken(feed: Feed) -> Faults:
        for file in feed.files or ():
            found = test(file) if file.kind == kind else None
            if found is not None:
                yield file.where, found

    return broken


def _absent(file: SeenFile) -> str | None:
    return file.url if file.size is None else None


def _length(file: SeenFile) -> str | None:
    said = attribute(file.item, "length")
    return f"{said} != {file.size}" if file.size is not None and said.isdigit() and int(said) != file.size else None


def _unreadable(file: SeenFile) -> str | None:
    return file.trouble if file.size is not None and file.seconds is None else None


def _duration(file: SeenFile) -> str | None:
    said = seconds_of(text_of(file.item, "duration", ITUNES).strip())
    if said is None or file.seconds is None or abs(said - file.seconds) <= 1:
        return None
    return f"{said} != {file.seconds:.2f}"


def _is_webvtt(file: SeenFile) -> bool:
    kinds = {element.get("type") for element in file.item.findall(f"{{{PODCAST}}}transcript") if (element.get("url") or "").strip() == file.url}
    return file.size is not None and "text/vtt" in kinds


def _webvtt(file: SeenFile) -> str | None:
    return file.url if _is_webvtt(file) and not re.match(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)", file.body) else None


def _seconds(stamp: str) -> float:
    total = 0.0
    for part in stamp.split(":"):
        total = total * 60 + float(part)
    return total


def _webvtt_times(file: SeenFile) -> str | None:
    if not _is_webvtt(file):
        return None
    for line in file.body.decode("utf-8", "replace").splitlines():
        found = _CUE.match(line)
        if found and _seconds(found[1]) >= _seconds(found[2]):
            return line[:60]
    return None


def _webvtt_lines(file: SeenFile) -> str | None:
    if not _is_webvtt(file):
        return None
    lines = (re.sub(r"<[^<>]{0,40}>", "", line) for line in file.body.decode("utf-8", "replace").splitlines() if "-->" not in line)
    longest = max((len(line) for line in lines), default=0)
    return str(longest) if longest > _LINE else None


def _marks(body: bytes) -> list[tuple[float, str]] | None:
    """Read a chapters file; None where it is none."""
    try:
        document = json.loads(body)
        marks = [(float(mark["startTime"]), str(mark.get("title") or "")) for mark in document["chapters"]]
        return marks if document.get("version") else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _chapters_form(file: SeenFile) -> str | None:
    if file.size is None:
        return None
    marks = _marks(file.body)
    if not marks:
        return file.url
    starts = [start for start, _ in marks]
    return None if starts[0] == 0 and starts == sorted(set(starts)) and all(title for _, title in marks) else ", ".join(map(str, starts))[:60]


def _chapters_agree(file: SeenFile) -> str | None:
    marks, podlove = _marks(file.body) if file.size is not None else None, podlove_of(file.item)
    return f"{len(marks)} != {len(podlove)}" if marks and podlove and len(marks) != len(podlove) else None


def _picture(file: SeenFile) -> str | None:
    return file.url if file.size is not None and file.picture is None else None


def _cover_size(file: SeenFile) -> str | None:
    if file.picture is None:
        return None
    width, height = file.picture[:2]
    return None if width == height and _SMALLEST_COVER <= width <= _LARGEST_COVER else f"{width}x{height}"


def _cover_colours(file: SeenFile) -> str | None:
    return None if file.picture is None or file.picture[2] in {"RGB", "L", "P"} else file.picture[2]


def _cover_format(file: SeenFile) -> str | None:
    if file.picture is None:
        return None
    endings = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}.get(file.picture[3], ())
    path = file.url.partition("?")[0].lower()
    return None if endings and path.endswith(endings) else f"{file.picture[3]}: {file.url}"


def _cover_heavy(file: SeenFile) -> str | None:
    return str(file.size) if file.size is not None and file.size > _HEAVY_COVER else None


RULES = rules(
    Need.FILES,
    {
        "file.audio": _each("audio", _absent),
        "file.length": _each("audio", _length),
        "file.unreadable": _each("audio", _unreadable),
        "file.duration": _each("audio", _duration),
        "file.transcript": _each("transcript", _absent),
        "file.webvtt": _each("transcript", _webvtt),
        "file.webvtt_times": _each("transcript", _webvtt_times),
        "file.webvtt_lines": _each("transcript", _webvtt_lines),
        "file.chapters": _each("chapters", _absent),
        "file.chapters_form": _each("chapters", _chapters_form),
        "file.chapters_agree": _each("chapters", _chapters_agree),
        "file.cover": _each("cover", _absent),
        "file.picture": _each("cover", _picture),
        "file.cover_size": _each("cover", _cover_size),
        "file.cover_colours": _each("cover", _cover_colours),
        "file.cover_format": _each("cover", _cover_format),
        "file.cover_heavy": _each("cover", _cover_heavy),
    },
)
