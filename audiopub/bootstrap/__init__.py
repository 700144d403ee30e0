"""The one place where ports meet adapters."""

from audiopub.bootstrap.examine import examinations
from audiopub.bootstrap.pages import fetcher, reader, web, worker
from audiopub.bootstrap.shared import archive, catalog, database, locks, numbers, place, segment_cache, store, usable_cores
from audiopub.bootstrap.spoken import spoken_file, spoken_sound
from audiopub.bootstrap.studios import bulletin_plan, lexicon, sentence_style, show_entries, studio, style
from audiopub.bootstrap.voices import all_voices, counters, engine, memory_turns, turns_of

__all__ = [
    "all_voices", "archive", "bulletin_plan", "catalog", "counters", "database", "engine", "examinations", "fetcher", "lexicon", "locks", "memory_turns",
    "numbers", "place", "reader", "segment_cache", "sentence_style", "show_entries", "spoken_file", "spoken_sound", "store", "studio", "style", "turns_of",
    "usable_cores", "web", "worker",
]  # fmt: skip
