"""An article as plain values and back: what crosses from one process to another, and what is kept."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from audiopub.article.model import Article, Block, BlockKind


def to_record(article: Article) -> dict[str, Any]:
    """Give an article as values that JSON knows."""
    record = asdict(article)
    return record | {name: moment.isoformat() for name in ("published", "modified") if (moment := record[name])}


def from_record(record: dict[str, Any]) -> Article:
    """Give the article of a record.

    Raises:
        KeyError, TypeError, ValueError: it is no record of an article.

    >>> article = Article(title="Chợ phiên", blocks=(Block(kind=BlockKind.PARAGRAPH, text="Họp sớm.", rule="paragraph"),))
    >>> from_record(to_record(article)) == article
    True
    """
    known = {field.name for field in fields(Article)}
    values = {name: value for name, value in record.items() if name in known}
    values["blocks"] = tuple(Block(kind=BlockKind(block["kind"]), text=block["text"], rule=block["rule"]) for block in values["blocks"])
    for name in ("published", "modified"):
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    for name in ("tags", "warnings", "provenance"):
        values[name] = tuple(values.get(name, ()))
    return Article(**values)
