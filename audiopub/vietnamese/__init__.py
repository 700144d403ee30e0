"""Written Vietnamese to spoken Vietnamese: a pure library, usable alone.

>>> from audiopub.vietnamese import read
>>> read("Ngày 2/9, UBND TP Thái Nguyên...").spoken
'Ngày hai tháng chín, ủy ban nhân dân thành phố Thái Nguyên.'
"""

from audiopub.vietnamese.alignment import Aligned, aligned
from audiopub.vietnamese.clauses import clauses
from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.entries import AS_PRINTED, Entry, Lexicon, Scope, merged
from audiopub.vietnamese.letters import bare, plain, tidy
from audiopub.vietnamese.options import DEFAULT, Foreign, Legal, Options
from audiopub.vietnamese.reading import Reading, Rewrite, read, residue, spoken
from audiopub.vietnamese.sentences import sentences
from audiopub.vietnamese.slug import slug
from audiopub.vietnamese.syllables import is_syllable

__all__ = [
    "AS_PRINTED", "DEFAULT", "Aligned", "Confidence", "Entry", "Foreign", "Legal", "Lexicon", "Options", "Reading", "Rewrite", "Scope",
    "aligned", "bare", "clauses", "is_syllable", "merged", "plain", "read", "residue", "sentences", "slug", "spoken", "tidy",
]  # fmt: skip
