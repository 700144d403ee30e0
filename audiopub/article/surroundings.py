"""What a rule that types a run may know besides the run itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiopub.article.boxes import Boxes
from audiopub.article.layout import Box, Run
from audiopub.article.model import Block, BlockKind
from audiopub.article.site_fields import SiteFields


@dataclass(frozen=True, slots=True)
class Typed:
    """A run and the block it became."""

    run: Run
    block: Block


@dataclass(frozen=True, slots=True)
class Container:
    """The part of the page that holds the article, and what is true of the whole of it."""

    box: Box
    runs: tuple[Run, ...]
    boxes: Boxes
    typical: float
    """Median length of its longer runs."""

    signature: tuple[str, str] | None
    """Element and class that most of its long runs share; None where none does."""

    title: str
    description: str | None
    fields: SiteFields | None
    """What the site's rule found; None where there is none."""

    has_lead: bool
    """Whether the lead was found outside of it, confirmed by the page itself."""

    is_interview: bool
    """Whether questions in it are those of an interview, not headings."""

    captions_look_plain: bool
    """Whether the captions of its pictures look like paragraphs, as far as all of them tell."""

    is_photo_story: bool
    """Whether practically every text in it follows a picture."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One run among the others of the article's container."""

    run: Run
    previous: Run | None
    """The text before it; furniture, captions and times are passed over."""

    following: Run | None
    """The text after it; furniture, captions and times are passed over."""

    left: int
    """How many runs of text follow."""

    container: Container
    before: Sequence[Typed]
    """What stands before it, typed already."""

    def near_boxes(self, most: int = 4) -> list[Box]:
        """Give the boxes around the run, innermost first, the container left out."""
        chain: list[Box] = []
        for box in self.run.box.chain():
            if box is self.container.box or len(chain) == most:
                break
            chain.append(box)
        return chain

    def labels(self, most: int = 4) -> str:
        """Give what the elements near around the run call themselves."""
        return " ".join([self.run.label, *(box.label for box in self.near_boxes(most))]).strip()

    def has(self, *kinds: BlockKind) -> bool:
        """Tell whether a block of one of the kinds stands before."""
        return any(typed.block.kind in kinds for typed in self.before)
