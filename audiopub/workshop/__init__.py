"""Jobs meet the use cases here: what a worker does for each step, and the worker put together."""

from audiopub.workshop.inbox import Inbox
from audiopub.workshop.plain import plain_result, plain_wish, wish_of

__all__ = ["Inbox", "plain_result", "plain_wish", "wish_of"]
