"""The desk's screens: each route asks one use case and shows its answer."""

from audiopub.web.guard import GuardedRouter
from audiopub.web.views import articles, common, editing, events, reading, sound

routers: tuple[GuardedRouter, ...] = (common.router, articles.router, editing.router, events.router, reading.router, sound.router)
"""All of them, for the application."""
