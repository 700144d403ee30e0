"""Words printed in capitals: headlines, stress, names."""

import re

from audiopub.vietnamese.abbreviations import LAST_RULES, in_headline
from audiopub.vietnamese.letters import UPPER, bare
from audiopub.vietnamese.rule import Said, Site, Start, by_context, guess, rule
from audiopub.vietnamese.syllables import is_syllable

_CAPITALS = re.compile(rf"[{UPPER}]+")


@rule("capitals.run", Start.CAPITALS, rf"(?<![\w.])[{UPPER}]+(?:[ ,]{{1,2}}[{UPPER}]+){{1,60}}(?!\w)")
def capitals_run(site: Site) -> str | None:
    """Put words printed in capitals into small letters, unless one of them is an abbreviation."""
    words = _CAPITALS.findall(site.match[0])
    if not all(is_syllable(word) for word in words) or sum(len(word) for word in words) < 2 * len(words):
        return None
    return site.match[0].lower()


@rule("capitals.word", Start.CAPITALS, rf"(?<![\w])[{UPPER}]{{2,}}(?![\w])")
def capitals_word(site: Site) -> str | Said | None:
    """Put a single word in capitals into small letters where it carries a Vietnamese mark or stands in a headline."""
    word = site.match[0]
    if is_syllable(word) and bare(word) != word:
        return word.lower()
    if is_syllable(word) and in_headline(site):
        return by_context(word.lower(), "a headline")
    return None


@rule("capitals.foreign", Start.CAPITALS, rf"(?<![\w])[{UPPER}]{{4,}}(?![\w])")
def capitals_foreign(site: Site) -> Said | None:
    """Put a long word in capitals that no syllable is but can be said, SAMSUNG, into small letters, flagged."""
    word = site.match[0]
    pronounceable = re.fullmatch(r"(?:[BCDFGHJKLMNPQRSTVWXZ]{0,2}[AEIOUY]{1,2}){1,5}[BCDFGHJKLMNPQRSTVWXZ]{0,2}", word)
    return guess(word.lower()) if pronounceable and len(word) > 4 else None  # noqa: PLR2004


RULES = (capitals_run, capitals_word, capitals_foreign, *LAST_RULES)
