"""The use cases, read as the story: an article in, an episode and a feed out; and what editors do to it afterwards."""

from audiopub.pipeline.acts import restore, rollback, withdraw
from audiopub.pipeline.assembly import SoundLost
from audiopub.pipeline.bulletin import BulletinPlan, bulletin, bulletins_of, remake
from audiopub.pipeline.feeds import overdue, rebuild_feed, release_due
from audiopub.pipeline.prepare import episode_id, plan, prepare
from audiopub.pipeline.render import produce, render
from audiopub.pipeline.studio import RECIPE, Jingles, Outcome, Prepared, Progress, Result, Studio, Wish

__all__ = [
    "RECIPE", "BulletinPlan", "Jingles", "Outcome", "Prepared", "Progress", "Result", "SoundLost", "Studio", "Wish",
    "bulletin", "bulletins_of", "episode_id", "overdue", "plan", "prepare", "produce", "rebuild_feed",
    "release_due", "remake", "render", "restore", "rollback", "withdraw",
]  # fmt: skip
