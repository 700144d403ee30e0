"""What search engines read of a page: schema.org's PodcastSeries and PodcastEpisode as JSON-LD."""

import json

from audiopub.publish.model import Channel, Episode
from audiopub.publish.text import one_line

_CONTEXT = "https://schema.org"


def series_data(channel: Channel) -> dict[str, object]:
    """Describe a show. Source: https://schema.org/PodcastSeries."""
    return {
        "@context": _CONTEXT, "@type": "PodcastSeries", "name": one_line(channel.title), "description": channel.description, "url": channel.address("index.html"),
        "webFeed": channel.feed_url, "inLanguage": channel.language, "image": channel.address("cover.jpg"),
        "publisher": {"@type": "NewsMediaOrganization", "name": one_line(channel.author), **({"url": channel.website} if channel.website else {})},
    }  # fmt: skip


def episode_data(channel: Channel, episode: Episode) -> dict[str, object]:
    """Describe an episode. Source: https://schema.org/PodcastEpisode."""
    described: dict[str, object] = {
        "@context": _CONTEXT, "@type": "PodcastEpisode", "name": one_line(episode.title), "description": episode.description,
        "url": channel.address_of(episode, episode.file(".html")), "datePublished": episode.published.isoformat(), "dateModified": episode.updated.isoformat(),
        "inLanguage": channel.language, "timeRequired": f"PT{max(1, round(episode.duration / 1000))}S", "image": channel.address_of(episode, episode.file(".png")),
        "associatedMedia": {
            "@type": "AudioObject", "contentUrl": channel.address_of(episode, episode.audio), "encodingFormat": "audio/mpeg", "contentSize": str(episode.audio_bytes),
            "duration": f"PT{max(1, round(episode.duration / 1000))}S", "transcript": channel.address_of(episode, episode.file(".vtt")),
        },
        "partOfSeries": {"@type": "PodcastSeries", "name": one_line(channel.title), "url": channel.address("index.html"), "webFeed": channel.feed_url},
    }  # fmt: skip
    if episode.author:
        described["author"] = {"@type": "Person", "name": one_line(episode.author)}
    if episode.article_url:
        described["isBasedOn"] = episode.article_url
    if episode.number:
        described["episodeNumber"] = episode.number
    return described


def script_safe(data: dict[str, object]) -> str:
    r"""Write data so that nothing in it can end the script element it stands in.

    >>> script_safe({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
