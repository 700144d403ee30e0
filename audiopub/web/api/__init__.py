"""The API for the newsroom's own system: JSON over ``/api/v1``."""

from audiopub.web.api.articles import articles
from audiopub.web.api.batches import batches
from audiopub.web.api.drafts import drafts
from audiopub.web.api.house import house
from audiopub.web.api.jobs import jobs
from audiopub.web.api.lexicon import lexicon
from audiopub.web.api.publishing import publishing
from audiopub.web.api.sound import sound
from audiopub.web.api.webhooks import webhooks

routers = (articles, drafts, sound, publishing, lexicon, jobs, batches, webhooks, house)
"""All of it."""
