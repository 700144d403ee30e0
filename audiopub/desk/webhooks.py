"""Programs that want to be told of what happens here: who they are, what they were sent, and what is announced."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from audiopub.adapters.sql.webhooks import SqlWebhooks
from audiopub.bootstrap import database
from audiopub.config import Settings, find_show
from audiopub.errors import BadInput, NotFound
from audiopub.jobs.webhook import Announcement, Delivery, Event, Webhook
from audiopub.people import Actor, Permission

BOTH = 24 * 3600.0
"""Seconds for which a secret that is replaced counts still, beside the new one."""

_BYTES = 32
_LONGEST = 2000
_MOST = 50
"""Webhooks of one newsroom."""

Said = Callable[[Actor, str, Mapping[str, Any]], object]
"""Writes down who did what."""


class Webhooks:
    """Webhooks as people look after them. Only who may do everything may do anything here: an address that is told of all is a way out of the house."""

    def __init__(self, settings: Settings, *, token: Callable[[int], str] = secrets.token_hex, said: Said = lambda _actor, _act, _details: None) -> None:
        """Look after an installation's webhooks.

        Args:
            settings: where the database is, and which shows there are.
            token: gives so many random bytes as text.
            said: told of every act: ``webhook_add``, ``webhook_remove``, ``webhook_rotate``, ``webhook_switch``, ``webhook_ping``, ``webhook_redeliver``.
        """
        self._settings, self._token, self._said = settings, token, said
        self._kept = SqlWebhooks(database(settings))

    def all(self, actor: Actor) -> tuple[Webhook, ...]:
        """Give all webhooks, oldest first; no secret."""
        actor.must(Permission.ADMIN)
        return self._kept.all()

    def add(self, actor: Actor, url: str, *, events: Iterable[str] = (), show: str = "") -> tuple[Webhook, str]:
        """Begin to tell a program.

        Args:
            actor: who wants it.
            url: where messages are posted. That it may be asked is found out when something is sent.
            events: which; none for all.
            show: slug of the one show of which it is told; empty for every one.

        Returns:
            The webhook, and its secret, which nobody is shown again.

        Raises:
            BadInput: the address or an event cannot be used, or there are too many webhooks.
            ConfigInvalid: there is no such show.
        """
        actor.must(Permission.ADMIN)
        address, wanted = _checked(url), frozenset(events)
        for event in sorted(wanted - set(Event)):
            raise BadInput("webhook.bad_event", event=event, known=", ".join(sorted(Event)))
        slug = find_show(self._settings.feeds, show).slug if show else ""
        if len(self._kept.all()) >= _MOST:
            raise BadInput("webhook.too_many", most=_MOST)
        secret = self._secret()
        hook = self._kept.add(Webhook(id=self._token(6), url=address, events=wanted, show=slug, by=actor.name), secret)
        self._said(actor, "webhook_add", {"webhook": hook.id, "url": _host(address)})
        return hook, secret

    def remove(self, actor: Actor, hook_id: str) -> None:
        """Tell a program nothing any more, and forget what it was told.

        Raises:
            NotFound: there is no such webhook.
        """
        actor.must(Permission.ADMIN)
        if not self._kept.remove(hook_id):
            raise _unknown(hook_id)
        self._said(actor, "webhook_remove", {"webhook": hook_id})

    def rotate(self, actor: Actor, hook_id: str) -> str:
        """Give a new secret. For a day each message bears a signature by either.

        Raises:
            NotFound: there is no such webhook.
        """
        actor.must(Permission.ADMIN)
        secret = self._secret()
        if not self._kept.rotate(hook_id, secret, BOTH):
            raise _unknown(hook_id)
        self._said(actor, "webhook_rotate", {"webhook": hook_id})
        return secret

    def switch(self, actor: Actor, hook_id: str, *, active: bool) -> Webhook:
        """Switch a webhook off, and what waits for it is not sent; or on again.

        Raises:
            NotFound: there is no such webhook.
        """
        actor.must(Permission.ADMIN)
        if not self._kept.switch(hook_id, active=active):
            raise _unknown(hook_id)
        self._said(actor, "webhook_switch", {"webhook": hook_id, "active": active})
        return self._found(hook_id)

    def deliveries(self, actor: Actor, hook_id: str = "", *, limit: int = 100) -> tuple[Delivery, ...]:
        """Give what was sent, or is to be, newest first; of one webhook where it is named.

        Raises:
            NotFound: there is no such webhook.
        """
        actor.must(Permission.ADMIN)
        if hook_id:
            self._found(hook_id)
        return self._kept.deliveries(hook_id, limit=limit)

    def redeliver(self, actor: Actor, delivery: str) -> Delivery:
        """Send a message again, under the same id.

        Raises:
            NotFound: there is no such message, or it is being sent just now.
        """
        actor.must(Permission.ADMIN)
        sent = self._kept.delivery(delivery) if self._kept.again(delivery) else None
        if sent is None:
            raise NotFound("webhook.no_delivery", id=delivery[:80])
        self._said(actor, "webhook_redeliver", {"webhook": sent.webhook, "delivery": delivery})
        return sent

    def ping(self, actor: Actor, hook_id: str) -> Delivery:
        """Send a program a message that says nothing, to see whether it answers; it is sent by the next worker that looks.

        Raises:
            NotFound: there is no such webhook.
        """
        actor.must(Permission.ADMIN)
        hook = self._found(hook_id)
        self._kept.announce([Announcement(key=f"ping|{self._token(_BYTES)}", event=Event.PING, show=hook.show)], only=hook_id)
        self._said(actor, "webhook_ping", {"webhook": hook_id})
        return self._kept.deliveries(hook_id, limit=1)[0]

    def announce(  # noqa: PLR0913  what a message holds
        self, event: Event, *, show: str, episode: str = "", title: str = "", revision: int = 0, url: str = "", code: str = "", job: str = "", key: str = ""
    ) -> int:
        """Tell whoever wants to know of something that a person did; tell how many messages that makes.

        Args:
            event: what happened.
            show: slug.
            episode: id.
            title: of the article.
            revision: that listeners have by now.
            url: of its page.
            code: why it failed: a key of the message catalogs.
            job: id of the job that it is about.
            key: the same for the same happening, which is told once; empty where each call is one of its own.
        """
        named = f"{event}|{show}|{episode}|{key or self._token(_BYTES)}"
        happened = Announcement(key=named, event=event, show=show, episode=episode, title=title, revision=revision, url=url, code=code, job=job)
        return self._kept.announce([happened])

    def _found(self, hook_id: str) -> Webhook:
        hook = self._kept.get(hook_id)
        if hook is None:
            raise _unknown(hook_id)
        return hook

    def _secret(self) -> str:
        return f"whsec_{self._token(_BYTES)}"


def _unknown(hook_id: str) -> NotFound:
    return NotFound("webhook.unknown", id=hook_id[:80])


def _checked(url: str) -> str:
    """Look at an address as it is written; whether it leads where nobody may go is found out each time it is asked."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and not parts.password and not parts.fragment and parts.port != 0
    except ValueError:
        usable = False
    if not usable or len(text) > _LONGEST or not text.isascii() or not text.isprintable() or any(sign in text for sign in ' "<>\\^`{|}'):
        raise BadInput("webhook.bad_url", url=text[:200])
    return text


def _host(url: str) -> str:
    return urlsplit(url).netloc
