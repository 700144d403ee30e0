"""Names and words of other languages: left to the voice, or written in Vietnamese syllables, as the show wants it."""

import re
from functools import cache

from audiopub.vietnamese.letters import spelled
from audiopub.vietnamese.options import Foreign
from audiopub.vietnamese.rule import LETTERS, Said, Site, Start, by_context, guess, rule
from audiopub.vietnamese.syllables import is_syllable
from audiopub.vietnamese.tables import table

_WORD = r"(?<![\w'’])[^\W\d_]+(?:['’\-][^\W\d_]+){0,3}(?![\w])"
_SHORTEST = 2


@cache
def respelled() -> dict[str, str]:
    """Give the table of foreign names: as printed, in small letters, to Vietnamese syllables."""
    return {written.lower(): said.replace("-", " ") for written, said in table("foreign").items()}


@rule("foreign", Start.FOREIGN, _WORD)
def foreign_name(site: Site) -> str | Said | None:
    """Respell a foreign name or word; tried only where a show does not leave them to the voice."""
    word = site.match[0]
    if len(word) < _SHORTEST:
        return None
    known = respelled().get(word.lower())
    if known:
        return by_context(known, "table of foreign words")
    pieces = re.split(r"['’\-]", word)
    if all(map(is_syllable, pieces)):
        return None
    return guess(" ".join(map(spelled, pieces)) if site.options.foreign is Foreign.SPELLED else word.replace("-", " "))


_PHRASES = "|".join(re.escape(name) for name in sorted(table("foreign"), key=len, reverse=True) if " " in name)


@rule("foreign.phrase", Start.FOREIGN, rf"(?i:{_PHRASES})(?!\w)")
def foreign_phrase(site: Site) -> str | Said | None:
    """Respell names of several words: New York, San Francisco."""
    return by_context(respelled()[site.match[0].lower()], "table of foreign words")


_OTHER_SCRIPT = r"(?:(?=[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ua71f\ua800-\ufaff\U00010000-\U0003ffff])[^\W\d_])+"


@rule("foreign.script", Start.ANYWHERE, rf"{_OTHER_SCRIPT}(?: {_OTHER_SCRIPT})*", needs=("",))
def other_script(site: Site) -> Said:
    """Leave words of another script to the voice, flagged."""
    return guess(site.match[0])


@rule("foreign.hyphenated", Start.CAPITALS, r"(?<!\w)[A-ZĐ]-(?=[a-zà-ỹđ])", keys=LETTERS)
def hyphenated(site: Site) -> str:
    """Read the first letter of I-ran, which is a syllable and no numeral."""
    return site.match[0][0].lower()


RULES = (other_script, foreign_phrase, foreign_name)
