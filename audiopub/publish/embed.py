"""The player on other people's pages: a page for an iframe, its oEmbed answer, the code that an editor copies."""

import html
import json

from audiopub.publish.model import Channel, Episode
from audiopub.publish.templating import render_page
from audiopub.publish.text import one_line

WIDTH, HEIGHT = 640, 180
"""Pixels of the iframe; it fits any narrower width as well."""


def embed_page(channel: Channel, episode: Episode) -> str:
    """Write the page that stands in an iframe: the player, and where the rest is."""
    return render_page("embed.html", channel, episode=episode, title=one_line(episode.title))


def embed_code(channel: Channel, episode: Episode) -> str:
    """Give the HTML that shows the player in another page."""
    address = html.escape(channel.address_of(episode, episode.file(".embed.html")))
    return f'<iframe src="{address}" title="{html.escape(one_line(episode.title))}" width="{WIDTH}" height="{HEIGHT}" loading="lazy" allow="autoplay"></iframe>'


def oembed(channel: Channel, episode: Episode) -> str:
    """Write the oEmbed answer. Source: https://oembed.com/ (2.3.4.4, rich)."""
    answer = {
        "version": "1.0", "type": "rich", "title": one_line(episode.title), "author_name": one_line(channel.author), "provider_name": one_line(channel.title),
        "provider_url": channel.address("index.html"), "width": WIDTH, "height": HEIGHT, "html": embed_code(channel, episode), "cache_age": 300,
        "thumbnail_url": channel.address_of(episode, episode.file(".png")), "thumbnail_width": 1200, "thumbnail_height": 630,
    }  # fmt: skip
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
