"""``audiopub webhooks``: programs that are told of what happens here."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.acts import who
from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.cli.wishes import VIETNAM

if TYPE_CHECKING:
    from audiopub.desk.webhooks import Webhooks
    from audiopub.jobs.webhook import Delivery, Webhook
    from audiopub.people import Actor


@click.group(cls=Group, help="help.webhooks")
def webhooks() -> None:
    """Group of the commands that look after webhooks."""


@webhooks.command("add", cls=Command, help="help.webhooks_add")
@click.argument("url")
@option("--event", "events", multiple=True, help="help.webhooks_event")
@option("--show", help="help.webhooks_show")
@option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
def add(url: str, events: tuple[str, ...], show: str | None, by: str | None, *, feeds: Path | None, json_: bool) -> None:
    """Add one; its secret is printed once."""
    kept, actor = _opened(by, feeds)
    hook, secret = kept.add(actor, url, events=events, show=show or "")
    if json_:
        as_json({**_plain(hook), "secret": secret})
        return
    click.echo(say("webhook.added", id=hook.id, url=hook.url))
    click.echo(say("webhook.secret", secret=secret))


@webhooks.command("list", cls=Command, help="help.webhooks_list")
@option("--json", "json_", is_flag=True, help="help.json")
def list_(*, json_: bool) -> None:
    """List all."""
    kept, actor = _opened(None)
    found = kept.all(actor)
    if json_:
        as_json({"webhooks": [_plain(hook) for hook in found]})
        return
    for hook in found:
        events = ", ".join(sorted(hook.events)) or say("webhook.every_event")
        click.echo(f"{hook.id}  {say('webhook.on') if hook.active else say('webhook.off')}  {hook.url}  {hook.show}  {events}")
    if not found:
        click.echo(say("webhook.none"))


@webhooks.command("remove", cls=Command, help="help.webhooks_remove")
@click.argument("webhook_id")
@option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
@option("--json", "json_", is_flag=True, help="help.json")
def remove(webhook_id: str, by: str | None, *, json_: bool) -> None:
    """Remove one, and forget what it was sent."""
    kept, actor = _opened(by)
    kept.remove(actor, webhook_id)
    if json_:
        as_json({"removed": webhook_id})
    else:
        click.echo(say("webhook.removed", id=webhook_id))


@webhooks.command("ping", cls=Command, help="help.webhooks_ping")
@click.argument("webhook_id")
@option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
@option("--json", "json_", is_flag=True, help="help.json")
def ping(webhook_id: str, by: str | None, *, json_: bool) -> None:
    """Put a message up for one, which the next worker sends."""
    kept, actor = _opened(by)
    sent = kept.ping(actor, webhook_id)
    if json_:
        as_json(_told(sent))
    else:
        click.echo(say("webhook.pinged", id=sent.id))


@webhooks.command("deliveries", cls=Command, help="help.webhooks_deliveries")
@click.argument("webhook_id", required=False)
@option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="help.webhooks_limit")
@option("--again", help="help.webhooks_again")
@option("--json", "json_", is_flag=True, help="help.json")
def deliveries(webhook_id: str | None, limit: int, again: str | None, *, json_: bool) -> None:
    """List what was sent, newest first; with ``--again`` send one message once more."""
    kept, actor = _opened(None)
    found = (kept.redeliver(actor, again),) if again else kept.deliveries(actor, webhook_id or "", limit=limit)
    if json_:
        as_json({"deliveries": [_told(one) for one in found]})
        return
    for one in found:
        at = datetime.fromtimestamp(one.created_ms / 1000, VIETNAM)
        why = say(one.code, **one.details) if one.code else ""
        click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {one.state:<9}  {one.event:<17}  {one.status or '-':>3}  {one.id}  {why}".rstrip())
    if not found:
        click.echo(say("webhook.no_deliveries"))


def _opened(by: str | None, feeds: Path | None = None) -> "tuple[Webhooks, Actor]":
    """Open the webhooks; who has this machine's files may do everything."""
    from audiopub.config import Settings
    from audiopub.desk.webhooks import Webhooks
    from audiopub.people import Actor, Permission, Via

    return Webhooks(Settings.read(feeds=feeds)), Actor(name=who(by), permissions=frozenset(Permission), via=Via.CLI)


def _plain(hook: "Webhook") -> dict[str, Any]:
    return {
        "id": hook.id, "url": hook.url, "events": sorted(hook.events), "show": hook.show, "active": hook.active, "by": hook.by, "created_ms": hook.created_ms,
    }  # fmt: skip


def _told(one: "Delivery") -> dict[str, Any]:
    return {
        "id": one.id, "webhook": one.webhook, "event": one.event, "state": one.state.value, "attempts": one.attempts, "status": one.status, "code": one.code,
        "details": dict(one.details), "next_ms": one.next_ms, "created_ms": one.created_ms, "body": one.body,
    }  # fmt: skip
