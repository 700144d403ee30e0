"""Vietnamese abbreviations, and acronyms of the world that are spelled or said as a word."""

import re
from collections.abc import Iterable
from functools import cache

from audiopub.vietnamese import cues
from audiopub.vietnamese.confidence import Confidence
from audiopub.vietnamese.letters import LOWER, UPPER, bare, plain, spelled
from audiopub.vietnamese.numbers import cardinal
from audiopub.vietnamese.rule import LETTERS, Said, Site, Start, by_context, fixed, guess, heads, rule
from audiopub.vietnamese.syllables import is_syllable
from audiopub.vietnamese.tables import rows, table

_AMBIGUOUS = cues.subjects()
_LONGEST_ACRONYM = 6
_JOINT = re.compile(r"[.&\-–,/]")
_WORD_AND_ACRONYM = frozenset({"AI"})
"""Syllables that in a headline may well be the acronym."""

_SPELLED = "*"
"""In the table of acronyms: said letter by letter."""


@cache
def known_words() -> dict[str, str]:
    """Give the table of abbreviations with one reading: written form to spoken form."""
    return table("abbreviations")


@cache
def acronyms() -> dict[str, str]:
    """Give the table of acronyms and names of the world: written form to spoken form."""
    return {row[0]: _by_letters(row[0]) if row[1] == _SPELLED else row[1] for row in rows("acronyms")}


def _by_letters(acronym: str) -> str:
    """Spell an acronym; the & of R&D is said."""
    return " và ".join(map(spelled, re.sub("[./]", "", acronym).split("&")))


and_so_on = fixed("word.and_so_on", Start.WORD, r"(?<!\w)v\.?\s?v(?:\.{1,3}|…)?(?!\w)", "vân vân", keys=("v", "vv"))
"""Read v.v. and "v.v..."."""


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _plain_head(word: str) -> bool:
    head = re.match(r"[^\W\d_]+", word)
    return bool(head) and head[0][1:].islower()  # type: ignore[index]


_SMALL = {word for name in ("abbreviations", "acronyms") for word in table(name) if word[0].islower() and _plain_head(word)}
_TITLED = {word for name in ("abbreviations", "acronyms") for word in table(name) if word[0].isupper() and _plain_head(word) and word[1:2].islower()}
_SPACED = {
    word
    for name in ("abbreviations", "acronyms")
    for word in table(name)
    if re.search(r"[ /,]|-[A-Z]|\d", word) and not _plain_head(word.replace("-", "")) and word[0].isupper()
}


@rule("abbreviation", Start.WORD, rf"(?<![\w./])(?P<word>{_either(_SMALL)})(?!\w)", keys=heads(_SMALL))
def small(site: Site) -> str | None:
    """Read "đ/c", "v/v", "tp. Huế" and other abbreviations in small letters."""
    return known_words().get(site["word"]) or acronyms().get(site["word"])


@rule("abbreviation", Start.WORD, rf"(?<![\w.])(?P<word>{_either(_TITLED)})(?!\w)", keys=heads(_TITLED))
def titled(site: Site) -> str | Said | None:
    """Read "Ths", "Nxb.", "Covid", "Interpol"."""
    word = site["word"]
    return known_words().get(word) or acronyms().get(word)


@rule("abbreviation.phrase", Start.CAPITALS, rf"(?<![\w.])(?P<word>{_either(_SPACED)})(?!\w)", keys=heads(_SPACED))
def phrase(site: Site) -> str | None:
    """Read abbreviations that are printed with a space inside."""
    return known_words().get(site["word"]) or acronyms().get(site["word"])


@rule("abbreviation", Start.CAPITALS, rf"(?<![\w.])[{UPPER}](?:\w|[.&\-–,/](?=[{UPPER}]))*?(?=\.?(?:\W|$))(?<!\W)(?![.&\-–/][{UPPER}])\.?(?!\w)")
def abbreviation(site: Site) -> str | Said | None:
    """Read what the tables know, whole (PGS.TS) or piece by piece (LĐ-TB&XH, UBND-HĐND)."""
    written = site.match[0]
    if len(written) > 26:  # noqa: PLR2004  longer than any abbreviation
        return None
    body = written.removesuffix(".")
    if body.isalpha() and is_syllable(body) and len(body) > 1 and in_headline(site):
        return None if body not in _WORD_AND_ACRONYM else guess(acronyms().get(body) or known_words().get(body) or spelled(body))
    for form in dict.fromkeys((written, body)):
        said = _looked_up(site, form)
        if said is not None:
            return _with_dot(site, said) if written != form else said
    pieces = _JOINT.split(body)
    if len(pieces) < 2:  # noqa: PLR2004
        return None
    said = _pieced(pieces, "&" in body)
    return None if said is None else _with_dot(site, said) if written != body else said


@rule("abbreviation.explained", Start.SIGN, rf"\((?P<word>[{UPPER}][\w&\-]{{1,11}})\)")
def explained(site: Site) -> Said | None:
    """Leave out the abbreviation in "Ủy ban nhân dân (UBND)", whose words were just said."""
    words = known_words().get(site["word"])
    if words and site.before(60).rstrip(' ”"').endswith(plain(words)):
        return by_context(" ", words)
    return None


def _looked_up(site: Site, form: str) -> str | Said | None:
    if form in known_words():
        return known_words()[form]
    if form in _AMBIGUOUS:
        verdict = cues.decide(form, site)
        if verdict.reading == _SPELLED:
            return Said(spelled(form), verdict.confidence, verdict.because)
        return None if verdict.reading == "-" else Said(verdict.reading, verdict.confidence, verdict.because)
    return acronyms().get(form)


def _pieced(pieces: list[str], joined: bool) -> Said | None:  # noqa: FBT001
    """Read a compound by its pieces; an ambiguous piece has the first reading of its table, as a guess."""
    words: list[str] = []
    certain = True
    for piece in pieces:
        known = known_words().get(piece) or acronyms().get(piece)
        if known is None and piece in _AMBIGUOUS:
            known = next(reading for reading in cues.readings(piece))
            known = spelled(piece) if known in {_SPELLED, "-"} else known
            certain = False
        if known is None:
            return None
        words.append(known)
    if joined and len(words) > 1:
        words.insert(-1, "và")
    return Said(" ".join(words), Confidence.CONTEXT if certain else Confidence.GUESS, "its pieces")


def _with_dot(site: Site, said: str | Said) -> Said:
    """Keep the dot of an abbreviation where it also ends the sentence."""
    following = site.printed_after(4).strip(" ”\"')")
    said = Said(said) if isinstance(said, str) else said
    return said if following else Said(said.words + ".", said.confidence, said.because)


def in_headline(site: Site) -> bool:
    """Tell whether a word in capitals stands among words in capitals, where capitals mean nothing."""
    prior, following = _CAPITALS_BEFORE.search(site.printed_before(24)), _CAPITALS_AFTER.match(site.printed_after(24))
    return any(found and _is_word(found[1]) for found in (prior, following))


_CAPITALS_BEFORE = re.compile(rf"(?<!\w)([{UPPER}]{{2,}})[\s,:“\"\-–]+$")
_CAPITALS_AFTER = re.compile(rf"[\s,:”\"\-–]+([{UPPER}]{{2,}})(?!\w)")


def _is_word(word: str) -> bool:
    return is_syllable(word) and (bare(word) != word or word not in known_words()) and word not in _AMBIGUOUS


@rule("letter.initials", Start.CAPITALS, r"(?<![\w.])[A-ZĐ](?:\.[A-ZĐ]){1,3}\.?(?![\w.])", keys=LETTERS)
def initials(site: Site) -> Said | None:
    """Read the initials of a suspect or a patient, N.V.A., letter by letter."""
    letters = site.match[0].replace(".", "")
    if site.match[0].rstrip(".") in known_words() or letters in acronyms():
        return None
    return _with_dot(site, by_context(spelled(letters), "initials")) if site.match[0].endswith(".") else by_context(spelled(letters), "initials")


@rule("acronym.spelled", Start.CAPITALS, rf"(?<!\w)[{UPPER}](?:[{UPPER}&]|\.(?=[{UPPER}](?![{LOWER}]))){{1,11}}(?![{LOWER}]|\w)")
def unknown_acronym(site: Site) -> str | Said | None:
    """Spell an abbreviation nobody knows, or say it as a word where it is a syllable; flagged either way."""
    letters = re.sub(r"[.&]", "", site.match[0])
    if in_headline(site) and len(letters) > 2 and re.search("[AEIOUY]", letters):  # noqa: PLR2004
        return guess(letters.lower())
    if len(letters) > 3 and is_syllable(letters):  # noqa: PLR2004
        return guess(letters.lower())
    if len(letters) > _LONGEST_ACRONYM:
        return guess(letters.lower())
    return guess(spelled(letters))


@rule("acronym.leftover", Start.CAPITALS, rf"[{UPPER}]{{2,}}(?![{LOWER}])")
def leftover(site: Site) -> Said:
    """Spell capitals that stand glued to something else, flagged."""
    return guess(spelled(site.match[0]) if len(site.match[0]) <= _LONGEST_ACRONYM else site.match[0].lower())


@rule("letter.alone", Start.CAPITALS, r"(?<![\w'’])[BCDĐFGHJKLMNPQRSTVWXZ](?![\w'’])\.?(?!\w)", keys=LETTERS)
def letter(site: Site) -> str | Said | None:
    """Read one letter by its name: "vitamin C", "anh H."; initials of foreign names are left to the voice."""
    dotted = site.match[0].endswith(".")
    following, prior = site.printed_after(24), site.printed_before(24)
    if dotted and _is_initial(prior, following):
        return by_context(spelled(site.match[0][0]), "initial of a name")
    ends = dotted and (not following.strip(" ”\"')") or re.match(rf"[”\"')]*\s+[{UPPER}“\"]", following)) and not _is_name(following)
    return spelled(site.match[0][0]) + ("." if ends else "")


@rule("letter.signed", Start.CAPITALS, rf"(?<![\w.'’])[A-ZĐ]\.(?=[{UPPER}][{LOWER}])", keys=LETTERS)
def signed(site: Site) -> Said:
    """Read the first letter of P.Anh, as writers sign."""
    return by_context(spelled(site.match[0][0]) + " ", "a name follows")


@rule("letter.vowel", Start.CAPITALS, rf"(?<![\w.'’])[AEIOUYÂÊÔ]\.(?=\s[{LOWER}])", keys="AEIOUYÂÊÔ")
def vowel(site: Site) -> Said:
    """Read "cháu A. khóc" without the pause of a full stop."""
    return by_context(site.match[0][0], "initial of a name")


@rule("letter.pair", Start.WORD, rf"(?<![\w.'’])(?:Ph|Th|Tr|Ng|Kh|Nh|Ch|Gi|Qu)\.(?=\s?[{LOWER},;(]|\s[{UPPER}])", keys="Ph Th Tr Ng Kh Nh Ch Gi Qu".split())
def pair_of_letters(site: Site) -> Said:
    """Read "anh Th. nói" without the pause of a full stop; how the letters are said is the voice's, and flagged."""
    ends = re.match(rf"\s[{UPPER}]", site.printed_after(3)) and is_syllable((re.findall(r"[^\W\d_]+", site.printed_after(12)) or [""])[0])
    return guess(site.match[0][:2] + ("." if ends else ""))


def _is_initial(prior: str, following: str) -> bool:
    return bool(re.match(r"\s?[A-Z]\.|\s?[A-Z][a-z]+", following)) and (_foreign_word(following) or _foreign_word(prior, last=True))


def _foreign_word(text: str, *, last: bool = False) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return bool(words) and not is_syllable(words[-1 if last else 0])


def _is_name(following: str) -> bool:
    """A letter with a dot inside "N.V.A." or before a name goes on."""
    return bool(re.match(r"[A-ZĐ]\.?(?!\w)", following)) and not following.startswith(" ")


@rule("letter.point", Start.WORD, r"(?<!\w)[b-df-hj-np-tv-xzđ](?!\w|['’.]\w)", keys="bcdfghjklmnpqrstvwxzđ")
def legal_point(site: Site) -> Said | None:
    """Read "điểm b khoản 2" by the letter's name."""
    cue = re.search(r"(?:điểm|các điểm|tiết|mục|ý|khổ|phương án|đáp án|câu|bảng|hàng|lô|khối|cột|nhóm)\s(?:[a-zđ](?:,| và|;)\s)*$", site.before(20))
    return by_context(spelled(site.match[0]), cue[0].split(" ")[0]) if cue else None


@rule("ordinal.english", Start.FIGURE, r"(?<!\w)(?P<figure>\d{1,2})(?:st|nd|rd|th)(?!\w)", keys="snrt")
def english_ordinal(site: Site) -> str:
    """Read 1st and 20th."""
    return f"thứ {cardinal(int(site['figure']))}"


RULES = (explained, and_so_on, english_ordinal, legal_point, abbreviation, small, titled)
LAST_RULES = (initials, unknown_acronym, pair_of_letters, signed, letter, vowel, leftover)
"""Rules for what no table knows; they come after the words in capitals."""
