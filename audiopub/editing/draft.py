"""A draft: an article's blocks as they are to be read, each with what it was and who wanted it otherwise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from audiopub.article import Article, BlockKind
from audiopub.errors import BadInput
from audiopub.vietnamese import tidy


class OriginKind(StrEnum):
    """How an article came to the desk."""

    ADDRESS = "address"
    PASTED = "pasted"
    CMS = "cms"
    EPISODE = "episode"
    """From what is published already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a draft's article is from."""

    kind: OriginKind
    name: str
    """The address, or what people call it."""

    identity: str
    """What the episode's id was made from."""

    page: str
    """Key of the page in the inbox."""

    source_id: str = ""
    """The article's identity in the newsroom's system."""

    title: str = ""
    """That was given beside the page, and counts instead of the page's own; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a draft is read, where that is not as the show reads."""

    voice: str = ""
    """``engine`` or ``engine:voice``; empty for the show's own."""

    speed: float = 0.0
    """0.5 to 2; 0 for the show's own."""

    jingle: bool = True
    """Whether the show's own sounds are heard."""

    @property
    def is_own(self) -> bool:
        """Tell whether anything differs from the show."""
        return self != Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBlock:
    """One block on the desk."""

    id: str
    """``b1``, ``b2``, …; never given twice in a draft."""

    kind: BlockKind
    text: str
    included: bool
    """Whether it is read; a block that is not stays on the desk, with the reason."""

    rule: str
    """Name of the rule that typed it, or ``desk`` where a person did."""

    edited: bool = False
    """Whether a person changed its text or kind: nothing overwrites it any more."""

    was: str = ""
    """The text as the page had it, where it was changed; of a block that came of a split or a merge, all of it."""

    version: int = 1
    """The draft's version that changed it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article on the desk."""

    show: str
    id: str
    """The episode's id, whether there is an episode already or not."""

    version: int
    """Counts the changes."""

    origin: Origin
    found: Article
    """As it was read; what is not on the desk (author, pictures, dates) counts as it stands here."""

    title: str
    lead: str
    blocks: tuple[DraftBlock, ...]
    day: date
    """The date that the opening names; it does not move when the publication does, so what was heard is what is published."""

    manner: Manner = field(default_factory=Manner)
    hand_edited: bool = False
    """Whether a person changed words, kinds or what is read: a newer version of the page is then only offered, and unattended runs leave the episode."""

    waiting: str = ""
    """Key of a newer page that waits for somebody to look at it."""

    accepted: tuple[str, ...] = ()
    """Codes of refusals that a person has looked at and accepts all the same."""

    left: tuple[str, ...] = ()
    """Keys of newer pages that somebody looked at and left: they are not offered again."""

    prints: tuple[str, ...] = ()
    """Of the newspaper's own words, where the page is a person's work already; empty where they are those of ``found``."""

    made: int = 0
    """Blocks ever made, for their ids."""

    edits: int = 0
    """How many of the episode's edits are in the text already: those that somebody made to the episode since are set right when it is read."""

    def block(self, block_id: str) -> DraftBlock:
        """Give a block.

        Raises:
            BadInput: there is none.
        """
        for block in self.blocks:
            if block.id == block_id:
                return block
        raise BadInput("draft.no_block", block=block_id)

    def include(self, block_id: str, included: bool) -> "Draft":  # noqa: FBT001  what is set
        """Read a block, or leave it out."""
        return self._with(block_id, lambda block: replace(block, included=included))

    def rekind(self, block_id: str, kind: BlockKind) -> "Draft":
        """Say what a block is."""
        return self._with(block_id, lambda block: block if block.kind is kind else replace(block, kind=kind, rule="desk", edited=True))

    def rewrite(self, block_id: str, text: str) -> "Draft":
        """Set a block's text.

        Raises:
            BadInput: it is empty; leave the block out instead.
        """
        words = one_line(text)
        if not words:
            raise BadInput("draft.empty_block", block=block_id)
        return self._with(block_id, lambda block: block if block.text == words else replace(block, text=words, edited=True, was=block.was or block.text))

    def split(self, block_id: str, at: int) -> "Draft":
        """Divide a block in two before a character of its text.

        Raises:
            BadInput: nothing would be left on one side.
        """
        text = self.block(block_id).text
        head, tail = text[:at].strip(), text[at:].strip()
        if not 0 < at < len(text) or not head or not tail:
            raise BadInput("draft.bad_split", block=block_id, at=at)

        first = replace(self.block(block_id), text=head, edited=True, was=self.block(block_id).was or text, version=self.version + 1)
        return replace(self._put(block_id, first, replace(first, id=f"b{self.made + 1}", text=tail)), made=self.made + 1)

    def merge(self, block_id: str) -> "Draft":
        """Join a block with the next one; its kind counts.

        Raises:
            BadInput: it is the last.
        """
        place = self.blocks.index(self.block(block_id))
        if place + 1 == len(self.blocks):
            raise BadInput("draft.nothing_to_merge", block=block_id)
        first, second = self.blocks[place : place + 2]
        both = replace(
            first, text=f"{first.text} {second.text}", edited=True, was=_were(first, second), included=first.included or second.included, version=self.version + 1,
        )  # fmt: skip
        return replace(self, blocks=(*self.blocks[:place], both, *self.blocks[place + 2 :]), version=self.version + 1, hand_edited=True)

    def retitle(self, title: str, lead: str) -> "Draft":
        """Set title and lead.

        Raises:
            BadInput: the title is empty.
        """
        words, first = one_line(title), one_line(lead)
        if not words:
            raise BadInput("draft.no_title")
        if (words, first) == (self.title, self.lead):
            return self
        return replace(self, title=words, lead=first, version=self.version + 1, hand_edited=True)

    def in_manner(self, manner: Manner) -> "Draft":
        """Say how it is read."""
        return self if manner == self.manner else replace(self, manner=manner, version=self.version + 1)

    def dated(self, day: date) -> "Draft":
        """Set the date that the opening names."""
        return self if day == self.day else replace(self, day=day, version=self.version + 1)

    def accepting(self, codes: Iterable[str]) -> "Draft":
        """Accept refusals, besides those that are accepted already."""
        accepted = tuple(sorted({*self.accepted, *codes}))
        return self if accepted == self.accepted else replace(self, accepted=accepted, version=self.version + 1)

    def after(self, version: int, made: int) -> "Draft":
        """Give it as it is laid on the desk where one of the same article lay before: counted on from that one's version and blocks."""
        blocks = tuple(replace(block, id=f"b{number}", version=version + 1) for number, block in enumerate(self.blocks, start=made + 1))
        return replace(self, version=version + 1, blocks=blocks, made=made + len(blocks))

    def taken_over(self, fresh: "Draft") -> "Draft":
        """Give what comes again of the same article in the place of this; none of its blocks is called as one that ever was."""
        version = self.version + 1
        blocks = tuple(replace(block, id=f"b{number}", version=version) for number, block in enumerate(fresh.blocks, start=self.made + 1))
        origin = replace(fresh.origin, source_id=fresh.origin.source_id or self.origin.source_id)
        return replace(
            fresh, version=version, origin=origin, blocks=blocks, made=self.made + len(blocks), manner=self.manner, day=self.day,
            accepted=tuple(sorted({*self.accepted, *fresh.accepted})),
        )  # fmt: skip

    def _with(self, block_id: str, change: Callable[[DraftBlock], DraftBlock]) -> "Draft":
        """Change a block; what changes nothing is no version of its own."""
        block = self.block(block_id)
        changed = change(block)
        return self if changed == block else self._put(block_id, replace(changed, version=self.version + 1))

    def _put(self, block_id: str, *made: DraftBlock) -> "Draft":
        blocks = tuple(one for block in self.blocks for one in (made if block.id == block_id else (block,)))
        return replace(self, blocks=blocks, version=self.version + 1, hand_edited=True)


def one_line(text: str) -> str:
    """Give what a person wrote as the text of a block: one form of letters, single spaces, nothing that cannot be seen."""
    return " ".join(tidy(text).split())


def _were(first: DraftBlock, second: DraftBlock) -> str:
    """Give what two blocks were that become one; halves of one block are that once."""
    if first.was and first.was == second.was:
        return first.was
    return f"{first.was or first.text} {second.was or second.text}"
