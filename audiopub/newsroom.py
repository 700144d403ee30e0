"""What an editor does with a published episode, whatever face it is asked for from: found, corrected, withdrawn, restored, told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audiopub.article import same_text
from audiopub.bootstrap import bulletin_plan, catalog, studio
from audiopub.config import Settings, Show, read_show
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid
from audiopub.pipeline import (
    BulletinPlan,
    Prepared,
    Progress,
    Result,
    Studio,
    Wish,
    gone_over,
    left_empty,
    prepare,
    produce,
    rebuild_feed,
    remake,
    restore,
    rollback,
    stale_bulletins,
    withdraw,
)
from audiopub.publish.archive import archive_key, kept_page
from audiopub.publish.changes import Change, changes
from audiopub.publish.find import found
from audiopub.publish.lines import segments_of_record
from audiopub.publish.model import Episode, State
from audiopub.publish.rebuild import Rebuilt
from audiopub.source import Page, PageForm
from audiopub.sources import Sources


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Healed:
    """What became of bulletins that told something else than is published."""

    titles: tuple[str, ...] = ()
    """Those that were made again, or withdrawn since nothing is left of them."""

    failures: tuple[AudiopubError, ...] = ()
    """Why others could not be; the next run tries again."""


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

    healed: "Healed | None" = None
    """What became of the bulletins that tell it."""


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
        self._show, self._settings, self._sources, self._voices = show, settings, sources, voices
        self.studio = gated(studio(show, settings, voices), show, settings)

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
        made = self._in_manner_of(page)
        pin = source is not None or page.form is PageForm.ARTICLE  # nobody's run takes back what a person went over
        work = prepare(made, page, now=now, wish=replace(wish, episode=episode.id, pin=pin), progress=progress)
        if source is None and episode.prints and not same_text(episode.prints, work.prints) and work.article.title != episode.title:
            raise BadInput("act.other_article", title=episode.title, found=work.article.title, source=read_from)
        changed = tuple(self._changes(episode, work))
        if dry:
            return Correction(episode=episode, changes=changed, result=None, read_from=read_from)
        result = produce(made, work, progress=progress)
        return Correction(episode=episode, changes=changed, result=result, read_from=read_from, healed=self._heal(now, progress))

    def withdraw(
        self, episode: Episode, *, now: datetime, note: str, by: str, notice: bool, progress: Progress, held: bool = False, seen: str = ""
    ) -> tuple[Episode, Rebuilt, Healed]:
        """Take an episode out of everything that is served, and out of the bulletins that tell it.

        ``held`` only one that listeners do not have yet; ``seen`` only one that still has that stamp.
        """
        gone, rebuilt = withdraw(self.studio, episode, now=now, note=note, by=by, notice=notice, held=held, seen=seen)
        return gone, rebuilt, self._heal(now, progress)

    def restore(self, episode: Episode, *, now: datetime, note: str, by: str, progress: Progress, seen: str = "") -> tuple[Episode, Rebuilt, Healed]:
        """Undo a withdrawal; where files of the withdrawn revision are lost, it is made again from the page that was kept.

        Raises:
            BadInput: it is not withdrawn, or neither its files nor its page are left.
        """
        try:
            back, rebuilt = restore(self.studio, episode, now=now, note=note, by=by, seen=seen)
        except (BadInput, ConfigInvalid) as error:
            if error.code not in {"act.not_kept", "config.bad_record"}:
                raise
            page, _ = self._page(episode, None, anew=False)  # never what its address holds by now
            made, wish = self._in_manner_of(page), Wish(episode=episode.id, note=note, by=by, pin=episode.pinned)
            produce(made, prepare(made, page, now=now, wish=wish, progress=progress), feed=False, progress=progress)
            back, rebuilt = self.find(episode.id), rebuild_feed(self.studio)
        return back, rebuilt, self._heal(now, progress)

    def rollback(
        self, episode: Episode, revision: int | None, *, now: datetime, note: str, by: str, progress: Progress, seen: str = ""
    ) -> tuple[Episode, Rebuilt, Healed]:
        """Publish an earlier revision again; None for the one before the present."""
        back, rebuilt = rollback(self.studio, episode, revision or episode.revision - 1, now=now, note=note, by=by, seen=seen)
        return back, rebuilt, self._heal(now, progress)

    def _heal(self, now: datetime, progress: Progress) -> Healed:
        return heal_bulletins(self._show.path.parent, self._settings, now, progress)

    def _page(self, episode: Episode, source: str | None, *, anew: bool) -> tuple[Page, str]:
        if source is not None:
            return self._sources.page(source), source
        page = kept_page(episode, self.studio.archive)
        if page is not None and page.form is PageForm.ARTICLE:
            return page, page.name  # a person went over it: what the site says by now does not take that back
        if anew and episode.article_url:
            try:
                return self._sources.page(episode.article_url), episode.article_url
            except AudiopubError:
                pass  # the site is down or gone: what it said last is still here
        if page is None:
            raise BadInput("act.no_page", title=episode.title)
        return page, page.name

    def _in_manner_of(self, page: Page) -> Studio:
        """Give the studio in which an article is read as its editor wanted it."""
        manner = gone_over(page).manner
        if not manner.is_own or self._voices:
            return self.studio
        show = self._show.in_manner(manner.voice, manner.speed, jingle=manner.jingle)
        return gated(studio(show, self._settings), show, self._settings)

    def _changes(self, episode: Episode, work: Prepared) -> Iterator[Change]:
        name = episode.file(".json")
        held = episode.state is State.EMBARGOED
        record = self.studio.archive.get(archive_key(episode, name)) if held else self.studio.store.get(self.studio.channel.key_of(episode, name))
        return changes(segments_of_record(record) if record else (), work.script.segments)


def gated(made: Studio, show: Show, settings: Settings) -> Studio:
    """Let a machine listen to every episode before it is published, where the show wants it."""
    if not show.file.audio.listen:
        return made
    from audiopub.listeners import gated as listened  # noqa: PLC0415  it brings a recogniser

    return listened(made, show, settings)


def heal_bulletins(feeds: Path, settings: Settings, now: datetime, progress: Progress = _quiet) -> Healed:
    """Make every bulletin again that tells something else than is published of its articles: a wrong word must not stay in any of them.

    Every run that changes or looks at a show calls it, so that what could not be made again at once, since it was locked or its voice was away, is made by the next.

    Args:
        feeds: folder of the show files.
        settings: folders and limits.
        now: the present moment, aware.
        progress: told what is going on.
    """
    titles: list[str] = []
    failures: list[AudiopubError] = []
    published = catalog(settings)
    for path in sorted(feeds.glob("*.toml")):
        stale = stale_bulletins(published, path.stem)
        if not stale:
            continue
        try:
            show = read_show(path)
            plan, made = bulletin_plan(show), gated(studio(show, settings), show, settings)
            for episode in stale:
                _heal(made, plan, episode, now, progress, failures)
                titles.append(episode.title)
        except AudiopubError as error:
            failures.append(error)
    return Healed(tuple(titles), tuple(failures))


def _heal(made: Studio, plan: BulletinPlan, episode: Episode, now: datetime, progress: Progress, failures: list[AudiopubError]) -> None:
    try:
        remake(made, plan, episode, now=now, wish=Wish(), progress=progress)
    except AudiopubError as error:
        if error.code == "bulletin.nothing":
            if episode.state is State.PUBLISHED:
                left_empty(made, episode, now=now)
        else:
            failures.append(error)
