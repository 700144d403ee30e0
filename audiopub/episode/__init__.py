"""Script and sound to an episode: the timeline, its chapters and cues, and its mastered samples."""

from audiopub.episode.master import Master, mastered, rendered
from audiopub.episode.timeline import Chapter, Cue, Row, Timeline, chapters, cues, placed

__all__ = ["Chapter", "Cue", "Master", "Row", "Timeline", "chapters", "cues", "mastered", "placed", "rendered"]
