"""Webhooks: which programs are told of what happens here, and what they were sent."""

from typing import Annotated

from fastapi import Path, Query, Response

from audiopub.errors import NotFound
from audiopub.jobs.webhook import Delivery, Webhook
from audiopub.people import Permission
from audiopub.web.api import hook_shapes as shapes
from audiopub.web.api.plain import sentence_of
from audiopub.web.api.routing import PREFIX, acts, reads, router
from audiopub.web.api.state import Beside, Desk, Tongue
from audiopub.web.api.wishes import NAME
from audiopub.web.guard import Signed
from audiopub.web.problems import plain as as_json

webhooks = router("webhooks")
Hook = Annotated[str, Path(pattern=NAME)]
_DELIVERY = r"^[0-9a-f]{1,64}\.[a-z0-9-]{1,64}$"
_LINKS = {
    "ping": {"operationId": "pingWebhook", "parameters": {"hook": "$response.body#/webhook/id"}},
    "deliveries": {"operationId": "listDeliveries", "parameters": {"hook": "$response.body#/webhook/id"}},
    "remove": {"operationId": "removeWebhook", "parameters": {"hook": "$response.body#/webhook/id"}},
}


@webhooks.get("/webhooks", permission=Permission.ADMIN, operation_id="listWebhooks", **reads())
def list_webhooks(actor: Signed, office: Beside) -> shapes.HooksOut:
    """List the webhooks; no secret is among it."""
    return shapes.HooksOut(webhooks=[_hook(hook) for hook in office.webhooks.all(actor)])


_ADDED = acts(status_code=201, responses={201: {"description": "Added.", "links": _LINKS}})


@webhooks.post("/webhooks", permission=Permission.ADMIN, operation_id="addWebhook", **_ADDED)
def add_webhook(actor: Signed, desk: Desk, office: Beside, wish: shapes.HookIn, response: Response) -> shapes.HookMade:
    """Begin to tell a program; the secret by which it knows that a message is ours is shown here and never again."""
    if wish.show and wish.show not in {slug for slug, _ in desk.shows()}:
        raise NotFound("api.no_show", show=wish.show)
    hook, secret = office.webhooks.add(actor, wish.url, events=wish.events, show=wish.show)
    response.headers["Location"] = f"{PREFIX}/webhooks/{hook.id}"
    return shapes.HookMade(webhook=_hook(hook), secret=secret)


@webhooks.delete("/webhooks/{hook}", permission=Permission.ADMIN, operation_id="removeWebhook", **acts(status_code=204))
def remove_webhook(actor: Signed, office: Beside, hook: Hook) -> None:
    """Tell a program nothing any more."""
    office.webhooks.remove(actor, hook)


@webhooks.patch("/webhooks/{hook}", permission=Permission.ADMIN, operation_id="switchWebhook", **acts())
def switch_webhook(actor: Signed, office: Beside, hook: Hook, wish: shapes.HookPatch) -> shapes.HookOut:
    """Switch a webhook off, or on again."""
    return _hook(office.webhooks.switch(actor, hook, active=wish.active))


@webhooks.post("/webhooks/{hook}/rotate", permission=Permission.ADMIN, operation_id="rotateSecret", **acts())
def rotate_secret(actor: Signed, office: Beside, hook: Hook) -> shapes.SecretOut:
    """Give a new secret; for a day messages are signed with both."""
    return shapes.SecretOut(secret=office.webhooks.rotate(actor, hook))


@webhooks.post("/webhooks/{hook}/ping", permission=Permission.ADMIN, operation_id="pingWebhook", **acts(status_code=202))
def ping_webhook(actor: Signed, office: Beside, language: Tongue, hook: Hook) -> shapes.DeliveryOut:
    """Have a message sent that says nothing, to see whether the program answers."""
    return _delivery(office.webhooks.ping(actor, hook), language)


@webhooks.get("/webhooks/{hook}/deliveries", permission=Permission.ADMIN, operation_id="listDeliveries", **reads())
def list_deliveries(actor: Signed, office: Beside, language: Tongue, hook: Hook, limit: Annotated[int, Query(ge=1, le=200)] = 100) -> shapes.DeliveriesOut:
    """Tell what a program was sent, or is to be, newest first."""
    return shapes.DeliveriesOut(deliveries=[_delivery(sent, language) for sent in office.webhooks.deliveries(actor, hook, limit=limit)])


@webhooks.post("/deliveries/{delivery}/redeliver", permission=Permission.ADMIN, operation_id="redeliver", **acts(status_code=202))
def redeliver(actor: Signed, office: Beside, language: Tongue, delivery: Annotated[str, Path(pattern=_DELIVERY)]) -> shapes.DeliveryOut:
    """Send a message again, under the same id."""
    return _delivery(office.webhooks.redeliver(actor, delivery), language)


def _hook(hook: Webhook) -> shapes.HookOut:
    events = sorted(str(event) for event in hook.events)
    return shapes.HookOut(id=hook.id, url=hook.url, events=events, show=hook.show, active=hook.active, by=hook.by, created_ms=hook.created_ms)


def _delivery(sent: Delivery, language: Tongue) -> shapes.DeliveryOut:
    return shapes.DeliveryOut(
        id=sent.id, webhook=sent.webhook, event=sent.event, state=sent.state.value, attempts=sent.attempts, next_ms=sent.next_ms, status=sent.status, code=sent.code,
        message=sentence_of(sent.code, language, as_json(sent.details)), created_ms=sent.created_ms,
    )  # fmt: skip
