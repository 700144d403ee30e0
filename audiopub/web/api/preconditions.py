"""``ETag`` and ``If-Match``: nobody changes what somebody else changed since it was read."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from audiopub.desk.model import View
from audiopub.errors import Outdated
from audiopub.messages import Language
from audiopub.web.api import plain, shapes
from audiopub.web.problems import Refused

_TAG = re.compile(r'"(\d{1,9})-(\d{1,9})-(\d{1,9})"')
ANY = "*"
"""Whatever version there is."""

ETAG = {"ETag": {"description": "Version of the draft and revision of the episode, to be sent back as `If-Match`.", "schema": {"type": "string"}}}
_Sent = Annotated[str, Header(alias="If-Match", max_length=100, description='The ETag of the article as you saw it, such as `"3-1-1"`, or `*`.')]


def etag_of(view: View) -> str:
    """Give the version of an article: of its draft, of what listeners have, and how often something was done to that."""
    acts = len(view.episode.history) if view.episode else 0
    return f'"{view.draft.version if view.draft else 0}-{view.item.revision}-{acts}"'


def _must_match(if_match: _Sent = "") -> int | None:
    """Give the version of the draft that a change was made for; None for any."""
    if not if_match:
        raise Refused(428, "api.if_match_required")
    return _parsed(if_match)


def _may_match(if_match: _Sent = "") -> str:
    if if_match:
        _parsed(if_match)
    return if_match or ANY


Version = Annotated[int | None, Depends(_must_match)]
"""Of a route that changes a draft: the version that was seen; demanded."""

Sent = Annotated[str, Depends(_may_match)]
"""Of a route that changes what listeners have: the ETag that was seen, where one was sent."""


def _parsed(if_match: str) -> int | None:
    if if_match == ANY:
        return None
    match = _TAG.fullmatch(if_match)
    if match is None:
        raise Refused(422, "api.bad_if_match", value=if_match)
    return int(match[1])


def unchanged(view: View, sent: str) -> View:
    """See that an article is as it was seen.

    Raises:
        Outdated: it is not.
    """
    if sent not in {ANY, etag_of(view)}:
        raise Outdated("api.precondition", etag=etag_of(view), sent=sent)
    return view


def draft_version(view: View, sent: str) -> int | None:
    """Give the version of a draft that a change is made for; None for any.

    Raises:
        Outdated: the article is not as it was seen.
    """
    return None if sent == ANY else _parsed(etag_of(unchanged(view, sent)))


def seen_of(view: View, sent: str) -> str:
    """Give the stamp of the episode that is to be changed, as it was seen; empty for any.

    Raises:
        Outdated: the article is not as it was seen.
    """
    episode = None if sent == ANY else unchanged(view, sent).episode
    return episode.stamp if episode else ""


def shown(response: Response, view: View, language: Language) -> shapes.ArticleOut:
    """Show an article with its version."""
    response.headers["ETag"] = etag_of(view)
    return plain.article(view, language)
