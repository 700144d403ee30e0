"""What works here and what does not, what the shows say, and what to send to whoever helps."""

import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from fastapi import Request, Response

from audiopub.config import Show
from audiopub.desk.service import EditorsDesk
from audiopub.errors import AudiopubError
from audiopub.messages import Language
from audiopub.people import Actor, Permission
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.views.at_hand import desk_of, language_of, screen

router = GuardedRouter(surface="desk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A show, as far as its file tells."""

    slug: str
    title: str
    feed: str = ""
    website: str = ""
    voices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    problem: str = ""
    """What is wrong with its file."""


@router.get("/settings", permission=Permission.ADMIN)
def settings(request: Request, actor: Signed) -> Response:
    """Show what works, and the shows."""
    desk, language = desk_of(request), language_of(request)
    parts = desk.examined(actor, language)
    shows = [_shown(desk, slug, language) for slug, _ in desk.shows()]
    return screen(
        request, "settings.html", parts=parts, well=all(well for _, well, _ in parts), shown=shows, workers=desk.workers(), version=version("audiopub"),
        diagnostics=diagnostics(desk, actor, shows), tab="settings",
    )  # fmt: skip


@router.get("/settings/diagnostics.txt", permission=Permission.ADMIN)
def as_text(request: Request, actor: Signed) -> Response:
    """Give the same as text that can be sent to whoever helps; nothing secret stands in it."""
    desk = desk_of(request)
    shows = [_shown(desk, slug, "en") for slug, _ in desk.shows()]
    return Response(diagnostics(desk, actor, shows), media_type="text/plain; charset=utf-8")


def diagnostics(desk: EditorsDesk, actor: Actor, shows: list[Shown]) -> str:
    """Tell in lines how things stand. Settings are told by name only: their values may be secrets."""
    found = desk.settings
    said = (("store", found.store), ("archive", found.archive), ("db", found.db), ("ping_url", found.ping_url), ("traces", found.traces))
    lines = [
        f"audiopub {version('audiopub')}", f"python {platform.python_version()} {sys.platform} {platform.machine()}", f"at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"workers {desk.workers()}", f"nightly_at {found.nightly_at or '-'}", f"set: {', '.join(name for name, value in said if value) or '-'}",
        *(f"{'ok  ' if well else 'FAIL'} {name}: {seen}" for name, well, seen in desk.examined(actor, "en")),
        *(f"show {show.slug}: {len(show.sources)} sources, voices {', '.join(show.voices) or '-'}{' — ' + show.problem if show.problem else ''}" for show in shows),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _shown(desk: EditorsDesk, slug: str, language: Language) -> Shown:
    try:
        show, _ = desk.tools.shows.get(slug, patient=False)
    except AudiopubError as error:
        return Shown(slug=slug, title=slug, problem=error.sentence(language))
    file = show.file
    return Shown(slug=slug, title=file.title, feed=show.channel.feed_url, website=file.website, voices=tuple(file.voice.chain), sources=_sources(show))


def _sources(show: Show) -> tuple[str, ...]:
    return tuple(source if isinstance(source, str) else str(source.url) for source in show.file.sources)
