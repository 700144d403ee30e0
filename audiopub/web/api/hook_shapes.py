"""What the API takes and gives about webhooks."""

from pydantic import Field

from audiopub.jobs.webhook import Event
from audiopub.web.api.shapes import Shape
from audiopub.web.api.wishes import Url


class HookIn(Shape):
    """A program that wants to be told."""

    url: Url
    events: list[Event] = Field(default=[], max_length=len(Event), description="Which; none for all.")
    show: str = Field(default="", pattern=r"^[a-z0-9-]{0,80}$", description="Of one show; empty for every one.")


class HookPatch(Shape):
    """Whether it is told."""

    active: bool


class HookOut(Shape):
    """A webhook, without its secret."""

    id: str
    url: str
    events: list[str]
    show: str
    active: bool
    by: str
    created_ms: int


class HooksOut(Shape):
    """All webhooks."""

    webhooks: list[HookOut]


class HookMade(Shape):
    """A new webhook; its secret is shown this once."""

    webhook: HookOut
    secret: str


class SecretOut(Shape):
    """A new secret; it is shown this once."""

    secret: str


class DeliveryOut(Shape):
    """A message to a webhook."""

    id: str
    webhook: str
    event: str
    state: str
    attempts: int
    next_ms: int
    status: int
    code: str
    message: str
    created_ms: int


class DeliveriesOut(Shape):
    """Messages, newest first."""

    deliveries: list[DeliveryOut]
