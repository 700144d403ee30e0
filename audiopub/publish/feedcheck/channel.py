"""Rules about the channel: what a directory lists a show by."""

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

from audiopub.publish.feedcheck.categories import CATEGORIES
from audiopub.publish.feedcheck.dates import fault_of
from audiopub.publish.feedcheck.model import Faults, Feed, Need, is_absolute, is_plain, links, of_channel, rules, shown, text_of
from audiopub.publish.feedcheck.words import MARKUP, MOST_BYTES, MOST_TITLE, is_tidy
from audiopub.publish.namespaces import ITUNES, PODCAST

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MEDIA = frozenset({"podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course", "mixed"})
"""Source: podcast-namespace, medium; each also with an L at its end, for lists."""

_LONGEST_FREQUENCY = 128


def _title(channel: Any) -> str | None:
    title = text_of(channel, "title")
    return None if is_tidy(title) and len(title) <= MOST_TITLE else shown(title)


def _title_markup(channel: Any) -> str | None:
    title = text_of(channel, "title")
    return shown(title) if MARKUP.search(title) else None


def _link(channel: Any) -> str | None:
    link = text_of(channel, "link").strip()
    return None if is_absolute(link) and is_plain(link) else shown(link)


def _link_self(channel: Any) -> str | None:
    link = text_of(channel, "link").strip()
    return link if link in links(channel, "self") else None


def _self(channel: Any) -> str | None:
    count = len(list(links(channel, "self")))
    return None if count == 1 else str(count)


def _description(channel: Any) -> str | None:
    return None if text_of(channel, "description").strip() else ""


def _description_long(channel: Any) -> str | None:
    size = len(text_of(channel, "description").encode("utf-8", "surrogatepass"))
    return str(size) if size > MOST_BYTES else None


def _language(channel: Any) -> str | None:
    language = text_of(channel, "language").strip()
    return None if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", language) else shown(language)


def _author(channel: Any) -> str | None:
    return None if text_of(channel, "author", ITUNES).strip() else ""


def _category(channel: Any) -> str | None:
    return None if channel.find(f"{{{ITUNES}}}category") is not None else ""


def _category_unknown(feed: Feed) -> Faults:
    for category in feed.channel.findall(f"{{{ITUNES}}}category"):
        name = category.get("text") or ""
        if name not in CATEGORIES:
            yield "channel", shown(name)
            continue
        below = [child.get("text") or "" for child in category.findall(f"{{{ITUNES}}}category")]
        yield from (("channel", f"{name} > {shown(child)}") for child in below if child not in CATEGORIES[name])


def _explicit(channel: Any) -> str | None:
    said = text_of(channel, "explicit", ITUNES).strip()
    return None if said in {"true", "false"} else shown(said)


def cover_of(channel: Any) -> str:
    """Give the cover's address, empty where there is none."""
    image = channel.find(f"{{{ITUNES}}}image")
    return "" if image is None else (image.get("href") or "").strip()


def _image(channel: Any) -> str | None:
    return None if cover_of(channel) else ""


def _image_address(channel: Any) -> str | None:
    href = cover_of(channel)
    return shown(href) if href and not (is_absolute(href) and is_plain(href)) else None


def _image_ending(channel: Any) -> str | None:
    href = cover_of(channel)
    return shown(href) if is_absolute(href) and not urlsplit(href).path.lower().endswith((".jpg", ".jpeg", ".png")) else None


def _owner(channel: Any) -> str | None:
    owner = channel.find(f"{{{ITUNES}}}owner")
    email = "" if owner is None else text_of(owner, "email", ITUNES).strip()
    return None if _ADDRESS.fullmatch(email) else shown(email)


def _type(channel: Any) -> str | None:
    said = text_of(channel, "type", ITUNES).strip()
    return None if said in {"", "episodic", "serial"} else shown(said)


def _guid(channel: Any) -> str | None:
    return None if text_of(channel, "guid", PODCAST).strip() else ""


def _guid_form(channel: Any) -> str | None:
    text = text_of(channel, "guid", PODCAST).strip()
    try:
        good = not text or uuid.UUID(text).version == 5  # noqa: PLR2004
    except ValueError:
        good = False
    return None if good else shown(text)


def _locked(channel: Any) -> str | None:
    said = text_of(channel, "locked", PODCAST).strip()
    return None if said in {"yes", "no"} else shown(said)


def _medium(channel: Any) -> str | None:
    said = text_of(channel, "medium", PODCAST).strip()
    return None if not said or said.removesuffix("L") in _MEDIA else shown(said)


def _frequency(channel: Any) -> str | None:
    said = text_of(channel, "updateFrequency", PODCAST)
    return str(len(said)) if len(said) > _LONGEST_FREQUENCY else None


def _ai_content(channel: Any) -> str | None:
    purposes = {txt.get("purpose") for txt in channel.findall(f"{{{PODCAST}}}txt")}
    return None if "ai-content" in purposes else ""


def _dates(feed: Feed) -> Faults:
    for name in ("lastBuildDate", "pubDate"):
        text = text_of(feed.channel, name).strip()
        if text and fault_of(text) is not None:
            yield name, shown(text)


def _empty(channel: Any) -> str | None:
    return None if channel.find("item") is not None else ""


def _new_feed_url(channel: Any) -> str | None:
    moved = text_of(channel, "new-feed-url", ITUNES).strip()
    return moved if moved and moved not in links(channel, "self") else None


def _nothing_open(channel: Any) -> str | None:
    said = text_of(channel, "complete", ITUNES).strip().lower()
    return "" if said == "yes" else None


RULES = rules(
    Need.FEED,
    {
        "channel.title": of_channel(_title),
        "channel.title_markup": of_channel(_title_markup),
        "channel.link": of_channel(_link),
        "channel.link_self": of_channel(_link_self),
        "channel.self": of_channel(_self),
        "channel.description": of_channel(_description),
        "channel.description_long": of_channel(_description_long),
        "channel.language": of_channel(_language),
        "channel.author": of_channel(_author),
        "channel.category": of_channel(_category),
        "channel.category_unknown": _category_unknown,
        "channel.explicit": of_channel(_explicit),
        "channel.image": of_channel(_image),
        "channel.image_address": of_channel(_image_address),
        "channel.image_ending": of_channel(_image_ending),
        "channel.owner": of_channel(_owner),
        "channel.type": of_channel(_type),
        "channel.complete": of_channel(_nothing_open),
        "channel.guid": of_channel(_guid),
        "channel.guid_form": of_channel(_guid_form),
        "channel.locked": of_channel(_locked),
        "channel.medium": of_channel(_medium),
        "channel.update_frequency": of_channel(_frequency),
        "channel.ai_content": of_channel(_ai_content),
        "channel.dates": _dates,
        "channel.empty": of_channel(_empty),
        "channel.new_feed_url": of_channel(_new_feed_url),
    },
)
