"""How sure a reading is."""

from enum import StrEnum


class Confidence(StrEnum):
    """What a rewrite rests on, best first."""

    CERTAIN = "certain"
    """The written form can be read in this way only, or a person said so in a lexicon."""

    CONTEXT = "context"
    """It can be read in several ways; the words around it chose one."""

    GUESS = "guess"
    """Nothing decided: what is said is safe, and an editor should look at it."""
