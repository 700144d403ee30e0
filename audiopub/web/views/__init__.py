"""The desk's screens: each route asks one use case and shows its answer."""

from audiopub.web.guard import GuardedRouter
from audiopub.web.views import (
    articles,
    common,
    corrections,
    editing,
    events,
    history,
    lexicon,
    listens,
    nights,
    people,
    publishing,
    reading,
    settings,
    sound,
    webhooks,
)

routers: tuple[GuardedRouter, ...] = (
    common.router, articles.router, editing.router, events.router, reading.router, sound.router, publishing.router, corrections.router, history.router,
    lexicon.router, nights.router, listens.router, settings.router, people.router,
    webhooks.router,
)  # fmt: skip
"""All of them, for the application."""
