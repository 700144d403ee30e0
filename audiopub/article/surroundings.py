"""What a rule that types a run may know besides the run itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiopub.article.boxes import Boxes
from audiopub.article.layout import Box, Run
from audiopub.article.model import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One run among the others of the article's container."""

    run: Run
    previous: Run | None
    following: Run | None
    place: int
    """How many runs of the container stand before it."""

    left: int
    """How many runs of the container follow."""

    typical: float
    """Median length of the container's longer runs."""

    container: Box
    boxes: Boxes
    title: str
    description: str | None
    blocks: Sequence[Block]
    """What stands before it, typed already."""

    def near_boxes(self, most: int = 4) -> list[Box]:
        """Give the boxes around the run, innermost first, the container left out."""
        chain: list[Box] = []
        for box in self.run.box.chain():
            if box is self.container or len(chain) == most:
                break
            chain.append(box)
        return chain

    def has(self, *kinds: BlockKind) -> bool:
        """Tell whether a block of one of the kinds stands before."""
        return any(block.kind in kinds for block in self.blocks)
