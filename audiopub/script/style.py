"""How a show speaks: its furniture, its pauses, its newsroom's own readings."""

from dataclasses import dataclass, field

from audiopub.units import Milliseconds
from audiopub.vietnamese import DEFAULT, Lexicon, Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Silence after each kind of segment, in milliseconds. Modest: many listeners play at double speed."""

    before: Milliseconds = Milliseconds(150)
    """Before the first word, so that no player swallows it."""

    opening: Milliseconds = Milliseconds(500)
    title: Milliseconds = Milliseconds(800)
    lead: Milliseconds = Milliseconds(700)
    heading: Milliseconds = Milliseconds(650)
    sentence: Milliseconds = Milliseconds(350)
    paragraph: Milliseconds = Milliseconds(550)
    quote: Milliseconds = Milliseconds(550)
    """After a paragraph that is quoted."""

    question: Milliseconds = Milliseconds(550)
    """After an interviewer's question."""

    list_item: Milliseconds = Milliseconds(400)
    section: Milliseconds = Milliseconds(1100)
    """After the last segment before a heading, in place of its own pause."""

    end: Milliseconds = Milliseconds(600)
    """After the last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a show adds around an article and how it reads it.

    The templates know ``{show}``, ``{date}`` and ``{author}``; a template whose placeholder is not known
    for an article is left out.
    """

    show: str
    opening: str = "{show}, ngày {date}."
    closing: str = "Tác giả: {author}."
    disclosure: str = "Bài báo vừa rồi do giọng đọc tổng hợp thể hiện."
    """Said last. Listeners have a right to know that no person read it; empty to leave it out."""

    table_notice: str = "Bảng số liệu{caption}, mời xem trên báo điện tử."
    pauses: Pauses = field(default_factory=Pauses)
    lexicon: Lexicon = field(default_factory=Lexicon)
    """The newsroom's own readings, before every rule."""

    reading: Options = DEFAULT
    """How foreign names and the numbers of documents are said."""
