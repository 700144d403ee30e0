"""Whether an article may become an episode: every doubt has a code; some refuse, the others warn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from audiopub.article.boilerplate import asks_for_payment, is_leftover
from audiopub.article.legacy_fonts import legacy_encoding
from audiopub.article.model import SPOKEN_KINDS, Article, BlockKind
from audiopub.errors import BadInput
from audiopub.vietnamese import is_syllable

FEWEST_WORDS = 60
"""An article shorter than this is a stub, a paywall or an error page. The shortest article of the
pages this was written against has 132 words."""

_LEAST_VIETNAMESE = 0.6
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf]|áº|á»|\ufffd|Ä‘|Æ°|[a-z]\\?[a-z]")
_LEAST_AGREEMENT = 0.5
_FEWEST_TIMESTAMPS = 3
_FEWEST_PICTURES = 3
_CUT = re.compile(r"(?:\.\.\.|…|\[\.\.\.\]|\[…\])\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One doubt about an article."""

    code: str
    """``article.…`` refuses, ``article_warning.…`` warns; both are keys of the message catalogs."""

    details: dict[str, Any] = field(default_factory=dict)

    @property
    def refuses(self) -> bool:
        """Tell whether the article may not be published for it."""
        return self.code.startswith("article.")


def check(article: Article, name: str, accept: frozenset[str] = frozenset()) -> Article:
    """Judge an article; give it back with its warnings.

    Args:
        article: as extracted.
        name: what to call the source in an error.
        accept: codes of refusals that a person has looked at and accepts; they become warnings.

    Raises:
        BadInput: a stub, a paywall, another language, or damaged text: never to be published.
    """
    warnings = list(article.warnings)
    for finding in findings(article):
        if finding.refuses and finding.code not in accept:
            raise BadInput(finding.code, source=name, **finding.details)
        warnings.append(finding.code)
    return replace(article, warnings=tuple(dict.fromkeys(warnings)))


def findings(article: Article) -> Iterator[Finding]:
    """Give every doubt about an article, the gravest first."""
    text = " ".join([article.lead or "", *(block.text for block in article.blocks if block.kind in SPOKEN_KINDS)])
    words = re.findall(r"[^\W\d_]+", text)
    if not article.title.strip():
        yield Finding(code="article.no_title")
    if any(asks_for_payment(block.text) for block in article.blocks):
        yield Finding(code="article.paywall")
    if len(words) < FEWEST_WORDS:
        photos = len(article.captions) >= _FEWEST_PICTURES
        yield (
            Finding(code="article.photo_story", details={"pictures": len(article.captions)})
            if photos
            else Finding(code="article.too_short", details={"words": len(words), "fewest": FEWEST_WORDS})
        )
    if len(_MOJIBAKE.findall(text)) > len(words) // 50 or legacy_encoding(text):
        yield Finding(code="article.mojibake")
    elif vietnamese_share(words) < _LEAST_VIETNAMESE:
        yield Finding(code="article.not_vietnamese")
    if article.next_page:
        yield Finding(code="article.incomplete", details={"page": article.next_page})
    yield from _warnings(article)


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


def _warnings(article: Article) -> Iterator[Finding]:
    kinds = [block.kind for block in article.blocks]
    spoken = [block for block in article.blocks if block.kind in SPOKEN_KINDS]
    doubts = {
        "article_warning.no_date": article.published is None,
        "article_warning.no_headings": BlockKind.HEADING not in kinds,
        "article_warning.table_not_read": BlockKind.TABLE in kinds,
        "article_warning.live_blog": kinds.count(BlockKind.TIMESTAMP) >= _FEWEST_TIMESTAMPS,
        "article_warning.many_pictures": len(article.captions) > len(spoken) and len(article.captions) >= _FEWEST_PICTURES,
        "article_warning.heading_without_text": any(block.rule == "heading.without_text" for block in article.blocks),
        "article_warning.leftover_furniture": any(is_leftover(block.text) for block in spoken),
        "article_warning.cut_off": bool(spoken) and bool(_CUT.search(spoken[-1].text)),
        "article_warning.finders_disagree": _agreement(article) < _LEAST_AGREEMENT,
    }
    for name, is_so in doubts.items():
        if is_so:
            yield Finding(code=name)


def _agreement(article: Article) -> float:
    """Give how far the finders of the text agreed, as the article's provenance says; 1 for plain text."""
    return next((float(step.removeprefix("finders:")) for step in article.provenance if step.startswith("finders:")), 1.0)
