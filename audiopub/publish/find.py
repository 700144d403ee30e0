"""An episode found by what a person knows of it."""

from audiopub.errors import BadInput
from audiopub.publish.catalog import Catalog
from audiopub.publish.model import Channel, Episode
from audiopub.source.address import is_web, tidied
from audiopub.vietnamese import tidy

_SHORTEST_ID = 4
_SHOWN = 5


def found(channel: Channel, catalog: Catalog, name: str) -> Episode:
    """Find an episode of a show.

    Args:
        channel: the show.
        catalog: its episodes, withdrawn and embargoed ones too.
        name: its id or the beginning of it, its GUID, the name of one of its files, the address of its page, its audio or the article,
            or words of its title.

    Raises:
        BadInput: there is none, or more than one.
    """
    wanted = " ".join(tidy(name).split())
    episodes = catalog.episodes(channel.slug)
    exact = [episode for episode in episodes if _is(episode, wanted)]
    likely = exact or [episode for episode in episodes if wanted and _may_be(episode, wanted)]
    if len(likely) == 1:
        return likely[0]
    if not likely:
        raise BadInput("act.no_episode", name=name, show=channel.slug)
    some = "; ".join(f"{episode.id[:8]} {episode.title}" for episode in likely[:_SHOWN])
    raise BadInput("act.several_episodes", name=name, count=len(likely), some=some)


def _is(episode: Episode, wanted: str) -> bool:
    if wanted in {episode.id, episode.guid, episode.name, *episode.former_names}:
        return True
    if is_web(wanted) and episode.article_url and tidied(wanted) in {episode.article_url, tidied(episode.article_url)}:
        return True
    return wanted.rpartition("/")[2] in {
        episode.audio, *episode.former_audio, *episode.files, *episode.former_files, *(other.file for other in episode.alternates),
    }  # fmt: skip


def _may_be(episode: Episode, wanted: str) -> bool:
    """Tell whether words may mean an episode: a beginning of its id, which may just as well be a year, or words of its title."""
    return (len(wanted) >= _SHORTEST_ID and episode.id.startswith(wanted)) or wanted.casefold() in episode.title.casefold()
