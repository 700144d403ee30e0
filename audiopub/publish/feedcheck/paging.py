"""Rules about pages of older episodes. Source: RFC 5005, section 3."""

from typing import Any

from audiopub.publish.feedcheck.item import pub_date
from audiopub.publish.feedcheck.model import Faults, Feed, Need, rules, text_of, where

_OK = 200


def _status(feed: Feed) -> Faults:
    for page in feed.pages or ():
        if page.answer.status != _OK:
            yield page.url, page.answer.failure or str(page.answer.status)


def _empty(feed: Feed) -> Faults:
    for page in feed.pages or ():
        if page.answer.status == _OK and not page.items and not page.again:
            yield page.url, ""


def _loop(feed: Feed) -> Faults:
    for page in feed.pages or ():
        if page.again:
            yield page.url, ""


def _repeated(feed: Feed) -> Faults:
    seen = {text_of(item, "guid").strip() for item in feed.items}
    for page in feed.pages or ():
        guids = {text_of(item, "guid").strip() for item in page.items} - {""}
        if guids & seen:
            yield page.url, str(len(guids & seen))
        seen |= guids


def _newest(items: tuple[Any, ...]) -> Any:
    return max((item for item in items if pub_date(item)), key=lambda item: pub_date(item) or 0, default=None)


def _oldest(items: tuple[Any, ...]) -> Any:
    return min((item for item in items if pub_date(item)), key=lambda item: pub_date(item) or 0, default=None)


def _order(feed: Feed) -> Faults:
    before, known = feed.items, {text_of(item, "guid").strip() for item in feed.items}
    for page in feed.pages or ():
        # What a page repeats is told of by another rule.
        fresh = tuple(item for item in page.items if text_of(item, "guid").strip() not in known)
        oldest, newest = _oldest(before), _newest(fresh)
        if oldest is not None and newest is not None and (pub_date(newest) or feed.now) > (pub_date(oldest) or feed.now):
            yield page.url, where(newest)
        known |= {text_of(item, "guid").strip() for item in fresh}
        before = fresh or before


RULES = rules(
    Need.PAGES,
    {"paging.status": _status, "paging.empty": _empty, "paging.loop": _loop, "paging.repeated": _repeated, "paging.order": _order},
)
