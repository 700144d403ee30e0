"""Whether an article may become an episode: refusals and warnings, each with a code."""

import re
from dataclasses import replace

from audiopub.article.boilerplate import asks_for_payment
from audiopub.article.model import SPOKEN_KINDS, Article, BlockKind
from audiopub.errors import BadInput
from audiopub.vietnamese import is_syllable

FEWEST_WORDS = 60
"""An article shorter than this is a stub, a paywall or an error page. The shortest article of the
pages this was written against has 132 words."""

_LEAST_VIETNAMESE = 0.6
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf]|áº|á»|\ufffd")


def check(article: Article, name: str) -> Article:
    """Judge an article; give it back with its warnings.

    Args:
        article: as extracted.
        name: what to call the source in an error.

    Raises:
        BadInput: a stub, a paywall, another language, or damaged text: never to be published.
    """
    if not article.title.strip():
        raise BadInput("article.no_title", source=name)
    text = " ".join([article.lead or "", *(block.text for block in article.blocks if block.kind in SPOKEN_KINDS)])
    words = re.findall(r"[^\W\d_]+", text)
    if any(asks_for_payment(block.text) for block in article.blocks):
        raise BadInput("article.paywall", source=name)
    if len(words) < FEWEST_WORDS:
        raise BadInput("article.too_short", source=name, words=len(words), fewest=FEWEST_WORDS)
    if len(_MOJIBAKE.findall(text)) > len(words) // 50:
        raise BadInput("article.mojibake", source=name)
    if vietnamese_share(words) < _LEAST_VIETNAMESE:
        raise BadInput("article.not_vietnamese", source=name)
    return replace(article, warnings=(*article.warnings, *_warnings(article)))


def vietnamese_share(words: list[str]) -> float:
    """Give the share of words that are possible Vietnamese syllables, counting unmarked short ones for half.

    English words are often possible syllables ("man", "tin"), so at least some must carry a Vietnamese mark.

    >>> vietnamese_share("Chợ phiên họp sáng chủ nhật".split())
    1.0
    >>> vietnamese_share("The market opens on Sunday morning".split()) < 0.3
    True
    """
    if not words:
        return 0.0
    syllables = sum(is_syllable(word) for word in words)
    marked = sum(not word.isascii() for word in words)
    return syllables / len(words) if marked >= 0.3 * len(words) else 0.25 * syllables / len(words)


def _warnings(article: Article) -> list[str]:
    found = []
    if article.published is None:
        found.append("article_warning.no_date")
    if not any(block.kind is BlockKind.HEADING for block in article.blocks):
        found.append("article_warning.no_headings")
    if any(block.kind is BlockKind.TABLE for block in article.blocks):
        found.append("article_warning.table_not_read")
    return found
