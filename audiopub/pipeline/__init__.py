"""The use cases, read as the story: an article in, an episode and a feed out; and what editors do to it afterwards."""

from audiopub.pipeline.acts import restore, rollback, withdraw
from audiopub.pipeline.assembly import SoundLost
from audiopub.pipeline.bulletin import BulletinPlan, bulletin, left_empty, remake, stale_bulletins
from audiopub.pipeline.drafts import number_of, wording_of
from audiopub.pipeline.feeds import overdue, rebuild_feed, release_due
from audiopub.pipeline.gone_over import GoneOver, gone_over, page_of
from audiopub.pipeline.locks import Locks, NoLocks, article_lock, feed_lock
from audiopub.pipeline.prepare import episode_id, identity_of, plan, prepare
from audiopub.pipeline.proof import PROOF_FILES, PROOF_NOTES, Proved, candidate, fingerprints, proof, proof_key
from audiopub.pipeline.render import produce, render, standing
from audiopub.pipeline.studio import NOTHING, RECIPE, Jingles, Outcome, Prepared, Progress, Result, Studio, Wish

__all__ = [
    "NOTHING",
    "PROOF_FILES",
    "PROOF_NOTES",
    "RECIPE",
    "BulletinPlan",
    "GoneOver",
    "Jingles",
    "Locks",
    "NoLocks",
    "Outcome",
    "Prepared",
    "Progress",
    "Proved",
    "Result",
    "SoundLost",
    "Studio",
    "Wish",
    "article_lock",
    "bulletin",
    "candidate",
    "episode_id",
    "feed_lock",
    "fingerprints",
    "gone_over",
    "identity_of",
    "left_empty",
    "number_of",
    "overdue",
    "page_of",
    "plan",
    "prepare",
    "produce",
    "proof",
    "proof_key",
    "rebuild_feed",
    "release_due",
    "remake",
    "render",
    "restore",
    "rollback",
    "stale_bulletins",
    "standing",
    "withdraw",
    "wording_of",
]  # fmt: skip
