"""What editors change in a draft: block by block, its title, how it is read; and taking that back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from audiopub.article import BlockKind
from audiopub.desk.model import View
from audiopub.desk.tools import Tools
from audiopub.desk.viewing import Views
from audiopub.editing import Draft, DraftBlock, Manner
from audiopub.errors import BadInput, EngineUnknown, NotFound, Outdated
from audiopub.people import Actor, Permission


class Amending(Views):
    """What is changed in drafts."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        super().__init__(tools)
        self._tools = tools

    def edit(self, actor: Actor, name: str, act: str, values: Mapping[str, Any], *, version: int | None) -> View:
        """Change a draft.

        Args:
            actor: who does it.
            name: which one.
            act: ``include`` (block, included), ``rekind`` (block, kind), ``rewrite`` (block, text), ``split`` (block, at), ``merge`` (block),
                ``retitle`` (title, lead), ``manner`` (voice, speed, jingle), ``day`` (day), ``accept`` (codes).
            values: what the act takes.
            version: of a block's act, that of the block as its editor saw it; of the others, the draft's; None to change it whatever others did.

        Raises:
            Outdated: somebody changed the same since; details ``present`` and ``yours`` have both.
            BadInput: it cannot be done.
            NotFound: there is no such draft.
        """
        actor.must(Permission.EDIT)
        if act not in _ACTS:
            raise BadInput("draft.no_act", act=act)
        for _ in range(TRIES):
            draft = self._tools.locate(name).draft
            changed = self._changed(draft, act, values, version)
            if changed is draft:
                return self.view(actor, name)
            if self._tools.drafts.replace(changed, draft.version, act, actor.name):
                self._tools.said(actor, f"edit_{act}", draft, **{key: str(value)[:300] for key, value in values.items()})
                return self.view(actor, name)
        raise Outdated("draft.outdated", present="", yours="")

    def _changed(self, draft: Draft, act: str, values: Mapping[str, Any], version: int | None) -> Draft:
        try:
            _see(draft, act, values, version)
            changed = _ACTS[act](draft, values)
        except (KeyError, ValueError, TypeError) as error:
            raise BadInput("draft.bad_values", act=act, reason=str(error)) from error
        return changed if changed.manner == draft.manner else draft.in_manner(self._fitting(draft, changed.manner))

    def _fitting(self, draft: Draft, manner: Manner) -> Manner:
        """Give a manner without what is the show's own.

        Raises:
            BadInput: there is no such voice; said now, and not by every look at the draft.
        """
        show, _ = self._tools.shows.get(draft.show, patient=False)
        table = show.file.voice
        own = replace(manner, speed=0.0 if manner.speed == table.speed else manner.speed, voice="" if manner.voice == table.chain[0] else manner.voice)
        try:
            _ = self._tools.shows.get(draft.show, patient=False, manner=own)[1].chain.identities
        except EngineUnknown as error:
            raise BadInput("draft.no_voice", voice=own.voice[:100]) from error
        return own

    def undo(self, actor: Actor, name: str, *, version: int) -> View:
        """Bring back how a draft was before its last change; what was undone can be brought back the same way.

        Raises:
            Outdated: somebody changed it since.
            NotFound: there is nothing before.
        """
        actor.must(Permission.EDIT)
        draft = self._tools.locate(name).draft
        if draft.version != version:
            raise Outdated("draft.outdated", present=draft.title, yours="")
        before = self._before(draft)
        back = replace(before, version=version + 1, made=max(before.made, draft.made), blocks=_renewed(before, draft, version + 1))
        if not self._tools.drafts.replace(back, version, "undo", actor.name):
            raise Outdated("draft.outdated", present=draft.title, yours="")
        self._tools.said(actor, "edit_undo", draft)
        return self.view(actor, name)

    def _before(self, draft: Draft) -> Draft:
        """Give how a draft was before somebody changed it last; a newer page that came since then waits still.

        Raises:
            NotFound: there is nothing before.
        """
        version = draft.version
        while self._tools.drafts.last_act(draft.show, draft.id, version) == WAITS:
            version -= 1
        before = self._tools.drafts.former(draft.show, draft.id, version - 1)
        if before is None:
            raise NotFound("draft.nothing_to_undo")
        return before if version == draft.version else replace(before, waiting=draft.waiting, origin=replace(before.origin, title=draft.origin.title))


WAITS = "newer_waits"
"""The act by which a newer page is put beside a draft: no editor's, and none that an editor undoes."""

TRIES = 20
"""Times that a change is made anew since others changed other blocks meanwhile."""

_BLOCK_ACTS = frozenset({"include", "rekind", "rewrite", "split", "merge"})


def _see(draft: Draft, act: str, values: Mapping[str, Any], version: int | None) -> None:
    """See that nobody changed what is about to be changed."""
    if version is None:
        return
    if act in _BLOCK_ACTS:
        block = next((block for block in draft.blocks if block.id == values["block"]), None)
        if act == "merge" and block is not None and block is not draft.blocks[-1]:  # both are changed by it
            block = max(block, draft.blocks[draft.blocks.index(block) + 1], key=lambda one: one.version)
        if block is None or block.version > version:
            raise Outdated("draft.outdated", present=block.text if block else "", yours=str(values.get("text", "")), version=block.version if block else draft.version)
    elif draft.version != version:
        raise Outdated("draft.outdated", present=f"{draft.title}\n{draft.lead}", yours="\n".join(str(value) for value in values.values()), version=draft.version)


def _renewed(before: Draft, draft: Draft, version: int) -> tuple[DraftBlock, ...]:
    """Give the blocks as they were, those that differ from the present ones as changed now."""
    present = {block.id: replace(block, version=0) for block in draft.blocks}
    return tuple(block if present.get(block.id) == replace(block, version=0) else replace(block, version=version) for block in before.blocks)


def _kind(text: str) -> BlockKind:
    try:
        return BlockKind(text)
    except ValueError as error:
        raise BadInput("draft.no_kind", kind=text[:40], known=", ".join(BlockKind)) from error


def _manner(draft: Draft, values: Mapping[str, Any]) -> Manner:
    """Give how a draft is to be read; what is not named stays as it is."""
    now = draft.manner
    speed = float(values.get("speed", now.speed) or 0)
    if speed and not _SLOWEST <= speed <= _FASTEST:
        raise BadInput("draft.bad_speed", speed=speed)
    return Manner(voice=str(values.get("voice", now.voice) or ""), speed=speed, jingle=bool(values.get("jingle", now.jingle)))


_SLOWEST, _FASTEST = 0.5, 2.0

_ACTS: Mapping[str, Callable[[Draft, Mapping[str, Any]], Draft]] = {
    "include": lambda draft, values: draft.include(values["block"], bool(values["included"])),
    "rekind": lambda draft, values: draft.rekind(values["block"], _kind(values["kind"])),
    "rewrite": lambda draft, values: draft.rewrite(values["block"], values["text"]),
    "split": lambda draft, values: draft.split(values["block"], int(values["at"])),
    "merge": lambda draft, values: draft.merge(values["block"]),
    "retitle": lambda draft, values: draft.retitle(values.get("title", draft.title), values.get("lead", draft.lead)),
    "manner": lambda draft, values: draft.in_manner(_manner(draft, values)),
    "day": lambda draft, values: draft.dated(date.fromisoformat(str(values["day"]))),
    "accept": lambda draft, values: draft.accepting(values["codes"]),
}
