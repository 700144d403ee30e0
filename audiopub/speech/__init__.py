"""Script to sound, one piece a segment: the port Engine, its cache, retries, pace and checks."""

from audiopub.speech.cache import SegmentCache, segment_key
from audiopub.speech.engine import Engine, Voice
from audiopub.speech.narrate import Narration, VoiceChain, narrate

__all__ = ["Engine", "Narration", "SegmentCache", "Voice", "VoiceChain", "narrate", "segment_key"]
