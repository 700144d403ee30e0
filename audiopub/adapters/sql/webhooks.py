"""Webhooks in the database, and the messages to them: an outbox from which any worker sends.

A message is in the table before anybody sends it, and a sender has it for a while only: what it has not noted by then is sent again, by whoever comes first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import counters, deliveries, now_ms, webhooks
from audiopub.jobs.webhook import Announcement, Delivery, DeliveryState, Verdict, Webhook, delivery_id

_MOST_FORMER = 2
"""Secrets that count beside the new one and the one before it; the documented receivers take four signatures."""

TERM = 30.0
"""Seconds for which a sender has a message; a try takes 10 at most."""

_OUT = deliveries.c
_OPEN = (DeliveryState.WAITING.value, DeliveryState.SENDING.value)
_SEEN = "webhooks.seen"
"""Under which it is kept how far jobs were looked through; no counter, and its name is none that metrics tell."""

_ADVANCE = text(
    "INSERT INTO counters (name, label, value) VALUES (:name, '', :value) "
    "ON CONFLICT (name, label) DO UPDATE SET value = excluded.value WHERE counters.value < excluded.value"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that is ours to send, until others may think that we have died."""

    delivery: Delivery
    url: str
    secrets: tuple[str, ...]
    at_ms: int
    """When it was claimed, on the database's clock."""


class SqlWebhooks:
    """Webhooks and deliveries as rows of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def clock(self) -> int:
        """Give the present moment, in milliseconds since 1970."""
        return int(self._database.read(lambda connection: connection.execute(select(now_ms())).scalar()) or 0)

    def add(self, hook: Webhook, secret: str) -> Webhook:
        """Keep a webhook and its secret; it hears of what happens from now on."""
        values = {
            "id": hook.id, "url": hook.url, "secret": _json([[secret, 0]]), "events": " ".join(sorted(hook.events)), "show": hook.show, "by": hook.by,
            "created": now_ms(), "active": hook.active,
        }  # fmt: skip

        def work(connection: Connection) -> Webhook:
            connection.execute(webhooks.insert().values(values))
            return _hook(connection.execute(select(webhooks).where(webhooks.c.id == hook.id)).mappings().one())

        return self._database.write(work)

    def all(self) -> tuple[Webhook, ...]:
        """Give all webhooks, oldest first."""
        wanted = select(webhooks).order_by(webhooks.c.created, webhooks.c.id)
        return self._database.read(lambda connection: tuple(map(_hook, connection.execute(wanted).mappings())))

    def get(self, hook_id: str) -> Webhook | None:
        """Give a webhook."""
        return next((hook for hook in self.all() if hook.id == hook_id), None)

    def remove(self, hook_id: str) -> bool:
        """Forget a webhook and all messages to it; tell whether there was one."""

        def work(connection: Connection) -> bool:
            connection.execute(delete(deliveries).where(_OUT.webhook == hook_id))
            return bool(connection.execute(delete(webhooks).where(webhooks.c.id == hook_id)).rowcount)

        return self._database.write(work)

    def rotate(self, hook_id: str, secret: str, seconds: float) -> bool:
        """Let a new secret count, and the present one beside it for so many seconds more; tell whether there is such a webhook."""
        wanted = select(webhooks.c.secret, now_ms().label("now")).where(webhooks.c.id == hook_id)

        def work(connection: Connection) -> bool:
            row = connection.execute(wanted if self._database.is_local else wanted.with_for_update()).first()
            if row is None:
                return False
            former, *older = json.loads(row.secret)
            still = [one for one in older if one[1] > row.now]  # pressed twice, the one that the receiver has counts as long as was promised
            secrets = _json([[secret, 0], [former[0], row.now + int(seconds * 1000)], *still[:_MOST_FORMER]])
            connection.execute(update(webhooks).where(webhooks.c.id == hook_id).values(secret=secrets))
            return True

        return self._database.write(work)

    def switch(self, hook_id: str, *, active: bool) -> bool:
        """Switch a webhook on or off; what waits for one that is switched off is not sent any more. Tell whether there is such a webhook."""

        def work(connection: Connection) -> bool:
            return _switched(connection, hook_id, active=active)

        return self._database.write(work)

    def announce(self, happened: Sequence[Announcement], *, only: str = "", seen: int = 0) -> int:
        """Put messages into the outbox, each once however often it is announced; tell how many are new.

        Args:
            happened: what is to be told.
            only: the one webhook that is told, whatever it wants; empty for all that want it.
            seen: up to which moment jobs were looked through for it; noted in the same transaction.
        """

        def work(connection: Connection) -> int:
            now = int(connection.execute(select(now_ms())).scalar_one())
            hooks = [_hook(row) for row in connection.execute(select(webhooks)).mappings()]
            rows = [_outgoing(one, hook, now) for one in happened for hook in hooks if (hook.id == only if only else _is_for(one, hook, now))]
            put = (sqlite_insert if self._database.is_local else pg_insert)(deliveries).on_conflict_do_nothing(index_elements=["id"])
            new = sum(connection.execute(put.values(row).returning(_OUT.id)).first() is not None for row in rows)
            if seen:
                connection.execute(_ADVANCE, {"name": _SEEN, "value": float(seen)})
            return new

        return self._database.write(work)

    def seen(self) -> int:
        """Give up to which moment jobs were looked through; 0 where nobody did yet."""
        wanted = select(counters.c.value).where(counters.c.name == _SEEN, counters.c.label == "")
        return int(self._database.read(lambda connection: connection.execute(wanted).scalar()) or 0)

    def due(self) -> tuple[str, ...]:
        """Name the webhooks to which something is to be sent now."""
        wanted = select(_OUT.webhook).where(*_due()).distinct()
        return tuple(self._database.read(lambda connection: connection.execute(wanted).scalars().all()))

    def claim(self, hook_id: str) -> Claim | None:
        """Take the oldest message to a webhook that is to be sent now. Nobody else has it meanwhile; None where there is none."""
        oldest: Select[Any] = select(_OUT.id).where(_OUT.webhook == hook_id, *_due()).order_by(_OUT.next, _OUT.created, _OUT.id).limit(1)
        if not self._database.is_local:
            oldest = oldest.with_for_update(skip_locked=True)
        values = {"state": DeliveryState.SENDING.value, "next": now_ms() + int(TERM * 1000), "changed": now_ms()}
        take = update(deliveries).where(_OUT.id == oldest.scalar_subquery(), *_due()).values(values).returning(*_OUT, now_ms().label("now"))

        def work(connection: Connection) -> Claim | None:
            row = connection.execute(take).mappings().first()
            hook = connection.execute(select(webhooks).where(webhooks.c.id == hook_id)).mappings().first()
            if row is None or hook is None:
                return None
            return Claim(delivery=_delivery(row), url=hook["url"], secrets=_counting(hook["secret"], row["now"]), at_ms=row["now"])

        return self._database.write(work)

    def note(self, claim: Claim, judged: Verdict, *, status: int, code: str = "", details: dict[str, Any] | None = None) -> bool:
        """Note how a try went; False where the message is somebody else's by now, and nothing was noted."""
        mine = and_(_OUT.id == claim.delivery.id, _OUT.state == DeliveryState.SENDING.value, _OUT.next == claim.delivery.next_ms)
        values = {
            "state": judged.state.value, "attempts": _OUT.attempts + 1, "status": status, "changed": now_ms(), "next": now_ms() + int(judged.pause * 1000),
            "reason": _json({"code": code, **(details or {})}) if code else "",
        }  # fmt: skip

        def work(connection: Connection) -> bool:
            noted = bool(connection.execute(update(deliveries).where(mine).values(values)).rowcount)
            if noted and judged.is_gone:
                _switched(connection, claim.delivery.webhook, active=False)
            return noted

        return self._database.write(work)

    def deliveries(self, hook_id: str = "", *, limit: int = 100) -> tuple[Delivery, ...]:
        """Give messages, newest first."""
        wanted = select(deliveries).order_by(_OUT.created.desc(), _OUT.id).limit(limit)
        wanted = wanted.where(_OUT.webhook == hook_id) if hook_id else wanted
        return self._database.read(lambda connection: tuple(map(_delivery, connection.execute(wanted).mappings())))

    def delivery(self, delivery: str) -> Delivery | None:
        """Give a message."""
        wanted = select(deliveries).where(_OUT.id == delivery)
        return self._database.read(lambda connection: next(map(_delivery, connection.execute(wanted).mappings()), None))

    def again(self, delivery: str) -> bool:
        """Send a message again that nobody is sending, with all its tries; tell whether there is one."""
        over = and_(_OUT.id == delivery, _OUT.state != DeliveryState.SENDING.value)
        values = {"state": DeliveryState.WAITING.value, "attempts": 0, "next": 0, "status": 0, "reason": "", "changed": now_ms()}
        return bool(self._database.write(lambda connection: connection.execute(update(deliveries).where(over).values(values)).rowcount))

    def forget(self, before: int) -> int:
        """Delete messages of before a moment."""
        return int(self._database.write(lambda connection: connection.execute(delete(deliveries).where(_OUT.created < before)).rowcount))


def _due() -> tuple[ColumnElement[bool], ...]:
    """Tell messages whose time has come, those included whose sender has not said for too long what became of them."""
    return _OUT.state.in_(_OPEN), _OUT.next <= now_ms(), _OUT.webhook.in_(select(webhooks.c.id).where(webhooks.c.active.is_(True)))


def _is_for(happened: Announcement, hook: Webhook, now: int) -> bool:
    return hook.wants(happened.event, happened.show) and hook.created_ms <= (happened.at_ms or now)


def _outgoing(happened: Announcement, hook: Webhook, now: int) -> dict[str, Any]:
    return {
        "id": delivery_id(happened, hook.id), "webhook": hook.id, "event": happened.event.value, "body": happened.body(happened.at_ms or now),
        "state": DeliveryState.WAITING.value, "created": now, "changed": now,
    }  # fmt: skip


def _switched(connection: Connection, hook_id: str, *, active: bool) -> bool:
    if not active:
        waiting = update(deliveries).where(_OUT.webhook == bindparam("hook"), _OUT.state == DeliveryState.WAITING.value)
        connection.execute(waiting.values(state=DeliveryState.DROPPED.value, changed=now_ms()), {"hook": hook_id})
    return bool(connection.execute(update(webhooks).where(webhooks.c.id == hook_id).values(active=active)).rowcount)


def _counting(kept: str, now: int) -> tuple[str, ...]:
    """Give the secrets that count at a moment, the present one first."""
    return tuple(secret for secret, until in json.loads(kept) if not until or until > now)


def _hook(row: RowMapping) -> Webhook:
    return Webhook(
        id=row["id"], url=row["url"], events=frozenset(row["events"].split()), show=row["show"], active=bool(row["active"]), by=row["by"], created_ms=row["created"],
    )  # fmt: skip


def _delivery(row: RowMapping) -> Delivery:
    why: dict[str, Any] = json.loads(row["reason"]) if row["reason"] else {}
    return Delivery(
        id=row["id"], webhook=row["webhook"], event=row["event"], body=row["body"], state=DeliveryState(row["state"]), attempts=row["attempts"], next_ms=row["next"],
        status=row["status"], code=str(why.pop("code", "")), details=why, created_ms=row["created"], changed_ms=row["changed"],
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
