"""Written Vietnamese to spoken Vietnamese: a pure library, usable alone.

>>> from audiopub.vietnamese import read
>>> read("Ngày 2/9, UBND TP Thái Nguyên...").spoken
'Ngày hai tháng chín, ủy ban nhân dân thành phố Thái Nguyên.'
"""

from audiopub.vietnamese.letters import bare, tidy
from audiopub.vietnamese.reading import Reading, Rewrite, read, residue, spoken
from audiopub.vietnamese.sentences import clauses, sentences
from audiopub.vietnamese.slug import slug
from audiopub.vietnamese.syllables import is_syllable

__all__ = ["Reading", "Rewrite", "bare", "clauses", "is_syllable", "read", "residue", "sentences", "slug", "spoken", "tidy"]
