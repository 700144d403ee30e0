"""Choices of a show that are matters of taste, not of right and wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Foreign(StrEnum):
    """What becomes of names and words of other languages."""

    VOICE = "voice"
    """Left as printed: the voice reads them as it can."""

    RESPELLED = "respelled"
    """Written in Vietnamese syllables where the table of foreign words knows them; others are left to the voice and flagged."""

    SPELLED = "spelled"
    """Respelled where the table knows them, else letter by letter."""


class Legal(StrEnum):
    """How the number of a legal document is said."""

    FULL = "full"
    """Every printed part: "mười lăm trên hai nghìn không trăm hai mươi trên nghị định chính phủ"."""

    SHORT = "short"
    """As newsreaders shorten it where the kind of document was just said: "mười lăm năm hai nghìn không trăm hai mươi của chính phủ"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a show wants some things read."""

    foreign: Foreign = Foreign.VOICE
    legal: Legal = Legal.FULL


DEFAULT = Options()
"""Nothing respelled, nothing left out."""
