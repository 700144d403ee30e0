"""What an editor does with a published episode, whatever face it is asked for from: found, corrected, withdrawn, restored, told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from audiopub.adapters.files import locked
from audiopub.bootstrap import bulletin_plan, studio
from audiopub.config import Settings, Show, read_show
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid
from audiopub.pipeline import BulletinPlan, Prepared, Progress, Result, Studio, Wish, bulletins_of, prepare, produce, rebuild_feed, remake, restore, rollback, withdraw
from audiopub.publish.archive import kept_page
from audiopub.publish.changes import Change, changes
from audiopub.publish.find import found
from audiopub.publish.lines import segments_of_record
from audiopub.publish.model import Episode, Part, State
from audiopub.publish.rebuild import Rebuilt
from audiopub.source import Page
from audiopub.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction that was made, or would be."""

    episode: Episode
    """As it was before."""

    changes: tuple[Change, ...]
    result: Result | None
    """None where it was only looked at, or nothing changed."""

    read_from: str
    """Where the article was read from."""

    bulletins: tuple[str, ...] = ()
    """Titles of bulletins that were made again because they tell it."""


class Newsroom:
    """A show and the things that are done to its episodes."""

    def __init__(self, show: Show, settings: Settings, sources: Sources, voices: tuple[str, ...] = ()) -> None:
        """Open a show.

        Args:
            show: the show file.
            settings: folders and limits.
            sources: where pages come from.
            voices: used instead of the show's own chain.
        """
        self._show, self._settings, self._sources = show, settings, sources
        self.studio = _gated(studio(show, settings, voices), show, settings)

    def find(self, name: str) -> Episode:
        """Find an episode by its id, an address, a file's name or words of its title.

        Raises:
            BadInput: there is none, or more than one.
        """
        return found(self.studio.channel, self.studio.catalog, name)

    def correct(self, episode: Episode, wish: Wish, *, source: str | None, now: datetime, progress: Progress, dry: bool = False) -> Correction:
        """Make a new revision of an episode under its GUID; only changed sentences are spoken.

        Args:
            episode: what is corrected.
            wish: note, edits, who.
            source: a corrected page, file or address; None for the page it was made from, asked for anew unless the wish has edits of its own.
            now: the present moment, aware.
            progress: told what is going on.
            dry: only say what would change.

        Raises:
            BadInput: it is withdrawn, or its page is no longer an article.
        """
        if episode.state is State.WITHDRAWN:
            raise BadInput("act.withdrawn_already", title=episode.title)
        if episode.parts:
            raise BadInput("act.is_bulletin", title=episode.title)
        page, read_from = self._page(episode, source, anew=not wish.edits)
        work = prepare(self.studio, page, now=now, wish=replace(wish, episode=episode.id), progress=progress)
        changed = tuple(self._changes(episode, work))
        if dry:
            return Correction(episode=episode, changes=changed, result=None, read_from=read_from)
        result = produce(self.studio, work, progress=progress)
        bulletins = tuple(bulletins_remade(self._show, self._settings, episode, now, progress)) if changed else ()
        return Correction(episode=episode, changes=changed, result=result, read_from=read_from, bulletins=bulletins)

    def withdraw(self, episode: Episode, *, now: datetime, note: str, by: str, notice: bool, progress: Progress) -> tuple[Episode, Rebuilt, tuple[str, ...]]:
        """Take an episode out of everything that is served, and out of the bulletins that tell it."""
        gone, rebuilt = withdraw(self.studio, episode, now=now, note=note, by=by, notice=notice)
        return gone, rebuilt, tuple(bulletins_remade(self._show, self._settings, episode, now, progress))

    def restore(self, episode: Episode, *, now: datetime, note: str, by: str, progress: Progress) -> tuple[Episode, Rebuilt]:
        """Undo a withdrawal; where files of the withdrawn revision are lost, it is made again from the page that was kept.

        Raises:
            BadInput: it is not withdrawn, or neither its files nor its page are left.
        """
        try:
            return restore(self.studio, episode, now=now, note=note, by=by)
        except BadInput as error:
            page = kept_page(episode, self.studio.archive) if error.code == "act.not_kept" else None
            if page is None:
                raise
        wish = Wish(episode=episode.id, note=note, by=by)
        produce(self.studio, prepare(self.studio, page, now=now, wish=wish, progress=progress), feed=False, progress=progress)
        return self.find(episode.id), rebuild_feed(self.studio)

    def rollback(self, episode: Episode, revision: int | None, *, now: datetime, note: str, by: str, progress: Progress) -> tuple[Episode, Rebuilt, tuple[str, ...]]:
        """Publish an earlier revision again; None for the one before the present."""
        back, rebuilt = rollback(self.studio, episode, revision or episode.revision - 1, now=now, note=note, by=by)
        return back, rebuilt, tuple(bulletins_remade(self._show, self._settings, episode, now, progress))

    def _page(self, episode: Episode, source: str | None, *, anew: bool) -> tuple[Page, str]:
        if source is not None:
            return self._sources.page(source), source
        if anew and episode.article_url:
            try:
                return self._sources.page(episode.article_url), episode.article_url
            except AudiopubError:
                pass  # the site is down or gone: what it said last is still here
        page = kept_page(episode, self.studio.archive)
        if page is None:
            raise BadInput("act.no_page", title=episode.title)
        return page, page.name

    def _changes(self, episode: Episode, work: Prepared) -> Iterator[Change]:
        record = self.studio.store.get(self.studio.channel.key_of(episode, episode.file(".json")))
        return changes(segments_of_record(record) if record else (), work.script.segments)


def _gated(made: Studio, show: Show, settings: Settings) -> Studio:
    if not show.file.audio.listen:
        return made
    from audiopub.listeners import gated  # noqa: PLC0415  it brings a recogniser

    return gated(made, show, settings)


def bulletins_remade(show: Show, settings: Settings, episode: Episode, now: datetime, progress: Progress = lambda _stage, _done, _of: None) -> Iterator[str]:
    """Make the bulletins again that tell an episode, in every show beside its own: a wrong word must not stay in any of them.

    Args:
        show: the episode's show.
        settings: folders and limits.
        episode: what was corrected or withdrawn.
        now: the present moment, aware.
        progress: told what is going on.

    Yields:
        The title of each.
    """
    part = Part(show=episode.show, id=episode.id)
    for path in sorted(show.path.parent.glob("*.toml")):
        try:
            other = read_show(path)
        except ConfigInvalid:
            continue  # it says so when it is itself asked for
        if other.file.bulletin and show.slug in other.file.bulletin.shows:
            made = _gated(studio(other, settings), other, settings)
            with locked(settings.state / other.slug):
                yield from _remade(made, bulletin_plan(other), part, now, progress)


def _remade(made: Studio, plan: BulletinPlan, part: Part, now: datetime, progress: Progress) -> Iterator[str]:
    for bulletin in bulletins_of(made, part):
        try:
            remake(made, plan, bulletin, now=now, wish=Wish(), progress=progress)
        except BadInput:
            withdraw(made, bulletin, now=now)  # nothing is left of it
        yield bulletin.title
