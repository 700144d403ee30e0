"""Who did what: with one article, and in the whole house."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response

from audiopub.desk.model import name_of
from audiopub.people import Line as AuditLine
from audiopub.people import Permission
from audiopub.publish.model import Act, Event
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.views.asked import Name
from audiopub.web.views.at_hand import act_of, desk_of, screen, worded
from audiopub.web.views.editing import of_article

router = GuardedRouter(surface="desk")

_PAGE = 100
_MOST = 10**15

EVENTS = {
    Act.PUBLISHED: "desk.his_published", Act.EMBARGOED: "desk.his_embargoed", Act.CORRECTED: "desk.his_corrected", Act.RENEWED: "desk.his_renewed",
    Act.ROLLED_BACK: "desk.his_rolled_back", Act.REISSUED: "desk.his_reissued", Act.WITHDRAWN: "desk.his_withdrawn", Act.RESTORED: "desk.his_restored",
}  # fmt: skip
"""What is said of each act of an episode's own history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was done, in words."""

    at: datetime | int
    by: str
    via: str
    text: str
    note: str = ""
    is_public: bool = False
    """Whether listeners noticed."""

    show: str = ""
    article: str = ""
    """Its name; empty for what is of no article."""


@router.get("/a/{name}/history", permission=Permission.READ)
def history(request: Request, actor: Signed, name: Name, before: int = 0) -> Response:
    """Tell what was done with an article, at the desk and before listeners, newest first."""
    desk = desk_of(request)
    view = desk.view(actor, name)
    lines = desk.audit(actor, show=view.item.show, episode=view.item.id, before=bounded(before), limit=_PAGE + 1)
    done = [_of_line(request, line) for line in lines[:_PAGE]]
    public = [_of_event(request, event) for event in view.episode.history] if view.episode and not before else []
    told = sorted((*done, *public), key=lambda one: one.at if isinstance(one.at, int) else round(one.at.timestamp() * 1000), reverse=True)
    onward = lines[_PAGE - 1].number if len(lines) > _PAGE else 0
    return screen(request, "history.html", **of_article(view, "release"), place="history", told=told, onward=onward, first=bool(before))


@router.get("/audit", permission=Permission.READ)
def log(request: Request, actor: Signed, show: str = "", by: str = "", article: str = "", before: int = 0) -> Response:
    """Tell what was done in the house, newest first: by one person, in one show, with one article."""
    desk = desk_of(request)
    episode = article.strip().rstrip("/").rpartition("/")[2][-16:]
    lines = desk.audit(actor, show=show, by=by.strip(), episode=episode, before=bounded(before), limit=_PAGE + 1)
    told = [_of_line(request, line) for line in lines[:_PAGE]]
    onward = lines[_PAGE - 1].number if len(lines) > _PAGE else 0
    return screen(request, "log.html", told=told, onward=onward, first=bool(before), by=by, article=article, wanted=show)


def bounded(number: int) -> int:
    """Give the number of a line of the record, whatever stands in an address."""
    return min(max(number, 0), _MOST)


def _of_line(request: Request, line: AuditLine) -> Told:
    article = name_of(line.show, line.episode) if line.show and line.episode else ""
    return Told(at=line.at_ms, by=line.by, via=line.via, text=act_of(request, line), show=line.show, article=article)


def _of_event(request: Request, event: Event) -> Told:
    text = worded(request, EVENTS[event.act], {"revision": event.revision, "to": event.to})
    return Told(at=event.at, by=event.by, via="", text=text, note=event.note, is_public=True)
