"""Which strings of letters are possible Vietnamese syllables.

Used to tell a word printed in capitals (KHÔNG) from an abbreviation (KHCN). The table is the set of
onsets and rimes of standard spelling; it knows nothing of which syllables are in use.
"""

from functools import lru_cache

from audiopub.vietnamese.letters import without_tone

ONSETS = ("ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr",
          "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "")  # fmt: skip
"""Every way a syllable may begin, longest first."""

RIMES = frozenset(
    """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong ooc
oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi
uôm uôn uông uôt up ut uy uya uych uyên uyêt uyn uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt
ươu ưt ưu y yêm yên yêng yêt yêu
""".split()
)
"""Every way a syllable may go on after its onset, tone mark off."""


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Tell whether a word could be one Vietnamese syllable, in any case and with any tone.

    >>> is_syllable("NGUYÊN"), is_syllable("khoẻ"), is_syllable("UBND")
    (True, True, False)
    """
    plain = without_tone(word.lower())
    if plain in {"gi", "qua"}:
        return True
    return any(plain.startswith(onset) and plain[len(onset) :] in RIMES for onset in ONSETS)
