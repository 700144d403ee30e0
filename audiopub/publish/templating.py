"""The templates of pages, and what all of them can show."""

from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from audiopub.messages import Language, message
from audiopub.publish.model import Channel
from audiopub.publish.served import POLICY
from audiopub.publish.text import clock, one_line


def render_page(name: str, channel: Channel, language: Language = "vi", **values: object) -> str:
    """Fill one of the templates."""
    return _environment().get_template(name).render(
        channel=channel, language=language, clock=clock, one_line=one_line, seconds=_seconds, policy=POLICY, apps=_apps(channel),
        say=lambda key: message(f"page.{key}", language), **values,
    )  # fmt: skip


def _apps(channel: Channel) -> list[tuple[str, Markup]]:
    """Give the buttons that subscribe: directories the newspaper names, then apps that take any feed. Nothing is asked of them before a click."""
    plain = channel.feed_url.split("://", 1)[-1]
    whole = quote(channel.feed_url, safe="")
    found = [
        *channel.more.listen_on,
        ("Apple Podcasts", f"podcast://{plain}"),
        ("AntennaPod", f"https://antennapod.org/deeplink/subscribe/?url={whole}"),
        ("Pocket Casts", f"pktc://subscribe/{plain}"),
        ("Overcast", f"overcast://x-callback-url/add?url={whole}"),
    ]
    known: dict[str, str] = {}
    for app, address in found:
        known.setdefault(app, address)
    return [(app, Markup.escape(address)) for app, address in known.items()]


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("audiopub.publish"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
