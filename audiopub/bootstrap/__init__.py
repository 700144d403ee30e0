"""The one place where ports meet adapters."""

from audiopub.bootstrap.doors import addresses_of_shows, audit, desk_token, reception
from audiopub.bootstrap.examine import examinations
from audiopub.bootstrap.pages import fetcher, reader, web, worker
from audiopub.bootstrap.shared import archive, catalog, database, locks, numbers, place, segment_cache, store, usable_cores
from audiopub.bootstrap.spoken import spoken_file, spoken_sound
from audiopub.bootstrap.studios import bulletin_plan, lexicon, sentence_style, show_entries, studio, style
from audiopub.bootstrap.voices import all_voices, counters, engine, memory_turns, turns_of

__all__ = [
    "addresses_of_shows", "all_voices", "archive", "audit", "bulletin_plan", "catalog", "counters", "database", "desk_token", "engine", "examinations",
    "fetcher", "lexicon", "locks", "memory_turns", "numbers", "place", "reader", "reception", "segment_cache", "sentence_style", "show_entries",
    "spoken_file", "spoken_sound", "store", "studio", "style", "turns_of", "usable_cores", "web", "worker",
]  # fmt: skip
