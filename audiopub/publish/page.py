"""Pages people read beside the feed: one an episode, one a show. Plain files that work without JavaScript."""

from collections.abc import Iterable, Mapping
from importlib.resources import files

from markupsafe import Markup

from audiopub.messages import Language, message
from audiopub.publish.embed import embed_code
from audiopub.publish.lines import Line, paragraphs
from audiopub.publish.linked_data import episode_data, script_safe, series_data
from audiopub.publish.model import Channel, Episode
from audiopub.publish.notes import corrections
from audiopub.publish.paging import FeedPage, name_of
from audiopub.publish.templating import render_page
from audiopub.publish.text import one_line

ASSETS = (
    "icon.svg", "player.js", "audiopub-player.js", "style.css", "feed.css", "be-vietnam-pro-regular.woff2", "be-vietnam-pro-bold.woff2",
)  # fmt: skip
"""Files that every page of a show shares, put beside them."""


def asset(name: str) -> bytes:
    """Give one of the shared files."""
    return files(__package__).joinpath("assets", name).read_bytes()


def episode_page(channel: Channel, episode: Episode, lines: Iterable[Line], language: Language = "vi") -> str:
    """Write an episode's page: player, chapters, transcript whose sentences know their time.

    Args:
        channel: the show.
        episode: what it is about.
        lines: its segments.
        language: of the words around it.
    """
    return render_page(
        "episode.html", channel, language, episode=episode, title=one_line(episode.title), passages=list(paragraphs(lines)), corrections=corrections(episode, language),
        data=Markup(script_safe(episode_data(channel, episode))), embed=embed_code(channel, episode),  # noqa: S704  escaped for where it stands
    )  # fmt: skip


def show_page(channel: Channel, page: FeedPage, titles: Mapping[tuple[str, str], str], language: Language = "vi") -> str:
    """Write one page of a show: what it is, where to subscribe, its episodes.

    Args:
        channel: the show.
        page: which of its episodes.
        titles: what :func:`audiopub.publish.titles.told_apart` gave.
        language: of the words around it.
    """
    return render_page(
        "show.html", channel, language, page=page, titles=titles, name_of=name_of, data=Markup(script_safe(series_data(channel))),  # noqa: S704  escaped for where it stands
    )  # fmt: skip


def gone_page(channel: Channel, language: Language = "vi") -> str:
    """Write what is shown where an episode was withdrawn."""
    return render_page("notice.html", channel, language, told=message("notice.page", language))


def notice_page(channel: Channel, episode: Episode, language: Language = "vi") -> str:
    """Write what stands at the address of one withdrawn episode: that it was, when, and nothing of what it said."""
    when = episode.history[-1].at if episode.history else episode.updated
    return render_page("notice.html", channel, language, told=message("notice.page_at", language, when=f"{when:%H:%M %d/%m/%Y}"))


def moved_page(channel: Channel, episode: Episode, language: Language = "vi") -> str:
    """Write what stands at the address that an episode had before it was issued anew: the way to its present one."""
    return render_page("moved.html", channel, language, address=episode.file(".html"), title=one_line(episode.title))
