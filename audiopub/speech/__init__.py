"""Script to sound, one piece a segment: the port Engine, its cache, retries, pace and checks."""

from audiopub.speech.cache import Glance, SegmentCache, Take, segment_key
from audiopub.speech.engine import Engine, EngineSettings, Voice
from audiopub.speech.narrate import Narration, SecondVoice, VoiceChain, narrate

__all__ = ["Engine", "EngineSettings", "Glance", "Narration", "SecondVoice", "SegmentCache", "Take", "Voice", "VoiceChain", "narrate", "segment_key"]
