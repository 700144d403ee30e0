"""Jobs: what people and schedules want done, kept until it is done, whatever dies in between."""

from audiopub.jobs.model import ENDED, OPEN, Job, JobState, Kind, Order, Queue

__all__ = ["ENDED", "OPEN", "Job", "JobState", "Kind", "Order", "Queue"]
