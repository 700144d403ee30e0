"""Rules about how the files of a feed are served."""

from collections.abc import Callable

from audiopub.publish.feedcheck.model import Faults, Feed, Need, ServedFile, rules
from audiopub.publish.feedcheck.web import Answer

_OK, _PARTIAL, _NO_SUCH_RANGE = 200, 206, 416
_MOST_PREFIXES = 4
"""Redirects before the audio. Source: PRX, prefixes for Apple Podcasts."""

_SUBRIP = frozenset({"application/x-subrip", "application/srt", "text/srt"})
_TEXT_TYPES = {
    "text/vtt": frozenset({"text/vtt"}), "application/x-subrip": _SUBRIP, "application/srt": _SUBRIP, "application/json": frozenset({"application/json"}),
    "text/html": frozenset({"text/html"}), "text/plain": frozenset({"text/plain"}),
    "application/json+chapters": frozenset({"application/json+chapters", "application/json"}),
}  # fmt: skip


def _each(kinds: str, test: Callable[[ServedFile], str | None]) -> Callable[[Feed], Faults]:
    """Make a rule of a test on the files of some kinds."""

    def broken(feed: Feed) -> Faults:
        for file in feed.media:
            found = test(file) if file.kind in kinds.split() else None
            if found is not None:
                yield file.where, found

    return broken


def _said(answer: Answer) -> str:
    return answer.failure or str(answer.status)


def _there(file: ServedFile) -> Answer | None:
    """Give the answer that shows a file to be there: to HEAD, or else to a range; None where neither does."""
    answers = [answer for answer in (file.head, file.first) if answer is not None]
    return next((answer for answer in answers if answer.status in {_OK, _PARTIAL}), None)


def _status(file: ServedFile) -> str | None:
    return None if _there(file) else f"{_said(file.first or file.head)} {file.url}"


def _head(file: ServedFile) -> str | None:
    return _said(file.head) if _there(file) and file.head.status != _OK else None


def _length(file: ServedFile) -> str | None:
    served = file.head.headers.get("content-length", "") if file.head.status == _OK else ""
    return f"{file.length} != {served}" if served.isdigit() and file.length.isdigit() and int(served) != int(file.length) else None


def _audio_type(file: ServedFile) -> str | None:
    answer = _there(file)
    good = answer is None or answer.type.startswith(("audio/", "video/"))
    return None if good else answer.type if answer else None


def _range(file: ServedFile) -> str | None:
    if _there(file) is None or file.first is None:
        return None
    good = file.first.status == _PARTIAL and file.first.headers.get("content-range", "").startswith("bytes 0-1/")
    return None if good else f"{_said(file.first)} {file.first.headers.get('content-range', '-')}"


def _suffix(file: ServedFile) -> str | None:
    if file.suffix is None or _range(file) is not None:
        return None
    total = (file.first.headers.get("content-range", "") if file.first else "").rpartition("/")[2]
    wanted = f"bytes {int(total) - 2}-{int(total) - 1}/{total}" if total.isdigit() and int(total) > 1 else ""
    said = file.suffix.headers.get("content-range", "-")
    return None if file.suffix.status == _PARTIAL and wanted in {said, ""} else f"{_said(file.suffix)} {said}"


def _past(file: ServedFile) -> str | None:
    return _said(file.past) if file.past is not None and _range(file) is None and file.past.status != _NO_SUCH_RANGE else None


def _validator(file: ServedFile) -> str | None:
    answer = _there(file)
    return None if answer is None or {"etag", "last-modified"} & set(answer.headers) else ""


def _if_range(file: ServedFile) -> str | None:
    return _said(file.other_version) if file.other_version is not None and _range(file) is None and file.other_version.status != _OK else None


def _encoding(file: ServedFile) -> str | None:
    answer = _there(file)
    said = answer.headers.get("content-encoding", "identity") if answer else "identity"
    return None if said in {"", "identity"} else said


def _prefixes(file: ServedFile) -> str | None:
    answer = _there(file)
    return str(len(answer.hops)) if answer and len(answer.hops) > _MOST_PREFIXES else None


def _redirects(file: ServedFile) -> str | None:
    answer = _there(file)
    return f"{' '.join(str(hop.status) for hop in answer.hops)} -> {answer.url}" if answer and 0 < len(answer.hops) <= _MOST_PREFIXES else None


def _cover_type(file: ServedFile) -> str | None:
    return file.head.type if file.head.status == _OK and file.head.type not in {"image/jpeg", "image/png"} else None


def _text_type(file: ServedFile) -> str | None:
    wanted = _TEXT_TYPES.get(file.type)
    return f"{file.head.type} {file.url}" if file.head.status == _OK and wanted and file.head.type not in wanted else None


def _cors(file: ServedFile) -> str | None:
    said = file.head.headers.get("access-control-allow-origin", "")
    return file.url if file.head.status == _OK and not said else None


RULES = rules(
    Need.SERVED,
    {
        "media.status": _each("audio cover transcript chapters", _status),
        "media.head": _each("audio cover", _head),
        "media.length": _each("audio", _length),
        "media.type": _each("audio", _audio_type),
        "media.range": _each("audio", _range),
        "media.suffix": _each("audio", _suffix),
        "media.past_end": _each("audio", _past),
        "media.validator": _each("audio", _validator),
        "media.if_range": _each("audio", _if_range),
        "media.encoding": _each("audio", _encoding),
        "media.redirects": _each("audio", _redirects),
        "media.prefixes": _each("audio", _prefixes),
        "media.cover_type": _each("cover", _cover_type),
        "media.text_type": _each("transcript chapters", _text_type),
        "media.cors": _each("transcript chapters", _cors),
    },
)
