"""Script and sound to an episode: the timeline, its chapters and cues, and its mastered samples."""

from audiopub.episode.bed import Bed, beds
from audiopub.episode.master import LevelsOf, Master, TakeOf, levelled, mastered
from audiopub.episode.runs import Run, runs
from audiopub.episode.timeline import Chapter, Cue, Joints, Row, Timeline, Voiced, Word, chapters, cues, placed, word_places

__all__ = [
    "Bed", "Chapter", "Cue", "Joints", "LevelsOf", "Master", "Row", "Run", "TakeOf", "Timeline", "Voiced", "Word",
    "beds", "chapters", "cues", "levelled", "mastered", "placed", "runs", "word_places",
]  # fmt: skip
