"""An episode's record in the catalog as plain values, and back."""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from audiopub.episode import Chapter
from audiopub.publish.model import Act, Alternate, Edit, Episode, Event, Part, State
from audiopub.units import Milliseconds


def plain(episode: Episode) -> dict[str, Any]:
    """Give an episode as values that JSON knows."""
    record = asdict(episode)
    for name in ("published", "updated", "corrected"):
        record[name] = record[name].isoformat() if record[name] else None
    record["history"] = [{**event, "at": event["at"].isoformat()} for event in record["history"]]
    return record


def from_plain(record: dict[str, Any]) -> Episode:
    """Give the episode of a record; values that an older audiopub did not write have their defaults.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is no record of an episode.
    """
    return Episode(**{name: _READERS.get(name, _as_is)(value) for name, value in record.items() if name in _KNOWN})


def _as_is(value: Any) -> Any:
    return value


def _event(line: dict[str, Any]) -> Event:
    return Event(**{**line, "at": datetime.fromisoformat(line["at"]), "act": Act(line["act"])})


def _chapter(mark: dict[str, Any]) -> Chapter:
    return Chapter(title=mark["title"], start=Milliseconds(mark["start"]), end=Milliseconds(mark["end"]), url=mark.get("url"))


_KNOWN = frozenset(field.name for field in fields(Episode))
_READERS: dict[str, Callable[[Any], Any]] = {
    "published": datetime.fromisoformat,
    "updated": datetime.fromisoformat,
    "corrected": lambda text: datetime.fromisoformat(text) if text else None,
    "chapters": lambda marks: tuple(map(_chapter, marks)),
    "former_audio": tuple,
    "former_names": tuple,
    "alternates": lambda others: tuple(Alternate(file=other["file"], bytes=other["bytes"]) for other in others),
    "prints": tuple,
    "state": State,
    "tags": tuple,
    "identities": tuple,
    "edits": lambda edits: tuple(Edit(**edit) for edit in edits),
    "parts": lambda parts: tuple(Part(**part) for part in parts),
    "history": lambda lines: tuple(map(_event, lines)),
}
