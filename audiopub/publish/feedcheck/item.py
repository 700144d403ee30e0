"""Rules about an episode: its title, its date, its numbers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from audiopub.publish.feedcheck.dates import fault_of, moment_of
from audiopub.publish.feedcheck.model import Faults, Feed, Need, each, is_absolute, is_plain, rules, shown, text_of, where
from audiopub.publish.feedcheck.words import ENTITY, MARKUP, MOST_TITLE, is_tidy
from audiopub.publish.namespaces import ITUNES

_NUMBERED = re.compile(r"(?:S\d{1,3} ?E\d{1,4}|(?:Ep(?:isode)?|Tập)\.? ?#?\d{1,4}|#\d{1,4})(?:\W|$)", re.IGNORECASE)
_DURATION = re.compile(r"\d+|\d+:[0-5]?\d(?::[0-5]?\d)?")
_EARLY = timedelta(minutes=5)
"""A clock that goes wrong by less is forgiven."""


def seconds_of(text: str) -> int | None:
    """Give a duration in seconds from ``SS``, ``M:SS`` or ``H:MM:SS``; None where it is none of them.

    >>> seconds_of("1:02:03"), seconds_of("62"), seconds_of("62.5")
    (3723, 62, None)
    """
    if not _DURATION.fullmatch(text) or len(text) > 12:  # noqa: PLR2004  no episode is longer
        return None
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total


def pub_date(item: Any) -> datetime | None:
    """Give when an episode was published; None where its date cannot be read."""
    return moment_of(text_of(item, "pubDate").strip())


def _title(item: Any) -> str | None:
    title = text_of(item, "title")
    return None if is_tidy(title) and len(title) <= MOST_TITLE else shown(title)


def _title_markup(item: Any) -> str | None:
    title = text_of(item, "title")
    return shown(title) if MARKUP.search(title) else None


def _title_escaped(item: Any) -> str | None:
    title = text_of(item, "title")
    return shown(title) if ENTITY.search(title) else None


def _title_number(item: Any) -> str | None:
    title = text_of(item, "title").strip()
    return shown(title) if _NUMBERED.match(title) else None


def _link(item: Any) -> str | None:
    link = text_of(item, "link").strip()
    return shown(link) if link and not (is_absolute(link) and is_plain(link)) else None


def _image(item: Any) -> str | None:
    image = item.find(f"{{{ITUNES}}}image")
    href = "" if image is None else (image.get("href") or "").strip()
    return None if image is None or (is_absolute(href) and is_plain(href)) else shown(href)


def _explicit(item: Any) -> str | None:
    said = text_of(item, "explicit", ITUNES).strip()
    return None if said in {"", "true", "false"} else shown(said)


def _episode_type(item: Any) -> str | None:
    said = text_of(item, "episodeType", ITUNES).strip().lower()
    return None if said in {"", "full", "trailer", "bonus"} else shown(said)


def _number(item: Any) -> str | None:
    for name in ("season", "episode"):
        said = text_of(item, name, ITUNES).strip()
        if said and not (re.fullmatch(r"[0-9]{1,9}", said) and int(said) > 0):
            return f"itunes:{name} {shown(said)}"
    return None


def _serial(feed: Feed) -> Faults:
    if text_of(feed.channel, "type", ITUNES).strip() != "serial":
        return
    for item in feed.items:
        full = text_of(item, "episodeType", ITUNES).strip().lower() in {"", "full"}
        if full and item.find(f"{{{ITUNES}}}episode") is None:
            yield where(item), ""


def _duration_missing(item: Any) -> str | None:
    return None if text_of(item, "duration", ITUNES).strip() else ""


def _duration(item: Any) -> str | None:
    text = text_of(item, "duration", ITUNES).strip()
    return shown(text) if text and not seconds_of(text) else None


def _summary(item: Any) -> str | None:
    return next((name for name in ("summary", "subtitle") if text_of(item, name, ITUNES).strip()), None)


def _date(fault: str) -> Any:
    """Make the rule for one mistake in a date."""

    def test(item: Any) -> str | None:
        text = text_of(item, "pubDate").strip()
        return shown(text) if fault_of(text) == fault else None

    return each(test)


def _future(feed: Feed) -> Faults:
    for item in feed.items:
        moment = pub_date(item)
        if moment is not None and moment.astimezone(UTC) > feed.now.astimezone(UTC) + _EARLY:
            yield where(item), text_of(item, "pubDate").strip()


def _order(feed: Feed) -> Faults:
    previous: datetime | None = None
    for item in feed.items:
        moment = pub_date(item)
        if moment is not None and previous is not None and moment > previous:
            yield where(item), text_of(item, "pubDate").strip()
        previous = moment or previous


RULES = rules(
    Need.FEED,
    {
        "item.title": each(_title),
        "item.title_markup": each(_title_markup),
        "item.title_escaped": each(_title_escaped),
        "item.title_number": each(_title_number),
        "item.link": each(_link),
        "item.image": each(_image),
        "item.explicit": each(_explicit),
        "item.episode_type": each(_episode_type),
        "item.number": each(_number),
        "item.serial": _serial,
        "item.duration_missing": each(_duration_missing),
        "item.duration": each(_duration),
        "item.summary": each(_summary),
        "item.date": _date("date"),
        "item.date_zone": _date("date_zone"),
        "item.date_zone_name": _date("date_zone_name"),
        "item.date_zone_colon": _date("date_zone_colon"),
        "item.date_zone_unknown": _date("date_zone_unknown"),
        "item.date_words": _date("date_words"),
        "item.date_day": _date("date_day"),
        "item.date_iso": _date("date_iso"),
        "item.date_weekday": _date("date_weekday"),
        "item.date_form": _date("date_form"),
        "item.future": _future,
        "item.order": _order,
    },
)
