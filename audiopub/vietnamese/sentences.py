"""Where a Vietnamese sentence ends, and where a long one may be cut."""

import re

from audiopub.vietnamese.letters import UPPER

_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"])(?:TP|Tp|TX|TT|Q|P|F|H|GS|PGS|TS|ThS|Ths|BS|KS|LS|KTS|CN|NSND|NSƯT|ĐT|QL|St|Mr|Mrs|Ms|Dr|No|Co|[A-ZĐ]|v\.v|T\.Ư|T|tr|Tr|Nxb)\.$"
)
_END = re.compile(r"(?:\.{3,}|…|[.!?])+[”\"’)\]»]*(?=\s|$)")
_CLAUSE = re.compile(r"(?<=[,;:.!?])\s+|\s+(?=(?:nhưng|và|do|vì|để|khi|nếu|trong khi|đồng thời|qua đó|từ đó|trong đó|với|của)\s)")
_STARTS_SENTENCE = re.compile(rf"\s*[-–—“\"'(\[«]*\s*[{UPPER}\d]")


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences, punctuation and closing quotes with the sentence they end.

    Joining them with single spaces gives the paragraph back.

    >>> sentences("TP. Thái Nguyên họp. Ở đây... có 1.500 người! Đó là “chất”.")
    ['TP. Thái Nguyên họp.', 'Ở đây... có 1.500 người!', 'Đó là “chất”.']
    """
    text = " ".join(paragraph.split())
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _ends_here(text, start, match):
            found.append(text[start : match.end()].strip())
            start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def clauses(sentence: str, longest: int) -> list[str]:
    """Cut a sentence into pieces no longer than an engine takes: at punctuation, at conjunctions, else between words.

    Args:
        sentence: its spoken form, so that no cut can fall inside a figure.
        longest: the most characters of a piece, at least 20; a single longer word is cut.

    >>> clauses("một hai ba, bốn năm sáu bảy tám", 20)
    ['một hai ba,', 'bốn năm sáu bảy tám']
    """
    if len(sentence) <= longest:
        return [sentence] if sentence else []
    pieces: list[str] = []
    for clause in _CLAUSE.split(sentence):
        for part in _words_within(clause, longest):
            if pieces and len(pieces[-1]) + 1 + len(part) <= longest:
                pieces[-1] += f" {part}"
            else:
                pieces.append(part)
    return pieces


def _words_within(clause: str, longest: int) -> list[str]:
    lines = [""]
    for word in clause.split():
        for piece in [word[i : i + longest] for i in range(0, len(word), longest)]:
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > longest:
                lines.append(piece)
            else:
                lines[-1] = f"{lines[-1]} {piece}".strip()
    return [line for line in lines if line]


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() :][:8]
    if not following.strip():
        return True
    if not _STARTS_SENTENCE.match(following):
        return False
    mark = match[0]
    if mark.startswith(".") and not mark.startswith(("...", "..")):
        prior = text[max(start, match.start() - 12) : match.start() + 1]
        if _ABBREVIATED.search(prior) or re.search(r"(?:^|\s)\d{1,2}\.$", prior):
            return False
    return not _inside_quote(text, start, match.end())


def _inside_quote(text: str, start: int, end: int) -> bool:
    """A sentence does not end inside curly quotes that close soon after."""
    piece = text[start:end]
    if piece.count("“") <= piece.count("”"):
        return False
    closing = text.find("”", end, end + 200)
    return closing != -1 and not re.match(r"[.!?…]*\s", text[closing + 1 : closing + 3] + " ")
