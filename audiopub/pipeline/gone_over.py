"""Pages that a person went over at the editors' desk: what stands beside their text, and lasts as long as the episode."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from audiopub.article import text_prints, to_record
from audiopub.editing import Draft, Manner, OriginKind, article_of
from audiopub.errors import ConfigInvalid
from audiopub.source import Page, PageForm

_KEY = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneOver:
    """What a page of the desk says beside its text."""

    prints: tuple[str, ...] = ()
    """Of the newspaper's own words, by which the article is known again; empty where they are the page's."""

    edits: int = 0
    """How many of the episode's edits are in the text already."""

    manner: Manner = field(default_factory=Manner)
    hand_edited: bool = False


def page_of(draft: Draft) -> Page:
    """Give a draft as the page that its episode is made of."""
    beside = GoneOver(prints=draft.prints or text_prints(draft.found), edits=draft.edits, manner=draft.manner, hand_edited=draft.hand_edited)
    record = to_record(article_of(draft)) | {_KEY: asdict(beside)}
    address = draft.origin.name if draft.origin.kind is OriginKind.ADDRESS else draft.found.canonical_url
    return Page(
        body=json.dumps(record, ensure_ascii=False, sort_keys=True).encode(), name=draft.origin.name, identity=draft.origin.identity, form=PageForm.ARTICLE, url=address
    )


def gone_over(page: Page) -> GoneOver:
    """Give what a page of the desk says beside its text; of the newspaper's own page nothing.

    Raises:
        ConfigInvalid: its record is damaged.
    """
    if page.form is not PageForm.ARTICLE:
        return GoneOver()
    try:
        said: Mapping[str, Any] = json.loads(page.body).get(_KEY, {"hand_edited": True})
        return GoneOver(**{**said, "prints": tuple(said.get("prints", ())), "manner": Manner(**said.get("manner", {}))})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=page.name, reason=str(error)) from error
