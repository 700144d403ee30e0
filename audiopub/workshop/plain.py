"""Wishes and results as the plain values that jobs carry."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from audiopub.editing import Manner
from audiopub.pipeline import Outcome, Result, Wish
from audiopub.publish.model import State


def plain_wish(wish: Wish) -> dict[str, Any]:
    """Give what an editor wants, without what nobody asked for."""
    said = {
        "title": wish.title, "source_id": wish.source_id, "accept": sorted(wish.accept), "not_before": wish.not_before.isoformat() if wish.not_before else None,
        "episode": wish.episode, "note": wish.note, "pin": wish.pin, "day": wish.day.isoformat() if wish.day else None, "expect": wish.expect,
        "upon": wish.upon, "reissue": wish.reissue,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def wish_of(said: Mapping[str, Any], *, by: str, identity: str = "") -> Wish:
    """Give the wish of a job."""
    moment = said.get("not_before")
    return Wish(
        title=said.get("title"), source_id=said.get("source_id"), accept=frozenset(said.get("accept", ())), not_before=datetime.fromisoformat(moment) if moment else None,
        by=by, identity=identity, episode=said.get("episode"), note=said.get("note", ""), pin=bool(said.get("pin")),
        day=date.fromisoformat(said["day"]) if said.get("day") else None, expect=said.get("expect", ""),
        upon=said.get("upon", ""), reissue=bool(said.get("reissue")),
    )  # fmt: skip


def plain_manner(manner: Manner) -> dict[str, Any]:
    """Give how an article is read, without what is as its show reads."""
    said = {"voice": manner.voice, "speed": manner.speed, "silent": not manner.jingle}
    return {name: value for name, value in said.items() if value}


def manner_of(said: Mapping[str, Any]) -> Manner:
    """Give how a job's article is read."""
    return Manner(voice=said.get("voice", ""), speed=float(said.get("speed", 0)), jingle=not said.get("silent"))


def plain_result(result: Result, now: datetime) -> dict[str, Any]:
    """Give what became of an article.

    A step that is repeated, since its process died between doing and telling, finds the episode as it left it: that it was made at the job's
    own moment shows whose work it is.
    """
    outcome, episode = result.outcome, result.episode
    moment = now.replace(microsecond=0)
    if outcome is Outcome.UNCHANGED and episode and episode.history and episode.history[-1].at == moment and not episode.parts:
        outcome = Outcome.EMBARGOED if episode.state is State.EMBARGOED else Outcome.PUBLISHED if episode.revision == 1 else Outcome.UPDATED
    said: dict[str, Any] = {
        "outcome": outcome.value, "title": result.article.title, "warnings": list(result.article.warnings), "unsure": len(result.script.unsure),
        "made": result.made, "segments": len(result.script.segments), "characters": sum(len(segment.spoken) for segment in result.script.segments),
        "refused": dict(result.refused),
    }  # fmt: skip
    if episode:
        said |= {"id": episode.id, "revision": episode.revision, "duration_ms": episode.duration, "audio": episode.audio}
        said |= {"voice": episode.voice, "fallback": episode.fallback}
    return said
