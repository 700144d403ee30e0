"""Programs that are told of what happens: their addresses, what they were sent, and whether it arrived."""

from typing import Annotated

from fastapi import Form, Request, Response

from audiopub.errors import AudiopubError
from audiopub.jobs.webhook import DeliveryState, Event
from audiopub.people import Actor, Permission
from audiopub.web.api.state import beside
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward
from audiopub.web.views.at_hand import screen, sentence_of

router = GuardedRouter(surface="desk", prefix="/people/webhooks")

_STATES = {
    DeliveryState.WAITING: ("neutral", "queued", "desk.hook_waiting"), DeliveryState.SENDING: ("info", "rendering", "desk.hook_sending"),
    DeliveryState.DELIVERED: ("ok", "ok", "desk.hook_delivered"), DeliveryState.FAILED: ("stop", "stop", "desk.hook_failed"),
    DeliveryState.DROPPED: ("neutral", "withdrawn", "desk.hook_dropped"),
}  # fmt: skip
_EVENTS = {
    "article.created": "desk.event_created", "episode.ready": "desk.event_ready", "episode.failed": "desk.event_failed", "episode.published": "desk.event_published",
    "episode.updated": "desk.event_updated", "episode.withdrawn": "desk.event_withdrawn", "episode.restored": "desk.event_restored",
    "night.ended": "desk.event_night", "ping": "desk.event_ping",
}  # fmt: skip
Short = Annotated[str, Form(max_length=2000)]


@router.get("", permission=Permission.ADMIN)
def webhooks(request: Request, actor: Signed) -> Response:
    """List the webhooks and what was sent last."""
    return _shown(request, actor)


@router.post("", permission=Permission.ADMIN)
def add(request: Request, actor: Signed, url: Short, show: Short = "", events: Annotated[list[str] | None, Form()] = None) -> Response:
    """Begin to tell a program; its secret stands in this answer and nowhere else ever."""
    try:
        _, secret = beside(request).webhooks.add(actor, url, events=events or (), show=show)
    except AudiopubError as error:
        return _shown(request, actor, error=error, url=url)
    return _shown(request, actor, secret=secret)


@router.post("/{hook}/rotate", permission=Permission.ADMIN)
def rotate(request: Request, actor: Signed, hook: str) -> Response:
    """Give a new secret; the former one counts for a day beside it."""
    return _shown(request, actor, secret=beside(request).webhooks.rotate(actor, hook))


@router.post("/{hook}/ping", permission=Permission.ADMIN)
def ping(request: Request, actor: Signed, hook: str) -> Response:
    """See whether a program answers."""
    beside(request).webhooks.ping(actor, hook)
    return onward(request, "/desk/people/webhooks", told="desk.hook_pinged")


@router.post("/{hook}/switch", permission=Permission.ADMIN)
def switch(request: Request, actor: Signed, hook: str, active: Short = "") -> Response:
    """Switch a webhook on or off."""
    beside(request).webhooks.switch(actor, hook, active=bool(active))
    return onward(request, "/desk/people/webhooks", told="desk.hook_switched")


@router.post("/{hook}/remove", permission=Permission.ADMIN)
def remove(request: Request, actor: Signed, hook: str) -> Response:
    """Tell a program nothing any more."""
    beside(request).webhooks.remove(actor, hook)
    return onward(request, "/desk/people/webhooks", told="desk.hook_removed")


@router.post("/deliveries/{delivery}", permission=Permission.ADMIN)
def redeliver(request: Request, actor: Signed, delivery: str) -> Response:
    """Send a message again."""
    try:
        beside(request).webhooks.redeliver(actor, delivery)
    except AudiopubError as error:
        return _shown(request, actor, error=error)
    return onward(request, "/desk/people/webhooks", told="desk.hook_again")


def _shown(request: Request, actor: Actor, *, error: AudiopubError | None = None, secret: str = "", url: str = "") -> Response:
    kept = beside(request).webhooks
    hooks = kept.all(actor)
    return screen(
        request, "webhooks.html", status=422 if error else 200, hooks=hooks, names={hook.id: hook.url for hook in hooks}, deliveries=kept.deliveries(actor, limit=50),
        states=_STATES, events=_EVENTS, choosable=[event.value for event in Event if event is not Event.PING], secret=secret, url=url,
        problem=sentence_of(request, error), tab="webhooks", here=lambda path: path == "/desk/settings",
    )  # fmt: skip
