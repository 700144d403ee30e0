"""A draft as plain values and back: what is kept of it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from audiopub.article import BlockKind, from_record, to_record
from audiopub.editing.draft import Draft, DraftBlock, Manner, Origin, OriginKind


def plain_draft(draft: Draft) -> dict[str, Any]:
    """Give a draft as values that JSON knows."""
    said = {name: getattr(draft, name) for name in ("show", "id", "version", "title", "lead", "hand_edited", "waiting", "made", "edits")}
    return {
        **said, "origin": asdict(draft.origin), "found": to_record(draft.found), "blocks": [asdict(block) for block in draft.blocks],
        "day": draft.day.isoformat(), "manner": asdict(draft.manner), "accepted": list(draft.accepted), "left": list(draft.left), "prints": list(draft.prints),
    }  # fmt: skip


def draft_of(said: Mapping[str, Any]) -> Draft:
    """Give the draft of plain values.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: they are no draft.
    """
    origin = {**said["origin"], "kind": OriginKind(said["origin"]["kind"])}
    return Draft(
        show=said["show"], id=said["id"], version=said["version"], title=said["title"], lead=said["lead"], hand_edited=said["hand_edited"], waiting=said["waiting"],
        made=said["made"], origin=Origin(**origin), found=from_record(said["found"]),
        blocks=tuple(DraftBlock(**{**block, "kind": BlockKind(block["kind"])}) for block in said["blocks"]),
        day=date.fromisoformat(said["day"]), manner=Manner(**said["manner"]), accepted=tuple(said["accepted"]), edits=said.get("edits", 0),
        left=tuple(said.get("left", ())),
        prints=tuple(said.get("prints", ())),
    )  # fmt: skip
